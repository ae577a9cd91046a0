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

/* A curve that is walked along; `stands` is what the last point left behind. */
struct walk {
    const struct json_curve *curve;
    size_t next;
    double stands;
};

static int64_t time_at(const struct walk *walk)
{
    return walk->next < walk->curve->count ? walk->curve->points[walk->next].utc_ns : INT64_MAX;
}

/* The mean of the point of that time, from then on its last value: a minute in which power rose from nothing
 * says nothing of the hour after it. */
static double take_point(struct walk *walk, int64_t utc_ns)
{
    if (time_at(walk) != utc_ns)
        return walk->stands;
    const struct store_point *point = &walk->curve->points[walk->next++];
    walk->stands = point->last;
    return point->mean;
}

static json_t *curve_rows(const struct diary_charge *charge, const struct json_curve *soc_curve,
                          const struct json_curve *kw_curve, const struct zone *zone)
{
    double soc_from = charge->soc_from == DIARY_NONE ? NAN : (double)charge->soc_from / 100;
    struct walk soc = {.curve = soc_curve, .stands = soc_from}, kw = {.curve = kw_curve, .stands = NAN};
    json_t *rows = json_array();

    while (soc.next < soc_curve->count || kw.next < kw_curve->count) {
        int64_t utc_ns = time_at(&soc) < time_at(&kw) ? time_at(&soc) : time_at(&kw);
        double soc_now = take_point(&soc, utc_ns), kw_now = take_point(&kw, utc_ns);
        json_array_append_new(rows, curve_row(utc_ns, soc_now, kw_now, zone));
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
