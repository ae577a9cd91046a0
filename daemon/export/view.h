/* What the house knows at this moment, gathered by home.c for the exports (json, web, mqtt): one struct, read
 * only for them. Every part carries the sequence number of its last change, so "what changed since N" needs
 * no bookkeeping. */
#ifndef EXPORT_VIEW_H
#define EXPORT_VIEW_H

#include "car/definition.h"
#include "car/presence.h"
#include "car/reading.h"
#include "car/state.h"
#include "config.h"
#include "diary/item.h"
#include "link/record.h"
#include "util/core/sandbox.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum view_link { VIEW_LINK_UP, VIEW_LINK_DOWN, VIEW_LINK_STARTING };

/* What a second source says of a signal while its quality is disputed. */
struct view_other {
    bool active;
    uint16_t source;
    double value;
};

/* A notice that stands until its cause is gone or it is dismissed. */
#define VIEW_NOTICE_MAX 8
struct view_notice {
    char kind[24]; /* "charge_finished", ...: plan/notices.h */
    char text[160];
    int64_t since_boot_ns;
};

/* Whether the car that is heard is the diary's (home_identity). */
enum view_identity { VIEW_IDENTITY_UNKNOWN, VIEW_IDENTITY_OK, VIEW_IDENTITY_CHANGED };

struct view_car {
    const char *id, *name;
    const struct definition *definition;
    int generation; /* an index of the definition, or DEFINITION_GENERATION_AUTO while not recognised */
    enum presence presence;
    char presence_reason[200]; /* why nothing newer is known: "this car is silent while off" */
    enum tri garage;
    bool has_half; /* the car half is there and speaks of this definition; without it nothing is told */
    char adapter[64];         /* what the dongle calls itself; "" before it was reached */
    char adapter_limits[200]; /* what it cannot do, in words; "": nothing is known to be missing */
    enum view_link link;
    char link_reason[200]; /* "" when up */
    int64_t link_since_boot_ns;
    struct record_identity heard_identity; /* as the car half says it; zeros: not read in this contact */
    enum view_identity identity;           /* changed: nothing is stored until the owner accepts it */
    bool link_lent; /* down, and no fault: the owner has lent the dongle to another program */
    int64_t paused_until_boot_ns; /* it is lent until then; 0: not paused */
    int64_t recording_until_boot_ns; /* the bus is recorded until then; 0: it is not */
    char recording_words[240];       /* how the last recording ended; "" */
    uint64_t head_changed;      /* sequence of the last change of anything above */
    struct state_value *values; /* definition_signal_count() of them; `changed` counts in view.sequence */
    struct view_other *others;  /* as many; shown while a value is disputed */
    double elements[SIGNAL_ELEMENT_MAX]; /* of SIGNAL_CELLS, the only array; NAN where one is missing */
    size_t element_count;
    uint64_t counters[RECORD_COUNTER_MAX]; /* enum counter, as the car half counted them */
    bool has_traffic;                      /* it is known what today cost the car ... */
    struct diary_traffic traffic;          /* ... so far; moves without a change of the view */
    bool has_charge;                       /* one is open */
    struct diary_charge charge;
    bool has_totals;
    struct diary_totals totals;
    bool has_last_charge, has_last_outing; /* the last closed ones, on the card */
    struct diary_charge last_charge;
    struct diary_outing last_outing;
    struct view_notice notices[VIEW_NOTICE_MAX];
    size_t notice_count;
    uint64_t
        diary_changed; /* sequence of the last change of what follows from the diary and of the notices */
};

/* The nightly copies of the diary. */
struct view_backups {
    const char *folder; /* NULL: none are made */
    char newest[11];    /* its day; "": none yet */
    size_t count;
    char reason[200]; /* what the owner should know of them; "" */
};

/* The broker, and ours with it. */
struct view_mqtt {
    const char *state;            /* "off", "up", "down" */
    char reason[200];             /* why it is down; "" */
    bool is_probed, is_anonymous; /* it is known whether it serves who does not log in; it does */
    bool is_plain;                /* user and password cross the network without TLS */
    bool is_discovery;            /* the cars are introduced to Home Assistant */
    int64_t birth_boot_ns;        /* when Home Assistant last said that it is there; 0: not heard */
};

struct view {
    uint64_t sequence; /* rises with every change */
    bool demo;
    bool clock_right;
    struct view_mqtt mqtt;
    const char *diary_state; /* "ok", "opening", "failed" */
    char diary_reason[200];  /* what is wrong, or what was and cost something; "" */
    uint64_t head_changed;   /* sequence of the last change of what stands above */
    struct view_car *cars;
    size_t car_count;
    struct view_backups backups;
    const struct sandbox_report *sandbox; /* NULL: nobody has looked */
};

/* A value arrived for signal `index` of the car. Takes the sequence number only when something a reader sees
 * changed; returns whether it did. */
bool view_take_value(struct view *view, struct view_car *car, size_t index, const struct state_value *value);

/* The same for SIGNAL_CELLS, whose elements (at most SIGNAL_ELEMENT_MAX) are what a reader sees of it. */
bool view_take_cells(struct view *view, struct view_car *car, const struct state_value *value,
                     const double *elements, size_t count);

/* Something of the car other than a value changed: see head_changed. */
void view_touch_car(struct view *view, struct view_car *car);
void view_touch_diary(struct view *view, struct view_car *car);
void view_touch_head(struct view *view);

/* Lets time pass: what is older than its signal's fresh_s becomes old. Returns whether anything changed. */
bool view_advance(struct view *view, int64_t boot_ns);

/* The car of that id, or NULL. */
const struct view_car *view_find_car(const struct view *view, const char *id);

/* The signal that CONTRACT shows as "soc": soc_dash when known, else soc; soc, too, when only soc_dash is
 * old: a car that charges may be polled for the one and keep silent about the other. */
size_t view_soc_signal(const struct view_car *car);

#endif
