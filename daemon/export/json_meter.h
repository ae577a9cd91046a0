/* What a meter's MQTT message says: a number, alone or somewhere in a JSON object. Pure. Fuzzed. */
#ifndef EXPORT_JSON_METER_H
#define EXPORT_JSON_METER_H

#include "config.h"
#include "util/core/err.h"

#include <stddef.h>
#include <stdint.h>

#define JSON_METER_BYTES 4096 /* of a message */

/* Reads `len` bytes into whole Wh (of energy) or W (of power) of the car's meter; *value stays within
 * DIARY_WALL_ENERGY_MAX or DIARY_WALL_POWER_MAX. A power below zero flows back into the house, which is no
 * charge: 0. -1 with err: what is wrong, without a byte of the message. */
int json_meter_read(const struct config_car *car, const char *payload, size_t len, int64_t *value,
                    struct err *err);

#endif
