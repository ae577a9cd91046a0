/* The store's thread: opens the file, writes rows, commits once a minute, answers questions. When the file
 * can't be used it says why, keeps taking jobs (rows are lost then and history is refused) and tries again
 * every minute. It never touches the loop. */
#include "diary/store/store_thread.h"

#include "diary/store/database.h"
#include "diary/store/history.h"
#include "util/clock.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct worker {
    const struct store_thread *thread;
    struct database database;
    struct store_series series[STORE_SERIES_MAX]; /* to be added again after a reopening */
    bool is_open;
    int64_t next_ns; /* CLOCK_MONOTONIC: the next commit, or the next try to open */
};

static void send_result(struct worker *worker, const struct store_result *result)
{
    uint64_t one = 1;

    if (!queue_push(worker->thread->results, result, true)) {
        free((void *)(uintptr_t)result->history.points);
        return;
    }
    if (write(worker->thread->result_event, &one, sizeof(one)) != sizeof(one))
        return; /* the counter is full: the loop has a wake-up pending anyway */
}

static void tell_state(struct worker *worker, enum store_state state, const char *reason)
{
    struct store_result result = {.kind = STORE_RESULT_STATE, .state = state};

    snprintf(result.reason, sizeof(result.reason), "%s", reason);
    send_result(worker, &result);
}

static void give_up(struct worker *worker, const struct err *err)
{
    database_close(&worker->database);
    worker->is_open = false;
    worker->next_ns = clock_monotonic_ns() + STORE_COMMIT_SECONDS * NS_PER_S;
    tell_state(worker, STORE_FAILED, err->text);
}

static int add_known_series(struct worker *worker, struct err *err)
{
    for (unsigned i = 0; i < STORE_SERIES_MAX; i++) {
        if (worker->series[i].car[0] == '\0')
            continue;
        if (database_add_series(&worker->database, i, &worker->series[i], err))
            return -1;
    }
    return 0;
}

static void open_file(struct worker *worker)
{
    struct err err;
    char notice[ERR_TEXT_MAX];

    if (database_open(&worker->database, worker->thread->path, notice, &err) ||
        add_known_series(worker, &err)) {
        give_up(worker, &err);
        return;
    }
    worker->is_open = true;
    worker->next_ns = clock_monotonic_ns() + STORE_COMMIT_SECONDS * NS_PER_S;
    tell_state(worker, STORE_OK, notice);
}

/* Somebody deleted the file or put another in its place: the rows of the open minute are lost with it. */
static void begin_again(struct worker *worker)
{
    database_close(&worker->database);
    worker->is_open = false;
    open_file(worker);
    if (worker->is_open)
        tell_state(worker, STORE_OK, "readings.db was removed or replaced while it was open: begun again");
}

static void commit(struct worker *worker)
{
    struct err err;

    if (worker->is_open && database_has_moved(&worker->database)) {
        begin_again(worker);
        return;
    }
    worker->next_ns = clock_monotonic_ns() + STORE_COMMIT_SECONDS * NS_PER_S;
    if (worker->is_open && database_commit(&worker->database, &err))
        give_up(worker, &err);
}

static void add_series(struct worker *worker, const struct store_job *job)
{
    struct err err;

    worker->series[job->number] = job->series;
    if (worker->is_open && database_add_series(&worker->database, job->number, &job->series, &err))
        give_up(worker, &err);
}

static void add_reading(struct worker *worker, const struct store_job *job)
{
    struct err err;

    if (worker->is_open &&
        database_add_reading(&worker->database, job->number, job->reading.utc_ns, job->reading.known,
                             job->reading.steps, job->reading.quality, &err))
        give_up(worker, &err);
}

static void answer_history(struct worker *worker, const struct store_job *job)
{
    struct store_result result = {.kind = STORE_RESULT_HISTORY, .question = job->number};
    struct store_point *points = calloc(STORE_POINTS_MAX + 1, sizeof(*points));
    struct err err;

    result.history.failed = true;
    if (points && worker->is_open) {
        result.history.failed =
            history_read(&worker->database, &job->history, points, &result.history, &err) != 0;
        if (result.history.failed)
            give_up(worker, &err);
    }
    result.history.points = points;
    send_result(worker, &result);
}

static bool do_job(struct worker *worker, const struct store_job *job)
{
    switch (job->kind) {
    case STORE_JOB_SERIES:
        add_series(worker, job);
        break;
    case STORE_JOB_READING:
        add_reading(worker, job);
        break;
    case STORE_JOB_HISTORY:
        answer_history(worker, job);
        break;
    case STORE_JOB_FLUSH:
        commit(worker);
        break;
    case STORE_JOB_STOP:
        commit(worker);
        return false;
    }
    return true;
}

void *store_thread_run(void *arg)
{
    struct worker *worker = calloc(1, sizeof(*worker));
    struct store_job job;
    bool goes_on = worker != NULL;

    if (!worker)
        return NULL;
    worker->thread = arg;
    open_file(worker);
    while (goes_on) {
        if (queue_pop(worker->thread->jobs, &job, worker->next_ns))
            goes_on = do_job(worker, &job);
        if (goes_on && clock_monotonic_ns() >= worker->next_ns)
            worker->is_open ? commit(worker) : open_file(worker);
    }
    database_close(&worker->database);
    free(worker);
    return NULL;
}
