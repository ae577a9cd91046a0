/* util/loop: order of timers, freeing inside callbacks, signals, being watched by another loop. */
#include "util/clock.h"
#include "util/loop.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#define MANY 40 /* more than one turn reports */

struct fixture {
    struct loop *loop;
    struct err err;
    char order[64];
    struct loop_timer *timers[4];
    struct loop_watch *watches[2];
    unsigned calls;
};

struct named {
    struct fixture *fixture;
    char name;
};

static int set_up(void **state)
{
    static const struct fixture empty;
    struct fixture *fixture = test_malloc(sizeof(*fixture));

    *fixture = empty;
    fixture->loop = loop_new(&fixture->err);
    *state = fixture;
    return fixture->loop ? 0 : -1;
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;

    loop_free(fixture->loop);
    test_free(fixture);
    return 0;
}

static void turn(struct fixture *fixture)
{
    assert_int_equal(loop_turn(fixture->loop, 10000, &fixture->err), 0);
}

static void note_timer(void *ctx, int64_t now_ns)
{
    struct named *named = ctx;
    size_t len = strlen(named->fixture->order);

    assert_true(now_ns > 0);
    named->fixture->order[len] = named->name;
}

static void timers_fire_by_deadline_and_then_by_start(void **state)
{
    struct fixture *fixture = *state;
    struct named names[4] = {{fixture, 'a'}, {fixture, 'b'}, {fixture, 'c'}, {fixture, 'd'}};
    int64_t now_ns = clock_boot_ns();

    for (int i = 0; i < 4; i++)
        fixture->timers[i] = loop_timer_new(fixture->loop, note_timer, &names[i]);
    loop_timer_start(fixture->timers[0], now_ns + 3000);
    loop_timer_start(fixture->timers[1], now_ns + 1000);
    loop_timer_start(fixture->timers[2], now_ns + 2000);
    loop_timer_start(fixture->timers[3], now_ns + 2000);
    while (strlen(fixture->order) < 4)
        turn(fixture);
    assert_string_equal(fixture->order, "bcda");
    for (int i = 0; i < 4; i++)
        loop_timer_free(fixture->timers[i]);
}

static void never_fires_early(void **state)
{
    struct fixture *fixture = *state;
    struct named name = {fixture, 'x'};
    struct loop_timer *timer = loop_timer_new(fixture->loop, note_timer, &name);
    int64_t deadline_ns = clock_boot_ns() + 20 * NS_PER_MS;

    loop_timer_start(timer, deadline_ns);
    while (fixture->order[0] == '\0')
        turn(fixture);
    assert_true(clock_boot_ns() >= deadline_ns);
    loop_timer_free(timer);
}

static void moves_and_stops_a_running_timer(void **state)
{
    struct fixture *fixture = *state;
    struct named names[2] = {{fixture, 'a'}, {fixture, 'b'}};
    struct loop_timer *moved = loop_timer_new(fixture->loop, note_timer, &names[0]);
    struct loop_timer *other = loop_timer_new(fixture->loop, note_timer, &names[1]);
    int64_t now_ns = clock_boot_ns();

    loop_timer_start(moved, now_ns);
    loop_timer_start(other, now_ns + NS_PER_MS);
    loop_timer_start(moved, now_ns + 2 * NS_PER_MS);
    while (strlen(fixture->order) < 2)
        turn(fixture);
    assert_string_equal(fixture->order, "ba");

    loop_timer_start(moved, 0);
    loop_timer_stop(moved);
    loop_timer_start(other, now_ns);
    loop_timer_start(other, TIME_NONE);
    assert_int_equal(loop_turn(fixture->loop, 0, &fixture->err), 0);
    assert_string_equal(fixture->order, "ba");
    loop_timer_free(moved);
    loop_timer_free(other);
}

static void start_again_now(void *ctx, int64_t now_ns)
{
    struct fixture *fixture = ctx;

    (void)now_ns;
    fixture->calls++;
    loop_timer_start(fixture->timers[0], 0);
}

static void a_timer_that_starts_itself_for_now_does_not_hold_the_turn(void **state)
{
    struct fixture *fixture = *state;

    fixture->timers[0] = loop_timer_new(fixture->loop, start_again_now, fixture);
    loop_timer_start(fixture->timers[0], 0);
    turn(fixture);
    assert_int_equal(fixture->calls, 1);
    turn(fixture);
    assert_int_equal(fixture->calls, 2);
    loop_timer_free(fixture->timers[0]);
}

static void free_both(void *ctx, int64_t now_ns)
{
    struct fixture *fixture = ctx;

    (void)now_ns;
    fixture->calls++;
    loop_timer_free(fixture->timers[0]);
    loop_timer_free(fixture->timers[1]);
}

static void a_timer_may_free_itself_and_another_that_is_due(void **state)
{
    struct fixture *fixture = *state;

    fixture->timers[0] = loop_timer_new(fixture->loop, free_both, fixture);
    fixture->timers[1] = loop_timer_new(fixture->loop, free_both, fixture);
    loop_timer_start(fixture->timers[0], 1);
    loop_timer_start(fixture->timers[1], 2);
    turn(fixture);
    assert_int_equal(loop_turn(fixture->loop, 0, &fixture->err), 0);
    assert_int_equal(fixture->calls, 1);
}

static void free_both_watches(void *ctx, uint32_t events)
{
    struct fixture *fixture = ctx;

    assert_true(events & EPOLLIN);
    fixture->calls++;
    loop_watch_free(fixture->watches[0]);
    loop_watch_free(fixture->watches[1]);
}

static void a_watch_may_free_itself_and_another_that_is_ready(void **state)
{
    struct fixture *fixture = *state;
    int fds[2] = {eventfd(1, EFD_CLOEXEC), eventfd(1, EFD_CLOEXEC)};

    for (int i = 0; i < 2; i++) {
        fixture->watches[i] =
            loop_watch_new(fixture->loop, fds[i], EPOLLIN, free_both_watches, fixture, &fixture->err);
        assert_non_null(fixture->watches[i]);
    }
    turn(fixture);
    assert_int_equal(loop_turn(fixture->loop, 0, &fixture->err), 0);
    assert_int_equal(fixture->calls, 1);
    close(fds[0]);
    close(fds[1]);
}

static void count_call(void *ctx, uint32_t events)
{
    struct fixture *fixture = ctx;

    (void)events;
    fixture->calls++;
}

static void reports_a_ready_descriptor_again_until_it_is_read(void **state)
{
    struct fixture *fixture = *state;
    int fd = eventfd(1, EFD_CLOEXEC);
    struct loop_watch *watch = loop_watch_new(fixture->loop, fd, EPOLLIN, count_call, fixture, &fixture->err);

    turn(fixture);
    turn(fixture);
    assert_int_equal(fixture->calls, 2);
    assert_int_equal(loop_watch_set(watch, 0, &fixture->err), 0);
    assert_int_equal(loop_turn(fixture->loop, 0, &fixture->err), 0);
    assert_int_equal(fixture->calls, 2);
    assert_int_equal(loop_watch_set(watch, EPOLLOUT, &fixture->err), 0);
    turn(fixture);
    assert_int_equal(fixture->calls, 3);
    assert_int_equal(loop_wakeups(fixture->loop), 4);
    loop_watch_free(watch);
    close(fd);
}

static void serves_more_descriptors_than_one_turn_reports(void **state)
{
    struct fixture *fixture = *state;
    struct loop_watch *watches[MANY];
    int fds[MANY];

    for (int i = 0; i < MANY; i++) {
        fds[i] = eventfd(1, EFD_CLOEXEC);
        watches[i] = loop_watch_new(fixture->loop, fds[i], EPOLLIN, count_call, fixture, &fixture->err);
    }
    turn(fixture);
    turn(fixture);
    assert_true(fixture->calls >= MANY);
    for (int i = 0; i < MANY; i++) {
        loop_watch_free(watches[i]);
        close(fds[i]);
    }
}

static void says_which_descriptor_cannot_be_watched(void **state)
{
    struct fixture *fixture = *state;

    assert_null(loop_watch_new(fixture->loop, 999, EPOLLIN, count_call, fixture, &fixture->err));
    assert_string_equal(fixture->err.text, "watch descriptor 999: Bad file descriptor");
}

static void another_loop_sees_timers_started_between_turns(void **state)
{
    struct fixture *fixture = *state;
    struct named name = {fixture, 'x'};
    struct loop_timer *timer = loop_timer_new(fixture->loop, note_timer, &name);
    struct pollfd outer = {.fd = loop_fd(fixture->loop), .events = POLLIN};

    assert_int_equal(poll(&outer, 1, 0), 0);
    loop_timer_start(timer, clock_boot_ns() + NS_PER_H);
    assert_int_equal(poll(&outer, 1, 0), 0);
    loop_timer_start(timer, clock_boot_ns());
    assert_int_equal(poll(&outer, 1, 10000), 1);
    assert_int_equal(loop_turn(fixture->loop, 0, &fixture->err), 0);
    assert_string_equal(fixture->order, "x");
    assert_int_equal(poll(&outer, 1, 0), 0);
    loop_timer_free(timer);
}

static void stop_on_second_signal(void *ctx, int signal_number)
{
    struct fixture *fixture = ctx;

    fixture->order[fixture->calls++] = signal_number == SIGUSR1 ? '1' : '2';
    if (fixture->calls == 2)
        loop_stop(fixture->loop);
}

static void reports_signals_and_stops(void **state)
{
    struct fixture *fixture = *state;
    const int signals[] = {SIGUSR1, SIGUSR2, 0};
    sigset_t mask;

    pthread_sigmask(SIG_BLOCK, NULL, &mask);
    assert_int_equal(
        loop_catch_signals(fixture->loop, signals, stop_on_second_signal, fixture, &fixture->err), 0);
    raise(SIGUSR1);
    raise(SIGUSR2);
    assert_int_equal(loop_run(fixture->loop, &fixture->err), 0);
    assert_string_equal(fixture->order, "12");
    pthread_sigmask(SIG_SETMASK, &mask, NULL);
}

static void with_a_pace_a_busy_descriptor_costs_few_wakeups(void **state)
{
    struct fixture *fixture = *state;
    int fd = eventfd(1, EFD_CLOEXEC | EFD_NONBLOCK);
    struct loop_watch *watch = loop_watch_new(fixture->loop, fd, EPOLLIN, count_call, fixture, &fixture->err);

    assert_non_null(watch);
    loop_set_pace(fixture->loop, 5 * NS_PER_MS);
    int64_t began_ns = clock_boot_ns();
    for (int i = 0; i < 10; i++) {
        turn(fixture);
        loop_set_pace(fixture->loop, 5 * NS_PER_MS); /* the same again changes nothing */
    }
    assert_true(clock_boot_ns() - began_ns >= 45 * NS_PER_MS);
    assert_int_equal(fixture->calls, 10);
    loop_watch_free(watch);
    close(fd);
}

static void lingering_lets_the_pieces_come_together_once(void **state)
{
    struct fixture *fixture = *state;
    struct named names[2] = {{fixture, 'a'}, {fixture, 'b'}};
    int64_t began_ns = clock_boot_ns();

    for (int i = 0; i < 2; i++) {
        fixture->timers[i] = loop_timer_new(fixture->loop, note_timer, &names[i]);
        loop_timer_start(fixture->timers[i], began_ns + (1 + 10 * i) * NS_PER_MS);
    }
    loop_linger(fixture->loop, 20 * NS_PER_MS);
    turn(fixture);
    assert_string_equal(fixture->order, "ab");
    assert_true(clock_boot_ns() - began_ns >= 20 * NS_PER_MS);
    for (int i = 0; i < 2; i++)
        loop_timer_free(fixture->timers[i]);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(timers_fire_by_deadline_and_then_by_start),
        TEST(never_fires_early),
        TEST(moves_and_stops_a_running_timer),
        TEST(a_timer_that_starts_itself_for_now_does_not_hold_the_turn),
        TEST(a_timer_may_free_itself_and_another_that_is_due),
        TEST(a_watch_may_free_itself_and_another_that_is_ready),
        TEST(reports_a_ready_descriptor_again_until_it_is_read),
        TEST(serves_more_descriptors_than_one_turn_reports),
        TEST(says_which_descriptor_cannot_be_watched),
        TEST(another_loop_sees_timers_started_between_turns),
        TEST(with_a_pace_a_busy_descriptor_costs_few_wakeups),
        TEST(lingering_lets_the_pieces_come_together_once),
        TEST(reports_signals_and_stops),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
