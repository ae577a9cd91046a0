/* A family with one car: work on weekdays, errands, an outing on Sundays, a journey in summer and one in
 * autumn, and two days at the end of the year on which it isn't touched. All made up. */
#include "owner.h"

#include "util/core/day.h"
#include "util/core/time.h"

#define HOUR_S 3600

#define HOME_KW    3.6 /* wallbox, one phase, 16 A */
#define SOCKET_KW  2.1 /* a household socket */
#define GRANNY_KW  1.4
#define QUICK_KW   44.0
#define ENOUGH_SOC 62.0 /* he doesn't plug in above */
#define LAST_SOC   40.0 /* the same on the last evening: who goes on with the car is to see it charge */
#define SPARE_SOC  14.0 /* what he wants left on arrival */

#define JOURNEY_LEG_KM 62.0

/* ---- chance ---- */

static double between(struct owner *owner, double low, double high)
{
    return low + (high - low) * sim_random_below(&owner->random, 10001) / 10000.0;
}

static int64_t minutes(struct owner *owner, int low, int high)
{
    return 60 * (low + (int)sim_random_below(&owner->random, (unsigned)(high - low + 1)));
}

static bool chance(struct owner *owner, unsigned percent)
{
    return sim_random_chance(&owner->random, percent);
}

static int64_t clock_s(const struct owner *owner, int32_t day, double hours)
{
    return zone_day_start_ns(owner->zone, day) / NS_PER_S + (int64_t)(hours * HOUR_S);
}

/* ---- deeds ---- */

static void act(struct owner *owner, int64_t at_s, int64_t after_s, enum sim_action action, double value)
{
    owner_add(owner, &(struct deed){.at_s = at_s, .after_s = after_s, .action = action, .value = value});
}

static void act_when(struct owner *owner, enum deed_wait wait, double until, int64_t after_s,
                     enum sim_action action)
{
    owner_add(owner, &(struct deed){.wait = wait, .until = until, .after_s = after_s, .action = action});
}

/* The pack's charge that a drive takes. */
static double needs_soc(const struct owner *owner, double km)
{
    double soc = 100.0 * km / owner->range_km + SPARE_SOC;

    return soc < 90 ? soc : 90;
}

/* At a quick charger on the way, when the next leg needs it. */
static void charge_quickly(struct owner *owner, double next_km)
{
    owner_add(owner, &(struct deed){.after_s = 240,
                                    .skip_above = needs_soc(owner, next_km),
                                    .skip = 1,
                                    .action = SIM_ACT_CHARGE,
                                    .value = QUICK_KW});
    act_when(owner, DEED_SOC, 86, 30, SIM_ACT_UNPLUG);
}

static void leave_home(struct owner *owner, int64_t at_s, double km)
{
    act(owner, at_s, 0, SIM_ACT_UNPLUG, 0);
    act(owner, 0, 40, SIM_ACT_ON, 0);
    act(owner, 0, 45, SIM_ACT_DRIVE, km);
    act_when(owner, DEED_KM_LEFT, km - 0.2, 0, SIM_ACT_AWAY);
}

static void go_on(struct owner *owner, int64_t at_s, int64_t after_s, double km)
{
    charge_quickly(owner, km);
    act(owner, at_s, after_s, SIM_ACT_ON, 0);
    act(owner, 0, 30, SIM_ACT_DRIVE, km);
}

static void park(struct owner *owner)
{
    act_when(owner, DEED_ARRIVED, 0, 30, SIM_ACT_AWAKE);
}

static void come_home(struct owner *owner)
{
    act_when(owner, DEED_KM_LEFT, 0.3, 0, SIM_ACT_BACK);
    act_when(owner, DEED_ARRIVED, 0, 45, SIM_ACT_AWAKE);
}

/* There, a stay of `stay_s`, and back. */
static void round_trip(struct owner *owner, int64_t at_s, double km, int64_t stay_s)
{
    leave_home(owner, at_s, km);
    park(owner);
    go_on(owner, 0, stay_s, km);
    come_home(owner);
}

/* ---- charging ---- */

/* Somebody else needs the socket for a while. */
static void interrupt(struct owner *owner, double kw)
{
    act(owner, 0, minutes(owner, 40, 90), SIM_ACT_UNPLUG, 0);
    act(owner, 0, minutes(owner, 15, 60), SIM_ACT_CHARGE, kw);
}

/* Plugs in at once; it charges now or when the night begins, up to `soc` (0: full). */
static void charge_overnight(struct owner *owner, int32_t day, double kw, double soc, bool now, double above)
{
    int64_t begin_s = now ? 0 : clock_s(owner, day, between(owner, 22, 25.5));
    int64_t end_s = clock_s(owner, day + 1, day + 1 >= owner->last_day ? 2.5 : 5.5);
    bool interrupted = now && chance(owner, 12) && !owner->charges_once;
    bool stops = soc > 0 || day + 1 >= owner->last_day;
    size_t deeds = 1u + (interrupted ? 2 : 0) + (stops ? 1 : 0);

    owner_add(owner,
              &(struct deed){.after_s = 120, .skip_above = above, .skip = deeds, .action = SIM_ACT_PLUG});
    act(owner, begin_s, 60, SIM_ACT_CHARGE, kw);
    if (interrupted)
        interrupt(owner, kw);
    if (stops)
        owner_add(owner, &(struct deed){.wait = DEED_SOC,
                                        .until = soc > 0 ? soc : 99,
                                        .no_later_s = end_s,
                                        .action = SIM_ACT_AWAKE});
}

static void charge_at_home(struct owner *owner, int32_t day, bool long_trip_ahead)
{
    bool is_last = day + 1 >= owner->last_day;
    double kw = chance(owner, 4) ? GRANNY_KW : HOME_KW;
    bool now = is_last || chance(owner, 30);
    double above = is_last ? LAST_SOC : long_trip_ahead ? 92 : ENOUGH_SOC;

    charge_overnight(owner, day, kw, long_trip_ahead || chance(owner, 40) ? 0 : 81, now, above);
}

/* ---- days ---- */

enum weekday { SUNDAY, MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY, SATURDAY };

static enum weekday weekday_of(int32_t day)
{
    return (enum weekday)(((day + 4) % 7 + 7) % 7);
}

static void plan_work(struct owner *owner, int32_t day)
{
    double km = 14.2;

    if (!chance(owner, 14))
        round_trip(owner, clock_s(owner, day, between(owner, 7.1, 7.7)), km, minutes(owner, 480, 550));
    if (chance(owner, 30))
        round_trip(owner, clock_s(owner, day, between(owner, 18.2, 19)), between(owner, 2, 9),
                   minutes(owner, 15, 100));
}

static void plan_saturday(struct owner *owner, int32_t day)
{
    if (chance(owner, 85))
        round_trip(owner, clock_s(owner, day, between(owner, 9.5, 11)), between(owner, 4, 13),
                   minutes(owner, 40, 110));
    if (chance(owner, 30))
        round_trip(owner, clock_s(owner, day, between(owner, 17, 19)), between(owner, 8, 25),
                   minutes(owner, 120, 240));
}

static void plan_sunday(struct owner *owner, int32_t day)
{
    double km = between(owner, 18, 58);

    if (chance(owner, 45))
        round_trip(owner, clock_s(owner, day, between(owner, 9, 12)), km, minutes(owner, 90, 300));
}

/* ---- journeys ---- */

static void travel(struct owner *owner, unsigned legs)
{
    for (unsigned leg = 1; leg < legs; leg++) {
        park(owner);
        go_on(owner, 0, minutes(owner, 10, 50), JOURNEY_LEG_KM);
    }
}

static void stay_there(struct owner *owner, int32_t first, int32_t last)
{
    for (int32_t day = first; day < last; day++) {
        if (!chance(owner, 60))
            continue;
        double km = between(owner, 6, 28);
        go_on(owner, clock_s(owner, day, between(owner, 10, 13)), 0, km);
        park(owner);
        go_on(owner, 0, minutes(owner, 90, 240), km);
        park(owner);
        charge_overnight(owner, day, SOCKET_KW, 0, true, 65);
    }
}

static int32_t plan_journey(struct owner *owner, int32_t day, int32_t days, unsigned legs)
{
    int32_t last = day + days - 1;

    leave_home(owner, clock_s(owner, day, 9.2), JOURNEY_LEG_KM);
    travel(owner, legs);
    park(owner);
    charge_overnight(owner, day, SOCKET_KW, 0, true, 0);
    stay_there(owner, day + 1, last);
    act(owner, clock_s(owner, last, 9.6), 0, SIM_ACT_UNPLUG, 0);
    go_on(owner, 0, 60, JOURNEY_LEG_KM);
    travel(owner, legs);
    come_home(owner);
    charge_at_home(owner, last, false);
    return last;
}

/* The first Saturday from `from` of the month on. */
static bool is_first_saturday(int32_t day, int month, int from)
{
    struct day_parts parts = day_split(day);

    return weekday_of(day) == SATURDAY && parts.month == month && parts.day >= from && parts.day < from + 7;
}

static bool is_untouched(int32_t day)
{
    struct day_parts parts = day_split(day);

    return parts.month == 12 && (parts.day == 25 || parts.day == 30 || parts.day == 31);
}

static void plan_ordinary(struct owner *owner, int32_t day)
{
    switch (weekday_of(day)) {
    case SATURDAY:
        plan_saturday(owner, day);
        break;
    case SUNDAY:
        plan_sunday(owner, day);
        break;
    case MONDAY:
    case TUESDAY:
    case WEDNESDAY:
    case THURSDAY:
    case FRIDAY:
        plan_work(owner, day);
        break;
    }
    if (owner->count > 0)
        charge_at_home(owner, day, weekday_of(day) == SATURDAY || weekday_of(day) == FRIDAY);
}

int32_t owner_plan(struct owner *owner, const struct sim_model *model, int32_t day)
{
    double kwh = model->battery.ah * 0.355;
    double cold = model->climate.ambient_c < 5 ? 0.24 : 0.19;

    owner->range_km = kwh / cold;
    if (is_first_saturday(day, 7, 8) && day + 16 < owner->last_day)
        return plan_journey(owner, day, 15, 4);
    if (is_first_saturday(day, 10, 1) && day + 9 < owner->last_day)
        return plan_journey(owner, day, 8, 3);
    if (!is_untouched(day))
        plan_ordinary(owner, day);
    return day;
}
