/* The room's front: lookups in memory, and what comes back from the worker. Logs what the owner should know;
 * passwords, codes and identifiers never appear in a log line. Requests to come in are login.c's. */
#include "access/private.h"
#include "util/clock.h"
#include "util/log.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define REOPEN_NS      NS_PER_MIN
#define KEEP_AGAIN_NS  (24 * NS_PER_H) /* how stale a session's last use may be on disk */
#define DEMO_USER_NAME "demo"

/* Who stands before the door learns the file, not the folder. */
static void fail(struct access *access, const char *reason)
{
    const char *name = strstr(reason, "access.db");

    snprintf(access->trouble, sizeof(access->trouble),
             "nobody can log in: %.300s; garaged tries again every minute", name ? name : reason);
    access->state = ACCESS_STATE_FAILED;
    loop_timer_start(access->reopen, clock_boot_ns() + REOPEN_NS);
}

static void submit_open(struct access *access)
{
    struct worker_job *job = worker_job_new(WORKER_OPEN);

    if (job != NULL && worker_submit(access->worker, job) == 0)
        return;
    worker_job_free(job);
    fail(access, "out of memory");
}

static void reopen(void *ctx, int64_t now_ns)
{
    (void)now_ns;
    submit_open(ctx);
}

/* The demo's user has no password: only the code lets anybody in as it. */
static void add_demo_user(struct access *access)
{
    struct user user = {.role = ACCESS_ROLE_ADMIN, .name = DEMO_USER_NAME};
    const struct user *known = users_find(&access->users, DEMO_USER_NAME);

    user.id = known == NULL ? users_next_id(&access->users) : known->id;
    if (users_put(&access->users, &user) == 0)
        access->demo_user = user.id;
}

static void take_opened(struct access *access, struct worker_job *job)
{
    if (!job->kept) {
        log_error("access", "%s; trying again every minute, nobody can log in until then", job->err.text);
        fail(access, job->err.text);
        return;
    }
    if (job->snapshot->notice[0] != '\0')
        log_warning("access", "%s", job->snapshot->notice);
    access->users = job->snapshot->users;
    access->sessions = job->snapshot->sessions;
    access->tokens = job->snapshot->tokens;
    if (access->demo)
        add_demo_user(access);
    access->state = ACCESS_STATE_OPEN;
}

static void take_copied(struct access *access, const struct worker_job *job)
{
    access_copied_fn *copied = access->copied;

    access->copied = NULL;
    copied(access->copied_ctx, job->kept ? NULL : job->err.text);
}

static void take_done(void *ctx, struct worker_job *job)
{
    struct access *access = ctx;

    if (job->kept && job->change.put_audit)
        auditor_tell_head(&job->change);
    if (job->kind == WORKER_OPEN)
        take_opened(access, job);
    else if (job->kind == WORKER_LIST || job->kind == WORKER_VERIFY)
        auditor_take_done(access, job);
    else if (job->kind == WORKER_COPY)
        take_copied(access, job);
    else if (job->is_managed)
        manage_take_done(access, job);
    else if (job->opens_session)
        login_take_done(access, job);
    else if (job->request != 0)
        login_take_logout(access, job);
    else if (!job->kept && !job->is_owed)
        log_warning("access", "%s", job->err.text);
    if (!owed_take(access, job))
        worker_job_free(job);
}

struct access *access_new(struct loop *loop, const struct access_settings *settings, struct err *err)
{
    struct access *access = calloc(1, sizeof(*access));
    uint32_t code;

    if (access == NULL) {
        err_set(err, "out of memory");
        return NULL;
    }
    access->demo = settings->demo;
    access->worker = worker_new(loop, settings->folder, take_done, access, err);
    access->reopen = loop_timer_new(loop, reopen, access);
    if (access->worker == NULL || access->reopen == NULL || !owed_start(access, loop))
        goto fail;
    if (access->demo) {
        if (secret_random_below(PAIRING_CODES, &code, err) != 0)
            goto fail;
        pairing_open_for_ever(&access->pairing, code);
    }
    submit_open(access);
    return access;
fail:
    access_free(access);
    return NULL;
}

void access_free(struct access *access)
{
    if (access == NULL)
        return;
    if (access->worker != NULL)
        owed_submit(access); /* the last chance */
    worker_free(access->worker);
    owed_stop(access);
    loop_timer_free(access->reopen);
    secret_wipe(access, sizeof(*access));
    free(access);
}

void access_listen(struct access *access, access_answer_fn *answer, access_end_fn *end, void *ctx)
{
    access->answer = answer;
    access->end = end;
    access->ctx = ctx;
}

bool access_ready(const struct access *access)
{
    return access->state == ACCESS_STATE_OPEN;
}

const char *access_trouble(const struct access *access)
{
    switch (access->state) {
    case ACCESS_STATE_OPENING:
        return "garaged is still starting";
    case ACCESS_STATE_FAILED:
        return access->trouble;
    case ACCESS_STATE_OPEN:
        break;
    }
    return NULL;
}

int access_pair_open(struct access *access, char code[9], struct err *err)
{
    uint32_t number;

    if (!access->demo) {
        if (secret_random_below(PAIRING_CODES, &number, err) != 0)
            return -1;
        pairing_open(&access->pairing, number, clock_boot_ns());
    }
    memcpy(code, access->pairing.code, PAIRING_DIGITS + 1);
    access_audit(access, &(struct audit_event){AUDIT_ROOT, AUDIT_SOCKET, "pair_open", "", false});
    return 0;
}

void access_end_session(struct access *access, int64_t session)
{
    sessions_drop(&access->sessions, session);
    if (access->end != NULL)
        access->end(access->ctx, session, 0);
}

void access_end_sessions_of(struct access *access, int64_t user)
{
    int64_t session;

    while ((session = sessions_any_of(&access->sessions, user)) != 0)
        access_end_session(access, session);
}

void access_end_token(struct access *access, int64_t token)
{
    tokens_drop(&access->tokens, token);
    if (access->end != NULL)
        access->end(access->ctx, 0, token);
}

bool access_keep_later(struct access *access, const struct access_change *change)
{
    struct worker_job *job = worker_job_new(WORKER_CHANGE);

    if (job == NULL)
        return false;
    job->change = *change;
    if (worker_submit(access->worker, job) == 0)
        return true;
    log_warning("access", "too much to write at once: a last use, or a row of the audit, was not kept");
    worker_job_free(job);
    return false;
}

static void end_expired(struct access *access, struct session *session)
{
    struct access_change change = {.end_session = true};

    memcpy(change.ended, session->hash, SECRET_BYTES);
    access_keep_later(access, &change);
    access_end_session(access, session->id);
}

/* The user of a live session, or NULL. A session found dead is removed. */
static const struct user *find_owner(struct access *access, struct session *session, int64_t now_ns)
{
    const struct user *user = session == NULL ? NULL : users_get(&access->users, session->user);

    if (session == NULL)
        return NULL;
    if (user != NULL && session_alive(session, now_ns))
        return user;
    end_expired(access, session);
    return NULL;
}

static void note_use(struct access *access, struct session *session, enum access_role role, bool action,
                     int64_t now_ns)
{
    struct access_change change = {.put_session = true};

    session_touch(session, role, action, now_ns);
    if (session->kept_ns != TIME_NONE && now_ns - session->kept_ns < KEEP_AGAIN_NS)
        return;
    session->kept_ns = now_ns;
    change.session = *session;
    access_keep_later(access, &change);
}

void access_fill_grant(const struct session *session, const struct user *user, int64_t now_ns,
                       struct access_grant *grant)
{
    memset(grant, 0, sizeof(*grant));
    grant->session = session->id;
    grant->role = session_role(session, user->role, now_ns);
    memcpy(grant->user, user->name, sizeof(grant->user));
    memcpy(grant->csrf, session->csrf, sizeof(grant->csrf));
}

bool access_check(struct access *access, const char *identifier, bool action, struct access_grant *grant)
{
    int64_t now_ns = clock_boot_ns();
    unsigned char bytes[SECRET_BYTES], hash[SECRET_BYTES];
    struct session *session;
    const struct user *user;
    struct err err;

    if (access->state != ACCESS_STATE_OPEN || !secret_from_text(identifier, bytes) ||
        secret_hash(bytes, sizeof(bytes), hash, &err) != 0)
        return false;
    session = sessions_find(&access->sessions, hash);
    user = find_owner(access, session, now_ns);
    if (user == NULL)
        return false;
    note_use(access, session, user->role, action, now_ns);
    access_fill_grant(session, user, now_ns, grant);
    return true;
}

/* ---- tokens ---- */

static int64_t now_utc_s(void)
{
    return clock_utc_ns() / NS_PER_S;
}

/* A token that is used from where it was not used before may have been stolen. */
static void tell_new_place(const struct access *access, struct access_change *change, const struct token *token,
                           const char *from)
{
    char who[AUDIT_WHO_MAX];

    snprintf(who, sizeof(who), "token:%s", token->name);
    auditor_put(access, change, &(struct audit_event){who, from, "token_use", "from a new address", false});
}

static void note_token_use(struct access *access, struct token *token, const struct penalty_source *source)
{
    struct access_change change = {.put_token = true};
    char from[TOKEN_FROM_MAX];

    penalty_source_write(source, from, sizeof(from));
    bool is_known = token_knows(token, from);
    if (llabs(now_utc_s() - token->used_s) < TOKEN_USED_S && is_known)
        return;
    if (!is_known)
        tell_new_place(access, &change, token, from);
    token->used_s = now_utc_s();
    memcpy(token->used_from, from, sizeof(from));
    change.token = *token;
    access_keep_later(access, &change);
}

bool access_check_token(struct access *access, const char *text, const struct penalty_source *source,
                        struct access_grant *grant)
{
    unsigned char hash[SECRET_BYTES];

    if (access->state != ACCESS_STATE_OPEN || !token_read(text, hash))
        return false;
    struct token *token = tokens_find(&access->tokens, hash);
    if (token == NULL || !token_alive(token, now_utc_s(), access->clock_right))
        return false;
    note_token_use(access, token, source);
    memset(grant, 0, sizeof(*grant));
    grant->token = token->id;
    grant->role = token->role;
    grant->scope = token->scope;
    memcpy(grant->user, token->name, sizeof(grant->user));
    return true;
}

void access_trust_clock(struct access *access, bool is_right)
{
    access->clock_right = is_right;
}

static bool token_still(const struct access *access, int64_t id)
{
    const struct token *token = tokens_get(&access->tokens, id);

    return token != NULL && token_alive(token, now_utc_s(), access->clock_right);
}

bool access_still(struct access *access, const struct access_grant *grant)
{
    int64_t now_ns = clock_boot_ns();

    if (grant->token != 0)
        return token_still(access, grant->token);
    struct session *session = sessions_get(&access->sessions, grant->session);
    const struct user *user = find_owner(access, session, now_ns);
    if (user == NULL)
        return false;
    note_use(access, session, user->role, false, now_ns);
    return true;
}

unsigned access_turns(struct access *access)
{
    return worker_turns(access->worker);
}

int access_copy(struct access *access, const struct access_copy *copy, access_copied_fn *copied, void *ctx)
{
    struct worker_job *job = access->copied == NULL ? worker_job_new(WORKER_COPY) : NULL;

    if (job != NULL)
        job->copy = malloc(sizeof(*job->copy));
    if (job != NULL && job->copy != NULL)
        *job->copy = *copy;
    if (job == NULL || job->copy == NULL || worker_submit(access->worker, job) != 0) {
        worker_job_free(job);
        return -1;
    }
    access->copied = copied;
    access->copied_ctx = ctx;
    return 0;
}
