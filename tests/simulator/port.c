/* The conversation with one host, whatever it came through. */
#include "port_private.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#define READ_MAX 1024

struct sim_port *sim_port_make(const struct sim_port_ops *ops, struct loop *loop, sim_port_bytes_fn *fn,
                               void *ctx, struct err *err)
{
    struct sim_port *port = calloc(1, sizeof(*port));

    if (!port) {
        err_set(err, "out of memory");
        return NULL;
    }
    port->ops = ops;
    port->loop = loop;
    port->fn = fn;
    port->ctx = ctx;
    port->listen_fd = -1;
    port->fd = -1;
    return port;
}

void sim_port_free(struct sim_port *port)
{
    if (!port)
        return;
    sim_port_close(port);
    free(port);
}

int sim_port_open(struct sim_port *port, struct err *err)
{
    return port->listen_fd >= 0 ? 0 : port->ops->open(port, err);
}

void sim_port_drop_host(struct sim_port *port)
{
    loop_watch_free(port->watch);
    port->watch = NULL;
    if (port->fd >= 0)
        close(port->fd);
    port->fd = -1;
}

void sim_port_close(struct sim_port *port)
{
    sim_port_drop_host(port);
    loop_watch_free(port->listen_watch);
    port->listen_watch = NULL;
    if (port->listen_fd >= 0)
        port->ops->close(port);
    port->listen_fd = -1;
}

static void on_host(void *ctx, uint32_t events)
{
    struct sim_port *port = ctx;
    char bytes[READ_MAX];

    (void)events;
    ssize_t len = read(port->fd, bytes, sizeof(bytes));
    if (len > 0)
        port->fn(port->ctx, bytes, (size_t)len);
    else if (len == 0 || (errno != EAGAIN && errno != EINTR))
        sim_port_drop_host(port);
}

int sim_port_adopt(struct sim_port *port, int fd, struct err *err)
{
    port->fd = fd;
    port->watch = loop_watch_new(port->loop, fd, EPOLLIN, on_host, port, err);
    if (port->watch)
        return 0;
    sim_port_drop_host(port);
    return -1;
}

void sim_port_write(struct sim_port *port, const char *bytes, size_t len)
{
    while (port->fd >= 0 && len > 0) {
        ssize_t written = write(port->fd, bytes, len);

        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0)
            return; /* full: lost; broken: the next read says so */
        bytes += written;
        len -= (size_t)written;
    }
}

const char *sim_port_name(const struct sim_port *port)
{
    return port->name;
}
