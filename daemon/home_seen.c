/* Believes nothing that comes over the link beyond its shape: indices and enumerations are checked, and
 * values are taken only from a half that loaded the same definition. Keeps no history and reads no clock. */
#include "home_seen.h"

#include "link/counters.h"
#include "util/log.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

struct view_car *home_seen_car(const struct home_seen *seen)
{
    return &seen->view->cars[seen->index];
}

static void tell_changed(struct home_seen *seen)
{
    view_touch_car(seen->view, home_seen_car(seen));
    seen->events.changed(seen->ctx);
}

static void set_link(struct home_seen *seen, enum view_link link, bool lent, const char *reason,
                     int64_t now_ns)
{
    static const char *const names[] = {
        [VIEW_LINK_UP] = "up", [VIEW_LINK_DOWN] = "down", [VIEW_LINK_STARTING] = "starting"};
    struct view_car *car = home_seen_car(seen);

    if (car->link == link && car->link_lent == lent && strcmp(car->link_reason, reason) == 0)
        return;
    if (car->link != link)
        car->link_since_boot_ns = now_ns;
    car->link = link;
    car->link_lent = lent;
    snprintf(car->link_reason, sizeof(car->link_reason), "%s", reason);
    log_notice("car", "%s: dongle %s%s%s", car->id, names[link], *reason ? ": " : "", reason);
    tell_changed(seen);
}

static void take_state(struct home_seen *seen, enum view_link link, bool lent, const char *reason,
                       int64_t now_ns)
{
    const struct view_car *car = home_seen_car(seen);

    if (car->paused_until_boot_ns) {
        log_debug("car", "%s: paused; %s", car->id, reason);
        tell_changed(seen); /* whatever else has changed with it */
        return;
    }
    set_link(seen, link, lent, reason, now_ns);
}

void home_seen_set_link(struct home_seen *seen, enum view_link link, const char *reason, int64_t now_ns)
{
    take_state(seen, link, false, reason, now_ns);
}

void home_seen_pause(struct home_seen *seen, int64_t until_boot_ns, const char *words, int64_t now_ns)
{
    struct view_car *car = home_seen_car(seen);

    car->paused_until_boot_ns = until_boot_ns;
    set_link(seen, VIEW_LINK_DOWN, true, words, now_ns);
    tell_changed(seen); /* perhaps only the time differs */
}

void home_seen_resume(struct home_seen *seen, int64_t now_ns)
{
    home_seen_car(seen)->paused_until_boot_ns = 0;
    set_link(seen, VIEW_LINK_STARTING, false, "taking the dongle back", now_ns);
}

static void take_hello(struct home_seen *seen, const struct record_hello *hello, int64_t now_ns)
{
    struct view_car *car = home_seen_car(seen);

    if (strcmp(hello->car, car->id) != 0 || hello->definition_hash != definition_hash(car->definition)) {
        car->has_half = false;
        home_seen_set_link(seen, VIEW_LINK_DOWN, "garaged-car uses another vehicle definition: restart both",
                           now_ns);
        return;
    }
    if (!car->has_half)
        car->heard_identity = (struct record_identity){0}; /* a half that begins has not asked yet */
    car->has_half = true;
    snprintf(car->adapter, sizeof(car->adapter), "%s", hello->adapter);
    car->generation = definition_generation_find(car->definition, hello->generation);
    log_info("car", "%s: %s, generation %s", car->id, hello->adapter[0] ? hello->adapter : "no dongle yet",
             hello->generation[0] ? hello->generation : "not recognised yet");
    tell_changed(seen);
}

/* A reading of the future would stay fresh until then. */
static int64_t not_later(int64_t time_ns, int64_t now_ns)
{
    return time_ns < now_ns ? time_ns : now_ns;
}

static void take_signal(struct home_seen *seen, const struct record_signal *record, int64_t now_ns)
{
    struct view_car *car = home_seen_car(seen);
    const struct state_value value = {
        .heard = true,
        .known = record->known && isfinite(record->value),
        .has_raw = record->has_raw,
        .quality = (enum quality)record->quality,
        .source = record->source,
        .raw = record->raw,
        .value = record->value,
        .time_ns = not_later(record->boot_ns, now_ns),
    };

    if (record->signal >= definition_signal_count(car->definition) ||
        record->source >= definition_source_count(car->definition))
        return;
    bool changed = view_take_value(seen->view, car, record->signal, &value);
    seen->events.value(seen->ctx, seen->index, record->signal);
    if (changed)
        seen->events.changed(seen->ctx);
}

/* Cells of which not one is there are unknown, not an empty list. */
static void take_array(struct home_seen *seen, const struct record_array *record, int64_t now_ns)
{
    struct view_car *car = home_seen_car(seen);
    double elements[RECORD_ELEMENT_MAX];

    if (record->signal != SIGNAL_CELLS || record->source >= definition_source_count(car->definition))
        return;
    double resolution = definition_signal(car->definition, SIGNAL_CELLS)->resolution;
    for (size_t i = 0; i < record->count; i++)
        elements[i] = record->elements[i] == RECORD_ELEMENT_MISSING ? NAN : record->elements[i] * resolution;
    const struct state_value value = {
        .heard = true,
        .known = record->count > 0,
        .quality = (enum quality)record->quality,
        .source = record->source,
        .time_ns = not_later(record->boot_ns, now_ns),
    };
    bool changed = view_take_cells(seen->view, car, &value, elements, record->count);
    seen->events.value(seen->ctx, seen->index, record->signal);
    if (changed)
        seen->events.changed(seen->ctx);
}

static void take_dispute(struct home_seen *seen, const struct record_dispute *record)
{
    struct view_car *car = home_seen_car(seen);

    if (record->signal >= definition_signal_count(car->definition) ||
        record->source >= definition_source_count(car->definition))
        return;
    car->others[record->signal] = (struct view_other){.active = record->active && isfinite(record->value),
                                                      .source = record->source,
                                                      .value = record->value};
    car->values[record->signal].changed = ++seen->view->sequence;
    seen->events.changed(seen->ctx);
}

static void take_link(struct home_seen *seen, const struct record_link *record, int64_t now_ns)
{
    static const enum view_link links[] = {VIEW_LINK_STARTING, VIEW_LINK_UP,
                                           VIEW_LINK_DOWN, [RECORD_LINK_LENT] = VIEW_LINK_DOWN};

    if (record->state >= sizeof(links) / sizeof(links[0]))
        return;
    take_state(seen, links[record->state], record->state == RECORD_LINK_LENT, record->reason, now_ns);
}

static void take_car(struct home_seen *seen, const struct record_car *record)
{
    struct view_car *car = home_seen_car(seen);

    if (record->presence > PRESENCE_CHARGING || record->garage > TRI_UNKNOWN)
        return;
    if (car->presence == (enum presence)record->presence && car->garage == (enum tri)record->garage &&
        strcmp(car->presence_reason, record->reason) == 0)
        return;
    car->presence = (enum presence)record->presence;
    car->garage = (enum tri)record->garage;
    snprintf(car->presence_reason, sizeof(car->presence_reason), "%s", record->reason);
    tell_changed(seen);
}

static void take_identity(struct home_seen *seen, const struct record_identity *record)
{
    home_seen_car(seen)->heard_identity = *record;
    tell_changed(seen);
}

static void take_counters(struct home_seen *seen, const struct record_counters *record)
{
    memcpy(home_seen_car(seen)->counters, record->values, record->count * sizeof(record->values[0]));
}

static void take_text(struct home_seen *seen, const struct record_text *record)
{
    if (record->level <= LOG_LEVEL_DEBUG)
        log_line((enum log_level)record->level, "car", "%s: %s", home_seen_car(seen)->id, record->text);
}

/* What tells of the car waits for a hello that names the same definition. */
void home_seen_take(struct home_seen *seen, const struct record *record, int64_t now_ns)
{
    switch (record->kind) {
    case RECORD_HELLO:
        take_hello(seen, &record->hello, now_ns);
        break;
    case RECORD_SIGNAL:
        if (home_seen_car(seen)->has_half)
            take_signal(seen, &record->signal, now_ns);
        break;
    case RECORD_ARRAY:
        if (home_seen_car(seen)->has_half)
            take_array(seen, &record->array, now_ns);
        break;
    case RECORD_DISPUTE:
        if (home_seen_car(seen)->has_half)
            take_dispute(seen, &record->dispute);
        break;
    case RECORD_LINK:
        if (home_seen_car(seen)->has_half)
            take_link(seen, &record->link, now_ns);
        break;
    case RECORD_CAR:
        if (home_seen_car(seen)->has_half)
            take_car(seen, &record->car);
        break;
    case RECORD_COUNTERS:
        take_counters(seen, &record->counters);
        break;
    case RECORD_LIMITS:
        snprintf(home_seen_car(seen)->adapter_limits, sizeof(home_seen_car(seen)->adapter_limits), "%s",
                 record->text.text);
        break;
    case RECORD_TEXT:
        take_text(seen, &record->text);
        break;
    case RECORD_IDENTITY:
        if (home_seen_car(seen)->has_half)
            take_identity(seen, &record->identity);
        break;
    case RECORD_FRAME:
    case RECORD_BEAT:
    case RECORD_COMMAND:
    case RECORD_REFRESH:
    case RECORD_WATCH:
    case RECORD_PAUSE:
        break;
    }
}
