/* Loaded into GNU make for `make demo` alone: an interrupted make ends with an error of its own, and does not
 * tell the recipe when only make itself is interrupted. With this the recipe is asked to end, and its end is
 * make's: 0 after Ctrl-C. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#define LIST_BYTES 4096

int plugin_is_GPL_compatible;
int make_signals_gmk_setup(void);

/* The kernel's list of this process's children: numbers, each with a blank behind it. */
static ssize_t read_children(char *list, size_t size)
{
    int fd = open("/proc/thread-self/children", O_RDONLY | O_CLOEXEC);
    ssize_t len = fd < 0 ? 0 : read(fd, list, size);

    if (fd >= 0)
        close(fd);
    return len;
}

/* SIGTERM whatever came: who is started in the background of a script ignores SIGINT. */
static void end_children(int number)
{
    char list[LIST_BYTES];
    int kept_errno = errno;
    ssize_t len = read_children(list, sizeof(list));
    pid_t child = 0;

    (void)number;
    for (ssize_t i = 0; i < len; i++) {
        if (list[i] >= '0' && list[i] <= '9') {
            child = child * 10 + (list[i] - '0');
            continue;
        }
        if (child > 0)
            kill(child, SIGTERM);
        child = 0;
    }
    errno = kept_errno;
}

int make_signals_gmk_setup(void)
{
    static const int numbers[] = {SIGINT, SIGTERM, SIGHUP};
    struct sigaction action = {.sa_handler = end_children, .sa_flags = SA_RESTART};

    for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
        sigaction(numbers[i], &action, NULL);
    return 1;
}
