/* garagectl decode without its command line: recordings of all three forms in, JSON lines and counts out. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>

#include "decode_run.h"

static void prints_what_the_contract_shows(void **state)
{
    (void)state;
    expect("(1700000000.040000) can0 55B#D24000AAE1C800EE\n", SOC("1700000000.04", "84.1", "841"));
    expect("(1700000000.000000) can0 55B#D24000AAE1C800EE R\n", SOC("1700000000", "84.1", "841"));
    expect("(1700000000.123456) can0 55B#D24000AAE1C800EE\r\n", SOC("1700000000.123456", "84.1", "841"));
    expect("(1700000000.1234569) can0 55B#D24000AAE1C800EE", SOC("1700000000.123456", "84.1", "841"));
}

static void prints_each_kind_of_value(void **state)
{
    (void)state;
    expect("(1.5) can0 421#08\n",
           "{\"t\":1.5,\"signal\":\"gear\",\"value\":\"p\",\"unit\":\"\",\"source\":\"421\",\"raw\":1}\n");
    expect("(1.5) can0 60D#80\n",
           "{\"t\":1.5,\"signal\":\"trunk\",\"value\":true,\"unit\":\"\",\"source\":\"60D\",\"raw\":1}\n");
    /* not available: null, with its raw value */
    expect("(1.5) can0 55B#FFC000AAE1C800EC\n",
           "{\"t\":1.5,\"signal\":\"soc\",\"value\":null,\"unit\":\"%\",\"source\":\"55B\",\"raw\":1023}\n");
    /* an array with a missing element, no raw; and what follows from it */
    struct run run = decode_bytes("{\"lines\":[\"7BB100861020EFBFFFF\",\"7BB210F00\"]}\n", 45, false);
    assert_non_null(
        strstr(run.text,
               "\"signal\":\"cells\",\"value\":[3.835,null,3.84],\"unit\":\"V\",\"source\":\"79B 2102\"}\n"));
    assert_non_null(strstr(run.text, "{\"t\":null,\"signal\":\"cell_min\",\"value\":3.835,"));
    run_free(&run);
}

static void texts_are_never_printed(void **state)
{
    static const char input[] =
        "{\"lines\":[\"79A10136181534A4E46\",\"79A2141415A45304359\",\"79A2230303030303000\"]}\n";

    (void)state;
    struct feed_counts counts = expect(input, "");
    assert_int_equal(total_rejected(&counts), 0);
}

static void reads_a_bus_with_a_tester_on_it(void **state)
{
    static const char input[] = "# a comment\n\n"
                                "(10.000000) can0 797#0322110300000000\n"
                                "(10.001000) can0 79A#04621103A3000000\n"
                                "(10.100000) can0 79B#0221010000000000\n"
                                "(10.110000) can0 7BB#100A610120DC0000\n"
                                "(10.111000) can0 79B#30000A0000000000\n"
                                "(10.120000) can0 7BB#2100000000FFFFFF\n";

    (void)state;
    struct feed_counts counts = expect(input, AUX("10.001") BATTERY_SOC("10.12"));
    assert_int_equal(counts.frames, 6);
    assert_int_equal(total_rejected(&counts), 0);
}

static void decodes_answers_without_a_question_by_their_echo(void **state)
{
    (void)state;
    expect("(10.001000) can0 79A#04621103A3000000\n", AUX("10.001"));
    expect("79A04621103A3\n", AUX("null"));
    expect("\357\273\27779A04621103A3\n", AUX("null")); /* behind an editor's mark */
    expect("{\"rx\":\"79A\",\"lines\":[\"79A04621103A3\"]}\n", AUX("null"));
    /* one PCI length more than the answer has: filler */
    expect("79A07621103A3030000\n", AUX("null"));
}

static void reads_a_transcript(void **state)
{
    static const char input[] =
        "\n>ATZ\nELM327 v1.5\n>ATSH797\nOK\n>221103\nSEARCHING...\n79A 04 62 11 03 A3\n\n"
        ">ATSH79B\rOK\r\r>2101\r7BB100A610120DC0000\r7BB2100000000FFFFFF\r\r>2102\rNO DATA\r\r>";

    (void)state;
    struct feed_counts counts = expect(input, AUX("null") BATTERY_SOC("null"));
    assert_int_equal(counts.frames, 3);
    assert_int_equal(total_rejected(&counts), 0);
}

static void reads_json_lines(void **state)
{
    static const char input[] =
        "{\"tx\":\"797\",\"rx\":\"79A\",\"request\":\"221103\",\"lines\":[\"79A04621103A3\"]}\n"
        "{\"tx\":\"79B\",\"rx\":\"7BB\",\"request\":\"2101\",\"lines\":[\"7BB100A610120DC0000\","
        "\"7BB2100000000FFFFFF\"]}\n";

    (void)state;
    expect(input, AUX("null") BATTERY_SOC("null"));
}

static void an_answer_to_another_question_is_none(void **state)
{
    (void)state;
    struct feed_counts counts =
        expect("{\"tx\":\"797\",\"rx\":\"79A\",\"request\":\"221104\",\"lines\":[\"79A04621103A3\"]}\n", "");
    assert_int_equal(counts.rejected[DECODE_UNKNOWN], 1);
    counts =
        expect("{\"tx\":\"79B\",\"rx\":\"7BB\",\"request\":\"221103\",\"lines\":[\"79A04621103A3\"]}\n", "");
    assert_int_equal(counts.rejected[DECODE_UNKNOWN], 1);
    /* right bytes from the wrong ECU */
    counts = expect("(1.5) can0 7BB#04621103A3000000\n", "");
    assert_int_equal(counts.rejected[DECODE_UNKNOWN], 1);
    /* the late tail of one answer is not the answer of the next question */
    counts = expect(">ATSH79B\n>2101\n7BB100A610120DC0000\n>2101\n7BB2100000000FFFFFF\n", "");
    assert_int_equal(counts.rejected[DECODE_LENGTH], 1);
    assert_int_equal(counts.rejected[DECODE_SEQUENCE], 1);
}

static void counts_what_it_rejects(void **state)
{
    (void)state;
    struct feed_counts counts = expect("(1.5) can0 55B#D24000AAE1C800ED\n", "");
    assert_int_equal(counts.rejected[DECODE_CHECKSUM], 1);
    counts = expect("(1.5) can0 55B#D24000AAE1C800\n", "");
    assert_int_equal(counts.rejected[DECODE_LENGTH], 1);
    counts = expect("(1.5) can0 55B#D24000AAE1C8009\n", ""); /* half a byte: no frame at all */
    assert_int_equal(counts.frames, 0);
    assert_int_equal(counts.rejected[DECODE_LENGTH], 1);
    counts = expect("(1.5) can0 79A#037F221200000000\n", "");
    assert_int_equal(counts.rejected[DECODE_NEGATIVE], 1);
    counts = expect("(1.5) can0 421#28\n", "");
    assert_int_equal(counts.rejected[DECODE_RANGE], 1);
    counts = expect("(1.5) can0 123#28\n(1.5) can0 18DAF1DB#00\nhello\n", "");
    assert_int_equal(counts.frames, 1);
    assert_int_equal(counts.rejected[DECODE_UNKNOWN], 3);
    counts = expect("(1.5) can0 7BB#100A610120DC0000\n(1.6) can0 7BB#2200000000FFFFFF\n", "");
    assert_int_equal(counts.rejected[DECODE_SEQUENCE], 1);
    counts = expect("(1.5) can0 7BB#100A610120DC0000\n", ""); /* unfinished at the end */
    assert_int_equal(counts.rejected[DECODE_LENGTH], 1);
    counts = expect("(1.5) can0 7BB#100A610120DC0000\n(2.6) can0 7BB#2100000000FFFFFF\n", ""); /* over N_Cr */
    assert_int_equal(counts.rejected[DECODE_LENGTH], 1);
    assert_int_equal(counts.rejected[DECODE_SEQUENCE], 1);
    counts = expect("7BB100A610120DC0000 <DATA ERROR\n", "");
    assert_int_equal(counts.rejected[DECODE_CHECKSUM], 1);
    counts = expect("{\"lines\":[\"79A04621103A3\",\"79A046211\"]}\n{\"lines\":[\n", AUX("null"));
    assert_int_equal(counts.rejected[DECODE_LENGTH], 2);
}

static void enough_is_enough(void **state)
{
    static const char input[] = "(1.000000) can0 763#1082610100000000\n(1.010000) can0 763#2100000001CB4000\n"
                                "(1.020000) can0 763#2200000000000000\n";

    (void)state;
    struct feed_counts counts = expect(input, "{\"t\":1.01,\"signal\":\"trip\",\"value\":117568,\"unit\":"
                                              "\"km\",\"source\":\"743 2101\",\"raw\":117568}\n");
    assert_int_equal(total_rejected(&counts), 0);
}

static void keeps_interfaces_apart(void **state)
{
    static const char both[] = "(1.000000) can0 7BB#100A610120DC0000\n(1.000100) can1 7BB#100A610120DC0000\n"
                               "(1.010000) can0 7BB#2100000000FFFFFF\n(1.010100) can1 7BB#2100000000FFFFFF\n";
    static const char many[] =
        "(1.5) a 421#28\n(1.5) b 421#28\n(1.5) c 421#28\n(1.5) d 421#28\n(1.5) e 421#08\n(1.5) d 421#28\n";

    (void)state;
    expect(both, BATTERY_SOC("1.01") BATTERY_SOC("1.0101"));
    struct feed_counts counts = expect(many, "");
    assert_int_equal(counts.frames, 5);
    assert_int_equal(counts.rejected[DECODE_UNKNOWN], 1);
}

static void prints_only_changes_when_asked(void **state)
{
    static const char input[] =
        "(1.0) can0 55B#D24000AAE1C800EE\n(2.0) can0 55B#D24000AAE1C800EE\n"
        "(2.5) can0 79A#04621103A3000000\n(3.0) can0 55B#D24000AAE1C800EE\n"
        "(4.0) can0 421#08\n(5.0) can0 421#10\n(6.0) can0 421#08\n(7.0) can0 421#08\n";
    struct run run = decode_bytes(input, strlen(input), true);

    (void)state;
    assert_int_equal(run.readings, 5);
    assert_string_equal(run.text,
                        SOC("1", "84.1", "841") AUX("2.5") "{\"t\":4,\"signal\":\"gear\",\"value\":\"p\","
                                                           "\"unit\":\"\",\"source\":\"421\",\"raw\":1}\n"
                                                           "{\"t\":5,\"signal\":\"gear\",\"value\":\"r\","
                                                           "\"unit\":\"\",\"source\":\"421\",\"raw\":2}\n"
                                                           "{\"t\":6,\"signal\":\"gear\",\"value\":\"p\","
                                                           "\"unit\":\"\",\"source\":\"421\",\"raw\":1}\n");
    run_free(&run);
}

/* 55B says 84.1 %, the battery's answer 39.2 %; every second, from `first` on. */
static size_t add_dispute(char *text, size_t size, int first, int seconds)
{
    size_t len = 0;

    for (int t = first; t < first + seconds; t++)
        len += (size_t)snprintf(text + len, size - len,
                                "(%d.0) can0 55B#D24000AAE1C800EE\n(%d.1) can0 7BB#100A61010F500000\n"
                                "(%d.2) can0 7BB#2100000000FFFFFF\n",
                                t, t, t);
    return len;
}

static void says_which_sources_are_disputed(void **state)
{
    char input[8192];
    size_t len = add_dispute(input, sizeof(input), 100, 20);
    struct run run = decode_bytes(input, len, false);
    const char *last = strstr(run.text, "{\"t\":119,");

    (void)state;
    assert_non_null(strstr(run.text, SOC("100", "84.1", "841"))); /* not yet */
    assert_non_null(last);
    assert_string_equal(
        last, "{\"t\":119,\"signal\":\"soc\",\"value\":84.1,\"unit\":\"%\",\"source\":\"55B\",\"raw\":841,"
              "\"quality\":\"disputed\"}\n{\"t\":119.2,\"signal\":\"soc\",\"value\":39.2,\"unit\":\"%\","
              "\"source\":\"79B 2101\",\"raw\":3920,\"quality\":\"disputed\"}\n");
    run_free(&run);
}

static void a_second_recording_behind_the_first_begins_anew(void **state)
{
    char input[8192];
    size_t len = add_dispute(input, sizeof(input), 100, 20);

    (void)state;
    len += (size_t)snprintf(input + len, sizeof(input) - len, "(50.0) can0 55B#D24000AAE1C800EE\n");
    struct run run = decode_bytes(input, len, false);

    assert_non_null(strstr(run.text, SOC("50", "84.1", "841")));
    run_free(&run);
    /* the beginning of an answer in one, the rest in the other */
    struct feed_counts counts =
        expect("(50.0) can0 7BB#100A610120DC0000\n(3.0) can0 7BB#2100000000FFFFFF\n", "");
    assert_int_equal(counts.rejected[DECODE_LENGTH], 1);
    assert_int_equal(counts.rejected[DECODE_SEQUENCE], 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(prints_what_the_contract_shows),
        cmocka_unit_test(prints_each_kind_of_value),
        cmocka_unit_test(texts_are_never_printed),
        cmocka_unit_test(reads_a_bus_with_a_tester_on_it),
        cmocka_unit_test(decodes_answers_without_a_question_by_their_echo),
        cmocka_unit_test(reads_a_transcript),
        cmocka_unit_test(reads_json_lines),
        cmocka_unit_test(an_answer_to_another_question_is_none),
        cmocka_unit_test(counts_what_it_rejects),
        cmocka_unit_test(enough_is_enough),
        cmocka_unit_test(keeps_interfaces_apart),
        cmocka_unit_test(prints_only_changes_when_asked),
        cmocka_unit_test(says_which_sources_are_disputed),
        cmocka_unit_test(a_second_recording_behind_the_first_begins_anew),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
