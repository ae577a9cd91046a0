/* The record socket: what is passed on, what a full socket, a strange version and a silent or closed peer do.
 */
#include "link/link.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#define TURNS_MAX 2000

struct side {
    struct link *link;
    unsigned records, writable, down;
    struct record last;
    char reason[RECORD_TEXT_MAX];
    bool free_on_record;
};

struct fixture {
    struct loop *loop;
    struct err err;
    int ends[2];
    struct side car, home;
};

static void took_record(void *ctx, const struct record *record)
{
    struct side *side = ctx;

    side->records++;
    side->last = *record;
    if (side->free_on_record) {
        link_free(side->link);
        side->link = NULL;
    }
}

static void became_writable(void *ctx)
{
    struct side *side = ctx;

    side->writable++;
}

static void went_down(void *ctx, const char *reason)
{
    struct side *side = ctx;

    side->down++;
    strncpy(side->reason, reason, sizeof(side->reason) - 1);
    link_free(side->link);
    side->link = NULL;
}

static const struct link_events events = {took_record, became_writable, went_down};

static int set_up(void **state)
{
    struct fixture *fixture = test_calloc(1, sizeof(*fixture));

    fixture->loop = loop_new(&fixture->err);
    assert_non_null(fixture->loop);
    assert_int_equal(link_pair(fixture->ends, &fixture->err), 0);
    *state = fixture;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;

    link_free(fixture->car.link);
    link_free(fixture->home.link);
    for (int i = 0; i < 2; i++) {
        if (fixture->ends[i] >= 0)
            close(fixture->ends[i]);
    }
    loop_free(fixture->loop);
    test_free(fixture);
    return 0;
}

static void open_end(struct fixture *fixture, enum link_end end)
{
    struct side *side = end == LINK_END_CAR ? &fixture->car : &fixture->home;

    side->link = link_new(fixture->loop, fixture->ends[end], end, &events, side, &fixture->err);
    assert_non_null(side->link);
    fixture->ends[end] = -1;
}

static void turn_until(struct fixture *fixture, const unsigned *count)
{
    for (int i = 0; i < TURNS_MAX && *count == 0; i++)
        assert_int_equal(loop_turn(fixture->loop, 10000, &fixture->err), 0);
    assert_int_equal(*count, 1);
}

static void passes_records_both_ways(void **state)
{
    struct fixture *fixture = *state;
    struct record text = {.kind = RECORD_TEXT, .text = {.level = 2, .text = "hello"}};
    struct record refresh = {.kind = RECORD_REFRESH};

    open_end(fixture, LINK_END_CAR);
    open_end(fixture, LINK_END_HOME);
    assert_true(link_send(fixture->car.link, &text));
    turn_until(fixture, &fixture->home.records);
    assert_string_equal(fixture->home.last.text.text, "hello");
    assert_true(link_send(fixture->home.link, &refresh));
    turn_until(fixture, &fixture->car.records);
    assert_int_equal(fixture->car.last.kind, RECORD_REFRESH);
}

static void may_be_freed_inside_a_record(void **state)
{
    struct fixture *fixture = *state;
    struct record text = {.kind = RECORD_TEXT};

    open_end(fixture, LINK_END_CAR);
    open_end(fixture, LINK_END_HOME);
    fixture->home.free_on_record = true;
    assert_true(link_send(fixture->car.link, &text));
    assert_true(link_send(fixture->car.link, &text));
    turn_until(fixture, &fixture->home.records);
    turn_until(fixture, &fixture->car.down);
    assert_int_equal(fixture->home.records, 1);
    assert_string_equal(fixture->car.reason, "the other half has closed the connection");
}

static void beats_keep_a_quiet_link_up(void **state)
{
    struct fixture *fixture = *state;
    struct record text = {.kind = RECORD_TEXT};
    uint8_t bytes[RECORD_BYTES_MAX];
    size_t len = record_encode(&text, bytes);

    open_end(fixture, LINK_END_CAR);
    assert_true(recv(fixture->ends[1], bytes, sizeof(bytes), 0) == 4); /* its first beat, at once */
    assert_int_equal(bytes[2], RECORD_BEAT);
    assert_true(send(fixture->ends[1], bytes, len, 0) > 0);
    assert_int_equal(loop_turn(fixture->loop, 10000, &fixture->err), 0);
    assert_int_equal(fixture->car.down, 0);
}

static void silent_peer_is_dead(void **state)
{
    struct fixture *fixture = *state;

    open_end(fixture, LINK_END_HOME);
    turn_until(fixture, &fixture->home.down);
    assert_string_equal(fixture->home.reason, "the other half does not answer");
}

static void full_socket_drops_and_says_when_to_go_on(void **state)
{
    struct fixture *fixture = *state;
    struct record text = {.kind = RECORD_TEXT};
    uint8_t bytes[RECORD_BYTES_MAX];
    unsigned sent = 0;

    memset(text.text.text, 'x', sizeof(text.text.text) - 1);
    open_end(fixture, LINK_END_CAR);
    while (sent < 100000 && link_send(fixture->car.link, &text))
        sent++;
    assert_in_range(sent, 200, 99999); /* a whole snapshot fits */
    assert_false(link_send(fixture->car.link, &text));
    assert_int_equal(link_dropped(fixture->car.link), 2);
    while (recv(fixture->ends[1], bytes, sizeof(bytes), MSG_DONTWAIT) > 0)
        continue;
    turn_until(fixture, &fixture->car.writable);
    assert_true(link_send(fixture->car.link, &text));
    assert_int_equal(fixture->car.down, 0);
}

static void other_version_ends_it_on_both_sides(void **state)
{
    struct fixture *fixture = *state;
    const uint8_t other[] = {2, 0, 3, 0, 1, 2, 3};
    uint8_t bytes[RECORD_BYTES_MAX];

    open_end(fixture, LINK_END_HOME);
    assert_true(send(fixture->ends[0], other, sizeof(other), 0) > 0);
    turn_until(fixture, &fixture->home.down);
    assert_string_equal(fixture->home.reason,
                        "the other half speaks records of version 2, this one of version 1: update both");
    assert_int_equal(fixture->home.records, 0);
    assert_true(recv(fixture->ends[0], bytes, sizeof(bytes), MSG_DONTWAIT) == 4);
    assert_int_equal(bytes[0], RECORD_VERSION);
}

static void malformed_records_are_counted(void **state)
{
    struct fixture *fixture = *state;
    const uint8_t short_signal[] = {1, 0, RECORD_SIGNAL, 0, 1};
    const uint8_t unknown[] = {1, 0, 200, 0, 1};
    uint8_t huge[4096] = {1, 0, RECORD_TEXT, 0};

    open_end(fixture, LINK_END_HOME);
    assert_true(send(fixture->ends[0], short_signal, sizeof(short_signal), 0) > 0);
    assert_true(send(fixture->ends[0], unknown, sizeof(unknown), 0) > 0);
    assert_true(send(fixture->ends[0], huge, sizeof(huge), 0) > 0);
    assert_int_equal(loop_turn(fixture->loop, 10000, &fixture->err), 0);
    assert_int_equal(link_dropped(fixture->home.link), 2);
    assert_int_equal(fixture->home.records, 0);
    assert_int_equal(fixture->home.down, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(passes_records_both_ways, set_up, tear_down),
        cmocka_unit_test_setup_teardown(may_be_freed_inside_a_record, set_up, tear_down),
        cmocka_unit_test_setup_teardown(beats_keep_a_quiet_link_up, set_up, tear_down),
        cmocka_unit_test_setup_teardown(silent_peer_is_dead, set_up, tear_down),
        cmocka_unit_test_setup_teardown(full_socket_drops_and_says_when_to_go_on, set_up, tear_down),
        cmocka_unit_test_setup_teardown(other_version_ends_it_on_both_sides, set_up, tear_down),
        cmocka_unit_test_setup_teardown(malformed_records_are_counted, set_up, tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
