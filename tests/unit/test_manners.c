/* Politeness, rule by rule of DESIGN 5: when asking is allowed, and above all when not. */
#include "bus/manners.h"
#include "bus/supply.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#define S NS_PER_S

struct fixture {
    struct manners *manners;
    int64_t now_ns;
};

static struct fixture begin(enum manners_car car, bool voltmeter)
{
    struct fixture fixture = {.manners = manners_new(true), .now_ns = 10000 * S};

    assert_non_null(fixture.manners);
    manners_set_car(fixture.manners, car);
    manners_set_link(fixture.manners, true, voltmeter, fixture.now_ns);
    return fixture;
}

static enum manners_verdict judge(struct fixture *fixture)
{
    return manners_judge(fixture->manners, fixture->now_ns);
}

/* Lets `seconds` pass, the voltmeter read every 10 s (0: none), and counts the probes sent. */
static unsigned pass(struct fixture *fixture, unsigned seconds, double volts)
{
    unsigned probes = 0;

    for (unsigned i = 0; i < seconds; i++) {
        fixture->now_ns += S;
        if (volts > 0 && i % 10 == 0)
            supply_take(manners_supply(fixture->manners), volts, true, fixture->now_ns);
        if (judge(fixture) != MANNERS_PROBE)
            continue;
        probes++;
        manners_probed(fixture->manners, fixture->now_ns);
    }
    return probes;
}

static void verdicts_have_words(void **state)
{
    (void)state;
    for (int i = 0; i < MANNERS_VERDICT_COUNT; i++)
        assert_non_null(manners_verdict_text((enum manners_verdict)i));
}

static void a_broadcasting_car_is_asked_only_while_heard(void **state)
{
    struct fixture fixture = begin(MANNERS_CAR_BROADCASTS, true);

    (void)state;
    assert_int_equal(pass(&fixture, 9, 14.0), 0);
    assert_int_equal(judge(&fixture), MANNERS_LISTENING);
    assert_int_equal(pass(&fixture, 86400, 14.0), 0); /* whatever its supply shows */
    assert_int_equal(judge(&fixture), MANNERS_SILENT);
    manners_set_activity(fixture.manners, MANNERS_ACTIVITY_ON);
    manners_heard(fixture.manners, fixture.now_ns);
    assert_int_equal(judge(&fixture), MANNERS_POLL);
    assert_true(manners_is_alive(fixture.manners, fixture.now_ns));
    fixture.now_ns += 10 * S - 1;
    assert_int_equal(judge(&fixture), MANNERS_POLL);
    manners_answered(fixture.manners, fixture.now_ns); /* an answer is no broadcast */
    fixture.now_ns += 1;
    assert_int_equal(judge(&fixture), MANNERS_SILENT);
    assert_false(manners_is_alive(fixture.manners, fixture.now_ns));
    manners_free(fixture.manners);
}

static void off_is_left_in_peace(void **state)
{
    struct fixture fixture = begin(MANNERS_CAR_BROADCASTS, true);

    (void)state;
    manners_heard(fixture.manners, fixture.now_ns);
    manners_set_activity(fixture.manners, MANNERS_ACTIVITY_OFF);
    for (int i = 0; i < 600; i++) {
        manners_heard(fixture.manners, fixture.now_ns);
        assert_int_equal(pass(&fixture, 5, 12.6), 0);
        assert_int_equal(judge(&fixture), MANNERS_OFF);
    }
    manners_free(fixture.manners);
}

/* Just switched off, the 12 V battery still shows what the drive put on it: no reason to ask. */
static void switching_off_ends_it_at_once(void **state)
{
    struct fixture fixture = begin(MANNERS_CAR_BROADCASTS, true);

    (void)state;
    manners_heard(fixture.manners, fixture.now_ns);
    manners_set_activity(fixture.manners, MANNERS_ACTIVITY_ON);
    for (int i = 0; i < 20; i++) {
        manners_heard(fixture.manners, fixture.now_ns);
        pass(&fixture, 5, 14.2);
    }
    assert_int_equal(judge(&fixture), MANNERS_POLL);
    manners_set_activity(fixture.manners, MANNERS_ACTIVITY_OFF);
    for (int i = 0; i < 360; i++) {
        manners_heard(fixture.manners, fixture.now_ns);
        assert_int_equal(pass(&fixture, 5, 13.1), 0);
        assert_int_equal(judge(&fixture), MANNERS_OFF);
    }
    manners_free(fixture.manners);
}

static void a_charger_that_nobody_broadcasts_is_asked_for(void **state)
{
    struct fixture fixture = begin(MANNERS_CAR_BROADCASTS, true);
    unsigned probes = 0;

    (void)state;
    manners_set_activity(fixture.manners, MANNERS_ACTIVITY_OFF);
    for (int i = 0; i < 60; i++) {
        manners_heard(fixture.manners, fixture.now_ns);
        assert_int_equal(pass(&fixture, 5, 12.6), 0);
    }
    for (int i = 0; i < 600; i++) {
        manners_heard(fixture.manners, fixture.now_ns);
        unsigned sent = pass(&fixture, 5, 13.2);
        probes += sent;
        if (sent > 0) {
            manners_answered(fixture.manners, fixture.now_ns);
            manners_closed(fixture.manners); /* no, it says */
        }
    }
    assert_int_equal(probes, 1);
    manners_free(fixture.manners);
}

static void an_unknown_power_switch_is_asked_for_politely(void **state)
{
    struct fixture fixture = begin(MANNERS_CAR_BROADCASTS, true);
    unsigned probes = 0;

    (void)state;
    manners_heard(fixture.manners, fixture.now_ns);
    assert_int_equal(judge(&fixture), MANNERS_LISTENING); /* a broadcast may say it in a moment */
    for (int i = 0; i < 720; i++) {                       /* an hour */
        manners_heard(fixture.manners, fixture.now_ns);
        probes += pass(&fixture, 5, 12.6);
    }
    assert_int_equal(probes, MANNERS_PROBES_MAX);
    manners_free(fixture.manners);
}

static void a_silent_car_at_rest_is_never_asked(void **state)
{
    struct fixture fixture = begin(MANNERS_CAR_SILENT, true);

    (void)state;
    assert_int_equal(pass(&fixture, 2 * 86400, 12.5), 0);
    assert_int_equal(judge(&fixture), MANNERS_AT_REST);
    manners_free(fixture.manners);
}

static void a_silent_car_with_a_high_supply_is_probed(void **state)
{
    struct fixture fixture = begin(MANNERS_CAR_SILENT, true);

    (void)state;
    assert_int_equal(pass(&fixture, 60, 12.5), 0);
    assert_int_equal(pass(&fixture, 10 * 60 + 30, 13.0), 10); /* one a minute */
    assert_int_equal(pass(&fixture, 3000, 13.0), 0);
    assert_int_equal(pass(&fixture, 3600, 13.0), 1); /* then one an hour */
    assert_int_equal(pass(&fixture, 300, 12.5), 0);
    assert_int_equal(pass(&fixture, 60, 13.0), 1); /* it fell and rose again */
    manners_free(fixture.manners);
}

/* Something charges the 12 V battery for a fortnight (a wall charger, a solar panel), and the car never
 * answers. */
static void without_answers_it_asks_ever_more_rarely(void **state)
{
    struct fixture fixture = begin(MANNERS_CAR_SILENT, true);

    (void)state;
    assert_int_equal(pass(&fixture, 60 + 10 * 60, 13.4), 10);
    assert_int_equal(pass(&fixture, 86400, 13.4), 24);
    assert_in_range(pass(&fixture, 86400, 13.4), 4, 5);
    assert_in_range(pass(&fixture, 11 * 86400, 13.4), 44, 45);
    assert_int_equal(pass(&fixture, 300, 12.5), 0);
    assert_int_equal(pass(&fixture, 10 * 60 + 30, 13.4), 10); /* it fell and rose: a new chance */
    manners_free(fixture.manners);
}

/* The last minute of a top-up: its end is seen at the first reading, not at the third. */
static void nothing_is_asked_on_a_falling_supply(void **state)
{
    struct fixture fixture = begin(MANNERS_CAR_SILENT, true);

    (void)state;
    assert_int_equal(pass(&fixture, 235, 14.4), 4);
    assert_int_equal(pass(&fixture, 86400, 12.5), 0);
    manners_free(fixture.manners);
}

static void an_answer_opens_and_silence_closes(void **state)
{
    struct fixture fixture = begin(MANNERS_CAR_SILENT, true);

    (void)state;
    assert_int_equal(pass(&fixture, 60, 13.0), 1);
    manners_answered(fixture.manners, fixture.now_ns);
    manners_set_activity(fixture.manners, MANNERS_ACTIVITY_ON);
    assert_int_equal(judge(&fixture), MANNERS_POLL);
    assert_true(manners_is_alive(fixture.manners, fixture.now_ns));
    fixture.now_ns += 90 * S - 1;
    assert_int_equal(judge(&fixture), MANNERS_POLL);
    fixture.now_ns += 1;
    assert_int_equal(judge(&fixture), MANNERS_PROBE);
    assert_false(manners_is_alive(fixture.manners, fixture.now_ns));
    manners_free(fixture.manners);
}

static void off_and_not_charging_closes(void **state)
{
    struct fixture fixture = begin(MANNERS_CAR_SILENT, true);

    (void)state;
    assert_int_equal(pass(&fixture, 60, 13.0), 1);
    manners_answered(fixture.manners, fixture.now_ns);
    manners_set_activity(fixture.manners, MANNERS_ACTIVITY_OFF);
    manners_follow_up(fixture.manners); /* and the charger? */
    assert_int_equal(pass(&fixture, 1, 13.0), 1);
    manners_answered(fixture.manners, fixture.now_ns);
    manners_closed(fixture.manners);
    assert_int_equal(judge(&fixture), MANNERS_NO_ANSWER);
    unsigned probes = 0;
    for (int i = 0; i < 3600; i++) {
        unsigned sent = pass(&fixture, 1, 13.0);
        probes += sent;
        if (sent > 0) {
            manners_answered(fixture.manners, fixture.now_ns);
            manners_closed(fixture.manners);
        }
    }
    assert_in_range(probes, 8, 10); /* "off" ten times is like silence ten times */
    manners_free(fixture.manners);
}

static void a_stranger_is_guessed_three_times(void **state)
{
    struct fixture fixture = begin(MANNERS_CAR_UNKNOWN, true);

    (void)state;
    assert_int_equal(pass(&fixture, 3600, 12.5), 0);
    assert_int_equal(pass(&fixture, 86400, 13.2), MANNERS_GUESSES_MAX);
    assert_int_equal(pass(&fixture, 300, 12.5), 0);
    assert_int_equal(pass(&fixture, 3600, 13.2), MANNERS_GUESSES_MAX);
    manners_free(fixture.manners);
}

static void without_a_voltmeter_only_a_known_silent_car_is_probed(void **state)
{
    struct fixture silent = begin(MANNERS_CAR_SILENT, false);
    struct fixture unknown = begin(MANNERS_CAR_UNKNOWN, false);
    struct fixture broadcasts = begin(MANNERS_CAR_BROADCASTS, false);

    (void)state;
    assert_int_equal(pass(&unknown, 86400, 0), 0);
    assert_int_equal(pass(&broadcasts, 86400, 0), 0);
    assert_int_equal(pass(&silent, 9, 0), 0); /* listens first */
    assert_int_equal(pass(&silent, 3600, 0), 6);
    manners_answered(silent.manners, silent.now_ns);
    manners_set_activity(silent.manners, MANNERS_ACTIVITY_ON);
    assert_int_equal(pass(&silent, 89, 0), 0); /* open: the poller asks */
    manners_set_activity(silent.manners, MANNERS_ACTIVITY_UNKNOWN);
    assert_in_range(pass(&silent, 511, 0), 8, 9); /* a minute each until ten minutes after the answer */
    assert_int_equal(pass(&silent, 3600, 0), 6);
    manners_free(silent.manners);
    manners_free(unknown.manners);
    manners_free(broadcasts.manners);
}

static void a_low_supply_stops_everything(void **state)
{
    struct fixture fixture = begin(MANNERS_CAR_BROADCASTS, true);

    (void)state;
    manners_set_activity(fixture.manners, MANNERS_ACTIVITY_ON);
    for (int i = 0; i < 10; i++) {
        manners_heard(fixture.manners, fixture.now_ns);
        pass(&fixture, 5, 11.7);
    }
    assert_int_equal(judge(&fixture), MANNERS_LOW);
    for (int i = 0; i < 10; i++) {
        manners_heard(fixture.manners, fixture.now_ns);
        pass(&fixture, 5, 12.3);
    }
    assert_int_equal(judge(&fixture), MANNERS_LOW);
    manners_heard(fixture.manners, fixture.now_ns);
    pass(&fixture, 5, 12.4);
    manners_heard(fixture.manners, fixture.now_ns);
    assert_int_equal(judge(&fixture), MANNERS_POLL);
    manners_free(fixture.manners);
}

static void the_owner_and_the_link_come_first(void **state)
{
    struct fixture fixture = begin(MANNERS_CAR_BROADCASTS, true);
    struct manners *unwanted = manners_new(false);

    (void)state;
    manners_set_activity(fixture.manners, MANNERS_ACTIVITY_ON);
    manners_heard(fixture.manners, fixture.now_ns);
    manners_set_link(fixture.manners, false, true, fixture.now_ns);
    assert_int_equal(judge(&fixture), MANNERS_NO_LINK);
    assert_int_equal(manners_deadline(fixture.manners, fixture.now_ns), INT64_MAX);
    manners_set_link(unwanted, true, true, fixture.now_ns);
    manners_set_activity(unwanted, MANNERS_ACTIVITY_ON);
    manners_heard(unwanted, fixture.now_ns);
    assert_int_equal(manners_judge(unwanted, fixture.now_ns), MANNERS_NOT_WANTED);
    manners_free(unwanted);
    manners_free(fixture.manners);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(verdicts_have_words),
        cmocka_unit_test(a_broadcasting_car_is_asked_only_while_heard),
        cmocka_unit_test(off_is_left_in_peace),
        cmocka_unit_test(switching_off_ends_it_at_once),
        cmocka_unit_test(a_charger_that_nobody_broadcasts_is_asked_for),
        cmocka_unit_test(an_unknown_power_switch_is_asked_for_politely),
        cmocka_unit_test(a_silent_car_at_rest_is_never_asked),
        cmocka_unit_test(a_silent_car_with_a_high_supply_is_probed),
        cmocka_unit_test(without_answers_it_asks_ever_more_rarely),
        cmocka_unit_test(nothing_is_asked_on_a_falling_supply),
        cmocka_unit_test(an_answer_opens_and_silence_closes),
        cmocka_unit_test(off_and_not_charging_closes),
        cmocka_unit_test(a_stranger_is_guessed_three_times),
        cmocka_unit_test(without_a_voltmeter_only_a_known_silent_car_is_probed),
        cmocka_unit_test(a_low_supply_stops_everything),
        cmocka_unit_test(the_owner_and_the_link_come_first),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
