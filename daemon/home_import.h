/* garagectl import: a file of another program's into the diary (CONTRACT 13). */
#ifndef HOME_IMPORT_H
#define HOME_IMPORT_H

#include "access/control.h"
#include "diary/store/store.h"
#include "export/view.h"
#include "util/core/zone.h"

struct home_import_parts {
    struct loop *loop;
    struct store *store;
    const struct view_car *car;
    const struct zone *zone;
};

/* Begins it; the job is answered when all is on the card. As control_begin_fn. */
int home_import_begin(const struct home_import_parts *parts, const json_t *request, int fd,
                      struct control_job *job, struct err *err);

#endif
