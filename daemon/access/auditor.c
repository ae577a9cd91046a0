/* The audit's front: has rows written, and reads them for who asks. What a row is, is audit.c's. */
#include "access/manage.h"
#include "access/private.h"
#include "util/clock.h"
#include "util/log.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void auditor_put(const struct access *access, struct access_change *change, const struct audit_event *event)
{
    change->put_audit = true;
    audit_fill(&change->audit, event);
    change->audit.utc_ms = clock_utc_ns() / NS_PER_MS;
    change->audit.clock_right = access->clock_right;
}

void auditor_tell_head(const struct access_change *change)
{
    char hash[SECRET_TEXT];

    secret_to_text(change->audit.hash, hash);
    log_info("audit", "%" PRId64 " %s", change->audit.id, hash);
}

void access_audit(struct access *access, const struct audit_event *event)
{
    struct audit_event told = *event;
    struct access_change change = {0};
    char detail[AUDIT_DETAIL_MAX];

    if (access->state != ACCESS_STATE_OPEN ||
        (event->is_failure && !audit_may_tell(&access->audit_limit, clock_boot_ns())))
        return;
    if (access->audit_limit.left_out > 0) {
        snprintf(detail, sizeof(detail), "%s (and %" PRIu64 " more)", event->detail,
                 access->audit_limit.left_out);
        told.detail = detail;
        access->audit_limit.left_out = 0;
    }
    auditor_put(access, &change, &told);
    access->audit_limit.left_out += !access_keep_later(access, &change);
}

/* ---- reading ---- */

static struct worker_job *new_job(const struct access_asker *asker, enum worker_kind kind)
{
    struct worker_job *job = worker_job_new(kind);

    if (job != NULL)
        job->asker = malloc(sizeof(*job->asker));
    if (job != NULL && job->asker != NULL) {
        *job->asker = *asker;
        return job;
    }
    worker_job_free(job);
    return NULL;
}

/* Answers at once when it can't be. */
static void submit(struct access *access, const struct access_asker *asker, struct worker_job *job)
{
    struct access_answer given = {.result = ACCESS_FAILED};

    if (access->state == ACCESS_STATE_OPEN && job != NULL && worker_submit(access->worker, job) == 0)
        return;
    worker_job_free(job);
    if (access->state == ACCESS_STATE_OPENING)
        given.result = ACCESS_OPENING;
    asker->answer(asker->ctx, asker->request, &given);
}

void access_audit_list(struct access *access, const struct access_asker *asker, int64_t before,
                       const char *only, size_t limit)
{
    struct worker_job *job = new_job(asker, WORKER_LIST);

    if (job != NULL)
        job->list = malloc(sizeof(*job->list));
    if (job != NULL && job->list != NULL) {
        job->list->before = before;
        job->list->limit = limit < AUDIT_LIST_MAX ? limit : AUDIT_LIST_MAX;
        snprintf(job->list->only, sizeof(job->list->only), "%s", only);
    } else {
        worker_job_free(job);
        job = NULL;
    }
    submit(access, asker, job);
}

void access_audit_verify(struct access *access, const struct access_asker *asker)
{
    submit(access, asker, new_job(asker, WORKER_VERIFY));
}

void auditor_take_done(struct access *access, const struct worker_job *job)
{
    struct access_answer given = {
        .result = job->kept ? ACCESS_OK : ACCESS_FAILED, .audit = job->list, .verdict = &job->verdict};

    (void)access;
    if (!job->kept)
        log_warning("access", "%s", job->err.text);
    job->asker->answer(job->asker->ctx, job->asker->request, &given);
}
