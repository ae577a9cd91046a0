/* What was heard last of each signal that the trackers follow. Unknown, old and disputed rows are no news,
 * but for two: a disputed value is forgotten, because nothing may rest on it, and of presence not to know is
 * what is known. An odometer is believed when it goes on from where it was. */
#include "diary/private.h"

#include "car/presence.h"
#include "car/reading.h"

#include <string.h>

#define TOP_SPEED_MM_PER_MS 56               /* 200 km/h */
#define ODOMETER_SLACK_MM   INT64_C(5000000) /* two ECUs, miles, a clock that was set */
#define OWN_MAX             10               /* of what is kept beside the vocabulary's signals */

/* Where a signal is kept, and how many of the diary's units one of the vocabulary's is. */
static const struct row_of {
    enum heard heard;
    unsigned signal;
    int64_t per_unit;
} rows[] = {
    {HEARD_SOC, SIGNAL_SOC, 100},
    {HEARD_GIDS, SIGNAL_GIDS, 1},
    {HEARD_CAPACITY, SIGNAL_PACK_CAPACITY, 1000},
    {HEARD_ODOMETER, SIGNAL_ODOMETER, 1000000},
    {HEARD_COUNT_AC, SIGNAL_COUNT_AC, 1},
    {HEARD_COUNT_DC, SIGNAL_COUNT_DC, 1},
    {HEARD_SOH, SIGNAL_SOH, 100},
    {HEARD_HX, SIGNAL_HX, 100},
    {HEARD_CELL_MIN, SIGNAL_CELL_MIN, 1000},
    {HEARD_CELL_MAX, SIGNAL_CELL_MAX, 1000},
    {HEARD_TEMPERATURE, SIGNAL_PACK_TEMP, 1000},
    {HEARD_VOLTAGE, SIGNAL_PACK_VOLTAGE, 10},
    {HEARD_CURRENT, SIGNAL_PACK_CURRENT, 10},
    {HEARD_CHARGER_POWER, SIGNAL_CHARGER_POWER, 10},
    {HEARD_CHARGING, SIGNAL_CHARGING, 1},
    {HEARD_CHARGE_MODE, SIGNAL_CHARGE_MODE, 1},
    {HEARD_CHARGE_STATE, SIGNAL_CHARGE_STATE, 1},
    {HEARD_PLUGGED, SIGNAL_PLUGGED, 1},
    {HEARD_PRESENCE, DIARY_SIGNAL_PRESENCE, 1},
    {HEARD_REACHABLE, DIARY_SIGNAL_REACHABLE, 1},
    {HEARD_GARAGE, DIARY_SIGNAL_GARAGE, 1},
    {HEARD_WALL_ENERGY, DIARY_SIGNAL_WALL_ENERGY, 1},
    {HEARD_WALL_POWER, DIARY_SIGNAL_WALL_POWER, 1},
};

static const struct row_of *find(unsigned signal)
{
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        if (rows[i].signal == signal)
            return &rows[i];
    return NULL;
}

static int64_t in_units(const struct row_of *kept, int64_t steps)
{
    if (kept->signal >= SIGNAL_VOCABULARY_COUNT)
        return steps;
    return diary_round(steps * kept->per_unit, diary_steps_per_unit(vocabulary[kept->signal].resolution));
}

static void set(struct diary *diary, enum heard heard, int64_t value)
{
    diary->memory.heard[heard] = (struct value){value, diary->anchor.at_ms};
}

/* Whether a car can have got from one to the other. */
static bool can_follow(const struct value *before, int64_t mm, int64_t now_ms)
{
    if (before->now == DIARY_NONE || before->at_ms == DIARY_NONE)
        return true;
    int64_t most_mm = (now_ms - before->at_ms) * TOP_SPEED_MM_PER_MS + ODOMETER_SLACK_MM;
    return mm >= before->now && mm - before->now <= most_mm;
}

/* The instrument was changed: what was driven since the rest is measured on from there. */
static void change_instrument(struct diary *diary, int64_t last_mm, int64_t mm)
{
    int64_t *rest_mm = &diary->anchor.odometer_mm;
    int64_t driven_mm = last_mm != DIARY_NONE && *rest_mm != DIARY_NONE ? last_mm - *rest_mm : 0;

    *rest_mm = mm - driven_mm;
}

/* One reading out of the way is not believed. Two are. */
static void take_odometer(struct diary *diary, int64_t mm)
{
    struct value *odd = &diary->memory.odd_odometer;
    struct value last = diary->memory.heard[HEARD_ODOMETER];
    int64_t now_ms = diary->anchor.at_ms;

    if (last.now == DIARY_NONE)
        last = (struct value){diary->anchor.odometer_mm, diary->anchor.rest_ms};
    if (can_follow(&last, mm, now_ms)) {
        odd->now = DIARY_NONE;
    } else if (odd->now != DIARY_NONE && now_ms > odd->at_ms && can_follow(odd, mm, now_ms)) {
        odd->now = DIARY_NONE;
        change_instrument(diary, last.now, mm);
    } else {
        *odd = (struct value){mm, now_ms};
        return;
    }
    set(diary, HEARD_ODOMETER, mm);
}

/* The dongle's state begins anew: nobody listened since the last row. */
static void take_start(struct diary *diary)
{
    diary->memory.heard[HEARD_REACHABLE].now = DIARY_NONE;
    diary->memory.heard[HEARD_PRESENCE].now = DIARY_NONE;
}

static int64_t own_max(const struct row_of *kept)
{
    switch (kept->heard) {
    case HEARD_WALL_ENERGY:
        return DIARY_WALL_ENERGY_MAX;
    case HEARD_WALL_POWER:
        return DIARY_WALL_POWER_MAX;
    default:
        return OWN_MAX;
    }
}

/* What a damaged file may hold and no car says. */
static bool is_plausible(const struct row_of *kept, int64_t steps)
{
    if (kept->signal >= SIGNAL_VOCABULARY_COUNT)
        return steps >= 0 && steps <= own_max(kept);
    const struct signal *signal = &vocabulary[kept->signal];
    double value = (double)steps / (double)diary_steps_per_unit(signal->resolution);
    return value >= signal->min && value <= signal->max;
}

static void take_known(struct diary *diary, const struct row_of *kept, const struct diary_row *row)
{
    if (!is_plausible(kept, row->steps))
        return;
    if (row->quality == QUALITY_DISPUTED)
        heard_forget(diary, kept->heard);
    else if (kept->heard == HEARD_ODOMETER)
        take_odometer(diary, in_units(kept, row->steps));
    else
        set(diary, kept->heard, in_units(kept, row->steps));
}

/* No sign of life of the car. */
static bool is_of_wall(const struct row_of *kept)
{
    return kept->heard == HEARD_WALL_ENERGY || kept->heard == HEARD_WALL_POWER;
}

void heard_take(struct diary *diary, const struct diary_row *row)
{
    const struct row_of *kept = find(row->signal);

    if (!kept || row->quality == QUALITY_OLD)
        return;
    if (kept->heard == HEARD_REACHABLE && !row->known) {
        take_start(diary);
        return;
    }
    if (!is_of_wall(kept))
        diary->memory.row_ms = diary->anchor.at_ms;
    if (row->known)
        take_known(diary, kept, row);
    else if (kept->heard == HEARD_PRESENCE)
        set(diary, HEARD_PRESENCE, PRESENCE_UNKNOWN);
    else if (is_of_wall(kept))
        heard_forget(diary, kept->heard);
}

void heard_begin(struct memory *memory)
{
    int64_t *fields = (int64_t *)memory;

    for (size_t i = 0; i < sizeof(*memory) / sizeof(int64_t); i++)
        fields[i] = DIARY_NONE;
    memory->layout = MEMORY_LAYOUT;
    memory->alive = memory->driving = memory->drove = memory->woke = memory->was_on = memory->told = 0;
    memory->unsure = memory->covered_soc = memory->home_ac = memory->home_dc = 0;
    memory->charge.phase = 0;
    memory->meter.area = memory->meter.is_told = memory->meter.count = memory->meter.shared_count = 0;
}

int64_t heard_now(const struct diary *diary, enum heard heard)
{
    return diary->memory.heard[heard].now;
}

bool heard_since(const struct diary *diary, enum heard heard, int64_t since_ms)
{
    return diary->memory.heard[heard].at_ms >= since_ms;
}

bool heard_here(const struct diary *diary, enum heard heard)
{
    return diary->memory.heard[heard].at_ms == diary->anchor.at_ms;
}

void heard_forget(struct diary *diary, enum heard heard)
{
    set(diary, heard, DIARY_NONE);
}
