/* adapter/replay: a recording plays at its pace, then the link is down. */
#include "adapter/adapter.h"
#include "adapter/replay_pace.h"
#include "util/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct heard {
    struct adapter *adapter;
    unsigned frames;
    unsigned ups, downs;
    bool pause_after_one;
    struct frame first, last;
    char reason[160];
};

static void on_frame(void *ctx, const struct frame *frame)
{
    struct heard *heard = ctx;

    if (heard->frames++ == 0)
        heard->first = *frame;
    heard->last = *frame;
    if (heard->pause_after_one) {
        heard->pause_after_one = false;
        adapter_pause(heard->adapter);
    }
}

static void on_link(void *ctx, enum adapter_link link, const char *reason)
{
    struct heard *heard = ctx;

    heard->ups += link == ADAPTER_LINK_UP;
    heard->downs += link == ADAPTER_LINK_DOWN;
    snprintf(heard->reason, sizeof(heard->reason), "%s", reason);
}

static const struct adapter_events events = {.frame = on_frame, .link = on_link};

/* Writes a file and returns its path, which lasts until the next call frees it. */
static char path[] = "/tmp/garaged-replay-XXXXXX";

static const char *write_log(const char *text)
{
    memcpy(path + sizeof(path) - 7, "XXXXXX", 6);
    int fd = mkstemp(path);

    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
    close(fd);
    return path;
}

static struct adapter *start(struct loop *loop, const char *file, double speed, struct heard *heard)
{
    struct adapter_settings settings = {
        .kind = "replay", .port = file, .interface = "", .replay_speed = speed};
    struct err err;

    heard->adapter = adapter_new(loop, &settings, &events, heard, &err);
    return heard->adapter;
}

static void turn_until_down(struct loop *loop, const struct heard *heard, unsigned downs)
{
    struct err err;

    for (unsigned i = 0; i < 2000 && heard->downs < downs; i++)
        assert_int_equal(loop_turn(loop, 100, &err), 0);
    assert_int_equal(heard->downs, downs);
}

static const char three[] = "# a comment\n(100.000000) can0 55B#D24000AAE1C80091\n(100.010000) can0 5B3#00\n"
                            "no frame\n(100.020000) can1 5C5#4001CB40\n";

static void plays_all_and_says_that_it_ended(void **state)
{
    struct err err;
    struct loop *loop = loop_new(&err);
    struct heard heard = {0};
    struct adapter *adapter = start(loop, write_log(three), 0, &heard);

    (void)state;
    assert_non_null(adapter);
    assert_int_equal(heard.frames, 0);
    turn_until_down(loop, &heard, 1);
    assert_int_equal(heard.frames, 3);
    assert_int_equal(heard.ups, 1);
    assert_int_equal(heard.first.id, 0x55B);
    assert_int_equal(heard.last.id, 0x5C5);
    assert_string_equal(heard.reason, "the recording has ended");
    assert_int_equal(adapter_counter(adapter, ADAPTER_GARBAGE), 1);
    assert_int_equal(adapter_counter(adapter, ADAPTER_FRAMES_IN), 3);
    adapter_free(adapter);
    loop_free(loop);
    unlink(path);
}

static void keeps_the_recordings_pace(void **state)
{
    struct err err;
    struct loop *loop = loop_new(&err);
    struct heard heard = {0};
    int64_t before_ns = clock_boot_ns();
    struct adapter *adapter = start(loop, write_log(three), 1, &heard);

    (void)state;
    turn_until_down(loop, &heard, 1);
    assert_int_equal(heard.last.time_ns - heard.first.time_ns, 20 * NS_PER_MS);
    assert_true(heard.first.time_ns >= before_ns);
    assert_true(clock_boot_ns() >= heard.last.time_ns); /* never before its time */
    adapter_free(adapter);
    loop_free(loop);
    unlink(path);
}

/* Frames of a full bus are played some at a time: a wake-up for each would cost more than they do. */
static void a_full_bus_costs_few_wakeups(void **state)
{
    enum { FRAMES = 2000 };
    struct err err;
    struct loop *loop = loop_new(&err);
    struct heard heard = {0};
    char *text = calloc(FRAMES, 48);
    size_t len = 0;

    (void)state;
    assert_non_null(text);
    for (unsigned i = 0; i < FRAMES; i++)
        len += (size_t)snprintf(text + len, 48, "(100.%06u) can0 55B#D24000AAE1C80091\n", i * 228);
    struct adapter *adapter = start(loop, write_log(text), 1, &heard);
    turn_until_down(loop, &heard, 1);
    assert_int_equal(heard.frames, FRAMES);
    assert_int_equal((heard.last.time_ns - heard.first.time_ns) / NS_PER_US, 1999 * 228);
    assert_true(loop_wakeups(loop) < FRAMES / 5);
    adapter_free(adapter);
    loop_free(loop);
    free(text);
    unlink(path);
}

static void can_not_be_asked(void **state)
{
    struct err err;
    struct loop *loop = loop_new(&err);
    struct heard heard = {0};
    struct adapter *adapter = start(loop, write_log(three), 0, &heard);
    struct frame frame = {.id = 0x79B, .len = 8, .data = {2, 0x21, 1}};

    (void)state;
    assert_false(adapter_capabilities(adapter) & ADAPTER_CAN_SEND);
    turn_until_down(loop, &heard, 1);
    assert_false(adapter_is_ready(adapter));
    assert_int_equal(adapter_send(adapter, &frame, 0x7BB, &err), -1);
    adapter_done(adapter);
    adapter_free(adapter);
    loop_free(loop);
    unlink(path);
}

static void pauses_and_goes_on(void **state)
{
    struct err err;
    struct loop *loop = loop_new(&err);
    struct heard heard = {.pause_after_one = true};
    struct adapter *adapter = start(loop, write_log(three), 0, &heard);

    (void)state;
    turn_until_down(loop, &heard, 1);
    assert_int_equal(heard.frames, 1);
    assert_int_equal(loop_turn(loop, 0, &err), 0);
    assert_int_equal(heard.frames, 1);
    adapter_resume(adapter);
    turn_until_down(loop, &heard, 2);
    assert_int_equal(heard.frames, 3);
    assert_string_equal(heard.reason, "the recording has ended");
    adapter_pause(adapter);
    adapter_resume(adapter);
    assert_string_equal(heard.reason, "the recording has ended");
    adapter_free(adapter);
    loop_free(loop);
    unlink(path);
}

static void refuses_what_is_no_recording(void **state)
{
    struct err err;
    struct loop *loop = loop_new(&err);
    struct heard heard = {0};

    (void)state;
    assert_null(start(loop, "/nowhere/at.all", 1, &heard));
    assert_null(start(loop, "/tmp", 1, &heard));
    assert_null(start(loop, "/dev/null", 1, &heard));
    assert_null(start(loop, write_log(three), -1, &heard));
    unlink(path);
    loop_free(loop);
}

static void yields_while_it_plays(void **state)
{
    struct err err;
    struct loop *loop = loop_new(&err);
    struct heard heard = {0};
    char *text = malloc(2000 * 32 + 1);
    size_t len = 0;

    (void)state;
    assert_non_null(text);
    for (int i = 0; i < 2000; i++)
        len += (size_t)sprintf(text + len, "(1.000000) can0 5B3#%04X\n", i);
    struct adapter *adapter = start(loop, write_log(text), 0, &heard);

    while (heard.frames == 0)
        assert_int_equal(loop_turn(loop, 100, &err), 0);
    assert_true(heard.frames <= 256);
    turn_until_down(loop, &heard, 1);
    assert_int_equal(heard.frames, 2000);
    adapter_free(adapter);
    loop_free(loop);
    unlink(path);
    free(text);
}

static void the_pace(void **state)
{
    struct replay_pace pace;

    (void)state;
    replay_pace_begin(&pace, 2, 1000 * NS_PER_S);
    assert_int_equal(replay_pace_due(&pace, 5 * NS_PER_S, 0), 1000 * NS_PER_S);
    assert_int_equal(replay_pace_due(&pace, 7 * NS_PER_S, 0), 1001 * NS_PER_S);
    assert_int_equal(replay_pace_due(&pace, 6 * NS_PER_S, 0), 1001 * NS_PER_S); /* back: no time */
    assert_int_equal(replay_pace_due(&pace, 8 * NS_PER_S, 0), 1002 * NS_PER_S);
    assert_int_equal(replay_pace_due(&pace, 9000000 * NS_PER_S, 0), 1002 * NS_PER_S + REPLAY_GAP_MAX_NS / 2);
    replay_pace_resume(&pace, 2000 * NS_PER_S);
    assert_int_equal(replay_pace_due(&pace, 9000002 * NS_PER_S, 0), 2001 * NS_PER_S);
    replay_pace_begin(&pace, 0, 5);
    assert_int_equal(replay_pace_due(&pace, 7 * NS_PER_S, 6), 6);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(plays_all_and_says_that_it_ended),
        cmocka_unit_test(keeps_the_recordings_pace),
        cmocka_unit_test(a_full_bus_costs_few_wakeups),
        cmocka_unit_test(can_not_be_asked),
        cmocka_unit_test(pauses_and_goes_on),
        cmocka_unit_test(refuses_what_is_no_recording),
        cmocka_unit_test(yields_while_it_plays),
        cmocka_unit_test(the_pace),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
