/* States and the passage of time. What the gauges show is in figures.c, how it goes on the wire in
 * broadcast_encode.c and ecu_*.c. */
#include "model.h"

#include "figures.h"
#include "random.h"

#include <math.h>

#define KM_PER_MILE    1.609344
#define SLEEP_STEP_S   60
#define DAY_S          86400
#define TOP_UP_EVERY_S (5 * DAY_S) /* the car charges its 12 V battery by itself */
#define TOP_UP_FOR_S   240
#define DOOR_OPEN_S    8
#define KWH_PER_KM     0.145
#define COLD_PER_C     0.005 /* of it more for each degree below 20: thick oil and air, hard tyres */
#define KW_PER_DEGREE  0.06  /* to keep the cabin warm, or cool */
#define IDLE_KW        0.35
#define DC_ABOVE_KW    7.0
#define AC2_ABOVE_KW   1.5
#define CONVERTER_KW   0.2

static void model_set_alive(struct sim_model *model)
{
    bool silent_when_off = model->variant->mask == SIM_ZE1_40;
    bool alive = model->state == SIM_ON || model->state == SIM_DRIVING;

    if (model->state == SIM_AWAKE)
        alive = !silent_when_off;
    if (model->state == SIM_CHARGING)
        alive = model->charging_heard;
    if (alive && !model->alive) {
        model->alive_since = model->second;
        model->wheels_turned = false;
    }
    model->alive = alive;
}

static void model_enter(struct sim_model *model, enum sim_state state)
{
    bool switched = (state == SIM_ON) != (model->state == SIM_ON) && state != SIM_DRIVING;

    model->state = state;
    model->state_since = model->second;
    model->speed_kmh = 0;
    model->locked = state == SIM_ASLEEP || state == SIM_CHARGING || state == SIM_DRIVING;
    model->doors = switched && state != SIM_ASLEEP ? 1U << SIM_DOOR_FRONT_A : 0;
    model_set_alive(model);
}

void sim_model_init(struct sim_model *model, const struct sim_variant *variant, uint64_t seed)
{
    *model = (struct sim_model){.variant = variant, .seed = seed, .odometer = variant->odometer};
    sim_battery_init(&model->battery, seed, variant->new_ah, variant->start_soc, variant->full_soc);
    sim_battery_set_health(&model->battery, variant->soh, variant->hx);
    sim_supply_init(&model->supply);
    model->weather = (struct sim_weather){.mean_c = 12, .daily_c = 5};
    model->charge.count_dc = variant->count_dc;
    model->charge.count_ac = variant->count_ac;
    model->climate.ambient_c = sim_ambient_c(model);
    model->climate.cabin_c = model->climate.ambient_c;
    for (unsigned i = 0; i < 4; i++)
        model->tyre_psi[i] = 36.0 + round(8.0 * sim_noise(seed, 10 + i, 0)) / 4.0;
    model_enter(model, SIM_ASLEEP);
}

static void model_run_climate(struct sim_model *model, double seconds)
{
    struct sim_climate *climate = &model->climate;
    bool occupied = model->state == SIM_ON || model->state == SIM_DRIVING;
    double target = occupied ? 21.0 : climate->ambient_c;
    double away_c = fabs(climate->cabin_c - 21.0);

    climate->ambient_c = sim_ambient_c(model);
    climate->fan_step = 0;
    climate->kw = 0;
    if (occupied) {
        climate->fan_step = away_c > 4.0 ? 5 : 2;
        climate->kw = away_c > 4.0 ? 2.5 : fmax(0.25, KW_PER_DEGREE * fabs(climate->ambient_c - 21.0));
    }
    climate->cabin_c += (target - climate->cabin_c) * (1.0 - exp(-seconds / (occupied ? 300.0 : 1800.0)));
}

static double model_drive(struct sim_model *model, double seconds)
{
    double before = model->speed_kmh;
    double cruise = 48.0 + 14.0 * sim_noise(model->seed, 20, model->second / 30);
    double stopping = model->drive_left_km * 1000.0 / 4.0;
    double target = fmin(cruise, stopping + 3.0);
    double change = fmin(7.0, fmax(-9.0, target - before));

    model->speed_kmh = fmax(1.0, before + change);
    double km = fmin(model->speed_kmh * seconds / 3600.0, model->drive_left_km);
    model->drive_left_km -= km;
    model->odometer += model->miles ? km / KM_PER_MILE : km;
    model->wheels_turned = true;
    double inertia_kw = 1600.0 * (model->speed_kmh - before) / 3.6 * model->speed_kmh / 3.6 / 1000.0;
    double cold = 1.0 + COLD_PER_C * fmax(0, 20.0 - model->climate.ambient_c);
    return KWH_PER_KM * cold * km * 3600.0 / seconds + 0.8 * inertia_kw;
}

static void model_run_on(struct sim_model *model, double seconds)
{
    double kw = IDLE_KW + model->climate.kw;

    if (model->state == SIM_DRIVING)
        kw += model_drive(model, seconds);
    sim_battery_run(&model->battery, -kw, seconds, model->climate.ambient_c);
    sim_supply_run(&model->supply, SIM_SUPPLY_CHARGED, seconds);
    if (model->state == SIM_DRIVING && model->drive_left_km <= 0) {
        model_enter(model, SIM_ON);
        model->doors = 0;
    }
}

static void model_run_charging(struct sim_model *model, double seconds)
{
    struct sim_charge *charge = &model->charge;

    charge->output_kw =
        sim_battery_acceptance_kw(&model->battery, charge->offered_kw - CONVERTER_KW) + CONVERTER_KW;
    double before_wh = model->battery.net_wh;
    sim_battery_run(&model->battery, charge->output_kw - CONVERTER_KW, seconds, model->climate.ambient_c);
    charge->battery_wh += model->battery.net_wh - before_wh;
    charge->charger_wh += charge->output_kw * 1000.0 * seconds / 3600.0;
    sim_supply_run(&model->supply, SIM_SUPPLY_CHARGED, seconds);
    if (model->battery.soc < model->battery.full_soc)
        return;
    charge->state = SIM_CHARGE_COMPLETE;
    charge->mode = SIM_CHARGE_NONE;
    charge->output_kw = 0;
    model_enter(model, model->charging_heard ? SIM_AWAKE : SIM_ASLEEP);
}

static void model_run_off(struct sim_model *model, double seconds)
{
    int64_t stood = model->second - model->state_since;
    bool top_up =
        model->state == SIM_ASLEEP && stood > TOP_UP_EVERY_S && stood % TOP_UP_EVERY_S < TOP_UP_FOR_S;
    enum sim_supply_load load = model->state == SIM_AWAKE ? SIM_SUPPLY_AWAKE : SIM_SUPPLY_ASLEEP;

    sim_battery_run(&model->battery, 0, seconds, model->climate.ambient_c);
    sim_supply_run(&model->supply, top_up ? SIM_SUPPLY_CHARGED : load, seconds);
    if (model->state == SIM_AWAKE && stood >= model->variant->stays_awake_s)
        model_enter(model, SIM_ASLEEP);
}

static void model_step(struct sim_model *model, int64_t seconds)
{
    model->second += seconds;
    if (model->second - model->state_since >= DOOR_OPEN_S)
        model->doors = 0;
    model_run_climate(model, (double)seconds);
    switch (model->state) {
    case SIM_ASLEEP:
    case SIM_AWAKE:
        model_run_off(model, (double)seconds);
        break;
    case SIM_ON:
    case SIM_DRIVING:
        model_run_on(model, (double)seconds);
        break;
    case SIM_CHARGING:
        model_run_charging(model, (double)seconds);
        break;
    }
}

void sim_model_advance(struct sim_model *model, int64_t second)
{
    while (model->second < second) {
        int64_t left = second - model->second;
        int64_t step = model->state == SIM_ASLEEP ? SLEEP_STEP_S : 1;

        model_step(model, left < step ? left : step);
    }
}

static enum sim_charge_mode model_mode_of(double kw)
{
    if (kw > DC_ABOVE_KW)
        return SIM_CHARGE_DC;
    return kw > AC2_ABOVE_KW ? SIM_CHARGE_AC2 : SIM_CHARGE_AC1;
}

static void model_stop_charging(struct sim_model *model, enum sim_charge_state state)
{
    model->charge.mode = SIM_CHARGE_NONE;
    model->charge.state = state;
    model->charge.output_kw = 0;
    model->battery.amps = 0;
}

static void model_start_charging(struct sim_model *model, double kw)
{
    struct sim_charge *charge = &model->charge;

    charge->plugged = true;
    charge->mode = model_mode_of(kw);
    charge->state = SIM_CHARGE_RUNNING;
    charge->offered_kw = kw;
    charge->output_kw = kw;
    if (charge->mode == SIM_CHARGE_DC)
        charge->count_dc++;
    else
        charge->count_ac++;
    model_enter(model, SIM_CHARGING);
}

static void model_plug(struct sim_model *model)
{
    model->charge.plugged = true;
    model_stop_charging(model, SIM_CHARGE_WAITING);
    if (model->state == SIM_CHARGING || model->state == SIM_ASLEEP)
        model_enter(model, SIM_AWAKE);
}

static void model_unplug(struct sim_model *model)
{
    model->charge.plugged = false;
    model_stop_charging(model, SIM_CHARGE_IDLE);
    if (model->state == SIM_CHARGING || model->state == SIM_ASLEEP)
        model_enter(model, SIM_AWAKE);
}

/* What leaves the charging state for another one keeps the plug in. */
static void model_switch(struct sim_model *model, enum sim_state state)
{
    if (model->state == SIM_CHARGING)
        model_stop_charging(model, SIM_CHARGE_WAITING);
    model->battery.amps = 0;
    model->drive_left_km = 0;
    model_enter(model, state);
}

static void model_start_driving(struct sim_model *model, double km)
{
    double already = model->state == SIM_DRIVING ? model->drive_left_km : 0;

    model->charge.plugged = false;
    model_stop_charging(model, SIM_CHARGE_IDLE);
    if (model->state != SIM_DRIVING)
        model_enter(model, SIM_DRIVING);
    model->drive_left_km = already + km;
}

void sim_model_act(struct sim_model *model, enum sim_action action, double value)
{
    switch (action) {
    case SIM_ACT_ASLEEP:
        model_switch(model, SIM_ASLEEP);
        break;
    case SIM_ACT_AWAKE:
        model_switch(model, SIM_AWAKE);
        break;
    case SIM_ACT_ON:
        model_switch(model, SIM_ON);
        break;
    case SIM_ACT_DRIVE:
        model_start_driving(model, value);
        break;
    case SIM_ACT_CHARGE:
        model_start_charging(model, value);
        break;
    case SIM_ACT_PLUG:
        model_plug(model);
        break;
    case SIM_ACT_UNPLUG:
        model_unplug(model);
        break;
    case SIM_ACT_AWAY:
        model->away = true;
        break;
    case SIM_ACT_BACK:
        model->away = false;
        break;
    }
}
