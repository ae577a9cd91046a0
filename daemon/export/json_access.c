/* Lists of who may come in. Decides nothing. */
#include "export/json_access.h"

#include <string.h>

static json_t *time_or_null(const struct json_moment *now, int64_t utc_ns)
{
    char text[ZONE_TIME_TEXT_SIZE];

    if (utc_ns == 0)
        return json_null();
    zone_time_text(now->zone, utc_ns, text);
    return json_string(text);
}

static json_t *list_of(json_t *items)
{
    return json_pack("{s:o}", "items", items);
}

static size_t sessions_of(const struct sessions *sessions, int64_t user)
{
    size_t count = 0;

    for (size_t i = 0; i < SESSION_MAX; i++)
        count += sessions->items[i].id != 0 && sessions->items[i].user == user;
    return count;
}

json_t *json_users(const struct users *users, const struct sessions *sessions)
{
    json_t *items = json_array();

    for (size_t i = 0; i < users->count; i++) {
        const struct user *user = &users->items[i];
        json_array_append_new(items, json_pack("{s:s, s:s, s:I}", "name", user->name, "role",
                                               access_role_name(user->role), "sessions",
                                               (json_int_t)sessions_of(sessions, user->id)));
    }
    return list_of(items);
}

static json_t *session_item(const struct session *session, const struct user *user, bool is_current,
                            const struct json_moment *now)
{
    enum access_role role = session_role(session, user->role, now->boot_ns);
    int64_t seen_ns = now->utc_ns - (now->boot_ns - session->seen_ns);

    return json_pack("{s:I, s:s, s:s, s:s, s:o, s:o, s:b}", "id", (json_int_t)session->id, "user", user->name,
                     "role", access_role_name(role), "from", session->opened_from, "opened",
                     time_or_null(now, session->opened_s * NS_PER_S), "seen", time_or_null(now, seen_ns),
                     "current", is_current);
}

json_t *json_sessions(const struct json_sessions *wanted, const struct json_moment *now)
{
    json_t *items = json_array();

    for (size_t i = 0; i < SESSION_MAX; i++) {
        const struct session *session = &wanted->sessions->items[i];
        const struct user *user = session->id == 0 ? NULL : users_get(wanted->users, session->user);
        if (user == NULL || !session_alive(session, now->boot_ns))
            continue;
        if (wanted->user != NULL && strcmp(wanted->user, user->name) != 0)
            continue;
        json_array_append_new(items, session_item(session, user, session->id == wanted->current, now));
    }
    return list_of(items);
}

json_t *json_tokens(const struct tokens *tokens, const struct json_moment *now)
{
    json_t *items = json_array();

    for (size_t i = 0; i < tokens->count; i++) {
        const struct token *token = &tokens->items[i];
        json_array_append_new(
            items,
            json_pack("{s:I, s:s, s:s, s:s, s:o, s:o, s:o, s:s}", "id", (json_int_t)token->id, "name",
                      token->name, "role", access_role_name(token->role), "scope",
                      access_scope_name(token->scope), "made", time_or_null(now, token->made_s * NS_PER_S),
                      "ends", time_or_null(now, token->ends_s * NS_PER_S), "used",
                      time_or_null(now, token->used_s * NS_PER_S), "used_from", token->used_from));
    }
    return list_of(items);
}
