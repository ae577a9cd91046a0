/* Prices by the local clock. Between two changes of the price time is one piece: an edge of a band, midnight,
 * a change of the zone's clocks. Knows neither where the energy is from nor who keeps the bill. */
#include "plan/tariff.h"

#include "util/core/time.h"

#include <math.h>
#include <string.h>

#define MS_PER_S   (NS_PER_S / NS_PER_MS)
#define DAY_S      86400
#define MINUTE_S   60
#define WEEK       7
#define THURSDAY   3 /* of 1970-01-01, Monday being 0 */
#define SHARE_BITS 31
#define WH_PER_KWH 1000

/* ---- which price ---- */

struct local_time {
    int32_t day;
    int64_t second; /* of the day */
};

static int64_t divide(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
}

/* As the clock on the wall shows it, also when it shows an hour before midnight once more. */
static struct local_time local_of(const struct zone *zone, int64_t utc_ms)
{
    int64_t local_s = divide(utc_ms, MS_PER_S) + zone_offset_s(zone, utc_ms * NS_PER_MS);
    int64_t day = divide(local_s, DAY_S);

    return (struct local_time){(int32_t)day, local_s - day * DAY_S};
}

static const struct tariff *find_of_day(const struct tariffs *tariffs, int32_t day)
{
    size_t i = tariffs->count;

    while (i > 0 && tariffs->list[i - 1].valid_from > day)
        i--;
    return i > 0 ? &tariffs->list[i - 1] : NULL;
}

const struct tariff *tariff_find(const struct tariffs *tariffs, const struct zone *zone, int64_t utc_ms)
{
    return find_of_day(tariffs, local_of(zone, utc_ms).day);
}

static bool is_holiday(const struct tariffs *tariffs, int32_t day)
{
    size_t from = 0, to = tariffs->holiday_count;

    while (from < to) {
        size_t middle = from + (to - from) / 2;
        if (tariffs->holidays[middle] < day)
            from = middle + 1;
        else
            to = middle;
    }
    return from < tariffs->holiday_count && tariffs->holidays[from] == day;
}

static bool is_day_of(const struct tariffs *tariffs, const struct tariff_band *band, int32_t day)
{
    int64_t monday = divide((int64_t)day + THURSDAY, WEEK) * WEEK - THURSDAY;

    if (is_holiday(tariffs, day))
        return band->days & TARIFF_HOLIDAY;
    return band->days & 1U << (day - monday);
}

static bool fits(const struct tariffs *tariffs, const struct tariff_band *band, struct local_time time)
{
    bool is_after = time.second >= (int64_t)band->from_min * MINUTE_S;
    bool is_before = time.second < (int64_t)band->to_min * MINUTE_S;

    if (band->from_min == band->to_min)
        return is_day_of(tariffs, band, time.day);
    if (band->from_min < band->to_min)
        return is_after && is_before && is_day_of(tariffs, band, time.day);
    return (is_after && is_day_of(tariffs, band, time.day)) ||
           (is_before && is_day_of(tariffs, band, time.day - 1));
}

static int64_t price_at(const struct tariffs *tariffs, const struct tariff *tariff, struct local_time time)
{
    for (size_t i = 0; i < tariff->band_count; i++)
        if (fits(tariffs, &tariff->bands[i], time))
            return tariff->bands[i].price_m;
    return tariff->price_m;
}

/* ---- for how long ---- */

static void take_edge(int64_t *next, int64_t edge, int64_t now)
{
    if (edge > now && edge < *next)
        *next = edge;
}

/* The second of the local day at which the price may be another one; a day's end at the latest. */
static int64_t next_edge(const struct tariff *tariff, int64_t second)
{
    int64_t next = DAY_S;

    for (size_t i = 0; tariff && i < tariff->band_count; i++) {
        take_edge(&next, (int64_t)tariff->bands[i].from_min * MINUTE_S, second);
        take_edge(&next, (int64_t)tariff->bands[i].to_min * MINUTE_S, second);
    }
    return next;
}

/* When the place's clocks are changed next. */
static int64_t next_change_ms(const struct zone *zone, int64_t utc_ms)
{
    for (size_t i = 1; i < zone->count; i++)
        if (zone->spans[i].from_ns > utc_ms * NS_PER_MS)
            return zone->spans[i].from_ns / NS_PER_MS;
    return INT64_MAX;
}

int64_t tariff_price_m(const struct tariffs *tariffs, const struct zone *zone, int64_t utc_ms,
                       int64_t *until_ms)
{
    struct local_time time = local_of(zone, utc_ms);
    const struct tariff *tariff = find_of_day(tariffs, time.day);
    int64_t edge_ms = (divide(utc_ms, MS_PER_S) + next_edge(tariff, time.second) - time.second) * MS_PER_S;
    int64_t change_ms = next_change_ms(zone, utc_ms);

    *until_ms = change_ms < edge_ms ? change_ms : edge_ms;
    return tariff ? price_at(tariffs, tariff, time) : TARIFF_NONE;
}

/* Whether the time between is few enough pieces. */
static bool is_walked(int64_t from_ms, int64_t to_ms)
{
    return to_ms <= from_ms || (uint64_t)to_ms - (uint64_t)from_ms <= (uint64_t)TARIFF_WINDOW_MAX_MS;
}

/* ---- a charge whose course is known ---- */

void tariff_bill_begin(struct tariff_bill *bill, const struct tariffs *tariffs, const struct zone *zone,
                       int64_t from_ms)
{
    *bill = (struct tariff_bill){.tariffs = tariffs, .zone = zone, .from_ms = from_ms};
}

/* Whether both tariffs count in the same money. */
static bool is_same_money(const struct tariff *a, const struct tariff *b)
{
    return a && b && strcmp(a->currency, b->currency) == 0;
}

static void add_piece(struct tariff_bill *bill, int64_t price_m, int64_t energy)
{
    size_t i = 0;

    while (i < bill->count && bill->sums[i].price_m != price_m)
        i++;
    if (i == TARIFF_BILL_MAX) {
        bill->is_unpriced = true;
        return;
    }
    if (i == bill->count)
        bill->sums[bill->count++].price_m = price_m;
    bill->sums[i].energy += energy;
}

/* whole * part / of, rounded down; part <= of. */
static int64_t share(int64_t whole, int64_t part, int64_t of)
{
    while (of >> SHARE_BITS) {
        of /= 2;
        part /= 2;
    }
    return whole / of * part + whole % of * part / of;
}

void tariff_bill_add(struct tariff_bill *bill, int64_t from_ms, int64_t to_ms, int64_t energy)
{
    const struct tariff *first = tariff_find(bill->tariffs, bill->zone, bill->from_ms);
    int64_t given = 0, until_ms;

    if (energy <= 0 || to_ms <= from_ms)
        return;
    if (!is_walked(from_ms, to_ms)) {
        bill->is_unpriced = true;
        return;
    }
    for (int64_t at_ms = from_ms; at_ms < to_ms; at_ms = until_ms) {
        int64_t price_m = tariff_price_m(bill->tariffs, bill->zone, at_ms, &until_ms);
        if (until_ms > to_ms)
            until_ms = to_ms;
        int64_t so_far = until_ms == to_ms ? energy : share(energy, until_ms - from_ms, to_ms - from_ms);
        if (!is_same_money(first, tariff_find(bill->tariffs, bill->zone, at_ms)))
            bill->is_unpriced = true;
        add_piece(bill, price_m, so_far - given);
        given = so_far;
    }
}

bool tariff_bill_end(const struct tariff_bill *bill, int64_t total_wh, struct tariff_cost *cost)
{
    const struct tariff *tariff = tariff_find(bill->tariffs, bill->zone, bill->from_ms);
    int64_t all = 0;
    double sum = 0;

    for (size_t i = 0; i < bill->count; i++)
        all += bill->sums[i].energy;
    if (bill->is_unpriced || !tariff || all == 0)
        return false;
    for (size_t i = 0; i < bill->count; i++)
        sum +=
            (double)bill->sums[i].price_m * (double)total_wh * ((double)bill->sums[i].energy / (double)all);
    *cost = (struct tariff_cost){llround(sum / WH_PER_KWH) + tariff->session_m, TARIFF_NONE, ""};
    memcpy(cost->currency, tariff->currency, sizeof(cost->currency));
    return true;
}

/* ---- a charge of which only the window is known ---- */

struct extent {
    int64_t least_m, most_m, least_session_m, most_session_m;
};

static void extend(int64_t value, int64_t *least, int64_t *most)
{
    if (value < *least)
        *least = value;
    if (value > *most)
        *most = value;
}

static bool find_extent(const struct tariffs *tariffs, const struct zone *zone, int64_t from_ms,
                        int64_t to_ms, struct extent *extent)
{
    const struct tariff *first = tariff_find(tariffs, zone, from_ms);
    int64_t at_ms = from_ms, until_ms;

    *extent = (struct extent){INT64_MAX, INT64_MIN, INT64_MAX, INT64_MIN};
    do {
        const struct tariff *tariff = tariff_find(tariffs, zone, at_ms);
        if (!is_same_money(first, tariff))
            return false;
        extend(tariff_price_m(tariffs, zone, at_ms, &until_ms), &extent->least_m, &extent->most_m);
        extend(tariff->session_m, &extent->least_session_m, &extent->most_session_m);
        at_ms = until_ms;
    } while (at_ms < to_ms);
    return true;
}

static int64_t cost_of(int64_t price_m, int64_t wh, int64_t session_m)
{
    return llround((double)price_m * (double)wh / WH_PER_KWH) + session_m;
}

bool tariff_range(const struct tariffs *tariffs, const struct zone *zone, int64_t from_ms, int64_t to_ms,
                  int64_t total_wh, struct tariff_cost *cost)
{
    const struct tariff *tariff = tariff_find(tariffs, zone, from_ms);
    struct extent extent;

    if (!tariff || !is_walked(from_ms, to_ms) || !find_extent(tariffs, zone, from_ms, to_ms, &extent))
        return false;
    *cost = (struct tariff_cost){.cost_m = cost_of(extent.least_m, total_wh, extent.least_session_m),
                                 .cost_max_m = cost_of(extent.most_m, total_wh, extent.most_session_m)};
    if (cost->cost_max_m == cost->cost_m)
        cost->cost_max_m = TARIFF_NONE;
    memcpy(cost->currency, tariff->currency, sizeof(cost->currency));
    return true;
}
