/* The service manager's side of the daemon, over sd_notify(), which does nothing without $NOTIFY_SOCKET.
 * Decides nothing: when READY is due and what the status says is the hub's. */
#include "util/notify.h"

#include "util/clock.h"
#include "util/core/utf8.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <systemd/sd-daemon.h>

#define STATUS_MAX       200
#define BEATS_A_DEADLINE 2

struct notify {
    struct loop_timer *timer; /* NULL: no watchdog */
    int64_t interval_ns;
    char status[STATUS_MAX];
};

static void beat(void *ctx, int64_t now_ns)
{
    struct notify *notify = ctx;

    sd_notify(0, "WATCHDOG=1");
    loop_timer_start(notify->timer, now_ns + notify->interval_ns);
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
