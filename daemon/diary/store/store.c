/* The loop's side of the store: puts jobs into the queue, hands results to who asked. Does no I/O but the
 * eventfd. */
#include "diary/store/store.h"

#include "diary/store/store_thread.h"
#include "util/clock.h"

#include <errno.h>
#include <pthread.h>
#include <sqlite3.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#define STORE_GUEST_MAX    16                     /* questions under way of whoever looks at a page */
#define STORE_QUESTION_MAX (STORE_GUEST_MAX + 16) /* the rest: garaged's own */
#define STORE_WORK_TOLD    102                    /* results of one work at the most: each percent, its end */
#define STORE_RESULT_MAX   (STORE_QUESTION_MAX + STORE_UNKEPT_MAX + STORE_WORK_MAX * STORE_WORK_TOLD + 16)

struct question {
    store_answer_fn *fn; /* both NULL: free, or its asker is gone */
    store_history_fn *history_fn;
    void *ctx;
    bool under_way;
    bool is_typing, is_tariffs; /* all are told, whether the asker is gone or not */
};

/* A long work under way; `work` NULL: a free place. */
struct work_under_way {
    struct work *work;
    struct work_events events;
    void *ctx;
};

struct store {
    struct store_thread thread;
    pthread_t thread_id;
    bool has_thread;
    struct loop_watch *watch;
    struct store_events events;
    void *ctx;
    enum store_state state;
    bool has_readings, has_entries; /* what can be asked */
    bool takes_readings;            /* they get to the card */
    size_t unkept;                  /* entries under way */
    struct question questions[STORE_QUESTION_MAX];
    struct work_under_way works[STORE_WORK_MAX];
    uint64_t dropped;
};

static void deliver(const struct question *question, const struct store_result *result)
{
    const struct store_history history = {
        .failed = result->answer.failed,
        .is_kept = result->answer.is_known,
        .step_s = result->step_s,
        .count = result->answer.count,
        .points = result->answer.items,
    };

    if (question->fn)
        question->fn(question->ctx, &result->answer);
    if (question->history_fn)
        question->history_fn(question->ctx, &history);
}

static struct work_under_way *find_work(struct store *store, const struct work *work)
{
    size_t i = 0;

    while (i < STORE_WORK_MAX && store->works[i].work != work)
        i++;
    return i < STORE_WORK_MAX ? &store->works[i] : NULL;
}

static void take_work(struct store *store, const struct store_result *result)
{
    struct work_under_way *place = find_work(store, result->work);
    const struct work_under_way under_way = *place;

    if (result->step != WORK_GOES_ON)
        *place = (struct work_under_way){0};
    if (result->step == WORK_GOES_ON && under_way.events.progress)
        under_way.events.progress(under_way.ctx, result->done);
    if (result->step != WORK_GOES_ON && under_way.events.ended)
        under_way.events.ended(under_way.ctx, result->work, result->step == WORK_FAILED ? result->why : NULL);
    if (result->step != WORK_GOES_ON && result->work->adds_entries && store->events.changed)
        store->events.changed(store->ctx);
}

static void take_result(struct store *store, const struct store_result *result)
{
    struct question question;

    switch (result->kind) {
    case STORE_RESULT_STATE:
        store->state = result->state;
        store->has_readings = result->has_readings;
        store->has_entries = result->has_entries;
        store->takes_readings = result->takes_readings;
        store->events.state(store->ctx, result->state, result->reason);
        break;
    case STORE_RESULT_KEPT:
        store->unkept--;
        if (store->events.kept)
            store->events.kept(store->ctx, result->entry);
        break;
    case STORE_RESULT_ENDED:
        break;
    case STORE_RESULT_WORK:
        take_work(store, result);
        break;
    case STORE_RESULT_ANSWER:
        question = store->questions[result->number];
        store->questions[result->number] = (struct question){0};
        if (question.is_typing && result->answer.count > 0 && store->events.typed)
            store->events.typed(store->ctx, result->answer.items);
        if (question.is_tariffs && !result->answer.failed && store->events.changed)
            store->events.changed(store->ctx);
        deliver(&question, result);
        break;
    }
}

static void take_results(void *ctx, uint32_t events)
{
    struct store *store = ctx;
    struct store_result result;
    uint64_t count;

    (void)events;
    if (read(store->thread.result_event, &count, sizeof(count)) != sizeof(count))
        return;
    while (queue_pop(store->thread.results, &result, 0)) {
        take_result(store, &result);
        store_result_free(&result);
    }
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
    snprintf(store->thread.folder, sizeof(store->thread.folder), "%s", settings->folder);
    store->thread.is_made_up = settings->demo;
    store->thread.zone = settings->zone;
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

/* False: the thread hangs, on a card that doesn't answer. */
static bool end_thread(struct store *store)
{
    int64_t deadline_ns = clock_monotonic_ns() + STORE_STOP_SECONDS * NS_PER_S;
    const struct store_job stop = {.kind = STORE_JOB_STOP};
    struct store_result result = {.kind = STORE_RESULT_STATE};

    while (!queue_push(store->thread.jobs, &stop, true)) {
        if (clock_monotonic_ns() >= deadline_ns)
            return false;
        usleep(1000); /* the thread is emptying it */
    }
    while (result.kind != STORE_RESULT_ENDED) {
        if (!queue_pop(store->thread.results, &result, deadline_ns))
            return false;
        store_result_free(&result);
    }
    return pthread_join(store->thread_id, NULL) == 0;
}

void store_free(struct store *store)
{
    if (!store)
        return;
    loop_watch_free(store->watch);
    if (store->has_thread && !end_thread(store))
        return; /* it still uses all this */
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
    if (!queue_push(store->thread.jobs, &job, false))
        store->dropped++;
}

bool store_has_room(const struct store *store)
{
    return store->takes_readings && queue_count(store->thread.jobs) < STORE_QUEUE_MAX / 2;
}

/* Puts a question into the queue with its slot's number. However much guests ask, the house has slots left.
 */
static int ask(struct store *store, bool is_answerable, bool is_house, struct store_job *job,
               const struct question *question)
{
    unsigned slot = is_house ? STORE_GUEST_MAX : 0;
    unsigned end = is_house ? STORE_QUESTION_MAX : STORE_GUEST_MAX;

    while (slot < end && store->questions[slot].under_way)
        slot++;
    if (!is_answerable || slot == end)
        return -1;
    job->number = slot;
    if (!queue_push(store->thread.jobs, job, false))
        return -1;
    store->questions[slot] = *question;
    store->questions[slot].under_way = true;
    return 0;
}

int store_ask_history(struct store *store, const struct store_history_request *request, store_history_fn *fn,
                      void *ctx)
{
    struct store_job job = {.kind = STORE_JOB_HISTORY, .history = *request};

    return ask(store, store->has_readings, false, &job, &(struct question){.history_fn = fn, .ctx = ctx});
}

static bool can_answer(const struct store *store, enum store_subject subject)
{
    if (subject == STORE_ASK_FILES)
        return store->state != STORE_OPENING;
    return subject == STORE_ASK_ROWS ? store->has_readings : store->has_entries;
}

int store_ask(struct store *store, const struct store_question *question, store_answer_fn *fn, void *ctx)
{
    struct store_job job = {.kind = STORE_JOB_QUESTION, .question = *question};
    unsigned most = question->subject == STORE_ASK_ROWS ? STORE_ROWS_MAX : STORE_LIMIT_MAX;

    if (question->limit == 0 || question->limit > most)
        job.question.limit = most;
    return ask(store, can_answer(store, question->subject), question->is_house, &job,
               &(struct question){.fn = fn, .ctx = ctx});
}

int store_edit(struct store *store, const struct store_edit *edit, store_answer_fn *fn, void *ctx)
{
    struct store_job job = {.kind = STORE_JOB_EDIT, .edit = *edit};

    const struct question question = {.fn = fn,
                                      .ctx = ctx,
                                      .is_typing = edit->typed != NULL && !edit->only_looks,
                                      .is_tariffs = edit->subject == STORE_ASK_TARIFFS};

    if (ask(store, store->has_entries, false, &job, &question) == 0)
        return 0;
    free(edit->text);
    free(edit->typed);
    return -1;
}

int store_begin_work(struct store *store, struct work *work, const struct work_events *events, void *ctx)
{
    struct work_under_way *place = find_work(store, NULL);
    struct store_job job = {.kind = STORE_JOB_WORK, .work = work};

    if (place && queue_push(store->thread.jobs, &job, false)) {
        *place = (struct work_under_way){work, *events, ctx};
        return 0;
    }
    work->free(work);
    return -1;
}

void store_end_work(struct store *store, const void *ctx)
{
    for (size_t i = 0; i < STORE_WORK_MAX; i++) {
        struct work_under_way *under_way = &store->works[i];
        if (!under_way->work || under_way->ctx != ctx)
            continue;
        atomic_store(&under_way->work->is_off, true);
        under_way->events = (struct work_events){NULL, NULL};
    }
}

int store_add_entry(struct store *store, const struct diary_entry *entry)
{
    struct store_job job = {.kind = STORE_JOB_ENTRY};

    if (store->unkept == STORE_UNKEPT_MAX)
        return -1;
    job.entry = malloc(sizeof(*job.entry));
    if (!job.entry)
        return -1;
    *job.entry = *entry;
    if (queue_push(store->thread.jobs, &job, true)) {
        store->unkept++;
        return 0;
    }
    free(job.entry);
    return -1;
}

void store_forget(struct store *store, const void *ctx)
{
    for (size_t i = 0; i < STORE_QUESTION_MAX; i++)
        if (store->questions[i].ctx == ctx) {
            store->questions[i].fn = NULL;
            store->questions[i].history_fn = NULL;
            store->questions[i].ctx = NULL;
        }
}

void store_flush(struct store *store)
{
    struct store_job job = {.kind = STORE_JOB_FLUSH};

    queue_push(store->thread.jobs, &job, true);
}

unsigned store_turns(void *ctx)
{
    struct store *store = ctx;
    struct store_job job = {.kind = STORE_JOB_TURN};

    if (queue_count(store->thread.jobs) == 0)
        queue_push(store->thread.jobs, &job, true);
    return atomic_load(&store->thread.turns);
}

uint64_t store_dropped(const struct store *store)
{
    return store->dropped + atomic_load(&store->thread.dropped);
}

size_t store_waiting(const struct store *store)
{
    return queue_count(store->thread.jobs);
}

const char *store_library(void)
{
    return sqlite3_libversion();
}
