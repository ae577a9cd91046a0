/* Chooses car, dongle, line and faults. */
#include "sim_private.h"

#include <string.h>

#define VOLTMETER_ERROR_V 0.3 /* a dongle's is off by up to this */

static bool text_is(const char *text, const char *expected, const char *when_missing)
{
    return strcmp(text ? text : when_missing, expected) == 0;
}

static int sim_choose_dongle(struct sim *sim, const struct sim_options *options, struct err *err)
{
    sim->adapter = sim_adapter_find(options->adapter ? options->adapter : "elm327");
    if (!sim->adapter)
        return err_set(err, "%s: no such adapter; --adapter list names them", options->adapter);
    if (text_is(options->protocol, "slcan", "elm327")) {
        sim_slcan_init(&sim->slcan, &sim->world);
        sim->dongle = &sim->slcan;
        sim->ops = &sim_slcan_ops;
        return 0;
    }
    if (!text_is(options->protocol, "elm327", "elm327"))
        return err_set(err, "%s: no such protocol: elm327, slcan", options->protocol);
    sim_elm327_init(&sim->elm327, sim->adapter, &sim->world);
    sim->dongle = &sim->elm327;
    sim->ops = &sim_elm327_ops;
    return 0;
}

static int sim_choose_car(struct sim *sim, const struct sim_options *options, struct err *err)
{
    const char *name = options->car ? options->car : "aze0-30";
    const struct sim_variant *variant = sim_variant_find(name);

    if (!variant)
        return err_set(err, "%s: no such car: ze0-24, aze0-24, aze0-30, ze1-40, env200-40", name);
    sim_model_init(&sim->model, variant, options->seed);
    sim->model.charging_heard = options->charging_heard;
    sim->model.miles = options->miles;
    sim->model.vin = options->vin;
    sim->model.battery_serial = options->battery;
    if (options->begin)
        sim_begin_apply(options->begin, &sim->model);
    sim_ecus_init(&sim->ecus, &sim->model);
    sim->ecus.faults = &sim->faults;
    sim_broadcast_init(&sim->broadcast, variant);
    return 0;
}

static int sim_add_faults(struct sim *sim, const struct sim_options *options, struct err *err)
{
    sim_faults_init(&sim->faults, options->seed);
    if (sim->adapter->fault && sim_faults_add(&sim->faults, sim->adapter->fault, sim->start_ns, err) != 0)
        return -1;
    for (size_t i = 0; i < options->fault_count; i++)
        if (sim_faults_add(&sim->faults, options->faults[i], sim->start_ns, err) != 0)
            return -1;
    return 0;
}

static double sim_line_speed(const struct sim *sim, const struct sim_options *options)
{
    if (options->bytes_per_s > 0)
        return options->bytes_per_s;
    return sim->adapter->bytes_per_s > 0 ? sim->adapter->bytes_per_s : sim->ops->bytes_per_s;
}

int sim_build(struct sim *sim, const struct sim_options *options, struct err *err)
{
    sim->speed = options->speed > 0 ? options->speed : 1.0;
    if (options->scenario)
        sim->scenario = *options->scenario;
    else
        sim_scenario_default(&sim->scenario);
    if (sim_choose_car(sim, options, err) != 0 || sim_choose_dongle(sim, options, err) != 0)
        return -1;
    sim_outline_init(&sim->line, sim_line_speed(sim, options), sim->adapter->piece);
    sim->voltmeter_error_v = VOLTMETER_ERROR_V * sim_noise(options->seed, 3, 0);
    return sim_add_faults(sim, options, err);
}
