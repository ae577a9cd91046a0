/* Coming in and leaving: login, pairing, logout. Each is checked here, worked on by the worker, and answered
 * when it comes back. A wrong user and a wrong password are answered alike and take as long. */
#include "access/private.h"
#include "util/clock.h"
#include "util/log.h"

#include <stdio.h>
#include <string.h>

#define RETRY_BUSY_S 2

static void answer(struct access *access, uint64_t request, const struct access_answer *given)
{
    if (access->answer != NULL)
        access->answer(access->ctx, request, given);
}

static void answer_result(struct access *access, uint64_t request, enum access_result result, int retry_s)
{
    struct access_answer given = {.result = result, .retry_s = retry_s};

    answer(access, request, &given);
}

/* Somebody was wrong. What was typed is not told: it may be a password in the wrong field. */
static void tell_failure(struct access *access, const struct penalty_source *source, const char *what,
                         const char *known_user)
{
    char from[AUDIT_FROM_MAX];

    penalty_source_write(source, from, sizeof(from));
    access_audit(access, &(struct audit_event){AUDIT_NOBODY, from, what, known_user, true});
}

static void answer_invalid(struct access *access, uint64_t request, const char *why)
{
    struct access_answer given = {.result = ACCESS_INVALID};

    snprintf(given.text, sizeof(given.text), "%s", why);
    answer(access, request, &given);
}

/* Answers and returns false when nobody may try now. */
static bool may_try(struct access *access, uint64_t request, const struct penalty_source *source)
{
    int wait_s;

    if (access->state != ACCESS_STATE_OPEN) {
        answer_result(access, request, access->state == ACCESS_STATE_OPENING ? ACCESS_OPENING : ACCESS_FAILED,
                      0);
        return false;
    }
    wait_s = penalty_try(&access->penalties, source, clock_boot_ns());
    if (wait_s == 0)
        return true;
    answer_result(access, request, ACCESS_TOO_MANY, wait_s);
    return false;
}

/* Makes a new session for the job's user: its identifier goes to the browser, its hash to the table and the
 * disk. */
static int prepare_session(struct worker_job *job, int64_t user, struct err *err)
{
    unsigned char identifier[SECRET_BYTES], csrf[SECRET_BYTES];
    struct session *session = &job->change.session;
    int64_t now_ns = clock_boot_ns();
    int status = -1;

    if (secret_random(identifier, sizeof(identifier), err) == 0 &&
        secret_random(csrf, sizeof(csrf), err) == 0)
        status = secret_hash(identifier, sizeof(identifier), session->hash, err);
    secret_to_text(identifier, job->identifier);
    secret_to_text(csrf, session->csrf);
    secret_wipe(identifier, sizeof(identifier));
    session->user = user;
    session->seen_ns = now_ns;
    session->acted_ns = now_ns;
    session->opened_s = clock_utc_ns() / NS_PER_S;
    penalty_source_write(&job->source, session->opened_from, sizeof(session->opened_from));
    job->opens_session = true;
    job->change.put_session = true;
    return status;
}

/* Hands over a job that opens a session. On failure it is answered and freed here. */
static int submit(struct access *access, struct worker_job *job)
{
    struct err err;
    int status = prepare_session(job, job->change.user.id, &err);

    auditor_put(access, &job->change,
                &(struct audit_event){job->change.user.name, job->change.session.opened_from,
                                      job->kind == WORKER_LOGIN ? "login" : "pair", "", false});
    if (status != 0) {
        log_error("access", "%s", err.text);
        answer_result(access, job->request, ACCESS_FAILED, 0);
    } else if (worker_submit(access->worker, job) != 0) {
        penalty_forgive(&access->penalties, &job->source, clock_boot_ns());
        answer_result(access, job->request, ACCESS_TOO_MANY, RETRY_BUSY_S);
    } else {
        return 0;
    }
    worker_job_free(job);
    return -1;
}

static struct worker_job *new_job(struct access *access, enum worker_kind kind, uint64_t request,
                                  const struct penalty_source *source)
{
    struct worker_job *job = worker_job_new(kind);

    if (job == NULL) {
        answer_result(access, request, ACCESS_FAILED, 0);
        return NULL;
    }
    job->request = request;
    if (source != NULL)
        job->source = *source;
    return job;
}

void access_login(struct access *access, uint64_t request, const struct penalty_source *source,
                  const char *user, const char *password)
{
    char name[USER_NAME_MAX];
    const struct user *known = NULL;
    struct worker_job *job;
    struct err err;

    if (!may_try(access, request, source))
        return;
    if (strlen(password) >= USER_PASSWORD_MAX) {
        tell_failure(access, source, "login", "");
        answer_result(access, request, ACCESS_WRONG, 0);
        return;
    }
    job = new_job(access, WORKER_LOGIN, request, source);
    if (job == NULL)
        return;
    if (user_name_read(user, name, &err) == 0)
        known = users_find(&access->users, name);
    if (known != NULL)
        job->change.user = *known;
    snprintf(job->password, sizeof(job->password), "%s", password);
    submit(access, job);
}

/* The new admin, or the known user who gets a new password. False when it is answered already. */
static bool read_new_user(struct access *access, uint64_t request, const char *name, const char *password,
                          struct user *user)
{
    const struct user *known;
    struct err err;

    if (name == NULL || password == NULL) {
        answer_invalid(access, request, "code, user and password are needed");
        return false;
    }
    if (user_name_read(name, user->name, &err) != 0 || user_password_check(password, user->name, &err) != 0) {
        answer_invalid(access, request, err.text);
        return false;
    }
    known = users_find(&access->users, user->name);
    if (known == NULL && access->users.count == USER_MAX) {
        answer_invalid(access, request, "there are as many users as there may be");
        return false;
    }
    user->id = known == NULL ? users_next_id(&access->users) : known->id;
    user->role = ACCESS_ROLE_ADMIN;
    return true;
}

static void pair_demo(struct access *access, uint64_t request, const struct penalty_source *source,
                      const char *code)
{
    struct worker_job *job;
    const struct user *user = users_get(&access->users, access->demo_user);

    if (user == NULL || !pairing_take(&access->pairing, code, clock_boot_ns())) {
        tell_failure(access, source, "pair", "");
        answer_result(access, request, ACCESS_WRONG, 0);
        return;
    }
    job = new_job(access, WORKER_CHANGE, request, source);
    if (job == NULL)
        return;
    job->change.put_user = true;
    job->change.user = *user;
    submit(access, job);
}

void access_pair(struct access *access, uint64_t request, const struct penalty_source *source,
                 const char *code, const char *user, const char *password)
{
    struct worker_job *job;
    struct user added = {0};

    if (!may_try(access, request, source))
        return;
    if (access->demo && user == NULL && password == NULL) {
        pair_demo(access, request, source, code);
        return;
    }
    if (!read_new_user(access, request, user, password, &added))
        return;
    if (access->is_changing) { /* the new admin would be given the id of somebody else who is new */
        answer_result(access, request, ACCESS_TOO_MANY, RETRY_BUSY_S);
        return;
    }
    if (!pairing_take(&access->pairing, code, clock_boot_ns())) {
        tell_failure(access, source, "pair", "");
        answer_result(access, request, ACCESS_WRONG, 0);
        return;
    }
    job = new_job(access, WORKER_HASH, request, source);
    if (job != NULL) {
        job->change.put_user = true;
        job->change.end_user_sessions = true;
        job->change.user = added;
        snprintf(job->password, sizeof(job->password), "%s", password);
    }
    if (job == NULL || submit(access, job) != 0)
        pairing_release(&access->pairing);
}

void access_logout(struct access *access, uint64_t request, int64_t id)
{
    struct session *session = sessions_get(&access->sessions, id);
    const struct user *owner = session == NULL ? NULL : users_get(&access->users, session->user);
    struct worker_job *job;

    if (session == NULL) {
        answer_result(access, request, ACCESS_OK, 0);
        return;
    }
    job = new_job(access, WORKER_CHANGE, request, NULL);
    if (job == NULL)
        return;
    job->change.end_session = true;
    memcpy(job->change.ended, session->hash, SECRET_BYTES);
    auditor_put(access, &job->change,
                &(struct audit_event){owner == NULL ? "" : owner->name, session->opened_from, "logout", "", false});
    access_end_session(access, id);
    if (worker_submit(access->worker, job) != 0) {
        answer_result(access, request, ACCESS_FAILED, 0);
        if (!owed_take(access, job))
            worker_job_free(job);
    }
}

void login_take_logout(struct access *access, const struct worker_job *job)
{
    if (!job->kept)
        log_warning("access", "%s", job->err.text);
    answer_result(access, job->request, job->kept ? ACCESS_OK : ACCESS_FAILED, 0);
}

/* Puts the session where lookups find it and answers with it. */
static void open_session(struct access *access, const struct worker_job *job, const struct user *user)
{
    const struct session *made = &job->change.session;
    struct access_answer given = {.result = ACCESS_OK};
    struct access_change change = {.end_session = true};
    const struct session *oldest = sessions_victim(&access->sessions, user->id);
    struct session *session;

    if (oldest != NULL) {
        memcpy(change.ended, oldest->hash, SECRET_BYTES);
        access_keep_later(access, &change);
        access_end_session(access, oldest->id);
    }
    session = sessions_add(&access->sessions, user->id, made->hash, made->csrf, made->seen_ns);
    session->opened_s = made->opened_s;
    memcpy(session->opened_from, made->opened_from, sizeof(session->opened_from));
    access_fill_grant(session, user, made->seen_ns, &given.grant);
    memcpy(given.identifier, job->identifier, sizeof(given.identifier));
    penalty_forgive(&access->penalties, &job->source, clock_boot_ns());
    answer(access, job->request, &given);
    secret_wipe(&given, sizeof(given));
}

/* A new admin is one only when it is on disk. */
static void take_paired(struct access *access, const struct worker_job *job)
{
    const struct user *user = &job->change.user;

    if (!job->kept) {
        log_error("access", "pairing: %s", job->err.text);
        pairing_release(&access->pairing);
        answer_result(access, job->request, ACCESS_FAILED, 0);
        return;
    }
    pairing_close(&access->pairing);
    users_put(&access->users, user);
    access_end_sessions_of(access, user->id);
    log_notice("access", "%s is now an admin", user->name);
    open_session(access, job, user);
}

/* A session that could not be written is good until the next restart. */
static void take_logged_in(struct access *access, const struct worker_job *job)
{
    const struct user *user = users_get(&access->users, job->change.user.id);

    if (!job->right || user == NULL || strcmp(user->hash, job->change.user.hash) != 0) {
        tell_failure(access, &job->source, "login", job->change.user.name);
        answer_result(access, job->request, ACCESS_WRONG, 0);
        return;
    }
    if (!job->kept)
        log_warning("access", "this login ends with the next restart: %s", job->err.text);
    open_session(access, job, user);
}

void login_take_done(struct access *access, const struct worker_job *job)
{
    if (job->kind == WORKER_HASH)
        take_paired(access, job);
    else
        take_logged_in(access, job);
}
