/* What the trackers of a car share: what was heard, where the car stands, how an entry goes out. Private to
 * this folder. */
#ifndef DIARY_PRIVATE_H
#define DIARY_PRIVATE_H

#include "car/presence.h"
#include "diary/diary.h"

#define MS_PER_S   INT64_C(1000)
#define MS_PER_MIN (60 * MS_PER_S)

/* The signals that the trackers follow, in the diary's units: 0.01 %, mAh, mm, mV, 1/1000 degree; volts and
 * amps in their steps of 0.1, the charger's power in steps of 0.1 kW. */
enum heard {
    HEARD_SOC,
    HEARD_GIDS,
    HEARD_CAPACITY,
    HEARD_ODOMETER,
    HEARD_COUNT_AC,
    HEARD_COUNT_DC,
    HEARD_SOH,
    HEARD_HX,
    HEARD_CELL_MIN,
    HEARD_CELL_MAX,
    HEARD_TEMPERATURE,
    HEARD_VOLTAGE,
    HEARD_CURRENT,
    HEARD_CHARGER_POWER,
    HEARD_CHARGING,
    HEARD_CHARGE_MODE,
    HEARD_CHARGE_STATE,
    HEARD_PLUGGED,
    HEARD_PRESENCE,
    HEARD_REACHABLE,
    HEARD_GARAGE,
    HEARD_WALL_ENERGY,
    HEARD_WALL_POWER,
    HEARD_COUNT
};

/* DIARY_NONE: not known; never. */
struct value {
    int64_t now;
    int64_t at_ms;
};

/* The energy of a charge is summed three ways, day by day: volts times amps, the charger's power, SOC. */
enum sum { SUM_BATTERY, SUM_CHARGER, SUM_SOC, SUM_COUNT };

struct charge_memory {
    int64_t phase; /* enum charge_phase */
    int64_t from_ms, to_ms, soc_from, soc_to, mode, odometer_mm, peak_w, flags;
    int64_t temp_from_mc, temp_to_mc;
    int64_t unseen;                 /* since to_ms there was a time in which nobody could have heard it */
    struct value battery, charger;  /* the last sample of either power */
    int64_t battery_ms, charger_ms; /* how much of the time the sums cover */
    int64_t sums[SUM_COUNT][DIARY_PART_MAX]; /* by day since from_ms */
};

#define METER_SPELL_MAX 7

/* What the meter counted from when power began to flow to when it ended, and what the car gained by it as far
 * as that is known. */
struct spell {
    int64_t from_ms, to_ms, wh, flags;
    int64_t status;                       /* enum diary_status; open: it has not been told to be over */
    int64_t soc_from, soc_to, battery_wh; /* DIARY_NONE: not known */
    int64_t shared_wh;                    /* of wh: what the car gained by it is known */
};

/* See meter.c, meter_charge.c and meter_share.c. */
struct meter_memory {
    struct value energy, power; /* the counter when it last changed; the last power */
    struct value odd;           /* a count that can't follow the last one, until the next one agrees */
    int64_t same_ms;            /* the last row of the counter */
    int64_t before_wh;          /* the counter before its last rise, when that was no charge's */
    struct spell now;           /* the one that goes on; from_ms DIARY_NONE: none. to_ms: power flowed last */
    int64_t area;               /* so much so far, METER_PER_WH a Wh */
    int64_t wait_ms;            /* so long after to_ms it may still go on */
    int64_t seen_wh;            /* of it, when the car of the watched charge was heard last */
    int64_t is_told;            /* it is an open charge */
    int64_t tail_ms;            /* it was the watched charge's, which ended then; DIARY_NONE: it was not */
    int64_t tail_id;            /* of that charge */
    int64_t shared_count;       /* of spells, for a moment: they are to be told again */
    int64_t count;              /* spells whose share of what the car gained is not known yet */
    struct spell spells[METER_SPELL_MAX];
};

/* An outing that is over and waits for the charge counters. */
struct outing_memory {
    int64_t from_ms, to_ms; /* to_ms DIARY_NONE: none waits */
    int64_t distance_mm, soc_from, soc_to, gids_from, gids_to, capacity_mah, count_ac, count_dc;
    int64_t home_ac, home_dc; /* by how much charges at home may have raised the counters */
    int64_t back_ms;          /* the first sign of life after it */
    int64_t unheard;          /* part of it: who knows what happened there */
};

/* All that the trackers remember beside the anchor's named fields. Integers only, so that it can be kept and
 * found again as it is. */
struct memory {
    int64_t layout; /* MEMORY_LAYOUT; another one's memory is not understood */
    struct value heard[HEARD_COUNT];
    struct value odd_odometer; /* a reading that can't follow the last one, until the next one agrees */
    int64_t row_ms;            /* the last row */
    /* contact */
    int64_t lost_ms, contact_from_mm;
    /* rest */
    int64_t alive, driving, drove, woke, was_on, told;
    int64_t woke_ms;
    int64_t silent_ms;        /* since when the car has not been heard */
    int64_t settle_ms;        /* since when it has been at rest, its figures not heard yet */
    int64_t rested_ms;        /* since when it has been at rest, its figures heard or not */
    int64_t soc_rest_ms;      /* the anchor's soc is from before this rest: the end of the one it is of */
    int64_t rest_volts;       /* of the pack when the anchor's soc was heard, in steps of 0.1 V */
    int64_t drive_from_ms;    /* the start of a drive that was heard from its beginning */
    int64_t unsure;           /* a charge may have gone on since the anchor's rest */
    int64_t charged_ms;       /* the end of the last charge at home */
    int64_t covered_soc;      /* by how much watched charges have raised SOC since the anchor's rest */
    int64_t home_ac, home_dc; /* charges at home that the counters may not show yet */
    int64_t health_ms;        /* the last figure of battery health that is in no entry yet */
    struct charge_memory charge;
    struct outing_memory outing;
    struct meter_memory meter;
};

#define MEMORY_LAYOUT 10

struct diary {
    struct diary_settings settings;
    diary_entry_fn *fn;
    void *ctx;
    struct diary_anchor anchor; /* its at_ms: the present instant */
    struct memory memory;
    bool unsettled; /* rows of the present instant were heard that nothing was concluded from yet */
    struct diary_charge open;
    struct diary_cells cells; /* count 0: none wait */
};

/* ---- diary.c ---- */

/* Hands the entry out, with where the trackers stand now: so change that first. */
void diary_emit(struct diary *diary, struct diary_entry *entry);
/* The local day of an instant. */
int32_t diary_day(const struct diary *diary, int64_t utc_ms);
/* The local day in which the whole window lies, or DIARY_NO_DAY. */
int32_t diary_day_of_window(const struct diary *diary, int64_t from_ms, int64_t to_ms);
/* A capacity for energies: the one that was known then, the one that was heard since (it changes within
 * weeks), that of a new battery (*is_estimated), DIARY_NONE. */
int64_t diary_capacity(const struct diary *diary, int64_t known_mah, bool *is_estimated);
/* The energy of a difference of SOC; DIARY_NONE when anything is not known. */
int64_t diary_soc_wh(const struct diary *diary, int64_t soc, int64_t capacity_mah);
/* a / b to the nearest, halves away from zero. */
int64_t diary_round(int64_t a, int64_t b);

/* ---- heard.c ---- */

/* A memory of nothing. */
void heard_begin(struct memory *memory);
/* Remembers what the row says, if it says anything. */
void heard_take(struct diary *diary, const struct diary_row *row);
/* Known, or DIARY_NONE. */
int64_t heard_now(const struct diary *diary, enum heard heard);
/* Whether a row of it came at `since_ms` or later; and at this very instant. */
bool heard_since(const struct diary *diary, enum heard heard, int64_t since_ms);
bool heard_here(const struct diary *diary, enum heard heard);
/* Not known any more, as of now. */
void heard_forget(struct diary *diary, enum heard heard);

/* ---- a tracker each: *_settle concludes what follows at the present instant, once more without effect;
 * *_due is the next moment at which time alone changes something, or INT64_MAX ---- */

/* The dongle is in reach, or gone. */
void contact_settle(struct diary *diary);
int64_t contact_due(const struct diary *diary);

/* The car stands, falls silent, wakes, drives. */
void rest_settle(struct diary *diary);
int64_t rest_due(const struct diary *diary);
/* A figure of the present rest; DIARY_NONE while it was not heard in it. */
int64_t rest_figure(const struct diary *diary, enum heard heard);
/* A charge at home will be counted by the car, at its beginning or end; mode: enum charge_mode or -1. */
void rest_expect_counts(struct diary *diary, int64_t mode);

enum charge_phase {
    CHARGE_NONE,
    CHARGE_BEGUN, /* for a moment: not told yet */
    CHARGE_OPEN
};

/* The watched charge begins, goes on, ends. */
void charge_settle(struct diary *diary);
int64_t charge_due(const struct diary *diary);
/* Charging as the car says it; TRI_UNKNOWN when it does not. */
enum tri charge_heard(const struct diary *diary);
/* What is remembered of charging belongs to another time. */
void charge_forget(struct diary *diary);
/* The car has moved unheard: a charge that was open has ended, nobody knows when. */
void charge_abandon(struct diary *diary);
/* The last charge, which was closed, is told again with what the meter says of it now. */
void charge_tell_again(struct diary *diary, int64_t id);

/* ---- meter.c: the meter at the wall ---- */

#define METER_OFF_W    150 /* what a wallbox itself draws is less, and a freezer beside it */
#define METER_CLOSE_MS (10 * MS_PER_MIN)

/* A spell begins, goes on. */
void meter_take(struct diary *diary);
bool meter_is_on(const struct diary *diary);
bool meter_is_watched(const struct diary *diary);
/* What goes on is the rest of a watched charge that has ended. */
bool meter_is_tail(const struct diary *diary);
/* The meter has spoken since that end: the charge is told again, if it said more. */
void meter_end_tail(struct diary *diary);
/* A watched charge begins, and may be the end of what the meter saw begin; it has ended so, and this is its id,
 * 0 if it has none or the meter has said its last word on it. */
void meter_join(struct diary *diary);
void meter_part(struct diary *diary, int64_t id, enum diary_status status);
/* The car of the watched charge is heard. */
void meter_mark(struct diary *diary);
/* What the car gained is of the time since then, and so is what the meter counted. */
void meter_split(struct diary *diary);
/* What the meter says of the watched charge. */
void meter_fill(const struct diary *diary, struct diary_entry *entry);

/* ---- meter_charge.c: charges that only the meter sees ---- */

/* A spell is one if nobody watches one and the car, as it is now, does not deny it; and it ends. */
void meter_settle(struct diary *diary);
int64_t meter_due(const struct diary *diary);
/* The spell is over. */
void meter_close(struct diary *diary, enum diary_status status);
/* The charge that only the meter sees, while it is open; false: none is. */
bool meter_open_charge(const struct diary *diary, struct diary_charge *charge);

/* What the car gained in a rest unwatched. */
struct gain {
    int64_t from_ms, to_ms, soc_from, soc, wh; /* wh DIARY_NONE: nobody can say */
    bool is_due;                               /* enough to tell a charge */
    bool is_known;                             /* SOC was heard at both ends */
    bool is_estimated;
};

/* Tells the spell as a charge; an id of 0: the store knows it by its beginning. */
void meter_tell(struct diary *diary, const struct spell *spell, enum diary_status status, int64_t id);
/* The spells that have their shares, one after the other: what an entry's anchor still holds is told after a
 * restart. */
void meter_tell_shared(struct diary *diary);
/* Gives the spells their shares; false when there was none, and the gain is still to be told. */
bool meter_share(struct diary *diary, const struct gain *gain);
/* What the car gained since is not known and won't be. */
void meter_forget_spells(struct diary *diary);

/* An outing is over: it waits for the counters. */
void outing_note(struct diary *diary, const struct outing_memory *outing);
/* The counters were heard, or waited for long enough. */
void outing_settle(struct diary *diary);
int64_t outing_due(const struct diary *diary);

/* The day's figures of the battery are complete, or as good as. */
void health_settle(struct diary *diary);
int64_t health_due(const struct diary *diary);

/* Cells arrived. */
void cells_settle(struct diary *diary);

/* The car stood at rest from the anchor's rest_ms to now: a stay, if it was long enough. */
void stay_tell(struct diary *diary, int64_t to_ms);
/* SOC was heard again of a car that has not moved since soc_rest_ms: a charge, if it rose meanwhile. */
void inferred_tell(struct diary *diary, int64_t to_ms);
/* Whether it rose by so much that it is one. */
bool inferred_is_due(const struct diary *diary);

/* ---- energy.c: the sums of a charge ---- */

/* Adds what was heard at this instant. */
void energy_take(struct diary *diary);
/* The charge ends now. */
void energy_end(struct diary *diary);
/* The energies, flags and parts of the entry's charge, as summed so far. */
void energy_fill(const struct diary *diary, struct diary_entry *entry);

#endif
