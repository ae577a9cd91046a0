/* The trackers of one car, joined. Rows change only what was heard last; all conclusions are drawn when an
 * instant is over, from what stands in memory alone. So memory and the rows that follow are all that is
 * needed to go on after a restart, and drawing a conclusion again changes nothing. */
#include "diary/private.h"

#include "util/core/time.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define TIME_MAX_MS     INT64_C(9000000000000) /* the year 2255: what calendars reach */
#define WH_PER_AH_SCALE INT64_C(10000000)      /* 0.01 % of 1/1000 Ah */

static_assert(sizeof(struct memory) <= sizeof(((struct diary_anchor *)0)->memory), "fits into the anchor");

/* ---- helpers of the trackers ---- */

int64_t diary_round(int64_t a, int64_t b)
{
    return (a < 0 ? a - b / 2 : a + b / 2) / b;
}

int32_t diary_day(const struct diary *diary, int64_t utc_ms)
{
    return zone_day_of(diary->settings.zone, utc_ms * NS_PER_MS);
}

int32_t diary_day_of_window(const struct diary *diary, int64_t from_ms, int64_t to_ms)
{
    int32_t day = diary_day(diary, from_ms);

    return day == diary_day(diary, to_ms) ? day : DIARY_NO_DAY;
}

int64_t diary_capacity(const struct diary *diary, int64_t known_mah, bool *is_estimated)
{
    if (known_mah == DIARY_NONE)
        known_mah = heard_now(diary, HEARD_CAPACITY);
    if (known_mah != DIARY_NONE)
        return known_mah;
    *is_estimated = true;
    return diary->settings.new_capacity_mah > 0 ? diary->settings.new_capacity_mah : DIARY_NONE;
}

int64_t diary_soc_wh(const struct diary *diary, int64_t soc, int64_t capacity_mah)
{
    if (soc == DIARY_NONE || capacity_mah == DIARY_NONE || diary->settings.wh_per_ah <= 0)
        return DIARY_NONE;
    return diary_round(soc * capacity_mah * diary->settings.wh_per_ah, WH_PER_AH_SCALE);
}

void diary_emit(struct diary *diary, struct diary_entry *entry)
{
    memcpy(entry->car, diary->settings.car, sizeof(entry->car));
    entry->anchor = diary->anchor;
    memcpy(entry->anchor.memory, &diary->memory, sizeof(diary->memory));
    diary->fn(diary->ctx, entry);
}

/* ---- making ---- */

struct diary_anchor diary_first_anchor(void)
{
    return (struct diary_anchor){.at_ms = DIARY_NONE,
                                 .rest_ms = DIARY_NONE,
                                 .soc = DIARY_NONE,
                                 .gids = DIARY_NONE,
                                 .capacity_mah = DIARY_NONE,
                                 .odometer_mm = DIARY_NONE,
                                 .count_ac = DIARY_NONE,
                                 .count_dc = DIARY_NONE,
                                 .contact_ms = DIARY_NONE,
                                 .health_day = DIARY_NO_DAY,
                                 .cells_day = DIARY_NO_DAY};
}

/* The instant of the anchor may have had more to tell than the entry that it came with. */
static void resume(struct diary *diary, const struct diary_anchor *anchor)
{
    diary->anchor = *anchor;
    if (anchor->memory[0] == MEMORY_LAYOUT)
        memcpy(&diary->memory, anchor->memory, sizeof(diary->memory));
    diary->unsettled = true;
}

struct diary *diary_new(const struct diary_settings *settings, const struct diary_anchor *anchor,
                        const struct diary_charge *open, diary_entry_fn *fn, void *ctx)
{
    struct diary *diary = calloc(1, sizeof(*diary));

    if (!diary)
        return NULL;
    diary->settings = *settings;
    diary->fn = fn;
    diary->ctx = ctx;
    diary->anchor = diary_first_anchor();
    heard_begin(&diary->memory);
    if (anchor && anchor->at_ms != DIARY_NONE)
        resume(diary, anchor);
    diary_kept(diary, open ? open->id : diary->anchor.open_charge);
    return diary;
}

void diary_free(struct diary *diary)
{
    free(diary);
}

/* ---- time ---- */

static void settle(struct diary *diary)
{
    diary->unsettled = false;
    contact_settle(diary);
    meter_take(diary);
    rest_settle(diary);
    meter_settle(diary);
    charge_settle(diary);
    outing_settle(diary);
    health_settle(diary);
    cells_settle(diary);
}

static int64_t next_due(const struct diary *diary)
{
    const int64_t due[] = {contact_due(diary), rest_due(diary),   charge_due(diary),
                           outing_due(diary),  health_due(diary), meter_due(diary)};
    int64_t next_ms = INT64_MAX;

    for (size_t i = 0; i < sizeof(due) / sizeof(due[0]); i++)
        if (due[i] > diary->anchor.at_ms && due[i] < next_ms)
            next_ms = due[i];
    return next_ms;
}

static void not_after(int64_t *time_ms, int64_t limit_ms)
{
    if (*time_ms > limit_ms)
        *time_ms = limit_ms;
}

static int64_t into_range(int64_t utc_ms)
{
    if (utc_ms < -TIME_MAX_MS)
        return -TIME_MAX_MS;
    return utc_ms < TIME_MAX_MS ? utc_ms : TIME_MAX_MS;
}

/* The clock was wrong: nothing that goes on began later than now. How old the odometer is stays: it decides
 * how far the car can have got. Spells that are over stand on the card with the time they have. */
static void go_back(struct diary *diary, int64_t utc_ms)
{
    struct memory *memory = &diary->memory;
    struct value *odometer = &memory->heard[HEARD_ODOMETER];
    bool was_heard = odometer->at_ms != DIARY_NONE;
    int64_t age_ms = was_heard ? diary->anchor.at_ms - odometer->at_ms : 0;
    int64_t *const times[] = {
        &diary->anchor.rest_ms,
        &diary->anchor.contact_ms,
        &memory->odd_odometer.at_ms,
        &memory->row_ms,
        &memory->lost_ms,
        &memory->silent_ms,
        &memory->settle_ms,
        &memory->rested_ms,
        &memory->soc_rest_ms,
        &memory->charged_ms,
        &memory->drive_from_ms,
        &memory->health_ms,
        &memory->charge.from_ms,
        &memory->charge.to_ms,
        &memory->charge.battery.at_ms,
        &memory->charge.charger.at_ms,
        &memory->outing.from_ms,
        &memory->outing.to_ms,
        &memory->outing.back_ms,
        &memory->woke_ms,
        &memory->meter.energy.at_ms,
        &memory->meter.power.at_ms,
        &memory->meter.same_ms,
        &memory->meter.odd.at_ms,
        &memory->meter.now.from_ms,
        &memory->meter.now.to_ms,
        &memory->meter.tail_ms,
    };

    for (size_t i = 0; i < sizeof(times) / sizeof(times[0]); i++)
        not_after(times[i], utc_ms);
    for (size_t i = 0; i < HEARD_COUNT; i++)
        not_after(&memory->heard[i].at_ms, utc_ms);
    if (odometer->at_ms != DIARY_NONE)
        odometer->at_ms = utc_ms - age_ms;
    diary->anchor.at_ms = utc_ms;
}

void diary_advance(struct diary *diary, int64_t utc_ms)
{
    utc_ms = into_range(utc_ms);
    if (diary->anchor.at_ms == DIARY_NONE)
        diary->anchor.at_ms = utc_ms;
    if (utc_ms < diary->anchor.at_ms - DIARY_BACK_MS)
        go_back(diary, utc_ms);
    if (utc_ms <= diary->anchor.at_ms)
        return;
    if (diary->unsettled)
        settle(diary);
    int64_t due_ms = next_due(diary);
    for (; due_ms < utc_ms; due_ms = next_due(diary)) {
        diary->anchor.at_ms = due_ms;
        settle(diary);
    }
    diary->anchor.at_ms = utc_ms;
    diary->unsettled = due_ms == utc_ms;
}

void diary_take(struct diary *diary, const struct diary_row *row)
{
    diary_advance(diary, row->utc_ms);
    heard_take(diary, row);
    diary->unsettled = true;
}

void diary_take_cells(struct diary *diary, const struct diary_cells *cells)
{
    diary_advance(diary, cells->at_ms);
    diary->cells = *cells;
    diary->unsettled = true;
}
