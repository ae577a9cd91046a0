/* LD_PRELOAD: time runs CLOCK_SPEED times as fast since the moment CLOCK_START (ns of CLOCK_MONOTONIC), for
 * all programs that share these two alike. Only what garaged waits by is converted. */
#include <errno.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#define NS_PER_S INT64_C(1000000000)

int timerfd_settime(int fd, int flags, const struct itimerspec *new, struct itimerspec *old);
int pthread_cond_timedwait(pthread_cond_t *cond, pthread_mutex_t *mutex, const struct timespec *until);

static int64_t number(const char *name, int64_t otherwise)
{
    const char *text = getenv(name);

    return text ? strtoll(text, NULL, 10) : otherwise;
}

static int64_t to_ns(const struct timespec *time)
{
    return (int64_t)time->tv_sec * NS_PER_S + time->tv_nsec;
}

static struct timespec to_time(int64_t ns)
{
    return (struct timespec){.tv_sec = ns / NS_PER_S, .tv_nsec = ns % NS_PER_S};
}

static int64_t real_ns(clockid_t id)
{
    struct timespec now;

    syscall(SYS_clock_gettime, id, &now);
    return to_ns(&now);
}

static int64_t fast_ns(clockid_t id)
{
    int64_t since_ns = real_ns(CLOCK_MONOTONIC) - number("CLOCK_START", 0);

    return real_ns(id) + (number("CLOCK_SPEED", 1) - 1) * since_ns;
}

int clock_gettime(clockid_t id, struct timespec *now)
{
    if (id != CLOCK_MONOTONIC && id != CLOCK_BOOTTIME && id != CLOCK_REALTIME)
        return (int)syscall(SYS_clock_gettime, id, now);
    *now = to_time(fast_ns(id));
    return 0;
}

/* When the real clock will be where the fast one shows `time`: never in the past's past. */
static struct timespec real_moment(clockid_t id, const struct timespec *time)
{
    int64_t ahead_ns = (to_ns(time) - fast_ns(id)) / number("CLOCK_SPEED", 1);
    int64_t moment_ns = real_ns(id) + ahead_ns;

    return to_time(moment_ns > 0 ? moment_ns : 1);
}

int timerfd_settime(int fd, int flags, const struct itimerspec *new, struct itimerspec *old)
{
    struct itimerspec setting = *new;

    if ((flags & TFD_TIMER_ABSTIME) && to_ns(&new->it_value) > 0)
        setting.it_value = real_moment(CLOCK_BOOTTIME, &new->it_value);
    return (int)syscall(SYS_timerfd_settime, fd, flags, &setting, old);
}

/* Of conditions on CLOCK_MONOTONIC, the only ones there are. */
int pthread_cond_timedwait(pthread_cond_t *cond, pthread_mutex_t *mutex, const struct timespec *until)
{
    struct timespec moment = real_moment(CLOCK_MONOTONIC, until);

    return pthread_cond_clockwait(cond, mutex, CLOCK_MONOTONIC, &moment);
}
