/* A recording: its lines, its ends, and that nobody keeps the house waiting. */
#include "recorder.h"
#include "adapter/candump.h"
#include "util/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

struct fixture {
    struct definition *definition;
    struct loop *loop;
    struct recorder *recorder;
    struct recorder_result result;
    unsigned ends, steps;
    double done;
    char path[64];
};

static void progressed(void *ctx, double done)
{
    struct fixture *f = ctx;

    f->steps++;
    f->done = done;
}

static void ended(void *ctx, const struct recorder_result *result)
{
    struct fixture *f = ctx;

    f->result = *result;
    f->ends++;
    recorder_free(f->recorder);
    f->recorder = NULL;
    loop_stop(f->loop);
}

static int set_up(void **state)
{
    struct fixture *f = test_calloc(1, sizeof(*f));
    struct err err;

    f->definition = definition_find("config/vehicles", "nissan-leaf", &err);
    f->loop = loop_new(&err);
    assert_non_null(f->definition);
    strcpy(f->path, "/tmp/garaged-recording-XXXXXX");
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;

    recorder_free(f->recorder);
    loop_free(f->loop);
    definition_free(f->definition);
    unlink(f->path);
    test_free(f);
    return 0;
}

static void begin(struct fixture *f, int fd, int64_t seconds, int64_t bytes_max)
{
    static const struct recorder_events events = {progressed, ended};
    const struct recorder_settings settings = {
        .car = "leaf", .definition = f->definition, .seconds = seconds, .bytes_max = bytes_max};
    struct err err;

    f->recorder = recorder_new(f->loop, &settings, fd, &events, f, &err);
    if (!f->recorder)
        fail_msg("%s", err.text);
}

static void take(struct fixture *f, uint16_t id, const char *bytes)
{
    struct frame frame = {.time_ns = clock_boot_ns(), .id = id, .len = 8};

    memcpy(frame.data, bytes, 8);
    recorder_take(f->recorder, &frame);
}

/* Frames until it has ended by itself. */
static void take_until_over(struct fixture *f, unsigned most)
{
    for (unsigned i = 0; i < most && f->ends == 0; i++)
        take(f, 0x55B, "\xD2\x40\x00\xAA\xE1\xC8\x00\x91");
}

static size_t read_file(const struct fixture *f, char *text, size_t size)
{
    int fd = open(f->path, O_RDONLY);
    ssize_t got = read(fd, text, size - 1);

    close(fd);
    text[got > 0 ? got : 0] = '\0';
    return (size_t)got;
}

static void it_ends_when_its_time_is_over(void **state)
{
    struct fixture *f = *state;
    struct err err;
    char text[512];

    begin(f, mkstemp(f->path), 2, 0);
    take(f, 0x55B, "\xD2\x40\x00\xAA\xE1\xC8\x00\x91");
    take(f, 0x79A, "\x10\x15\x61\x81SJNF");
    assert_int_equal(loop_run(f->loop, &err), 0);
    assert_int_equal(f->ends, 1);
    assert_int_equal(f->result.frames, 2);
    assert_int_equal(f->result.hidden, 1);
    assert_string_equal(f->result.words, "2 frames in 2 s");
    assert_true(f->steps >= 1 && f->done > 0 && f->done < 1);
    assert_int_equal(read_file(f, text, sizeof(text)), f->result.bytes);
    assert_int_equal(strncmp(text, "# car leaf, by garaged ", 23), 0);
    assert_non_null(strstr(text, ") can0 55B#D24000AAE1C80091\n("));
    assert_non_null(strstr(text, ") can0 79A#1015618158585858\n"));
}

static void what_the_owner_has_to_know_is_said(void **state)
{
    struct fixture *f = *state;

    begin(f, mkstemp(f->path), 60, 0);
    recorder_note(f->recorder, "the dongle was lost meanwhile: unplugged");
    recorder_note(f->recorder, "and again");
    recorder_end(f->recorder, "garaged-car was killed by signal 9");
    assert_string_equal(f->result.words,
                        "nothing was heard in 0 s; ended early: garaged-car was killed by signal 9; the "
                        "dongle was lost meanwhile: unplugged");
}

static void it_is_no_larger_than_it_may_be(void **state)
{
    struct fixture *f = *state;

    begin(f, mkstemp(f->path), 60, 100000);
    take_until_over(f, 10000);
    assert_int_equal(f->ends, 1);
    assert_true(f->result.bytes <= 100000 && f->result.bytes > 99000);
    assert_non_null(strstr(f->result.words, "ended early: the file is as large as it may be"));
}

/* A limit on the file's size stands for the full card: the write fails as it does there. */
static void a_full_card_ends_it(void **state)
{
    struct fixture *f = *state;
    struct rlimit before, tight;
    char text[1200];

    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    begin(f, mkstemp(f->path), 60, 0);
    tight = (struct rlimit){.rlim_cur = 1000, .rlim_max = before.rlim_max};
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &tight), 0);
    take_until_over(f, 10000);
    setrlimit(RLIMIT_FSIZE, &before);
    assert_int_equal(f->ends, 1);
    assert_non_null(strstr(f->result.words, "ended early: File too large"));
    size_t len = read_file(f, text, sizeof(text));
    assert_true(len > 900 && len < 1000 && len == f->result.bytes);
    assert_int_equal(text[len - 1], '\n'); /* no half line */
}

static void a_reader_that_is_slow_or_gone_ends_it(void **state)
{
    struct fixture *f = *state;
    int ends[2];

    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
    begin(f, ends[0], 60, 0);
    take_until_over(f, 100000);
    assert_int_equal(f->ends, 1);
    assert_non_null(strstr(f->result.words, "ended early: whoever takes it is too slow"));
    close(ends[1]);
    f->ends = 0;
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
    close(ends[1]);
    begin(f, ends[0], 60, 0);
    take_until_over(f, 100000);
    assert_non_null(strstr(f->result.words, "ended early: nobody takes it any more"));
}

static void only_files_and_sockets_are_written_to(void **state)
{
    struct fixture *f = *state;
    const struct recorder_settings settings = {.car = "leaf", .definition = f->definition, .seconds = 1};
    static const struct recorder_events events = {progressed, ended};
    struct err err;
    int ends[2];

    assert_int_equal(pipe(ends), 0);
    assert_null(recorder_new(f->loop, &settings, ends[1], &events, f, &err));
    assert_non_null(strstr(err.text, "neither a file nor a socket"));
    assert_null(recorder_new(f->loop, &settings, -1, &events, f, &err));
    close(ends[0]);
    close(ends[1]);
    int null = open("/dev/null", O_WRONLY);
    assert_null(recorder_new(f->loop, &settings, null, &events, f, &err));
    close(null);
    int closed = open("Makefile", O_RDONLY);
    assert_null(recorder_new(f->loop, &settings, closed, &events, f, &err));
    assert_string_equal(err.text, "the file is not open for writing");
    close(closed);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(it_ends_when_its_time_is_over),         TEST(what_the_owner_has_to_know_is_said),
        TEST(it_is_no_larger_than_it_may_be),        TEST(a_full_card_ends_it),
        TEST(a_reader_that_is_slow_or_gone_ends_it), TEST(only_files_and_sockets_are_written_to),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
