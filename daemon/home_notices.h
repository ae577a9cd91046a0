/* From the view to the notices: what is known of each car goes to plan/notices, and what that says goes into
 * the view and to whoever passes it on. Knows how old a value may be, not what a notice is about. */
#ifndef HOME_NOTICES_H
#define HOME_NOTICES_H

#include "config.h"
#include "diary/store/store.h"
#include "export/json_preferences.h"
#include "export/view.h"
#include "util/core/err.h"
#include "util/core/zone.h"

struct home_notices;

/* All of it outlives the object. */
struct home_notices_parts {
    struct view *view;
    const struct config *config;
    const struct zone *zone;
    struct store *store;
    struct preferences *preferences; /* read from the store when it is open */
};

struct home_notices_events {
    void (*raised)(void *ctx, size_t car, const struct view_notice *notice);
    void (*changed)(void *ctx); /* view.sequence rose */
};

struct home_notices *home_notices_new(const struct home_notices_parts *parts,
                                      const struct home_notices_events *events, void *ctx, struct err *err);
void home_notices_free(struct home_notices *notices);

/* A charge of the car is on the card. */
void home_notices_take_charge(struct home_notices *notices, size_t car, const struct diary_charge *charge);

/* The store can be asked now, perhaps: what the owner wishes is read, unless it is known. */
void home_notices_diary_opened(struct home_notices *notices);

/* Looks at everything. About once a second or two. */
void home_notices_advance(struct home_notices *notices, int64_t boot_ns, int64_t utc_minus_boot_ns);

#endif
