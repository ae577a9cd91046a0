/* The state object and the messages cut from it. One function a part of the object, so that a change shows
 * the same places as the whole. Nothing is sent from here. */
#include "export/json.h"
#include "export/json_diary.h"
#include "util/core/time.h"

#include <string.h>

static char *to_text(json_t *object)
{
    char *text = object == NULL ? NULL : json_dumps(object, JSON_VALUE_FLAGS);

    json_decref(object);
    return text;
}

static json_t *text_or_null(const char *text)
{
    return text == NULL || text[0] == '\0' ? json_null() : json_value_text(text, strlen(text));
}

static json_t *age_s(const struct json_moment *now, int64_t boot_ns)
{
    int64_t age_ns = now->boot_ns - boot_ns;

    return json_integer(age_ns > 0 ? age_ns / NS_PER_S : 0);
}

/* Both sides of a dispute are shown: the value above, and here what the other source says. */
static json_t *other_sources(const struct view_car *car, size_t index)
{
    const struct view_other *other = &car->others[index];
    const struct signal *signal = definition_signal(car->definition, index);

    return json_pack("[{s:o, s:s}]", "value", json_value_number(other->value, signal->resolution), "source",
                     definition_source(car->definition, other->source));
}

static json_t *signal_object(const struct view *view, const struct view_car *car, size_t index,
                             const struct json_moment *now)
{
    const struct state_value *value = &car->values[index];
    const struct signal *signal = definition_signal(car->definition, index);
    json_t *object = json_object();

    json_object_set_new(object, "value", json_value_signal(car, index));
    json_object_set_new(object, "unit", json_string(signal->unit));
    if (value->heard) {
        json_object_set_new(object, "at", json_value_time(view, now, value->time_ns));
        json_object_set_new(object, "age_s", age_s(now, value->time_ns));
        json_object_set_new(object, "source",
                            text_or_null(definition_source(car->definition, value->source)));
    } else {
        json_object_set_new(object, "at", json_null());
        json_object_set_new(object, "age_s", json_null());
        json_object_set_new(object, "source", json_null());
    }
    json_object_set_new(object, "quality", json_string(quality_name(value->quality)));
    if (value->heard && value->known && value->has_raw)
        json_object_set_new(object, "raw", json_integer((json_int_t)value->raw));
    if (value->quality == QUALITY_DISPUTED && car->others != NULL && car->others[index].active)
        json_object_set_new(object, "others", other_sources(car, index));
    return object;
}

static json_t *link_object(const struct view *view, const struct view_car *car, const struct json_moment *now)
{
    static const char *const names[] = {
        [VIEW_LINK_UP] = "up", [VIEW_LINK_DOWN] = "down", [VIEW_LINK_STARTING] = "starting"};
    json_t *object = json_object();

    json_object_set_new(object, "state", json_string(names[car->link]));
    json_object_set_new(object, "reason", text_or_null(car->link_reason));
    json_object_set_new(object, "since", json_value_time(view, now, car->link_since_boot_ns));
    json_object_set_new(object, "paused_until",
                        car->paused_until_boot_ns ? json_value_time(view, now, car->paused_until_boot_ns)
                                                  : json_null());
    json_object_set_new(object, "recording_until",
                        car->recording_until_boot_ns
                            ? json_value_time(view, now, car->recording_until_boot_ns)
                            : json_null());
    return object;
}

static json_t *tri_value(enum tri tri)
{
    return tri == TRI_UNKNOWN ? json_null() : json_boolean(tri == TRI_TRUE);
}

static json_t *generation_value(const struct view_car *car)
{
    if (car->generation == DEFINITION_GENERATION_AUTO)
        return json_null();
    return json_string(definition_generation(car->definition, (size_t)car->generation)->id);
}

static void add_car_head(json_t *object, const struct view *view, const struct view_car *car,
                         const struct json_moment *now)
{
    static const char *const identities[] = {[VIEW_IDENTITY_UNKNOWN] = "unknown",
                                             [VIEW_IDENTITY_OK] = "ok",
                                             [VIEW_IDENTITY_CHANGED] = "changed"};

    json_object_set_new(object, "name", json_string(car->name));
    json_object_set_new(object, "generation", generation_value(car));
    json_object_set_new(object, "identity", json_string(identities[car->identity]));
    json_object_set_new(object, "state", json_string(presence_name(car->presence)));
    json_object_set_new(object, "state_reason", text_or_null(car->presence_reason));
    json_object_set_new(object, "garage", tri_value(car->garage));
    json_object_set_new(object, "link", link_object(view, car, now));
}

static json_t *notices_array(const struct view *view, const struct view_car *car,
                             const struct json_moment *now)
{
    json_t *notices = json_array();

    for (size_t i = 0; i < car->notice_count; i++) {
        const struct view_notice *notice = &car->notices[i];
        json_t *object = json_object();

        json_object_set_new(object, "kind", json_string(notice->kind));
        json_object_set_new(object, "text", json_string(notice->text));
        json_object_set_new(object, "since", json_value_time(view, now, notice->since_boot_ns));
        json_array_append_new(notices, object);
    }
    return notices;
}

/* What follows from the diary, and the notices. */
static void add_car_diary(json_t *object, const struct view *view, const struct view_car *car,
                          const struct json_moment *now)
{
    json_object_set_new(object, "charge",
                        car->has_charge ? json_diary_charge(&car->charge, now->zone) : json_null());
    json_object_set_new(object, "notices", notices_array(view, car, now));
}

json_t *json_state_car(const struct view *view, const struct view_car *car, const struct json_moment *now)
{
    size_t count = definition_signal_count(car->definition);
    json_t *object = json_object();
    json_t *signals = json_object();

    add_car_head(object, view, car, now);
    for (size_t i = 0; i < count; i++) {
        if (json_value_is_shown(car, i))
            json_object_set_new(signals, definition_signal(car->definition, i)->name,
                                signal_object(view, car, i, now));
    }
    json_object_set_new(object, "signals", signals);
    add_car_diary(object, view, car, now);
    return object;
}

static bool signal_is_news(const struct view_car *car, size_t index, uint64_t since, int64_t heard_ns)
{
    const struct state_value *value = &car->values[index];

    return value->changed > since || (value->heard && value->time_ns > heard_ns);
}

/* NULL when nothing of the car changed. */
static json_t *car_change(const struct view *view, const struct view_car *car, uint64_t since,
                          int64_t heard_ns, const struct json_moment *now)
{
    size_t count = definition_signal_count(car->definition);
    json_t *object = json_object();
    json_t *signals = json_object();

    if (car->head_changed > since)
        add_car_head(object, view, car, now);
    for (size_t i = 0; i < count; i++) {
        if (signal_is_news(car, i, since, heard_ns) && json_value_is_shown(car, i))
            json_object_set_new(signals, definition_signal(car->definition, i)->name,
                                signal_object(view, car, i, now));
    }
    if (json_object_size(signals) > 0)
        json_object_set(object, "signals", signals);
    json_decref(signals);
    if (car->diary_changed > since)
        add_car_diary(object, view, car, now);
    if (json_object_size(object) > 0)
        return object;
    json_decref(object);
    return NULL;
}

static void add_moment(json_t *object, const struct view *view, const struct json_moment *now)
{
    json_object_set_new(object, "time", json_value_time(view, now, now->boot_ns));
}

static void add_head(json_t *object, const struct view *view)
{
    json_object_set_new(object, "clock", json_string(view->clock_right ? "ok" : "unset"));
    json_object_set_new(object, "demo", json_boolean(view->demo));
}

static void add_rooms(json_t *object, const struct view *view)
{
    const struct view_mqtt *mqtt = &view->mqtt;

    json_object_set_new(object, "mqtt",
                        json_pack("{s:s, s:o, s:o, s:b}", "state", mqtt->state, "reason", text_or_null(mqtt->reason),
                                  "anonymous", json_value_anonymous(mqtt), "plain", mqtt->is_plain));
    json_object_set_new(
        object, "diary",
        json_pack("{s:s, s:o}", "state", view->diary_state, "reason", text_or_null(view->diary_reason)));
}

static json_t *fill_state(json_t *object, const struct view *view, const struct view_car *car,
                          const struct json_moment *now)
{
    json_t *cars = json_object();

    json_object_set_new(object, "seq", json_integer((json_int_t)view->sequence));
    add_moment(object, view, now);
    add_head(object, view);
    for (size_t i = 0; i < view->car_count; i++) {
        if (car == NULL || car == &view->cars[i])
            json_object_set_new(cars, view->cars[i].id, json_state_car(view, &view->cars[i], now));
    }
    json_object_set_new(object, "cars", cars);
    add_rooms(object, view);
    return object;
}

char *json_state(const struct view *view, const struct view_car *car, const struct json_moment *now)
{
    return to_text(fill_state(json_object(), view, car, now));
}

char *json_live_state(const struct view *view, const struct json_moment *now)
{
    return to_text(fill_state(json_pack("{s:s}", "type", "state"), view, NULL, now));
}

char *json_live_change(const struct view *view, uint64_t since, int64_t heard_ns,
                       const struct json_moment *now)
{
    json_t *object = json_pack("{s:s}", "type", "change");
    json_t *cars = json_object();

    json_object_set_new(object, "seq", json_integer((json_int_t)view->sequence));
    add_moment(object, view, now);
    if (view->head_changed > since)
        add_head(object, view);
    for (size_t i = 0; i < view->car_count; i++) {
        json_t *change = car_change(view, &view->cars[i], since, heard_ns, now);

        if (change != NULL)
            json_object_set_new(cars, view->cars[i].id, change);
    }
    json_object_set_new(object, "cars", cars);
    if (view->head_changed > since)
        add_rooms(object, view);
    return to_text(object);
}

char *json_live_event(const struct view *view, const char *car, const char *event, const char *data,
                      const struct json_moment *now)
{
    json_t *object = json_pack("{s:s}", "type", "event");
    json_t *parsed = data == NULL ? NULL : json_loads(data, 0, NULL);

    add_moment(object, view, now);
    json_object_set_new(object, "car", json_string(car));
    json_object_set_new(object, "event", json_string(event));
    json_object_set_new(object, "data", parsed != NULL ? parsed : json_object());
    return to_text(object);
}

char *json_error(const char *code, const char *message)
{
    return to_text(json_pack("{s:{s:s, s:s}}", "error", "code", code, "message", message));
}

char *json_session(const char *user, const char *role, const char *csrf, bool plain)
{
    return to_text(
        json_pack("{s:s, s:s, s:s, s:b}", "user", user, "role", role, "csrf", csrf, "plain", plain));
}
