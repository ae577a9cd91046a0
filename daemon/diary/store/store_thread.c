/* The store's thread: opens the files, writes rows and entries, commits rows once a minute, answers
 * questions. When a file can't be used it says why, keeps taking jobs and tries again every minute. It never
 * touches the loop. */
#include "diary/store/store_thread.h"

#include "diary/store/entries.h"
#include "diary/store/history.h"
#include "diary/store/readings.h"
#include "util/clock.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct worker {
    const struct store_thread *thread;
    struct readings readings;
    struct database entries;
    struct store_series series[STORE_SERIES_MAX]; /* to be added again after a reopening */
    bool has_readings, has_entries;
    int64_t next_ns; /* CLOCK_MONOTONIC: the next commit, or the next try to open */
};

void store_result_free(const struct store_result *result)
{
    if (result->kind == STORE_RESULT_KEPT)
        free(result->entry);
    else if (result->kind == STORE_RESULT_ANSWER)
        free((void *)(uintptr_t)result->answer.items);
}

static void send_result(struct worker *worker, const struct store_result *result)
{
    uint64_t one = 1;

    if (!queue_push(worker->thread->results, result, true)) {
        store_result_free(result);
        return;
    }
    if (write(worker->thread->result_event, &one, sizeof(one)) != sizeof(one))
        return; /* the counter is full: the loop has a wake-up pending anyway */
}

static void tell_state(struct worker *worker, const char *reason)
{
    bool is_well = worker->has_readings && worker->has_entries;
    struct store_result result = {
        .kind = STORE_RESULT_STATE,
        .state = is_well ? STORE_OK : STORE_FAILED,
        .has_readings = worker->has_readings,
        .has_entries = worker->has_entries,
    };

    snprintf(result.reason, sizeof(result.reason), "%.*s", ERR_TEXT_MAX - 1, reason);
    send_result(worker, &result);
}

static void lose_readings(struct worker *worker, const struct err *err)
{
    readings_close(&worker->readings);
    worker->has_readings = false;
    tell_state(worker, err->text);
}

static void lose_entries(struct worker *worker, const struct err *err)
{
    database_close(&worker->entries);
    worker->has_entries = false;
    tell_state(worker, err->text);
}

static int add_known_series(struct worker *worker, struct err *err)
{
    for (unsigned i = 0; i < STORE_SERIES_MAX; i++) {
        if (worker->series[i].car[0] == '\0')
            continue;
        if (readings_add_series(&worker->readings, i, &worker->series[i], err))
            return -1;
    }
    return 0;
}

static int open_readings(struct worker *worker, char *notice, struct err *err)
{
    const struct store_thread *thread = worker->thread;

    if (readings_open(&worker->readings, thread->folder, thread->is_made_up, notice, err))
        return -1;
    if (add_known_series(worker, err) == 0)
        return 0;
    readings_close(&worker->readings);
    return -1;
}

static void open_files(struct worker *worker)
{
    const struct store_thread *thread = worker->thread;
    struct err err = {""}, entries_err = {""};
    char notice[ERR_TEXT_MAX] = "", entries_notice[ERR_TEXT_MAX] = "";

    if (!worker->has_readings)
        worker->has_readings = open_readings(worker, notice, &err) == 0;
    if (!worker->has_entries)
        worker->has_entries = database_open(&worker->entries, &entries_kind, thread->folder,
                                            thread->is_made_up, entries_notice, &entries_err) == 0;
    worker->next_ns = clock_monotonic_ns() + STORE_COMMIT_SECONDS * NS_PER_S;
    const char *about_readings = worker->has_readings ? notice : err.text;
    const char *about_entries = worker->has_entries ? entries_notice : entries_err.text;
    char reason[2 * ERR_TEXT_MAX];
    snprintf(reason, sizeof(reason), "%s%s%s", about_readings,
             about_readings[0] && about_entries[0] ? "; " : "", about_entries);
    tell_state(worker, reason);
}

/* Somebody deleted the file or put another in its place: the rows of the open minute are lost with it. */
static void begin_again(struct worker *worker)
{
    readings_close(&worker->readings);
    worker->has_readings = false;
    open_files(worker);
    if (worker->has_readings)
        tell_state(worker, "readings.db was removed or replaced while it was open: begun again");
}

static void commit(struct worker *worker)
{
    struct err err;

    if (worker->has_readings && database_has_moved(&worker->readings.database)) {
        begin_again(worker);
        return;
    }
    worker->next_ns = clock_monotonic_ns() + STORE_COMMIT_SECONDS * NS_PER_S;
    if (worker->has_readings && database_commit(&worker->readings.database, &err))
        lose_readings(worker, &err);
}

static void add_series(struct worker *worker, const struct store_job *job)
{
    struct err err;

    worker->series[job->number] = job->series;
    if (worker->has_readings && readings_add_series(&worker->readings, job->number, &job->series, &err))
        lose_readings(worker, &err);
}

static void add_reading(struct worker *worker, const struct store_job *job)
{
    struct err err;

    if (worker->has_readings &&
        readings_add(&worker->readings, job->number, job->reading.utc_ns, job->reading.known,
                     job->reading.steps, job->reading.quality, &err))
        lose_readings(worker, &err);
}

static void keep_entry(struct worker *worker, const struct store_job *job)
{
    struct store_result result = {.kind = STORE_RESULT_KEPT, .entry = job->entry};
    struct err err;

    if (worker->has_entries && entries_keep(&worker->entries, job->entry, &err) == 0) {
        send_result(worker, &result);
        return;
    }
    free(job->entry);
    if (worker->has_entries)
        lose_entries(worker, &err);
}

static void answer_history(struct worker *worker, const struct store_job *job)
{
    struct store_result result = {.kind = STORE_RESULT_ANSWER, .number = job->number};
    struct store_point *points = calloc(STORE_POINTS_MAX + 1, sizeof(*points));
    struct store_history history = {.failed = true};
    struct err err;

    if (points && worker->has_readings) {
        history.failed = history_read(&worker->readings, &job->history, points, &history, &err) != 0;
        if (history.failed)
            lose_readings(worker, &err);
    }
    result.answer = (struct store_answer){.failed = history.failed, .count = history.count, .items = points};
    result.step_s = history.step_s;
    send_result(worker, &result);
}

static void answer_question(struct worker *worker, const struct store_job *job)
{
    const struct store_question *question = &job->question;
    struct store_result result = {.kind = STORE_RESULT_ANSWER, .number = job->number};
    struct store_answer *answer = &result.answer;
    bool is_of_rows = question->subject == STORE_ASK_ROWS;
    struct err err;

    answer->failed = true;
    if (is_of_rows && worker->has_readings)
        answer->failed = readings_ask_rows(&worker->readings, question, answer, &err) != 0;
    else if (!is_of_rows && worker->has_entries)
        answer->failed = entries_ask(&worker->entries, question, answer, &err) != 0;
    send_result(worker, &result);
}

static void do_edit(struct worker *worker, const struct store_job *job)
{
    const struct store_edit *edit = &job->edit;
    struct store_result result = {.kind = STORE_RESULT_ANSWER, .number = job->number};
    struct err err;

    result.answer.failed = edit->subject != STORE_ASK_PREFERENCES || !worker->has_entries ||
                           entries_set_preferences(&worker->entries, edit->car, edit->text, &err) != 0;
    result.answer.count = !result.answer.failed;
    free(edit->text);
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
    case STORE_JOB_ENTRY:
        keep_entry(worker, job);
        break;
    case STORE_JOB_HISTORY:
        answer_history(worker, job);
        break;
    case STORE_JOB_QUESTION:
        answer_question(worker, job);
        break;
    case STORE_JOB_EDIT:
        do_edit(worker, job);
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
    open_files(worker);
    while (goes_on) {
        if (queue_pop(worker->thread->jobs, &job, worker->next_ns))
            goes_on = do_job(worker, &job);
        if (goes_on && clock_monotonic_ns() >= worker->next_ns)
            worker->has_readings && worker->has_entries ? commit(worker) : open_files(worker);
    }
    readings_close(&worker->readings);
    database_close(&worker->entries);
    free(worker);
    return NULL;
}
