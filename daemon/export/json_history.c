/* Points as [start, mean, min, max], rounded to the signal's resolution; the mean of a step keeps one digit
 * more, since it is not something the car said. */
#include "export/json_history.h"

#include "export/json_value.h"

#include <math.h>

static json_t *json_point(const struct store_point *point, const struct signal *signal,
                          const struct zone *zone, bool is_single)
{
    char time[ZONE_TIME_TEXT_SIZE];
    double mean_resolution = is_single ? signal->resolution : signal->resolution / 10;

    zone_time_text(zone, point->utc_ns, time);
    return json_pack("[s, o, o, o]", time, json_value_number(point->mean, mean_resolution),
                     json_value_number(point->min, signal->resolution),
                     json_value_number(point->max, signal->resolution));
}

char *json_history(const struct store_history_request *request, const struct store_history *history,
                   const struct signal *signal, const struct zone *zone)
{
    char from[ZONE_TIME_TEXT_SIZE], to[ZONE_TIME_TEXT_SIZE];
    json_t *points = json_array();

    zone_time_text(zone, request->from_utc_ns, from);
    zone_time_text(zone, request->to_utc_ns, to);
    for (size_t i = 0; i < history->count; i++)
        json_array_append_new(points, json_point(&history->points[i], signal, zone, history->step_s == 0));
    json_t *answer = json_pack("{s:s, s:s, s:s, s:s, s:s, s:I, s:o}", "car", request->car, "signal",
                               request->signal, "unit", signal->unit, "from", from, "to", to, "step_s",
                               (json_int_t)history->step_s, "points", points);
    char *text = answer ? json_dumps(answer, JSON_VALUE_FLAGS) : NULL;
    json_decref(answer);
    return text;
}
