/* Tariffs for the tests: 30 cent a kWh, 10 cent from 22:00 to 06:00, since ever. */
#ifndef TESTS_UNIT_TARIFF_SAMPLE_H
#define TESTS_UNIT_TARIFF_SAMPLE_H

#include "plan/tariff.h"

#include <string.h>

#define DAY_M   30000 /* a kWh, in 1/1000 cent */
#define NIGHT_M 10000

static inline struct tariff day_and_night(int32_t valid_from)
{
    return (struct tariff){
        .valid_from = valid_from,
        .currency = "EUR",
        .price_m = DAY_M,
        .band_count = 1,
        .bands = {{.days = 0x7f, .from_min = 22 * 60, .to_min = 6 * 60, .price_m = NIGHT_M}},
    };
}

static inline struct tariffs sample_tariffs(void)
{
    return (struct tariffs){.count = 1, .list = {day_and_night(0)}};
}

#endif
