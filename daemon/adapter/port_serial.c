/* Serial lines: USB adapters, /dev/rfcomm*, pseudo terminals in tests. Only one program may use one, and
 * nothing that is not a terminal is touched. Knows no protocol; searches for no speed. */
#include "adapter/port.h"
#include "adapter/port_private.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/serial.h>
#include <string.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

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

/* Before it is opened, because opening a tape or a FIFO has effects of its own. */
static int serial_check(const char *path, struct err *err)
{
    struct stat status;
    if (stat(path, &status)) {
        return err_set(err, "%s", port_words(errno, true));
    }
    if (!S_ISCHR(status.st_mode)) {
        return err_set(err, "not a serial line");
    }
    return 0;
}

/* The lock holds among those who ask; TIOCEXCL keeps the others out. */
static int serial_lock(int fd, struct err *err)
{
    if (!isatty(fd)) {
        return err_set(err, "not a serial line");
    }
    if (flock(fd, LOCK_EX | LOCK_NB) || ioctl(fd, TIOCEXCL)) {
        return err_set(err, "%s", port_words(errno, true));
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

static int serial_set_up(int fd, int baud, struct err *err)
{
    struct termios settings;
    if (tcgetattr(fd, &settings)) {
        return err_set(err, "%s", port_words(errno, true));
    }
    cfmakeraw(&settings);
    settings.c_cflag &= (tcflag_t) ~(CSTOPB | CRTSCTS | HUPCL);
    settings.c_cflag |= CLOCAL | CREAD;
    cfsetispeed(&settings, serial_speed(baud));
    cfsetospeed(&settings, serial_speed(baud));
    if (tcsetattr(fd, TCSANOW, &settings)) {
        return err_set(err, "%s", port_words(errno, true));
    }
    serial_hurry(fd);
    tcflush(fd, TCIOFLUSH);
    return 0;
}

int port_serial_open(const char *path, int baud, struct err *err)
{
    if (serial_check(path, err)) {
        return -1;
    }
    int fd = open(path, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0) {
        return err_set(err, "%s", port_words(errno, true));
    }
    if (serial_lock(fd, err) || serial_set_up(fd, baud, err)) {
        close(fd);
        return -1;
    }
    return fd;
}

/* TIOCEXCL outlives our descriptor as long as anybody else has the line open, and would then keep us out, too. */
void port_serial_release(int fd)
{
    ioctl(fd, TIOCNXCL);
}
