/* Sessions: who came in, for how long, with which rights. Kept in memory; access.db holds the same so that a
 * restart logs nobody out. Only the SHA-256 of a session's identifier is kept. Pure; all times are
 * CLOCK_BOOTTIME, so a jump of the calendar neither extends nor ends one.
 *
 * A session lives for 30 days after it was last used. Its rights wear off sooner: what only an admin may do
 * takes a login or an action within the last 30 minutes, what a driver may do within 12 hours; after that the
 * session still looks, as a viewer. Rights that wore off come back by a login only. */
#ifndef ACCESS_SESSION_H
#define ACCESS_SESSION_H

#include "access/role.h"
#include "access/secret.h"
#include "util/core/time.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SESSION_PER_USER_MAX 16
#define SESSION_MAX          256
#define SESSION_FROM_MAX     48 /* an address as text */
#define SESSION_IDLE_NS      (30 * 24 * NS_PER_H)
#define SESSION_ADMIN_NS     (30 * NS_PER_MIN)
#define SESSION_DRIVER_NS    (12 * NS_PER_H)

struct session {
    int64_t id; /* 0: a free place */
    int64_t user;
    unsigned char hash[SECRET_BYTES];
    char csrf[SECRET_TEXT];
    int64_t seen_ns;  /* last used */
    int64_t acted_ns; /* last login or action with full rights; TIME_NONE: before this boot */
    int64_t kept_ns;  /* `seen_ns` as access.db has it */
    int64_t opened_s; /* UTC, as the clock was; for the owner's eyes */
    char opened_from[SESSION_FROM_MAX];
};

struct sessions {
    struct session items[SESSION_MAX];
    int64_t last_id;
};

/* The session that has to end before the user can have another one, or NULL: the user's longest idle beyond
 * SESSION_PER_USER_MAX, everybody's beyond SESSION_MAX. */
const struct session *sessions_victim(struct sessions *sessions, int64_t user);

/* Takes a free place (that of the victim, if there is one). The identifier's hash and the CSRF value are
 * copied. */
struct session *sessions_add(struct sessions *sessions, int64_t user, const unsigned char hash[SECRET_BYTES],
                             const char *csrf, int64_t now_ns);

/* The session with that hash, alive or not, or NULL. */
struct session *sessions_find(struct sessions *sessions, const unsigned char hash[SECRET_BYTES]);

/* The session with that id, alive or not, or NULL; and its end, if there is one. */
struct session *sessions_get(struct sessions *sessions, int64_t id);
const struct session *sessions_get_const(const struct sessions *sessions, int64_t id);
void sessions_drop(struct sessions *sessions, int64_t id);

/* The id of one of that user's sessions, or 0. */
int64_t sessions_any_of(const struct sessions *sessions, int64_t user);

/* Whether it was used within SESSION_IDLE_NS. */
bool session_alive(const struct session *session, int64_t now_ns);

/* The rights of a session whose user has `role`. */
enum access_role session_role(const struct session *session, enum access_role role, int64_t now_ns);

/* Notes a use; an `action` (anything but looking) also renews rights that have not worn off. */
void session_touch(struct session *session, enum access_role role, bool action, int64_t now_ns);

#endif
