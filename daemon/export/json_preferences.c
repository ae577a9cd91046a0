/* One row an item, for both directions. What the items mean is plan/notices'; where the text is kept, the
 * diary's. */
#include "export/json_preferences.h"

#include "export/json_value.h"

#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#define SOC_LOW_MIN    1
#define SOC_LOW_MAX    99
#define AUX_LOW_MIN    10.0
#define AUX_LOW_MAX    13.0
#define CO2_MAX        2000 /* g/kWh: twice that of the dirtiest lignite */
#define AUX_STEP       0.01

struct preferences preferences_default(void)
{
    return (struct preferences){.notices = notice_wishes_default(), .co2_g_per_kwh = -1};
}

/* ---- the items ---- */

static int read_soc_low(const json_t *value, struct notice_wishes *wishes, struct err *err)
{
    json_int_t percent = json_integer_value(value);

    if (!json_is_integer(value) || percent < SOC_LOW_MIN || percent > SOC_LOW_MAX)
        return err_set(err, "not a whole number from %d to %d", SOC_LOW_MIN, SOC_LOW_MAX);
    wishes->soc_low = percent * 100;
    return 0;
}

static json_t *write_soc_low(const struct notice_wishes *wishes)
{
    return json_integer(wishes->soc_low / 100);
}

static int read_aux_low(const json_t *value, struct notice_wishes *wishes, struct err *err)
{
    double volts = json_number_value(value);

    if (!json_is_number(value) || volts < AUX_LOW_MIN || volts > AUX_LOW_MAX)
        return err_set(err, "not a number from %.1f to %.1f", AUX_LOW_MIN, AUX_LOW_MAX);
    wishes->aux_low_mv = llround(volts / AUX_STEP) * 10;
    return 0;
}

static json_t *write_aux_low(const struct notice_wishes *wishes)
{
    return json_value_number((double)wishes->aux_low_mv / 1000, AUX_STEP);
}

static bool read_minute(const char *text, int *minute)
{
    static const char shape[] = "00:00";

    if (strlen(text) != sizeof(shape) - 1)
        return false;
    for (size_t i = 0; i < sizeof(shape) - 1; i++) {
        bool is_digit = text[i] >= '0' && text[i] <= '9';

        if (shape[i] == ':' ? text[i] != ':' : !is_digit)
            return false;
    }
    int hours = (text[0] - '0') * 10 + text[1] - '0';
    int minutes = (text[3] - '0') * 10 + text[4] - '0';
    *minute = hours * 60 + minutes;
    return hours < 24 && minutes < 60;
}

static int read_not_plugged_at(const json_t *value, struct notice_wishes *wishes, struct err *err)
{
    int minute = -1;

    if (!json_is_null(value) && !(json_is_string(value) && read_minute(json_string_value(value), &minute)))
        return err_set(err, "neither null nor a time like 22:00");
    wishes->not_plugged_minute = minute;
    return 0;
}

static json_t *write_not_plugged_at(const struct notice_wishes *wishes)
{
    int minute = wishes->not_plugged_minute;

    return minute < 0 ? json_null() : json_sprintf("%02d:%02d", minute / 60, minute % 60);
}

/* Beside these each kind of notice has an item of its own name, a switch. */
static const struct item {
    const char *name;
    int (*read)(const json_t *value, struct notice_wishes *wishes, struct err *err);
    json_t *(*write)(const struct notice_wishes *wishes);
} items[] = {
    {"soc_low_percent", read_soc_low, write_soc_low},
    {"aux_low_volts", read_aux_low, write_aux_low},
    {"not_plugged_at", read_not_plugged_at, write_not_plugged_at},
};

#define ITEM_COUNT (sizeof(items) / sizeof(items[0]))

/* ---- reading ---- */

static int read_switch(const json_t *value, bool *is_silenced, struct err *err)
{
    if (!json_is_boolean(value))
        return err_set(err, "neither true nor false");
    *is_silenced = json_is_false(value);
    return 0;
}

static int read_item(const char *name, const json_t *value, struct notice_wishes *wishes, struct err *err)
{
    for (size_t i = 0; i < ITEM_COUNT; i++) {
        if (strcmp(items[i].name, name) == 0)
            return items[i].read(value, wishes, err);
    }
    for (enum notice_kind kind = 0; kind < NOTICE_KIND_COUNT; kind++) {
        if (strcmp(notice_name(kind), name) == 0)
            return read_switch(value, &wishes->silenced[kind], err);
    }
    return err_set(err, "unknown");
}

static int read_notices(json_t *object, struct notice_wishes *wishes, struct err *err)
{
    const char *name;
    json_t *value;

    if (!json_is_object(object))
        return err_set(err, "notices: not an object");
    json_object_foreach(object, name, value)
    {
        if (read_item(name, value, wishes, err))
            return err_prefix(err, "notices.%s: ", json_value_key(name));
    }
    return 0;
}

static int read_co2(const json_t *value, struct preferences *preferences, struct err *err)
{
    json_int_t grams = json_is_null(value) ? -1 : json_integer_value(value);
    bool is_there = json_is_integer(value) && grams >= 0 && grams <= CO2_MAX;

    if (!is_there && !json_is_null(value))
        return err_set(err, "co2_g_per_kwh: neither null nor a whole number from 0 to %d", CO2_MAX);
    preferences->co2_g_per_kwh = (int)grams;
    return 0;
}

static int read_part(const char *name, json_t *value, struct preferences *preferences, struct err *err)
{
    if (strcmp(name, "notices") == 0)
        return read_notices(value, &preferences->notices, err);
    if (strcmp(name, "co2_g_per_kwh") == 0)
        return read_co2(value, preferences, err);
    return err_set(err, "%s: unknown", json_value_key(name));
}

static int read_all(json_t *object, struct preferences *preferences, struct err *err)
{
    const char *name;
    json_t *value;

    if (!json_is_object(object))
        return err_set(err, "not a JSON object");
    json_object_foreach(object, name, value)
    {
        if (read_part(name, value, preferences, err))
            return -1;
    }
    return 0;
}

int json_preferences_read(const char *text, size_t len, struct preferences *preferences, struct err *err)
{
    struct preferences changed = *preferences;
    json_error_t error;

    if (len > JSON_PREFERENCES_MAX)
        return err_set(err, "longer than %d bytes", JSON_PREFERENCES_MAX);
    json_t *object = json_loadb(text, len, JSON_REJECT_DUPLICATES, &error);
    if (!object)
        return err_set(err, "not JSON: line %d", error.line);
    int status = read_all(object, &changed, err);
    json_decref(object);
    if (status == 0)
        *preferences = changed;
    return status;
}

/* ---- writing ---- */

char *json_preferences(const struct preferences *preferences)
{
    const struct notice_wishes *wishes = &preferences->notices;
    json_t *notices = json_object();

    for (enum notice_kind kind = 0; kind < NOTICE_KIND_COUNT; kind++)
        json_object_set_new(notices, notice_name(kind), json_boolean(!wishes->silenced[kind]));
    for (size_t i = 0; i < ITEM_COUNT; i++)
        json_object_set_new(notices, items[i].name, items[i].write(wishes));
    json_t *object = json_pack("{s:o}", "notices", notices);
    int co2 = preferences->co2_g_per_kwh;
    json_object_set_new(object, "co2_g_per_kwh", co2 < 0 ? json_null() : json_integer(co2));
    char *text = json_dumps(object, JSON_VALUE_FLAGS);
    json_decref(object);
    return text;
}
