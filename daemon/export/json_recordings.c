/* Names, sizes, times: nothing of what stands in a recording. */
#include "export/json_recordings.h"

#include <string.h>

static json_t *file_object(const struct recording_file *file, const struct zone *zone)
{
    char time[ZONE_TIME_TEXT_SIZE];
    size_t car_len = strcspn(file->name, "-");

    zone_time_text(zone, file->utc_ns, time);
    return json_pack("{s:s, s:s%, s:s, s:I}", "name", file->name, "car", file->name, car_len, "time", time,
                     "bytes", (json_int_t)file->bytes);
}

static json_t *last_object(const struct view *view)
{
    json_t *object = json_object();

    for (size_t i = 0; i < view->car_count; i++) {
        const char *words = view->cars[i].recording_words;

        json_object_set_new(object, view->cars[i].id, *words ? json_string(words) : json_null());
    }
    return object;
}

char *json_recordings(const struct view *view, const struct recording_file *files, size_t count,
                      const struct zone *zone)
{
    json_t *items = json_array();

    for (size_t i = 0; i < count; i++)
        json_array_append_new(items, file_object(&files[i], zone));
    json_t *object =
        json_pack("{s:o, s:o, s:{s:i, s:I, s:I, s:i}}", "items", items, "last", last_object(view), "limits",
                  "files", RECORDINGS_FILES_MAX, "bytes", (json_int_t)RECORDINGS_BYTES_MAX, "file_bytes",
                  (json_int_t)RECORDING_BYTES_MAX, "seconds", RECORDING_SECONDS_MAX);
    char *text = json_dumps(object, JSON_VALUE_FLAGS);
    json_decref(object);
    return text;
}

char *json_order(const struct view *view, const char *car, const char *name, int64_t until_boot_ns,
                 const struct json_moment *now)
{
    json_t *object = json_pack("{s:s, s:o}", "car", car, name,
                               until_boot_ns == 0 ? json_null() : json_value_time(view, now, until_boot_ns));
    char *text = json_dumps(object, JSON_VALUE_FLAGS);

    json_decref(object);
    return text;
}
