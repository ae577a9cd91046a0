/* The house's front door, joined: access, web server, control socket. */
#ifndef HOME_WEB_H
#define HOME_WEB_H

#include "config.h"
#include "diary/store/store.h"
#include "export/json_preferences.h"
#include "export/orders.h"
#include "export/view.h"
#include "util/core/zone.h"
#include "util/loop.h"

#include <stdbool.h>

struct access;
struct logbook;
struct home_web;

/* All of it outlives the object. */
struct home_web_parts {
    struct loop *loop;
    const struct config *config;
    const struct view *view;
    const struct zone *zone;
    struct store *store;
    struct preferences *preferences;
    const struct orders *orders;
    struct logbook *logbook; /* the last lines of the log; may be NULL */
    const char *page_dir, *state_dir, *runtime_dir;
    bool demo; /* prints the one line of CONTRACT 9 on stdout */
};

struct home_web *home_web_new(const struct home_web_parts *parts, struct err *err);
void home_web_free(struct home_web *web); /* NULL and half-built are fine */

/* One turn of the main loop: page and everything else. */
int home_web_turn(struct home_web *web, struct err *err);

/* Now and then: what has to be seen to though nobody calls. */
void home_web_advance(struct home_web *web, int64_t now_ns, int64_t utc_ns);

/* view->sequence rose. */
void home_web_changed(struct home_web *web);

/* Tells every open page of a notice. */
void home_web_tell_notice(struct home_web *web, const struct view_car *car, const struct view_notice *notice);

/* Tells every open page of a charge that began or ended (`event`: "charge_started", ...), or an outing. */
void home_web_tell_charge(struct home_web *web, const struct view_car *car, const char *event,
                          const struct diary_charge *charge);
void home_web_tell_outing(struct home_web *web, const struct view_car *car,
                          const struct diary_outing *outing);

/* Its access, for whom else it concerns. */
struct access *home_web_access(const struct home_web *web);

/* How often the thread of access has turned (notify_turns_fn of a struct home_web). */
unsigned home_web_access_turns(void *ctx);

#endif
