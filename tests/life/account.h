/* Both sides of a made-up life: what the truth file says happened, and what diary.db says. */
#ifndef LIFE_ACCOUNT_H
#define LIFE_ACCOUNT_H

#include "util/core/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ACCOUNT_MAX 1024 /* a year has less */

struct account_charge {
    int64_t from_ms, to_ms, soc_from, soc_to, battery_wh, charger_wh;
    int64_t wall_wh; /* of the diary */
    int how, status; /* of the diary: enum diary_how, enum diary_status */
    unsigned flags;
    bool at_home; /* of the truth */
};

struct account_outing {
    int64_t from_ms, to_ms, distance_mm;
    int64_t used_wh; /* in truth; of the diary by SOC, INT64_MIN: not known */
    int64_t charged_wh;
    int64_t odometer_from_km, odometer_to_km; /* as the instrument shows it; of the truth */
    unsigned flags;
    bool has_day;
};

struct account_mishap {
    int64_t from_ms, to_ms;
};

struct account_side {
    struct account_charge charges[ACCOUNT_MAX];
    struct account_outing outings[ACCOUNT_MAX];
    struct account_mishap mishaps[ACCOUNT_MAX]; /* of the truth */
    size_t charge_count, outing_count, mishap_count;
    int64_t first_odometer_km; /* of the diary: the first that was heard; -1: none */
    int64_t known_ms; /* since when the car's charge counters are known; before, nothing unseen is noticed */
    int64_t odometer_km; /* at the end */
    int64_t parts_wh;    /* of the diary: the days' shares of all charges */
};

/* Each 0, or -1 with err. */
int account_read_truth(struct account_side *side, const char *path, struct err *err);
int account_read_diary(struct account_side *side, const char *folder, struct err *err);

#endif
