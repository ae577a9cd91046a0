/* What may be done with users, tokens and sessions, by an admin or by root at the control socket. What takes
 * rights away acts at once, before it is written; what gives them acts when it is on disk. One such change is
 * in work at a time. */
#ifndef ACCESS_MANAGE_H
#define ACCESS_MANAGE_H

#include "access/access.h"

/* Who hears the answer: at once, or later on the loop's thread. */
struct access_asker {
    access_answer_fn *answer;
    void *ctx;
    uint64_t request;
    const char *who, *from; /* for the audit; needed until the call returns */
};

/* A new user; a new password for a known one (its sessions end); another role (the same); its end. The last
 * admin can neither go nor become less. */
void access_user_add(struct access *access, const struct access_asker *asker, const char *name,
                     const char *role, const char *password);
void access_user_password(struct access *access, const struct access_asker *asker, const char *name,
                          const char *password);
void access_user_role(struct access *access, const struct access_asker *asker, const char *name,
                      const char *role);
void access_user_remove(struct access *access, const struct access_asker *asker, const char *name);

struct access_token_wish {
    const char *name, *role, *scope;
    int64_t days; /* 0: no end */
};

/* Who says the password again before a token is made. */
struct access_again {
    const char *user, *password;
    struct penalty_source source;
};

/* A new token: its text is the answer's identifier, and never told again. `again` NULL: root asks. */
void access_token_add(struct access *access, const struct access_asker *asker,
                      const struct access_token_wish *wish, const struct access_again *again);
void access_token_remove(struct access *access, const struct access_asker *asker, int64_t id);

/* One session; those of a user (NULL: everybody's). */
void access_session_end(struct access *access, const struct access_asker *asker, int64_t id);
void access_sessions_end(struct access *access, const struct access_asker *asker, const char *user);

/* The audit's rows, newest first: `limit` of those before an id (0: the newest); those of `only` and the
 * orders to the car ("": all; AUDIT_ORDERS: those orders alone). Answered with `audit`. */
void access_audit_list(struct access *access, const struct access_asker *asker, int64_t before,
                       const char *only, size_t limit);

/* Whether no row was changed, moved or taken away. Answered with `verdict`. */
void access_audit_verify(struct access *access, const struct access_asker *asker);

/* For lists; they stay the room's and are as they are at this moment. */
const struct users *access_users(const struct access *access);
const struct tokens *access_tokens(const struct access *access);
const struct sessions *access_sessions(const struct access *access);

#endif
