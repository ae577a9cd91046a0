/* garagectl decode on what is cut, damaged, mixed or no recording at all: no reading that the bytes don't
 * carry. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>

#include "decode_run.h"

/* Half an answer, and the half of another: its beginning is lost, or in a line that was damaged. */
static void two_halves_are_no_answer(void **state)
{
    static const char question[] = "(10.0) can0 7BB#100A610120DC0000\n(10.1) can0 79B#0221010000000000\n"
                                   "(10.2) can0 7BB#2100000000FFFFFF\n";
    static const char cut[] = "(10.0) can0 7BB#100A610120DC0000\n(10.1) can0 7BB#100A610120D\n"
                              "(10.2) can0 7BB#2100000000FFFFFF\n";
    static const char cut_question[] = "(10.0) can0 7BB#100A610120DC0000\n(10.1) can0 79B#022101000\n"
                                       "(10.2) can0 7BB#2100000000FFFFFF\n";
    static const char present[] = "(10.0) can0 7BB#100A610120DC0000\n(10.1) can0 79B#023E010000000000\n"
                                  "(10.2) can0 7BB#2100000000FFFFFF\n";

    (void)state;
    struct feed_counts counts = expect(question, "");
    assert_int_equal(counts.rejected[DECODE_LENGTH], 1);
    assert_int_equal(counts.rejected[DECODE_SEQUENCE], 1);
    counts = expect(cut, "");
    assert_int_equal(counts.rejected[DECODE_LENGTH], 1);
    expect(cut_question, "");
    expect(present, BATTERY_SOC("10.2")); /* that is no question */
}

static void refuses_what_has_none_of_the_forms(void **state)
{
    static const char *const inputs[] = {"",
                                         "\n\n# only a comment\n",
                                         "hello\n",
                                         "Date/Time,Lat,Long\n(1.0) can0 421#08\n",
                                         "(x) can0 421#08\n",
                                         "7BB\n",
                                         "[1]\n",
                                         "{\"name\":\"no recording\"}\n",
                                         "\177ELF",

                                         "05/06\n"};

    (void)state;
    for (size_t i = 0; i < sizeof(inputs) / sizeof(inputs[0]); i++) {
        struct run run = decode_bytes(inputs[i], strlen(inputs[i]), false);

        assert_int_equal(run.result, DECODE_INPUT_NO_FORM);
        assert_int_equal(run.readings, 0);
        run_free(&run);
    }
}

static void endless_lines_are_skipped(void **state)
{
    size_t len = 300000;
    char *input = malloc(len + 64);

    (void)state;
    assert_non_null(input);
    memset(input, '0', len);
    memcpy(input, "(1.0) can0 421#08\n", 18);
    memcpy(input + len, "\n(2.0) can0 421#08\n", 19);
    struct run run = decode_bytes(input, len + 19, false);

    assert_int_equal(run.result, DECODE_INPUT_OK);
    assert_int_equal(run.readings, 2);
    assert_int_equal(run.counts.rejected[DECODE_LENGTH], 1);
    run_free(&run);
    free(input);
}

static const char candump[] = "(10.000000) can0 797#0322110300000000\n(10.001000) can0 79A#04621103A3000000\n"
                              "(10.110000) can0 7BB#100A610120DC0000\n(10.120000) can0 7BB#2100000000FFFFFF\n"
                              "(10.130000) can0 55B#D24000AAE1C800EE\n(10.140000) can0 421#0800\n";
static const char transcript[] =
    ">ATSH79B\nOK\n>2101\n7BB 10 0A 61 01 20 DC 00 00\n7BB 21 00 00 00 00 FF FF FF\n\n"
    ">ATD1\nOK\n7BB804621103A3000000\n421208\nNO DATA\n>";
static const char jsonlines[] =
    "{\"tx\":\"797\",\"rx\":\"79A\",\"request\":\"221103\",\"lines\":[\"79A04621103A3\"]}\n"
    "{\"tx\":\"79B\",\"rx\":\"7BB\",\"request\":\"2101\",\"lines\":[\"7BB100A610120DC0000\","
    "\"7BB2100000000FFFFFF\"]}\n";

/* Cut anywhere, a recording prints a beginning of what it prints whole. */
static void try_cuts(const char *input)
{
    struct run whole = decode_bytes(input, strlen(input), false);

    for (size_t len = 1; len < strlen(input); len++) {
        struct run run = decode_bytes(input, len, false);

        assert_true(run.len <= whole.len);
        assert_memory_equal(run.text, whole.text, run.len);
        run_free(&run);
    }
    run_free(&whole);
}

static void a_cut_recording_prints_no_more_than_it_has(void **state)
{
    (void)state;
    try_cuts(candump);
    try_cuts(transcript);
    try_cuts(jsonlines);
}

/* Damages every byte in several ways. Nothing crashes, and what the checksum protects is never wrong. */
static void try_damage(const char *input)
{
    static const char masks[] = {0x01, 0x02, 0x10, 0x40, (char)0x80};
    size_t len = strlen(input);
    char *bytes = malloc(len);

    assert_non_null(bytes);
    for (size_t i = 0; i < len * (sizeof(masks) + 2); i++) {
        size_t place = i % len;
        size_t way = i / len;

        memcpy(bytes, input, len);
        if (way < sizeof(masks))
            bytes[place] = (char)(bytes[place] ^ masks[way]);
        else
            bytes[place] = way == sizeof(masks) ? '\0' : '\n';
        struct run run = decode_bytes(bytes, len, false);
        const char *soc = strstr(run.text, "\"source\":\"55B\"");

        assert_true(!soc ||
                    strstr(run.text, "\"value\":84.1,\"unit\":\"%\",\"source\":\"55B\",\"raw\":841}"));
        run_free(&run);
    }
    free(bytes);
}

static void a_damaged_recording_is_survived(void **state)
{
    (void)state;
    try_damage(candump);
    try_damage(transcript);
    try_damage(jsonlines);
}

static void the_first_line_decides_the_form(void **state)
{
    const char *const parts[] = {candump, transcript, jsonlines};
    char input[2048];

    (void)state;
    for (int i = 0; i < 9; i++) {
        if (i / 3 == i % 3)
            continue;
        snprintf(input, sizeof(input), "%s\n%s", parts[i / 3], parts[i % 3]);
        struct run alone = decode_bytes(parts[i / 3], strlen(parts[i / 3]), false);
        struct run mixed = decode_bytes(input, strlen(input), false);

        assert_int_equal(mixed.result, DECODE_INPUT_OK);
        assert_int_equal(mixed.readings, alone.readings);
        assert_true(total_rejected(&mixed.counts) > total_rejected(&alone.counts));
        run_free(&alone);
        run_free(&mixed);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(two_halves_are_no_answer),
        cmocka_unit_test(refuses_what_has_none_of_the_forms),
        cmocka_unit_test(endless_lines_are_skipped),
        cmocka_unit_test(a_cut_recording_prints_no_more_than_it_has),
        cmocka_unit_test(a_damaged_recording_is_survived),
        cmocka_unit_test(the_first_line_decides_the_form),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
