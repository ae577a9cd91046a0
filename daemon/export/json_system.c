/* Figures that somebody else gathered, one function a part. */
#include "export/json_system.h"

#include "export/json_diary.h"
#include "export/json_sandbox.h"
#include "export/json_value.h"
#include "link/counters.h"

#include <string.h>

/* What the car feels of us stands beside the other counters: it is what the owner looks for. */
static bool is_felt(enum counter counter)
{
    return counter <= COUNTER_BYTES;
}

static json_t *today_object(const struct view_car *car)
{
    return car->has_traffic ? json_diary_item(JSON_DIARY_TRAFFIC, &car->traffic, NULL) : json_null();
}

static json_t *text_or_null(const char *text)
{
    return *text ? json_value_text(text, strlen(text)) : json_null();
}

static json_t *car_object(const struct view_car *car)
{
    json_t *object = json_object();
    json_t *counters = json_object();

    for (enum counter i = 0; i < COUNTER_STARTED_US; i++)
        json_object_set_new(is_felt(i) ? object : counters, counter_name(i),
                            json_integer((json_int_t)car->counters[i]));
    json_object_set_new(object, "adapter", text_or_null(car->adapter));
    json_object_set_new(object, "limits", text_or_null(car->adapter_limits));
    json_object_set_new(object, "today", today_object(car));
    json_object_set_new(object, "counters", counters);
    return object;
}

static json_t *cars_object(const struct view *view)
{
    json_t *object = json_object();

    for (size_t i = 0; i < view->car_count; i++)
        json_object_set_new(object, view->cars[i].id, car_object(&view->cars[i]));
    return object;
}

static json_t *files_object(const struct store_answer *answer)
{
    const struct store_file *files = answer->items;
    json_t *object = json_object();

    for (size_t i = 0; i < answer->count; i++)
        json_object_set_new(object, files[i].name, json_integer(files[i].bytes));
    return object;
}

static json_t *queues_object(const struct json_queue *queues, size_t count)
{
    json_t *object = json_object();

    for (size_t i = 0; i < count; i++) {
        json_t *queue = json_pack("{s:I, s:I}", "waiting", (json_int_t)queues[i].waiting, "most",
                                  (json_int_t)queues[i].most);

        if (queues[i].dropped >= 0)
            json_object_set_new(queue, "dropped", json_integer(queues[i].dropped));
        json_object_set_new(object, queues[i].name, queue);
    }
    return object;
}

static json_t *backups_object(const struct view_backups *backups)
{
    if (!backups->folder)
        return json_null();
    return json_pack("{s:s, s:o, s:I, s:o}", "folder", backups->folder, "newest",
                     text_or_null(backups->newest), "count", (json_int_t)backups->count, "reason",
                     text_or_null(backups->reason));
}

static json_t *exposed_object(const struct view *view, const struct json_door *door)
{
    if (door->relayed == 0)
        return json_null();
    return json_pack("{s:o, s:I}", "since", json_value_time(view, door->now, door->relayed_since_ns), "count",
                     (json_int_t)door->relayed);
}

static json_t *number_or_null(int64_t value)
{
    return value >= 0 ? json_integer((json_int_t)value) : json_null();
}

/* What garaged costs the computer that it runs on. */
static void add_cost(json_t *object, const struct json_system *system)
{
    json_object_set_new(object, "memory_kb", number_or_null(system->memory_kb));
    json_object_set_new(object, "processor_s", system->processor_ms >= 0
                                                   ? json_value_number((double)system->processor_ms / 1000, 0.01)
                                                   : json_null());
    json_object_set_new(object, "disk",
                        json_pack("{s:o, s:o}", "free", number_or_null(system->disk_free_bytes), "bytes",
                                  number_or_null(system->disk_bytes)));
}

/* Whether Home Assistant said that it is there, as far as this broker knows. */
static json_t *homeassistant_object(const struct json_system *system)
{
    const struct view_mqtt *mqtt = &system->view->mqtt;

    return json_pack("{s:b, s:o}", "discovery", mqtt->is_discovery, "birth",
                     mqtt->birth_boot_ns != 0
                         ? json_value_time(system->view, system->door->now, mqtt->birth_boot_ns)
                         : json_null());
}

json_t *json_system_object(const struct json_system *system)
{
    const struct store_answer *files = system->files;
    json_t *object = json_object();

    json_object_set_new(object, "version", json_string(system->version));
    json_object_set_new(object, "uptime_s", json_integer(system->uptime_s));
    json_object_set_new(object, "cars", cars_object(system->view));
    json_object_set_new(object, "files", files ? files_object(files) : json_null());
    json_object_set_new(object, "bytes_written_today",
                        files ? json_integer(files->written_today) : json_null());
    json_object_set_new(object, "bytes_written_yesterday",
                        files ? number_or_null(files->written_yesterday) : json_null());
    add_cost(object, system);
    json_object_set_new(object, "queues", queues_object(system->queues, system->queue_count));
    json_object_set_new(object, "refused_peers", json_integer(system->door->refused_peers));
    json_object_set_new(object, "exposed", exposed_object(system->view, system->door));
    json_object_set_new(object, "backups", backups_object(&system->view->backups));
    json_object_set_new(object, "sandbox", json_sandbox(system->view->sandbox));
    json_object_set_new(object, "homeassistant", homeassistant_object(system));
    return object;
}

char *json_system(const struct json_system *system)
{
    json_t *object = json_system_object(system);
    char *text = json_dumps(object, JSON_VALUE_FLAGS);
    json_decref(object);
    return text;
}
