/* The loop's side of the store: puts jobs into the queue, hands results to who asked. Does no I/O but the
 * eventfd. */
#include "diary/store/store.h"

#include "diary/store/store_thread.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#define STORE_QUESTION_MAX 16 /* history questions under way */
#define STORE_RESULT_MAX   (STORE_QUESTION_MAX + 16)

struct question {
    store_history_fn *fn; /* NULL: free, or its asker is gone */
    void *ctx;
    bool under_way;
};

struct store {
    struct store_thread thread;
    pthread_t thread_id;
    bool has_thread;
    struct loop_watch *watch;
    struct store_events events;
    void *ctx;
    enum store_state state;
    struct question questions[STORE_QUESTION_MAX];
    uint64_t dropped;
};

static void take_result(struct store *store, struct store_result *result)
{
    if (result->kind == STORE_RESULT_STATE) {
        store->state = result->state;
        store->events.state(store->ctx, result->state, result->reason);
        return;
    }
    struct question question = store->questions[result->question];
    store->questions[result->question] = (struct question){0};
    if (question.fn)
        question.fn(question.ctx, &result->history);
    free((void *)(uintptr_t)result->history.points);
}

static void take_results(void *ctx, uint32_t events)
{
    struct store *store = ctx;
    struct store_result result;
    uint64_t count;

    (void)events;
    if (read(store->thread.result_event, &count, sizeof(count)) != sizeof(count))
        return;
    while (queue_pop(store->thread.results, &result, 0))
        take_result(store, &result);
}

/* Signals belong to the loop's signalfd, so the thread starts with all of them blocked. */
static int start_thread(struct store *store, struct err *err)
{
    sigset_t all, before;

    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int rc = pthread_create(&store->thread_id, NULL, store_thread_run, &store->thread);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (rc != 0)
        return err_set(err, "start the store's thread: %s", strerror(rc));
    store->has_thread = true;
    return 0;
}

struct store *store_new(struct loop *loop, const struct store_settings *settings,
                        const struct store_events *events, void *ctx, struct err *err)
{
    struct store *store = calloc(1, sizeof(*store));

    if (!store) {
        err_set(err, "the store: out of memory");
        return NULL;
    }
    store->events = *events;
    store->ctx = ctx;
    snprintf(store->thread.path, sizeof(store->thread.path), "%s/readings.db", settings->folder);
    store->thread.jobs = queue_new(sizeof(struct store_job), STORE_QUEUE_MAX, STORE_QUEUE_RESERVE);
    store->thread.results = queue_new(sizeof(struct store_result), STORE_RESULT_MAX, 0);
    store->thread.result_event = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (!store->thread.jobs || !store->thread.results || store->thread.result_event < 0) {
        err_set(err, "the store: %s", strerror(errno));
        goto fail;
    }
    store->watch = loop_watch_new(loop, store->thread.result_event, EPOLLIN, take_results, store, err);
    if (store->watch && start_thread(store, err) == 0)
        return store;
fail:
    store_free(store);
    return NULL;
}

static void free_results(struct store *store)
{
    struct store_result result;

    while (store->thread.results && queue_pop(store->thread.results, &result, 0))
        free((void *)(uintptr_t)result.history.points);
}

void store_free(struct store *store)
{
    if (!store)
        return;
    if (store->has_thread) {
        struct store_job stop = {.kind = STORE_JOB_STOP};
        while (!queue_push(store->thread.jobs, &stop, true))
            usleep(1000); /* the thread is emptying it */
        pthread_join(store->thread_id, NULL);
    }
    loop_watch_free(store->watch);
    free_results(store);
    if (store->thread.result_event >= 0)
        close(store->thread.result_event);
    queue_free(store->thread.jobs);
    queue_free(store->thread.results);
    free(store);
}

int store_add_series(struct store *store, unsigned number, const struct store_series *series)
{
    struct store_job job = {.kind = STORE_JOB_SERIES, .number = number, .series = *series};

    if (number >= STORE_SERIES_MAX)
        return -1;
    return queue_push(store->thread.jobs, &job, true) ? 0 : -1;
}

void store_add_reading(struct store *store, unsigned number, int64_t utc_ns, bool known, int64_t steps,
                       unsigned quality)
{
    struct store_job job = {.kind = STORE_JOB_READING, .number = number};

    job.reading.utc_ns = utc_ns;
    job.reading.known = known;
    job.reading.steps = steps;
    job.reading.quality = (uint8_t)quality;
    if (store->state == STORE_FAILED || !queue_push(store->thread.jobs, &job, false))
        store->dropped++;
}

bool store_has_room(const struct store *store)
{
    return store->state == STORE_OK && queue_count(store->thread.jobs) < STORE_QUEUE_MAX / 2;
}

static struct question *free_question(struct store *store)
{
    for (size_t i = 0; i < STORE_QUESTION_MAX; i++)
        if (!store->questions[i].under_way)
            return &store->questions[i];
    return NULL;
}

int store_ask_history(struct store *store, const struct store_history_request *request, store_history_fn *fn,
                      void *ctx)
{
    struct question *question = free_question(store);

    if (store->state != STORE_OK || !question)
        return -1;
    struct store_job job = {.kind = STORE_JOB_HISTORY, .number = (unsigned)(question - store->questions)};
    job.history = *request;
    if (!queue_push(store->thread.jobs, &job, false))
        return -1;
    *question = (struct question){fn, ctx, true};
    return 0;
}

void store_forget(struct store *store, const void *ctx)
{
    for (size_t i = 0; i < STORE_QUESTION_MAX; i++)
        if (store->questions[i].ctx == ctx)
            store->questions[i].fn = NULL;
}

void store_flush(struct store *store)
{
    struct store_job job = {.kind = STORE_JOB_FLUSH};

    queue_push(store->thread.jobs, &job, true);
}

uint64_t store_dropped(const struct store *store)
{
    return store->dropped;
}

size_t store_waiting(const struct store *store)
{
    return queue_count(store->thread.jobs);
}

int store_add_entry(struct store *store, const struct diary_entry *entry)
{
    (void)store;
    (void)entry;
    return -1;
}

int store_ask(struct store *store, const struct store_question *question, store_answer_fn *fn, void *ctx)
{
    (void)store;
    (void)question;
    (void)fn;
    (void)ctx;
    return -1;
}

int store_edit(struct store *store, const struct store_edit *edit, store_answer_fn *fn, void *ctx)
{
    (void)store;
    (void)edit;
    (void)fn;
    (void)ctx;
    return -1;
}
