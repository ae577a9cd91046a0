/* Glue of garaged-car: what the adapter hears goes to the core, what the core wants said goes to the adapter
 * through its gate, what the core knows goes to the home over the link. One attach_ function a stage. Decides
 * nothing about the car: that is probe_core's. */
#include "probe.h"

#include "adapter/adapter.h"
#include "link/link.h"
#include "link/listen.h"
#include "probe_core.h"
#include "probe_report.h"
#include "probe_setup.h"
#include "util/clock.h"
#include "util/log.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SETTLE_MAX  4
#define PACE_NS     (75 * NS_PER_MS) /* between wake-ups while the car charges: nothing is urgent then */

struct probe {
    struct loop *loop;
    struct probe_settings settings;
    struct definition *definition;
    struct probe_identity *identity; /* NULL: no key, so nobody asks */
    struct probe_core *core;
    struct probe_report *report;
    struct adapter *adapter;
    struct link *link;
    struct loop_watch *listen_watch;
    struct loop_timer *timer;
    uid_t peer;
    bool working; /* inside settle(): what the adapter reports meanwhile is settled after it */
    bool again, up; /* up: the adapter's link */
    unsigned turns;
    int64_t resume_ns;      /* paused until then; TIME_NONE: not paused */
    int64_t watch_until_ns; /* frames are sent to the home until then; TIME_NONE */
    uint64_t dropped;       /* by links that are gone */
    struct record link_record;
    char limits[RECORD_TEXT_MAX]; /* of the adapter, as they were said last */
};

static void settle(struct probe *probe);

/* ---- to the home ---- */

static bool send_record(void *ctx, const struct record *record)
{
    struct probe *probe = ctx;

    return link_send(probe->link, record);
}

static void send_text(struct probe *probe, enum log_level level, const char *text)
{
    struct record record = {.kind = RECORD_TEXT, .text = {.level = (uint8_t)level}};

    snprintf(record.text.text, sizeof(record.text.text), "%s", text);
    if (!probe->link || !link_send(probe->link, &record))
        log_line(level, "car", "%s", text); /* else the home logs it */
}

static void set_hello(struct probe *probe)
{
    struct record record = {.kind = RECORD_HELLO};

    snprintf(record.hello.car, sizeof(record.hello.car), "%s", probe->settings.car->id);
    snprintf(record.hello.adapter, sizeof(record.hello.adapter), "%s", adapter_description(probe->adapter));
    record.hello.capabilities = adapter_capabilities(probe->adapter);
    record.hello.definition_hash = definition_hash(probe->definition);
    probe_report_set(probe->report, &record);
}

/* They hold until another dongle is found. */
static void set_limits(struct probe *probe, const char *limits)
{
    struct record record = {.kind = RECORD_LIMITS, .text = {.level = LOG_LEVEL_WARNING}};

    snprintf(record.text.text, sizeof(record.text.text), "%s", limits);
    probe_report_set(probe->report, &record);
}

static void set_counters(struct probe *probe)
{
    struct record record = {.kind = RECORD_COUNTERS};
    uint64_t *values = record.counters.values;

    values[COUNTER_DROPPED_RECORDS] = probe->dropped + (probe->link ? link_dropped(probe->link) : 0);
    values[COUNTER_PORT_BYTES] = adapter_bytes(probe->adapter);
    values[COUNTER_PROCESS_WAKEUPS] = loop_wakeups(probe->loop);
    probe_report_set(probe->report, &record);
}

static int64_t report(struct probe *probe, int64_t now_ns)
{
    if (!probe->link)
        return INT64_MAX;
    set_hello(probe);
    set_counters(probe);
    return probe_report_run(probe->report, probe->core, send_record, probe, now_ns);
}

/* ---- from the adapter ---- */

/* Heard or sent, while the home records. One that does not fit the socket is lost, and counted there. */
static void show_frame(struct probe *probe, const struct frame *frame, int64_t now_ns)
{
    struct record record = {.kind = RECORD_FRAME, .frame = *frame};

    if (probe->watch_until_ns == TIME_NONE || now_ns >= probe->watch_until_ns || !probe->link)
        return;
    record.frame.time_ns = now_ns; /* also of a recording, whose own times are long past */
    link_send(probe->link, &record);
}

static void on_frame(void *ctx, const struct frame *frame)
{
    struct probe *probe = ctx;
    int64_t now_ns = clock_boot_ns();

    show_frame(probe, frame, now_ns); /* before the next question, which it may lead to */
    probe_core_take_frame(probe->core, frame, now_ns);
    settle(probe);
}

struct probe_contact probe_contact_of(const struct adapter *adapter, bool up)
{
    unsigned capabilities = adapter_capabilities(adapter);

    return (struct probe_contact){
        .up = up,
        .lent = adapter_is_lent(adapter),
        .can_send = capabilities & ADAPTER_CAN_SEND,
        .has_voltmeter = capabilities & ADAPTER_HAS_VOLTMETER,
        .listens = capabilities & ADAPTER_LISTENS,
        .traits = {.sends_flow_control = capabilities & ADAPTER_SENDS_FLOW_CONTROL,
                   .hears_all = capabilities & ADAPTER_HEARS_ALL},
    };
}

/* Capabilities and limits may change at any time: a dongle is found out while it is used. */
static void set_contact(struct probe *probe, bool up, int64_t now_ns)
{
    struct probe_contact contact = probe_contact_of(probe->adapter, up);
    const char *limits = up ? adapter_limits(probe->adapter) : "";
    if (*limits && strcmp(limits, probe->limits) != 0)
        send_text(probe, LOG_LEVEL_WARNING, limits);
    if (up)
        set_limits(probe, limits);
    snprintf(probe->limits, sizeof(probe->limits), "%s", limits);
    probe->up = up;
    probe_core_set_contact(probe->core, &contact, now_ns);
}

static void on_link(void *ctx, enum adapter_link link, const char *reason)
{
    struct probe *probe = ctx;
    struct record *record = &probe->link_record;
    bool up = link == ADAPTER_LINK_UP;

    bool lent = link == ADAPTER_LINK_DOWN && adapter_is_lent(probe->adapter);
    record->link.state = lent ? RECORD_LINK_LENT : (uint8_t)link;
    snprintf(record->link.reason, sizeof(record->link.reason), "%s", reason);
    probe_report_set(probe->report, record);
    set_contact(probe, up, clock_boot_ns());
    log_line(up ? LOG_LEVEL_INFO : LOG_LEVEL_DEBUG, "car", "dongle: %s",
             up ? adapter_description(probe->adapter) : reason);
    settle(probe);
}

static void on_voltage(void *ctx, double volts, int64_t boot_ns)
{
    struct probe *probe = ctx;

    probe_core_take_volts(probe->core, volts, boot_ns);
    settle(probe);
}

static void on_ready(void *ctx)
{
    struct probe *probe = ctx;

    probe_core_take_ready(probe->core, clock_boot_ns());
    settle(probe);
}

static bool on_may_send(void *ctx, const struct frame *frame)
{
    struct probe *probe = ctx;

    return probe_core_may_send(probe->core, frame, clock_boot_ns());
}

/* ---- to the adapter ---- */

static bool port_is_ready(void *ctx)
{
    struct probe *probe = ctx;

    return adapter_is_ready(probe->adapter);
}

static int port_send(void *ctx, const struct frame *frame, uint16_t answer_id)
{
    struct probe *probe = ctx;
    struct err err;

    if (adapter_send(probe->adapter, frame, answer_id, &err) == 0) {
        show_frame(probe, frame, clock_boot_ns());
        return 0;
    }
    log_debug("car", "%03X: %s", frame->id, err.text);
    return -1;
}

static void port_done(void *ctx)
{
    struct probe *probe = ctx;

    adapter_done(probe->adapter);
}

/* ---- from the home ---- */

static void pause_for(struct probe *probe, uint32_t seconds)
{
    seconds = seconds < RECORD_PAUSE_MAX_S ? seconds : RECORD_PAUSE_MAX_S;
    probe->resume_ns = seconds > 0 ? clock_boot_ns() + seconds * NS_PER_S : TIME_NONE;
    if (seconds > 0)
        adapter_pause(probe->adapter);
    else
        adapter_resume(probe->adapter);
}

static void watch_for(struct probe *probe, uint32_t seconds)
{
    seconds = seconds < RECORD_WATCH_MAX_S ? seconds : RECORD_WATCH_MAX_S;
    probe->watch_until_ns = seconds > 0 ? clock_boot_ns() + seconds * NS_PER_S : TIME_NONE;
}

static void on_record(void *ctx, const struct record *record)
{
    struct probe *probe = ctx;

    switch (record->kind) {
    case RECORD_REFRESH:
        probe_report_restart(probe->report);
        break;
    case RECORD_PAUSE:
        pause_for(probe, record->pause.seconds);
        break;
    case RECORD_WATCH:
        watch_for(probe, record->watch.seconds);
        break;
    case RECORD_COMMAND:
        probe_report_refuse_command(probe->core, send_record, probe);
        break;
    case RECORD_HELLO:
    case RECORD_IDENTITY:
    case RECORD_SIGNAL:
    case RECORD_LINK:
    case RECORD_CAR:
    case RECORD_COUNTERS:
    case RECORD_TEXT:
    case RECORD_LIMITS:
    case RECORD_FRAME:
    case RECORD_BEAT:
    case RECORD_ARRAY:
    case RECORD_DISPUTE:
        break; /* the home has no business to send these */
    }
    settle(probe);
}

static void on_writable(void *ctx)
{
    settle(ctx);
}

/* In the foreground garaged starts this process again when it wants to; else the car is listened to until it
 * is back. */
static void on_link_down(void *ctx, const char *reason)
{
    struct probe *probe = ctx;

    log_notice("car", "%s", reason);
    probe->dropped += link_dropped(probe->link);
    link_free(probe->link);
    probe->link = NULL;
    probe->watch_until_ns = TIME_NONE;
    if (probe->listen_watch)
        return;
    loop_stop(probe->loop);
}

static int attach_link(struct probe *probe, int fd, struct err *err)
{
    static const struct link_events events = {on_record, on_writable, on_link_down};

    probe->link = link_new(probe->loop, fd, LINK_END_CAR, &events, probe, err);
    if (!probe->link) {
        close(fd);
        return -1;
    }
    probe_report_restart(probe->report);
    return 0;
}

static void on_connection(void *ctx, uint32_t events)
{
    struct probe *probe = ctx;
    struct err err;
    int fd = link_listen_accept(probe->settings.listen_fd, probe->peer, &err);

    (void)events;
    if (fd >= 0 && probe->link) {
        close(fd);
        log_warning("car", "refused a second connection");
        return;
    }
    if (fd < 0 || attach_link(probe, fd, &err) < 0) {
        log_warning("car", "%s", err.text);
        return;
    }
    settle(probe);
}

/* ---- time ---- */

static void resume_if_due(struct probe *probe, int64_t now_ns)
{
    if (probe->resume_ns == TIME_NONE || now_ns < probe->resume_ns)
        return;
    probe->resume_ns = TIME_NONE;
    adapter_resume(probe->adapter);
}

static int64_t earlier(int64_t a_ns, int64_t b_ns)
{
    return a_ns < b_ns ? a_ns : b_ns;
}

static void tell_status(struct probe *probe)
{
    const char *reason = probe->link_record.link.reason;

    if (probe->settings.notify)
        notify_status(probe->settings.notify, "%s: %s; dongle: %s", probe->settings.car->id,
                      presence_name(probe_core_presence(probe->core)->presence), *reason ? reason : "up");
}

static unsigned turns(void *ctx)
{
    const struct probe *probe = ctx;

    return probe->turns;
}

static void settle_once(struct probe *probe, int64_t now_ns)
{
    resume_if_due(probe, now_ns);
    set_contact(probe, probe->up, now_ns);
    probe_core_advance(probe->core, now_ns);
    int64_t next_ns = earlier(report(probe, now_ns), probe_core_deadline(probe->core));
    if (probe->resume_ns != TIME_NONE)
        next_ns = earlier(next_ns, probe->resume_ns);
    loop_timer_start(probe->timer, next_ns);
    tell_status(probe);
    probe->turns++;
    loop_set_pace(probe->loop, probe_core_presence(probe->core)->presence == PRESENCE_CHARGING ? PACE_NS : 0);
    adapter_set_calm(probe->adapter, probe_core_presence(probe->core)->presence == PRESENCE_ASLEEP);
}

/* After anything that happened: the core does what is due, the home is told, the timer is set. */
static void settle(struct probe *probe)
{
    probe->again = true;
    if (probe->working || !probe->adapter)
        return;
    probe->working = true;
    for (int i = 0; i < SETTLE_MAX && probe->again; i++) {
        probe->again = false;
        settle_once(probe, clock_boot_ns());
    }
    probe->working = false;
}

static void on_timer(void *ctx, int64_t now_ns)
{
    (void)now_ns;
    settle(ctx);
}

/* ---- stages ---- */

static int attach_definition(struct probe *probe, struct err *err)
{
    probe->definition = probe_setup_definition(probe->settings.car, probe->settings.data_dir, err);
    return probe->definition ? 0 : -1;
}

static int attach_core(struct probe *probe, struct err *err)
{
    const struct probe_port port = {probe, port_is_ready, port_send, port_done};
    struct probe_core_settings settings;

    if (probe_setup_core(probe->settings.car, probe->definition, &settings, err) < 0)
        return -1;
    settings.identity = probe->identity = probe_setup_identity(probe->settings.state_dir);
    probe->core = probe_core_new(&settings, &port, clock_boot_ns());
    probe->report = probe_report_new(probe->definition);
    probe->timer = loop_timer_new(probe->loop, on_timer, probe);
    if (!probe->core || !probe->report || !probe->timer)
        return err_set(err, "out of memory");
    return 0;
}

static int attach_adapter(struct probe *probe, struct err *err)
{
    static const struct adapter_events events = {on_frame, on_link, on_voltage, on_ready, on_may_send};
    const struct config_car *car = probe->settings.car;
    struct adapter_settings settings = {.kind = config_adapter_word(car->adapter),
                                        .port = car->port,
                                        .interface = car->interface,
                                        .baud = car->baud,
                                        .listen_only = !car->poll,
                                        .replay_speed = probe->settings.replay_speed};

    settings.listen_ids = definition_frame_ids(probe->definition, &settings.listen_count);
    probe->link_record = (struct record){.kind = RECORD_LINK, .link = {.state = ADAPTER_LINK_STARTING}};
    probe_report_set(probe->report, &probe->link_record);
    probe->adapter = adapter_new(probe->loop, &settings, &events, probe, err);
    return probe->adapter ? 0 : -1;
}

static int attach_home(struct probe *probe, struct err *err)
{
    int fd = probe->settings.link_fd;

    probe->settings.link_fd = -1;
    if (fd >= 0)
        return attach_link(probe, fd, err);
    probe->peer = link_listen_peer();
    probe->listen_watch =
        loop_watch_new(probe->loop, probe->settings.listen_fd, EPOLLIN, on_connection, probe, err);
    if (probe->listen_watch && link_listen_is_waiting(probe->settings.listen_fd))
        on_connection(probe, EPOLLIN); /* before the port is opened: the home may know of a pause */
    return probe->listen_watch ? 0 : -1;
}

struct probe *probe_new(struct loop *loop, const struct probe_settings *settings, struct err *err)
{
    struct probe *probe = calloc(1, sizeof(*probe));

    if (!probe) {
        err_set(err, "out of memory");
        return NULL;
    }
    probe->loop = loop;
    probe->settings = *settings;
    probe->resume_ns = TIME_NONE;
    probe->watch_until_ns = TIME_NONE;
    if (attach_definition(probe, err) < 0 || attach_core(probe, err) < 0 || attach_home(probe, err) < 0 ||
        attach_adapter(probe, err) < 0) {
        probe_free(probe);
        return NULL;
    }
    if (settings->notify)
        notify_add_part(settings->notify, "the tick", NS_PER_MIN, turns, probe);
    settle(probe);
    return probe;
}

static void close_if_open(int fd)
{
    if (fd >= 0)
        close(fd);
}

void probe_free(struct probe *probe)
{
    if (!probe)
        return;
    probe->working = true; /* nobody settles any more */
    adapter_free(probe->adapter);
    link_free(probe->link);
    loop_watch_free(probe->listen_watch);
    close_if_open(probe->settings.link_fd);
    close_if_open(probe->settings.listen_fd);
    loop_timer_free(probe->timer);
    probe_report_free(probe->report);
    probe_core_free(probe->core);
    probe_identity_free(probe->identity);
    definition_free(probe->definition);
    free(probe);
}
