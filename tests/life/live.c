/* Takes deeds and mishaps in the order of time and lets the garage live between them. */
#include "live.h"

#include "garage.h"
#include "owner.h"
#include "truth.h"

#include "../simulator/begin.h"

#include "util/clock.h"
#include "util/core/day.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#define DAY_S       86400
#define SOH_A_YEAR  2.0 /* what the battery loses */
#define HX_A_YEAR   2.6
#define KM_A_YEAR   13000
#define CALM_MAX_S  (4 * DAY_S)
#define LAST_LOOK_S 600
#define REBOOT_S    120
#define CARD_BYTES  8192 /* what a full card still takes of a file */

enum mishap_kind { MISHAP_OFF, MISHAP_RESTART, MISHAP_DONGLE, MISHAP_CLOCK, MISHAP_CARD, MISHAP_KINDS };

/* What they are called in the truth file, and how long they last at most. */
static const struct {
    const char *name;
    int64_t max_s;
} mishaps[MISHAP_KINDS] = {
    [MISHAP_OFF] = {"off", 36 * 3600},       [MISHAP_RESTART] = {"restart", 600},
    [MISHAP_DONGLE] = {"dongle", 40 * 3600}, [MISHAP_CLOCK] = {"clock", 7 * 3600},
    [MISHAP_CARD] = {"card", 10 * 3600},
};

struct mishap {
    enum mishap_kind kind;
    int64_t from_s, to_s;
    bool has_begun;
};

struct live {
    const struct live_options *options;
    struct garage garage;
    struct owner owner;
    struct truth truth;
    struct sim_random random;
    struct mishap mishap; /* the present or next one */
    int64_t end_s, aged_s;
    FILE *story;
    char *story_text;
    size_t story_len;
};

static int64_t now_s(const struct live *life)
{
    return life->garage.utc_ns / NS_PER_S;
}

/* ---- mishaps ---- */

static int64_t chance(struct live *life, int64_t limit_s)
{
    return sim_random_below(&life->random, (unsigned)limit_s);
}

/* Short ones are more frequent. */
static void plan_mishap(struct live *life, int64_t after_s)
{
    struct mishap *mishap = &life->mishap;
    unsigned kinds = life->options->card_fills ? MISHAP_KINDS : MISHAP_CARD;
    if (life->options->mishap_days == 0) {
        mishap->from_s = INT64_MAX;
        return;
    }
    int64_t calm_s = (int64_t)life->options->days * DAY_S / 8; /* the end is left alone */

    mishap->kind = (enum mishap_kind)sim_random_below(&life->random, kinds);
    int64_t max_s = mishaps[mishap->kind].max_s;
    mishap->from_s = after_s + 3600 + chance(life, life->options->mishap_days * DAY_S);
    mishap->to_s = mishap->from_s + 60 + chance(life, 1 + chance(life, max_s));
    mishap->has_begun = false;
    if (mishap->to_s > life->end_s - (calm_s < CALM_MAX_S ? calm_s : CALM_MAX_S))
        mishap->from_s = INT64_MAX;
}

static int switch_on_again(struct live *life, bool clock_is_right, struct err *err)
{
    garage_switch_off(&life->garage);
    if (garage_run(&life->garage, life->garage.utc_ns + REBOOT_S * NS_PER_S, err) != 0)
        return -1;
    return garage_switch_on(&life->garage, clock_is_right, err);
}

static void fill_card(bool is_full)
{
    struct rlimit limit;

    signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &limit);
    limit.rlim_cur = is_full ? CARD_BYTES : limit.rlim_max;
    setrlimit(RLIMIT_FSIZE, &limit);
}

static int begin_mishap(struct live *life, struct err *err)
{
    life->mishap.has_begun = true;
    switch (life->mishap.kind) {
    case MISHAP_OFF:
    case MISHAP_RESTART:
        garage_switch_off(&life->garage);
        break;
    case MISHAP_DONGLE:
        garage_set_dongle(&life->garage, false);
        break;
    case MISHAP_CLOCK:
        return switch_on_again(life, false, err);
    case MISHAP_CARD:
        fill_card(true);
        break;
    case MISHAP_KINDS:
        break;
    }
    return 0;
}

/* Who empties a card switches the computer off and on. */
static int end_mishap(struct live *life, struct err *err)
{
    const struct mishap mishap = life->mishap;

    truth_mishap(&life->truth, mishaps[mishap.kind].name, mishap.from_s, now_s(life));
    plan_mishap(life, now_s(life));
    switch (mishap.kind) {
    case MISHAP_OFF:
    case MISHAP_RESTART:
        return garage_switch_on(&life->garage, true, err);
    case MISHAP_DONGLE:
        garage_set_dongle(&life->garage, true);
        break;
    case MISHAP_CLOCK:
        pi_set_clock(life->garage.pi, true);
        break;
    case MISHAP_CARD:
        fill_card(false);
        return switch_on_again(life, true, err);
    case MISHAP_KINDS:
        break;
    }
    return 0;
}

static int64_t mishap_next_s(const struct live *life)
{
    return life->mishap.has_begun ? life->mishap.to_s : life->mishap.from_s;
}

static int have_mishaps(struct live *life, struct err *err)
{
    if (now_s(life) < mishap_next_s(life))
        return 0;
    return life->mishap.has_begun ? end_mishap(life, err) : begin_mishap(life, err);
}

/* ---- life ---- */

static void grow_older(struct live *life)
{
    struct sim_battery *battery = &garage_model(&life->garage)->battery;

    if (now_s(life) < life->aged_s + DAY_S)
        return;
    life->aged_s += DAY_S;
    sim_battery_set_health(battery, battery->soh - SOH_A_YEAR / 365.25, battery->hx - HX_A_YEAR / 365.25);
}

static void look_at(struct live *life, const struct sim_model *model)
{
    truth_look(&life->truth, model, now_s(life));
    if (life->options->plug)
        plug_look(life->options->plug, model, now_s(life));
}

static void do_deeds(struct live *life)
{
    struct sim_model *model = garage_model(&life->garage);
    struct deed deed;

    look_at(life, model);
    while (owner_take(&life->owner, model, now_s(life), &deed)) {
        garage_act(&life->garage, deed.action, deed.value);
        look_at(life, model);
    }
    grow_older(life);
}

static void hear_plug(struct live *life)
{
    struct plug *plug = life->options->plug;
    int64_t value;

    if (plug && plug_tells(plug, now_s(life), &value))
        garage_hear_wall(&life->garage, plug->step_wh == 0, value);
}

static int64_t plug_next_s(const struct live *life)
{
    return life->options->plug ? life->options->plug->next_s : INT64_MAX;
}

static int64_t earlier(int64_t a_s, int64_t b_s)
{
    return a_s < b_s ? a_s : b_s;
}

static int go_on(struct live *life, struct err *err)
{
    while (now_s(life) < life->end_s) {
        do_deeds(life);
        if (have_mishaps(life, err) != 0)
            return -1;
        hear_plug(life);
        int64_t next_s = owner_next_s(&life->owner, garage_model(&life->garage), now_s(life));
        next_s = earlier(earlier(next_s, mishap_next_s(life)), now_s(life) + 60);
        next_s = earlier(next_s, plug_next_s(life));
        if (garage_run(&life->garage, earlier(next_s, life->end_s) * NS_PER_S, err) != 0)
            return -1;
    }
    return 0;
}

/* ---- making ---- */

static int32_t last_day(const struct live_options *options)
{
    if (options->until != 0)
        return options->until;
    return zone_day_of(options->zone, clock_utc_ns() - LIVE_END_AT * NS_PER_H);
}

/* So much younger that at the end it is about what the simulator's variant says. */
static void rejuvenate(struct sim_model *model, int32_t days, int32_t first_day)
{
    struct day_parts parts = day_split(first_day);
    double years = days / 365.25;
    double soh = model->battery.soh + SOH_A_YEAR * years;
    double hx = model->battery.hx + HX_A_YEAR * years;
    double km = model->odometer - KM_A_YEAR * years;

    sim_battery_set_health(&model->battery, soh < 100 ? soh : 100, hx < 120 ? hx : 120);
    model->odometer = km > 12 ? km : 12;
    model->weather = (struct sim_weather){
        .mean_c = 7.5, .daily_c = 4, .yearly_c = 10, .year_day = first_day - day_make(parts.year, 1, 1)};
    model->climate.cabin_c = model->climate.ambient_c = model->weather.mean_c;
}

static bool is_charging_heard(const struct live_options *options, const struct sim_variant *variant)
{
    if (options->charging == LIVE_CHARGING_AS_THE_CAR_IS)
        return variant->mask != SIM_ZE1_40;
    return options->charging == LIVE_CHARGING_HEARD;
}

static int begin(struct live *life, struct err *err)
{
    const struct live_options *options = life->options;
    const struct sim_variant *variant = sim_variant_find(options->car);
    const struct pi_settings settings = {.folder = options->out,
                                         .vehicles = options->vehicles,
                                         .zone = options->zone,
                                         .demo = true,
                                         .polls = true};
    int32_t last = last_day(options);
    int32_t first = last - options->days;

    if (!variant)
        return err_set(err, "%s: no such car", options->car);
    int64_t begin_ns =
        zone_day_start_ns(options->zone, first) + 8 * NS_PER_H; /* what the model thinks, too */
    life->end_s = zone_day_start_ns(options->zone, last) / NS_PER_S + LIVE_END_AT * 3600;
    life->aged_s = begin_ns / NS_PER_S;
    garage_init(&life->garage, variant, options->seed, &settings, begin_ns);
    if (options->dongle)
        garage_set_behind(&life->garage, options->dongle);
    struct sim_model *model = garage_model(&life->garage);
    model->charging_heard = is_charging_heard(options, variant);
    rejuvenate(model, options->days, first);
    owner_init(&life->owner, options->seed, options->zone, first, last);
    life->owner.charges_once = options->charges_once;
    sim_random_init(&life->random, options->seed + 1);
    plan_mishap(life, begin_ns / NS_PER_S);
    if (garage_switch_on(&life->garage, true, err) != 0)
        return -1;
    const char *tariffs = options->tariffs;
    return tariffs ? pi_set_tariffs(life->garage.pi, tariffs, strlen(tariffs), err) : 0;
}

/* The car is unlocked once more, so that the diary's last word is how it stands. */
static int end(struct live *life, struct err *err)
{
    garage_act(&life->garage, SIM_ACT_AWAKE, 0);
    if (garage_run(&life->garage, life->garage.utc_ns + LAST_LOOK_S * NS_PER_S, err) != 0)
        return -1;
    struct sim_begin stands = sim_begin_of(garage_model(&life->garage));
    char path[4096];

    garage_switch_off(&life->garage);
    snprintf(path, sizeof(path), "%s/car.begin", life->options->out);
    return sim_begin_save(&stands, path, err);
}

/* In memory until the end: a full card is not to hit the truth. */
static int open_truth(struct live *life, struct err *err)
{
    if (life->options->truth)
        life->story = open_memstream(&life->story_text, &life->story_len);
    if (life->options->truth && !life->story)
        return err_set(err, "out of memory");
    truth_init(&life->truth, life->story, life->options->zone, garage_model(&life->garage), now_s(life));
    return 0;
}

static int write_truth(struct live *life, struct err *err)
{
    const char *path = life->options->truth;
    int rc = 0;

    if (!life->story)
        return 0;
    fclose(life->story);
    FILE *file = fopen(path, "we");
    bool is_written = file && fwrite(life->story_text, 1, life->story_len, file) == life->story_len;
    if ((file && fclose(file) != 0) || !is_written)
        rc = err_set(err, "%s: %s", path, strerror(errno));
    free(life->story_text);
    return rc;
}

int live_run(const struct live_options *options, struct err *err)
{
    struct live *life = calloc(1, sizeof(*life));
    struct err truth_err;
    int rc = -1;

    if (!life)
        return err_set(err, "out of memory");
    life->options = options;
    if (begin(life, err) == 0 && open_truth(life, err) == 0 && go_on(life, err) == 0)
        rc = end(life, err);
    else
        garage_switch_off(&life->garage);
    if (write_truth(life, rc == 0 ? err : &truth_err) != 0)
        rc = -1;
    free(life);
    return rc;
}
