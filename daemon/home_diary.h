/* The diary in the house: whose it is, which readings of the view are kept, in integers, and heard by the
 * trackers. */
#ifndef HOME_DIARY_H
#define HOME_DIARY_H

#include "home_rows.h"

struct home_diary;

struct home_diary *home_diary_new(const struct home_rows_parts *parts,
                                  const struct home_trackers_events *events, void *ctx);
void home_diary_free(struct home_diary *diary);

/* The view has a new reading of this signal. */
void home_diary_take(struct home_diary *diary, size_t car, size_t signal);

/* What the meter at the wall says: its counter in Wh, or the present power in W; and that nobody hears its
 * power any more. */
void home_diary_take_wall(struct home_diary *diary, size_t car, bool is_power, int64_t value, int64_t boot_ns);
void home_diary_lose_wall(struct home_diary *diary, size_t car, int64_t boot_ns);

/* The view changed; identity, presence, garage and link of its cars are looked at. The view's word for the
 * identity may change by it. */
void home_diary_look(struct home_diary *diary, int64_t boot_ns, int64_t utc_minus_boot_ns);

/* The owner accepts the car that is there as the diary's: see home_identity_accept. */
int home_diary_accept(struct home_diary *diary, size_t car, int64_t utc_ms, struct err *err);

/* Lets time pass; places what waited once it may. About once a second or two. True when the view changed by
 * it. */
bool home_diary_advance(struct home_diary *diary, int64_t boot_ns, int64_t utc_minus_boot_ns);

/* Whether nothing waits: neither rows for the clock or the trackers, nor entries for the store. */
bool home_diary_is_done(const struct home_diary *diary);

/* An entry is on the card. */
void home_diary_kept(struct home_diary *diary, const struct diary_entry *entry);

/* Other tariffs are on the card, or entries that were not told one by one. */
void home_diary_changed(struct home_diary *diary);

/* What a person typed is on the card: a charge or an outing as it is now. */
void home_diary_typed(struct home_diary *diary, const struct diary_entry *entry);

#endif
