/* One function a noun. Decides nothing: access says what can be. */
#include "home_access.h"

#include "access/manage.h"
#include "export/json_access.h"
#include "export/json_audit.h"
#include "util/clock.h"

#include <stdlib.h>
#include <string.h>

/* Somebody at the socket who waits. */
struct waiting {
    struct control_job *job; /* NULL: left */
    struct err *begins;      /* not NULL while the request is being taken: an answer then is a refusal */
    bool is_answered;
    const struct zone *zone; /* of the audit's times */
};

static const char *words_of(const struct access_answer *answer)
{
    switch (answer->result) {
    case ACCESS_TOO_MANY:
        return "another change is in work: try again";
    case ACCESS_OPENING:
        return "garaged is still starting: try again";
    case ACCESS_FAILED:
        return "access.db can't be written at the moment";
    case ACCESS_OK:
    case ACCESS_INVALID:
    case ACCESS_WRONG:
    case ACCESS_UNKNOWN:
        break;
    }
    return answer->text;
}

static json_t *object_of(const struct access_answer *answer, const struct zone *zone)
{
    if (answer->result != ACCESS_OK)
        return json_pack("{s:s}", "error", words_of(answer));
    if (answer->audit)
        return json_audit(answer->audit, &(struct json_moment){clock_boot_ns(), clock_utc_ns(), zone});
    if (answer->verdict)
        return json_audit_verdict(answer->verdict);
    return *answer->identifier ? json_pack("{s:s}", "token", answer->identifier) : json_object();
}

static void take_answer(void *ctx, uint64_t request, const struct access_answer *answer)
{
    struct waiting *waiting = ctx;

    (void)request;
    if (waiting->begins) {
        err_set(waiting->begins, "%s", words_of(answer));
        waiting->is_answered = true;
        return;
    }
    if (waiting->job)
        control_job_end(waiting->job, object_of(answer, waiting->zone));
    free(waiting);
}

static void left(void *ctx)
{
    ((struct waiting *)ctx)->job = NULL;
}

static struct waiting *begin(struct control_job *job, struct err *err)
{
    struct waiting *waiting = malloc(sizeof(*waiting));

    if (!waiting)
        err_set(err, "out of memory");
    else
        *waiting = (struct waiting){job, err, false, NULL};
    return waiting;
}

/* What was refused at once has no job. */
static int go_on(struct waiting *waiting)
{
    if (waiting->is_answered) {
        free(waiting);
        return -1;
    }
    waiting->begins = NULL;
    control_job_listen(waiting->job, left, waiting);
    return 0;
}

static const char *text_of(const json_t *request, const char *key)
{
    const char *text = json_string_value(json_object_get(request, key));

    return text ? text : "";
}

static bool does(const json_t *request, const char *what)
{
    return strcmp(text_of(request, "do"), what) == 0;
}

int home_access_user(struct access *access, const json_t *request, struct control_job *job, struct err *err)
{
    struct waiting *waiting = begin(job, err);
    const struct access_asker asker = {take_answer, waiting, 0, AUDIT_ROOT, AUDIT_SOCKET};
    const char *name = text_of(request, "name");

    if (!waiting)
        return -1;
    if (does(request, "add"))
        access_user_add(access, &asker, name, text_of(request, "role"), text_of(request, "password"));
    else if (does(request, "passwd"))
        access_user_password(access, &asker, name, text_of(request, "password"));
    else if (does(request, "role"))
        access_user_role(access, &asker, name, text_of(request, "role"));
    else if (does(request, "remove"))
        access_user_remove(access, &asker, name);
    else
        waiting->is_answered = err_set(err, "do: add, passwd, role or remove") != 0;
    return go_on(waiting);
}

int home_access_token(struct access *access, const json_t *request, struct control_job *job, struct err *err)
{
    struct waiting *waiting = begin(job, err);
    const struct access_asker asker = {take_answer, waiting, 0, AUDIT_ROOT, AUDIT_SOCKET};
    const struct access_token_wish wish = {text_of(request, "name"), text_of(request, "role"),
                                           text_of(request, "scope"),
                                           json_integer_value(json_object_get(request, "days"))};

    if (!waiting)
        return -1;
    if (does(request, "add"))
        access_token_add(access, &asker, &wish, NULL);
    else if (does(request, "remove"))
        access_token_remove(access, &asker, json_integer_value(json_object_get(request, "id")));
    else
        waiting->is_answered = err_set(err, "do: add or remove") != 0;
    return go_on(waiting);
}

int home_access_session(struct access *access, const json_t *request, struct control_job *job,
                        struct err *err)
{
    struct waiting *waiting = begin(job, err);
    const struct access_asker asker = {take_answer, waiting, 0, AUDIT_ROOT, AUDIT_SOCKET};

    if (!waiting)
        return -1;
    if (json_is_integer(json_object_get(request, "id")))
        access_session_end(access, &asker, json_integer_value(json_object_get(request, "id")));
    else if (json_is_string(json_object_get(request, "user")))
        access_sessions_end(access, &asker, text_of(request, "user"));
    else if (json_is_true(json_object_get(request, "all")))
        access_sessions_end(access, &asker, NULL);
    else
        waiting->is_answered = err_set(err, "which session: id, user or all") != 0;
    return go_on(waiting);
}

int home_access_audit(struct access *access, const struct zone *zone, const json_t *request,
                      struct control_job *job, struct err *err)
{
    struct waiting *waiting = begin(job, err);
    const struct access_asker asker = {take_answer, waiting, 0, AUDIT_ROOT, AUDIT_SOCKET};
    json_int_t limit = json_integer_value(json_object_get(request, "limit"));
    json_int_t before = json_integer_value(json_object_get(request, "before"));

    if (!waiting)
        return -1;
    waiting->zone = zone;
    if (does(request, "verify"))
        access_audit_verify(access, &asker);
    else if (does(request, "list") && limit > 0 && before >= 0)
        access_audit_list(access, &asker, before, "", (size_t)limit);
    else
        waiting->is_answered = err_set(err, "do: verify, or list with a limit") != 0;
    return go_on(waiting);
}

int home_access_list(const struct access *access, const struct json_moment *now, const json_t *request,
                     json_t *answer, struct err *err)
{
    const struct json_sessions everybodys = {access_users(access), access_sessions(access), NULL, 0};
    const char *what = text_of(request, "what");
    json_t *list = NULL;

    if (!access_ready(access))
        return err_set(err, "%s", access_trouble(access));
    if (strcmp(what, "users") == 0)
        list = json_users(access_users(access), access_sessions(access));
    else if (strcmp(what, "tokens") == 0)
        list = json_tokens(access_tokens(access), now);
    else if (strcmp(what, "sessions") == 0)
        list = json_sessions(&everybodys, now);
    if (!list)
        return err_set(err, "what: users, tokens or sessions");
    json_object_update(answer, list);
    json_decref(list);
    return 0;
}
