/* What home_trackers.c and home_trackers_resume.c share. Private to them. */
#ifndef HOME_TRACKERS_PRIVATE_H
#define HOME_TRACKERS_PRIVATE_H

#include "home_trackers.h"

#define HOME_TRACKERS_RETRY_MS 10000

enum trackers_phase {
    TRACKERS_OUT,
    TRACKERS_ANCHOR,
    TRACKERS_CHARGES,
    TRACKERS_OUTINGS,
    TRACKERS_TOTALS,
    TRACKERS_ROWS,
    TRACKERS_LIVE
};

struct home_trackers {
    struct home_trackers_parts parts;
    struct home_trackers_events events;
    void *ctx;
    struct diary *diary; /* NULL before TRACKERS_ROWS */
    enum trackers_phase phase;
    bool is_asking, wants_totals;
    bool missed_rows; /* since the last question for rows */
    int64_t utc_ms, retry_ms, refreshed_ms;
    struct diary_anchor anchor; /* as the store kept it */
    struct diary_charge open;   /* the open charge as kept; id 0: none */
    int64_t read_ms, next;      /* where the next page of rows begins */
    struct diary_entry *unsent[HOME_TRACKERS_UNSENT_MAX];
    size_t unsent_count;
    bool has_hole;    /* an entry found no room */
    bool is_held;     /* by home_trackers_hold */
    bool awaits_id;   /* of a charge that is on its way to the card */
    size_t in_flight; /* entries that the store took and did not keep yet */
};

/* The car in the view. */
struct view_car *home_trackers_car(const struct home_trackers *trackers);

/* What follows from the diary changed in the view. */
void home_trackers_touch(struct home_trackers *trackers);

/* Begins again later, from what is on the card. */
void home_trackers_halt(struct home_trackers *trackers);

/* Whether the pause after a failure is over. */
bool home_trackers_is_due(const struct home_trackers *trackers);

/* The diary's diary_entry_fn; after it has spoken home_trackers_pass_on() follows. */
void home_trackers_take_entry(void *ctx, const struct diary_entry *entry);
void home_trackers_pass_on(struct home_trackers *trackers);

/* Asks the first question, when it is time to. */
void home_trackers_resume(struct home_trackers *trackers);

/* Asks what is to be asked next: the next page of rows, the sums after an entry. */
void home_trackers_ask(struct home_trackers *trackers);

#endif
