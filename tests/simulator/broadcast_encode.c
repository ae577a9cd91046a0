/* Byte layouts of FACTS 2, written from the sender's side and never from the definitions under test. Bytes
 * whose meaning is not known keep the value seen in a real car at rest. */
#include "broadcast_encode.h"

#include "checksum.h"
#include "figures.h"
#include "payload.h"

#include <math.h>
#include <string.h>

static void put16(uint8_t *data, uint32_t value)
{
    data[0] = (uint8_t)(value >> 8);
    data[1] = (uint8_t)value;
}

/* Places the low `bits` of `value` so that the last one is `shift` bits above the end of `data[0..1]`. */
static void or16(uint8_t *data, uint32_t value, unsigned shift)
{
    data[0] = (uint8_t)(data[0] | (value << shift) >> 8);
    data[1] = (uint8_t)(data[1] | (value << shift));
}

static uint8_t ambient_half_degrees(const struct sim_model *model)
{
    return (uint8_t)sim_raw(model->climate.ambient_c + 40.0, 0.5, 8);
}

static uint8_t whole_degrees(double celsius)
{
    return (uint8_t)sim_raw(celsius + 40.0, 1.0, 8);
}

void sim_encode_filler(const struct sim_model *model, int64_t tick, uint8_t data[8])
{
    (void)model;
    data[0] = (uint8_t)(tick & 3);
}

static void encode_wheels(const struct sim_model *model, uint8_t *data)
{
    uint32_t wheel = sim_raw(model->speed_kmh, 0.005, 16);

    put16(data, wheel);
    put16(data + 2, wheel);
}

void sim_encode_284(const struct sim_model *model, int64_t tick, uint8_t data[8])
{
    encode_wheels(model, data);
    put16(data + 4, sim_raw(model->speed_kmh, 0.01, 16));
    data[6] = (uint8_t)tick;
    data[7] = sim_byte_sum(data, 0x86);
}

void sim_encode_285(const struct sim_model *model, int64_t tick, uint8_t data[8])
{
    encode_wheels(model, data);
    data[6] = (uint8_t)tick;
    data[7] = sim_byte_sum(data, 0x87);
}

void sim_encode_292(const struct sim_model *model, int64_t tick, uint8_t data[8])
{
    static const uint8_t rest[8] = {0x80, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00};

    memcpy(data, rest, sizeof(rest));
    data[3] = (uint8_t)sim_raw(model->supply.volts, 0.1, 8);
    data[7] = (uint8_t)(tick & 3);
}

void sim_encode_355(const struct sim_model *model, int64_t tick, uint8_t data[8])
{
    (void)tick;
    data[4] = model->miles ? 0x20 : 0x00;
    data[6] = model->miles ? 0x60 : 0x40;
}

void sim_encode_358(const struct sim_model *model, int64_t tick, uint8_t data[8])
{
    static const uint8_t rest[8] = {0x00, 0x0A, 0x80, 0x00, 0x00, 0x00, 0x00, 0x00};

    (void)model;
    (void)tick;
    memcpy(data, rest, sizeof(rest));
}

void sim_encode_35d(const struct sim_model *model, int64_t tick, uint8_t data[8])
{
    (void)model;
    (void)tick;
    data[0] = 0x80;
    data[1] = 0x03;
}

void sim_encode_385(const struct sim_model *model, int64_t tick, uint8_t data[8])
{
    static const unsigned order[4] = {0, 1, 3, 2}; /* fl fr rr rl */

    (void)tick;
    data[0] = 0x0C;
    for (unsigned i = 0; i < 4 && model->wheels_turned; i++)
        data[2 + i] = (uint8_t)sim_raw(model->tyre_psi[order[i]], 0.25, 8);
}

static unsigned charger_status_390(const struct sim_charge *charge)
{
    switch (charge->state) {
    case SIM_CHARGE_RUNNING:
        return charge->mode == SIM_CHARGE_DC ? 1 : 4;
    case SIM_CHARGE_COMPLETE:
        return 2;
    case SIM_CHARGE_WAITING:
        return 12;
    case SIM_CHARGE_IDLE:
        break;
    }
    return 0;
}

void sim_encode_390(const struct sim_model *model, int64_t tick, uint8_t data[8])
{
    const struct sim_charge *charge = &model->charge;
    bool running = charge->state == SIM_CHARGE_RUNNING;
    bool dc = charge->mode == SIM_CHARGE_DC;

    data[0] = 0x24;
    or16(data, sim_raw(charge->output_kw * 1000.0, 100.0, 9), 0);
    if (running && !dc)
        data[3] = (uint8_t)(0x20 | (charge->mode == SIM_CHARGE_AC1 ? 1 : 2) << 3);
    if (running && dc)
        data[4] = 0x40;
    data[5] = (uint8_t)(0x80 | charger_status_390(charge) << 1);
    or16(data + 5, sim_raw(running ? charge->offered_kw * 1000.0 : 0, 100.0, 9), 0);
    data[7] = (uint8_t)((tick & 3) << 4);
    data[7] = (uint8_t)(data[7] | sim_nibble_sum(data, 12));
}

void sim_encode_421(const struct sim_model *model, int64_t tick, uint8_t data[8])
{
    (void)tick;
    data[0] = (uint8_t)(sim_gear(model) << 3);
}

void sim_encode_50d(const struct sim_model *model, int64_t tick, uint8_t data[8])
{
    static const uint8_t rest[8] = {0x33, 0x00, 0x80, 0x00, 0x00, 0x20, 0x00, 0x80};

    (void)model;
    (void)tick;
    memcpy(data, rest, sizeof(rest));
}

void sim_encode_510(const struct sim_model *model, int64_t tick, uint8_t data[8])
{
    (void)tick;
    data[0] = 0x17;
    data[2] = 0x43;
    data[3] = (uint8_t)(sim_raw(model->climate.kw * 1000.0, 250.0, 6) << 1);
    data[4] = 0x16;
    data[7] = ambient_half_degrees(model);
}

void sim_encode_54a(const struct sim_model *model, int64_t tick, uint8_t data[8])
{
    (void)tick;
    data[0] = 0x10;
    data[1] = model->variant->mask == SIM_ZE0_24 ? 0x00 : 0x80;
    data[2] = 0x70;
    data[3] = model->climate.fan_step ? 0x06 : 0x02;
    data[4] = model->climate.fan_step ? 0x2A : 0x00; /* 21.0 °C */
    data[7] = whole_degrees(model->climate.ambient_c);
}

void sim_encode_54b(const struct sim_model *model, int64_t tick, uint8_t data[8])
{
    bool on = model->climate.fan_step > 0;

    (void)tick;
    data[1] = on ? 0x48 : 0x08;
    data[2] = on ? 0x98 : 0x80;
    data[3] = 0x12;
    data[4] = (uint8_t)(model->climate.fan_step << 3 | 4);
}

void sim_encode_55b(const struct sim_model *model, int64_t tick, uint8_t data[8])
{
    uint32_t soc = sim_just_woke(model) ? 0x3FF : sim_raw(model->battery.soc, 0.1, 10);

    or16(data, soc, 6);
    data[2] = tick & 1 ? 0x55 : 0xAA;
    or16(data + 4, sim_insulation_raw(model), 6);
    data[6] = (uint8_t)(0x10 | (tick & 3));
    data[7] = sim_crc85(data, 7);
}

void sim_encode_56e(const struct sim_model *model, int64_t tick, uint8_t data[8])
{
    (void)model;
    (void)tick;
    data[0] = 0x46;
}

void sim_encode_59e(const struct sim_model *model, int64_t tick, uint8_t data[8])
{
    uint32_t full = sim_raw(sim_gids_full(model) * 80.0, 100.0, 9);
    uint32_t left = sim_raw(sim_gids(model) * 80.0, 100.0, 9);

    (void)tick;
    or16(data + 2, full, 4);
    or16(data + 3, left, 3);
}

void sim_encode_5a9(const struct sim_model *model, int64_t tick, uint8_t data[8])
{
    static const uint8_t rest[8] = {0x85, 0x00, 0x00, 0x13, 0x04, 0x50, 0x00, 0x00};
    uint32_t range = model->state == SIM_CHARGING ? 0xFFF : sim_raw(sim_range_km(model), 0.2, 12);

    (void)tick;
    memcpy(data, rest, sizeof(rest));
    or16(data + 1, range, 4);
}

void sim_encode_5b3(const struct sim_model *model, int64_t tick, uint8_t data[8])
{
    uint32_t gids = sim_just_woke(model) ? 0x3FF : sim_gids(model);

    (void)tick;
    data[0] = 0x64;
    data[1] = (uint8_t)(sim_raw(model->battery.soh, 1.0, 7) << 1);
    data[2] = 0x12;
    data[4] = (uint8_t)(0x1C | gids >> 8);
    data[5] = (uint8_t)gids;
    data[6] = 0xD8;
    data[7] = 0x8A;
}

/* The minutes that 5BC carries in turn: its mux, the charger's power, and the figure on the dash they lead
 * to. */
static const struct {
    unsigned mux;
    double kw, percent;
} charge_times[] = {{5, 6.0, 100}, {8, 3.3, 100}, {11, 1.3, 100},
                    {18, 6.0, 80}, {21, 3.3, 80}, {24, 1.3, 80}};

#define CHARGE_TIMES (sizeof(charge_times) / sizeof(charge_times[0]))

void sim_encode_5bc(const struct sim_model *model, int64_t tick, uint8_t data[8])
{
    size_t turn = (size_t)(tick / 2) % CHARGE_TIMES;
    bool maximum = tick & 1;
    uint32_t gids = maximum ? sim_gids_full(model) : sim_gids(model);
    uint32_t minutes = sim_charge_minutes(model, charge_times[turn].kw, charge_times[turn].percent);

    or16(data, sim_just_woke(model) ? 0x3FF : gids, 6);
    data[2] = (uint8_t)(sim_raw(maximum ? model->battery.soh : sim_dash_soc(model), 100.0 / 15.0, 4) << 4);
    data[3] = 0x64;
    data[4] = (uint8_t)(sim_raw(model->battery.soh, 1.0, 7) << 1 | (maximum ? 1 : 0));
    data[5] = (uint8_t)(maximum ? 0x10 : 0x00);
    or16(data + 5, charge_times[turn].mux, 5);
    or16(data + 6, minutes > 0 ? minutes : 0x1FFF, 0);
}

void sim_encode_5c0(const struct sim_model *model, int64_t tick, uint8_t data[8])
{
    unsigned which = 1 + (unsigned)(tick % 3); /* 1 highest, 2 average, 3 lowest */
    double celsius = round(model->battery.temp_c) + (which == 1 ? 1 : 0) - (which == 3 ? 1 : 0);
    uint8_t raw = (uint8_t)(whole_degrees(celsius) * 2);

    data[0] = (uint8_t)(which << 6);
    data[1] = raw;
    data[2] = raw;
    data[4] = 0x38;
    data[5] = 0x14;
    data[6] = 0x1F;
}

void sim_encode_5c5(const struct sim_model *model, int64_t tick, uint8_t data[8])
{
    uint32_t odometer = (uint32_t)model->odometer;

    (void)tick;
    data[0] = model->state == SIM_DRIVING ? 0x40 : 0x44;
    data[1] = (uint8_t)(odometer >> 16);
    put16(data + 2, odometer & 0xFFFF);
    data[5] = 0x0C;
}

/* The car's clock starts at eight in the morning. */
void sim_encode_5f9(const struct sim_model *model, int64_t tick, uint8_t data[8])
{
    static const uint8_t rest[8] = {0xFF, 0x1F, 0xE0, 0x00, 0x00, 0x05, 0x00, 0x00};
    int64_t minutes = model->second / 60 + 8 * 60;

    (void)tick;
    memcpy(data, rest, sizeof(rest));
    data[4] = (uint8_t)(minutes % 60);
    data[5] = (uint8_t)(data[5] | (minutes / 60 % 24) << 3);
}

void sim_encode_60d(const struct sim_model *model, int64_t tick, uint8_t data[8])
{
    (void)tick;
    for (unsigned door = SIM_DOOR_TRUNK; door <= SIM_DOOR_FRONT_B; door++)
        if (model->doors & 1U << door)
            data[0] = (uint8_t)(data[0] | 0x80 >> door);
    data[1] = (uint8_t)(sim_power_state(model) << 1);
    data[2] = model->locked ? 0x18 : 0x00;
    data[6] = 0x40;
}

void sim_encode_625(const struct sim_model *model, int64_t tick, uint8_t data[8])
{
    static const uint8_t rest[6] = {0x02, 0x00, 0xFF, 0x1D, 0x20, 0x00};

    (void)model;
    (void)tick;
    memcpy(data, rest, sizeof(rest));
}
