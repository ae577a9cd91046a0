/* The home's end of one car. Believes nothing that comes over the link beyond its shape: indices and
 * enumerations are checked, and values are taken only from a half that loaded the same definition. Keeps no
 * history and exports nothing. */
#include "home_car.h"

#include "link/counters.h"
#include "link/link.h"
#include "link/spawn.h"
#include "util/clock.h"
#include "util/log.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#define RETRY_MIN_S 1
#define RETRY_MAX_S 60
#define END_NS      (1 * NS_PER_S) /* for a half that closed its socket to end */

struct home_car {
    struct loop *loop;
    struct view *view;
    size_t index;
    const struct home_car_settings *settings;
    struct home_car_events events;
    void *ctx;
    struct spawn *spawn;
    struct link *link;
    struct loop_timer *retry;
    int retry_s;
    char closed_words[RECORD_TEXT_MAX]; /* why the link went down, while the child's end is awaited */
    bool has_hello;                     /* of the same definition: values may be taken */
};

static void start(struct home_car *car);

static struct view_car *view_car(const struct home_car *car)
{
    return &car->view->cars[car->index];
}

static void tell_changed(struct home_car *car)
{
    view_touch_car(car->view, view_car(car));
    car->events.changed(car->ctx);
}

static void set_link(struct home_car *car, enum view_link link, const char *reason)
{
    static const char *const names[] = {
        [VIEW_LINK_UP] = "up", [VIEW_LINK_DOWN] = "down", [VIEW_LINK_STARTING] = "starting"};
    struct view_car *seen = view_car(car);

    if (seen->link == link && strcmp(seen->link_reason, reason) == 0)
        return;
    if (seen->link != link)
        seen->link_since_boot_ns = clock_boot_ns();
    seen->link = link;
    snprintf(seen->link_reason, sizeof(seen->link_reason), "%s", reason);
    log_notice("car", "%s: dongle %s%s%s", seen->id, names[link], *reason ? ": " : "", reason);
    tell_changed(car);
}

/* Without the car half nothing is known of where the car is. */
static void forget_presence(struct home_car *car, const char *reason)
{
    struct view_car *seen = view_car(car);

    seen->presence = PRESENCE_UNKNOWN;
    seen->garage = TRI_UNKNOWN;
    snprintf(seen->presence_reason, sizeof(seen->presence_reason), "%s", reason);
}

static void lose_half(struct home_car *car, const char *reason)
{
    int64_t now_ns = clock_boot_ns();

    link_free(car->link);
    car->link = NULL;
    spawn_free(car->spawn);
    car->spawn = NULL;
    car->has_hello = false;
    forget_presence(car, reason);
    set_link(car, VIEW_LINK_DOWN, reason);
    loop_timer_start(car->retry, now_ns + car->retry_s * NS_PER_S);
    car->retry_s = car->retry_s * 2 > RETRY_MAX_S ? RETRY_MAX_S : car->retry_s * 2;
}

static void take_hello(struct home_car *car, const struct record_hello *hello)
{
    struct view_car *seen = view_car(car);

    if (strcmp(hello->car, seen->id) != 0 || hello->definition_hash != definition_hash(seen->definition)) {
        car->has_hello = false;
        set_link(car, VIEW_LINK_DOWN, "garaged-car uses another vehicle definition: restart both");
        return;
    }
    car->has_hello = true;
    car->retry_s = RETRY_MIN_S;
    seen->generation = definition_generation_find(seen->definition, hello->generation);
    log_info("car", "%s: %s, generation %s", seen->id, hello->adapter[0] ? hello->adapter : "no dongle yet",
             hello->generation[0] ? hello->generation : "not recognised yet");
    tell_changed(car);
}

/* A reading of the future would stay fresh until then. */
static int64_t not_later(int64_t time_ns, int64_t now_ns)
{
    return time_ns < now_ns ? time_ns : now_ns;
}

static void take_signal(struct home_car *car, const struct record_signal *record)
{
    struct view_car *seen = view_car(car);
    const struct state_value value = {
        .heard = true,
        .known = record->known && isfinite(record->value),
        .has_raw = record->has_raw,
        .quality = (enum quality)record->quality,
        .source = record->source,
        .raw = record->raw,
        .value = record->value,
        .time_ns = not_later(record->boot_ns, clock_boot_ns()),
    };

    if (record->signal >= definition_signal_count(seen->definition) ||
        record->source >= definition_source_count(seen->definition))
        return;
    bool changed = view_take_value(car->view, seen, record->signal, &value);
    car->events.value(car->ctx, car->index, record->signal);
    if (changed)
        car->events.changed(car->ctx);
}

/* Cells of which not one is there are unknown, not an empty list. */
static void take_array(struct home_car *car, const struct record_array *record)
{
    struct view_car *seen = view_car(car);
    double elements[RECORD_ELEMENT_MAX];

    if (record->signal != SIGNAL_CELLS || record->source >= definition_source_count(seen->definition))
        return;
    double resolution = definition_signal(seen->definition, SIGNAL_CELLS)->resolution;
    for (size_t i = 0; i < record->count; i++)
        elements[i] = record->elements[i] == RECORD_ELEMENT_MISSING ? NAN : record->elements[i] * resolution;
    const struct state_value value = {
        .heard = true,
        .known = record->count > 0,
        .quality = (enum quality)record->quality,
        .source = record->source,
        .time_ns = not_later(record->boot_ns, clock_boot_ns()),
    };
    if (view_take_cells(car->view, seen, &value, elements, record->count))
        car->events.changed(car->ctx);
}

static void take_dispute(struct home_car *car, const struct record_dispute *record)
{
    struct view_car *seen = view_car(car);

    if (record->signal >= definition_signal_count(seen->definition) ||
        record->source >= definition_source_count(seen->definition))
        return;
    seen->others[record->signal] = (struct view_other){.active = record->active && isfinite(record->value),
                                                       .source = record->source,
                                                       .value = record->value};
    seen->values[record->signal].changed = ++car->view->sequence;
    car->events.changed(car->ctx);
}

static void take_link(struct home_car *car, const struct record_link *record)
{
    static const enum view_link links[] = {VIEW_LINK_STARTING, VIEW_LINK_UP, VIEW_LINK_DOWN};

    if (record->state < sizeof(links) / sizeof(links[0]))
        set_link(car, links[record->state], record->reason);
}

static void take_car(struct home_car *car, const struct record_car *record)
{
    struct view_car *seen = view_car(car);

    if (record->presence > PRESENCE_CHARGING || record->garage > TRI_UNKNOWN)
        return;
    if (seen->presence == (enum presence)record->presence && seen->garage == (enum tri)record->garage &&
        strcmp(seen->presence_reason, record->reason) == 0)
        return;
    seen->presence = (enum presence)record->presence;
    seen->garage = (enum tri)record->garage;
    snprintf(seen->presence_reason, sizeof(seen->presence_reason), "%s", record->reason);
    tell_changed(car);
}

static void take_counters(struct home_car *car, const struct record_counters *record)
{
    memcpy(view_car(car)->counters, record->values, record->count * sizeof(record->values[0]));
}

static void take_text(struct home_car *car, const struct record_text *record)
{
    if (record->level <= LOG_LEVEL_DEBUG)
        log_line((enum log_level)record->level, "car", "%s: %s", view_car(car)->id, record->text);
}

/* What tells of the car waits for a hello that names the same definition. */
static void take_record(void *ctx, const struct record *record)
{
    struct home_car *car = ctx;

    switch (record->kind) {
    case RECORD_HELLO:
        take_hello(car, &record->hello);
        break;
    case RECORD_SIGNAL:
        if (car->has_hello)
            take_signal(car, &record->signal);
        break;
    case RECORD_ARRAY:
        if (car->has_hello)
            take_array(car, &record->array);
        break;
    case RECORD_DISPUTE:
        if (car->has_hello)
            take_dispute(car, &record->dispute);
        break;
    case RECORD_LINK:
        if (car->has_hello)
            take_link(car, &record->link);
        break;
    case RECORD_CAR:
        if (car->has_hello)
            take_car(car, &record->car);
        break;
    case RECORD_COUNTERS:
        take_counters(car, &record->counters);
        break;
    case RECORD_TEXT:
        take_text(car, &record->text);
        break;
    case RECORD_IDENTITY: /* kept by the diary's stages to come */
    case RECORD_FRAME:
    case RECORD_BEAT:
    case RECORD_COMMAND:
    case RECORD_REFRESH:
    case RECORD_WATCH:
    case RECORD_PAUSE:
        break;
    }
}

/* A child whose link is closed is mostly at its end, which says more: child_exited follows. */
static void link_down(void *ctx, const char *reason)
{
    struct home_car *car = ctx;
    char text[RECORD_TEXT_MAX];

    snprintf(text, sizeof(text), "garaged-car: %.150s", reason);
    if (!car->spawn) {
        lose_half(car, text);
        return;
    }
    link_free(car->link);
    car->link = NULL;
    car->has_hello = false;
    memcpy(car->closed_words, text, sizeof(car->closed_words));
    loop_timer_start(car->retry, clock_boot_ns() + END_NS);
}

static void child_exited(void *ctx, int status)
{
    struct home_car *car = ctx;
    char text[RECORD_TEXT_MAX];

    if (WIFSIGNALED(status))
        snprintf(text, sizeof(text), "garaged-car was killed by signal %d and is being restarted",
                 WTERMSIG(status));
    else
        snprintf(text, sizeof(text), "garaged-car ended with %d and is being restarted", WEXITSTATUS(status));
    lose_half(car, text);
}

static int spawn_half(struct home_car *car, struct err *err)
{
    const struct home_car_settings *settings = car->settings;
    const char *arguments[] = {settings->program,
                               "--config",
                               settings->config_path,
                               "--car",
                               view_car(car)->id,
                               "--link",
                               "%d",
                               settings->data_dir ? "--data" : NULL,
                               settings->data_dir,
                               NULL};
    int fd = -1;

    car->spawn = spawn_new(car->loop, arguments, &fd, child_exited, car, err);
    return fd;
}

static int connect_half(struct home_car *car, struct err *err)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

    snprintf(address.sun_path, sizeof(address.sun_path), "%s/%s.sock", car->settings->sockets_dir,
             view_car(car)->id);
    if (fd >= 0 && connect(fd, (const struct sockaddr *)&address, sizeof(address)) == 0)
        return fd;
    err_set(err, "garaged-car is not reachable: %s: %s", address.sun_path, strerror(errno));
    if (fd >= 0)
        close(fd);
    return -1;
}

static void start(struct home_car *car)
{
    static const struct link_events events = {.record = take_record, .down = link_down};
    struct err err;

    set_link(car, VIEW_LINK_STARTING, "starting garaged-car");
    int fd = car->settings->sockets_dir ? connect_half(car, &err) : spawn_half(car, &err);
    if (fd < 0) {
        lose_half(car, err.text);
        return;
    }
    car->link = link_new(car->loop, fd, LINK_END_HOME, &events, car, &err);
    if (!car->link) {
        close(fd);
        lose_half(car, err.text);
    }
}

static void retry(void *ctx, int64_t now_ns)
{
    struct home_car *car = ctx;

    (void)now_ns;
    if (car->spawn)
        lose_half(car, car->closed_words);
    else
        start(car);
}

struct home_car *home_car_new(struct loop *loop, struct view *view, size_t index,
                              const struct home_car_settings *settings, const struct home_car_events *events,
                              void *ctx, struct err *err)
{
    struct home_car *car = calloc(1, sizeof(*car));

    if (!car) {
        err_set(err, "a car: out of memory");
        return NULL;
    }
    car->loop = loop;
    car->view = view;
    car->index = index;
    car->settings = settings;
    car->events = *events;
    car->ctx = ctx;
    car->retry_s = RETRY_MIN_S;
    car->retry = loop_timer_new(loop, retry, car);
    if (!car->retry) {
        err_set(err, "a car: out of memory");
        free(car);
        return NULL;
    }
    loop_timer_start(car->retry, 0);
    return car;
}

void home_car_free(struct home_car *car)
{
    if (!car)
        return;
    link_free(car->link);
    spawn_free(car->spawn);
    loop_timer_free(car->retry);
    free(car);
}
