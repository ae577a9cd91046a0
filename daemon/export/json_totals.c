/* What is summed up is the store's; what makes it different from a day: where it begins and ends, and its
 * CO2. */
#include "export/json_totals.h"

#include "export/json_diary.h"
#include "export/json_value.h"
#include "util/core/day.h"
#include "util/core/time.h"

#define CO2_STEP 0.01 /* kg */
#define WH_G_KG  1e6  /* Wh times g/kWh that make a kg */

static json_t *day_or_null(int32_t day, int32_t none)
{
    char text[DAY_TEXT_SIZE];

    if (day == none)
        return json_null();
    day_text(day, text);
    return json_string(text);
}

static json_t *since(const struct json_totals *totals)
{
    char text[ZONE_TIME_TEXT_SIZE];

    if (!totals->since_charge)
        return day_or_null(totals->from_day, INT32_MIN);
    if (totals->since_ms > INT64_MAX / NS_PER_MS || totals->since_ms < INT64_MIN / NS_PER_MS)
        return json_null(); /* DIARY_NONE among them */
    zone_time_text(totals->zone, totals->since_ms * NS_PER_MS, text);
    return json_string(text);
}

static json_t *co2(const struct json_totals *totals)
{
    if (totals->co2_g_per_kwh < 0 || totals->all->supplied_wh == DIARY_NONE)
        return json_null();
    return json_value_number((double)totals->all->supplied_wh * totals->co2_g_per_kwh / WH_G_KG, CO2_STEP);
}

char *json_totals_text(const struct json_totals *totals)
{
    json_t *object = json_object();
    json_t *sums = json_diary_item(JSON_DIARY_SUMS, totals->all, totals->zone);

    json_object_set_new(object, "car", json_string(totals->car));
    json_object_set_new(object, "zone", json_string(totals->zone->name));
    json_object_set_new(object, "since", since(totals));
    json_object_set_new(object, "until", day_or_null(totals->to_day, INT32_MAX));
    json_object_update(object, sums);
    json_object_set_new(object, "co2_kg", co2(totals));
    json_object_set_new(object, "unattributed",
                        json_diary_item(JSON_DIARY_SUMS, totals->unattributed, totals->zone));
    json_decref(sums);
    char *text = json_dumps(object, JSON_VALUE_FLAGS);
    json_decref(object);
    return text;
}
