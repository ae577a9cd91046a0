/* The table of sessions. The identifier itself is in the browser's cookie and nowhere here. */
#include "access/session.h"

#include <string.h>

/* Of the user, or (user 0) of all. */
static struct session *longest_idle(struct sessions *sessions, int64_t user)
{
    struct session *found = NULL;

    for (size_t i = 0; i < SESSION_MAX; i++) {
        struct session *session = &sessions->items[i];

        if (session->id == 0 || (user != 0 && session->user != user))
            continue;
        if (found == NULL || session->seen_ns < found->seen_ns)
            found = session;
    }
    return found;
}

static struct session *free_place(struct sessions *sessions)
{
    for (size_t i = 0; i < SESSION_MAX; i++) {
        if (sessions->items[i].id == 0)
            return &sessions->items[i];
    }
    return NULL;
}

static size_t count_of(const struct sessions *sessions, int64_t user)
{
    size_t count = 0;

    for (size_t i = 0; i < SESSION_MAX; i++)
        count += sessions->items[i].id != 0 && sessions->items[i].user == user;
    return count;
}

const struct session *sessions_victim(struct sessions *sessions, int64_t user)
{
    if (count_of(sessions, user) >= SESSION_PER_USER_MAX)
        return longest_idle(sessions, user);
    return free_place(sessions) == NULL ? longest_idle(sessions, 0) : NULL;
}

struct session *sessions_add(struct sessions *sessions, int64_t user, const unsigned char hash[SECRET_BYTES],
                             const char *csrf, int64_t now_ns)
{
    const struct session *victim = sessions_victim(sessions, user);
    struct session *place;

    if (victim != NULL)
        sessions_drop(sessions, victim->id);
    place = free_place(sessions);
    place->id = ++sessions->last_id;
    place->user = user;
    memcpy(place->hash, hash, SECRET_BYTES);
    memcpy(place->csrf, csrf, SECRET_TEXT);
    place->seen_ns = now_ns;
    place->acted_ns = now_ns;
    place->kept_ns = now_ns;
    return place;
}

bool session_alive(const struct session *session, int64_t now_ns)
{
    return now_ns - session->seen_ns < SESSION_IDLE_NS;
}

struct session *sessions_find(struct sessions *sessions, const unsigned char hash[SECRET_BYTES])
{
    for (size_t i = 0; i < SESSION_MAX; i++) {
        if (sessions->items[i].id != 0 && memcmp(sessions->items[i].hash, hash, SECRET_BYTES) == 0)
            return &sessions->items[i];
    }
    return NULL;
}

const struct session *sessions_get_const(const struct sessions *sessions, int64_t id)
{
    for (size_t i = 0; id != 0 && i < SESSION_MAX; i++) {
        if (sessions->items[i].id == id)
            return &sessions->items[i];
    }
    return NULL;
}

struct session *sessions_get(struct sessions *sessions, int64_t id)
{
    return (struct session *)sessions_get_const(sessions, id);
}

void sessions_drop(struct sessions *sessions, int64_t id)
{
    struct session *session = sessions_get(sessions, id);

    if (session != NULL)
        secret_wipe(session, sizeof(*session));
}

int64_t sessions_any_of(const struct sessions *sessions, int64_t user)
{
    for (size_t i = 0; i < SESSION_MAX; i++) {
        if (sessions->items[i].id != 0 && sessions->items[i].user == user)
            return sessions->items[i].id;
    }
    return 0;
}

enum access_role session_role(const struct session *session, enum access_role role, int64_t now_ns)
{
    bool acted = session->acted_ns != TIME_NONE;

    if (role == ACCESS_ROLE_ADMIN && acted && now_ns - session->acted_ns < SESSION_ADMIN_NS)
        return role;
    if (role >= ACCESS_ROLE_DRIVER && acted && now_ns - session->acted_ns < SESSION_DRIVER_NS)
        return ACCESS_ROLE_DRIVER;
    return ACCESS_ROLE_VIEWER;
}

void session_touch(struct session *session, enum access_role role, bool action, int64_t now_ns)
{
    session->seen_ns = now_ns;
    if (action && session_role(session, role, now_ns) == role)
        session->acted_ns = now_ns;
}
