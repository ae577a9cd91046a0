/* From the view to the store: which readings are kept, in integers, at which time. While the clock is not
 * right readings wait with their CLOCK_BOOTTIME and are placed when it is. */
#ifndef HOME_DIARY_H
#define HOME_DIARY_H

#include "diary/store/store.h"
#include "export/view.h"

struct home_diary;

#define HOME_DIARY_WAITING_MAX 4096 /* readings that wait for the clock; the oldest give way */

struct home_diary *home_diary_new(struct store *store, const struct view *view);
void home_diary_free(struct home_diary *diary);

/* The view has a new reading of this signal. */
void home_diary_take(struct home_diary *diary, size_t car, size_t signal);

/* Lets time pass; places what waited once view->clock_right. About once a second or two. */
void home_diary_advance(struct home_diary *diary, int64_t boot_ns, int64_t utc_minus_boot_ns);

#endif
