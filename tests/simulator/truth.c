/* Unrounded figures of the model as text. Reads nothing back: nothing that is tested may write here. */
#include "truth.h"

#include "figures.h"

#include "util/core/buf.h"
#include "util/core/time.h"

#define KPA_PER_PSI 6.894757

static const char *const charge_modes[] = {"none", "ac1", "ac2", "dc"};
static const char *const charge_states[] = {"idle", "waiting", "charging", "complete"};
static const char *const power_states[] = {"off", "acc", "on", "ready"};

const char *sim_state_name(const struct sim_model *model)
{
    static const char *const names[] = {"asleep", "awake", "on", "driving", "charging"};

    return model->away ? "away" : names[model->state];
}

static void put_number(struct buf *line, const char *name, double value)
{
    buf_add_format(line, ",\"%s\":%.4f", name, value);
}

static void put_count(struct buf *line, const char *name, unsigned long long value)
{
    buf_add_format(line, ",\"%s\":%llu", name, value);
}

static void put_flag(struct buf *line, const char *name, bool value)
{
    buf_add_format(line, ",\"%s\":%s", name, value ? "true" : "false");
}

static void put_word(struct buf *line, const char *name, const char *value)
{
    buf_add_format(line, ",\"%s\":\"%s\"", name, value);
}

static void put_time(struct buf *line, int64_t t_ns)
{
    long long micros = t_ns / NS_PER_US;

    buf_add_format(line, "{\"t\":%lld.%06lld", micros / 1000000, micros % 1000000);
}

static void put_what_it_does(struct buf *line, const struct sim_truth *truth)
{
    const struct sim_model *model = truth->model;

    put_count(line, "model_s", (unsigned long long)model->second);
    put_word(line, "car", model->variant->name);
    put_word(line, "state", sim_state_name(model));
    put_flag(line, "reachable", truth->reachable);
    put_flag(line, "heard", model->alive);
    put_word(line, "power_state", power_states[sim_power_state(model)]);
    put_word(line, "gear", sim_gear(model) == 4 ? "d" : "p");
    put_number(line, "speed", model->speed_kmh);
    put_number(line, "odometer", model->odometer);
    put_number(line, "odometer_km", sim_odometer_km(model));
    put_number(line, "range_km", sim_range_km(model));
    put_flag(line, "locked", model->locked);
    put_count(line, "doors", model->doors);
}

static void put_cells(struct buf *line, const struct sim_battery *battery)
{
    unsigned low = sim_battery_cell_mv(battery, 1);
    unsigned high = low;

    for (unsigned cell = 2; cell <= SIM_CELLS; cell++) {
        unsigned mv = sim_battery_cell_mv(battery, cell);

        low = mv < low ? mv : low;
        high = mv > high ? mv : high;
    }
    put_number(line, "cell_min", low / 1000.0);
    put_number(line, "cell_max", high / 1000.0);
}

static void put_battery(struct buf *line, const struct sim_model *model)
{
    const struct sim_battery *battery = &model->battery;

    put_number(line, "soc", battery->soc);
    put_number(line, "soc_dash", sim_dash_soc(model));
    put_count(line, "gids", sim_gids(model));
    put_count(line, "gids_max", sim_gids_full(model));
    put_number(line, "soh", model->battery.soh);
    put_number(line, "hx", model->battery.hx);
    put_number(line, "pack_capacity", battery->ah);
    put_number(line, "pack_voltage", battery->volts);
    put_number(line, "pack_current", battery->amps);
    put_number(line, "pack_power", battery->volts * battery->amps / 1000.0);
    put_cells(line, battery);
    put_number(line, "pack_temp", battery->temp_c);
    put_number(line, "charge_power_limit", sim_charge_limit_kw(model));
    put_number(line, "discharge_power_limit", sim_discharge_limit_kw(model));
}

static void put_charge(struct buf *line, const struct sim_model *model)
{
    const struct sim_charge *charge = &model->charge;

    put_flag(line, "plugged", charge->plugged);
    put_flag(line, "charging", charge->state == SIM_CHARGE_RUNNING);
    put_word(line, "charge_mode", charge_modes[charge->mode]);
    put_word(line, "charge_state", charge_states[charge->state]);
    put_number(line, "charger_power", charge->output_kw);
    put_count(line, "charge_minutes", sim_charge_minutes(model, 6.0, 100));
    put_count(line, "count_dc", charge->count_dc);
    put_count(line, "count_ac", charge->count_ac);
}

static void put_comfort(struct buf *line, const struct sim_model *model)
{
    static const char *const tyres[] = {"tyre_fl", "tyre_fr", "tyre_rl", "tyre_rr"};

    put_number(line, "ambient_temp", model->climate.ambient_c);
    put_number(line, "cabin_temp", model->climate.cabin_c);
    put_flag(line, "climate", model->climate.fan_step > 0);
    put_number(line, "climate_power", model->climate.kw);
    put_count(line, "fan_step", model->climate.fan_step);
    for (unsigned i = 0; i < 4; i++) {
        if (model->wheels_turned)
            put_number(line, tyres[i], model->tyre_psi[i] * KPA_PER_PSI);
        else
            buf_add_format(line, ",\"%s\":null", tyres[i]);
    }
}

static void put_supply(struct buf *line, const struct sim_truth *truth)
{
    put_number(line, "aux_voltage", truth->model->supply.volts);
    put_number(line, "aux_current", truth->model->supply.amps);
    put_number(line, "dongle_voltage", truth->dongle_volts);
    put_count(line, "frames_sent", truth->frames_sent);
    put_count(line, "sent_to_silent", truth->sent_to_silent);
}

void sim_truth_format(const struct sim_truth *truth, int64_t t_ns, char text[SIM_TRUTH_LINE_MAX])
{
    struct buf line;

    buf_init(&line, text, SIM_TRUTH_LINE_MAX);
    put_time(&line, t_ns);
    put_what_it_does(&line, truth);
    put_battery(&line, truth->model);
    put_charge(&line, truth->model);
    put_comfort(&line, truth->model);
    put_supply(&line, truth);
    buf_add_text(&line, "}\n");
}

void sim_truth_format_frame(const struct sim_frame *frame, int64_t t_ns, char text[SIM_TRUTH_LINE_MAX])
{
    char frame_text[SIM_FRAME_TEXT_MAX];
    struct buf line;

    sim_frame_format(frame, frame_text);
    buf_init(&line, text, SIM_TRUTH_LINE_MAX);
    put_time(&line, t_ns);
    buf_add_format(&line, ",\"frame\":\"%s\"}\n", frame_text);
}
