/* Passes on how far it is, also while it waits for its turn: garagectl gives up on a silent house. What is
 * done is the work's. */
#include "home_waiting.h"

#include "util/clock.h"

#include <stdlib.h>

#define TICK_NS (1 * NS_PER_S)

struct waiting {
    struct store *store;
    struct control_job *job;
    home_waiting_answer_fn *answer;
    struct loop_timer *tick;
    double done;
};

static void free_waiting(struct waiting *waiting)
{
    loop_timer_free(waiting->tick);
    free(waiting);
}

static void client_is_gone(void *ctx)
{
    struct waiting *waiting = ctx;

    store_end_work(waiting->store, waiting);
    free_waiting(waiting);
}

static void progressed(void *ctx, double done)
{
    struct waiting *waiting = ctx;

    waiting->done = done;
}

static void ended(void *ctx, const struct work *work, const char *why)
{
    struct waiting *waiting = ctx;
    struct control_job *job = waiting->job;
    json_t *answer = waiting->answer(work, why);

    free_waiting(waiting);
    control_job_end(job, answer);
}

static void ticked(void *ctx, int64_t now_ns)
{
    struct waiting *waiting = ctx;

    loop_timer_start(waiting->tick, now_ns + TICK_NS);
    control_job_progress(waiting->job, waiting->done); /* the client may be dropped inside */
}

int home_waiting_begin(struct loop *loop, struct store *store, struct work *work,
                       home_waiting_answer_fn *answer, struct control_job *job, struct err *err)
{
    static const struct work_events events = {progressed, ended};
    struct waiting *waiting = calloc(1, sizeof(*waiting));

    if (waiting)
        *waiting = (struct waiting){store, job, answer, loop_timer_new(loop, ticked, waiting), 0};
    if (!waiting || !work || !waiting->tick) {
        if (work)
            work->free(work);
        if (waiting)
            free_waiting(waiting);
        return err_set(err, "out of memory");
    }
    if (store_begin_work(store, work, &events, waiting)) {
        free_waiting(waiting);
        return err_set(err, "too much is under way: try again later");
    }
    control_job_listen(job, client_is_gone, waiting);
    loop_timer_start(waiting->tick, clock_boot_ns() + TICK_NS);
    return 0;
}
