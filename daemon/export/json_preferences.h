/* The owner's preferences as one JSON object (CONTRACT 7), read strictly and written whole. Pure. Fuzzed. */
#ifndef EXPORT_JSON_PREFERENCES_H
#define EXPORT_JSON_PREFERENCES_H

#include "plan/notices.h"
#include "util/core/err.h"

#include <stdbool.h>
#include <stddef.h>

#define JSON_PREFERENCES_MAX (16 * 1024) /* bytes of a text */

/* What the owner wishes, of the whole house; edited on the page, kept in the diary. */
struct preferences {
    bool is_known; /* what the diary keeps was read; until then these are the defaults */
    struct notice_wishes notices;
    int co2_g_per_kwh; /* of the electricity that is charged; -1: nobody said */
};

/* What holds until the owner says otherwise. */
struct preferences preferences_default(void);

/* Changes what the text names; the rest stays as it is: a page that knows fewer items loses none. -1 with
 * err, which names the item, and nothing changed. */
int json_preferences_read(const char *text, size_t len, struct preferences *preferences, struct err *err);

/* The whole object, which the caller frees; NULL without memory. */
char *json_preferences(const struct preferences *preferences);

#endif
