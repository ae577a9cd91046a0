/* Each reader refuses with its own key; who called it puts the place before. What the prices mean is
 * plan/tariff's; where the text is kept, the diary's. */
#include "export/json_tariffs.h"

#include "export/json_value.h"
#include "util/core/day.h"

#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define M_PER_UNIT 100000.0 /* 1/1000 cent in a euro */
#define DAY_WORDS  8
#define ALL_DAYS   0xFFU

static const char *const day_words[DAY_WORDS] = {"mon", "tue", "wed", "thu", "fri", "sat", "sun", "holiday"};

/* ---- reading ---- */

/* A key that nobody knows is a mistake. */
static int check_keys(const json_t *object, const char *const *known, struct err *err)
{
    const char *key;
    json_t *value;

    json_object_foreach((json_t *)(uintptr_t)object, key, value)
    {
        size_t i = 0;
        while (known[i] && strcmp(known[i], key) != 0)
            i++;
        if (!known[i])
            return err_set(err, "%s: unknown", json_value_key(key));
    }
    return 0;
}

static int check_objects(const char *name, const json_t *list, size_t max, struct err *err)
{
    if (!json_is_array(list))
        return err_set(err, "%s: not a list", name);
    if (json_array_size(list) > max)
        return err_set(err, "%s: more than %zu", name, max);
    for (size_t i = 0; i < json_array_size(list); i++)
        if (!json_is_object(json_array_get(list, i)))
            return err_set(err, "%s[%zu]: not an object", name, i);
    return 0;
}

/* What went wrong, with the place before it. */
static int fail_at(const char *list, size_t index, struct err *err)
{
    char why[ERR_TEXT_MAX];

    snprintf(why, sizeof(why), "%.400s", err->text);
    return err_set(err, "%s[%zu].%s", list, index, why);
}

static int read_money(const json_t *object, const char *key, int64_t *m, struct err *err)
{
    const json_t *value = json_object_get(object, key);
    double units = json_number_value(value);

    if (!json_is_number(value) || !(units >= 0) || units * M_PER_UNIT > (double)TARIFF_PRICE_MAX_M)
        return err_set(err, "%s: not a number from 0 to %.0f", key, (double)TARIFF_PRICE_MAX_M / M_PER_UNIT);
    *m = llround(units * M_PER_UNIT);
    return 0;
}

static int read_day(const json_t *value, int32_t *day)
{
    const char *text = json_string_value(value);

    return text && strlen(text) == json_string_length(value) && day_parse(text, day) ? 0 : -1;
}

static int read_word(const json_t *value, unsigned *days)
{
    const char *word = json_string_value(value);

    for (unsigned i = 0; word && i < DAY_WORDS; i++) {
        if (strcmp(word, day_words[i]) != 0)
            continue;
        *days |= 1U << i;
        return 0;
    }
    return -1;
}

static int read_days(const json_t *list, unsigned *days, struct err *err)
{
    *days = list ? 0 : ALL_DAYS;
    if (list && (!json_is_array(list) || json_array_size(list) == 0))
        return err_set(err, "days: not a list of days");
    for (size_t i = 0; i < json_array_size(list); i++)
        if (read_word(json_array_get(list, i), days))
            return err_set(err, "days[%zu]: none of mon, tue, wed, thu, fri, sat, sun, holiday", i);
    return 0;
}

static bool is_clock(const char *text)
{
    static const char shape[] = "00:00";
    size_t i = 0;

    while (shape[i] && (shape[i] == ':' ? text[i] == ':' : text[i] >= '0' && text[i] <= '9'))
        i++;
    return !shape[i] && !text[i];
}

static int read_minute(const json_t *object, const char *key, int *minute, struct err *err)
{
    const json_t *value = json_object_get(object, key);
    const char *text = json_is_string(value) ? json_string_value(value) : "";

    if (!is_clock(text) || atoi(text) > 23 || atoi(text + 3) > 59)
        return err_set(err, "%s: not a time like 22:00", key);
    *minute = atoi(text) * 60 + atoi(text + 3);
    return 0;
}

static int read_times(const json_t *object, struct tariff_band *band, struct err *err)
{
    band->from_min = band->to_min = 0;
    if (!json_object_get(object, "from") && !json_object_get(object, "to"))
        return 0;
    return read_minute(object, "from", &band->from_min, err) || read_minute(object, "to", &band->to_min, err)
               ? -1
               : 0;
}

static int read_band(const json_t *object, struct tariff_band *band, struct err *err)
{
    static const char *const keys[] = {"days", "from", "to", "price", NULL};

    return check_keys(object, keys, err) || read_days(json_object_get(object, "days"), &band->days, err) ||
                   read_times(object, band, err) || read_money(object, "price", &band->price_m, err)
               ? -1
               : 0;
}

static int read_bands(const json_t *list, struct tariff *tariff, struct err *err)
{
    if (list && check_objects("bands", list, TARIFF_BAND_MAX, err))
        return -1;
    for (size_t i = 0; i < json_array_size(list); i++)
        if (read_band(json_array_get(list, i), &tariff->bands[i], err))
            return fail_at("bands", i, err);
    tariff->band_count = json_array_size(list);
    return 0;
}

static int read_currency(const json_t *value, struct tariff *tariff, struct err *err)
{
    const char *text = json_is_string(value) ? json_string_value(value) : "";

    if (strlen(text) != 3 || strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != 3)
        return err_set(err, "currency: not three letters like EUR");
    memcpy(tariff->currency, text, sizeof(tariff->currency));
    return 0;
}

static int read_tariff(const json_t *object, struct tariff *tariff, struct err *err)
{
    static const char *const keys[] = {"valid_from", "currency", "price", "session_fee", "bands", NULL};

    if (check_keys(object, keys, err))
        return -1;
    if (read_day(json_object_get(object, "valid_from"), &tariff->valid_from))
        return err_set(err, "valid_from: not a day like 2026-01-01");
    if (json_object_get(object, "session_fee") && read_money(object, "session_fee", &tariff->session_m, err))
        return -1;
    return read_currency(json_object_get(object, "currency"), tariff, err) ||
                   read_money(object, "price", &tariff->price_m, err) ||
                   read_bands(json_object_get(object, "bands"), tariff, err)
               ? -1
               : 0;
}

static int compare_tariffs(const void *a, const void *b)
{
    int32_t first = ((const struct tariff *)a)->valid_from, second = ((const struct tariff *)b)->valid_from;

    return (first > second) - (first < second);
}

static int read_tariffs(const json_t *list, struct tariffs *tariffs, struct err *err)
{
    if (check_objects("tariffs", list, TARIFF_LIST_MAX, err))
        return -1;
    tariffs->count = json_array_size(list);
    for (size_t i = 0; i < tariffs->count; i++)
        if (read_tariff(json_array_get(list, i), &tariffs->list[i], err))
            return fail_at("tariffs", i, err);
    qsort(tariffs->list, tariffs->count, sizeof(tariffs->list[0]), compare_tariffs);
    for (size_t i = 1; i < tariffs->count; i++)
        if (tariffs->list[i].valid_from == tariffs->list[i - 1].valid_from)
            return err_set(err, "tariffs: two are valid from the same day");
    return 0;
}

static int compare_days(const void *a, const void *b)
{
    int32_t first = *(const int32_t *)a, second = *(const int32_t *)b;

    return (first > second) - (first < second);
}

static int read_holidays(const json_t *list, struct tariffs *tariffs, struct err *err)
{
    size_t count = json_array_size(list);

    if (list && !json_is_array(list))
        return err_set(err, "holidays: not a list");
    if (count > TARIFF_HOLIDAY_MAX)
        return err_set(err, "holidays: more than %d", TARIFF_HOLIDAY_MAX);
    for (size_t i = 0; i < count; i++)
        if (read_day(json_array_get(list, i), &tariffs->holidays[i]))
            return err_set(err, "holidays[%zu]: not a day like 2026-12-25", i);
    if (count > 0)
        qsort(tariffs->holidays, count, sizeof(tariffs->holidays[0]), compare_days);
    for (size_t i = 0; i < count; i++)
        if (i == 0 || tariffs->holidays[i] != tariffs->holidays[i - 1])
            tariffs->holidays[tariffs->holiday_count++] = tariffs->holidays[i];
    return 0;
}

static int read_all(const json_t *object, struct tariffs *tariffs, struct err *err)
{
    static const char *const keys[] = {"tariffs", "holidays", NULL};

    if (!json_is_object(object))
        return err_set(err, "not an object");
    return check_keys(object, keys, err) || read_tariffs(json_object_get(object, "tariffs"), tariffs, err) ||
                   read_holidays(json_object_get(object, "holidays"), tariffs, err)
               ? -1
               : 0;
}

int json_tariffs_read(const char *text, size_t len, struct tariffs *tariffs, struct err *err)
{
    json_error_t why;
    json_t *object = len <= JSON_TARIFFS_MAX ? json_loadb(text, len, JSON_REJECT_DUPLICATES, &why) : NULL;
    struct tariffs *read = calloc(1, sizeof(*read));
    int rc = -1;

    if (len > JSON_TARIFFS_MAX)
        err_set(err, "longer than %d bytes", JSON_TARIFFS_MAX);
    else if (!object)
        err_set(err, "line %d: %s", why.line, why.text);
    else if (!read)
        err_set(err, "out of memory");
    else
        rc = read_all(object, read, err);
    if (rc == 0)
        *tariffs = *read;
    free(read);
    json_decref(object);
    return rc;
}

/* ---- writing ---- */

static json_t *money(int64_t m)
{
    return json_real((double)m / M_PER_UNIT);
}

static json_t *day_value(int32_t day)
{
    char text[DAY_TEXT_SIZE];

    day_text(day, text);
    return json_string(text);
}

static json_t *days_value(unsigned days)
{
    json_t *list = days == ALL_DAYS ? NULL : json_array();

    for (unsigned i = 0; list && i < DAY_WORDS; i++)
        if (days & 1U << i)
            json_array_append_new(list, json_string(day_words[i]));
    return list;
}

static json_t *minute_value(int minute, bool is_whole_day)
{
    return is_whole_day ? NULL : json_sprintf("%02d:%02d", minute / 60, minute % 60);
}

/* What may be missing is, when it says nothing: so no text grows much that is read and written. */
static json_t *band_value(const struct tariff_band *band)
{
    bool is_whole_day = band->from_min == band->to_min;

    return json_pack("{s:o*, s:o*, s:o*, s:o}", "days", days_value(band->days), "from",
                     minute_value(band->from_min, is_whole_day), "to",
                     minute_value(band->to_min, is_whole_day), "price", money(band->price_m));
}

static json_t *tariff_value(const struct tariff *tariff)
{
    json_t *bands = json_array();

    for (size_t i = 0; i < tariff->band_count; i++)
        json_array_append_new(bands, band_value(&tariff->bands[i]));
    return json_pack("{s:o, s:s, s:o, s:o, s:o}", "valid_from", day_value(tariff->valid_from), "currency",
                     tariff->currency, "price", money(tariff->price_m), "session_fee",
                     money(tariff->session_m), "bands", bands);
}

char *json_tariffs(const struct tariffs *tariffs)
{
    json_t *list = json_array(), *holidays = json_array();

    for (size_t i = 0; i < tariffs->count; i++)
        json_array_append_new(list, tariff_value(&tariffs->list[i]));
    for (size_t i = 0; i < tariffs->holiday_count; i++)
        json_array_append_new(holidays, day_value(tariffs->holidays[i]));
    json_t *object = json_pack("{s:o, s:o}", "tariffs", list, "holidays", holidays);
    char *text = object ? json_dumps(object, JSON_COMPACT | JSON_REAL_PRECISION(10)) : NULL;
    json_decref(object);
    return text;
}
