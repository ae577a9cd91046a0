/* The thread of access: hashes passwords one at a time and writes access.db, both too slow for the loop. Jobs
 * go in through a bounded queue, come back with an eventfd, and belong to one side at a time. */
#ifndef ACCESS_WORKER_H
#define ACCESS_WORKER_H

#include "access/penalty.h"
#include "access/store.h"
#include "util/loop.h"

#include <stdbool.h>
#include <stdint.h>

#define WORKER_JOBS_MAX   24 /* waiting or done and not yet taken */
#define WORKER_HASHES_MAX 5  /* of them with a password: one in work, four waiting */

struct access_asker;

enum worker_kind {
    WORKER_OPEN,   /* opens access.db and reads it into `snapshot` */
    WORKER_LOGIN,  /* verifies `password` against `change.user.hash`; writes the change when it is right */
    WORKER_HASH,   /* hashes `password` into `change.user.hash`; writes the change */
    WORKER_CHANGE, /* writes the change */
    WORKER_COPY,   /* makes `copy` */
    WORKER_LIST,   /* fills `list` */
    WORKER_VERIFY, /* fills `verdict` */
};

struct worker_job {
    enum worker_kind kind;
    /* the caller's, carried along */
    uint64_t request;
    bool opens_session, is_managed, is_owed;
    struct penalty_source source;
    char identifier[TOKEN_TEXT];
    struct access_asker *asker; /* of a managed job; whoever frees the job frees it */
    /* what to do */
    char password[USER_PASSWORD_MAX];
    struct access_change change;
    struct access_snapshot *snapshot; /* OPEN: whoever frees the job frees it */
    struct access_copy *copy;         /* COPY: the same */
    struct audit_list *list;          /* LIST: the same */
    struct audit_verdict verdict;
    /* results */
    bool right; /* LOGIN: the password was; else always true */
    bool kept;  /* the change, or the copy, is on disk */
    struct err err;
};

/* Gets each finished job on the loop's thread and owns it from then on. */
typedef void worker_done_fn(void *ctx, struct worker_job *job);

struct worker;

/* `folder` holds access.db. */
struct worker *worker_new(struct loop *loop, const char *folder, worker_done_fn *done, void *ctx,
                          struct err *err);

/* Finishes the hash in work, writes the changes that wait, drops all else. */
void worker_free(struct worker *worker);

/* How often the thread has turned; it is asked to turn once more. For the watchdog. */
unsigned worker_turns(struct worker *worker);

/* NULL only without memory. Jobs are freed with secrets overwritten. */
struct worker_job *worker_job_new(enum worker_kind kind);
void worker_job_free(struct worker_job *job);

/* Hands the job over. -1, with the job still the caller's, when as many are waiting as may. */
int worker_submit(struct worker *worker, struct worker_job *job);

#endif
