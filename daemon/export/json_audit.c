/* Rows as they stand. A row written while the clock was not right has a time all the same: "clock" says so.
 */
#include "export/json_audit.h"

#include <string.h>

static json_t *item_of(const struct audit_row *row, const struct json_moment *now)
{
    char time[ZONE_TIME_TEXT_SIZE];

    zone_time_text(now->zone, row->utc_ms * NS_PER_MS, time);
    return json_pack(
        "{s:I, s:s, s:s, s:o, s:o, s:o, s:o, s:b}", "id", (json_int_t)row->id, "time", time, "clock",
        row->clock_right ? "ok" : "unset", "who", json_value_text(row->who, strlen(row->who)), "from",
        json_value_text(row->from, strlen(row->from)), "what", json_value_text(row->what, strlen(row->what)),
        "detail", json_value_text(row->detail, strlen(row->detail)), "ok", row->is_ok != 0);
}

json_t *json_audit(const struct audit_list *list, const struct json_moment *now)
{
    bool goes_on = list->count > 0 && list->count == list->limit && list->rows[list->count - 1].id > 1;
    json_t *items = json_array();

    for (size_t i = 0; i < list->count; i++)
        json_array_append_new(items, item_of(&list->rows[i], now));
    return json_pack("{s:o, s:o}", "items", items, "next",
                     goes_on ? json_integer((json_int_t)list->rows[list->count - 1].id) : json_null());
}

json_t *json_audit_verdict(const struct audit_verdict *verdict)
{
    char hash[SECRET_TEXT];

    secret_to_text(verdict->hash, hash);
    return json_pack("{s:I, s:I, s:s, s:o}", "first", (json_int_t)verdict->first, "last",
                     (json_int_t)verdict->last, "hash", hash, "bad",
                     verdict->bad == 0 ? json_null() : json_integer((json_int_t)verdict->bad));
}
