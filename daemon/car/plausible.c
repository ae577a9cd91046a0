/* How fast signals can change, as a table, and the last word of each source. Readings that are only assumed
 * (an odometer whose unit is not known yet) are no measure for others. Does not compare sources: that is
 * state_dispute.c's. */
#include "car/plausible.h"

#include "car/signal.h"

#include <math.h>

/* From one reading to the next: `slack` at once, and so much more for each second between them. */
struct pace {
    uint16_t signal;
    double slack, up_per_s, down_per_s;
};

/* Quick charging at 50 kW fills 24 kWh by 3.5 % a minute; a pack warms by a few degrees in ten. */
static const struct pace paces[] = {
    {SIGNAL_SOC, 3, 0.1, 0.1},           {SIGNAL_SOC_DASH, 5, 0.1, 0.1},
    {SIGNAL_GIDS, 20, 0.5, 0.5},         {SIGNAL_ODOMETER, 2, 0.07, 0},
    {SIGNAL_PACK_TEMP, 4, 0.05, 0.05},   {SIGNAL_PACK_TEMP_1, 4, 0.05, 0.05},
    {SIGNAL_PACK_TEMP_2, 4, 0.05, 0.05}, {SIGNAL_PACK_TEMP_3, 4, 0.05, 0.05},
    {SIGNAL_PACK_TEMP_4, 4, 0.05, 0.05},
};

#define CELL_MIN_V        1.0 /* a lithium cell below is a broken wire, or the car would not answer any more */
#define CELL_SPREAD_MAX_V 1.5

static const struct pace *find_pace(uint16_t signal)
{
    for (size_t i = 0; i < sizeof(paces) / sizeof(paces[0]); i++) {
        if (paces[i].signal == signal)
            return &paces[i];
    }
    return NULL;
}

/* NULL when there is no room: then nothing is doubted. */
static struct plausible_track *find_track(struct plausible *plausible, const struct reading *reading)
{
    for (size_t i = 0; i < plausible->count; i++) {
        struct plausible_track *track = &plausible->tracks[i];
        if (track->signal == reading->signal && track->source == reading->source)
            return track;
    }
    if (plausible->count == PLAUSIBLE_TRACKS_MAX)
        return NULL;
    struct plausible_track *track = &plausible->tracks[plausible->count++];
    *track = (struct plausible_track){
        .signal = reading->signal, .source = reading->source, .time_ns = TIME_NONE, .doubted_ns = TIME_NONE};
    return track;
}

static bool follows(const struct pace *pace, double from, int64_t from_ns, const struct reading *reading)
{
    double seconds = fmax((double)(reading->time_ns - from_ns) / (double)NS_PER_S, 0);

    return reading->value <= from + pace->slack + pace->up_per_s * seconds &&
           reading->value >= from - pace->slack - pace->down_per_s * seconds;
}

static bool believe(struct plausible_track *track, const struct reading *reading)
{
    track->value = reading->value;
    track->time_ns = reading->time_ns;
    track->doubts = 0;
    return true;
}

/* Held back, unless those before it said the same for long enough. */
static bool doubt(struct plausible_track *track, const struct pace *pace, const struct reading *reading)
{
    if (track->doubts == 0 || !follows(pace, track->doubted, track->doubted_ns, reading)) {
        track->doubts = 1;
        track->doubted = reading->value;
        track->doubted_ns = reading->time_ns;
        return false;
    }
    if (++track->doubts < PLAUSIBLE_CONFIRM || reading->time_ns - track->doubted_ns < PLAUSIBLE_CONFIRM_NS)
        return false;
    return believe(track, reading);
}

static bool is_cell(const struct reading *reading)
{
    switch (reading->signal) {
    case SIGNAL_CELL_MIN:
    case SIGNAL_CELL_MAX:
        return reading->value >= CELL_MIN_V;
    case SIGNAL_CELL_SPREAD:
        return reading->value <= CELL_SPREAD_MAX_V;
    case SIGNAL_CELLS:
        break;
    default:
        return true;
    }
    for (size_t i = 0; i < reading->count; i++) {
        if (reading->elements[i] < CELL_MIN_V)
            return false;
    }
    return true;
}

bool plausible_take(struct plausible *plausible, const struct reading *reading)
{
    const struct pace *pace = find_pace(reading->signal);

    if (!reading->known)
        return true;
    if (!pace || reading->time_ns == TIME_NONE || reading->quality != QUALITY_OK)
        return is_cell(reading);
    struct plausible_track *track = find_track(plausible, reading);
    if (!track)
        return true;
    if (track->time_ns == TIME_NONE || follows(pace, track->value, track->time_ns, reading))
        return believe(track, reading);
    return doubt(track, pace, reading);
}
