/* What garagectl may ask of the running daemon (CONTRACT 13): the table of the control socket's commands. */
#ifndef HOME_CONTROL_H
#define HOME_CONTROL_H

#include "access/access.h"
#include "diary/store/store.h"
#include "export/orders.h"
#include "export/view.h"
#include "export/web.h"
#include "util/core/zone.h"
#include "util/loop.h"

struct home_control;

/* All of it outlives the object. */
struct home_control_parts {
    struct loop *loop;
    const char *runtime_dir, *state_dir;
    struct access *access;
    const struct view *view;
    const struct zone *zone;
    const struct orders *orders;
    struct store *store;
    const struct web *web;
};

/* Listens at control.sock in the runtime folder. NULL with err. */
struct home_control *home_control_new(const struct home_control_parts *parts, struct err *err);
void home_control_free(struct home_control *control); /* NULL is fine */

#endif
