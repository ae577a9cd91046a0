/* A serial dongle: a pseudo-terminal behind a symbolic link. The speed that a host sets means nothing here.
 */
#include "port_private.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

static int pty_set_raw(int fd)
{
    struct termios settings;

    if (tcgetattr(fd, &settings) != 0)
        return -1;
    cfmakeraw(&settings);
    return tcsetattr(fd, TCSANOW, &settings);
}

/* Replaces an old link, never anything else. */
static int pty_link(const char *target, const char *link, struct err *err)
{
    struct stat status;

    if (lstat(link, &status) == 0 && S_ISLNK(status.st_mode))
        unlink(link);
    if (symlink(target, link) != 0)
        return err_set(err, "link %s: %s", link, strerror(errno));
    return 0;
}

static int pty_open_slave(struct sim_port *port, int master, struct err *err)
{
    char path[64];

    if (grantpt(master) != 0 || unlockpt(master) != 0 || ptsname_r(master, path, sizeof(path)) != 0)
        return err_set(err, "pseudo-terminal: %s", strerror(errno));
    port->listen_fd = open(path, O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (port->listen_fd < 0 || pty_set_raw(port->listen_fd) != 0)
        return err_set(err, "%s: %s", path, strerror(errno));
    return pty_link(path, port->host, err);
}

static int pty_open(struct sim_port *port, struct err *err)
{
    int master = posix_openpt(O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);

    if (master < 0)
        return err_set(err, "pseudo-terminal: %s", strerror(errno));
    if (pty_open_slave(port, master, err) == 0)
        return sim_port_adopt(port, master, err);
    close(master);
    if (port->listen_fd >= 0)
        close(port->listen_fd);
    port->listen_fd = -1;
    return -1;
}

static void pty_close(struct sim_port *port)
{
    unlink(port->host);
    close(port->listen_fd);
}

static const struct sim_port_ops pty_ops = {.open = pty_open, .close = pty_close};

struct sim_port *sim_port_new_pty(struct loop *loop, const char *link, sim_port_bytes_fn *fn, void *ctx,
                                  struct err *err)
{
    struct sim_port *port = sim_port_make(&pty_ops, loop, fn, ctx, err);

    if (!port)
        return NULL;
    port->host = link;
    snprintf(port->name, sizeof(port->name), "%s", link);
    return port;
}
