/* What a person types about a charge or an outing, as the bodies of PATCH have it (CONTRACT 7). Pure.
 * Fuzzed. */
#ifndef EXPORT_JSON_TYPED_H
#define EXPORT_JSON_TYPED_H

#include "diary/item.h"
#include "util/core/err.h"

#define JSON_TYPED_TAGS_MAX      16
#define JSON_TYPED_TAG_BYTES_MAX 31

/* Reads {"place","note","wall_kwh","cost"}, each of which may be missing or null. -1 with err, which begins
 * with the key that is wrong. */
int json_typed_read_charge(const char *text, size_t len, struct diary_typed *typed, struct err *err);

/* The same for {"tags":["work"]}. */
int json_typed_read_outing(const char *text, size_t len, struct diary_typed *typed, struct err *err);

#endif
