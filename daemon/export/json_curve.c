/* Two histories merged by time. Where they come from is the handler's. */
#include "export/json_curve.h"

#include "export/json_diary.h"
#include "export/json_value.h"

#include <math.h>

static json_t *curve_row(int64_t utc_ns, double soc, double kw, const struct zone *zone)
{
    char time[ZONE_TIME_TEXT_SIZE];
    json_t *row = json_array();

    zone_time_text(zone, utc_ns, time);
    json_array_append_new(row, json_string(time));
    json_array_append_new(row, json_value_number(soc, vocabulary[SIGNAL_SOC].resolution));
    json_array_append_new(row, json_value_number(kw, vocabulary[SIGNAL_PACK_POWER].resolution));
    return row;
}

/* The value changes when the next point of its curve is of that time. */
static void take_point(const struct json_curve *curve, size_t *next, int64_t utc_ns, double *value)
{
    if (*next < curve->count && curve->points[*next].utc_ns == utc_ns)
        *value = curve->points[(*next)++].mean;
}

static int64_t time_at(const struct json_curve *curve, size_t next)
{
    return next < curve->count ? curve->points[next].utc_ns : INT64_MAX;
}

static json_t *curve_rows(const struct diary_charge *charge, const struct json_curve *soc_curve,
                          const struct json_curve *kw_curve, const struct zone *zone)
{
    double soc = charge->soc_from == DIARY_NONE ? NAN : (double)charge->soc_from / 100;
    double kw = NAN;
    size_t next_soc = 0, next_kw = 0;
    json_t *rows = json_array();

    while (next_soc < soc_curve->count || next_kw < kw_curve->count) {
        int64_t soc_ns = time_at(soc_curve, next_soc), kw_ns = time_at(kw_curve, next_kw);
        int64_t utc_ns = soc_ns < kw_ns ? soc_ns : kw_ns;

        take_point(soc_curve, &next_soc, utc_ns, &soc);
        take_point(kw_curve, &next_kw, utc_ns, &kw);
        json_array_append_new(rows, curve_row(utc_ns, soc, kw, zone));
    }
    return rows;
}

char *json_curve_text(const struct diary_charge *charge, const struct json_curve *soc,
                      const struct json_curve *kw, const struct zone *zone)
{
    json_t *object = json_diary_charge(charge, zone);

    json_object_set_new(object, "curve", curve_rows(charge, soc, kw, zone));
    char *text = json_dumps(object, JSON_VALUE_FLAGS);
    json_decref(object);
    return text;
}
