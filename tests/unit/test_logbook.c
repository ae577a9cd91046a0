/* util/logbook: the last lines of the log, from any thread, newest first. */
#include "util/clock.h"
#include "util/logbook.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct book {
    struct logbook *logbook;
    struct logbook_line *lines;
    int saved;
};

static int set_up(void **state)
{
    struct book *book = calloc(1, sizeof(*book));

    book->logbook = logbook_new();
    book->lines = calloc(LOGBOOK_LINES, sizeof(*book->lines));
    book->saved = dup(STDERR_FILENO);
    int nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);
    dup2(nowhere, STDERR_FILENO);
    close(nowhere);
    log_set_level(LOG_LEVEL_INFO);
    log_set_sink(logbook_sink(book->logbook));
    *state = book;
    return 0;
}

static int tear_down(void **state)
{
    struct book *book = *state;

    log_set_sink(NULL);
    dup2(book->saved, STDERR_FILENO);
    close(book->saved);
    logbook_free(book->logbook);
    free(book->lines);
    free(book);
    return 0;
}

static void lines_stand_in_it_as_in_the_log(void **state)
{
    struct book *book = *state;
    struct log_repeat repeat = {0};
    int64_t before_ns = clock_boot_ns();

    assert_int_equal(logbook_read(book->logbook, book->lines), 0);
    log_info("web", "listening");
    log_debug("web", "unheard");
    log_repeated(&repeat, 1, LOG_LEVEL_WARNING, "mqtt", "gone\x1B[2J");
    assert_int_equal(logbook_read(book->logbook, book->lines), 2);
    assert_string_equal(book->lines[0].text, "mqtt: gone\\x1B[2J");
    assert_int_equal(book->lines[0].level, LOG_LEVEL_WARNING);
    assert_string_equal(book->lines[1].text, "web: listening");
    assert_string_equal(log_level_name(book->lines[1].level), "info");
    assert_in_range(book->lines[1].boot_ns, before_ns, clock_boot_ns());
}

static void the_oldest_go(void **state)
{
    struct book *book = *state;

    for (int i = 0; i < LOGBOOK_LINES + 5; i++)
        log_info("a", "%d", i);
    assert_int_equal(logbook_read(book->logbook, book->lines), LOGBOOK_LINES);
    assert_string_equal(book->lines[0].text, "a: 204");
    assert_string_equal(book->lines[LOGBOOK_LINES - 1].text, "a: 5");
}

static void a_long_line_is_cut_before_a_character(void **state)
{
    struct book *book = *state;
    char text[LOGBOOK_TEXT + 8];

    memset(text, 'x', sizeof(text));
    strcpy(text + LOGBOOK_TEXT - 5, "\xC3\xA5\xC3\xA5"); /* the second one crosses the end */
    log_info("a", "%s", text);
    assert_int_equal(logbook_read(book->logbook, book->lines), 1);
    assert_int_equal(strlen(book->lines[0].text), LOGBOOK_TEXT - 2);
    assert_string_equal(book->lines[0].text + LOGBOOK_TEXT - 5, "xxx");
    log_info("a", "%.*s", LOGBOOK_TEXT - 4, text);
    assert_int_equal(logbook_read(book->logbook, book->lines), 2);
}

static void *speak(void *ctx)
{
    (void)ctx;
    for (int i = 0; i < 1000; i++)
        log_info("thread", "%s", "one line and no other");
    return NULL;
}

static void threads_speak_at_the_same_time(void **state)
{
    struct book *book = *state;
    pthread_t threads[4];

    for (size_t i = 0; i < 4; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, speak, NULL), 0);
    for (int i = 0; i < 20; i++) {
        size_t count = logbook_read(book->logbook, book->lines);
        for (size_t line = 0; line < count; line++)
            assert_string_equal(book->lines[line].text, "thread: one line and no other");
    }
    for (size_t i = 0; i < 4; i++)
        pthread_join(threads[i], NULL);
    assert_int_equal(logbook_read(book->logbook, book->lines), LOGBOOK_LINES);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(lines_stand_in_it_as_in_the_log, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_oldest_go, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_long_line_is_cut_before_a_character, set_up, tear_down),
        cmocka_unit_test_setup_teardown(threads_speak_at_the_same_time, set_up, tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
