/* Random lives of a car as rows of the diary. The generator lives a car of its own and knows nothing of how
 * the trackers conclude. */
#ifndef TESTS_DIARY_LIFE_H
#define TESTS_DIARY_LIFE_H

#include "diary_book.h"

#define LIFE_EPISODES 60
#define LIFE_ROW_MAX  20000
#define PACK_WH       21300.0 /* 60 Ah x 355 */
#define WH_PER_KM     150.0
#define CHARGE_AMPS   15.0
#define VOLTS         380.0
#define WALL_LOSS     1.12 /* by so much more comes out of the wall */

struct life {
    uint32_t random;
    struct diary_row rows[LIFE_ROW_MAX];
    size_t count;
    int64_t now_ms;
    double km, soc;
    double charged_soc; /* at home */
    int count_ac;
    double wall_wh;
    unsigned meter_every; /* so seldom the meter at the wall is heard; 0: there is none */
    bool has_first;
    int64_t first_km;
};

/* ---- chance ---- */

static inline unsigned chance(struct life *life, unsigned sides)
{
    life->random = life->random * 1664525U + 1013904223U;
    return (life->random >> 8) % sides;
}

static inline void pass(struct life *life, int64_t least_ms, int64_t most_ms)
{
    life->now_ms += least_ms + (int64_t)chance(life, (unsigned)(most_ms - least_ms));
}

/* ---- rows ---- */

static inline void say_as(struct life *life, unsigned signal, double value, enum quality quality)
{
    assert_true(life->count < LIFE_ROW_MAX);
    struct diary_row *row = &life->rows[life->count++];

    *row = book_row(life->now_ms, signal, value);
    row->quality = quality;
    life->now_ms += chance(life, 3) ? 0 : 20 + (int64_t)chance(life, 300);
}

static inline void say(struct life *life, unsigned signal, double value)
{
    say_as(life, signal, value, QUALITY_OK);
}

static inline void say_odometer(struct life *life)
{
    if (life->has_first && chance(life, 30) == 0)
        say(life, SIGNAL_ODOMETER, 0);
    if (!life->has_first)
        life->first_km = (int64_t)life->km;
    life->has_first = true;
    say(life, SIGNAL_ODOMETER, floor(life->km));
}

static inline void say_soc(struct life *life)
{
    if (chance(life, 50) == 0)
        say_as(life, SIGNAL_SOC, 3, QUALITY_DISPUTED);
    else if (chance(life, 50) == 0)
        say(life, SIGNAL_SOC, NAN);
    else
        say(life, SIGNAL_SOC, life->soc);
}

static inline void say_figures(struct life *life)
{
    bool first_soc = chance(life, 2) == 0;

    if (first_soc)
        say_soc(life);
    say_odometer(life);
    if (!first_soc)
        say_soc(life);
    say(life, SIGNAL_GIDS, floor(life->soc * 2.6));
    if (chance(life, 3) == 0)
        say(life, SIGNAL_PACK_CAPACITY, 60);
    if (chance(life, 4) != 0)
        say(life, SIGNAL_COUNT_AC, life->count_ac);
    if (chance(life, 3) == 0)
        say(life, SIGNAL_SOH, 85 + chance(life, 10) * 0.01);
}

/* ---- what a car does ---- */

static inline void find_contact(struct life *life)
{
    say(life, DIARY_SIGNAL_REACHABLE, 1);
    say(life, DIARY_SIGNAL_GARAGE, TRI_TRUE);
}

static inline void lose_contact(struct life *life)
{
    say(life, DIARY_SIGNAL_REACHABLE, 0);
    say(life, DIARY_SIGNAL_PRESENCE, NAN);
    if (chance(life, 3) == 0)
        return;
    life->now_ms += 10 * MINUTES;
    say(life, DIARY_SIGNAL_GARAGE, TRI_FALSE);
    say(life, DIARY_SIGNAL_PRESENCE, PRESENCE_AWAY);
}

/* garaged is started again after a while. */
static inline void restart(struct life *life)
{
    pass(life, SECONDS, chance(life, 2) ? MINUTES : 3 * HOURS);
    say(life, DIARY_SIGNAL_REACHABLE, NAN);
    if (chance(life, 2))
        pass(life, SECONDS, MINUTES);
}

static inline void wake(struct life *life, enum presence presence)
{
    say(life, DIARY_SIGNAL_PRESENCE, presence);
    if (chance(life, 8) != 0)
        say_figures(life);
}

static inline void say_wall(struct life *life)
{
    if (life->meter_every > 0 && chance(life, life->meter_every) == 0)
        say(life, DIARY_SIGNAL_WALL_ENERGY, floor(life->wall_wh));
}

static inline void charge_by(struct life *life, double soc)
{
    soc = fmin(soc, 100 - life->soc);
    life->soc += soc;
    life->charged_soc += soc;
    life->wall_wh += soc * PACK_WH / 100 * WALL_LOSS;
}

/* Nobody but the meter hears it. */
static inline void charge_in_silence(struct life *life, unsigned minutes)
{
    for (unsigned i = 0; i < minutes; i++) {
        charge_by(life, VOLTS * CHARGE_AMPS / 60 / PACK_WH * 100);
        life->now_ms += MINUTES;
        say_wall(life);
    }
}

static inline void be_metered(struct life *life)
{
    say_wall(life);
    charge_in_silence(life, chance(life, 100));
    pass(life, MINUTES, 3 * HOURS);
    if (chance(life, 2))
        charge_in_silence(life, chance(life, 60));
    pass(life, MINUTES, 40 * MINUTES);
}

static inline void sleep_for(struct life *life)
{
    say(life, DIARY_SIGNAL_PRESENCE, PRESENCE_ASLEEP);
    pass(life, MINUTES, 10 * HOURS);
    if (chance(life, 4) != 0)
        return;
    if (life->meter_every > 0)
        be_metered(life);
    else
        charge_by(life, chance(life, 40)); /* in silence */
    life->count_ac++;
}

static inline void add_distance(struct life *life, double km)
{
    km = fmin(km, (life->soc - 5) * PACK_WH / 100 / WH_PER_KM);
    km = fmax(km, 0);
    life->km += km;
    life->soc -= km * WH_PER_KM / PACK_WH * 100;
    life->now_ms += (int64_t)(km * 60) * SECONDS;
}

static inline void drive_in_reach(struct life *life, unsigned minutes)
{
    say(life, DIARY_SIGNAL_PRESENCE, PRESENCE_DRIVING);
    for (unsigned i = 0; i < minutes; i++) {
        add_distance(life, 0.1 + chance(life, 12) * 0.1);
        life->now_ms += MINUTES / 2;
        say_odometer(life);
        if (chance(life, 3) == 0)
            say_soc(life);
    }
}

static inline void charge_away(struct life *life)
{
    pass(life, 30 * MINUTES, 3 * HOURS);
    life->soc = fmin(100, life->soc + 10 + chance(life, 60));
    life->count_ac++;
}

static inline void go_out(struct life *life)
{
    if (chance(life, 2))
        drive_in_reach(life, chance(life, 3));
    if (chance(life, 6) == 0)
        restart(life);
    else
        lose_contact(life);
    add_distance(life, chance(life, 80));
    pass(life, MINUTES, 9 * HOURS);
    if (chance(life, 5) == 0)
        charge_away(life);
    add_distance(life, chance(life, 60));
    find_contact(life);
    if (chance(life, 3) == 0) { /* parked in silence, heard tomorrow */
        sleep_for(life);
        return;
    }
    if (chance(life, 2))
        drive_in_reach(life, 1);
    wake(life, PRESENCE_ON);
    pass(life, SECONDS, 3 * MINUTES);
}

static inline void drive_around(struct life *life)
{
    drive_in_reach(life, 1 + chance(life, 20));
    say(life, DIARY_SIGNAL_PRESENCE, PRESENCE_ON);
    if (chance(life, 4) != 0)
        say_figures(life);
    pass(life, SECONDS, 30 * MINUTES);
}

static inline void say_charging(struct life *life)
{
    say(life, SIGNAL_CHARGING, 1);
    say(life, SIGNAL_CHARGE_MODE, CHARGE_MODE_AC2);
    say(life, SIGNAL_PLUGGED, 1);
}

static inline void charge_minute(struct life *life)
{
    say(life, SIGNAL_PACK_VOLTAGE, VOLTS + chance(life, 20) * 0.1);
    say(life, SIGNAL_PACK_CURRENT, CHARGE_AMPS + chance(life, 20) * 0.1);
    say(life, SIGNAL_CHARGER_POWER, VOLTS * CHARGE_AMPS / 1000 + 0.6);
    if (chance(life, 3) == 0)
        say_soc(life);
    life->now_ms += MINUTES;
    say_wall(life);
    charge_by(life, VOLTS * CHARGE_AMPS / 60 / PACK_WH * 100);
}

/* Something comes in between; the charge goes on behind it. */
static inline void disturb_charge(struct life *life)
{
    switch (chance(life, 3)) {
    case 0:
        restart(life);
        break;
    case 1:
        lose_contact(life);
        pass(life, MINUTES, HOURS);
        break;
    default:
        say(life, DIARY_SIGNAL_PRESENCE, NAN);
        pass(life, SECONDS, 20 * MINUTES);
        break;
    }
    find_contact(life);
    wake(life, PRESENCE_CHARGING);
    if (chance(life, 6) != 0)
        say_charging(life);
}

static inline void charge_at_home(struct life *life)
{
    unsigned minutes = chance(life, 300);

    say_charging(life);
    say(life, DIARY_SIGNAL_PRESENCE, PRESENCE_CHARGING);
    life->count_ac++;
    for (unsigned i = 0; i < minutes && life->soc < 99; i++) {
        charge_minute(life);
        if (chance(life, 200) == 0)
            disturb_charge(life);
    }
    if (chance(life, 3) == 0)
        return;
    say(life, SIGNAL_CHARGING, 0);
    say(life, SIGNAL_CHARGE_MODE, CHARGE_MODE_NONE);
    if (life->meter_every > 0) {
        life->now_ms += MINUTES / 2;
        say_wall(life);
    }
    say(life, DIARY_SIGNAL_PRESENCE, PRESENCE_AWAKE);
}

static inline void rest(struct life *life)
{
    sleep_for(life);
    if (chance(life, 5) == 0)
        restart(life);
    find_contact(life);
    wake(life, PRESENCE_AWAKE);
    pass(life, SECONDS, 10 * MINUTES);
}

/* The car is heard for the first time. */
static inline void meet(struct life *life)
{
    say(life, DIARY_SIGNAL_REACHABLE, NAN);
    find_contact(life);
    if (chance(life, 3) == 0)
        drive_in_reach(life, 1 + chance(life, 20));
    say(life, DIARY_SIGNAL_PRESENCE, PRESENCE_AWAKE);
    say_figures(life);
    life->now_ms += MINUTES;
}

static inline void life_live_from(struct life *life, uint32_t seed, int64_t begin_ms, unsigned meter_every)
{
    memset(life, 0, sizeof(*life));
    life->random = seed;
    life->meter_every = meter_every;
    life->wall_wh = 1000;
    life->now_ms = begin_ms;
    life->km = 12345.3;
    life->soc = 70;
    meet(life);
    for (int i = 0; i < LIFE_EPISODES && life->count < LIFE_ROW_MAX / 2; i++) {
        switch (chance(life, 5)) {
        case 0:
            charge_at_home(life);
            break;
        case 1:
        case 2:
            go_out(life);
            break;
        case 3:
            drive_around(life);
            break;
        default:
            rest(life);
            break;
        }
    }
    pass(life, HOURS, 2 * HOURS);
    say(life, DIARY_SIGNAL_PRESENCE, PRESENCE_ON);
    say(life, SIGNAL_SOC, life->soc);
    say(life, SIGNAL_ODOMETER, floor(life->km));
    say(life, SIGNAL_CHARGING, 0);
    life->now_ms += HOURS;
}

static inline void life_live(struct life *life, uint32_t seed)
{
    static const unsigned meters[] = {0, 1, 0, 3, 0, 12};

    life_live_from(life, seed, BOOK_START + (int64_t)seed * DAYS,
                   meters[seed % (sizeof(meters) / sizeof(meters[0]))]);
}

static inline struct life *life_new(void)
{
    struct life *life = calloc(1, sizeof(*life));

    assert_non_null(life);
    return life;
}

#endif
