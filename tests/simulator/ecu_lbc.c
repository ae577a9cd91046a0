/* The battery's computer, 79B -> 7BB. Layouts of FACTS 3; words whose meaning is unknown keep a recorded
 * value. */
#include "ecu_answers.h"

#include "figures.h"

#include <math.h>

#define NOT_REQUESTED 0x8000

static void lbc_put_limits(const struct sim_model *model, struct sim_payload *payload)
{
    sim_put_scaled(payload, sim_charge_limit_kw(model), 0.01, 2);
    sim_put_scaled(payload, sim_discharge_limit_kw(model), 0.01, 2);
    sim_put_scaled(payload, model->battery.volts, 0.01, 2);
    sim_put_scaled(payload, model->supply.volts, 0.001, 2);
    sim_put(payload, sim_insulation_raw(model), 2);
}

static void lbc_put_request(const struct sim_model *model, struct sim_payload *payload)
{
    if (model->charge.state == SIM_CHARGE_RUNNING)
        sim_put_scaled(payload, model->charge.output_kw, 0.1, 2);
    else
        sim_put(payload, NOT_REQUESTED, 2);
}

static void lbc_fill_2101(const struct sim_model *model, struct sim_payload *payload)
{
    const struct sim_variant *variant = model->variant;
    bool large = variant->len_2101 == 53;
    bool starting = large && model->second - model->alive_since < 2;

    sim_put_scaled_signed(payload, model->battery.amps, 1 / 1024.0, 4);
    sim_put(payload, large ? 0x02AF : 0x0287, 2);
    sim_put_scaled_signed(payload, model->battery.amps, 1 / 1024.0, 4);
    if (large)
        sim_put_scaled_signed(payload, model->battery.amps, 1 / 1024.0, 4);
    else
        sim_put(payload, 0xFFFFFFFF, 4);
    lbc_put_limits(model, payload);
    sim_put(payload, large ? 0x000249D3 : 0x005C, large ? 4 : 2);
    sim_put_scaled(payload, model->battery.hx, large ? 1 / 102.4 : 0.01, 2);
    sim_put(payload, 0, 1);
    sim_put_scaled(payload, model->battery.soc, 0.0001, 3);
    sim_put(payload, 0, 1);
    sim_put_scaled(payload, model->battery.ah, 0.0001, 3);
    lbc_put_request(model, payload);
    sim_put(payload, 1, 1);
    sim_put_until(payload, 0, starting ? 44 : variant->len_2101);
}

static void lbc_fill_2102(const struct sim_model *model, struct sim_payload *payload)
{
    for (unsigned cell = 1; cell <= SIM_CELLS; cell++)
        sim_put(payload, sim_battery_cell_mv(&model->battery, cell), 2);
    sim_put_scaled(payload, model->battery.volts, 0.01, 2);
    sim_put_scaled(payload, model->battery.volts - 0.4, 0.01, 2);
}

static void lbc_put_sensor(const struct sim_model *model, unsigned sensor, struct sim_payload *payload)
{
    int celsius = sim_battery_sensor_c(&model->battery, sensor);

    if (sensor == 3 && !model->variant->third_sensor) {
        sim_put(payload, 0xFFFFFF, 3);
        return;
    }
    sim_put(payload, lround(710.0 - celsius / 0.102), 2);
    sim_put(payload, celsius, 1);
}

static void lbc_fill_2104(const struct sim_model *model, struct sim_payload *payload)
{
    for (unsigned sensor = 1; sensor <= 4; sensor++)
        lbc_put_sensor(model, sensor, payload);
    sim_put(payload, lround(model->battery.temp_c), 1);
    sim_put_until(payload, 0, model->variant->len_2104);
}

static void lbc_fill_2106(const struct sim_model *model, struct sim_payload *payload)
{
    sim_put_until(payload, model->variant->mask == SIM_ZE0_24 ? 0x00 : 0x0F, 26);
}

static void lbc_fill_2161(const struct sim_model *model, struct sim_payload *payload)
{
    sim_put_scaled(payload, model->battery.hx, 0.01, 2);
    sim_put_scaled(payload, model->battery.soh, 0.01, 2);
    sim_put_until(payload, 0, model->variant->len_2161);
}

static void lbc_fill_2162(const struct sim_model *model, struct sim_payload *payload)
{
    sim_put(payload, model->charge.count_ac, 2);
    sim_put(payload, model->charge.count_dc, 2);
}

static void lbc_fill_part_number(const struct sim_model *model, struct sim_payload *payload)
{
    (void)model;
    sim_put_text(payload, "CANARY-LBC-PART");
}

static void lbc_fill_serial(const struct sim_model *model, struct sim_payload *payload)
{
    sim_put_text(payload, model->battery_serial ? model->battery_serial : "CANARY-LBC-SERIAL");
}

static const struct sim_answer rows[] = {
    {0x01, 0x21, 0, SIM_ALL, lbc_fill_2101},     {0x02, 0x21, 0, SIM_ALL, lbc_fill_2102},
    {0x04, 0x21, 0, SIM_ALL, lbc_fill_2104},     {0x06, 0x21, 0, SIM_ALL, lbc_fill_2106},
    {0x61, 0x21, 0, SIM_PRE_ZE1, lbc_fill_2161}, {0x61, 0x21, SIM_IS_SLOW, SIM_ZE1_40, lbc_fill_2161},
    {0x62, 0x21, 0, SIM_PRE_ZE1, lbc_fill_2162}, {0x83, 0x21, 0, SIM_ALL, lbc_fill_part_number},
    {0x84, 0x21, 0, SIM_ALL, lbc_fill_serial},   {0x90, 0x21, 0, SIM_ALL, lbc_fill_serial},
};

const struct sim_answers sim_lbc_answers = {rows, sizeof(rows) / sizeof(rows[0])};
