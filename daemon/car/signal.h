/* The vocabulary: every physical quantity garaged speaks of, in one table (CONTRACT 3). Store, page, MQTT,
 * metrics and `decode` are made from it. A definition may add signals of its own, kind `raw`; they follow the
 * vocabulary in index. */
#ifndef CAR_SIGNAL_H
#define CAR_SIGNAL_H

#include <stdbool.h>

#define SIGNAL_NAME_MAX    32 /* with the NUL */
#define SIGNAL_UNIT_MAX    12
#define SIGNAL_ELEMENT_MAX 96

enum signal_kind {
    SIGNAL_KIND_NUMBER,
    SIGNAL_KIND_BOOL, /* value 0 or 1 */
    SIGNAL_KIND_WORD, /* value is an index into `words` */
    SIGNAL_KIND_ARRAY,
    SIGNAL_KIND_TEXT, /* VIN, serials: decoded, hashed, never printed, never stored */
};

struct signal {
    char name[SIGNAL_NAME_MAX];
    char unit[SIGNAL_UNIT_MAX]; /* "" for none */
    enum signal_kind kind;
    double resolution;        /* the step to which a value is rounded everywhere but in `decode` */
    double min, max;          /* plausible range, both ends included; outside: rejected as DECODE_RANGE */
    double fresh_s;           /* older than this: quality old */
    double tolerance;         /* two fresh sources further apart than this are disputed; 0: never compared */
    const char *const *words; /* kind WORD: ends with NULL */
    bool raw;                 /* added by a definition, no promise about its meaning */
};

/* clang-format off */
enum signal_id {
    SIGNAL_SOC, SIGNAL_SOC_DASH, SIGNAL_GIDS, SIGNAL_GIDS_MAX, SIGNAL_SOH, SIGNAL_HX, SIGNAL_PACK_CAPACITY,
    SIGNAL_ENERGY_SOC, SIGNAL_ENERGY_GIDS, SIGNAL_ENERGY_FULL,
    SIGNAL_PACK_VOLTAGE, SIGNAL_PACK_CURRENT, SIGNAL_PACK_POWER,
    SIGNAL_CHARGE_POWER_LIMIT, SIGNAL_DISCHARGE_POWER_LIMIT,
    SIGNAL_CELLS, SIGNAL_CELL_MIN, SIGNAL_CELL_MAX, SIGNAL_CELL_SPREAD,
    SIGNAL_PACK_TEMP, SIGNAL_PACK_TEMP_1, SIGNAL_PACK_TEMP_2, SIGNAL_PACK_TEMP_3, SIGNAL_PACK_TEMP_4,
    SIGNAL_PLUGGED, SIGNAL_CHARGING, SIGNAL_CHARGE_MODE, SIGNAL_CHARGE_STATE, SIGNAL_CHARGER_POWER,
    SIGNAL_CHARGE_MINUTES, SIGNAL_COUNT_DC, SIGNAL_COUNT_AC,
    SIGNAL_ODOMETER, SIGNAL_RANGE, SIGNAL_SPEED, SIGNAL_GEAR, SIGNAL_POWER_STATE,
    SIGNAL_AUX_VOLTAGE, SIGNAL_AUX_CURRENT, SIGNAL_AMBIENT_TEMP, SIGNAL_CABIN_TEMP,
    SIGNAL_CLIMATE, SIGNAL_CLIMATE_POWER, SIGNAL_FAN_STEP,
    SIGNAL_DOOR_FRONT_A, SIGNAL_DOOR_FRONT_B, SIGNAL_DOOR_REAR_LEFT, SIGNAL_DOOR_REAR_RIGHT, SIGNAL_TRUNK,
    SIGNAL_LOCKED, SIGNAL_TYRE_FL, SIGNAL_TYRE_FR, SIGNAL_TYRE_RL, SIGNAL_TYRE_RR,
    SIGNAL_VOCABULARY_COUNT
};
enum gear { GEAR_P, GEAR_R, GEAR_N, GEAR_D, GEAR_B };
enum power_state { POWER_STATE_OFF, POWER_STATE_ACC, POWER_STATE_ON, POWER_STATE_READY };
enum charge_mode { CHARGE_MODE_NONE, CHARGE_MODE_AC1, CHARGE_MODE_AC2, CHARGE_MODE_DC };
enum charge_state { CHARGE_STATE_IDLE, CHARGE_STATE_WAITING, CHARGE_STATE_CHARGING, CHARGE_STATE_COMPLETE,
                    CHARGE_STATE_FAULT };
/* clang-format on */

/* One row for each signal_id, in its order. */
extern const struct signal vocabulary[SIGNAL_VOCABULARY_COUNT];

/* The index of a vocabulary signal by name, or -1. */
int vocabulary_find(const char *name);

#endif
