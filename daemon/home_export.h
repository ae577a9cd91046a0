/* `garagectl export`: a list of the diary, or the readings, as long as it is, written into a descriptor. */
#ifndef HOME_EXPORT_H
#define HOME_EXPORT_H

#include "access/control.h"
#include "diary/store/store.h"
#include "export/view.h"
#include "util/core/zone.h"

/* All of it outlives every export. */
struct home_export_parts {
    struct loop *loop;
    struct store *store;
    const struct view *view;
    const struct zone *zone;
};

/* {"list":"charges","query":"car=leaf&from=2026-01-01&format=csv"}: a list of CONTRACT 6 and its parameters,
 * or "readings", which take `signal`. As control_begin_fn. */
int home_export_begin(const struct home_export_parts *parts, const json_t *request, int fd,
                      struct control_job *job, struct err *err);

#endif
