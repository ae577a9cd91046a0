/* What all ports share: opening with a deadline, reading, a small queue for what can't be written yet,
 * closing with a reason. That an open port has fallen silent is noticed by the dialogue, which knows when
 * bytes are due. */
#include "adapter/port.h"

#include "adapter/port_private.h"
#include "util/clock.h"
#include "util/core/buf.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define OPEN_NS    (3 * NS_PER_S)
#define READ_MAX   8192 /* bytes a turn: others get theirs */
#define QUEUE_MAX  256  /* a few commands; the dialogue sends one at a time */
#define REASON_MAX 200

struct port {
    struct loop *loop;
    struct port_events events;
    void *ctx;
    const char *name;
    const char *interface;
    struct sockaddr_storage address; /* TCP */
    socklen_t address_len;           /* 0: serial */
    int fd;
    bool opened;
    struct loop_watch *watch;
    struct loop_timer *deadline;
    char queue[QUEUE_MAX];
    size_t queued;
};

static void on_ready(void *ctx, uint32_t events);
static void on_deadline(void *ctx, int64_t now_ns);

const char *port_words(int error, bool serial)
{
    switch (error) {
    case ENOENT:
        return "no such file: is the adapter plugged in?";
    case EACCES:
    case EPERM:
        return serial ? "permission denied: the user must be in the group of the device (dialout)"
                      : "permission denied";
    case EBUSY:
    case EWOULDBLOCK:
        return "busy: another program uses it";
    case EIO:
    case ENXIO:
    case ENODEV:
        return serial ? "unplugged" : "the network interface is not there";
    case ECONNREFUSED:
        return "connection refused: nothing listens there, or another program is connected";
    case ECONNRESET:
    case EPIPE:
        return "the adapter closed the connection";
    case ETIMEDOUT:
    case EINPROGRESS:
        return "timed out: the adapter is not reachable";
    case EHOSTUNREACH:
    case ENETUNREACH:
    case ENETDOWN:
        return "not reachable: is its network there?";
    default:
        return strerror(error);
    }
}

int port_check(const char *name, struct err *err)
{
    struct sockaddr_storage address;
    socklen_t len = 0;
    if (name[0] == '/') {
        return 0;
    }
    return port_tcp_parse(name, &address, &len, err);
}

struct port *port_new(struct loop *loop, const char *name, const char *interface,
                      const struct port_events *events, void *ctx, struct err *err)
{
    if (port_check(name, err)) {
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
    port->name = name;
    port->interface = interface ? interface : "";
    port->fd = -1;
    port->deadline = loop_timer_new(loop, on_deadline, port);
    if (name[0] != '/') {
        port_tcp_parse(name, &port->address, &port->address_len, err);
    }
    if (!port->deadline) {
        err_set(err, "out of memory");
        port_free(port);
        return NULL;
    }
    return port;
}

void port_free(struct port *port)
{
    if (port) {
        port_close(port);
        loop_timer_free(port->deadline);
        free(port);
    }
}

bool port_is_serial(const struct port *port)
{
    return port->address_len == 0;
}

void port_close(struct port *port)
{
    if (port->deadline) {
        loop_timer_stop(port->deadline);
    }
    loop_watch_free(port->watch);
    port->watch = NULL;
    if (port->fd >= 0 && port_is_serial(port)) {
        port_serial_release(port->fd);
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
    if (port_is_serial(port)) {
        port->fd = port_serial_open(port->name, baud, err);
    } else {
        port->fd = port_tcp_open(&port->address, port->address_len, port->interface, err);
    }
    if (port->fd >= 0) {
        port->watch = loop_watch_new(port->loop, port->fd, EPOLLOUT, on_ready, port, err);
    }
    if (!port->watch) {
        port_close(port);
        return err_prefix(err, "%s: ", port->name);
    }
    loop_timer_start(port->deadline, clock_boot_ns() + OPEN_NS);
    return 0;
}

static void port_fail(struct port *port, const char *words)
{
    char memory[REASON_MAX];
    struct buf reason;
    buf_init(&reason, memory, sizeof(memory));
    buf_add_format(&reason, "%s: %s", port->name, words);
    port_close(port);
    port->events.closed(port->ctx, reason.data);
}

static void on_deadline(void *ctx, int64_t now_ns)
{
    (void)now_ns;
    port_fail(ctx, port_words(ETIMEDOUT, false));
}

/* Asks for EPOLLOUT only while something waits to be written. */
static int port_watch(struct port *port, struct err *err)
{
    return loop_watch_set(port->watch, port->queued > 0 ? EPOLLIN | EPOLLOUT : EPOLLIN, err);
}

static void port_finish_open(struct port *port)
{
    struct err err;
    loop_timer_stop(port->deadline);
    if ((!port_is_serial(port) && port_tcp_finish(port->fd, &err)) || port_watch(port, &err)) {
        port_fail(port, err.text);
        return;
    }
    port->opened = true;
    port->events.opened(port->ctx);
}

/* Writes what it can of the queue. Returns as write() does; a broken connection raises no signal. */
static ssize_t port_drain(struct port *port)
{
    ssize_t done = port_is_serial(port) ? write(port->fd, port->queue, port->queued)
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
        port_fail(port, port_words(errno, port_is_serial(port)));
        return -1;
    }
    struct err err;
    if (port_watch(port, &err)) {
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
        port_fail(port, port_words(port_is_serial(port) ? EIO : EPIPE, port_is_serial(port)));
    } else if (errno != EAGAIN && errno != EINTR) {
        port_fail(port, port_words(errno, port_is_serial(port)));
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
    if (port->queued > 0 && port_watch(port, &err)) {
        loop_timer_start(port->deadline, clock_boot_ns());
    }
}
