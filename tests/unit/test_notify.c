/* util/notify against a socket of our own in systemd's place. */
#include "util/core/time.h"
#include "util/notify.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

struct fixture {
    struct loop *loop;
    struct err err;
    int fd;
    char text[512];
};

static int set_up(void **state)
{
    struct fixture *fixture = test_calloc(1, sizeof(*fixture));
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    char name[sizeof(address.sun_path)];

    fixture->loop = loop_new(&fixture->err);
    snprintf(name, sizeof(name), "@garaged-test-notify-%d", (int)getpid());
    memcpy(address.sun_path + 1, name + 1, strlen(name) - 1);
    fixture->fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    socklen_t size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + strlen(name));
    assert_int_equal(bind(fixture->fd, (struct sockaddr *)&address, size), 0);
    setenv("NOTIFY_SOCKET", name, 1);
    *state = fixture;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;

    unsetenv("NOTIFY_SOCKET");
    unsetenv("WATCHDOG_USEC");
    loop_free(fixture->loop);
    close(fixture->fd);
    test_free(fixture);
    return 0;
}

static const char *heard(struct fixture *fixture)
{
    ssize_t len = recv(fixture->fd, fixture->text, sizeof(fixture->text) - 1, 0);

    fixture->text[len > 0 ? len : 0] = '\0';
    return fixture->text;
}

static void says_ready_status_and_stopping(void **state)
{
    struct fixture *fixture = *state;
    struct notify *notify = notify_new(fixture->loop, &fixture->err);

    notify_ready(notify);
    assert_string_equal(heard(fixture), "READY=1");
    notify_status(notify, "1 car, %s", "asleep\nMAINPID=1");
    assert_string_equal(heard(fixture), "STATUS=1 car, asleep MAINPID=1");
    notify_status(notify, "1 car, asleep MAINPID=1");
    assert_string_equal(heard(fixture), "");
    notify_stopping(notify);
    assert_string_equal(heard(fixture), "STOPPING=1");
    notify_free(notify);
}

static void beats_twice_a_deadline(void **state)
{
    struct fixture *fixture = *state;

    setenv("WATCHDOG_USEC", "2000", 1);
    struct notify *notify = notify_new(fixture->loop, &fixture->err);
    for (int i = 0; i < 3; i++) {
        assert_string_equal(heard(fixture), "WATCHDOG=1");
        assert_int_equal(loop_turn(fixture->loop, 10000, &fixture->err), 0);
    }
    notify_free(notify);
}

/* A part of ours: turns when it is asked, or no more. */
struct fake_part {
    unsigned turns, looks;
    bool hangs;
};

static unsigned fake_turns(void *ctx)
{
    struct fake_part *part = ctx;

    part->looks++;
    if (!part->hangs)
        part->turns++;
    return part->turns;
}

static void a_part_that_turns_is_looked_at_and_left_alone(void **state)
{
    struct fixture *fixture = *state;
    struct fake_part part = {0};

    setenv("WATCHDOG_USEC", "2000", 1);
    struct notify *notify = notify_new(fixture->loop, &fixture->err);
    notify_add_part(notify, "a part", 4 * NS_PER_MS, fake_turns, &part);
    while (part.looks < 20) {
        assert_int_equal(loop_turn(fixture->loop, 10000, &fixture->err), 0);
        assert_string_equal(heard(fixture), "WATCHDOG=1");
    }
    notify_free(notify);
}

/* Alive while the others turn, once it doesn't: the beats end with a word to systemd. */
static void a_part_that_hangs_ends_the_beats(void **state)
{
    struct fixture *fixture = *state;
    struct fake_part well = {0}, ill = {0};

    setenv("WATCHDOG_USEC", "2000", 1);
    struct notify *notify = notify_new(fixture->loop, &fixture->err);
    notify_add_part(notify, "the well part", 4 * NS_PER_MS, fake_turns, &well);
    notify_add_part(notify, "the ill part", 4 * NS_PER_MS, fake_turns, &ill);
    while (ill.looks < 3)
        assert_int_equal(loop_turn(fixture->loop, 10000, &fixture->err), 0);
    ill.hangs = true;
    unsigned looks = ill.looks;
    const char *said = "";
    while (strcmp(said, "WATCHDOG=trigger") != 0) {
        assert_true(*said == '\0' || strcmp(said, "WATCHDOG=1") == 0);
        assert_int_equal(loop_turn(fixture->loop, 0, &fixture->err), 0);
        said = heard(fixture);
    }
    assert_int_equal(ill.looks - looks, 2); /* not at the first look: it may just have been busy */
    assert_int_equal(loop_turn(fixture->loop, 10, &fixture->err), 0);
    assert_string_equal(heard(fixture), "");
    notify_free(notify);
}

static void is_silent_without_systemd(void **state)
{
    struct fixture *fixture = *state;

    unsetenv("NOTIFY_SOCKET");
    struct notify *notify = notify_new(fixture->loop, &fixture->err);
    notify_ready(notify);
    notify_status(notify, "anything");
    assert_int_equal(loop_turn(fixture->loop, 0, &fixture->err), 0);
    assert_string_equal(heard(fixture), "");
    notify_free(notify);
    notify_free(NULL);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(says_ready_status_and_stopping),
        TEST(beats_twice_a_deadline),
        TEST(a_part_that_turns_is_looked_at_and_left_alone),
        TEST(a_part_that_hangs_ends_the_beats),
        TEST(is_silent_without_systemd),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
