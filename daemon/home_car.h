/* One car of the house: its garaged-car process (started here, or reached by its socket), the records that
 * come from it, and what they make of the view. */
#ifndef HOME_CAR_H
#define HOME_CAR_H

#include "home_record.h"
#include "home_seen.h"
#include "util/core/err.h"
#include "util/core/zone.h"
#include "util/loop.h"

struct home_car;

struct home_car_settings {
    const char *program;     /* path of garaged-car */
    const char *sockets_dir; /* NULL: start the program; else connect to ID.sock in this folder */
    const char *config_path; /* passed on */
    const char *data_dir;    /* passed on; NULL: it finds the data by itself */
    const struct zone *zone; /* in which the owner is told times */
};

/* Begins to start or reach the car half of view->cars[index]. All pointers live as long as the object. */
struct home_car *home_car_new(struct loop *loop, struct view *view, size_t index,
                              const struct home_car_settings *settings, const struct home_seen_events *events,
                              void *ctx, struct err *err);
void home_car_free(struct home_car *car);

/* Has the car half give the dongle away for so long, counted from now, and take it back by itself; 0: now. A
 * half that is restarted meanwhile is told again. -1 with err: longer than RECORD_PAUSE_MAX_S. */
int home_car_pause(struct home_car *car, int64_t seconds, struct err *err);

/* The recording of this car: what its half shows goes there. */
struct home_record *home_car_recording(struct home_car *car);

#endif
