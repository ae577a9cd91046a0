/* The loop: every descriptor in one epoll set, every timer in one sorted list behind one timerfd. Few dozens
 * of timers are expected, so the list is searched; nothing is allocated when a timer starts. What is freed
 * inside a callback takes effect at once, but a watch's memory lives until the end of the turn, because the
 * kernel's batch may name it. No threads, no idle work, no priorities, no edge-triggering. */
#include "util/loop.h"

#include "util/clock.h"

#include <assert.h>
#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>
#include <sys/signalfd.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#define LOOP_EVENTS_A_TURN 32 /* what is left over is reported again: level-triggered */

TAILQ_HEAD(timer_list, loop_timer);

struct loop_watch {
    struct loop *loop;
    int fd;
    loop_watch_fn *fn; /* NULL: freed, and only waiting for the end of the turn */
    void *ctx;
    LIST_ENTRY(loop_watch) entry;
};

LIST_HEAD(watch_list, loop_watch);

struct loop_timer {
    struct loop *loop;
    struct timer_list *list; /* NULL: not running */
    int64_t deadline_ns;
    loop_timer_fn *fn;
    void *ctx;
    TAILQ_ENTRY(loop_timer) entry;
};

struct loop {
    int epoll_fd;
    int timer_fd;
    int signal_fd;
    struct loop_watch *timer_watch;
    struct loop_watch *signal_watch;
    loop_signal_fn *signal_fn;
    void *signal_ctx;
    struct timer_list waiting; /* by deadline, then by order of starting */
    struct timer_list due;     /* taken out of `waiting` in this turn, not yet called */
    int64_t armed_ns;          /* what the timerfd is set to; TIME_NONE: not set */
    struct watch_list watches;
    struct watch_list freed;
    size_t timers;
    uint64_t wakeups;
    int64_t pace_ns;
    int64_t woke_ns;   /* when epoll_wait returned last; only kept while there is a pace */
    int64_t linger_ns; /* before the next epoll_wait */
    bool turning;
    bool stopping;
};

static void on_timer_fd(void *ctx, uint32_t events);
static void on_signal_fd(void *ctx, uint32_t events);

struct loop *loop_new(struct err *err)
{
    struct loop *loop = calloc(1, sizeof(*loop));

    if (!loop) {
        err_set(err, "out of memory");
        return NULL;
    }
    loop->signal_fd = -1;
    loop->armed_ns = TIME_NONE;
    loop->woke_ns = TIME_NONE;
    TAILQ_INIT(&loop->waiting);
    TAILQ_INIT(&loop->due);
    LIST_INIT(&loop->watches);
    LIST_INIT(&loop->freed);
    loop->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    loop->timer_fd = timerfd_create(CLOCK_BOOTTIME, TFD_CLOEXEC | TFD_NONBLOCK);
    if (loop->epoll_fd < 0 || loop->timer_fd < 0) {
        err_set(err, "make an event loop: %s", strerror(errno));
        loop_free(loop);
        return NULL;
    }
    loop->timer_watch = loop_watch_new(loop, loop->timer_fd, EPOLLIN, on_timer_fd, loop, err);
    if (!loop->timer_watch) {
        loop_free(loop);
        return NULL;
    }
    return loop;
}

static void close_if_open(int fd)
{
    if (fd >= 0)
        close(fd);
}

void loop_free(struct loop *loop)
{
    if (!loop)
        return;
    assert(!loop->turning);
    loop_watch_free(loop->timer_watch);
    loop_watch_free(loop->signal_watch);
    assert(LIST_EMPTY(&loop->watches));
    assert(loop->timers == 0);
    close_if_open(loop->signal_fd);
    close_if_open(loop->timer_fd);
    close_if_open(loop->epoll_fd);
    free(loop);
}

int loop_fd(const struct loop *loop)
{
    return loop->epoll_fd;
}

uint64_t loop_wakeups(const struct loop *loop)
{
    return loop->wakeups;
}

/* ---- watches ---- */

struct loop_watch *loop_watch_new(struct loop *loop, int fd, uint32_t events, loop_watch_fn *fn, void *ctx,
                                  struct err *err)
{
    struct loop_watch *watch = calloc(1, sizeof(*watch));

    if (!watch) {
        err_set(err, "out of memory");
        return NULL;
    }
    *watch = (struct loop_watch){.loop = loop, .fd = fd, .fn = fn, .ctx = ctx};
    struct epoll_event event = {.events = events, .data.ptr = watch};
    if (epoll_ctl(loop->epoll_fd, EPOLL_CTL_ADD, fd, &event) != 0) {
        err_set(err, "watch descriptor %d: %s", fd, strerror(errno));
        free(watch);
        return NULL;
    }
    LIST_INSERT_HEAD(&loop->watches, watch, entry);
    return watch;
}

int loop_watch_set(struct loop_watch *watch, uint32_t events, struct err *err)
{
    struct epoll_event event = {.events = events, .data.ptr = watch};

    if (epoll_ctl(watch->loop->epoll_fd, EPOLL_CTL_MOD, watch->fd, &event) != 0)
        return err_set(err, "watch descriptor %d: %s", watch->fd, strerror(errno));
    return 0;
}

void loop_watch_free(struct loop_watch *watch)
{
    if (!watch)
        return;
    struct loop *loop = watch->loop;
    epoll_ctl(loop->epoll_fd, EPOLL_CTL_DEL, watch->fd, NULL);
    LIST_REMOVE(watch, entry);
    watch->fn = NULL;
    if (loop->turning)
        LIST_INSERT_HEAD(&loop->freed, watch, entry);
    else
        free(watch);
}

static void bury_freed_watches(struct loop *loop)
{
    while (!LIST_EMPTY(&loop->freed)) {
        struct loop_watch *watch = LIST_FIRST(&loop->freed);
        LIST_REMOVE(watch, entry);
        free(watch);
    }
}

/* ---- timers ---- */

/* Sets the timerfd to the earliest timer. Not inside a turn: its end does it once for all. Outside of turns
 * it must happen at once, because whoever watches loop_fd() comes back only when the descriptor becomes
 * readable. */
static void arm(struct loop *loop)
{
    const struct loop_timer *first = TAILQ_FIRST(&loop->waiting);
    int64_t wanted_ns = first ? first->deadline_ns : TIME_NONE;
    struct itimerspec setting = {{0, 0}, {0, 0}};

    if (loop->turning || wanted_ns == loop->armed_ns)
        return;
    if (wanted_ns != TIME_NONE) {
        setting.it_value.tv_sec = (time_t)(wanted_ns / NS_PER_S);
        setting.it_value.tv_nsec = (long)(wanted_ns % NS_PER_S);
    }
    if (timerfd_settime(loop->timer_fd, TFD_TIMER_ABSTIME, &setting, NULL) == 0)
        loop->armed_ns = wanted_ns;
}

struct loop_timer *loop_timer_new(struct loop *loop, loop_timer_fn *fn, void *ctx)
{
    struct loop_timer *timer = calloc(1, sizeof(*timer));

    if (!timer)
        return NULL;
    *timer = (struct loop_timer){.loop = loop, .fn = fn, .ctx = ctx};
    loop->timers++;
    return timer;
}

static void take_out(struct loop_timer *timer)
{
    if (timer->list)
        TAILQ_REMOVE(timer->list, timer, entry);
    timer->list = NULL;
}

/* From the end, because most timers are started for later than those that wait. */
static void put_in_order(struct timer_list *list, struct loop_timer *timer)
{
    struct loop_timer *before = TAILQ_LAST(list, timer_list);

    while (before && before->deadline_ns > timer->deadline_ns)
        before = TAILQ_PREV(before, timer_list, entry);
    if (before)
        TAILQ_INSERT_AFTER(list, before, timer, entry);
    else
        TAILQ_INSERT_HEAD(list, timer, entry);
    timer->list = list;
}

void loop_timer_start(struct loop_timer *timer, int64_t deadline_ns)
{
    take_out(timer);
    if (deadline_ns != TIME_NONE) {
        timer->deadline_ns = deadline_ns > 0 ? deadline_ns : 1; /* 0 would switch the timerfd off */
        put_in_order(&timer->loop->waiting, timer);
    }
    arm(timer->loop);
}

void loop_timer_stop(struct loop_timer *timer)
{
    take_out(timer);
    arm(timer->loop);
}

void loop_timer_free(struct loop_timer *timer)
{
    if (!timer)
        return;
    loop_timer_stop(timer);
    timer->loop->timers--;
    free(timer);
}

static void collect_due(struct loop *loop, int64_t now_ns)
{
    struct loop_timer *timer;

    while ((timer = TAILQ_FIRST(&loop->waiting)) && timer->deadline_ns <= now_ns) {
        take_out(timer);
        put_in_order(&loop->due, timer);
    }
}

/* Those due are taken aside first, so that one that starts itself for "now" gets its turn, and no more than
 * one. */
static void on_timer_fd(void *ctx, uint32_t events)
{
    struct loop *loop = ctx;
    struct loop_timer *timer;
    uint64_t expirations;

    (void)events;
    if (read(loop->timer_fd, &expirations, sizeof(expirations)) < 0)
        return; /* set anew since the kernel reported it */
    loop->armed_ns = TIME_NONE;
    int64_t now_ns = clock_boot_ns();
    collect_due(loop, now_ns);
    while ((timer = TAILQ_FIRST(&loop->due))) {
        take_out(timer);
        timer->fn(timer->ctx, now_ns);
    }
}

/* ---- signals ---- */

static void on_signal_fd(void *ctx, uint32_t events)
{
    struct loop *loop = ctx;
    struct signalfd_siginfo info;

    (void)events;
    while (read(loop->signal_fd, &info, sizeof(info)) == (ssize_t)sizeof(info))
        loop->signal_fn(loop->signal_ctx, (int)info.ssi_signo);
}

/* What would end the process and means nothing to it. */
static void ignore_others(void)
{
    static const int others[] = {SIGPIPE, SIGALRM, SIGUSR1, SIGUSR2};

    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
        signal(others[i], SIG_IGN);
}

int loop_catch_signals(struct loop *loop, const int *signals, loop_signal_fn *fn, void *ctx, struct err *err)
{
    sigset_t set;

    assert(loop->signal_fd < 0);
    sigemptyset(&set);
    for (const int *number = signals; *number != 0; number++)
        sigaddset(&set, *number);
    int failure = pthread_sigmask(SIG_BLOCK, &set, NULL);
    if (failure != 0)
        return err_set(err, "block signals: %s", strerror(failure));
    ignore_others();
    loop->signal_fn = fn;
    loop->signal_ctx = ctx;
    loop->signal_fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
    if (loop->signal_fd < 0)
        return err_set(err, "catch signals: %s", strerror(errno));
    loop->signal_watch = loop_watch_new(loop, loop->signal_fd, EPOLLIN, on_signal_fd, loop, err);
    return loop->signal_watch ? 0 : -1;
}

/* ---- turns ---- */

static void dispatch(const struct epoll_event *event)
{
    const struct loop_watch *watch = event->data.ptr;

    if (watch->fn)
        watch->fn(watch->ctx, event->events);
}

void loop_set_pace(struct loop *loop, int64_t pace_ns)
{
    if (pace_ns == loop->pace_ns)
        return;
    loop->pace_ns = pace_ns;
    loop->woke_ns = TIME_NONE;
}

void loop_linger(struct loop *loop, int64_t linger_ns)
{
    loop->linger_ns = linger_ns;
}

static int64_t pace_left_ns(const struct loop *loop)
{
    bool paced = loop->pace_ns > 0 && loop->woke_ns != TIME_NONE;

    return paced ? loop->woke_ns + loop->pace_ns - clock_boot_ns() : 0;
}

/* Lets events gather: descriptors, timers and signals alike. */
static void gather(struct loop *loop)
{
    int64_t pace_ns = pace_left_ns(loop);
    int64_t wait_ns = pace_ns > loop->linger_ns ? pace_ns : loop->linger_ns;
    struct timespec wait = {.tv_sec = (time_t)(wait_ns / NS_PER_S), .tv_nsec = (long)(wait_ns % NS_PER_S)};

    loop->linger_ns = 0;
    if (wait_ns > 0)
        nanosleep(&wait, NULL);
}

int loop_turn(struct loop *loop, int timeout_ms, struct err *err)
{
    struct epoll_event events[LOOP_EVENTS_A_TURN];

    assert(!loop->turning);
    gather(loop);
    int count = epoll_wait(loop->epoll_fd, events, LOOP_EVENTS_A_TURN, timeout_ms);
    loop->wakeups++;
    if (loop->pace_ns > 0)
        loop->woke_ns = clock_boot_ns();
    if (count < 0)
        return errno == EINTR ? 0 : err_set(err, "wait for events: %s", strerror(errno));
    loop->turning = true;
    for (int i = 0; i < count; i++)
        dispatch(&events[i]);
    loop->turning = false;
    bury_freed_watches(loop);
    arm(loop);
    return 0;
}

int loop_run(struct loop *loop, struct err *err)
{
    int result = 0;

    while (!loop->stopping && result == 0)
        result = loop_turn(loop, -1, err);
    loop->stopping = false;
    return result;
}

void loop_stop(struct loop *loop)
{
    loop->stopping = true;
}
