/* Serial lines: USB adapters, /dev/rfcomm*, pseudo terminals in tests. Only one program may use one, and
 * nothing that is not a terminal is touched. Knows no protocol; searches for no speed. */
#include "adapter/port.h"
#include "adapter/port_private.h"
#include "util/core/time.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/major.h>
#include <linux/serial.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <termios.h>
#include <unistd.h>

#define OPEN_NS (3 * NS_PER_S)
#define SCREENS 64 /* tty0..63; serial lines of the machine follow */

struct baud_row {
    int baud;
    speed_t speed;
};

static const struct baud_row BAUDS[] = {
    {9600, B9600},     {19200, B19200},     {38400, B38400},     {57600, B57600},
    {115200, B115200}, {230400, B230400},   {460800, B460800},   {500000, B500000},
    {921600, B921600}, {1000000, B1000000}, {1500000, B1500000}, {2000000, B2000000},
};

static speed_t serial_speed(int baud)
{
    for (size_t i = 0; i < sizeof(BAUDS) / sizeof(BAUDS[0]); i++) {
        if (BAUDS[i].baud == baud) {
            return BAUDS[i].speed;
        }
    }
    return B0;
}

bool port_knows_baud(int baud)
{
    return serial_speed(baud) != B0;
}

static int serial_explain(const struct port_target *target, int error, struct err *err)
{
    (void)target;
    switch (error) {
    case ENOENT:
    case ENOTDIR:
        return err_set(err, "no such file: is the adapter plugged in?");
    case EACCES:
    case EPERM:
        return err_set(err, "permission denied: the user must be in the group of the device (dialout)");
    case EBUSY:
    case EWOULDBLOCK:
        return err_set(err, "busy: " PORT_BUSY_WORDS " uses it");
    case EIO:
    case ENXIO:
    case ENODEV:
        return err_set(err, "unplugged");
    case EINPROGRESS:
        return err_set(err, "timed out: the line takes no bytes");
    default:
        return err_set(err, "%s", strerror(error));
    }
}

/* What is no character device, in words. */
static const char *serial_other_kind(mode_t mode)
{
    switch (mode & S_IFMT) {
    case S_IFREG:
        return "a regular file";
    case S_IFDIR:
        return "a folder";
    case S_IFIFO:
        return "a named pipe";
    case S_IFSOCK:
        return "a socket";
    case S_IFBLK:
        return "a disk";
    default:
        return "no device";
    }
}

/* Whether the kernel's messages or a login may be on this line: /dev/tty, /dev/console, the screens, and what
 * console= names, as /sys/class/tty/console/active lists it. */
static bool serial_is_console(dev_t device)
{
    char name[64];
    char path[128];
    unsigned first = 0;
    unsigned second = 0;
    bool found = major(device) == TTYAUX_MAJOR || (major(device) == TTY_MAJOR && minor(device) < SCREENS);
    FILE *active = fopen("/sys/class/tty/console/active", "re");
    while (active && !found && fscanf(active, "%63s", name) == 1) {
        snprintf(path, sizeof(path), "/sys/class/tty/%s/dev", name);
        FILE *number = fopen(path, "re");
        found = number && fscanf(number, "%u:%u", &first, &second) == 2 && makedev(first, second) == device;
        if (number) {
            fclose(number);
        }
    }
    if (active) {
        fclose(active);
    }
    return found;
}

static bool serial_is_pseudo(dev_t device)
{
    return major(device) >= UNIX98_PTY_SLAVE_MAJOR &&
           major(device) < UNIX98_PTY_SLAVE_MAJOR + UNIX98_PTY_MAJOR_COUNT;
}

/* Before it is opened, because opening a tape or a FIFO has effects of its own. */
int port_serial_check(const struct stat *status, struct err *err)
{
    if (!S_ISCHR(status->st_mode)) {
        return err_set(err, "not a serial line but %s", serial_other_kind(status->st_mode));
    }
    if (serial_is_console(status->st_rdev)) {
        return err_set(err, "this machine's console: no dongle is there");
    }
    if (serial_is_pseudo(status->st_rdev) && status->st_uid != geteuid()) {
        return err_set(err, "a pseudo terminal of another user");
    }
    return 0;
}

/* The lock holds among those who ask; TIOCEXCL keeps the others out. */
static int serial_lock(const struct port_target *target, int fd, struct err *err)
{
    if (!isatty(fd)) {
        return err_set(err, "not a serial line");
    }
    if (tcgetsid(fd) >= 0) {
        return err_set(err, "the terminal that this program was started from");
    }
    if (flock(fd, LOCK_EX | LOCK_NB) || ioctl(fd, TIOCEXCL)) {
        return serial_explain(target, errno, err);
    }
    return 0;
}

/* FTDI chips hold bytes back for 16 ms unless told otherwise. Not all drivers know it, so failing is fine. */
static void serial_hurry(int fd)
{
    struct serial_struct serial;
    if (ioctl(fd, TIOCGSERIAL, &serial) == 0) {
        serial.flags = (int)((unsigned)serial.flags | ASYNC_LOW_LATENCY);
        ioctl(fd, TIOCSSERIAL, &serial);
    }
}

bool port_serial_has_speed(int fd)
{
    struct serial_struct serial;
    return ioctl(fd, TIOCGSERIAL, &serial) == 0;
}

/* A line that refuses it falls silent, which the dialogue notices. */
void port_serial_set_baud(int fd, int baud)
{
    struct termios settings;
    if (tcgetattr(fd, &settings) == 0) {
        cfsetispeed(&settings, serial_speed(baud));
        cfsetospeed(&settings, serial_speed(baud));
        tcsetattr(fd, TCSADRAIN, &settings);
    }
}

static int serial_set_up(const struct port_target *target, int fd, struct err *err)
{
    struct termios settings;
    if (tcgetattr(fd, &settings)) {
        return serial_explain(target, errno, err);
    }
    cfmakeraw(&settings);
    settings.c_cflag &= (tcflag_t) ~(CSTOPB | CRTSCTS | HUPCL);
    settings.c_cflag |= CLOCAL | CREAD;
    cfsetispeed(&settings, serial_speed(target->baud));
    cfsetospeed(&settings, serial_speed(target->baud));
    if (tcsetattr(fd, TCSANOW, &settings)) {
        return serial_explain(target, errno, err);
    }
    serial_hurry(fd);
    tcflush(fd, TCIOFLUSH);
    return 0;
}

/* What stands at the path may change between the looks: what was opened is judged again. */
static int serial_take(const struct port_target *target, int fd, struct err *err)
{
    struct stat status;
    if (fstat(fd, &status)) {
        return serial_explain(target, errno, err);
    }
    return port_serial_check(&status, err) || serial_lock(target, fd, err) || serial_set_up(target, fd, err)
               ? -1
               : 0;
}

static int serial_open(const struct port_target *target, struct err *err)
{
    struct stat status;
    if (stat(target->name, &status)) {
        return serial_explain(target, errno, err);
    }
    if (port_serial_check(&status, err)) {
        return -1;
    }
    int fd = open(target->name, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0) {
        return serial_explain(target, errno, err);
    }
    if (serial_take(target, fd, err)) {
        close(fd);
        return -1;
    }
    return fd;
}

/* TIOCEXCL outlives our descriptor as long as anybody else has the line open, and would then keep us out,
 * too. */
static void serial_release(int fd)
{
    ioctl(fd, TIOCNXCL);
}

static int serial_parse(struct port_target *target, struct err *err)
{
    (void)target;
    (void)err;
    return 0;
}

const struct port_kind port_serial = {
    .prefix = "/",
    .is_serial = true,
    .open_ns = OPEN_NS,
    .parse = serial_parse,
    .open = serial_open,
    .release = serial_release,
    .explain = serial_explain,
};
