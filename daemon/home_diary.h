/* From the view to the diary: which readings are kept, in integers, at which time, and heard by the trackers
 * in the same order. While the clock is not right or the trackers catch up readings wait with their
 * CLOCK_BOOTTIME. */
#ifndef HOME_DIARY_H
#define HOME_DIARY_H

#include "home_trackers.h"

struct home_diary;

#define HOME_DIARY_WAITING_MAX 4096 /* readings that wait; when there are more the oldest give way */

/* All of it outlives the object. */
struct home_diary_parts {
    struct store *store;
    struct view *view;
    const struct zone *zone;
};

struct home_diary *home_diary_new(const struct home_diary_parts *parts,
                                  const struct home_trackers_events *events, void *ctx);
void home_diary_free(struct home_diary *diary);

/* The view has a new reading of this signal. */
void home_diary_take(struct home_diary *diary, size_t car, size_t signal);

/* The view changed; presence, garage and link of its cars are looked at. */
void home_diary_look(struct home_diary *diary, int64_t boot_ns);

/* Lets time pass; places what waited once it may. About once a second or two. */
void home_diary_advance(struct home_diary *diary, int64_t boot_ns, int64_t utc_minus_boot_ns);

/* Whether nothing waits: neither rows for the clock or the trackers, nor entries for the store. */
bool home_diary_is_done(const struct home_diary *diary);

/* An entry is on the card. */
void home_diary_kept(struct home_diary *diary, const struct diary_entry *entry);

#endif
