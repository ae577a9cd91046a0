/* One row a car and day on its way between view and store. How counters become sums is diary/traffic's. While
 * the clock is not right or the store has not said how far it counted nothing is counted in, and nothing is
 * lost by that: the counters go on. */
#include "home_traffic.h"

#include "diary/traffic.h"
#include "link/counters.h"
#include "util/core/time.h"

#include <stdio.h>
#include <stdlib.h>

struct car_traffic {
    struct diary_traffic sums;
    bool is_asking, is_known; /* how far the store counted */
    int32_t to_day;           /* it is asked for the newest day up to this one */
    bool has_counted;         /* since the start: the sums say how far, whatever a row says */
    bool is_dirty;            /* the store has not this yet */
    int64_t kept_ns;          /* when the last row of this day went; TIME_NONE: none did */
};

struct home_traffic {
    struct home_traffic_parts parts;
    struct car_traffic cars[CONFIG_CAR_MAX];
};

/* ---- the store ---- */

static void answered(void *ctx, const struct store_answer *answer)
{
    struct car_traffic *car = ctx;
    struct diary_traffic row = traffic_begin();

    car->is_asking = false;
    if (answer->failed)
        return;
    car->is_known = true;
    if (answer->count > 0)
        row = *(const struct diary_traffic *)answer->items;
    if (car->has_counted)
        traffic_go_back(&car->sums, &row);
    else
        car->sums = row;
}

static void ask(struct home_traffic *traffic, size_t index)
{
    struct store_question question = {.subject = STORE_ASK_TRAFFIC,
                                      .from_day = INT32_MIN,
                                      .to_day = traffic->cars[index].to_day,
                                      .limit = 1,
                                      .is_house = true};
    struct car_traffic *car = &traffic->cars[index];

    snprintf(question.car, sizeof(question.car), "%s", traffic->parts.view->cars[index].id);
    if (!car->is_asking)
        car->is_asking = store_ask(traffic->parts.store, &question, answered, car) == 0;
}

static void keep(struct home_traffic *traffic, size_t index, int64_t boot_ns)
{
    struct car_traffic *car = &traffic->cars[index];
    struct diary_entry entry = {.kind = DIARY_TRAFFIC, .traffic = car->sums};

    if (!car->is_dirty)
        return;
    snprintf(entry.car, sizeof(entry.car), "%s", traffic->parts.view->cars[index].id);
    car->is_dirty = store_add_entry(traffic->parts.store, &entry) != 0;
    if (!car->is_dirty)
        car->kept_ns = boot_ns;
}

/* ---- counting ---- */

static struct traffic_counted counted_by(const struct view_car *car)
{
    return (struct traffic_counted){.run_us = (int64_t)car->counters[COUNTER_STARTED_US],
                                    .frames_sent = (int64_t)car->counters[COUNTER_FRAMES_SENT],
                                    .polls = (int64_t)car->counters[COUNTER_POLLS],
                                    .wakeups = (int64_t)car->counters[COUNTER_WAKEUPS],
                                    .bytes = (int64_t)car->counters[COUNTER_BYTES]};
}

/* A day that can't be kept yet does not end: its successor has to wait. After a clock that was days ahead
 * the day may have a row already, which is not to be replaced by one that begins at zero. */
static bool change_day(struct home_traffic *traffic, size_t index, int32_t day, int64_t boot_ns)
{
    struct car_traffic *car = &traffic->cars[index];

    if (!traffic_is_over(&car->sums, day))
        return true;
    keep(traffic, index, boot_ns);
    if (car->is_dirty)
        return false;
    if (day < car->sums.day) {
        car->to_day = day;
        car->is_known = false;
        return false;
    }
    traffic_start_day(&car->sums, day);
    car->is_dirty = true;
    car->kept_ns = TIME_NONE;
    return true;
}

static void count(struct home_traffic *traffic, size_t index, int32_t day, int64_t boot_ns)
{
    struct car_traffic *car = &traffic->cars[index];
    struct view_car *shown = &traffic->parts.view->cars[index];
    const struct traffic_counted counted = counted_by(shown);

    if (counted.run_us == 0 || !change_day(traffic, index, day, boot_ns))
        return; /* its half has not spoken yet */
    car->is_dirty = traffic_take(&car->sums, &counted) || car->is_dirty;
    car->has_counted = true;
    shown->has_traffic = true;
    shown->traffic = car->sums;
    if (car->kept_ns == TIME_NONE || boot_ns - car->kept_ns >= HOME_TRAFFIC_SPACING_NS)
        keep(traffic, index, boot_ns);
}

void home_traffic_advance(struct home_traffic *traffic, int64_t boot_ns, int64_t utc_minus_boot_ns)
{
    int32_t day = zone_day_of(traffic->parts.zone, boot_ns + utc_minus_boot_ns);

    for (size_t i = 0; i < traffic->parts.view->car_count; i++) {
        if (!traffic->cars[i].is_known)
            ask(traffic, i);
        else if (traffic->parts.view->clock_right)
            count(traffic, i, day, boot_ns);
    }
}

/* ---- making ---- */

struct home_traffic *home_traffic_new(const struct home_traffic_parts *parts)
{
    struct home_traffic *traffic = calloc(1, sizeof(*traffic));

    if (!traffic)
        return NULL;
    traffic->parts = *parts;
    for (size_t i = 0; i < CONFIG_CAR_MAX; i++) {
        traffic->cars[i].sums = traffic_begin();
        traffic->cars[i].kept_ns = TIME_NONE;
        traffic->cars[i].to_day = INT32_MAX;
    }
    return traffic;
}

void home_traffic_free(struct home_traffic *traffic)
{
    if (!traffic)
        return;
    for (size_t i = 0; i < traffic->parts.view->car_count; i++) {
        store_forget(traffic->parts.store, &traffic->cars[i]);
        keep(traffic, i, 0);
    }
    free(traffic);
}
