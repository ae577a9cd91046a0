/* Whose each diary is (DESIGN 4): the first car and battery that are heard; others are refused, over
 * restarts, until the owner accepts them. */
#ifndef HOME_IDENTITY_H
#define HOME_IDENTITY_H

#include "diary/store/store.h"
#include "export/view.h"
#include "util/core/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct home_identity;

struct home_identity_events {
    /* From now on nothing of this car may be kept, or all may again. */
    void (*refused)(void *ctx, size_t car, bool is_refused);
    /* The owner accepted it; until refused(false) follows nothing of what was before may be concluded any
     * more. */
    void (*accepting)(void *ctx, size_t car);
};

/* All of it outlives the object. NULL only without memory. */
struct home_identity *home_identity_new(struct store *store, struct view *view,
                                        const struct home_identity_events *events, void *ctx);
void home_identity_free(struct home_identity *identity);

/* Compares what the view heard with what the store knows; asks it first. Whenever the view changed, and about
 * once a second. True when the view's word for it changed. */
bool home_identity_look(struct home_identity *identity, int64_t utc_ms);

/* The owner's word that the diary goes on with the car that is there. 0 also when there is nothing to accept:
 * the view's identity tells; -1 with err when the diary can't be written now. */
int home_identity_accept(struct home_identity *identity, size_t car, int64_t utc_ms, struct err *err);

/* An identity is on the card. */
void home_identity_kept(struct home_identity *identity, const struct diary_entry *entry);

#endif
