/* The vehicle control module, 797 -> 79A. Layouts of FACTS 3. */
#include "ecu_answers.h"

#include "figures.h"

#define VIN "SJNFAAZE0U6CANARY" /* made up: nothing may ever print it */

#define AZE0_ON (SIM_AZE0_LIKE | SIM_ZE1_40)

static void vcm_fill_vin(const struct sim_model *model, struct sim_payload *payload)
{
    sim_put_text(payload, model->vin ? model->vin : VIN);
    sim_put(payload, 0, 2);
}

static void vcm_fill_aux_volts(const struct sim_model *model, struct sim_payload *payload)
{
    sim_put_scaled(payload, model->supply.volts, 0.08, 1);
}

static void vcm_fill_aux_amps(const struct sim_model *model, struct sim_payload *payload)
{
    sim_put_scaled_signed(payload, model->supply.amps, 1 / 256.0, 2);
}

static void vcm_fill_power_switch(const struct sim_model *model, struct sim_payload *payload)
{
    sim_put(payload, sim_power_state(model) >= 2 ? 0x80BC : 0x00BC, 2);
}

static void vcm_fill_gear(const struct sim_model *model, struct sim_payload *payload)
{
    unsigned gear = sim_gear(model);

    sim_put(payload, gear ? gear : 1, 1);
}

static void vcm_fill_charge_mode(const struct sim_model *model, struct sim_payload *payload)
{
    sim_put(payload, model->charge.mode, 1);
}

static void vcm_fill_plug(const struct sim_model *model, struct sim_payload *payload)
{
    sim_put(payload, model->charge.plugged ? 2 : 0, 1);
}

static void vcm_fill_charger_power(const struct sim_model *model, struct sim_payload *payload)
{
    sim_put_scaled(payload, model->charge.output_kw, 0.1, 2);
}

static void vcm_fill_count_dc(const struct sim_model *model, struct sim_payload *payload)
{
    sim_put(payload, model->charge.count_dc, 2);
}

static void vcm_fill_count_ac(const struct sim_model *model, struct sim_payload *payload)
{
    sim_put(payload, model->charge.count_ac, 2);
}

static void vcm_fill_ambient(const struct sim_model *model, struct sim_payload *payload)
{
    sim_put_scaled(payload, model->climate.ambient_c + 40.0, 0.5, 1);
}

static void vcm_fill_motor_power(const struct sim_model *model, struct sim_payload *payload)
{
    double watts = -model->battery.amps * model->battery.volts;

    sim_put_scaled_signed(payload, model->state == SIM_DRIVING ? watts : 0, 40, 2);
}

static void vcm_fill_climate_power(const struct sim_model *model, struct sim_payload *payload)
{
    sim_put_scaled(payload, model->climate.kw, 0.25, 1);
}

static void vcm_fill_aux_power(const struct sim_model *model, struct sim_payload *payload)
{
    sim_put_scaled(payload, sim_aux_load_w(model), 100, 1);
}

static void vcm_fill_zero1(const struct sim_model *model, struct sim_payload *payload)
{
    (void)model;
    sim_put(payload, 0, 1);
}

static void vcm_fill_zero2(const struct sim_model *model, struct sim_payload *payload)
{
    (void)model;
    sim_put(payload, 0, 2);
}

static void vcm_fill_undecoded(const struct sim_model *model, struct sim_payload *payload)
{
    (void)model;
    sim_put(payload, 0x00DC, 2);
}

static void vcm_fill_speed(const struct sim_model *model, struct sim_payload *payload)
{
    sim_put_scaled(payload, model->speed_kmh, 0.1, 2);
}

static void vcm_fill_motor_rpm(const struct sim_model *model, struct sim_payload *payload)
{
    sim_put_scaled_signed(payload, model->speed_kmh * 66.0, 1, 2);
}

static const struct sim_answer rows[] = {
    {0x81, 0x21, 0, SIM_ALL, vcm_fill_vin},
    {0x1103, 0x22, 0, SIM_ALL, vcm_fill_aux_volts},
    {0x1183, 0x22, 0, AZE0_ON, vcm_fill_aux_amps},
    {0x1304, 0x22, 0, SIM_ALL, vcm_fill_power_switch},
    {0x1156, 0x22, 0, SIM_ALL, vcm_fill_gear},
    {0x114E, 0x22, 0, SIM_ALL, vcm_fill_charge_mode},
    {0x1234, 0x22, 0, SIM_ALL, vcm_fill_plug},
    {0x1236, 0x22, 0, AZE0_ON, vcm_fill_charger_power},
    {0x1203, 0x22, 0, SIM_ALL, vcm_fill_count_dc},
    {0x1205, 0x22, 0, SIM_ALL, vcm_fill_count_ac},
    {0x115D, 0x22, 0, SIM_ALL, vcm_fill_ambient},
    {0x1146, 0x22, 0, AZE0_ON, vcm_fill_motor_power},
    {0x1151, 0x22, 0, SIM_ALL, vcm_fill_climate_power},
    {0x1152, 0x22, 0, SIM_ALL, vcm_fill_aux_power},
    {0x1261, 0x22, 0, AZE0_ON, vcm_fill_zero1},
    {0x1262, 0x22, 0, SIM_ALL, vcm_fill_climate_power},
    {0x1106, 0x22, 0, SIM_ALL, vcm_fill_undecoded},
    {0x110F, 0x22, 0, SIM_AZE0_LIKE, vcm_fill_zero1},
    {0x121A, 0x22, 0, AZE0_ON, vcm_fill_speed},
    {0x1255, 0x22, 0, AZE0_ON, vcm_fill_motor_rpm},
    {0x1318, 0x22, 0, SIM_ALL, vcm_fill_zero2},
    {0x131A, 0x22, 0, SIM_ZE1_40, vcm_fill_zero2},
    {0x132A, 0x22, 0, SIM_ALL, vcm_fill_undecoded},
    {0x1201, 0x22, 0, SIM_ALL, vcm_fill_undecoded},
    {0x1202, 0x22, 0, SIM_ALL, vcm_fill_undecoded},
    {0x1206, 0x22, 0, SIM_ALL, vcm_fill_undecoded},
};

const struct sim_answers sim_vcm_answers = {rows, sizeof(rows) / sizeof(rows[0])};
