/* What the diary keeps (DESIGN 4), in integers: mm, Wh, 0.01 %, 1/1000 cent, milliseconds of UTC. One struct
 * a kind; the same shapes go from the trackers to the store and from the store to the exports. */
#ifndef DIARY_ITEM_H
#define DIARY_ITEM_H

#include "car/signal.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define DIARY_NONE         INT64_MIN /* this integer is not known */
#define DIARY_CAR_BYTES    17
#define DIARY_PLACE_BYTES  32
#define DIARY_NOTE_BYTES   200
#define DIARY_FROM_BYTES   8
#define DIARY_TYPED        "typed"  /* where a figure is from: a person wrote it */
#define DIARY_TARIFF       "tariff" /* by the owner's tariffs */
#define DIARY_METER        "meter"  /* the meter at the wall */
#define DIARY_FLAG_MAX     16
#define DIARY_NO_DAY       INT32_MIN /* can't be attributed to one local day */
#define DIARY_CELL_MISSING UINT16_MAX

enum diary_status { DIARY_OPEN, DIARY_CLOSED, DIARY_INCOMPLETE };
enum diary_how { DIARY_WATCHED, DIARY_INFERRED, DIARY_METERED };

/* Bits of `flags`, printed in this order as the words of diary_flag_name(). */
enum diary_flag {
    DIARY_FLAG_GAPS = 1 << 0,      /* "gaps": nothing was heard for a while; that time is not counted */
    DIARY_FLAG_RESTARTED = 1 << 1, /* "restarted": continued over a restart of garaged */
    DIARY_FLAG_CHARGED_ELSEWHERE = 1 << 2, /* "charged_elsewhere": the charge counters rose unseen */
    DIARY_FLAG_ESTIMATED = 1 << 3,         /* "estimated": a constant of the definition stood in */
    DIARY_FLAG_IMPLAUSIBLE = 1 << 4,       /* "implausible": physics says no; shown as it was measured */
    DIARY_FLAG_INTERRUPTED = 1 << 5, /* "interrupted": ended before full and before the owner drove off */
    DIARY_FLAG_STANDBY = 1 << 6,     /* "standby": it did not drive; what it used was lost standing */
    DIARY_FLAG_IMPORTED = 1 << 7, /* "imported": from a log of another program, not watched by garaged */
    DIARY_FLAG_UNHEARD = 1 << 8,  /* no word: imported, from what two logs say of the time between them */
};

/* "gaps", ... or NULL for bits without a name. */
const char *diary_flag_name(unsigned bit);

struct diary_charge {
    int64_t id; /* 0: not kept yet */
    enum diary_status status;
    enum diary_how how;
    int64_t from_ms, to_ms; /* watched: start and end (open: the last reading); inferred: the window */
    int64_t soc_from, soc_to;
    int mode;                   /* enum charge_mode, or -1 unknown */
    int64_t battery_wh;         /* into the battery, net */
    int64_t charger_wh;         /* out of the charger */
    int64_t wall_wh;            /* at the wall */
    int64_t metered_wh;         /* what the meter there counted, while wall_wh is typed; else DIARY_NONE */
    char wall_from[DIARY_FROM_BYTES]; /* DIARY_METER, DIARY_TYPED or "" */
    int64_t cost_m, cost_max_m;       /* 1/1000 cent */
    char cost_from[DIARY_FROM_BYTES]; /* DIARY_TYPED: the whole bill, no tariff changes it; DIARY_TARIFF, "" */
    char currency[4];
    int64_t peak_w;
    int64_t temp_from_mc, temp_to_mc; /* of the pack, 1/1000 degree */
    int64_t odometer_mm;
    char place[DIARY_PLACE_BYTES], note[DIARY_NOTE_BYTES];
    unsigned flags;
};

/* A part of a charge that lies in one local day: the sum of its parts is the charge. The first is of the day it
 * began. An inferred charge whose window spans midnight has one part, of DIARY_NO_DAY. */
struct diary_part {
    int32_t day;
    int64_t battery_wh, charger_wh;
};

struct diary_outing {
    int64_t id;
    int64_t from_ms, to_ms;
    int64_t distance_mm;
    int64_t soc_from, soc_to;
    int64_t energy_soc_wh, energy_gids_wh; /* used; DIARY_NONE when charged elsewhere or not known */
    int32_t day;                           /* local day of the whole window, or DIARY_NO_DAY */
    char tags[DIARY_NOTE_BYTES];           /* joined by blanks */
    unsigned flags;
};

/* What a person types about a charge or an outing. What is_ says nothing of stays as it is. */
struct diary_typed {
    bool is_place, is_note, is_wall, is_cost, is_tags;
    char place[DIARY_PLACE_BYTES], note[DIARY_NOTE_BYTES], tags[DIARY_NOTE_BYTES]; /* "": none any more */
    int64_t wall_wh, cost_m; /* DIARY_NONE: what was typed goes, a figure from elsewhere stays or comes back */
};

/* Whether it was charged where the owner's tariffs hold: at home, or nobody said where. */
bool diary_is_home(const struct diary_charge *charge);

/* Puts what was typed into the item. */
void diary_type_charge(struct diary_charge *charge, const struct diary_typed *typed);
void diary_type_outing(struct diary_outing *outing, const struct diary_typed *typed);

/* What was typed into `kept`, or taken away there, is so in `charge` too, which the trackers told. */
void diary_keep_typed(struct diary_charge *charge, const struct diary_charge *kept);

/* The parked car between two signs of life. */
struct diary_stay {
    int64_t id;
    int64_t from_ms, to_ms;
    int64_t soc_from, soc_to;
    int64_t odometer_mm;
};

/* The dongle was reachable. */
struct diary_contact {
    int64_t id;
    int64_t from_ms, to_ms;
    int64_t odometer_from_mm, odometer_to_mm;
};

/* The battery's own figures of one local day, the last ones heard; one a day and car, overwritten. */
struct diary_health {
    int32_t day;
    int64_t serial;  /* 1, 2 ... : which battery, of the accepted identity; the store fills it in */
    int64_t soh, hx; /* 0.01 % */
    int64_t capacity_mah;
    int64_t full_wh;
    int64_t cell_min_mv, cell_max_mv;
    int64_t temperature_mc; /* 1/1000 degree */
    int64_t count_ac, count_dc;
    int64_t odometer_mm;
    /* What the charges up to that day measured (diary/capacity.h); not kept, filled in by who answers. */
    int64_t measured_wh, measured_scatter_wh, measured_charges;
};

/* All cells at rest, once a day. */
struct diary_cells {
    int64_t at_ms;
    size_t count;
    uint16_t mv[SIGNAL_ELEMENT_MAX];
};

/* Of the cells that were heard; DIARY_NONE: none was. */
struct diary_cell_range {
    int64_t min_mv, max_mv, spread_mv;
};
struct diary_cell_range diary_cell_range(const struct diary_cells *cells);

/* Of one cell; DIARY_NONE: it was not heard. */
int64_t diary_cell_mv(const struct diary_cells *cells, size_t index);

/* The strongest less the weakest cell; DIARY_NONE where one of them is not known. */
int64_t diary_spread(int64_t min_mv, int64_t max_mv);

/* What we cost the car in one local day, so far; one a day and car, overwritten. A day on which nothing was
 * sent is a row of zeros: without a row nobody counted. */
struct diary_traffic {
    int32_t day;
    int64_t frames_sent, polls, wakeups, bytes;
    /* How far the counters of the car half are counted in, so that nothing is counted twice after a restart
     * of garaged: which run of it (when it began), and what they stood at. */
    int64_t run_us;
    int64_t run_frames_sent, run_polls, run_wakeups, run_bytes;
};

#define DIARY_HASH_BYTES 32

enum diary_identity_status {
    DIARY_IDENTITY_REFUSED,  /* another one than the diary's, waiting for the owner's word; only the newest */
    DIARY_IDENTITY_ACCEPTED, /* the newest of these is whose the diary is */
    DIARY_IDENTITY_GONE      /* was refused, and the accepted one came back */
};

/* Who the car and its battery are, as keyed hashes that nobody can turn back; zeros: not read yet. */
struct diary_identity {
    int64_t id;
    int64_t from_ms; /* first heard */
    enum diary_identity_status status;
    int64_t serial; /* 1, 2 ... : which battery of this car's diary */
    uint8_t vin[DIARY_HASH_BYTES], battery[DIARY_HASH_BYTES];
};

enum diary_kind {
    DIARY_CHARGE,
    DIARY_OUTING,
    DIARY_STAY,
    DIARY_CONTACT,
    DIARY_HEALTH,
    DIARY_CELLS,
    DIARY_ANCHOR,
    DIARY_TRAFFIC, /* these two come from the house, not from the trackers: no anchor goes with them */
    DIARY_IDENTITY
};

#define DIARY_MEMORY_MAX 256

/* Where a car's trackers stand after an entry, kept with it in one transaction: what they need to go on after
 * a restart. Readings that came after at_ms are read again. */
struct diary_anchor {
    int64_t at_ms; /* DIARY_NONE: none was ever kept */
    /* the last sign of life of the car at rest, from which the next stay or outing is measured */
    int64_t rest_ms, soc, gids, capacity_mah, odometer_mm, count_ac, count_dc;
    int64_t contact_ms;  /* since when the dongle has been reachable; DIARY_NONE: it is not */
    int64_t open_charge; /* id of the charge that is open; 0: none. The store fills in that of a new one */
    int64_t health_day, cells_day;
    bool was_away; /* since rest_ms the car left */
    /* What else the trackers hold: the last values, the sums of the open charge. Kept as one blob of all the
     * bytes (zeros when there is none of this size), without looking inside: memory[0] names its layout. */
    int64_t memory[DIARY_MEMORY_MAX];
};

#define DIARY_PART_MAX 8

/* One thing that came to be known, complete with what belongs to it. */
struct diary_entry {
    enum diary_kind kind;
    char car[DIARY_CAR_BYTES];
    union {
        struct {
            struct diary_charge charge;
            struct diary_part parts[DIARY_PART_MAX];
            size_t part_count;
        };
        struct diary_outing outing;
        struct diary_stay stay;
        struct diary_contact contact;
        struct diary_health health;
        struct diary_cells cells;
        struct diary_traffic traffic;
        struct diary_identity identity;
    };
    bool begins_anew; /* an identity that ends another one: the trackers go on from `anchor` */
    struct diary_anchor anchor;
};

/* A kept reading, as the trackers hear it, now or again after a restart. */
struct diary_row {
    unsigned signal; /* enum signal_id, or enum diary_signal */
    int64_t utc_ms;
    bool known;
    unsigned quality; /* enum quality */
    int64_t steps;    /* whole steps of the signal's resolution: see diary_steps_per_unit() */
};

#define DIARY_SIGNAL_BYTES 32

/* A kept reading as its series has it, for people. */
struct diary_reading {
    int64_t utc_ms;
    int64_t steps, per_unit; /* 1 / per_unit of the unit each; DIARY_NONE: the car said "not available" */
    unsigned quality;        /* enum quality */
    char signal[DIARY_SIGNAL_BYTES], unit[12];
};

/* What is kept as readings beside the vocabulary's signals. */
enum diary_signal {
    DIARY_SIGNAL_PRESENCE = SIGNAL_VOCABULARY_COUNT, /* "presence": enum presence */
    DIARY_SIGNAL_REACHABLE,                          /* "reachable": the dongle answers, 0 or 1 */
    DIARY_SIGNAL_GARAGE,                             /* "garage": enum tri; unknown when neither */
    DIARY_SIGNAL_WALL_ENERGY, /* "wall_energy": what the meter at the wall has counted, Wh as it says it */
    DIARY_SIGNAL_WALL_POWER,  /* "wall_power": what flows there, W */
    DIARY_SIGNAL_END
};

#define DIARY_WALL_ENERGY_MAX INT64_C(1000000000000) /* Wh */
#define DIARY_WALL_POWER_MAX  INT64_C(1000000)       /* W */

/* Whether a meter at the wall can have counted from one to the other in that time: no socket gives more. */
bool diary_can_count(int64_t before_wh, int64_t wh, int64_t span_ms);

/* Steps a unit: 10 for a resolution of 0.1. Resolutions of one and more count whole units. */
int64_t diary_steps_per_unit(double resolution);

/* Sums over a car's whole diary, for counters that only rise. */
struct diary_totals {
    int64_t charged_wh, used_wh, distance_mm, outings;
    /* of the outings whose energy is known that began in the 30 days before the end of the newest */
    int64_t recent_used_wh, recent_distance_mm;
};

/* A day, a month, a year: sums of the parts and outings attributed to it; or any other span of time. */
struct diary_day {
    int32_t day;                                                           /* the first of a month or year */
    int64_t distance_mm, used_wh, battery_wh, charger_wh, wall_wh, cost_m; /* DIARY_NONE: nothing known */
    int64_t cost_max_m; /* the most it can have been, when cost_m is only the least */
    char currency[4];   /* of cost_m; where there are two nothing is summed up, and none is named */
    int64_t charges, outings;
    int64_t rated_mm, rated_wh; /* of the outings of which distance and energy are known: an average's two */
    int64_t supplied_wh;        /* at the wall, else out of the charger, else into the battery */
};

#endif
