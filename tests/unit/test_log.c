/* util/log through a pipe: levels, prefixes, escapes, one line a call, repeats. */
#include "util/core/time.h"
#include "util/log.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct capture {
    int saved;
    int pipe[2];
    char text[4096];
};

static void capture_begin(struct capture *capture)
{
    assert_int_equal(pipe2(capture->pipe, O_CLOEXEC | O_NONBLOCK), 0);
    capture->saved = dup(STDERR_FILENO);
    dup2(capture->pipe[1], STDERR_FILENO);
}

/* What one read() returns: a line that took two writes would still be one text, a missing one is empty. */
static const char *capture_end(struct capture *capture)
{
    ssize_t len = read(capture->pipe[0], capture->text, sizeof(capture->text) - 1);

    dup2(capture->saved, STDERR_FILENO);
    close(capture->saved);
    close(capture->pipe[0]);
    close(capture->pipe[1]);
    capture->text[len > 0 ? len : 0] = '\0';
    return capture->text;
}

static void set_journal(const struct capture *capture, unsigned long long add_to_inode)
{
    char stream[64];
    struct stat status;

    fstat(capture->pipe[1], &status);
    snprintf(stream, sizeof(stream), "%llu:%llu", (unsigned long long)status.st_dev,
             (unsigned long long)status.st_ino + add_to_inode);
    setenv("JOURNAL_STREAM", stream, 1);
}

static int set_up(void **state)
{
    (void)state;
    unsetenv("JOURNAL_STREAM");
    log_set_level(LOG_LEVEL_INFO);
    return 0;
}

static void drops_what_is_above_the_level(void **state)
{
    (void)state;
    struct capture capture;

    capture_begin(&capture);
    log_debug("web", "unheard");
    log_info("web", "listening on %s", "127.0.0.1");
    log_set_level(LOG_LEVEL_ERROR);
    log_warning("web", "unheard");
    log_error("web", "heard");
    assert_string_equal(capture_end(&capture), "web: listening on 127.0.0.1\nweb: error: heard\n");
}

static void names_the_level_for_people(void **state)
{
    (void)state;
    struct capture capture;

    log_set_level(LOG_LEVEL_DEBUG);
    capture_begin(&capture);
    log_error("a", "1");
    log_warning("a", "2");
    log_notice("a", "3");
    log_info("a", "4");
    log_debug("a", "5");
    assert_string_equal(capture_end(&capture), "a: error: 1\na: warning: 2\na: 3\na: 4\na: debug: 5\n");
}

static void names_the_priority_for_the_journal(void **state)
{
    (void)state;
    struct capture capture;

    log_set_level(LOG_LEVEL_DEBUG);
    capture_begin(&capture);
    set_journal(&capture, 0);
    log_error("a", "1");
    log_warning("a", "2");
    log_notice("a", "3");
    log_info("a", "4");
    log_debug("a", "5");
    assert_string_equal(capture_end(&capture), "<3>a: 1\n<4>a: 2\n<5>a: 3\n<6>a: 4\n<7>a: 5\n");
}

static void writes_no_priority_where_another_stream_is_the_journal(void **state)
{
    (void)state;
    struct capture capture;

    capture_begin(&capture);
    set_journal(&capture, 1);
    log_info("a", "1");
    assert_string_equal(capture_end(&capture), "a: 1\n");
}

static void escapes_what_is_no_text(void **state)
{
    (void)state;
    struct capture capture;

    capture_begin(&capture);
    log_info("elm", "got \"%s\"", "OK\r\n>\x1B[2J\x7F \xC3\xA5 \xC2\x9B \xFF \xE2\x82");
    assert_string_equal(capture_end(&capture),
                        "elm: got \"OK\\x0D\\x0A>\\x1B[2J\\x7F \xC3\xA5 \\xC2\\x9B \\xFF \\xE2\\x82\"\n");
}

static void cuts_a_text_that_is_too_long_and_still_ends_the_line(void **state)
{
    (void)state;
    struct capture capture;
    char text[3000];

    memset(text, 1, sizeof(text) - 1);
    text[sizeof(text) - 1] = '\0';
    capture_begin(&capture);
    log_info("a", "%s", text);
    log_info("a", "next");
    const char *lines = capture_end(&capture);
    assert_true(strchr(lines, '\n') - lines <= 2048);
    assert_string_equal(strchr(lines, '\n') + 1, "a: next\n");
}

static void says_a_repeated_fact_once_an_hour_with_its_count(void **state)
{
    (void)state;
    struct capture capture;
    struct log_repeat repeat = {0};

    capture_begin(&capture);
    for (int i = 0; i < 5; i++)
        log_repeated(&repeat, i + 1, LOG_LEVEL_WARNING, "elm", "no answer %d", i);
    log_repeated(&repeat, NS_PER_H, LOG_LEVEL_WARNING, "elm", "no answer");
    log_repeated(&repeat, NS_PER_H + 1, LOG_LEVEL_WARNING, "elm", "no answer");
    log_repeated(&repeat, 2 * NS_PER_H + 2, LOG_LEVEL_WARNING, "elm", "no answer");
    log_repeated(&repeat, 2 * NS_PER_H + 3, LOG_LEVEL_DEBUG, "elm", "unheard is not counted");
    assert_int_equal(repeat.suppressed, 0);
    assert_string_equal(capture_end(&capture),
                        "elm: warning: no answer 0\n"
                        "elm: warning: no answer (5 more times since it was last said)\n"
                        "elm: warning: no answer\n");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup(name, set_up)
    const struct CMUnitTest tests[] = {
        TEST(drops_what_is_above_the_level),
        TEST(names_the_level_for_people),
        TEST(names_the_priority_for_the_journal),
        TEST(writes_no_priority_where_another_stream_is_the_journal),
        TEST(escapes_what_is_no_text),
        TEST(cuts_a_text_that_is_too_long_and_still_ends_the_line),
        TEST(says_a_repeated_fact_once_an_hour_with_its_count),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
