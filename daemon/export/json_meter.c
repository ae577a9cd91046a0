/* What a meter's MQTT message says. A number stands as JSON writes it, in quotes too; what follows it, but
 * blanks, makes it none: "2300 W" is refused, not guessed. */
#include "export/json_meter.h"

#include "diary/item.h"

#include <errno.h>
#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define NUMBER_BYTES 64
#define BLANKS       " \t\r\n"

/* strtod knows hexadecimal, infinity and NaN: these are words to us. */
static int read_text(const char *text, size_t len, double *number, struct err *err)
{
    char copy[NUMBER_BYTES];
    char *end = copy;

    if (len >= sizeof(copy))
        return err_set(err, "too long for a number");
    memcpy(copy, text, len);
    copy[len] = '\0';
    if (strlen(copy) == len && copy[strspn(copy, "+-.0123456789eE" BLANKS)] == '\0')
        *number = strtod(copy, &end);
    if (end == copy || end[strspn(end, BLANKS)] != '\0')
        return err_set(err, "not a number");
    return 0;
}

/* "ENERGY.Total": the member Total of the member ENERGY. A name may have a point itself ("em:0.power"). */
static const json_t *find(const json_t *object, const char *path)
{
    const char *end = path + strlen(path);
    const json_t *whole = json_object_get(object, path);

    if (whole)
        return whole;
    for (const char *point = strchr(path, '.'); point && point < end; point = strchr(point + 1, '.')) {
        const json_t *inner = json_object_getn(object, path, (size_t)(point - path));
        if (json_is_object(inner))
            return find(inner, point + 1);
    }
    return NULL;
}

static int read_member(const json_t *member, double *number, struct err *err)
{
    if (json_is_string(member))
        return read_text(json_string_value(member), json_string_length(member), number, err);
    if (!json_is_number(member))
        return err_set(err, member ? "the field is not a number" : "the field is not there");
    *number = json_number_value(member);
    return 0;
}

static int read_field(const char *path, const char *payload, size_t len, double *number, struct err *err)
{
    json_t *object = json_loadb(payload, len, JSON_REJECT_DUPLICATES, NULL);

    if (!object)
        return err_set(err, "not JSON");
    int rc = read_member(find(object, path), number, err);
    json_decref(object);
    return rc;
}

static double in_unit(enum config_meter_unit unit, double number)
{
    return unit == CONFIG_METER_KWH || unit == CONFIG_METER_KW ? number * 1000 : number;
}

int json_meter_read(const struct config_car *car, const char *payload, size_t len, int64_t *value,
                    struct err *err)
{
    bool is_power = car->meter_kind == CONFIG_METER_POWER;
    double most = (double)(is_power ? DIARY_WALL_POWER_MAX : DIARY_WALL_ENERGY_MAX);
    double number = 0;

    if (len > JSON_METER_BYTES)
        return err_set(err, "longer than %d bytes", JSON_METER_BYTES);
    if (car->meter_field[0] == '\0' ? read_text(payload, len, &number, err)
                                    : read_field(car->meter_field, payload, len, &number, err))
        return -1;
    number = in_unit(car->meter_unit, number);
    if (!isfinite(number) || number > most)
        return err_set(err,
                       is_power ? "more power than any socket gives" : "more energy than any meter counts");
    if (number < 0 && !is_power)
        return err_set(err, "a counter below zero");
    *value = number < 0 ? 0 : (int64_t)llround(number);
    return 0;
}
