/* Users, tokens and sessions: each wish is checked here against what is in memory, written by the worker, and
 * answered when it comes back. Who may wish it is the caller's. */
#include "access/manage.h"

#include "access/private.h"
#include "util/clock.h"
#include "util/log.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define RETRY_BUSY_S 2

/* ---- answers ---- */

static void answer(const struct access_asker *asker, enum access_result result, int retry_s, const char *text)
{
    struct access_answer given = {.result = result, .retry_s = retry_s};

    snprintf(given.text, sizeof(given.text), "%.*s", (int)sizeof(given.text) - 1, text);
    asker->answer(asker->ctx, asker->request, &given);
}

static void answer_unknown(const struct access_asker *asker, const char *what)
{
    answer(asker, ACCESS_UNKNOWN, 0, what);
}

static void answer_invalid(const struct access_asker *asker, const char *why)
{
    answer(asker, ACCESS_INVALID, 0, why);
}

/* ---- jobs ---- */

/* Only one at a time, so that two can't be given one id. Answers and returns NULL when there can be none.
 * What is done stands in the audit with it. */
static struct worker_job *begin(struct access *access, const struct access_asker *asker,
                                enum worker_kind kind, const char *what, const char *detail)
{
    if (access->state != ACCESS_STATE_OPEN) {
        answer(asker, access->state == ACCESS_STATE_OPENING ? ACCESS_OPENING : ACCESS_FAILED, 0, "");
        return NULL;
    }
    owed_submit(access); /* a new user must not get the id of one whose end is not written yet */
    if (access->is_changing || access->pairing.taken || access->owed.working > 0 || access->owed.count > 0) {
        answer(asker, ACCESS_TOO_MANY, RETRY_BUSY_S, "");
        return NULL;
    }
    struct worker_job *job = worker_job_new(kind);
    struct access_asker *copy = job == NULL ? NULL : malloc(sizeof(*copy));
    if (copy == NULL) {
        worker_job_free(job);
        answer(asker, ACCESS_FAILED, 0, "");
        return NULL;
    }
    *copy = *asker;
    job->asker = copy;
    job->is_managed = true;
    auditor_put(access, &job->change, &(struct audit_event){asker->who, asker->from, what, detail, false});
    return job;
}

static void submit(struct access *access, struct worker_job *job)
{
    access->is_changing = worker_submit(access->worker, job) == 0;
    if (access->is_changing)
        return;
    answer(job->asker, ACCESS_TOO_MANY, RETRY_BUSY_S, "");
    worker_job_free(job);
}

/* What was given: it holds from now on. */
static void give(struct access *access, const struct access_change *change)
{
    if (change->put_user)
        users_put(&access->users, &change->user);
    if (change->put_user && change->end_user_sessions)
        access_end_sessions_of(access, change->user.id); /* who came in meanwhile */
    if (change->put_token)
        tokens_put(&access->tokens, &change->token);
}

static enum access_result result_of(const struct worker_job *job)
{
    if (!job->right)
        return ACCESS_WRONG;
    return job->kept ? ACCESS_OK : ACCESS_FAILED;
}

static void tell_wrong_password(struct access *access, const struct worker_job *job)
{
    char from[AUDIT_FROM_MAX];

    penalty_source_write(&job->source, from, sizeof(from));
    access_audit(access,
                 &(struct audit_event){AUDIT_NOBODY, from, "password_again", job->change.user.name, true});
}

void manage_take_done(struct access *access, const struct worker_job *job)
{
    struct access_answer given = {.result = result_of(job)};

    access->is_changing = false;
    if (given.result == ACCESS_FAILED)
        log_warning("access", "%s", job->err.text);
    if (!job->right)
        tell_wrong_password(access, job);
    if (job->right && job->kind == WORKER_LOGIN)
        penalty_forgive(&access->penalties, &job->source, clock_boot_ns());
    if (given.result == ACCESS_OK) {
        give(access, &job->change);
        memcpy(given.identifier, job->identifier, sizeof(given.identifier));
    }
    job->asker->answer(job->asker->ctx, job->asker->request, &given);
    secret_wipe(&given, sizeof(given));
}

/* ---- users ---- */

static const struct user *find_user(struct access *access, const struct access_asker *asker, const char *text)
{
    char name[USER_NAME_MAX];
    struct err err;
    const struct user *user = user_name_read(text, name, &err) == 0 ? users_find(&access->users, name) : NULL;

    if (user == NULL)
        answer_unknown(asker, "there is no such user");
    return user;
}

static bool is_last_admin(const struct access *access, const struct user *user)
{
    size_t admins = 0;

    for (size_t i = 0; i < access->users.count; i++)
        admins += access->users.items[i].role == ACCESS_ROLE_ADMIN;
    return user->role == ACCESS_ROLE_ADMIN && admins == 1;
}

/* Has `password` hashed for the user of the job's change. */
static void submit_password(struct access *access, struct worker_job *job, const char *password)
{
    struct err err;

    if (user_password_check(password, job->change.user.name, &err) != 0) {
        answer_invalid(job->asker, err.text);
        worker_job_free(job);
        return;
    }
    snprintf(job->password, sizeof(job->password), "%s", password);
    job->change.put_user = true;
    submit(access, job);
}

/* Answers and returns false when there can be no such user. */
static bool read_user(struct access *access, const struct access_asker *asker, const char *name,
                      const char *role, struct user *user)
{
    struct err err;

    user->role = (enum access_role)access_role_parse(role);
    if (user_name_read(name, user->name, &err) != 0)
        answer_invalid(asker, err.text);
    else if (user->role == 0)
        answer_invalid(asker, "the role is viewer, driver or admin");
    else if (users_find(&access->users, user->name) != NULL)
        answer_invalid(asker, "there is a user of that name");
    else if (access->users.count == USER_MAX)
        answer_invalid(asker, "there are as many users as there may be");
    else
        return true;
    return false;
}

void access_user_add(struct access *access, const struct access_asker *asker, const char *name,
                     const char *role, const char *password)
{
    struct user user = {.id = users_next_id(&access->users)};
    struct worker_job *job;

    if (!read_user(access, asker, name, role, &user) ||
        (job = begin(access, asker, WORKER_HASH, "user_add", user.name)) == NULL)
        return;
    job->change.user = user;
    submit_password(access, job, password);
}

void access_user_password(struct access *access, const struct access_asker *asker, const char *name,
                          const char *password)
{
    const struct user *user = find_user(access, asker, name);
    struct worker_job *job =
        user == NULL ? NULL : begin(access, asker, WORKER_HASH, "user_password", user->name);

    if (job == NULL)
        return;
    job->change.user = *user;
    job->change.end_user_sessions = true;
    submit_password(access, job, password);
}

void access_user_role(struct access *access, const struct access_asker *asker, const char *name,
                      const char *role)
{
    const struct user *user = find_user(access, asker, name);
    enum access_role wanted = (enum access_role)access_role_parse(role);

    if (user == NULL)
        return;
    if (wanted == 0) {
        answer_invalid(asker, "the role is viewer, driver or admin");
        return;
    }
    if (wanted != ACCESS_ROLE_ADMIN && is_last_admin(access, user)) {
        answer_invalid(asker, "this is the last admin: make another one first");
        return;
    }
    char detail[USER_NAME_MAX + 16];
    snprintf(detail, sizeof(detail), "%s: %s", user->name, access_role_name(wanted));
    struct worker_job *job = begin(access, asker, WORKER_CHANGE, "user_role", detail);
    if (job == NULL)
        return;
    job->change.put_user = job->change.end_user_sessions = true;
    job->change.user = *user;
    job->change.user.role = wanted;
    access_end_sessions_of(access, user->id);
    submit(access, job);
}

void access_user_remove(struct access *access, const struct access_asker *asker, const char *name)
{
    const struct user *user = find_user(access, asker, name);

    if (user == NULL)
        return;
    if (is_last_admin(access, user)) {
        answer_invalid(asker, "this is the last admin: make another one first");
        return;
    }
    struct worker_job *job = begin(access, asker, WORKER_CHANGE, "user_remove", user->name);
    if (job == NULL)
        return;
    job->change.remove_user = job->change.end_user_sessions = true;
    job->change.user = *user;
    access_end_sessions_of(access, user->id);
    users_drop(&access->users, job->change.user.id);
    submit(access, job);
}

/* ---- tokens ---- */

/* Answers and returns false when there can be no such token. */
static bool read_token(struct access *access, const struct access_asker *asker,
                       const struct access_token_wish *wish, struct token *token)
{
    int64_t now_s = clock_utc_ns() / NS_PER_S;
    int scope = access_scope_parse(wish->scope);
    struct err err;

    token->role = (enum access_role)access_role_parse(wish->role);
    if (user_name_read(wish->name, token->name, &err) != 0)
        answer_invalid(asker, err.text);
    else if (token->role != ACCESS_ROLE_VIEWER && token->role != ACCESS_ROLE_DRIVER)
        answer_invalid(asker, "a token is a viewer or a driver");
    else if (scope < 0)
        answer_invalid(asker, "the scope is read, metrics, or empty for all that the role may");
    else if (wish->days < 0 || wish->days > TOKEN_DAYS_MAX)
        answer_invalid(asker, "days: 1 to 3650, or 0 for no end");
    else if (wish->days > 0 && !access->clock_right)
        answer_invalid(asker, "the clock is not set: an end can't be reckoned");
    else if (tokens_named(&access->tokens, token->name) != NULL)
        answer_invalid(asker, "there is a token of that name");
    else if (access->tokens.count == TOKEN_MAX)
        answer_invalid(asker, "there are as many tokens as there may be");
    else {
        token->scope = (enum access_scope)scope;
        token->made_s = now_s;
        token->ends_s = wish->days == 0 ? TOKEN_NO_END : now_s + wish->days * (NS_PER_H / NS_PER_S * 24);
        return true;
    }
    return false;
}

/* False when who asks may not try a password now, or is nobody. */
static bool ask_again(struct access *access, struct worker_job *job, const struct access_again *again)
{
    const struct user *user = users_find(&access->users, again->user);
    int wait_s = penalty_try(&access->penalties, &again->source, clock_boot_ns());

    if (wait_s > 0) {
        answer(job->asker, ACCESS_TOO_MANY, wait_s, "");
        return false;
    }
    if (user == NULL || strlen(again->password) >= USER_PASSWORD_MAX) {
        answer(job->asker, ACCESS_WRONG, 0, "");
        return false;
    }
    job->source = again->source;
    job->change.user = *user;
    snprintf(job->password, sizeof(job->password), "%s", again->password);
    return true;
}

void access_token_add(struct access *access, const struct access_asker *asker,
                      const struct access_token_wish *wish, const struct access_again *again)
{
    struct token token = {.id = tokens_next_id(&access->tokens)};
    struct worker_job *job;
    struct err err;

    if (!read_token(access, asker, wish, &token) ||
        (job = begin(access, asker, again == NULL ? WORKER_CHANGE : WORKER_LOGIN, "token_add", token.name)) ==
            NULL)
        return;
    if (again != NULL && !ask_again(access, job, again)) {
        worker_job_free(job);
        return;
    }
    if (token_make(job->identifier, token.hash, &err) != 0) {
        log_error("access", "%s", err.text);
        answer(asker, ACCESS_FAILED, 0, "");
        worker_job_free(job);
        return;
    }
    job->change.put_token = true;
    job->change.token = token;
    submit(access, job);
}

void access_token_remove(struct access *access, const struct access_asker *asker, int64_t id)
{
    const struct token *token = tokens_get(&access->tokens, id);
    struct worker_job *job;

    if (token == NULL) {
        answer_unknown(asker, "there is no such token");
        return;
    }
    job = begin(access, asker, WORKER_CHANGE, "token_remove", token->name);
    if (job == NULL)
        return;
    job->change.remove_token = true;
    job->change.token = *token;
    access_end_token(access, id);
    submit(access, job);
}

/* ---- sessions ---- */

static const char *owner_of(const struct access *access, const struct session *session)
{
    const struct user *user = users_get(&access->users, session->user);

    return user == NULL ? "" : user->name;
}

void access_session_end(struct access *access, const struct access_asker *asker, int64_t id)
{
    const struct session *session = sessions_get(&access->sessions, id);
    struct worker_job *job;

    if (session == NULL) {
        answer_unknown(asker, "there is no such session");
        return;
    }
    job = begin(access, asker, WORKER_CHANGE, "session_end", owner_of(access, session));
    if (job == NULL)
        return;
    job->change.end_session = true;
    memcpy(job->change.ended, session->hash, SECRET_BYTES);
    access_end_session(access, id);
    submit(access, job);
}

void access_sessions_end(struct access *access, const struct access_asker *asker, const char *name)
{
    const struct user *user = name == NULL ? NULL : find_user(access, asker, name);
    struct worker_job *job = name != NULL && user == NULL ? NULL
                                                          : begin(access, asker, WORKER_CHANGE, "session_end",
                                                                  name == NULL ? "all" : user->name);

    if (job == NULL)
        return;
    job->change.end_all_sessions = user == NULL;
    job->change.end_user_sessions = user != NULL;
    if (user != NULL)
        job->change.user = *user;
    for (size_t i = 0; i < access->users.count; i++)
        if (user == NULL || user == &access->users.items[i])
            access_end_sessions_of(access, access->users.items[i].id);
    submit(access, job);
}

/* ---- lists ---- */

const struct users *access_users(const struct access *access)
{
    return &access->users;
}

const struct tokens *access_tokens(const struct access *access)
{
    return &access->tokens;
}

const struct sessions *access_sessions(const struct access *access)
{
    return &access->sessions;
}
