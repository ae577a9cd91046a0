/* access.db: users, sessions, tokens and the audit, mode 0600, WAL, every commit synced. One connection, used
 * by one thread (worker.c). In no export and no backup of the diary; its own copies are as private as it is.
 */
#ifndef ACCESS_STORE_H
#define ACCESS_STORE_H

#include "access/audit.h"
#include "access/session.h"
#include "access/token.h"
#include "access/users.h"
#include "util/copies.h"
#include "util/core/err.h"

#include <stdbool.h>

#define ACCESS_STORE_VERSION     2
#define ACCESS_STORE_APPLICATION 0x67616163 /* "gaac" */
#define ACCESS_STORE_BOOT_MAX    37

struct access_store;

/* What the file held. */
struct access_snapshot {
    struct users users;
    struct sessions sessions;
    struct tokens tokens;
    char notice[256]; /* "" or what the owner should know: a damaged file was set aside */
};

/* Written in one transaction, in this order. */
struct access_change {
    bool put_user;
    bool end_user_sessions; /* those of `user` */
    bool end_all_sessions;
    bool remove_user;
    bool end_session; /* the one with the hash `ended` */
    bool put_session;
    bool put_token;
    bool remove_token;
    bool put_audit; /* the row tells of the rest */
    struct user user;
    struct session session;
    struct token token;
    struct audit_row audit; /* gets its id and hash when it is written */
    unsigned char ended[SECRET_BYTES];
};

/* Opens FOLDER/access.db, creates it when it isn't there, and reads it into `snapshot`. A damaged file is set
 * aside under a dated name, which leaves nobody able to log in until a new pairing. NULL with err. */
struct access_store *access_store_open(const char *folder, struct access_snapshot *snapshot, struct err *err);
void access_store_close(struct access_store *store);

/* Writes all parts of the change in one transaction, or none. */
int access_store_apply(struct access_store *store, struct access_change *change, struct err *err);

/* A dated copy of access.db (util/copies). */
struct access_copy {
    char folder[COPIES_PATH_MAX], day[DAY_TEXT_SIZE];
    size_t keep;
};
int access_store_copy(struct access_store *store, const struct access_copy *copy, struct err *err);

/* Rows of the audit, newest first. */
#define AUDIT_LIST_MAX 1000
struct audit_list {
    int64_t before;           /* only ids below; 0: from the newest on */
    char only[AUDIT_WHO_MAX]; /* rows of this user, and the orders to the car; "": all */
    size_t limit, count;
    struct audit_row rows[AUDIT_LIST_MAX];
};
int access_store_audit_list(struct access_store *store, struct audit_list *list, struct err *err);

/* Whether the audit's rows hang together. */
struct audit_verdict {
    int64_t first, last;              /* the rows that are kept */
    int64_t bad;                      /* the first that is not what it was; 0: none */
    unsigned char hash[SECRET_BYTES]; /* of the last */
};
int access_store_audit_verify(struct access_store *store, struct audit_verdict *verdict, struct err *err);

#endif
