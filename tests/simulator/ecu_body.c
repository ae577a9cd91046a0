/* Meter, climate, body, tyres, inverter, charger: the units that answer one or two things. Layouts of
 * FACTS 3. */
#include "ecu_answers.h"

#include "figures.h"

#define ROWS(rows)                                                                                           \
    {                                                                                                        \
        rows, sizeof(rows) / sizeof((rows)[0])                                                               \
    }
#define HAS_TPMS_REQUEST        (SIM_AZE0_LIKE)
#define RANGE_NOT_AVAILABLE_ZE1 0x7FF

enum tyre { TYRE_FL, TYRE_FR, TYRE_RL, TYRE_RR };

static void put_tyre(const struct sim_model *model, enum tyre tyre, struct sim_payload *payload)
{
    sim_put_scaled(payload, model->wheels_turned ? model->tyre_psi[tyre] : 0.0, 0.25, 1);
}

static void meter_fill_2101(const struct sim_model *model, struct sim_payload *payload)
{
    sim_put_until(payload, 0, 9);
    sim_put(payload, (int64_t)model->odometer, 3);
    sim_put_until(payload, 0, model->variant->len_meter_2101);
}

static void meter_fill_odometer(const struct sim_model *model, struct sim_payload *payload)
{
    sim_put(payload, (int64_t)sim_odometer_km(model), 3);
}

static void meter_fill_range(const struct sim_model *model, struct sim_payload *payload)
{
    if (sim_power_state(model) == 3)
        sim_put_scaled(payload, sim_range_km(model), 1, 2);
    else
        sim_put(payload, RANGE_NOT_AVAILABLE_ZE1, 2);
}

static void meter_fill_tyre_fr(const struct sim_model *model, struct sim_payload *payload)
{
    put_tyre(model, TYRE_FR, payload);
}

static void meter_fill_tyre_fl(const struct sim_model *model, struct sim_payload *payload)
{
    put_tyre(model, TYRE_FL, payload);
}

static void meter_fill_tyre_rr(const struct sim_model *model, struct sim_payload *payload)
{
    put_tyre(model, TYRE_RR, payload);
}

static void meter_fill_tyre_rl(const struct sim_model *model, struct sim_payload *payload)
{
    put_tyre(model, TYRE_RL, payload);
}

static void hvac_fill_2110(const struct sim_model *model, struct sim_payload *payload)
{
    sim_put_scaled(payload, model->climate.ambient_c + 40.0, 1, 1);
    sim_put_scaled(payload, model->climate.cabin_c + 40.0, 1, 1);
    sim_put_until(payload, 0, model->variant->len_hvac_2110);
}

static void bcm_fill_2110(const struct sim_model *model, struct sim_payload *payload)
{
    (void)model;
    sim_put_until(payload, 0, 11);
}

static void tpms_fill_2110(const struct sim_model *model, struct sim_payload *payload)
{
    sim_put(payload, 0, 2);
    put_tyre(model, TYRE_FR, payload);
    put_tyre(model, TYRE_FL, payload);
    put_tyre(model, TYRE_RR, payload);
    put_tyre(model, TYRE_RL, payload);
    sim_put_until(payload, 0, 15);
}

static void tpms_fill_sensors(const struct sim_model *model, struct sim_payload *payload)
{
    (void)model;
    for (unsigned i = 1; i <= 4; i++)
        sim_put(payload, 0x0CA0A200 + i, 4);
}

static void inverter_fill_temperature(const struct sim_model *model, struct sim_payload *payload)
{
    sim_put_scaled(payload, model->climate.ambient_c + 8.0 + 40.0, 1, 1);
}

static void inverter_fill_1225(const struct sim_model *model, struct sim_payload *payload)
{
    (void)model;
    sim_put(payload, 0, 2);
}

static void charger_fill_amps(const struct sim_model *model, struct sim_payload *payload)
{
    sim_put_scaled(payload, model->charge.output_kw * 1000.0 / 230.0, 1 / 16.0, 2);
}

static void charger_fill_volts(const struct sim_model *model, struct sim_payload *payload)
{
    sim_put_scaled(payload, model->charge.plugged ? 230.0 : 0.0, 1 / 128.0, 2);
}

static const struct sim_answer meter_rows[] = {
    {0x01, 0x21, SIM_NEEDS_SESSION, SIM_PRE_ZE1, meter_fill_2101},
    {0x0E01, 0x22, 0, SIM_ZE1_40, meter_fill_odometer},
    {0x0E25, 0x22, 0, SIM_ZE1_40, meter_fill_tyre_fr},
    {0x0E26, 0x22, 0, SIM_ZE1_40, meter_fill_tyre_fl},
    {0x0E27, 0x22, 0, SIM_ZE1_40, meter_fill_tyre_rr},
    {0x0E28, 0x22, 0, SIM_ZE1_40, meter_fill_tyre_rl},
    {0x0E2E, 0x22, 0, SIM_ZE1_40, meter_fill_range},
};

static const struct sim_answer hvac_rows[] = {{0x10, 0x21, 0, SIM_PRE_ZE1, hvac_fill_2110}};

static const struct sim_answer bcm_rows[] = {{0x10, 0x21, 0, SIM_ALL, bcm_fill_2110}};

static const struct sim_answer tpms_rows[] = {
    {0x10, 0x21, 0, HAS_TPMS_REQUEST, tpms_fill_2110},
    {0x1510, 0x22, 0, SIM_ENV200_40, tpms_fill_sensors},
};

static const struct sim_answer inverter_rows[] = {
    {0x1121, 0x22, 0, SIM_PRE_ZE1, inverter_fill_temperature},
    {0x1125, 0x22, 0, SIM_PRE_ZE1, inverter_fill_temperature},
    {0x1131, 0x22, 0, SIM_PRE_ZE1, inverter_fill_temperature},
    {0x1225, 0x22, 0, SIM_PRE_ZE1, inverter_fill_1225},
};

static const struct sim_answer charger_rows[] = {
    {0x1210, 0x22, 0, SIM_ZE0_24, charger_fill_amps},
    {0x1230, 0x22, 0, SIM_ZE0_24, charger_fill_volts},
};

const struct sim_answers sim_meter_answers = ROWS(meter_rows);
const struct sim_answers sim_hvac_answers = ROWS(hvac_rows);
const struct sim_answers sim_bcm_answers = ROWS(bcm_rows);
const struct sim_answers sim_tpms_answers = ROWS(tpms_rows);
const struct sim_answers sim_inverter_answers = ROWS(inverter_rows);
const struct sim_answers sim_charger_answers = ROWS(charger_rows);
