/* What we cost each car, by day (DESIGN 5.5): counted in from the car half's counters, shown in the view, and
 * kept: at a day's first count and its end, and every few minutes while there is something new. */
#ifndef HOME_TRAFFIC_H
#define HOME_TRAFFIC_H

#include "diary/store/store.h"
#include "export/view.h"
#include "util/core/zone.h"

#define HOME_TRAFFIC_SPACING_NS                                                                              \
    (5 * NS_PER_MIN) /* between two rows of a day: each costs the card a few pages */

struct home_traffic;

/* All of it outlives the object. */
struct home_traffic_parts {
    struct store *store;
    struct view *view;
    const struct zone *zone;
};

/* NULL only without memory. */
struct home_traffic *home_traffic_new(const struct home_traffic_parts *parts);
/* What is not kept yet goes to the store. NULL is fine. */
void home_traffic_free(struct home_traffic *traffic);

/* Counts in what the cars' halves have counted. About once a second or two. */
void home_traffic_advance(struct home_traffic *traffic, int64_t boot_ns, int64_t utc_minus_boot_ns);

#endif
