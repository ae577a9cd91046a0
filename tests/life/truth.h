/* What really happened, in integers, one JSON line a charge, an outing, a day and a mishap. Reads the model
 * and nothing that is tested. */
#ifndef LIFE_TRUTH_H
#define LIFE_TRUTH_H

#include "../simulator/model.h"

#include "util/core/zone.h"

#include <stdio.h>

struct truth_sum {
    int64_t from_s;
    double net_wh, battery_wh, charger_wh, km;
    double soc;
    unsigned mode;
};

struct truth {
    FILE *file; /* NULL: counts only */
    const struct zone *zone;
    struct truth_sum charge, outing, day;
    bool is_charging, is_away;
    int32_t today;
    unsigned charges, outings;
};

void truth_init(struct truth *truth, FILE *file, const struct zone *zone, const struct sim_model *model,
                int64_t utc_s);

/* Looks at the car; at least after each deed and once a minute. */
void truth_look(struct truth *truth, const struct sim_model *model, int64_t utc_s);

/* "garaged", "dongle", "clock": gone or wrong from then to then. */
void truth_mishap(const struct truth *truth, const char *name, int64_t from_s, int64_t to_s);

#endif
