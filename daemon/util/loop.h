/* A small epoll loop: descriptors, timers on CLOCK_BOOTTIME (one timerfd for the earliest), signals
 * (signalfd). Level-triggered, one thread. Another loop (libwebsockets) can watch its one descriptor. */
#ifndef UTIL_LOOP_H
#define UTIL_LOOP_H

#include "util/core/err.h"

#include <stdint.h>
#include <sys/epoll.h>

struct loop;
struct loop_watch;
struct loop_timer;

typedef void loop_watch_fn(void *ctx, uint32_t events); /* EPOLLIN, EPOLLOUT, EPOLLHUP, EPOLLERR */
typedef void loop_timer_fn(void *ctx, int64_t now_ns);
typedef void loop_signal_fn(void *ctx, int signal_number);

struct loop *loop_new(struct err *err);
void loop_free(struct loop *loop); /* NULL is fine; watches and timers must be gone */

/* Readable when a turn has something to do. It stays the loop's. */
int loop_fd(const struct loop *loop);

/* Waits up to `timeout_ms` (-1: for ever) and dispatches what is ready. 0, or -1 with err. */
int loop_turn(struct loop *loop, int timeout_ms, struct err *err);

/* Turns until loop_stop(). */
int loop_run(struct loop *loop, struct err *err);
void loop_stop(struct loop *loop);

/* At least so long between two wake-ups: what arrives meanwhile is dispatched together, late by at most that.
 * For hours in which nothing is urgent. 0, at the start: none. */
void loop_set_pace(struct loop *loop, int64_t pace_ns);

/* So long before the next wait: what is expected in pieces is dispatched together. Holds for one turn. */
void loop_linger(struct loop *loop, int64_t linger_ns);

/* How often epoll_wait returned: the wake-ups that the bench counts. */
uint64_t loop_wakeups(const struct loop *loop);

/* Watches `fd`, which stays the caller's. NULL with err. A watch may be freed inside any callback and is not
 * called after that. Free it before closing its descriptor: the number may already be another's when it is
 * taken out. */
struct loop_watch *loop_watch_new(struct loop *loop, int fd, uint32_t events, loop_watch_fn *fn, void *ctx,
                                  struct err *err);
int loop_watch_set(struct loop_watch *watch, uint32_t events, struct err *err);
void loop_watch_free(struct loop_watch *watch);

/* Timers fire once, at or after `deadline_ns` (CLOCK_BOOTTIME), those of one turn by deadline. Start moves
 * one that is already running; TIME_NONE stops it. Both, and free, are fine inside any callback. NULL when
 * out of memory. */
struct loop_timer *loop_timer_new(struct loop *loop, loop_timer_fn *fn, void *ctx);
void loop_timer_start(struct loop_timer *timer, int64_t deadline_ns);
void loop_timer_stop(struct loop_timer *timer);
void loop_timer_free(struct loop_timer *timer);

/* Blocks the listed signals (0-terminated) in this thread and those started later and reports them through
 * `fn`; once a loop. They stay blocked after loop_free(), and in children until these set their own mask. Those
 * that would end the process and mean nothing to it (SIGPIPE, SIGALRM, SIGUSR1, SIGUSR2) are ignored. */
int loop_catch_signals(struct loop *loop, const int *signals, loop_signal_fn *fn, void *ctx, struct err *err);

#endif
