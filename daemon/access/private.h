/* Shared by access.c, login.c, manage.c, auditor.c and owed.c only. */
#ifndef ACCESS_PRIVATE_H
#define ACCESS_PRIVATE_H

#include "access/access.h"
#include "access/pairing.h"
#include "access/session.h"
#include "access/worker.h"

enum access_state { ACCESS_STATE_OPENING, ACCESS_STATE_OPEN, ACCESS_STATE_FAILED };

#define OWED_MAX 16

struct owed {
    struct worker_job *jobs[OWED_MAX];
    size_t count, working; /* waiting for the next try; with the worker */
    struct loop_timer *again;
};

struct access {
    enum access_state state;
    char trouble[ERR_TEXT_MAX]; /* FAILED: why, for who tries to come in */
    bool demo;
    int64_t demo_user;
    struct users users;
    struct sessions sessions;
    struct tokens tokens;
    bool clock_right;
    struct audit_limit audit_limit; /* of rows about failures */
    bool is_changing;               /* something of manage.h is in work */
    struct pairing pairing;
    struct penalties penalties;
    struct worker *worker;
    struct owed owed;
    struct loop_timer *reopen;
    access_answer_fn *answer;
    access_end_fn *end;
    void *ctx;
    access_copied_fn *copied; /* NULL: no copy is being made */
    void *copied_ctx;
};

/* Forgets the session and tells the listener. */
void access_end_session(struct access *access, int64_t session);

/* The same for all of a user. */
void access_end_sessions_of(struct access *access, int64_t user);
/* The same for a token. */
void access_end_token(struct access *access, int64_t token);

/* Has the change written without anybody waiting for it. */
bool access_keep_later(struct access *access, const struct access_change *change);

/* What the session may do now, as callers see it. */
void access_fill_grant(const struct session *session, const struct user *user, int64_t now_ns,
                       struct access_grant *grant);

/* What comes back from the worker: a login or pairing, a logout. The job stays the caller's. */
void login_take_done(struct access *access, const struct worker_job *job);
void login_take_logout(struct access *access, const struct worker_job *job);
void manage_take_done(struct access *access, const struct worker_job *job);

/* owed.c: takes a job that comes back if it ended something and was not kept: then it is no longer the
 * caller's. */
bool owed_take(struct access *access, struct worker_job *job);
/* Tries all of it again now. */
void owed_submit(struct access *access);
bool owed_start(struct access *access, struct loop *loop);
void owed_stop(struct access *access);

/* auditor.c: the row that stands in the change's own transaction; its head, told to the journal; an answer.
 */
void auditor_put(const struct access *access, struct access_change *change, const struct audit_event *event);
void auditor_tell_head(const struct access_change *change);
void auditor_take_done(struct access *access, const struct worker_job *job);

#endif
