/* What garagectl and the page may ask of the house, done: export/orders.h filled. */
#ifndef HOME_ORDERS_H
#define HOME_ORDERS_H

#include "export/orders.h"
#include "export/view.h"
#include "home_car.h"
#include "home_diary.h"
#include "home_upkeep.h"
#include "util/paths.h"

struct home_orders {
    struct orders orders;
    struct home_car *const *halves; /* as many as the view has cars */
    struct home_diary *diary;
    struct home_upkeep *upkeep; /* the hub's, when it is there */
    const struct view *view;
    const struct zone *zone;
    char recordings[PATHS_MAX];
};

/* All of it outlives the object, which may not be moved. */
void home_orders_begin(struct home_orders *house, struct home_car *const *halves, struct home_diary *diary,
                       const struct view *view, const struct zone *zone, const char *state_dir);

#endif
