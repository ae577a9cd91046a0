/* The vocabulary table (CONTRACT 3). Nothing here knows where a car keeps a signal: that is
 * config/vehicles/'s. */
#include "car/signal.h"

#include <stddef.h>
#include <string.h>

/* How long a value stands for the present. FAST covers the battery group, polled every 60 s while charging;
 * SLOW the groups polled every 15 min; HEARD what is only broadcast, several times a second. Each allows two
 * missed polls. */
#define HEARD 30
#define FAST  200
#define SLOW  2800

static const char *const gear_words[] = {"p", "r", "n", "d", "b", NULL};
static const char *const power_state_words[] = {"off", "acc", "on", "ready", NULL};
static const char *const charge_mode_words[] = {"none", "ac1", "ac2", "dc", NULL};
static const char *const charge_state_words[] = {"idle", "waiting", "charging", "complete", "fault", NULL};

/* clang-format off */
#define NUMBER(name, unit, resolution, min, max, fresh, tolerance) \
    {name, unit, SIGNAL_KIND_NUMBER, resolution, min, max, fresh, tolerance, NULL, false}
#define BOOL(name, fresh) \
    {name, "", SIGNAL_KIND_BOOL, 1, 0, 1, fresh, 0, NULL, false}
#define WORD(name, last, fresh, words) \
    {name, "", SIGNAL_KIND_WORD, 1, 0, last, fresh, 0, words, false}

const struct signal vocabulary[SIGNAL_VOCABULARY_COUNT] = {
    /* A full BMS may say a little over 100. Its 0x3FF is "not available", 102.2 is damage. */
    [SIGNAL_SOC]                   = NUMBER("soc", "%", 0.1, 0, 101, FAST, 3),
    [SIGNAL_SOC_DASH]              = NUMBER("soc_dash", "%", 0.1, 0, 100, FAST, 3),
    [SIGNAL_GIDS]                  = NUMBER("gids", "GID", 1, 0, 1000, FAST, 0),
    [SIGNAL_GIDS_MAX]              = NUMBER("gids_max", "GID", 1, 0, 1000, FAST, 0),
    [SIGNAL_SOH]                   = NUMBER("soh", "%", 0.01, 0, 120, SLOW, 0),
    [SIGNAL_HX]                    = NUMBER("hx", "%", 0.01, 0, 250, SLOW, 0),
    [SIGNAL_PACK_CAPACITY]         = NUMBER("pack_capacity", "Ah", 0.01, 0, 300, SLOW, 0),
    [SIGNAL_ENERGY_SOC]            = NUMBER("energy_soc", "kWh", 0.01, 0, 120, FAST, 0),
    [SIGNAL_ENERGY_GIDS]           = NUMBER("energy_gids", "kWh", 0.01, 0, 120, FAST, 0),
    [SIGNAL_ENERGY_FULL]           = NUMBER("energy_full", "kWh", 0.01, 0, 120, SLOW, 0),
    [SIGNAL_PACK_VOLTAGE]          = NUMBER("pack_voltage", "V", 0.1, 0, 500, FAST, 0),
    [SIGNAL_PACK_CURRENT]          = NUMBER("pack_current", "A", 0.1, -1000, 1000, FAST, 0),
    [SIGNAL_PACK_POWER]            = NUMBER("pack_power", "kW", 0.01, -400, 400, FAST, 0),
    [SIGNAL_CHARGE_POWER_LIMIT]    = NUMBER("charge_power_limit", "kW", 0.01, 0, 300, FAST, 0),
    [SIGNAL_DISCHARGE_POWER_LIMIT] = NUMBER("discharge_power_limit", "kW", 0.01, 0, 300, FAST, 0),
    [SIGNAL_CELLS]                 = {"cells", "V", SIGNAL_KIND_ARRAY, 0.001, 0, 5, SLOW, 0, NULL, false},
    [SIGNAL_CELL_MIN]              = NUMBER("cell_min", "V", 0.001, 0, 5, SLOW, 0),
    [SIGNAL_CELL_MAX]              = NUMBER("cell_max", "V", 0.001, 0, 5, SLOW, 0),
    [SIGNAL_CELL_SPREAD]           = NUMBER("cell_spread", "V", 0.001, 0, 5, SLOW, 0),
    [SIGNAL_PACK_TEMP]             = NUMBER("pack_temp", "°C", 0.5, -45, 100, SLOW, 0),
    [SIGNAL_PACK_TEMP_1]           = NUMBER("pack_temp_1", "°C", 0.5, -45, 100, SLOW, 0),
    [SIGNAL_PACK_TEMP_2]           = NUMBER("pack_temp_2", "°C", 0.5, -45, 100, SLOW, 0),
    [SIGNAL_PACK_TEMP_3]           = NUMBER("pack_temp_3", "°C", 0.5, -45, 100, SLOW, 0),
    [SIGNAL_PACK_TEMP_4]           = NUMBER("pack_temp_4", "°C", 0.5, -45, 100, SLOW, 0),
    [SIGNAL_PLUGGED]               = BOOL("plugged", FAST),
    [SIGNAL_CHARGING]              = BOOL("charging", FAST),
    [SIGNAL_CHARGE_MODE]           = WORD("charge_mode", CHARGE_MODE_DC, FAST, charge_mode_words),
    [SIGNAL_CHARGE_STATE]          = WORD("charge_state", CHARGE_STATE_FAULT, FAST, charge_state_words),
    [SIGNAL_CHARGER_POWER]         = NUMBER("charger_power", "kW", 0.1, 0, 150, FAST, 0),
    [SIGNAL_CHARGE_MINUTES]        = NUMBER("charge_minutes", "min", 1, 0, 8190, FAST, 0),
    [SIGNAL_COUNT_DC]              = NUMBER("count_dc", "", 1, 0, 65534, SLOW, 0),
    [SIGNAL_COUNT_AC]              = NUMBER("count_ac", "", 1, 0, 65534, SLOW, 0),
    /* One mile of difference is two ECUs that count at different moments. */
    [SIGNAL_ODOMETER]              = NUMBER("odometer", "km", 1, 0, 2000000, SLOW, 2),
    [SIGNAL_RANGE]                 = NUMBER("range", "km", 1, 0, 1000, FAST, 0),
    [SIGNAL_SPEED]                 = NUMBER("speed", "km/h", 0.1, 0, 250, HEARD, 0),
    [SIGNAL_GEAR]                  = WORD("gear", GEAR_B, FAST, gear_words),
    [SIGNAL_POWER_STATE]           = WORD("power_state", POWER_STATE_READY, FAST, power_state_words),
    [SIGNAL_AUX_VOLTAGE]           = NUMBER("aux_voltage", "V", 0.01, 0, 20, FAST, 0),
    [SIGNAL_AUX_CURRENT]           = NUMBER("aux_current", "A", 0.1, -300, 300, FAST, 0),
    [SIGNAL_AMBIENT_TEMP]          = NUMBER("ambient_temp", "°C", 0.5, -50, 90, SLOW, 0),
    [SIGNAL_CABIN_TEMP]            = NUMBER("cabin_temp", "°C", 0.5, -50, 90, SLOW, 0),
    [SIGNAL_CLIMATE]               = BOOL("climate", FAST),
    [SIGNAL_CLIMATE_POWER]         = NUMBER("climate_power", "kW", 0.25, 0, 20, FAST, 0),
    [SIGNAL_FAN_STEP]              = NUMBER("fan_step", "", 1, 0, 7, FAST, 0),
    [SIGNAL_DOOR_FRONT_A]          = BOOL("door_front_a", HEARD),
    [SIGNAL_DOOR_FRONT_B]          = BOOL("door_front_b", HEARD),
    [SIGNAL_DOOR_REAR_LEFT]        = BOOL("door_rear_left", HEARD),
    [SIGNAL_DOOR_REAR_RIGHT]       = BOOL("door_rear_right", HEARD),
    [SIGNAL_TRUNK]                 = BOOL("trunk", HEARD),
    [SIGNAL_LOCKED]                = BOOL("locked", HEARD),
    [SIGNAL_TYRE_FL]               = NUMBER("tyre_fl", "kPa", 1, 0, 450, SLOW, 0),
    [SIGNAL_TYRE_FR]               = NUMBER("tyre_fr", "kPa", 1, 0, 450, SLOW, 0),
    [SIGNAL_TYRE_RL]               = NUMBER("tyre_rl", "kPa", 1, 0, 450, SLOW, 0),
    [SIGNAL_TYRE_RR]               = NUMBER("tyre_rr", "kPa", 1, 0, 450, SLOW, 0),
};
/* clang-format on */

int vocabulary_find(const char *name)
{
    for (int i = 0; i < SIGNAL_VOCABULARY_COUNT; i++) {
        if (strcmp(vocabulary[i].name, name) == 0)
            return i;
    }
    return -1;
}
