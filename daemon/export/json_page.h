/* One page of a diary list (CONTRACT 6), as JSON or as CSV; or a list of any length, page by page. Pure. */
#ifndef EXPORT_JSON_PAGE_H
#define EXPORT_JSON_PAGE_H

#include "diary/item.h"
#include "export/json_diary.h"
#include "util/core/zone.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct json_page {
    enum json_diary_kind kind;
    const char *car;
    const struct zone *zone;
    const void *items; /* of the kind's struct */
    size_t count;
    size_t before; /* items of other pages that stand already, with the head: this one is joined to them */
    bool goes_on;  /* others will be joined to it: no end is written. At least one item */
    const struct diary_charge *open; /* shown in place of the charge with its id; may be NULL */
    int64_t next;                    /* an id, or a day where the kind has one; 0: that was all */
    struct diary_day unattributed;   /* shown beside days, months and years */
};

/* Texts that the caller frees, or NULL without memory. */
char *json_page_text(const struct json_page *page);
char *json_page_csv(const struct json_page *page);

/* What `next` is in JSON: an id, "2026-11-22", "2026-11", "2026", or null. */
json_t *json_page_next(const struct json_page *page);

#endif
