/* One row and one function a command. Each reads its request, has somebody do it, and says what became of
 * it. */
#include "home_control.h"

#include "access/control.h"
#include "config.h"
#include "export/json_sandbox.h"
#include "export/json_certificate.h"
#include "export/json_value.h"
#include "home_access.h"
#include "home_backup.h"
#include "home_export.h"
#include "home_import.h"
#include "home_rebuild.h"
#include "recorder.h"
#include "util/clock.h"
#include "util/log.h"

#include <assert.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* A recording waits for up to an hour: with one of each car there is room for other orders. */
static_assert(CONTROL_CLIENT_MAX >= CONFIG_CAR_MAX + 4, "recordings leave room");

struct home_control {
    struct home_control_parts parts;
    struct control *socket;
};

/* ---- the requests' members ---- */

/* The car that is meant: it need not be named when there is only one. -1 with err. */
static int find_car(const struct home_control *control, const json_t *request, size_t *index, struct err *err)
{
    const struct view *view = control->parts.view;
    const char *id = json_string_value(json_object_get(request, "car"));

    *index = 0;
    if (!id && view->car_count == 1)
        return 0;
    if (!id)
        return err_set(err, "which car?");
    const struct view_car *car = view_find_car(view, id);
    if (!car)
        return err_set(err, "%s: no such car", id);
    *index = (size_t)(car - view->cars);
    return 0;
}

static json_t *time_value(const struct home_control *control, int64_t boot_ns)
{
    const struct json_moment now = {clock_boot_ns(), clock_utc_ns(), control->parts.zone};

    return boot_ns ? json_value_time(control->parts.view, &now, boot_ns) : json_null();
}

/* What root did, for the audit. */
static void note(const struct home_control *control, const char *what, const char *detail)
{
    access_audit(control->parts.access,
                 &(struct audit_event){AUDIT_ROOT, AUDIT_SOCKET, what, detail ? detail : "", false});
}

/* ---- the commands ---- */

static int open_pairing(void *ctx, const json_t *request, json_t *answer, struct err *err)
{
    struct home_control *control = ctx;
    char code[9];

    (void)request;
    if (access_pair_open(control->parts.access, code, err))
        return -1;
    json_object_set_new(answer, "code", json_string(code));
    return 0;
}

/* {"command":"pause","car":"leaf","seconds":1800}; 0 takes the dongle back. The port is closed a moment after
 * the answer. "unless_paused":true leaves another's pause alone. */
static int pause_car(void *ctx, const json_t *request, json_t *answer, struct err *err)
{
    struct home_control *control = ctx;
    const json_t *seconds = json_object_get(request, "seconds");
    const struct orders *orders = control->parts.orders;
    size_t index;

    if (find_car(control, request, &index, err))
        return -1;
    if (!json_is_integer(seconds))
        return err_set(err, "seconds: not a whole number");
    const struct view_car *car = &control->parts.view->cars[index];
    if (json_is_true(json_object_get(request, "unless_paused")) && car->paused_until_boot_ns > clock_boot_ns())
        return err_set(err, "it is lent to another program already");
    if (orders->pause(orders->ctx, index, json_integer_value(seconds), err))
        return -1;
    note(control, "pause", car->id);
    json_object_set_new(answer, "car", json_string(car->id));
    json_object_set_new(answer, "paused_until", time_value(control, car->paused_until_boot_ns));
    json_object_set_new(answer, "reason", json_string(car->link_reason));
    return 0;
}

/* A recording that somebody waits for. */
struct record_job {
    struct home_control *control;
    struct control_job *job;
    size_t car;
};

static void record_progressed(void *ctx, double done)
{
    const struct record_job *record = ctx;

    control_job_progress(record->job, done);
}

static void record_ended(void *ctx, const struct recorder_result *result)
{
    struct record_job *record = ctx;

    control_job_end(record->job, json_pack("{s:s, s:I, s:I, s:I, s:s}", "car",
                                           record->control->parts.view->cars[record->car].id, "frames",
                                           (json_int_t)result->frames, "hidden", (json_int_t)result->hidden,
                                           "bytes", (json_int_t)result->bytes, "text", result->words));
    free(record);
}

static void record_gone(void *ctx)
{
    struct record_job *record = ctx;
    const struct orders *orders = record->control->parts.orders;

    orders->forget(orders->ctx, record->car);
    free(record);
}

/* {"command":"record","car":"leaf","seconds":60} and a descriptor to write to. */
static int record_car(void *ctx, const json_t *request, int fd, struct control_job *job, struct err *err)
{
    static const struct recorder_events events = {record_progressed, record_ended};
    struct home_control *control = ctx;
    const struct orders *orders = control->parts.orders;
    const json_t *seconds = json_object_get(request, "seconds");
    struct record_job *record = calloc(1, sizeof(*record));

    if (!record)
        return err_set(err, "out of memory");
    *record = (struct record_job){.control = control, .job = job};
    if (find_car(control, request, &record->car, err) == 0 &&
        orders->record(orders->ctx, record->car, json_integer_value(seconds), fd, &events, record, err) ==
            0) {
        control_job_listen(job, record_gone, record);
        note(control, "record", control->parts.view->cars[record->car].id);
        return 0;
    }
    free(record);
    return -1;
}

/* ---- how the house is ---- */

static json_t *number_or_null(const struct view_car *car, size_t signal)
{
    const struct state_value *value = &car->values[signal];

    return value->heard && value->known ? json_value_signal(car, signal) : json_null();
}

static json_t *car_status(const struct home_control *control, const struct view_car *car)
{
    static const char *const links[] = {
        [VIEW_LINK_UP] = "up", [VIEW_LINK_DOWN] = "down", [VIEW_LINK_STARTING] = "starting"};
    json_t *object = json_object();
    json_t *notices = json_array();

    json_object_set_new(object, "name", json_string(car->name));
    json_object_set_new(object, "state", json_string(presence_name(car->presence)));
    json_object_set_new(object, "state_reason", json_string(car->presence_reason));
    json_object_set_new(object, "soc", number_or_null(car, view_soc_signal(car)));
    json_object_set_new(object, "link", json_string(links[car->link]));
    json_object_set_new(object, "link_reason", json_string(car->link_reason));
    json_object_set_new(object, "link_since", time_value(control, car->link_since_boot_ns));
    json_object_set_new(object, "paused_until", time_value(control, car->paused_until_boot_ns));
    json_object_set_new(object, "recording_until", time_value(control, car->recording_until_boot_ns));
    for (size_t i = 0; i < car->notice_count; i++)
        json_array_append_new(notices, json_string(car->notices[i].text));
    json_object_set_new(object, "notices", notices);
    return object;
}

static json_t *backups_status(const struct view_backups *backups)
{
    if (!backups->folder)
        return json_null();
    return json_pack("{s:s, s:s, s:I, s:s}", "folder", backups->folder, "newest", backups->newest, "count",
                     (json_int_t)backups->count, "reason", backups->reason);
}

static json_t *certificate_status(const struct home_control *control)
{
    const struct certificate_files *files = web_certificate(control->parts.web);

    return files ? json_certificate(*certificate_files_in_force(files), certificate_files_paths(files)->cert)
                 : json_null();
}

static int tell_status(void *ctx, const json_t *request, json_t *answer, struct err *err)
{
    const struct home_control *control = ctx;
    const struct view *view = control->parts.view;
    json_t *cars = json_object();

    (void)request;
    (void)err;
    for (size_t i = 0; i < view->car_count; i++)
        json_object_set_new(cars, view->cars[i].id, car_status(control, &view->cars[i]));
    json_object_set_new(answer, "version", json_string(GARAGED_VERSION));
    json_object_set_new(answer, "clock", json_string(view->clock_right ? "ok" : "unset"));
    json_object_set_new(answer, "cars", cars);
    json_object_set_new(answer, "diary",
                        json_pack("{s:s, s:s}", "state", view->diary_state, "reason", view->diary_reason));
    json_object_set_new(answer, "mqtt",
                        json_pack("{s:s, s:s, s:o, s:b}", "state", view->mqtt.state, "reason", view->mqtt.reason,
                                  "anonymous", json_value_anonymous(&view->mqtt), "plain", view->mqtt.is_plain));
    json_object_set_new(answer, "backups", backups_status(&view->backups));
    json_object_set_new(answer, "sandbox", json_sandbox(view->sandbox));
    json_object_set_new(answer, "certificate", certificate_status(control));
    return 0;
}

static int tell_certificate(void *ctx, const json_t *request, json_t *answer, struct err *err)
{
    json_t *told = certificate_status(ctx);
    bool is_there = json_is_object(told);

    (void)request;
    if (is_there)
        json_object_update(answer, told);
    json_decref(told);
    return is_there ? 0 : err_set(err, "no listen address speaks TLS (web.tls)");
}

/* {"command":"accept","car":"leaf"}; "identity" stays "changed" until the card has it. */
static int accept_car(void *ctx, const json_t *request, json_t *answer, struct err *err)
{
    static const char *const words[] = {[VIEW_IDENTITY_UNKNOWN] = "unknown",
                                        [VIEW_IDENTITY_OK] = "ok",
                                        [VIEW_IDENTITY_CHANGED] = "changed"};
    struct home_control *control = ctx;
    const struct orders *orders = control->parts.orders;
    size_t index;

    if (find_car(control, request, &index, err) || orders->accept(orders->ctx, index, err))
        return -1;
    const struct view_car *car = &control->parts.view->cars[index];
    json_object_set_new(answer, "car", json_string(car->id));
    json_object_set_new(answer, "identity", json_string(words[car->identity]));
    note(control, "car_accept", car->id);
    return 0;
}

/* ---- the diary ---- */

static int export_list(void *ctx, const json_t *request, int fd, struct control_job *job, struct err *err)
{
    const struct home_control_parts *parts = &((const struct home_control *)ctx)->parts;

    note(ctx, "export", json_string_value(json_object_get(request, "list")));
    return home_export_begin(
        &(struct home_export_parts){parts->loop, parts->store, parts->view, parts->zone}, request, fd, job,
        err);
}

static int back_up(void *ctx, const json_t *request, int fd, struct control_job *job, struct err *err)
{
    const struct home_control_parts *parts = &((const struct home_control *)ctx)->parts;

    (void)request;
    note(ctx, "backup", "");
    return home_backup_begin(parts->loop, parts->store, parts->state_dir, fd, job, err);
}

/* {"command":"import","source":"leafspy","car":"leaf","odometer":"km","zone":[[from,offset],...]} and a file. */
static int import_file(void *ctx, const json_t *request, int fd, struct control_job *job, struct err *err)
{
    const struct home_control *control = ctx;
    const struct home_control_parts *parts = &control->parts;
    size_t index;

    if (find_car(control, request, &index, err))
        return -1;
    if (!parts->view->clock_right) /* from when on the diary is garaged's own could not be said */
        return err_set(err, "the clock is not set: try again when it is");
    if (home_import_begin(
            &(struct home_import_parts){parts->loop, parts->store, &parts->view->cars[index], parts->zone},
            request, fd, job, err))
        return -1;
    note(control, "import", parts->view->cars[index].id);
    return 0;
}

static int rebuild_diary(void *ctx, const json_t *request, int fd, struct control_job *job, struct err *err)
{
    const struct home_control *control = ctx;

    (void)request;
    if (home_rebuild_begin(control->parts.loop, control->parts.store, job, err))
        return -1;
    note(control, "rebuild", "");
    if (fd >= 0)
        close(fd); /* there is nothing to write */
    return 0;
}

/* {"command":"forget","car":"leaf"|null}: what garagectl erases nobody may have in memory. Ends as if asked by a signal: all
 * that waits is written, and systemd starts garaged again. */
static int make_room(void *ctx, const json_t *request, json_t *answer, struct err *err)
{
    const char *car = json_string_value(json_object_get(request, "car"));

    note(ctx, "forget", car ? car : "everything");
    log_notice("home", "ending: %.16s is to be forgotten", car ? car : "everything");
    json_object_set_new(answer, "ending", json_true());
    return kill(getpid(), SIGTERM) == 0 ? 0 : err_set(err, "can't end");
}

/* ---- who may come in ---- */

/* No file belongs to these. */
static int without_file(int status, int fd)
{
    if (status == 0 && fd >= 0)
        close(fd);
    return status;
}

static int change_user(void *ctx, const json_t *request, int fd, struct control_job *job, struct err *err)
{
    const struct home_control *control = ctx;

    return without_file(home_access_user(control->parts.access, request, job, err), fd);
}

static int change_token(void *ctx, const json_t *request, int fd, struct control_job *job, struct err *err)
{
    const struct home_control *control = ctx;

    return without_file(home_access_token(control->parts.access, request, job, err), fd);
}

static int end_session(void *ctx, const json_t *request, int fd, struct control_job *job, struct err *err)
{
    const struct home_control *control = ctx;

    return without_file(home_access_session(control->parts.access, request, job, err), fd);
}

static int read_audit(void *ctx, const json_t *request, int fd, struct control_job *job, struct err *err)
{
    const struct home_control *control = ctx;

    return without_file(
        home_access_audit(control->parts.access, control->parts.zone, request, job, err), fd);
}

static int list_access(void *ctx, const json_t *request, json_t *answer, struct err *err)
{
    const struct home_control *control = ctx;
    const struct json_moment now = {clock_boot_ns(), clock_utc_ns(), control->parts.zone};

    return home_access_list(control->parts.access, &now, request, answer, err);
}

static const struct control_command commands[] = {
    {.name = "accept", .fn = accept_car},
    {.name = "audit", .begin = read_audit},
    {.name = "backup", .begin = back_up},
    {.name = "certificate", .fn = tell_certificate},
    {.name = "export", .begin = export_list},
    {.name = "forget", .fn = make_room},
    {.name = "import", .begin = import_file},
    {.name = "list", .fn = list_access},
    {.name = "pair", .fn = open_pairing},
    {.name = "pause", .fn = pause_car},
    {.name = "rebuild", .begin = rebuild_diary},
    {.name = "record", .begin = record_car},
    {.name = "session", .begin = end_session},
    {.name = "status", .fn = tell_status},
    {.name = "token", .begin = change_token},
    {.name = "user", .begin = change_user},
    {.name = NULL},
};

/* ---- the object ---- */

struct home_control *home_control_new(const struct home_control_parts *parts, struct err *err)
{
    struct home_control *control = calloc(1, sizeof(*control));
    char path[512];

    if (!control) {
        err_set(err, "out of memory");
        return NULL;
    }
    control->parts = *parts;
    snprintf(path, sizeof(path), "%s/control.sock", parts->runtime_dir);
    control->socket = control_new(parts->loop, path, commands, control, err);
    if (control->socket)
        return control;
    free(control);
    return NULL;
}

void home_control_free(struct home_control *control)
{
    if (!control)
        return;
    control_free(control->socket);
    free(control);
}
