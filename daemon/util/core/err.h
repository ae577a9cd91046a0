/* An error on its way up: set where it happens, prefixed on the way, logged once at the top. */
#ifndef UTIL_CORE_ERR_H
#define UTIL_CORE_ERR_H

#define ERR_TEXT_MAX 512

struct err {
    char text[ERR_TEXT_MAX];
};

/* Writes the text. Always returns -1, so that `return err_set(...)` reads as a failure. */
int err_set(struct err *err, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Puts context before the text that is there ("open the dongle: " + "Permission denied"). Always returns -1. */
int err_prefix(struct err *err, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
