/* Who may come in: at most 32 users, kept in memory; access.db holds the same. Pure. */
#ifndef ACCESS_USERS_H
#define ACCESS_USERS_H

#include "access/role.h"
#include "util/core/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define USER_MAX          32
#define USER_NAME_MAX     33 /* with the NUL */
#define USER_HASH_MAX     128
#define USER_PASSWORD_MIN 12  /* characters */
#define USER_PASSWORD_MAX 129 /* bytes, with the NUL: longer ones are refused before they are hashed */

struct user {
    int64_t id; /* 0: none */
    enum access_role role;
    char name[USER_NAME_MAX];
    char hash[USER_HASH_MAX]; /* as crypt(3) writes it */
};

struct users {
    struct user items[USER_MAX];
    size_t count;
};

/* Writes the name as it is stored: folded to lower case. -1 when it is not 1-32 of a-z 0-9 . _ - */
int user_name_read(const char *text, char name[USER_NAME_MAX], struct err *err);

/* Whether a new password is long enough and not among the first that would be tried. */
int user_password_check(const char *password, const char *name, struct err *err);

/* By stored name, or by id; NULL when there is none. */
const struct user *users_find(const struct users *users, const char *name);
const struct user *users_get(const struct users *users, int64_t id);

/* An id no user has. */
int64_t users_next_id(const struct users *users);

/* Adds, or replaces the one with the same id. -1 when there are USER_MAX. */
int users_put(struct users *users, const struct user *user);
void users_drop(struct users *users, int64_t id);

#endif
