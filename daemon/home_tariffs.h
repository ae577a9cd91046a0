/* The owner's tariffs in the house: read when the diary is open, and whatever they change in it is reckoned
 * anew. */
#ifndef HOME_TARIFFS_H
#define HOME_TARIFFS_H

#include "diary/store/store.h"
#include "export/view.h"

struct home_tariffs;

struct home_tariffs_events {
    /* What the view shows of this charge is another bill now: the charge as it is on the card. */
    void (*priced)(void *ctx, const struct diary_entry *entry);
};

/* Store and view outlive the object. NULL without memory. */
struct home_tariffs *home_tariffs_new(struct store *store, const struct view *view,
                                      const struct home_tariffs_events *events, void *ctx);
void home_tariffs_free(struct home_tariffs *tariffs);

/* Other tariffs are on the card. */
void home_tariffs_changed(struct home_tariffs *tariffs);

/* An entry is on the card, or what a person typed about one: its bill may follow. */
void home_tariffs_take(struct home_tariffs *tariffs, const struct diary_entry *entry);

/* Goes on with what could not be done before. About once a second or two. */
void home_tariffs_advance(struct home_tariffs *tariffs, int64_t boot_ns);

#endif
