/* The table of users and the rules for names and passwords. Does not hash, does not store. */
#include "access/users.h"

#include <string.h>

#define COMMON_DISTINCT_MIN 5 /* different characters */

static bool is_name_character(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
}

int user_name_read(const char *text, char name[USER_NAME_MAX], struct err *err)
{
    size_t len = strlen(text);

    if (len == 0 || len >= USER_NAME_MAX)
        return err_set(err, "a name has 1 to %d characters", USER_NAME_MAX - 1);
    for (size_t i = 0; i < len; i++) {
        char c = text[i];

        if (c >= 'A' && c <= 'Z')
            c = (char)(c - 'A' + 'a');
        if (!is_name_character(c))
            return err_set(err, "a name is made of letters a-z, digits, and . _ -");
        name[i] = c;
    }
    name[len] = '\0';
    return 0;
}

static size_t count_characters(const char *utf8)
{
    size_t count = 0;

    for (; *utf8 != '\0'; utf8++) {
        if (((unsigned char)*utf8 & 0xC0) != 0x80)
            count++;
    }
    return count;
}

static int count_distinct(const char *text)
{
    bool seen[256] = {false};
    int count = 0;

    for (; *text != '\0'; text++) {
        if (!seen[(unsigned char)*text])
            count++;
        seen[(unsigned char)*text] = true;
    }
    return count;
}

/* Sequences that a keyboard or an alphabet suggests; a password that is a part of one is refused. */
static bool is_walk(const char *password)
{
    static const char *const walks[] = {
        "123456789012345678901234567890",
        "09876543210987654321098765432109876543210",
        "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz",
        "qwertyuiopasdfghjklzxcvbnmqwertyuiop",
        "qwertzuiopasdfghjklyxcvbnmqwertzuiop",
        "azertyuiopqsdfghjklmwxcvbn",
        "passwordpasswordpassword",
        "passwort1234567890passwortpasswort",
        "password1234567890",
        "adminadminadminadmin1234567890",
        "nissanleafnissanleaf1234567890",
        "letmeinletmeinletmein",
        "iloveyouiloveyou",
        "correcthorsebatterystaple",
    };

    for (size_t i = 0; i < sizeof(walks) / sizeof(walks[0]); i++) {
        if (strcasestr(walks[i], password) != NULL)
            return true;
    }
    return false;
}

/* The name, repeated or with a few digits behind it. */
static bool is_made_of(const char *password, const char *name)
{
    size_t len = strlen(name);
    const char *at = password;

    while (len > 0 && strncasecmp(at, name, len) == 0)
        at += len;
    return at != password && strspn(at, "0123456789") == strlen(at);
}

int user_password_check(const char *password, const char *name, struct err *err)
{
    if (count_characters(password) < USER_PASSWORD_MIN)
        return err_set(err, "a password has at least %d characters", USER_PASSWORD_MIN);
    if (strlen(password) >= USER_PASSWORD_MAX)
        return err_set(err, "a password has at most %d bytes", USER_PASSWORD_MAX - 1);
    if (count_distinct(password) < COMMON_DISTINCT_MIN || is_walk(password) || is_made_of(password, name))
        return err_set(err, "this password is among the first that would be tried");
    return 0;
}

const struct user *users_find(const struct users *users, const char *name)
{
    for (size_t i = 0; i < users->count; i++) {
        if (strcmp(users->items[i].name, name) == 0)
            return &users->items[i];
    }
    return NULL;
}

const struct user *users_get(const struct users *users, int64_t id)
{
    for (size_t i = 0; i < users->count; i++) {
        if (users->items[i].id == id)
            return &users->items[i];
    }
    return NULL;
}

int64_t users_next_id(const struct users *users)
{
    int64_t last = 0;

    for (size_t i = 0; i < users->count; i++) {
        if (users->items[i].id > last)
            last = users->items[i].id;
    }
    return last + 1;
}

int users_put(struct users *users, const struct user *user)
{
    for (size_t i = 0; i < users->count; i++) {
        if (users->items[i].id == user->id) {
            users->items[i] = *user;
            return 0;
        }
    }
    if (users->count == USER_MAX)
        return -1;
    users->items[users->count++] = *user;
    return 0;
}

void users_drop(struct users *users, int64_t id)
{
    for (size_t i = 0; i < users->count; i++) {
        if (users->items[i].id != id)
            continue;
        users->count--;
        memmove(&users->items[i], &users->items[i + 1], (users->count - i) * sizeof(users->items[0]));
        return;
    }
}
