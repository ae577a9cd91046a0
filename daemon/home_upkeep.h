/* What the house does for its files once a night: dated copies of diary.db and access.db (and one when it is
 * asked for), and readings that are older than the owner wants to keep go. Only while the clock is right, or dates would lie and the wrong
 * things would go. */
#ifndef HOME_UPKEEP_H
#define HOME_UPKEEP_H

#include "access/access.h"
#include "config.h"
#include "diary/store/store.h"
#include "export/orders.h"
#include "export/view.h"
#include "util/core/zone.h"

#include <stdbool.h>

struct home_upkeep;

/* All of it outlives the object. */
struct home_upkeep_parts {
    const struct config_diary *config;
    const char *state_dir;
    struct view *view; /* its `backups` are filled */
    const struct zone *zone;
    struct store *store;
    struct access *access;
};

/* NULL without memory. */
struct home_upkeep *home_upkeep_new(const struct home_upkeep_parts *parts);
void home_upkeep_free(struct home_upkeep *upkeep); /* NULL is fine */

/* Somebody who wants a copy now, and hears what became of it: at once, or later on the loop's thread. */
struct home_upkeep_wish {
    orders_copied_fn *copied;
    void *ctx;
    uint64_t request;
};

/* Makes one, also where none are made at night; today's is made anew. -1 with err: not now. */
int home_upkeep_copy_now(struct home_upkeep *upkeep, const struct home_upkeep_wish *wish, int64_t boot_ns,
                         int64_t utc_ns, struct err *err);

/* Lets time pass, every few seconds. */
void home_upkeep_advance(struct home_upkeep *upkeep, int64_t boot_ns, int64_t utc_minus_boot_ns);

/* Whether something of it is under way. */
bool home_upkeep_is_busy(const struct home_upkeep *upkeep);

#endif
