/* What tells one simulated car from another, as one row of a table. */
#ifndef SIM_VARIANTS_H
#define SIM_VARIANTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Sets of cars, for the tables of frames and requests. */
#define SIM_ZE0_24    (1U << 0)
#define SIM_AZE0_24   (1U << 1)
#define SIM_AZE0_30   (1U << 2)
#define SIM_ZE1_40    (1U << 3)
#define SIM_ENV200_40 (1U << 4)
#define SIM_AZE0_LIKE (SIM_AZE0_24 | SIM_AZE0_30 | SIM_ENV200_40)
#define SIM_PRE_ZE1   (SIM_ZE0_24 | SIM_AZE0_LIKE)
#define SIM_ALL       (SIM_PRE_ZE1 | SIM_ZE1_40)
#define SIM_LATE_CAR  (SIM_AZE0_30 | SIM_ENV200_40) /* with 390, 55B, 56E and 5BC on pins 6/14 */

struct sim_variant {
    const char *name;
    unsigned mask;
    /* the pack */
    double new_ah, new_gids, soh; /* Ah, GIDs of a full new pack, %; health at the start */
    double hx;                    /* % */
    double empty_soc, full_soc;   /* the battery's own figure where the dash shows 0 and 100 % */
    double discharge_limit_kw, charge_limit_kw;
    bool third_sensor;
    /* the replies */
    uint16_t len_2101, len_2104, len_2161, len_meter_2101, len_hvac_2110;
    bool old_vcm;           /* single frames with PCI length 07 and filler */
    uint8_t not_in_session; /* reason of the meter's refusal outside its session */
    uint8_t no_such_did;    /* reason for an unknown 22 xxxx */
    /* how the owner uses it */
    double odometer; /* in the car's unit, at the start */
    double start_soc;
    unsigned count_dc, count_ac;
    int64_t stays_awake_s; /* after switch-off */
};

/* NULL when there is no such car. */
const struct sim_variant *sim_variant_find(const char *name);

/* The names one after the other, NULL at the end. */
const char *sim_variant_name(size_t index);

#endif
