/* One row and one function a command. Each reads its request, has somebody do it, and says what became of
 * it. */
#include "home_control.h"

#include "access/control.h"
#include "export/json_value.h"
#include "util/clock.h"

#include <stdio.h>
#include <stdlib.h>

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
 * the answer. */
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
    if (orders->pause(orders->ctx, index, json_integer_value(seconds), err))
        return -1;
    const struct view_car *car = &control->parts.view->cars[index];
    json_object_set_new(answer, "car", json_string(car->id));
    json_object_set_new(answer, "paused_until", time_value(control, car->paused_until_boot_ns));
    json_object_set_new(answer, "reason", json_string(car->link_reason));
    return 0;
}

static const struct control_command commands[] = {
    {"pair", open_pairing},
    {"pause", pause_car},
    {NULL, NULL},
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
