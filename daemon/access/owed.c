/* Ends that could not be written: what was ended is over at once, but access.db would bring it back at the
 * next start. Their jobs are kept and tried again until the disk takes them. Knows nothing of what was ended.
 */
#include "access/private.h"
#include "util/clock.h"
#include "util/log.h"

#include <stdlib.h>

#define AGAIN_NS NS_PER_MIN

static bool ends_something(const struct access_change *change)
{
    return change->end_session || change->end_user_sessions || change->end_all_sessions ||
           change->remove_user || change->remove_token;
}

/* Nobody waits for it any more, and what it would have given was refused. */
static void strip(struct worker_job *job)
{
    free(job->asker);
    job->asker = NULL;
    job->is_managed = false;
    job->request = 0;
    job->change.put_user = job->change.put_session = job->change.put_token = false;
}

bool owed_take(struct access *access, struct worker_job *job)
{
    struct owed *owed = &access->owed;

    if (job->is_owed)
        owed->working--;
    if (job->kept || job->kind != WORKER_CHANGE || !ends_something(&job->change))
        return false;
    if (owed->count + owed->working == OWED_MAX) {
        log_error("access",
                  "too much could not be written: something that was ended is back after a restart");
        return false;
    }
    if (!job->is_owed)
        log_warning("access", "what was ended stays so, and is written as soon as that is possible");
    strip(job);
    job->is_owed = true;
    owed->jobs[owed->count++] = job;
    loop_timer_start(owed->again, clock_boot_ns() + AGAIN_NS);
    return true;
}

void owed_submit(struct access *access)
{
    struct owed *owed = &access->owed;

    while (owed->count > 0 && worker_submit(access->worker, owed->jobs[owed->count - 1]) == 0) {
        owed->count--;
        owed->working++;
    }
    if (owed->count > 0)
        loop_timer_start(owed->again, clock_boot_ns() + AGAIN_NS);
}

static void again(void *ctx, int64_t now_ns)
{
    (void)now_ns;
    owed_submit(ctx);
}

bool owed_start(struct access *access, struct loop *loop)
{
    access->owed.again = loop_timer_new(loop, again, access);
    return access->owed.again != NULL;
}

void owed_stop(struct access *access)
{
    while (access->owed.count > 0)
        worker_job_free(access->owed.jobs[--access->owed.count]);
    loop_timer_free(access->owed.again);
}
