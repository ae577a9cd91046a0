/* Reading libconfig's tree strictly: what is absent, what has the wrong type and what nobody knows are three
 * things, and every mistake says FILE:LINE: ITEM: REASON. */
#ifndef CAR_DEFINITION_TREE_H
#define CAR_DEFINITION_TREE_H

#include "util/core/err.h"

#include <libconfig.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct tree {
    const char *file;
    struct err *err;
};

/* Sets the error for `at` (or its member `key`, when not NULL). Always returns -1. */
int tree_fail(const struct tree *tree, const config_setting_t *at, const char *key, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* -1 unless `at` is a group whose keys all stand in `keys`, which ends with NULL. */
int tree_expect_group(const struct tree *tree, const config_setting_t *at, const char *const *keys);

/* The getters below return 1 when the key is there and right, 0 when it is absent, -1 with an error
 * otherwise. */
int tree_get_int(const struct tree *tree, const config_setting_t *group, const char *key, int64_t min,
                 int64_t max, int64_t *value);
int tree_get_number(const struct tree *tree, const config_setting_t *group, const char *key, double *value);
int tree_get_bool(const struct tree *tree, const config_setting_t *group, const char *key, bool *value);
int tree_get_text(const struct tree *tree, const config_setting_t *group, const char *key, size_t max,
                  const char **value);

/* A list or array of any length up to `max`. */
int tree_get_list(const struct tree *tree, const config_setting_t *group, const char *key, size_t max,
                  const config_setting_t **list);

/* One value that stands by itself: -1 unless it is a whole number within the range, or a number. */
int tree_int(const struct tree *tree, const config_setting_t *at, int64_t min, int64_t max, int64_t *value);
int tree_number(const struct tree *tree, const config_setting_t *at, double *value);

/* Hexadecimal text: an 11-bit identifier, or up to `max` bytes (two digits each, no blanks). */
int tree_hex_id(const struct tree *tree, const config_setting_t *group, const char *key, uint16_t *id);
int tree_hex_bytes(const struct tree *tree, const config_setting_t *group, const char *key, uint8_t *bytes,
                   size_t max, size_t *len);

/* Where it stands in its file, from 1. */
int tree_line(const config_setting_t *at);

#endif
