/* What electricity costs: prices by weekday and hour with holidays, a fee for each charge, and since when
 * each tariff holds. Prices a charge by its course, or says between which sums it lies when nobody knows it.
 * Pure. */
#ifndef PLAN_TARIFF_H
#define PLAN_TARIFF_H

#include "util/core/zone.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TARIFF_NONE        INT64_MIN
#define TARIFF_LIST_MAX    64        /* one after the other */
#define TARIFF_BAND_MAX    16        /* of one tariff */
#define TARIFF_HOLIDAY_MAX 400       /* local days */
#define TARIFF_HOLIDAY     (1U << 7) /* of `days`, where bit 0 is Monday */
#define TARIFF_DAY_MINUTES 1440
#define TARIFF_PRICE_MAX_M INT64_C(10000000000) /* 100,000 a kWh: there are currencies of small units */

/* A time of the local clock with a price of its own. The first band that fits holds. From later than to goes
 * over midnight, and its days are those on which it begins; equal is the whole day. On a holiday only bands
 * with TARIFF_HOLIDAY fit. */
struct tariff_band {
    unsigned days;
    int from_min, to_min; /* of the day, 0..1439 */
    int64_t price_m;      /* 1/1000 cent a kWh */
};

struct tariff {
    int32_t valid_from; /* the first day, by the clock on the wall */
    char currency[4];
    int64_t price_m;   /* 1/1000 cent a kWh, where no band fits */
    int64_t session_m; /* 1/1000 cent a charge */
    size_t band_count;
    struct tariff_band bands[TARIFF_BAND_MAX];
};

struct tariffs {
    size_t count;                        /* 0: nothing is priced */
    struct tariff list[TARIFF_LIST_MAX]; /* by valid_from, each once */
    size_t holiday_count;
    int32_t holidays[TARIFF_HOLIDAY_MAX]; /* ascending */
};

/* The tariff that holds at this instant, or NULL. */
const struct tariff *tariff_find(const struct tariffs *tariffs, const struct zone *zone, int64_t utc_ms);

/* The price of a kWh at this instant, or TARIFF_NONE; *until_ms: how long it is sure to stay the same
 * (later than utc_ms, INT64_MAX: for ever). */
int64_t tariff_price_m(const struct tariffs *tariffs, const struct zone *zone, int64_t utc_ms,
                       int64_t *until_ms);

#define TARIFF_WINDOW_MAX_MS (INT64_C(400) * 86400 * 1000) /* longer ones are a clock's mistake */

struct tariff_cost {
    int64_t cost_m;     /* 1/1000 cent, the session's fee included */
    int64_t cost_max_m; /* when cost_m is only the least it can be: the most; else TARIFF_NONE */
    char currency[4];
};

/* The course of a charge, added up by price. */
#define TARIFF_BILL_MAX (2 * (TARIFF_BAND_MAX + 1)) /* different prices in one charge: of two tariffs */
struct tariff_bill {
    const struct tariffs *tariffs;
    const struct zone *zone;
    int64_t from_ms;
    size_t count;
    struct {
        int64_t price_m, energy;
    } sums[TARIFF_BILL_MAX];
    bool is_unpriced; /* some of it fell where no tariff holds, or in two currencies */
};

/* tariffs and zone outlive the bill; the fee and the currency are those of from_ms, when the charge began. */
void tariff_bill_begin(struct tariff_bill *bill, const struct tariffs *tariffs, const struct zone *zone,
                       int64_t from_ms);

/* So much went in between two moments, evenly; nothing when it is not positive. The unit is the caller's, a
 * fine one: only proportions count, but pieces are whole. At most 2^40 at a time, over TARIFF_WINDOW_MAX_MS.
 */
void tariff_bill_add(struct tariff_bill *bill, int64_t from_ms, int64_t to_ms, int64_t energy);

/* What total_wh cost that went in as was added. False: that can't be said. */
bool tariff_bill_end(const struct tariff_bill *bill, int64_t total_wh, struct tariff_cost *cost);

/* What total_wh cost that went in at some time between two moments: at the cheapest and the dearest price
 * there. False: that can't be said; also of a window longer than TARIFF_WINDOW_MAX_MS. */
bool tariff_range(const struct tariffs *tariffs, const struct zone *zone, int64_t from_ms, int64_t to_ms,
                  int64_t total_wh, struct tariff_cost *cost);

#endif
