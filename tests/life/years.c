/* Takes deeds and mishaps in the order of time and lets the garage live between them. */
#include "years.h"

#include "garage.h"
#include "owner.h"
#include "truth.h"

#include "../simulator/begin.h"

#include "util/clock.h"
#include "util/core/day.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DAY_S            86400
#define SOH_A_YEAR       2.0 /* what the battery loses */
#define HX_A_YEAR        2.6
#define KM_A_YEAR        13000
#define MISHAP_EVERY_D   75 /* at most so many days lie between two */
#define MISHAP_NOT_END_D 4
#define REBOOT_S         120

enum mishap_kind { MISHAP_OFF, MISHAP_DONGLE, MISHAP_CLOCK, MISHAP_KINDS };

struct mishap {
    enum mishap_kind kind;
    int64_t from_s, to_s;
    bool has_begun;
};

struct years {
    const struct years_options *options;
    struct garage garage;
    struct owner owner;
    struct truth truth;
    struct sim_random random;
    struct mishap mishap; /* the present or next one */
    int64_t end_s, aged_s;
};

static int64_t now_s(const struct years *years)
{
    return years->garage.utc_ns / NS_PER_S;
}

/* ---- mishaps ---- */

static void plan_mishap(struct years *years, int64_t after_s)
{
    static const int64_t lasts_s[MISHAP_KINDS] = {
        [MISHAP_OFF] = 27 * 3600, [MISHAP_DONGLE] = 31 * 3600, [MISHAP_CLOCK] = 4 * 3600};
    struct mishap *mishap = &years->mishap;

    mishap->kind = (enum mishap_kind)sim_random_below(&years->random, MISHAP_KINDS);
    mishap->from_s =
        after_s + DAY_S + (int64_t)sim_random_below(&years->random, (MISHAP_EVERY_D - 4) * DAY_S);
    mishap->to_s = mishap->from_s + lasts_s[mishap->kind] / 2 +
                   (int64_t)sim_random_below(&years->random, (unsigned)lasts_s[mishap->kind]);
    mishap->has_begun = false;
    if (mishap->to_s > years->end_s - MISHAP_NOT_END_D * DAY_S)
        mishap->from_s = INT64_MAX;
}

static int begin_mishap(struct years *years, struct err *err)
{
    years->mishap.has_begun = true;
    switch (years->mishap.kind) {
    case MISHAP_OFF:
        garage_switch_off(&years->garage);
        return 0;
    case MISHAP_DONGLE:
        garage_set_dongle(&years->garage, false);
        return 0;
    case MISHAP_CLOCK:
        garage_switch_off(&years->garage);
        if (garage_run(&years->garage, years->garage.utc_ns + REBOOT_S * NS_PER_S, err) != 0)
            return -1;
        return garage_switch_on(&years->garage, false, err);
    case MISHAP_KINDS:
        break;
    }
    return 0;
}

static int end_mishap(struct years *years, struct err *err)
{
    static const char *const names[MISHAP_KINDS] = {"garaged", "dongle", "clock"};
    const struct mishap mishap = years->mishap;

    truth_mishap(&years->truth, names[mishap.kind], mishap.from_s, now_s(years));
    plan_mishap(years, now_s(years));
    switch (mishap.kind) {
    case MISHAP_OFF:
        return garage_switch_on(&years->garage, true, err);
    case MISHAP_DONGLE:
        garage_set_dongle(&years->garage, true);
        return 0;
    case MISHAP_CLOCK:
        pi_set_clock(years->garage.pi, true);
        return 0;
    case MISHAP_KINDS:
        break;
    }
    return 0;
}

static int64_t mishap_next_s(const struct years *years)
{
    return years->mishap.has_begun ? years->mishap.to_s : years->mishap.from_s;
}

static int have_mishaps(struct years *years, struct err *err)
{
    if (now_s(years) < mishap_next_s(years))
        return 0;
    return years->mishap.has_begun ? end_mishap(years, err) : begin_mishap(years, err);
}

/* ---- life ---- */

static void grow_older(struct years *years)
{
    struct sim_battery *battery = &years->garage.car.model.battery;

    if (now_s(years) < years->aged_s + DAY_S)
        return;
    years->aged_s += DAY_S;
    sim_battery_set_health(battery, battery->soh - SOH_A_YEAR / 365.25, battery->hx - HX_A_YEAR / 365.25);
}

static void do_deeds(struct years *years)
{
    struct sim_model *model = &years->garage.car.model;
    struct deed deed;

    truth_look(&years->truth, model, now_s(years));
    while (owner_take(&years->owner, model, now_s(years), &deed)) {
        garage_act(&years->garage, deed.action, deed.value);
        truth_look(&years->truth, model, now_s(years));
    }
    grow_older(years);
}

static int64_t earlier(int64_t a_s, int64_t b_s)
{
    return a_s < b_s ? a_s : b_s;
}

static int live(struct years *years, struct err *err)
{
    while (now_s(years) < years->end_s) {
        do_deeds(years);
        if (have_mishaps(years, err) != 0)
            return -1;
        int64_t next_s = owner_next_s(&years->owner, &years->garage.car.model, now_s(years));
        next_s = earlier(earlier(next_s, mishap_next_s(years)), now_s(years) + 60);
        if (garage_run(&years->garage, earlier(next_s, years->end_s) * NS_PER_S, err) != 0)
            return -1;
    }
    return 0;
}

/* ---- making ---- */

static int32_t last_day(const struct years_options *options)
{
    if (options->until != 0)
        return options->until;
    return zone_day_of(options->zone, clock_utc_ns() - YEARS_END_AT * NS_PER_H);
}

/* So much younger that at the end it is about what the simulator's variant says. */
static void rejuvenate(struct sim_model *model, unsigned years, int32_t first_day)
{
    struct day_parts parts = day_split(first_day);
    double soh = model->battery.soh + SOH_A_YEAR * years;
    double hx = model->battery.hx + HX_A_YEAR * years;
    double km = model->odometer - KM_A_YEAR * years;

    sim_battery_set_health(&model->battery, soh < 100 ? soh : 100, hx < 120 ? hx : 120);
    model->odometer = km > 12 ? km : 12;
    model->weather = (struct sim_weather){
        .mean_c = 7.5, .daily_c = 4, .yearly_c = 10, .year_day = first_day - day_make(parts.year, 1, 1)};
    model->climate.cabin_c = model->climate.ambient_c = model->weather.mean_c;
}

static int begin(struct years *years, struct err *err)
{
    const struct years_options *options = years->options;
    const struct sim_variant *variant = sim_variant_find(options->car);
    const struct pi_settings settings = {.folder = options->out,
                                         .vehicles = options->vehicles,
                                         .zone = options->zone,
                                         .demo = true,
                                         .polls = true};
    int32_t last = last_day(options);
    int32_t first = last - (int32_t)(options->years * 365.25);

    if (!variant)
        return err_set(err, "%s: no such car", options->car);
    int64_t begin_ns =
        zone_day_start_ns(options->zone, first) + 8 * NS_PER_H; /* what the model thinks, too */
    years->end_s = zone_day_start_ns(options->zone, last) / NS_PER_S + YEARS_END_AT * 3600;
    years->aged_s = begin_ns / NS_PER_S;
    garage_init(&years->garage, variant, options->seed, &settings, begin_ns);
    struct sim_model *model = &years->garage.car.model;
    model->charging_heard = variant->mask != SIM_ZE1_40;
    rejuvenate(model, options->years, first);
    owner_init(&years->owner, options->seed, options->zone, first, last);
    sim_random_init(&years->random, options->seed + 1);
    plan_mishap(years, begin_ns / NS_PER_S);
    return garage_switch_on(&years->garage, true, err);
}

static int end(struct years *years, struct err *err)
{
    struct sim_begin stands = sim_begin_of(&years->garage.car.model);
    char path[4096];

    garage_switch_off(&years->garage);
    snprintf(path, sizeof(path), "%s/car.begin", years->options->out);
    return sim_begin_save(&stands, path, err);
}

static int open_truth(struct years *years, struct err *err)
{
    const char *path = years->options->truth;
    FILE *file = path ? fopen(path, "we") : NULL;

    if (path && !file)
        return err_set(err, "%s: %s", path, strerror(errno));
    truth_init(&years->truth, file, years->options->zone, &years->garage.car.model, now_s(years));
    return 0;
}

int years_run(const struct years_options *options, struct err *err)
{
    struct years *years = calloc(1, sizeof(*years));
    int rc = -1;

    if (!years)
        return err_set(err, "out of memory");
    years->options = options;
    if (begin(years, err) == 0 && open_truth(years, err) == 0 && live(years, err) == 0)
        rc = end(years, err);
    else
        garage_switch_off(&years->garage);
    if (years->truth.file && fclose(years->truth.file) != 0)
        rc = err_set(err, "%s: %s", options->truth, strerror(errno));
    free(years);
    return rc;
}
