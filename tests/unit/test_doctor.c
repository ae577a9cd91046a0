/* What garagectl doctor says for each thing that can be wrong, and that every reason that ports and adapters
 * give has its advice. */
#include "adapter/port_private.h"
#include "tools/doctor_verdict.h"

#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* A dongle in a car that is on; each test spoils something. */
static struct doctor_facts healthy(void)
{
    return (struct doctor_facts){.port = "/dev/ttyUSB0",
                                 .lender_words = "",
                                 .users = "",
                                 .group = "",
                                 .up = true,
                                 .reason = "",
                                 .description = "ELM327 v1.5",
                                 .limits = "",
                                 .has_voltmeter = true,
                                 .listens = true,
                                 .volts = 13.1,
                                 .broadcasts = 812,
                                 .watched_s = 8,
                                 .questions = 6,
                                 .answers = 5,
                                 .generation = "AZE0",
                                 .configured = "auto"};
}

/* All findings, a line each, as "level: text" or "level: text -> advice". */
static const char *sheet_of(const struct doctor_facts *facts, char *sheet, size_t size)
{
    struct doctor_finding findings[DOCTOR_FINDING_MAX];
    size_t count = doctor_judge(facts, findings);
    size_t used = 0;
    sheet[0] = '\0';
    assert_in_range(count, 1, DOCTOR_FINDING_MAX);
    for (size_t i = 0; i < count; i++) {
        const struct doctor_finding *finding = &findings[i];
        assert_true(finding->level == DOCTOR_OK || finding->advice[0] || finding->text[0]);
        used += (size_t)snprintf(sheet + used, size - used, "%s: %s%s%s\n", doctor_level_name(finding->level),
                                 finding->text, finding->advice[0] ? " -> " : "", finding->advice);
        assert_true(used < size);
    }
    return sheet;
}

static void expect(const struct doctor_facts *facts, const char *expected)
{
    char sheet[4096];
    assert_string_equal(sheet_of(facts, sheet, sizeof(sheet)), expected);
}

static void expect_line(const struct doctor_facts *facts, const char *line)
{
    char sheet[4096];
    if (!strstr(sheet_of(facts, sheet, sizeof(sheet)), line)) {
        fail_msg("'%s' is not in:\n%s", line, sheet);
    }
}

static void test_all_is_well(void **state)
{
    (void)state;
    struct doctor_facts facts = healthy();
    expect(&facts, "ok: the dongle answers at /dev/ttyUSB0: ELM327 v1.5\n"
                   "ok: the 12 V battery: 13.1 V (not calibrated)\n"
                   "ok: the car is heard: 812 frames in 8 s\n"
                   "ok: the car answers questions\n"
                   "ok: recognised as AZE0\n");
    facts.lender = DOCTOR_LENT;
    expect_line(&facts,
                "ok: garaged is running and lends the dongle for this; it takes it back afterwards\n");
    facts.lender = DOCTOR_NOT_LENT;
    facts.lender_words = "no such command";
    expect_line(&facts, "note: garaged is running and does not lend the dongle: no such command -> ");
}

static void test_asleep(void **state)
{
    (void)state;
    struct doctor_facts facts = healthy();
    facts.broadcasts = 0;
    facts.questions = facts.answers = 0;
    facts.generation = "";
    facts.volts = 12.5;
    expect(&facts,
           "ok: the dongle answers at /dev/ttyUSB0: ELM327 v1.5\n"
           "ok: the 12 V battery: 12.5 V (not calibrated)\n"
           "note: the car is asleep, or one that says nothing here by itself (ZE1): silent for 8 s -> "
           "switch the car on and run this again\n");
    facts.volts = 14.4;
    expect_line(&facts, "note: silent for 8 s though the car is awake: a ZE1 says nothing here by itself");
    facts.volts = 11.6;
    expect_line(&facts, "note: the 12 V battery is low: 11.6 V -> ");
    facts.has_voltmeter = false;
    facts.volts = NAN;
    expect_line(&facts, "note: the dongle has no voltmeter");
    expect_line(&facts, "note: the car is asleep");
    facts.listens = false;
    expect_line(&facts, "note: the dongle cannot listen, and a car that is not heard is not asked");
}

static void test_no_car(void **state)
{
    (void)state;
    static const double NONE[] = {NAN, 0.0, 5.1};
    struct doctor_facts facts = healthy();
    facts.broadcasts = 0;
    facts.answers = 0;
    for (size_t i = 0; i < sizeof(NONE) / sizeof(NONE[0]); i++) {
        facts.volts = NONE[i];
        expect(&facts, "ok: the dongle answers at /dev/ttyUSB0: ELM327 v1.5\n"
                       "problem: no car: the dongle's voltmeter sees no 12 V battery -> "
                       "push the dongle firmly into the car's socket\n");
    }
    facts.broadcasts = 10; /* the voltmeter is wrong */
    expect_line(&facts, "note: no car");
    expect_line(&facts, "ok: the car is heard: 10 frames in 8 s\n");
}

static void test_limits_and_generation(void **state)
{
    (void)state;
    struct doctor_facts facts = healthy();
    facts.limits = "this adapter cannot listen: it can only ask.";
    expect_line(&facts, "note: this adapter cannot listen: it can only ask. -> ");
    facts.configured = "AZE0";
    expect_line(&facts, "ok: recognised as AZE0\n");
    facts.configured = "ZE0";
    expect_line(&facts, "problem: the car talks like AZE0, but garaged.conf says ZE0 -> ");
    facts.generation = "";
    facts.answers = 0;
    expect_line(&facts, "note: which generation it is cannot be told yet -> ");
    expect_line(&facts, "note: the car has answered no question -> ");
}

/* Who has the line, and which group it needs, where that is known. */
static void test_busy_and_forbidden(void **state)
{
    (void)state;
    struct doctor_facts facts = healthy();
    facts.up = false;
    facts.users = "picocom 1234";
    facts.group = "dialout";
    facts.reason = "/dev/ttyUSB0: busy: another program uses it";
    expect(&facts, "problem: /dev/ttyUSB0: busy: another program uses it (picocom 1234) -> "
                   "end that program; if it is garaged: sudo garagectl doctor\n");
    facts.users = "";
    expect_line(&facts, "problem: /dev/ttyUSB0: busy: another program uses it -> ");
    facts.reason = "/dev/ttyUSB0: permission denied: the user must be in the group of the device (dialout)";
    expect_line(&facts, "-> sudo usermod -aG dialout $USER, then log in again");
    facts.group = "";
    expect_line(&facts, "-> let your user into the group of the line");
}

/* Every errno that a port has words for. */
static void test_every_reason_has_advice(void **state)
{
    (void)state;
    static const struct port_kind *const KINDS[] = {&port_serial, &port_tcp};
    static const int ERRORS[] = {ENOENT, EACCES,       EBUSY,       EIO,          ENODEV,
                                 ENXIO,  ECONNREFUSED, EINPROGRESS, EHOSTUNREACH, ENETUNREACH};
    static const int WIRELESS[] = {EINPROGRESS, EAFNOSUPPORT, EHOSTUNREACH, EHOSTDOWN,
                                   EACCES,      EBADE,        ECONNREFUSED, EBUSY};
    static const char *const OTHERS[] = {
        "not a serial line but a disk",
        "this machine's console: no dongle is there",
        "a pseudo terminal of another user",
        "what answers is no ELM327, or it uses another speed",
        "the adapter does not answer",
        "the adapter refuses ATSP6: it cannot be used",
        "the adapter's answers make no sense",
        "can0: no such interface",
        "can0: the interface is down (ip link set up)",
        "can0: bus off: the controller met too many errors (wrong bit rate, or a wiring fault)",
    };
    struct port_target target = {.name = "bt://00:1D:A5:68:98:8A", .interface = "wlan1"};
    struct doctor_facts facts = healthy();
    struct err err;
    facts.up = false;
    facts.reason = err.text;
    for (size_t kind = 0; kind < 2; kind++) {
        for (size_t i = 0; i < sizeof(ERRORS) / sizeof(ERRORS[0]); i++) {
            KINDS[kind]->explain(&target, ERRORS[i], &err);
            if (strcmp(err.text, strerror(ERRORS[i])) != 0 && !strstr(err.text, "closed")) {
                expect_line(&facts, " -> ");
            }
        }
    }
    for (size_t i = 0; i < 2 * sizeof(WIRELESS) / sizeof(WIRELESS[0]); i++) {
        port_bluetooth_explain(&target, WIRELESS[i / 2], i % 2, &err);
        expect_line(&facts, " -> ");
    }
    for (size_t i = 0; i < sizeof(OTHERS) / sizeof(OTHERS[0]); i++) {
        facts.reason = OTHERS[i];
        expect_line(&facts, " -> ");
    }
}

/* Nobody waits for what does not change by waiting; whoever seeks a speed needs time. */
static void test_patience(void **state)
{
    (void)state;
    assert_int_equal(doctor_patience_s("/dev/x: not a serial line but a disk", true), 0);
    assert_int_equal(doctor_patience_s("the adapter does not answer", true), 26);
    assert_int_equal(doctor_patience_s("the adapter does not answer", false), 10);
    assert_int_equal(doctor_patience_s("", true), 20);
    assert_int_equal(doctor_patience_s("", false), 10);
    assert_int_equal(doctor_patience_s("something new", false), 10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_all_is_well),
        cmocka_unit_test(test_asleep),
        cmocka_unit_test(test_no_car),
        cmocka_unit_test(test_limits_and_generation),
        cmocka_unit_test(test_busy_and_forbidden),
        cmocka_unit_test(test_every_reason_has_advice),
        cmocka_unit_test(test_patience),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
