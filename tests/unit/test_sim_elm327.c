/* simulator: what an ELM327 and a WiCAN answer, byte for byte, on a virtual clock. */
#include "../simulator/talk.h"

#include "util/core/time.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#define LONG_ON "0 on\n"

static void assert_near(double value, double expected, double tolerance)
{
    assert_true(fabs(value - expected) <= tolerance);
}

static struct sim_talk *talk_with(struct sim_options options, const char *scenario)
{
    struct sim_talk *talk = sim_talk_new(&options, scenario);

    assert_non_null(talk);
    sim_talk_run_ms(talk, 5000);
    return talk;
}

static struct sim_talk *talk_to(const char *car, const char *scenario)
{
    return talk_with((struct sim_options){.car = car, .seed = 1}, scenario);
}

static void set_up(struct sim_talk *talk)
{
    static const char *const lines[] = {"ATZ", "ATE0", "ATL0", "ATS0", "ATH1", "ATSP6", "ATCAF0"};

    for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
        sim_talk_say(talk, lines[i]);
}

static void set_up_for_lbc(struct sim_talk *talk)
{
    static const char *const lines[] = {"ATSH79B", "ATCRA7BB", "ATFCSH79B", "ATFCSD300000", "ATFCSM1"};

    set_up(talk);
    for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
        assert_string_equal(sim_talk_say(talk, lines[i]), "OK\r\r>");
}

static void starts_like_the_chip(void **state)
{
    (void)state;
    struct sim_talk *talk = talk_to("aze0-30", LONG_ON);
    int64_t before_ns = talk->now_ns;

    assert_string_equal(sim_talk_say(talk, "ATZ"), "ATZ\r\r\rELM327 v1.5\r\r>");
    assert_in_range((talk->now_ns - before_ns) / NS_PER_MS, 700, 710);
    assert_string_equal(sim_talk_say(talk, "AT I"), "AT I\rELM327 v1.5\r\r>");
    assert_string_equal(sim_talk_say(talk, "at@1"), "at@1\rOBDII to RS232 Interpreter\r\r>");
    assert_string_equal(sim_talk_say(talk, "ATL1"), "ATL1\rOK\r\n\r\n>");
    assert_string_equal(sim_talk_say(talk, "ATE0"), "ATE0\r\nOK\r\n\r\n>");
    assert_string_equal(sim_talk_say(talk, "ATL0"), "OK\r\r>");
    assert_string_equal(sim_talk_say(talk, "ATDPN"), "A0\r\r>");
    assert_string_equal(sim_talk_say(talk, "ATSP6"), "OK\r\r>");
    assert_string_equal(sim_talk_say(talk, "ATDPN"), "6\r\r>");
    assert_string_equal(sim_talk_say(talk, "ATDP"), "ISO 15765-4 (CAN 11/500)\r\r>");
    assert_string_equal(sim_talk_say(talk, ""), "ISO 15765-4 (CAN 11/500)\r\r>"); /* an empty line repeats */
    sim_talk_free(talk);
}

static void says_what_it_does_not_know(void **state)
{
    (void)state;
    static const char *const lines[] = {"ATXYZ",  "STI",     "VTI",  "ATSH",   "ATSH12",
                                        "ATCAF2", "ATFCSM1", "ATE",  "ATSTGG", "02210100000000000000",
                                        "0G",     "ATFCSD0", "ATSPZ"};
    struct sim_talk *talk = talk_to("aze0-30", LONG_ON);

    set_up(talk);
    for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
        assert_string_equal(sim_talk_say(talk, lines[i]), "?\r\r>");
    assert_int_equal(talk->sent_count, 0);
    sim_talk_free(talk);
}

static void a_refused_header_changes_nothing(void **state)
{
    (void)state;
    struct sim_talk *talk = talk_to("aze0-30", LONG_ON);
    char sent[SIM_FRAME_TEXT_MAX];

    set_up(talk);
    sim_talk_say(talk, "ATSH797");
    sim_talk_say(talk, "ATSH79G");
    assert_string_equal(sim_talk_say(talk, "03221156"), "79A0462115601000000\r\r>");
    assert_string_equal(sim_talk_last_sent(talk, sent), "797#0322115600000000");
    sim_talk_free(talk);
}

static void long_answers_come_with_flow_control(void **state)
{
    (void)state;
    struct sim_talk *talk = talk_to("aze0-30", LONG_ON);
    char sent[SIM_FRAME_TEXT_MAX];

    set_up_for_lbc(talk);
    const char *heard = sim_talk_say(talk, "0221610000000000");
    assert_string_equal(heard, "7BB100C616123282260\r7BB21000000000000FF\r\r>");
    assert_int_equal(talk->sent_count, 2);
    assert_string_equal(sim_talk_last_sent(talk, sent), "79B#3000000000000000");
    sim_talk_say(talk, "022102");
    assert_int_equal(talk->len, 29 * 20 + 2);
    sim_talk_free(talk);
}

static void without_set_up_flow_control_goes_to_nobody(void **state)
{
    (void)state;
    struct sim_talk *talk = talk_to("aze0-30", LONG_ON);
    char sent[SIM_FRAME_TEXT_MAX];

    set_up(talk);
    sim_talk_say(talk, "ATSH79B");
    assert_string_equal(sim_talk_say(talk, "022161"), "7BB100C616123282260\r\r>");
    assert_string_equal(sim_talk_last_sent(talk, sent), "7B3#3000000000000000");
    sim_talk_say(talk, "ATCFC0");
    sim_talk_run_ms(talk, 2000);
    size_t before = talk->sent_count;
    assert_string_equal(sim_talk_say(talk, "022161"), "7BB100C616123282260\r\r>");
    assert_int_equal(talk->sent_count, before + 1);
    sim_talk_free(talk);
}

static void formatting_adds_and_hides_lengths(void **state)
{
    (void)state;
    struct sim_talk *talk = talk_to("aze0-30", LONG_ON);
    char sent[SIM_FRAME_TEXT_MAX];

    set_up_for_lbc(talk);
    sim_talk_say(talk, "ATCAF1");
    assert_string_equal(sim_talk_say(talk, "2161"), "7BB100C616123282260\r7BB21000000000000FF\r\r>");
    sim_talk_say(talk, "ATSH797");
    sim_talk_say(talk, "ATCRA79A");
    assert_string_equal(sim_talk_say(talk, "221156"), "79A0462115601\r\r>");
    assert_string_equal(sim_talk_last_sent(talk, sent), "797#0322115600000000");
    sim_talk_say(talk, "ATH0");
    assert_string_equal(sim_talk_say(talk, "221156"), "62115601\r\r>");
    sim_talk_say(talk, "ATS1");
    assert_string_equal(sim_talk_say(talk, "22 11 56"), "62 11 56 01 \r\r>");
    sim_talk_say(talk, "ATH1");
    sim_talk_say(talk, "ATD1");
    assert_string_equal(sim_talk_say(talk, "221156"), "79A 8 04 62 11 56 01 \r\r>");
    assert_string_equal(sim_talk_say(talk, "2211560000112233"), "?\r\r>");
    sim_talk_free(talk);
}

static void waits_as_long_as_it_is_told(void **state)
{
    (void)state;
    struct sim_talk *talk = talk_to("aze0-30", LONG_ON);

    set_up(talk);
    sim_talk_say(talk, "ATSH7C0");
    int64_t before_ns = talk->now_ns;
    assert_string_equal(sim_talk_say(talk, "022101"), "NO DATA\r\r>");
    assert_in_range((talk->now_ns - before_ns) / NS_PER_MS, 204, 210); /* 0x32 x 4.096 ms */
    sim_talk_say(talk, "ATSTFA");
    before_ns = talk->now_ns;
    sim_talk_say(talk, "022101");
    assert_in_range((talk->now_ns - before_ns) / NS_PER_MS, 1020, 1030);
    sim_talk_free(talk);
}

static void a_count_digit_ends_the_wait(void **state)
{
    (void)state;
    struct sim_talk *talk = talk_to("aze0-30", LONG_ON);

    set_up_for_lbc(talk);
    sim_talk_say(talk, "ATAT0");
    int64_t before_ns = talk->now_ns;
    assert_string_equal(sim_talk_say(talk, "0221612"), "7BB100C616123282260\r7BB21000000000000FF\r\r>");
    assert_in_range((talk->now_ns - before_ns) / NS_PER_MS, 8, 30);
    sim_talk_free(talk);
}

static void a_byte_during_an_operation_stops_it(void **state)
{
    (void)state;
    struct sim_talk *talk = talk_to("aze0-30", LONG_ON);

    set_up_for_lbc(talk);
    sim_talk_clear(talk);
    sim_talk_write(talk, "022101\r");
    sim_talk_run_ms(talk, 2);
    sim_talk_write(talk, "x");
    sim_talk_run_ms(talk, 5);
    assert_string_equal(talk->text, "STOPPED\r\r>");
    sim_talk_run_ms(talk, 2000); /* the battery gives its answer up */
    sim_talk_clear(talk);
    sim_talk_write(talk, "ATMA\r");
    sim_talk_run_ms(talk, 5);
    sim_talk_write(talk, "A");
    sim_talk_run_ms(talk, 5);
    assert_string_equal(talk->text, "STOPPED\r\r>");
    sim_talk_free(talk);
}

/* One byte: a carriage return behind it would repeat the command. */
static void stop(struct sim_talk *talk)
{
    sim_talk_write(talk, " ");
    sim_talk_run_ms(talk, 50);
}

static void monitors_what_the_filter_lets_through(void **state)
{
    (void)state;
    struct sim_talk *talk = talk_to("aze0-30", LONG_ON);

    set_up(talk);
    sim_talk_say(talk, "ATCRA5C5");
    sim_talk_clear(talk);
    sim_talk_write(talk, "ATMA\r");
    sim_talk_run_ms(talk, 305);
    assert_string_equal(talk->text, "5C54400FA78000C0000\r5C54400FA78000C0000\r5C54400FA78000C0000\r");
    stop(talk);
    assert_string_equal(sim_talk_say(talk, "ATCRA5BX"), "OK\r\r>");
    sim_talk_write(talk, "ATMA\r");
    sim_talk_run_ms(talk, 1005);
    assert_non_null(strstr(talk->text, "\r5B3"));
    assert_non_null(strstr(talk->text, "\r5BC"));
    assert_null(strstr(talk->text, "\r5C5"));
    stop(talk);
    sim_talk_say(talk, "ATCM7FE");
    sim_talk_say(talk, "ATCF5C4");
    sim_talk_write(talk, "ATMA\r");
    sim_talk_run_ms(talk, 1005);
    assert_non_null(strstr(talk->text, "\r5C5"));
    assert_null(strstr(talk->text, "\r5C0"));
    assert_int_equal(talk->sent_count, 0);
    sim_talk_free(talk);
}

static void an_unfiltered_monitor_overruns(void **state)
{
    (void)state;
    struct sim_talk *talk = talk_to("aze0-30", LONG_ON);
    const char *end = "BUFFER FULL\r\r>";

    set_up(talk);
    sim_talk_clear(talk);
    sim_talk_write(talk, "ATMA\r");
    sim_talk_run_ms(talk, 2000);
    assert_true(talk->len > strlen(end));
    assert_string_equal(talk->text + talk->len - strlen(end), end);
    assert_string_equal(sim_talk_say(talk, "ATI"), "ELM327 v1.5\r\r>");
    sim_talk_free(talk);
}

static void nobody_acknowledges_on_a_silent_bus(void **state)
{
    (void)state;
    struct sim_talk *talk = talk_to("aze0-30", "0 asleep\n");
    char sent[SIM_FRAME_TEXT_MAX];

    set_up_for_lbc(talk);
    assert_string_equal(sim_talk_say(talk, "022101"), "CAN ERROR\r\r>");
    assert_string_equal(sim_talk_last_sent(talk, sent), "79B#0221010000000000");
    assert_int_equal(sim_truth(talk->sim).sent_to_silent, 1);
    sim_talk_clear(talk);
    sim_talk_write(talk, "ATMA\r");
    sim_talk_run_ms(talk, 10000);
    assert_string_equal(talk->text, "");
    sim_talk_free(talk);
}

static void a_search_is_seen_on_the_bus(void **state)
{
    (void)state;
    struct sim_talk *talk = talk_to("aze0-30", LONG_ON);
    char sent[SIM_FRAME_TEXT_MAX];

    sim_talk_say(talk, "ATE0");
    assert_string_equal(sim_talk_say(talk, "0100"), "SEARCHING...\rUNABLE TO CONNECT\r\r>");
    assert_string_equal(sim_talk_last_sent(talk, sent), "7DF#0201000000000000");
    sim_talk_free(talk);
}

static void a_wican_formats_by_itself(void **state)
{
    (void)state;
    static const char *const refused[] = {"ATCAF0", "ATCFC0", "ATAL", "ATCAF1", "ATCFC1", "ATR0", "ATAR"};
    struct sim_talk *talk =
        talk_with((struct sim_options){.car = "ze1-40", .adapter = "wican", .seed = 1}, LONG_ON);
    char sent[SIM_FRAME_TEXT_MAX];

    set_up(talk);
    for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++)
        assert_string_equal(sim_talk_say(talk, refused[i]), "?\r\r>");
    sim_talk_say(talk, "ATSH743");
    sim_talk_say(talk, "ATCRA763");
    assert_string_equal(sim_talk_say(talk, "220E01"), "76306620E01007FBB\r\r>");
    assert_string_equal(sim_talk_last_sent(talk, sent), "743#03220E0100000000");
    sim_talk_say(talk, "03220E01"); /* whoever adds the length himself sends this */
    assert_string_equal(sim_talk_last_sent(talk, sent), "743#0403220E01000000");
    sim_talk_free(talk);
}

static void the_voltmeter_shows_the_supply(void **state)
{
    (void)state;
    struct sim_talk *talk = talk_to("aze0-30", "0 asleep\n");
    char expected[32];

    set_up(talk);
    snprintf(expected, sizeof(expected), "%.1fV\r\r>", sim_truth(talk->sim).dongle_volts);
    assert_string_equal(sim_talk_say(talk, "ATRV"), expected);
    assert_near(sim_truth(talk->sim).dongle_volts, sim_truth(talk->sim).model->supply.volts, 0.31);
    assert_int_equal(talk->sent_count, 0);
    sim_talk_free(talk);
}

static void settings_and_monitor_outlive_the_contact(void **state)
{
    (void)state;
    struct sim_talk *talk = talk_to("aze0-30", "0 on\n10 away\n20 back\n");

    set_up(talk);
    sim_talk_say(talk, "ATCRA5C5");
    sim_talk_write(talk, "ATMA\r");
    sim_talk_run_ms(talk, 8000);
    assert_false(sim_is_reachable(talk->sim));
    sim_talk_clear(talk);
    sim_talk_run_ms(talk, 3000);
    assert_string_equal(talk->text, "");
    sim_talk_run_ms(talk, 10000);
    assert_true(sim_is_reachable(talk->sim));
    assert_int_equal(talk->contacts_lost, 1);
    sim_talk_write(talk, "A");
    sim_talk_run_ms(talk, 5);
    assert_non_null(strstr(talk->text, "STOPPED\r\r>"));
    sim_talk_free(talk);
}

static void any_bytes_do_no_harm(void **state)
{
    (void)state;
    static const char alphabet[] = "ATZMACRFSHDPIE0123456789BCDEFXtTrOLV \r\r\r\n\b\x80";

    for (uint64_t seed = 0; seed < 100; seed++) {
        struct sim_talk *talk = talk_with((struct sim_options){.protocol = seed % 2 ? "slcan" : "elm327",
                                                               .seed = seed,
                                                               .bytes_per_s = 2000},
                                          LONG_ON);
        struct sim_random random;

        sim_random_init(&random, seed);
        for (unsigned i = 0; i < 400; i++) {
            char text[2] = {alphabet[sim_random_below(&random, sizeof(alphabet) - 1)], '\0'};

            sim_talk_write(talk, text);
            sim_talk_run_ms(talk, sim_random_below(&random, 30));
        }
        sim_talk_write(talk, "\r\r");
        sim_talk_run_ms(talk, 3000);
        assert_true(talk->len > 0);
        sim_talk_free(talk);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(starts_like_the_chip),
        cmocka_unit_test(says_what_it_does_not_know),
        cmocka_unit_test(a_refused_header_changes_nothing),
        cmocka_unit_test(long_answers_come_with_flow_control),
        cmocka_unit_test(without_set_up_flow_control_goes_to_nobody),
        cmocka_unit_test(formatting_adds_and_hides_lengths),
        cmocka_unit_test(waits_as_long_as_it_is_told),
        cmocka_unit_test(a_count_digit_ends_the_wait),
        cmocka_unit_test(a_byte_during_an_operation_stops_it),
        cmocka_unit_test(monitors_what_the_filter_lets_through),
        cmocka_unit_test(an_unfiltered_monitor_overruns),
        cmocka_unit_test(nobody_acknowledges_on_a_silent_bus),
        cmocka_unit_test(a_search_is_seen_on_the_bus),
        cmocka_unit_test(a_wican_formats_by_itself),
        cmocka_unit_test(the_voltmeter_shows_the_supply),
        cmocka_unit_test(settings_and_monitor_outlive_the_contact),
        cmocka_unit_test(any_bytes_do_no_harm),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
