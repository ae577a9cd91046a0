/* Child processes by posix fork and pidfd, so that the loop hears of a death like of any other event. Does
 * not restart. */
#include "link/spawn.h"

#include "link/link.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define SPAWN_GRACE_MS 1000

struct spawn {
    pid_t pid;
    int pidfd;
    struct loop_watch *watch;
    spawn_exit_fn *fn;
    void *ctx;
};

static void child_died(void *ctx, uint32_t events)
{
    struct spawn *spawn = ctx;
    int status = 0;

    (void)events;
    if (waitpid(spawn->pid, &status, WNOHANG) != spawn->pid)
        return;
    spawn->pid = 0;
    loop_watch_free(spawn->watch);
    spawn->watch = NULL;
    spawn->fn(spawn->ctx, status);
}

/* Between fork and exec: only calls that are allowed there. */
static void become_child(const char *const *arguments, pid_t parent)
{
    sigset_t none;

    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    if (getppid() != parent)
        _exit(0);
    execv(arguments[0], (char *const *)(uintptr_t)arguments);
    _exit(127);
}

static pid_t start_child(const char *const *arguments, int child_fd)
{
    const char *list[SPAWN_ARGUMENT_MAX + 1];
    char number[16];
    size_t count = 0;

    snprintf(number, sizeof(number), "%d", child_fd);
    for (; arguments[count] && count < SPAWN_ARGUMENT_MAX; count++)
        list[count] = strcmp(arguments[count], "%d") == 0 ? number : arguments[count];
    list[count] = NULL;
    pid_t parent = getpid();
    pid_t pid = fork();
    if (pid == 0)
        become_child(list, parent);
    return pid;
}

struct spawn *spawn_new(struct loop *loop, const char *const *arguments, int *fd, spawn_exit_fn *fn,
                        void *ctx, struct err *err)
{
    int ends[2];
    struct spawn *spawn = calloc(1, sizeof(*spawn));

    if (!spawn || link_pair(ends, err)) {
        free(spawn);
        return NULL;
    }
    spawn->fn = fn;
    spawn->ctx = ctx;
    spawn->pid = start_child(arguments, ends[1]);
    close(ends[1]);
    if (spawn->pid < 0) {
        err_set(err, "start %s: %s", arguments[0], strerror(errno));
        close(ends[0]);
        free(spawn);
        return NULL;
    }
    spawn->pidfd = (int)syscall(SYS_pidfd_open, spawn->pid, 0);
    spawn->watch = loop_watch_new(loop, spawn->pidfd, EPOLLIN, child_died, spawn, err);
    if (!spawn->watch) {
        close(ends[0]);
        spawn_free(spawn);
        return NULL;
    }
    *fd = ends[0];
    return spawn;
}

static void end_child(struct spawn *spawn)
{
    struct pollfd death = {.fd = spawn->pidfd, .events = POLLIN};

    kill(spawn->pid, SIGTERM);
    if (poll(&death, 1, SPAWN_GRACE_MS) != 1)
        kill(spawn->pid, SIGKILL);
    waitpid(spawn->pid, NULL, 0);
}

void spawn_free(struct spawn *spawn)
{
    if (!spawn)
        return;
    loop_watch_free(spawn->watch);
    if (spawn->pid > 0)
        end_child(spawn);
    if (spawn->pidfd >= 0)
        close(spawn->pidfd);
    free(spawn);
}
