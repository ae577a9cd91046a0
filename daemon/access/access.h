/* Who may do what: users, sessions, pairing and login. Nobody is trusted because of an address or an
 * identifier of the car. Users and sessions are looked up in memory; access.db and password hashes are worked
 * on by a thread of their own, so nothing here blocks the loop. */
#ifndef ACCESS_ACCESS_H
#define ACCESS_ACCESS_H

#include "access/penalty.h"
#include "access/role.h"
#include "access/secret.h"
#include "access/store.h"
#include "access/token.h"
#include "access/users.h"
#include "util/loop.h"

#include <stdbool.h>
#include <stdint.h>

struct access;

struct access_settings {
    const char *folder; /* of access.db; must exist */
    bool demo;          /* one code logs in as often as wanted until exit */
};

/* What a session or a token allows at this moment. */
struct access_grant {
    int64_t session; /* until the process ends; 0: it is a token's */
    int64_t token;   /* 0: it is a session's */
    enum access_role role;
    enum access_scope scope;
    char user[USER_NAME_MAX]; /* the token's name */
    char csrf[SECRET_TEXT];   /* "" for a token: no browser sends it by itself */
};

enum access_result {
    ACCESS_OK,
    ACCESS_INVALID,  /* `text` says why */
    ACCESS_WRONG,    /* user, password or code; which of them is not said */
    ACCESS_UNKNOWN,  /* there is no such user, token or session */
    ACCESS_TOO_MANY, /* try again after `retry_s` */
    ACCESS_OPENING,  /* access.db is not read yet */
    ACCESS_FAILED,   /* access.db can't be used */
};

struct access_answer {
    enum access_result result;
    int retry_s;
    char text[160];
    char identifier[TOKEN_TEXT]; /* OK of login and pair: for the cookie; of a new token. Never kept here */
    struct access_grant grant;
    const struct audit_list *audit; /* of access_audit_list(), until the callback returns */
    const struct audit_verdict *verdict;
};

/* The answer to the request of that number, at once or later, on the loop's thread. */
typedef void access_answer_fn(void *ctx, uint64_t request, const struct access_answer *answer);

/* A session ended: by logout, a new password, or because another took its place; or (session 0) a token. */
typedef void access_end_fn(void *ctx, int64_t session, int64_t token);

/* Returns at once; access.db is opened by the thread, and again every minute when that fails. */
struct access *access_new(struct loop *loop, const struct access_settings *settings, struct err *err);
void access_free(struct access *access);

/* Who hears of answers and ends (the web server). */
void access_listen(struct access *access, access_answer_fn *answer, access_end_fn *end, void *ctx);

/* Whether access.db was read; before that no session is known. */
bool access_ready(const struct access *access);

/* Why nobody can come in at this moment, in words for who tries; NULL when access.db was read. */
const char *access_trouble(const struct access *access);

/* Opens pairing for 10 minutes with a new code, 8 digits. In the demo it gives the code that is always open.
 */
int access_pair_open(struct access *access, char code[9], struct err *err);

/* These answer through access_answer_fn, possibly before they return. Texts are copied. */
void access_login(struct access *access, uint64_t request, const struct penalty_source *source,
                  const char *user, const char *password);
/* In the demo `user` and `password` may be NULL. */
void access_pair(struct access *access, uint64_t request, const struct penalty_source *source,
                 const char *code, const char *user, const char *password);
void access_logout(struct access *access, uint64_t request, int64_t session);

/* What the session with that identifier (the cookie's value) allows; false when there is none. `action`: it
 * is used for more than looking. */
bool access_check(struct access *access, const char *identifier, bool action, struct access_grant *grant);

/* What the token with that text allows, used from that source. */
bool access_check_token(struct access *access, const char *text, const struct penalty_source *source,
                        struct access_grant *grant);

/* Whether session or token still live; notes that the session is being looked through (an open websocket). */
bool access_still(struct access *access, const struct access_grant *grant);

/* Whether the calendar is right: without it no token that ends is believed. */
void access_trust_clock(struct access *access, bool is_right);

/* Has it written that this happened. What it tells of is done already: when there is no room it is counted,
 * and told with the next. */
void access_audit(struct access *access, const struct audit_event *event);

/* Makes a dated copy of access.db; `copied` hears why it was not made, or NULL. -1: not now. */
typedef void access_copied_fn(void *ctx, const char *why);
int access_copy(struct access *access, const struct access_copy *copy, access_copied_fn *copied, void *ctx);

/* How often the thread has turned; it is asked to turn once more: for the watchdog. */
unsigned access_turns(struct access *access);

#endif
