/* The words and steps of what the diary keeps, and how what a person typed stands beside what was measured.
 * Knows no tracker and no table. */
#include "diary/item.h"

#include <math.h>
#include <string.h>
#include <strings.h>

static const char *const flag_names[] = {"gaps",        "restarted",   "charged_elsewhere", "estimated",
                                         "implausible", "interrupted", "standby",           "imported"};

const char *diary_flag_name(unsigned bit)
{
    return bit < sizeof(flag_names) / sizeof(flag_names[0]) ? flag_names[bit] : NULL;
}

int64_t diary_steps_per_unit(double resolution)
{
    if (resolution <= 0 || resolution >= 1)
        return 1;
    return (int64_t)round(1 / resolution);
}

static bool is_typed(const char *from)
{
    return strcmp(from, DIARY_TYPED) == 0;
}

static void type_figure(int64_t value, int64_t *figure, char from[DIARY_FROM_BYTES])
{
    static const char typed[DIARY_FROM_BYTES] = DIARY_TYPED, nothing[DIARY_FROM_BYTES];

    if (value == DIARY_NONE && !is_typed(from))
        return;
    *figure = value;
    memcpy(from, value == DIARY_NONE ? nothing : typed, DIARY_FROM_BYTES);
}

/* What the meter had counted comes back when what was typed goes. */
static void type_wall(struct diary_charge *charge, int64_t wh)
{
    static const char meter[DIARY_FROM_BYTES] = DIARY_METER;
    bool is_metered = strcmp(charge->wall_from, DIARY_METER) == 0;
    bool was_typed = is_typed(charge->wall_from);

    if (is_metered && wh != DIARY_NONE)
        charge->metered_wh = charge->wall_wh;
    type_figure(wh, &charge->wall_wh, charge->wall_from);
    if (!was_typed || wh != DIARY_NONE || charge->metered_wh <= 0)
        return; /* DIARY_NONE is among them */
    charge->wall_wh = charge->metered_wh;
    charge->metered_wh = DIARY_NONE;
    memcpy(charge->wall_from, meter, sizeof(meter));
}

bool diary_is_home(const struct diary_charge *charge)
{
    return charge->place[0] == '\0' || strcasecmp(charge->place, "home") == 0;
}

/* What it cost by the tariffs followed from what was there: until that is reckoned again nobody knows it. */
static void drop_tariff_cost(struct diary_charge *charge, const struct diary_charge *before)
{
    bool is_same = charge->wall_wh == before->wall_wh && diary_is_home(charge) == diary_is_home(before);

    if (is_same || strcmp(charge->cost_from, DIARY_TARIFF) != 0)
        return;
    charge->cost_m = charge->cost_max_m = DIARY_NONE;
    memset(charge->cost_from, 0, sizeof(charge->cost_from));
}

void diary_type_charge(struct diary_charge *charge, const struct diary_typed *typed)
{
    const struct diary_charge before = *charge;

    if (typed->is_place)
        memcpy(charge->place, typed->place, sizeof(charge->place));
    if (typed->is_note)
        memcpy(charge->note, typed->note, sizeof(charge->note));
    if (typed->is_wall)
        type_wall(charge, typed->wall_wh);
    if (typed->is_cost)
        type_figure(typed->cost_m, &charge->cost_m, charge->cost_from);
    if (is_typed(charge->cost_from))
        charge->cost_max_m = DIARY_NONE;
    drop_tariff_cost(charge, &before);
}

void diary_type_outing(struct diary_outing *outing, const struct diary_typed *typed)
{
    if (typed->is_tags)
        memcpy(outing->tags, typed->tags, sizeof(outing->tags));
}

/* No tracker knows a place or a note, so a kept charge's are the only ones. */
void diary_keep_typed(struct diary_charge *charge, const struct diary_charge *kept)
{
    memcpy(charge->place, kept->place, sizeof(charge->place));
    memcpy(charge->note, kept->note, sizeof(charge->note));
    if (is_typed(kept->wall_from) || is_typed(charge->wall_from)) {
        bool is_metered = strcmp(charge->wall_from, DIARY_METER) == 0;
        charge->metered_wh = is_metered ? charge->wall_wh : kept->metered_wh;
        charge->wall_wh = kept->wall_wh;
        memcpy(charge->wall_from, kept->wall_from, sizeof(charge->wall_from));
    }
    if (is_typed(kept->cost_from) || is_typed(charge->cost_from)) {
        charge->cost_m = kept->cost_m;
        charge->cost_max_m = kept->cost_max_m;
        memcpy(charge->cost_from, kept->cost_from, sizeof(charge->cost_from));
    }
}

int64_t diary_spread(int64_t min_mv, int64_t max_mv)
{
    return min_mv < 0 || max_mv < min_mv ? DIARY_NONE : max_mv - min_mv; /* DIARY_NONE is among them */
}

int64_t diary_cell_mv(const struct diary_cells *cells, size_t index)
{
    return cells->mv[index] == DIARY_CELL_MISSING ? DIARY_NONE : cells->mv[index];
}

struct diary_cell_range diary_cell_range(const struct diary_cells *cells)
{
    struct diary_cell_range range = {DIARY_NONE, DIARY_NONE, DIARY_NONE};

    for (size_t i = 0; i < cells->count; i++) {
        int64_t mv = diary_cell_mv(cells, i);
        if (mv == DIARY_NONE)
            continue;
        range.min_mv = range.min_mv == DIARY_NONE || mv < range.min_mv ? mv : range.min_mv;
        range.max_mv = mv > range.max_mv ? mv : range.max_mv;
    }
    range.spread_mv = diary_spread(range.min_mv, range.max_mv);
    return range;
}

#define RISE_WH   200000 /* more than any charge: nobody can say of how many */
#define TOP_W     100000
#define COARSE_WH 2000 /* twice the step of the coarsest counter */

bool diary_can_count(int64_t before_wh, int64_t wh, int64_t span_ms)
{
    return wh >= before_wh && wh - before_wh <= RISE_WH &&
           (wh - before_wh - COARSE_WH) * 3600000 <= TOP_W * span_ms;
}
