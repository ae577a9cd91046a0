/* What all ports share: the kind by its name, opening with a deadline, reading, a small queue for what can't
 * be written yet, closing with a reason, and the news that a serial line came or went. That an open port has
 * fallen silent is noticed by the dialogue, which knows when bytes are due. */
#include "adapter/port.h"

#include "adapter/port_private.h"
#include "adapter/port_watch.h"
#include "util/clock.h"
#include "util/core/buf.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define READ_MAX   8192 /* bytes a turn: others get theirs */
#define QUEUE_MAX  256  /* a few commands; the dialogue sends one at a time */
#define REASON_MAX 200

struct port {
    struct loop *loop;
    struct port_events events;
    void *ctx;
    const struct port_kind *kind;
    struct port_target target;
    int fd;
    bool opened;
    struct loop_watch *watch;
    struct port_watch *place; /* serial lines; NULL: not watched */
    struct loop_timer *deadline;
    char queue[QUEUE_MAX];
    size_t queued;
};

static const struct port_kind *const KINDS[] = {&port_serial, &port_tcp, &port_bluetooth};

static void on_ready(void *ctx, uint32_t events);
static void on_deadline(void *ctx, int64_t now_ns);
static void on_place_changed(void *ctx);

int port_connect_error(int fd)
{
    int error = 0;
    socklen_t len = sizeof(error);
    return getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &len) ? errno : error;
}

static const struct port_kind *port_find_kind(const char *name, struct err *err)
{
    for (size_t i = 0; i < sizeof(KINDS) / sizeof(KINDS[0]); i++) {
        if (strncmp(name, KINDS[i]->prefix, strlen(KINDS[i]->prefix)) == 0) {
            return KINDS[i];
        }
    }
    err_set(err, "%s: neither /dev/... nor tcp://ADDRESS:PORT nor bt://AA:BB:CC:DD:EE:FF", name);
    return NULL;
}

struct port *port_new(struct loop *loop, const char *name, const char *interface,
                      const struct port_events *events, void *ctx, struct err *err)
{
    struct port_target target = {.name = name, .interface = interface ? interface : ""};
    const struct port_kind *kind = port_find_kind(name, err);
    if (!kind || kind->parse(&target, err)) {
        return NULL;
    }
    struct port *port = calloc(1, sizeof(*port));
    if (!port) {
        err_set(err, "out of memory");
        return NULL;
    }
    port->loop = loop;
    port->events = *events;
    port->ctx = ctx;
    port->kind = kind;
    port->target = target;
    port->fd = -1;
    port->deadline = loop_timer_new(loop, on_deadline, port);
    if (!port->deadline) {
        err_set(err, "out of memory");
        port_free(port);
        return NULL;
    }
    if (kind->is_serial) {
        port->place = port_watch_new(loop, name, on_place_changed, port);
    }
    return port;
}

void port_free(struct port *port)
{
    if (port) {
        port_close(port);
        port_watch_free(port->place);
        loop_timer_free(port->deadline);
        free(port);
    }
}

bool port_has_speed(const struct port *port)
{
    return port_is_serial(port) && port->fd >= 0 && port_serial_has_speed(port->fd);
}

void port_set_baud(struct port *port, int baud)
{
    if (port_has_speed(port)) {
        port_serial_set_baud(port->fd, baud);
    }
}

bool port_is_serial(const struct port *port)
{
    return port->kind->is_serial;
}

void port_close(struct port *port)
{
    if (port->deadline) {
        loop_timer_stop(port->deadline);
    }
    loop_watch_free(port->watch);
    port->watch = NULL;
    if (port->fd >= 0 && port->kind->release) {
        port->kind->release(port->fd);
    }
    if (port->fd >= 0) {
        close(port->fd);
    }
    port->fd = -1;
    port->opened = false;
    port->queued = 0;
}

int port_open(struct port *port, int baud, struct err *err)
{
    port_close(port);
    port->target.baud = baud;
    port->fd = port->kind->open(&port->target, err);
    if (port->fd >= 0) {
        port->watch = loop_watch_new(port->loop, port->fd, EPOLLOUT, on_ready, port, err);
    }
    if (!port->watch) {
        port_close(port);
        return err_prefix(err, "%s: ", port->target.name);
    }
    loop_timer_start(port->deadline, clock_boot_ns() + port->kind->open_ns);
    return 0;
}

static void port_fail(struct port *port, const char *words)
{
    char memory[REASON_MAX];
    struct buf reason;
    buf_init(&reason, memory, sizeof(memory));
    buf_add_format(&reason, "%s: %s", port->target.name, words);
    port_close(port);
    port->events.closed(port->ctx, reason.data);
}

static void port_fail_with(struct port *port, int error)
{
    struct err err;
    port->kind->explain(&port->target, error, &err);
    port_fail(port, err.text);
}

static void on_deadline(void *ctx, int64_t now_ns)
{
    (void)now_ns;
    port_fail_with(ctx, EINPROGRESS);
}

/* Whether what is open is what stands at the path. */
static bool port_is_in_place(const struct port *port)
{
    struct stat open_one;
    struct stat in_place;
    return fstat(port->fd, &open_one) == 0 && stat(port->target.name, &in_place) == 0 &&
           open_one.st_rdev == in_place.st_rdev && open_one.st_ino == in_place.st_ino;
}

/* Pulled, or plugged in; or both between two looks, and then the old line is dead though it may not know. */
static void on_place_changed(void *ctx)
{
    struct port *port = ctx;
    if (port->fd >= 0 && !port_is_in_place(port)) {
        port_fail_with(port, ENODEV);
    }
    if (port->fd < 0 && port_watch_is_there(port->place) && port->events.appeared) {
        port->events.appeared(port->ctx);
    }
}

/* Asks for EPOLLOUT only while something waits to be written. */
static int port_set_events(struct port *port, struct err *err)
{
    return loop_watch_set(port->watch, port->queued > 0 ? EPOLLIN | EPOLLOUT : EPOLLIN, err);
}

static void port_finish_open(struct port *port)
{
    struct err err;
    loop_timer_stop(port->deadline);
    if ((port->kind->finish && port->kind->finish(&port->target, port->fd, &err)) ||
        port_set_events(port, &err)) {
        port_fail(port, err.text);
        return;
    }
    port->opened = true;
    port->events.opened(port->ctx);
}

/* Writes what it can of the queue. Returns as write() does; a broken connection raises no signal. */
static ssize_t port_drain(struct port *port)
{
    ssize_t done = port->kind->is_serial ? write(port->fd, port->queue, port->queued)
                                         : send(port->fd, port->queue, port->queued, MSG_NOSIGNAL);
    if (done > 0) {
        port->queued -= (size_t)done;
        memmove(port->queue, port->queue + done, port->queued);
    }
    return done;
}

/* -1 when the port had to be closed. */
static int port_flush(struct port *port)
{
    if (port_drain(port) < 0 && errno != EAGAIN && errno != EINTR) {
        port_fail_with(port, errno);
        return -1;
    }
    struct err err;
    if (port_set_events(port, &err)) {
        port_fail(port, err.text);
        return -1;
    }
    return 0;
}

static void port_read(struct port *port)
{
    uint8_t bytes[READ_MAX];
    ssize_t len = read(port->fd, bytes, sizeof(bytes));
    if (len > 0) {
        port->events.bytes(port->ctx, bytes, (size_t)len);
    } else if (len == 0) {
        port_fail_with(port, port->kind->is_serial ? EIO : EPIPE);
    } else if (errno != EAGAIN && errno != EINTR) {
        port_fail_with(port, errno);
    }
}

static void on_ready(void *ctx, uint32_t events)
{
    struct port *port = ctx;
    if (!port->opened) {
        port_finish_open(port);
        return;
    }
    if ((events & EPOLLOUT) && port_flush(port)) {
        return;
    }
    if (events & (EPOLLIN | EPOLLHUP | EPOLLERR)) {
        port_read(port);
    }
}

/* Nothing is reported from here: the caller may be in the middle of something. A full queue shuts the line,
 * and the loop finds that out. */
void port_write(struct port *port, const char *bytes, size_t len)
{
    struct err err;
    if (!port->opened) {
        return;
    }
    if (len > QUEUE_MAX - port->queued) {
        port->queued = 0;
        loop_timer_start(port->deadline, clock_boot_ns());
        return;
    }
    memcpy(port->queue + port->queued, bytes, len);
    port->queued += len;
    port_drain(port);
    if (port->queued > 0 && port_set_events(port, &err)) {
        loop_timer_start(port->deadline, clock_boot_ns());
    }
}
