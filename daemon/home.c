/* One attach_ function a stage, in the order of the data flow, undone in reverse. Holds the view and the
 * tick; every decision belongs to a stage. */
#include "home.h"

#include "check.h"
#include "home_car.h"
#include "home_diary.h"
#include "home_meter.h"
#include "home_mqtt.h"
#include "home_notices.h"
#include "home_orders.h"
#include "home_status.h"
#include "home_traffic.h"
#include "home_upkeep.h"
#include "home_web.h"
#include "util/calendar.h"
#include "util/clock.h"
#include "util/lockfile.h"
#include "util/log.h"
#include "util/notify.h"
#include "util/paths.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

/* While things change, and while nothing does: a quiet night costs few wake-ups. */
#define TICK_BUSY_NS  (1 * NS_PER_S)
#define TICK_QUIET_NS (5 * NS_PER_S)

struct home {
    struct home_settings settings;
    int lock; /* of the state folder, or -1 */
    struct loop *loop;
    struct zone zone;
    char vehicles[2 * PATHS_MAX], page[PATHS_MAX], car_program[PATHS_MAX];
    struct view view;
    struct view_car cars[CONFIG_CAR_MAX];
    struct definition *definitions[CONFIG_CAR_MAX];
    struct home_car_settings car_settings;
    struct home_car *halves[CONFIG_CAR_MAX];
    struct home_orders orders;
    struct store *store;
    struct home_diary *diary;
    struct home_traffic *traffic;
    struct preferences preferences;
    struct home_notices *notices;
    struct home_meter *meter;
    struct home_mqtt *mqtt;
    struct home_web *web;
    struct home_upkeep *upkeep;
    struct notify *notify;
    struct loop_timer *tick;
    unsigned ticks;
    uint64_t ticked_sequence; /* the view's at the last tick */
    bool is_quiet;            /* the next tick is far away */
    bool is_stopping;
};

static void value_arrived(void *ctx, size_t car, size_t signal)
{
    struct home *home = ctx;

    home_diary_take(home->diary, car, signal);
}

static void view_changed(void *ctx)
{
    struct home *home = ctx;

    home_diary_look(home->diary, clock_boot_ns(), clock_utc_minus_boot_ns());
    if (home->web)
        home_web_changed(home->web);
    if (home->mqtt)
        home_mqtt_changed(home->mqtt);
    if (home->is_quiet)
        loop_timer_start(home->tick, clock_boot_ns() + TICK_BUSY_NS);
    home->is_quiet = false;
}

static void check_clock(struct home *home)
{
    bool is_right = home->settings.trust_clock || clock_is_right();

    if (is_right == home->view.clock_right)
        return;
    home->view.clock_right = is_right;
    log_notice("home", is_right ? "the clock is right" : "the clock is not set: readings wait for it");
    view_touch_head(&home->view);
    for (size_t i = 0; i < home->view.car_count; i++) { /* their times are known now */
        view_touch_car(&home->view, &home->cars[i]);
        view_touch_diary(&home->view, &home->cars[i]);
    }
    view_changed(home);
}

static void tell_status(struct home *home)
{
    char status[200];

    home_status_write(&home->view, status, sizeof(status));
    notify_status(home->notify, "%s", status);
}

static void ticked(void *ctx, int64_t now_ns)
{
    struct home *home = ctx;
    int64_t utc_minus_boot_ns = clock_utc_minus_boot_ns();

    home->ticks++;
    check_clock(home);
    if (view_advance(&home->view, now_ns))
        view_changed(home);
    if (home_diary_advance(home->diary, now_ns, utc_minus_boot_ns))
        view_changed(home);
    home_traffic_advance(home->traffic, now_ns, utc_minus_boot_ns);
    home_notices_advance(home->notices, now_ns, utc_minus_boot_ns);
    home_upkeep_advance(home->upkeep, now_ns, utc_minus_boot_ns);
    home_web_advance(home->web, now_ns, now_ns + utc_minus_boot_ns);
    tell_status(home);
    home->is_quiet = home->view.sequence == home->ticked_sequence;
    home->ticked_sequence = home->view.sequence;
    loop_timer_start(home->tick, now_ns + (home->is_quiet ? TICK_QUIET_NS : TICK_BUSY_NS));
}

static void notice_raised(void *ctx, size_t car, const struct view_notice *notice)
{
    struct home *home = ctx;

    if (home->web)
        home_web_tell_notice(home->web, &home->cars[car], notice);
    home_mqtt_tell_notice(home->mqtt, &home->cars[car], notice->kind, notice->text);
}

static void tell_charge(struct home *home, size_t car, const struct diary_charge *charge)
{
    static const struct {
        const char *event;
        enum home_mqtt_charge what;
    } words[] = {{"charge_started", HOME_MQTT_STARTED},
                 {"charge_finished", HOME_MQTT_FINISHED},
                 {"charge_interrupted", HOME_MQTT_INTERRUPTED}};
    int i = charge->status == DIARY_OPEN ? 0 : charge->flags & DIARY_FLAG_INTERRUPTED ? 2 : 1;

    if (home->web)
        home_web_tell_charge(home->web, &home->cars[car], words[i].event, charge);
    home_mqtt_tell_charge(home->mqtt, &home->cars[car], words[i].what, charge);
    home_notices_take_charge(home->notices, car, charge);
}

/* A charge began or ended, or an outing ended, and it is on the card. */
static void entry_told(void *ctx, size_t car, const struct diary_entry *entry)
{
    struct home *home = ctx;

    if (entry->kind == DIARY_CHARGE)
        tell_charge(home, car, &entry->charge);
    if (entry->kind != DIARY_OUTING)
        return;
    if (home->web)
        home_web_tell_outing(home->web, &home->cars[car], &entry->outing);
    home_mqtt_tell_outing(home->mqtt, &home->cars[car], &entry->outing);
}

static void entry_kept(void *ctx, const struct diary_entry *entry)
{
    struct home *home = ctx;

    if (entry->kind != DIARY_TRAFFIC)
        home_diary_kept(home->diary, entry);
    if (entry->kind == DIARY_IDENTITY)
        view_changed(home);
}

static void entry_typed(void *ctx, const struct diary_entry *entry)
{
    home_diary_typed(((struct home *)ctx)->diary, entry);
}

static void diary_changed(void *ctx)
{
    home_diary_changed(((struct home *)ctx)->diary);
}

static void store_changed(void *ctx, enum store_state state, const char *reason)
{
    static const char *const names[] = {"opening", "ok", "failed"};
    struct home *home = ctx;

    if (strcmp(home->view.diary_state, names[state]) == 0 &&
        strncmp(home->view.diary_reason, reason, sizeof(home->view.diary_reason) - 1) == 0)
        return; /* it tries again and again; that is said once */
    home_notices_diary_opened(home->notices);
    if (state == STORE_OK && strcmp(home->view.diary_state, names[STORE_FAILED]) == 0)
        log_notice("diary", "well again");
    home->view.diary_state = names[state];
    snprintf(home->view.diary_reason, sizeof(home->view.diary_reason), "%s", reason);
    if (*reason)
        log_line(state == STORE_FAILED ? LOG_LEVEL_ERROR : LOG_LEVEL_WARNING, "diary", "%s", reason);
    view_touch_head(&home->view);
    view_changed(home);
}

static void mqtt_changed(void *ctx, const struct view_mqtt *mqtt)
{
    struct home *home = ctx;

    home->view.mqtt = *mqtt;
    view_touch_head(&home->view);
    view_changed(home);
}

static void signal_caught(void *ctx, int number)
{
    struct home *home = ctx;

    if (number == SIGHUP && check_hangup(home->settings.config_path, home->settings.data_dir))
        return;
    log_notice("home", "ending: %s", strsignal(number));
    home->is_stopping = true;
}

/* Two houses on one folder would mix their diaries. A folder that can't be written to keeps nobody away. */
static int attach_folder(struct home *home, int *code, struct err *err)
{
    const char *folder = home->settings.state_dir;

    if (mkdir(folder, 0700) != 0 && errno != EEXIST)
        log_warning("home", "%s: %s", folder, strerror(errno));
    switch (lockfile_take(folder, &home->lock, err)) {
    case LOCKFILE_TAKEN:
        return 0;
    case LOCKFILE_IMPOSSIBLE:
        log_warning("home", "%s", err->text);
        return 0;
    case LOCKFILE_BUSY:
        break;
    }
    *code = EX_TEMPFAIL;
    return -1;
}

static int attach_loop(struct home *home, struct err *err)
{
    static const int signals[] = {SIGINT, SIGTERM, SIGHUP, 0};

    home->loop = loop_new(err);
    return home->loop ? loop_catch_signals(home->loop, signals, signal_caught, home, err) : -1;
}

static int load_car(struct home *home, size_t index, struct err *err)
{
    const struct config_car *config = &home->settings.config->cars[index];
    struct view_car *car = &home->cars[index];

    home->definitions[index] = definition_find(home->vehicles, config->vehicle, err);
    if (!home->definitions[index])
        return err_prefix(err, "cars[%zu].vehicle: ", index);
    car->id = config->id;
    car->name = config->name;
    car->definition = home->definitions[index];
    car->generation = definition_generation_find(car->definition, config->generation);
    car->garage = TRI_UNKNOWN;
    car->link = VIEW_LINK_STARTING;
    car->link_since_boot_ns = clock_boot_ns();
    size_t count = definition_signal_count(car->definition);
    car->values = calloc(count, sizeof(car->values[0]));
    car->others = calloc(count, sizeof(car->others[0]));
    return car->values && car->others ? 0 : err_set(err, "out of memory");
}

static int attach_view(struct home *home, struct err *err)
{
    if (calendar_load(&home->zone, home->settings.config->zone, err))
        return -1;
    paths_vehicles(home->vehicles, sizeof(home->vehicles), home->settings.data_dir);
    paths_web(home->page, sizeof(home->page), home->settings.data_dir);
    paths_program(home->car_program, sizeof(home->car_program), "garaged-car");
    for (size_t i = 0; i < home->settings.config->car_count; i++)
        if (load_car(home, i, err))
            return -1;
    home->view.cars = home->cars;
    home->view.car_count = home->settings.config->car_count;
    home->view.demo = home->settings.demo;
    home->view.sandbox = home->settings.sandbox;
    home->view.clock_right = home->settings.trust_clock || clock_is_right();
    home->view.mqtt.state = "off";
    home->view.diary_state = "opening";
    view_touch_head(&home->view);
    return 0;
}

static int attach_diary(struct home *home, struct err *err)
{
    static const struct store_events events = {store_changed, entry_kept, entry_typed, diary_changed};
    static const struct home_trackers_events told = {entry_told, view_changed};
    const struct store_settings settings = {home->settings.state_dir, &home->zone, home->settings.demo};

    home->store = store_new(home->loop, &settings, &events, home, err);
    if (!home->store)
        return -1;
    const struct home_rows_parts parts = {home->store, &home->view, &home->zone};
    home->diary = home_diary_new(&parts, &told, home);
    if (!home->diary)
        return err_set(err, "the diary: out of memory");
    home_diary_advance(home->diary, clock_boot_ns(), clock_utc_minus_boot_ns());
    return 0;
}

static int attach_traffic(struct home *home, struct err *err)
{
    const struct home_traffic_parts parts = {home->store, &home->view, &home->zone};

    home->traffic = home_traffic_new(&parts);
    return home->traffic ? 0 : err_set(err, "out of memory");
}

static int attach_notices(struct home *home, struct err *err)
{
    static const struct home_notices_events events = {notice_raised, view_changed};
    const struct home_notices_parts parts = {
        .view = &home->view,
        .config = home->settings.config,
        .zone = &home->zone,
        .store = home->store,
        .preferences = &home->preferences,
    };

    home->preferences = preferences_default();
    home->notices = home_notices_new(&parts, &events, home, err);
    return home->notices ? 0 : -1;
}

static int attach_cars(struct home *home, struct err *err)
{
    static const struct home_seen_events events = {value_arrived, view_changed};

    home->car_settings = (struct home_car_settings){
        .program = home->car_program,
        .sockets_dir = home->settings.sockets_dir,
        .config_path = home->settings.config_path,
        .data_dir = home->settings.data_dir,
        .zone = &home->zone,
    };
    for (size_t i = 0; i < home->view.car_count; i++) {
        home->halves[i] = home_car_new(home->loop, &home->view, i, &home->car_settings, &events, home, err);
        if (!home->halves[i])
            return -1;
    }
    return 0;
}

static int attach_mqtt(struct home *home, struct err *err)
{
    if (home->settings.config->mqtt.host[0] == '\0')
        return 0;
    home->mqtt = home_mqtt_new(home->loop, &home->settings.config->mqtt, &home->view, &home->zone,
                               mqtt_changed, home, err);
    if (!home->mqtt)
        return -1;
    home->meter = home_meter_new(home->settings.config, home->diary);
    if (!home->meter)
        return err_set(err, "out of memory");
    home_mqtt_attach_meter(home->mqtt, home->meter, home->settings.config);
    return 0;
}

static int attach_web(struct home *home, struct err *err)
{
    home_orders_begin(&home->orders, home->halves, home->diary, &home->view, &home->zone, home->settings.state_dir);
    const struct home_web_parts parts = {
        .loop = home->loop,
        .config = home->settings.config,
        .view = &home->view,
        .zone = &home->zone,
        .store = home->store,
        .preferences = &home->preferences,
        .orders = &home->orders.orders,
        .logbook = home->settings.logbook,
        .page_dir = home->page,
        .state_dir = home->settings.state_dir,
        .runtime_dir = home->settings.runtime_dir,
        .demo = home->settings.demo,
    };

    home->web = home_web_new(&parts, err);
    return home->web ? 0 : -1;
}

static int attach_upkeep(struct home *home, struct err *err)
{
    const struct home_upkeep_parts parts = {
        .config = &home->settings.config->diary,
        .state_dir = home->settings.state_dir,
        .view = &home->view,
        .zone = &home->zone,
        .store = home->store,
        .access = home_web_access(home->web),
    };

    home->upkeep = home->orders.upkeep = home_upkeep_new(&parts);
    return home->upkeep ? 0 : err_set(err, "out of memory");
}

static unsigned ticks(void *ctx)
{
    return ((const struct home *)ctx)->ticks;
}

/* A card may keep an fsync for many seconds, and a broker's name may be looked for for minutes: neither is a
 * hang. */
static void watch_parts(struct home *home)
{
    notify_add_part(home->notify, "the tick", 30 * NS_PER_S, ticks, home);
    notify_add_part(home->notify, "the diary's thread", 2 * NS_PER_MIN, store_turns, home->store);
    notify_add_part(home->notify, "the access thread", 2 * NS_PER_MIN, home_web_access_turns, home->web);
    if (home->mqtt)
        notify_add_part(home->notify, "the MQTT thread", 10 * NS_PER_MIN, home_mqtt_turns, home->mqtt);
}

static int attach_notify(struct home *home, struct err *err)
{
    home->notify = notify_new(home->loop, err);
    if (!home->notify)
        return -1;
    watch_parts(home);
    home->tick = loop_timer_new(home->loop, ticked, home);
    if (!home->tick)
        return err_set(err, "out of memory");
    loop_timer_start(home->tick, clock_boot_ns() + TICK_BUSY_NS);
    return 0;
}

struct home *home_new(const struct home_settings *settings, int *code, struct err *err)
{
    struct home *home = calloc(1, sizeof(*home));

    if (!home) {
        err_set(err, "out of memory");
        return NULL;
    }
    home->settings = *settings;
    home->lock = -1;
    if (attach_folder(home, code, err) == 0 && attach_loop(home, err) == 0 && attach_view(home, err) == 0 &&
        attach_diary(home, err) == 0 && attach_traffic(home, err) == 0 &&
        attach_notices(home, err) == 0 && attach_cars(home, err) == 0 && attach_mqtt(home, err) == 0 && attach_web(home, err) == 0 &&
        attach_upkeep(home, err) == 0 && attach_notify(home, err) == 0)
        return home;
    home_free(home);
    return NULL;
}

int home_run(struct home *home, struct err *err)
{
    bool is_ready = false;

    while (!home->is_stopping) {
        if (home_web_turn(home->web, err))
            return -1;
        if (!is_ready)
            notify_ready(home->notify);
        is_ready = true;
    }
    notify_stopping(home->notify);
    return 0;
}

void home_free(struct home *home)
{
    if (!home)
        return;
    home_upkeep_free(home->upkeep);
    home_web_free(home->web);
    home_mqtt_free(home->mqtt);
    home_meter_free(home->meter);
    for (size_t i = 0; i < CONFIG_CAR_MAX; i++)
        home_car_free(home->halves[i]);
    home_notices_free(home->notices);
    home_traffic_free(home->traffic);
    home_diary_free(home->diary);
    store_free(home->store);
    loop_timer_free(home->tick);
    notify_free(home->notify);
    for (size_t i = 0; i < CONFIG_CAR_MAX; i++) {
        definition_free(home->definitions[i]);
        free(home->cars[i].values);
        free(home->cars[i].others);
    }
    loop_free(home->loop);
    if (home->lock >= 0)
        close(home->lock);
    free(home);
}
