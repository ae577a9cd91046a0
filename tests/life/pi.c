/* Joins what probe.c and home.c join, without loop timers, processes and sockets. Adds nothing to what is
 * decided, and waits for the store, which works in real time, instead of losing readings. */
#include "pi.h"

#include "home_diary.h"
#include "home_seen.h"
#include "probe_core.h"
#include "probe_report.h"

#include "adapter/adapter.h"
#include "export/json_tariffs.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WRONG_BY_NS   (400 * 24 * NS_PER_H) /* where a clock stands that nobody set */
#define STORE_WAIT_MS 1000

struct pi {
    struct pi_settings settings;
    int64_t utc_ns, booted_ns; /* UTC, as it really is */
    bool clock_right;
    /* the car half */
    struct definition *definition;
    struct probe_core *core, *own_core;
    struct probe_report *report;
    struct probe_contact contact;
    /* the home half */
    struct loop *loop;
    struct view view;
    struct view_car car;
    struct home_seen seen;
    struct store *store;
    struct home_diary *diary;
    enum store_state store_state;
    char store_reason[ERR_TEXT_MAX];
};

static int64_t boot_ns(const struct pi *pi)
{
    return pi->utc_ns - pi->booted_ns + NS_PER_S;
}

/* ---- the car half's port ---- */

static bool port_is_ready(void *ctx)
{
    const struct pi *pi = ctx;

    return pi->contact.up;
}

static int port_send(void *ctx, const struct frame *frame, uint16_t answer_id)
{
    struct pi *pi = ctx;
    struct sim_frame asked = {.time_ns = pi->utc_ns, .id = frame->id, .len = frame->len};

    (void)answer_id;
    memcpy(asked.data, frame->data, sizeof(asked.data));
    pi->settings.ask(pi->settings.ctx, &asked);
    return 0;
}

static void port_done(void *ctx)
{
    (void)ctx;
}

static void set_link(struct pi *pi, enum adapter_link link, const char *reason)
{
    struct record record = {.kind = RECORD_LINK, .link = {.state = (uint8_t)link}};

    snprintf(record.link.reason, sizeof(record.link.reason), "%s", reason);
    probe_report_set(pi->report, &record);
}

void pi_set_contact(struct pi *pi, bool is_up)
{
    pi->contact = (struct probe_contact){
        .up = is_up, .can_send = true, .has_voltmeter = true, .listens = true, .traits = {.hears_all = true}};
    if (pi->own_core)
        probe_core_set_contact(pi->core, &pi->contact, boot_ns(pi));
    set_link(pi, is_up ? ADAPTER_LINK_UP : ADAPTER_LINK_DOWN, is_up ? "" : "no answer");
}

void pi_take_frame(struct pi *pi, const struct sim_frame *frame)
{
    struct frame heard = {.time_ns = boot_ns(pi), .id = (uint16_t)frame->id, .len = frame->len};

    if (!pi->contact.up || !pi->own_core)
        return;
    memcpy(heard.data, frame->data, sizeof(heard.data));
    probe_core_take_frame(pi->core, &heard, boot_ns(pi));
}

void pi_take_volts(struct pi *pi, double volts)
{
    if (pi->contact.up && pi->own_core)
        probe_core_take_volts(pi->core, volts, boot_ns(pi));
}

void pi_advance(struct pi *pi)
{
    if (pi->own_core)
        probe_core_advance(pi->core, boot_ns(pi));
}

int64_t pi_deadline(const struct pi *pi)
{
    return probe_core_deadline(pi->core) - boot_ns(pi) + pi->utc_ns;
}

const uint16_t *pi_hears(const struct pi *pi, size_t *count)
{
    return definition_frame_ids(pi->definition, count);
}

/* ---- the home half ---- */

void pi_take_wall(struct pi *pi, bool is_power, int64_t value)
{
    home_diary_take_wall(pi->diary, 0, is_power, value, boot_ns(pi));
}

static bool take_record(void *ctx, const struct record *record)
{
    struct pi *pi = ctx;

    home_seen_take(&pi->seen, record, boot_ns(pi));
    return true;
}

static int64_t utc_minus_boot_ns(const struct pi *pi)
{
    return pi->utc_ns - boot_ns(pi) - (pi->clock_right ? 0 : WRONG_BY_NS);
}

static void value_arrived(void *ctx, size_t car, size_t signal)
{
    struct pi *pi = ctx;

    home_diary_take(pi->diary, car, signal);
}

static void view_changed(void *ctx)
{
    struct pi *pi = ctx;

    if (pi->diary)
        home_diary_look(pi->diary, boot_ns(pi), utc_minus_boot_ns(pi));
}

static void entry_told(void *ctx, size_t car, const struct diary_entry *entry)
{
    (void)ctx;
    (void)car;
    (void)entry;
}

static void entry_kept(void *ctx, const struct diary_entry *entry)
{
    struct pi *pi = ctx;

    home_diary_kept(pi->diary, entry);
}

static void store_changed(void *ctx, enum store_state state, const char *reason)
{
    struct pi *pi = ctx;

    pi->store_state = state;
    pi->view.diary_state = state == STORE_FAILED ? "failed" : "ok";
    snprintf(pi->store_reason, sizeof(pi->store_reason), "%s", reason);
}

static void set_clock(struct pi *pi)
{
    pi->view.clock_right = pi->clock_right;
    home_diary_advance(pi->diary, boot_ns(pi), utc_minus_boot_ns(pi));
}

/* Rows are written faster in a life than a card can take them, and what is resumed takes no time. */
static bool is_behind(const struct pi *pi)
{
    return !store_has_room(pi->store) || (pi->clock_right && !home_diary_is_done(pi->diary));
}

static int wait_for_store(struct pi *pi, struct err *err)
{
    while (pi->store_state != STORE_FAILED && is_behind(pi)) {
        if (loop_turn(pi->loop, 1, err) != 0)
            return -1;
        set_clock(pi);
    }
    return pi->store_state == STORE_FAILED ? loop_turn(pi->loop, 0, err) : 0;
}

int pi_tick(struct pi *pi, struct err *err)
{
    probe_report_run(pi->report, pi->core, take_record, pi, boot_ns(pi));
    view_advance(&pi->view, boot_ns(pi));
    set_clock(pi);
    return wait_for_store(pi, err);
}

void pi_set_time(struct pi *pi, int64_t utc_ns)
{
    pi->utc_ns = utc_ns;
}

void pi_set_clock(struct pi *pi, bool is_right)
{
    pi->clock_right = is_right;
}

void pi_flush(struct pi *pi)
{
    store_flush(pi->store);
}

/* ---- what its owner sets ---- */

struct edited {
    bool is_answered, has_failed;
};

static void take_edited(void *ctx, const struct store_answer *answer)
{
    *(struct edited *)ctx = (struct edited){true, answer->failed};
}

/* Our own writing of it, or NULL with err. */
static char *write_tariffs(const char *text, size_t len, struct err *err)
{
    struct tariffs *tariffs = calloc(1, sizeof(*tariffs));
    char *own = NULL;

    if (!tariffs)
        err_set(err, "out of memory");
    else if (json_tariffs_read(text, len, tariffs, err) == 0 && !(own = json_tariffs(tariffs)))
        err_set(err, "out of memory");
    free(tariffs);
    return own;
}

int pi_set_tariffs(struct pi *pi, const char *text, size_t len, struct err *err)
{
    struct store_edit edit = {.subject = STORE_ASK_TARIFFS, .text = write_tariffs(text, len, err)};
    struct edited edited = {0};

    if (!edit.text)
        return -1;
    if (store_edit(pi->store, &edit, take_edited, &edited) != 0)
        return err_set(err, "the diary takes no tariffs");
    while (!edited.is_answered)
        if (loop_turn(pi->loop, STORE_WAIT_MS, err) != 0)
            return -1;
    return edited.has_failed ? err_set(err, "the diary could not keep the tariffs") : 0;
}

/* ---- making ---- */

static int attach_core(struct pi *pi, struct err *err)
{
    const struct probe_port port = {pi, port_is_ready, port_send, port_done};
    struct probe_core_settings settings = {.generation = DEFINITION_GENERATION_AUTO,
                                           .poll = pi->settings.polls};
    struct record hello = {.kind = RECORD_HELLO, .hello = {.car = "leaf", .adapter = "made up"}};

    pi->definition = definition_find(pi->settings.vehicles, "nissan-leaf", err);
    if (!pi->definition)
        return -1;
    settings.definition = pi->definition;
    if (!pi->settings.core)
        pi->own_core = probe_core_new(&settings, &port, boot_ns(pi));
    pi->core = pi->settings.core ? pi->settings.core : pi->own_core;
    pi->report = probe_report_new(pi->definition);
    if (!pi->core || !pi->report)
        return err_set(err, "out of memory");
    hello.hello.definition_hash = definition_hash(pi->definition);
    probe_report_set(pi->report, &hello);
    set_link(pi, ADAPTER_LINK_STARTING, "");
    return 0;
}

static int attach_view(struct pi *pi, struct err *err)
{
    size_t count = definition_signal_count(pi->definition);

    pi->car = (struct view_car){.id = "leaf",
                                .name = "LEAF",
                                .definition = pi->definition,
                                .generation = DEFINITION_GENERATION_AUTO,
                                .garage = TRI_UNKNOWN,
                                .link = VIEW_LINK_STARTING,
                                .values = calloc(count, sizeof(pi->car.values[0])),
                                .others = calloc(count, sizeof(pi->car.others[0]))};
    pi->view = (struct view){.demo = pi->settings.demo,
                             .clock_right = true,
                             .mqtt.state = "off",
                             .diary_state = "ok",
                             .cars = &pi->car,
                             .car_count = 1};
    pi->seen = (struct home_seen){.view = &pi->view, .events = {value_arrived, view_changed}, .ctx = pi};
    return pi->car.values && pi->car.others ? 0 : err_set(err, "out of memory");
}

static int attach_store(struct pi *pi, struct err *err)
{
    static const struct store_events events = {.state = store_changed, .kept = entry_kept};
    static const struct home_trackers_events told = {entry_told, view_changed};
    const struct store_settings settings = {pi->settings.folder, pi->settings.zone, pi->settings.demo};

    pi->loop = loop_new(err);
    if (!pi->loop)
        return -1;
    pi->store = store_new(pi->loop, &settings, &events, pi, err);
    if (!pi->store)
        return -1;
    const struct home_rows_parts parts = {pi->store, &pi->view, pi->settings.zone};
    pi->diary = home_diary_new(&parts, &told, pi);
    if (!pi->diary)
        return err_set(err, "out of memory");
    while (pi->store_state == STORE_OPENING)
        if (loop_turn(pi->loop, STORE_WAIT_MS, err) != 0)
            return -1;
    return pi->store_state == STORE_OK ? 0 : err_set(err, "%s", pi->store_reason);
}

struct pi *pi_new(const struct pi_settings *settings, int64_t utc_ns, struct err *err)
{
    struct pi *pi = calloc(1, sizeof(*pi));

    if (!pi) {
        err_set(err, "out of memory");
        return NULL;
    }
    pi->settings = *settings;
    pi->utc_ns = utc_ns;
    pi->booted_ns = settings->core ? settings->core_zero_ns + NS_PER_S : utc_ns;
    pi->clock_right = true;
    if (attach_core(pi, err) != 0 || attach_view(pi, err) != 0 || attach_store(pi, err) != 0) {
        pi_free(pi);
        return NULL;
    }
    set_clock(pi);
    return pi;
}

void pi_free(struct pi *pi)
{
    if (!pi)
        return;
    home_diary_free(pi->diary);
    store_free(pi->store);
    if (pi->loop)
        loop_free(pi->loop);
    probe_report_free(pi->report);
    probe_core_free(pi->own_core);
    free(pi->car.values);
    free(pi->car.others);
    definition_free(pi->definition);
    free(pi);
}
