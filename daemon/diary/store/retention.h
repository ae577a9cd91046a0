/* Readings that are older than the owner wants to keep are deleted, a slice at a time. Hours stay: the chart
 * of a year needs no more. Charges, outings and days are in another file and always stay. */
#ifndef DIARY_STORE_RETENTION_H
#define DIARY_STORE_RETENTION_H

#include "diary/item.h"
#include "diary/store/work.h"

#include <stddef.h>
#include <stdint.h>

#define RETENTION_CAR_MAX 8

struct retention_order {
    int64_t before_ms; /* by a clock that is right: what is older goes ... */
    int64_t keep_ms;   /* ... unless the newest reading is not yet so much older */
    char cars[RETENTION_CAR_MAX]
             [DIARY_CAR_BYTES]; /* whose trackers may still read rows: those that are configured */
    size_t car_count;
};

/* NULL without memory. */
struct work *retention_new(const struct retention_order *order);

/* How many readings went; whether there are more, for which to begin again: others have had their turn then.
 */
int64_t retention_rows(const struct work *work);
bool retention_has_more(const struct work *work);

#endif
