/* Makes access, web server and control socket and lets each find the other. */
#include "home_web.h"

#include "access/access.h"
#include "export/json_mqtt.h"
#include "export/web.h"
#include "home_control.h"
#include "util/clock.h"
#include "util/log.h"

#include <stdio.h>
#include <stdlib.h>

struct home_web {
    const struct view *view;
    const struct zone *zone;
    struct access *access;
    struct home_control *control;
    struct web *web;
};

static int attach_access(struct home_web *web, const struct home_web_parts *parts, struct err *err)
{
    const struct access_settings settings = {.folder = parts->state_dir, .demo = parts->demo};

    web->access = access_new(parts->loop, &settings, err);
    if (!web->access)
        return -1;
    access_trust_clock(web->access, parts->view->clock_right);
    return 0;
}

static int attach_server(struct home_web *web, const struct home_web_parts *parts, struct err *err)
{
    const struct web_parts server = {
        .loop = parts->loop,
        .config = &parts->config->web,
        .view = parts->view,
        .zone = parts->zone,
        .access = web->access,
        .store = parts->store,
        .preferences = parts->preferences,
        .orders = parts->orders,
        .settings = parts->config,
        .logbook = parts->logbook,
        .page_dir = parts->page_dir,
        .state_dir = parts->state_dir,
    };

    web->web = web_new(&server, err);
    return web->web ? 0 : -1;
}

/* A folder that can't be written to costs garagectl its way in, not the house its page. */
static void attach_control(struct home_web *web, const struct home_web_parts *parts)
{
    const struct home_control_parts control = {
        .loop = parts->loop,
        .runtime_dir = parts->runtime_dir,
        .state_dir = parts->state_dir,
        .access = web->access,
        .view = parts->view,
        .zone = parts->zone,
        .orders = parts->orders,
        .store = parts->store,
        .web = web->web,
    };
    struct err err;

    web->control = home_control_new(&control, &err);
    if (!web->control)
        log_warning("home", "garagectl can't reach this garaged: %s", err.text);
}

static int print_demo_line(struct home_web *web, const struct config_web *config, struct err *err)
{
    char code[9];

    if (access_pair_open(web->access, code, err))
        return -1;
    printf("garaged demo: %s://127.0.0.1:%d/#code=%s\n", config->tls == CONFIG_TLS_ON ? "https" : "http",
           web_port(web->web), code);
    fflush(stdout);
    return 0;
}

struct home_web *home_web_new(const struct home_web_parts *parts, struct err *err)
{
    struct home_web *web = calloc(1, sizeof(*web));

    if (!web) {
        err_set(err, "out of memory");
        return NULL;
    }
    web->view = parts->view;
    web->zone = parts->zone;
    if (attach_access(web, parts, err) == 0 && attach_server(web, parts, err) == 0 &&
        (!parts->demo || print_demo_line(web, &parts->config->web, err) == 0)) {
        attach_control(web, parts);
        return web;
    }
    home_web_free(web);
    return NULL;
}

void home_web_free(struct home_web *web)
{
    if (!web)
        return;
    home_control_free(web->control);
    web_free(web->web);
    access_free(web->access);
    free(web);
}

int home_web_turn(struct home_web *web, struct err *err)
{
    return web_turn(web->web, err);
}

void home_web_advance(struct home_web *web, int64_t now_ns, int64_t utc_ns)
{
    access_trust_clock(web->access, web->view->clock_right);
    web_advance(web->web, now_ns, utc_ns);
}

void home_web_changed(struct home_web *web)
{
    web_changed(web->web);
}

void home_web_tell_notice(struct home_web *web, const struct view_car *car, const struct view_notice *notice)
{
    const struct json_moment now = {.boot_ns = clock_boot_ns(), .utc_ns = clock_utc_ns(), .zone = web->zone};
    char *data = json_mqtt_notice_event(web->view, notice->kind, notice->text, &now);

    web_event(web->web, car->id, "notice", data);
    free(data);
}

struct access *home_web_access(const struct home_web *web)
{
    return web->access;
}

unsigned home_web_access_turns(void *ctx)
{
    const struct home_web *web = ctx;

    return access_turns(web->access);
}

void home_web_tell_charge(struct home_web *web, const struct view_car *car, const char *event,
                          const struct diary_charge *charge)
{
    char *data = json_mqtt_charge(charge, web->zone);

    web_event(web->web, car->id, event, data);
    free(data);
}

void home_web_tell_outing(struct home_web *web, const struct view_car *car, const struct diary_outing *outing)
{
    char *data = json_mqtt_outing(outing, web->zone);

    web_event(web->web, car->id, "outing_finished", data);
    free(data);
}
