/* Names of ../shared/leaf/signals.json that CONTRACT 3 turns into names of the vocabulary. For tests only. */
#ifndef TESTS_LEAF_NAMES_H
#define TESTS_LEAF_NAMES_H

#include <stddef.h>
#include <string.h>

#define KPA_PER_PSI 6.894757
#define KW_PER_W    0.001

struct leaf_name {
    const char *name;   /* in signals.json */
    const char *signal; /* in the definition */
    double factor;      /* from its unit to the vocabulary's */
};

static inline const struct leaf_name *leaf_name_find(const char *name)
{
    static const struct leaf_name names[] = {
        {"soc_bms", "soc", 1},
        {"soc_24_30", "soc", 1},
        {"soc_40_62", "soc", 1},
        {"soc_dash_ze1", "soc_dash", 1},
        {"hx_24_30", "hx", 1},
        {"hx_40_62", "hx", 1},
        {"hx_raw", "hx", 1},
        {"capacity_ah_24_30", "pack_capacity", 1},
        {"capacity_ah_40_62", "pack_capacity", 1},
        {"hv_voltage", "pack_voltage", 1},
        {"hv_current", "pack_current", 1},
        {"hv_current_2", "pack_current", 1},
        {"battery_temp_avg", "pack_temp", 1},
        {"pack_temp_avg", "pack_temp", 1},
        {"plug_state", "plugged", 1},
        {"charger_output_power", "charger_power", KW_PER_W},
        {"qc_count", "count_dc", 1},
        {"ac_charge_count", "count_ac", 1},
        {"vehicle_speed", "speed", 1},
        {"power_switch_on", "power_state", 1},
        {"aux_12v", "aux_voltage", 1},
        {"aux_battery_voltage", "aux_voltage", 1},
        {"aux_12v_current", "aux_current", 1},
        {"cabin_temp_ze0", "cabin_temp", 1},
        {"cabin_temp_ze1", "cabin_temp", 1},
        {"fan_speed", "fan_step", 1},
        {"climate_power", "climate_power", KW_PER_W},
        {"door_front_a_open", "door_front_a", 1},
        {"door_front_b_open", "door_front_b", 1},
        {"door_rear_left_open", "door_rear_left", 1},
        {"door_rear_right_open", "door_rear_right", 1},
        {"trunk_open", "trunk", 1},
        {"locked_driver_door", "locked", 1},
        {"tyre_pressure_fl", "tyre_fl", KPA_PER_PSI},
        {"tyre_pressure_fr", "tyre_fr", KPA_PER_PSI},
        {"tyre_pressure_rl", "tyre_rl", KPA_PER_PSI},
        {"tyre_pressure_rr", "tyre_rr", KPA_PER_PSI},
    };

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (strcmp(names[i].name, name) == 0)
            return &names[i];
    }
    return NULL;
}

#endif
