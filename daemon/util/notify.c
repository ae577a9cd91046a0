/* The service manager's side of the daemon, over sd_notify(), which does nothing without $NOTIFY_SOCKET.
 * Decides when the watchdog is no longer fed, and nothing else: when READY is due and what the status says is
 * the hub's. */
#include "util/notify.h"

#include "util/clock.h"
#include "util/core/utf8.h"
#include "util/log.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <systemd/sd-daemon.h>

#define STATUS_MAX       200
#define BEATS_A_DEADLINE 2
#define LOOKS_A_PATIENCE 2 /* counted, not timed: a machine that slept has asked nobody meanwhile */

struct part {
    const char *name;
    notify_turns_fn *turns;
    void *ctx;
    int64_t patience_ns;
    int64_t look_ns; /* the next one */
    unsigned seen;   /* turns at the last look */
    int missed;      /* looks in a row without a turn */
};

struct notify {
    struct loop_timer *timer; /* NULL: no watchdog */
    int64_t interval_ns;
    struct part parts[NOTIFY_PARTS_MAX];
    size_t part_count;
    char status[STATUS_MAX];
};

static bool has_hung(struct part *part, int64_t now_ns)
{
    if (now_ns < part->look_ns)
        return false;
    unsigned turns = part->turns(part->ctx);
    part->missed = turns == part->seen ? part->missed + 1 : 0;
    part->seen = turns;
    part->look_ns = now_ns + part->patience_ns / LOOKS_A_PATIENCE;
    return part->missed >= LOOKS_A_PATIENCE;
}

static const char *find_hung_part(struct notify *notify, int64_t now_ns)
{
    for (size_t i = 0; i < notify->part_count; i++) {
        if (has_hung(&notify->parts[i], now_ns))
            return notify->parts[i].name;
    }
    return NULL;
}

/* On multiples of the interval, as all that may wait does: what falls together costs one wake-up. */
static void beat(void *ctx, int64_t now_ns)
{
    struct notify *notify = ctx;
    const char *hung = find_hung_part(notify, now_ns);

    if (hung) {
        log_error("notify", "%s hangs: to be ended and started again", hung);
        sd_notify(0, "WATCHDOG=trigger");
        return;
    }
    sd_notify(0, "WATCHDOG=1");
    loop_timer_start(notify->timer, (now_ns / notify->interval_ns + 1) * notify->interval_ns);
}

static int start_watchdog(struct notify *notify, struct loop *loop, struct err *err)
{
    uint64_t deadline_us;

    if (sd_watchdog_enabled(0, &deadline_us) <= 0)
        return 0;
    notify->interval_ns = (int64_t)(deadline_us / BEATS_A_DEADLINE) * NS_PER_US;
    notify->timer = loop_timer_new(loop, beat, notify);
    if (!notify->timer)
        return err_set(err, "out of memory");
    beat(notify, clock_boot_ns());
    return 0;
}

struct notify *notify_new(struct loop *loop, struct err *err)
{
    struct notify *notify = calloc(1, sizeof(*notify));

    if (!notify) {
        err_set(err, "out of memory");
        return NULL;
    }
    if (start_watchdog(notify, loop, err) != 0) {
        notify_free(notify);
        return NULL;
    }
    return notify;
}

void notify_free(struct notify *notify)
{
    if (!notify)
        return;
    loop_timer_free(notify->timer);
    free(notify);
}

void notify_add_part(struct notify *notify, const char *name, int64_t patience_ns, notify_turns_fn *turns,
                     void *ctx)
{
    assert(notify->part_count < NOTIFY_PARTS_MAX);
    notify->parts[notify->part_count++] =
        (struct part){.name = name, .patience_ns = patience_ns, .turns = turns, .ctx = ctx};
}

void notify_ready(struct notify *notify)
{
    (void)notify;
    sd_notify(0, "READY=1");
}

void notify_stopping(struct notify *notify)
{
    (void)notify;
    sd_notify(0, "STOPPING=1");
}

/* A line break would begin another assignment. */
static void clean(char *text)
{
    size_t len = strlen(text);
    size_t at = 0;

    while (at < len) {
        size_t length = utf8_char_length(text + at, len - at);
        if (length == 0 || utf8_is_control(text + at, length))
            memset(text + at, ' ', length > 0 ? length : 1);
        at += length > 0 ? length : 1;
    }
}

void notify_status(struct notify *notify, const char *format, ...)
{
    char status[STATUS_MAX];
    va_list args;

    va_start(args, format);
    vsnprintf(status, sizeof(status), format, args);
    va_end(args);
    clean(status);
    if (strcmp(status, notify->status) == 0)
        return;
    memcpy(notify->status, status, sizeof(status));
    sd_notifyf(0, "STATUS=%s", status);
}

int notify_listening_socket(void)
{
    return sd_listen_fds(1) > 0 ? SD_LISTEN_FDS_START : -1;
}
