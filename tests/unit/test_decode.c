/* garagectl decode without its command line: recordings of all three forms in, JSON lines and counts out. */
#include "small_car.h"
#include "tools/decode_feed.h"
#include "tools/decode_input.h"
#include "tools/decode_write.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

struct run {
    struct definition *definition;
    enum decode_input_result result;
    struct feed_counts counts;
    uint64_t readings;
    char *text; /* what was printed */
    size_t len;
};

static void run_free(struct run *run)
{
    free(run->text);
    definition_free(run->definition);
}

static int input_of(const void *bytes, size_t len)
{
    int fd = memfd_create("input", MFD_CLOEXEC);

    assert_true(fd >= 0);
    assert_int_equal(write(fd, bytes, len), (ssize_t)len);
    assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
    return fd;
}

static struct run decode_bytes(const void *bytes, size_t len, bool changes)
{
    struct run run = {0};
    struct err err;
    FILE *out = open_memstream(&run.text, &run.len);
    int fd = input_of(bytes, len);

    run.definition = definition_parse(small_car, "small_car", &err);
    if (!run.definition)
        fail_msg("%s", err.text);
    struct decode_writer *writer = decode_writer_new(run.definition, out, changes);
    struct feed *feed = feed_new(run.definition, DEFINITION_GENERATION_AUTO, decode_writer_take, writer);

    run.result = decode_input_run(fd, feed, &err);
    assert_int_equal(decode_writer_finish(writer, &err), 0);
    run.counts = *feed_counts(feed);
    run.readings = decode_writer_count(writer);
    feed_free(feed);
    decode_writer_free(writer);
    fclose(out);
    close(fd);
    return run;
}

/* Decodes a text and compares what is printed. Returns the counts. */
static struct feed_counts expect(const char *input, const char *output)
{
    struct run run = decode_bytes(input, strlen(input), false);
    struct feed_counts counts = run.counts;

    assert_int_equal(run.result, DECODE_INPUT_OK);
    assert_string_equal(run.text, output);
    run_free(&run);
    return counts;
}

static uint64_t total_rejected(const struct feed_counts *counts)
{
    uint64_t total = 0;

    for (int i = 0; i < DECODE_REASON_COUNT; i++)
        total += counts->rejected[i];
    return total;
}

#define SOC(TIME, VALUE, RAW)                                                                                \
    "{\"t\":" TIME ",\"signal\":\"soc\",\"value\":" VALUE ",\"unit\":\"%\",\"source\":\"55B\",\"raw\":" RAW  \
    "}\n"
#define AUX(TIME)                                                                                            \
    "{\"t\":" TIME                                                                                           \
    ",\"signal\":\"aux_voltage\",\"value\":13.04,\"unit\":\"V\",\"source\":\"797 221103\",\"raw\":163}\n"
#define BATTERY_SOC(TIME)                                                                                    \
    "{\"t\":" TIME                                                                                           \
    ",\"signal\":\"soc\",\"value\":84.12,\"unit\":\"%\",\"source\":\"79B 2101\",\"raw\":8412}\n"

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
        cmocka_unit_test(refuses_what_has_none_of_the_forms),
        cmocka_unit_test(endless_lines_are_skipped),
        cmocka_unit_test(a_cut_recording_prints_no_more_than_it_has),
        cmocka_unit_test(a_damaged_recording_is_survived),
        cmocka_unit_test(the_first_line_decides_the_form),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
