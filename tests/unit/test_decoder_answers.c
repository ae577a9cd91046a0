/* The decoder on diagnostic answers: found by their echo, laid out by their length; arrays and texts; any
 * bytes at all. */
#include "decoder_fixture.h"

#include <math.h>

static void unknown_things_are_named(void **state)
{
    struct fixture *f = *state;

    assert_int_equal(take_frame(f, 0x123, "00"), DECODE_UNKNOWN);
    assert_int_equal(take_answer(f, 0x7BB, 0, "61FF00", 3), DECODE_UNKNOWN);
    assert_int_equal(take_answer(f, 0x123, 0, "6101", 2), DECODE_UNKNOWN);
    assert_int_equal(take_answer(f, 0x7BB, 0x797, "61610E911BA0FF1A861BA003", 12), DECODE_UNKNOWN);
    assert_int_equal(take_answer(f, 0x7BB, 0, "", 0), DECODE_LENGTH);
    assert_int_equal(take_answer(f, 0x79A, 0, "7F2211", 3), DECODE_NEGATIVE);
    assert_int_equal(take_answer(f, 0x79A, 0x797, "7F2278", 3), DECODE_NEGATIVE);
    assert_int_equal(take_answer(f, 0x79A, 0, "50C0", 2), DECODE_OK);
    assert_int_equal(f->count, 0);
}

static void the_pack_is_told_by_length(void **state)
{
    struct fixture *f = *state;
    const char *of_53 = "6101FFFFFC180289FFFFFAD1FFFFED7205524650980B38CF0389000170002689000CAD0B001893D48000"
                        "01FFFFFAD1FFFFFADB"
                        "01AE";

    /* Even on a car that is configured as something else: packs are swapped. */
    use_generation(f, "AZE0");
    assert_int_equal(take_answer(f, 0x7BB, 0x79B, of_53, 53), DECODE_OK);
    assert_printed(f, "soc", "83.0731");
    assert_printed(f, "pack_capacity", "161.0708");
    assert_null(find(f, "charge_power_request_24_30"));
    use_generation(f, "ZE1");
    assert_int_equal(
        take_answer(f, 0x7BB, 0,
                    "6101FFFFCE0E0287FFFFD7C6FFFFFFFF0282180692A439080387005C0B760008B54C00050D4B800001", 41),
        DECODE_OK);
    assert_printed(f, "soc", "57.07");
    assert_printed(f, "hx", "29.34");
    assert_int_equal(
        take_answer(
            f, 0x7BB, 0,
            "6101FFFFCE0E0287FFFFD7C6FFFFFFFF0282180692A439080387005C0B760008B54C00050D4B800001000000", 44),
        DECODE_LENGTH);
    assert_int_equal(f->count, 0);
}

/* Ended early by `enough`: the layout goes by the length that was announced. */
static void an_early_end_is_enough(void **state)
{
    struct fixture *f = *state;

    assert_int_equal(take_answer(f, 0x763, 0x743, "61010000000000000001CB4000", 130), DECODE_OK);
    assert_printed(f, "odometer", "117568");
    assert_int_equal(take_answer(f, 0x763, 0x743, "61010000000000000001CB4000", 13), DECODE_LENGTH);
    assert_int_equal(take_answer(f, 0x7BB, 0x79B, "616123B92466", 331), DECODE_OK);
    assert_printed(f, "soh", "93.18");
}

static void cells_are_an_array(void **state)
{
    struct fixture *f = *state;
    char hex[2 * 198 + 1] = "6102";

    for (int i = 0; i < 96; i++)
        snprintf(hex + 4 + 4 * i, 5, "%04X", i == 5 ? 5000 : 3800 + i);
    strcat(hex, "8FE78FC0");
    assert_int_equal(take_answer(f, 0x7BB, 0x79B, hex, 198), DECODE_OK);
    const struct reading *cells = get(f, "cells");
    assert_int_equal(cells->count, 96);
    assert_false(cells->has_raw);
    assert_true(f->elements[95] == 3.895);
    assert_true(isnan(f->elements[5]));
    assert_printed(f, "cell_min", "3.8");
    assert_printed(f, "cell_max", "3.895");
    assert_printed(f, "cell_spread", "0.095");
    assert_printed(f, "pack_voltage", "368.39");
    /* With one byte of the last cell missing there are no cells at all. */
    hex[2 * 193] = '\0';
    assert_int_equal(take_answer(f, 0x7BB, 0x79B, hex, 198), DECODE_LENGTH);
    assert_int_equal(f->count, 0);
    assert_int_equal(take_answer(f, 0x7BB, 0x79B, hex, 193), DECODE_LENGTH);
}

struct text {
    uint16_t signal;
    char bytes[64];
    size_t count;
};

static void keep_text(void *ctx, uint16_t signal, const uint8_t *bytes, size_t len)
{
    struct text *text = ctx;

    text->signal = signal;
    text->count++;
    assert_true(len < sizeof(text->bytes));
    memcpy(text->bytes, bytes, len);
    text->bytes[len] = '\0';
}

static void texts_are_no_readings(void **state)
{
    struct fixture *f = *state;
    const uint8_t payload[] = "\x61\x81SJNFAAZE0U6000123\0\0";
    struct uds_answer answer = {
        .time_ns = 7, .from = 0x79A, .to = 0x797, .payload = payload, .len = 21, .full_length = 21};
    struct text text = {0};

    f->count = 0;
    assert_int_equal(decoder_take_answer(f->decoder, &answer, keep, f), DECODE_OK);
    assert_int_equal(f->count, 0);
    decoder_take_texts(f->decoder, &answer, keep_text, &text);
    assert_int_equal(text.count, 1);
    assert_string_equal(definition_signal(f->definition, text.signal)->name, "vin");
    assert_string_equal(text.bytes, "SJNFAAZE0U6000123");
    answer.len = 5;
    decoder_take_texts(f->decoder, &answer, keep_text, &text);
    assert_int_equal(text.count, 1);
}

/* Whatever comes in, nothing is read beyond its end and nothing implausible comes out. */
static void check_reading(void *ctx, const struct reading *reading)
{
    const struct definition *d = ctx;
    const struct signal *signal = definition_signal(d, reading->signal);

    if (reading->known && !reading->elements)
        assert_true(reading->value >= signal->min && reading->value <= signal->max);
    assert_true(reading->source < definition_source_count(d));
    assert_true(signal->kind != SIGNAL_KIND_TEXT);
}

static void random_answers_do_no_harm(void **state)
{
    struct fixture *f = *state;
    uint32_t seed = 1;

    for (unsigned round = 0; round < 20000; round++) {
        const struct definition_request *request =
            definition_request(f->definition, round % definition_request_count(f->definition));
        size_t len = 1 + round / 7 % 210;
        uint8_t *payload = malloc(len); /* exactly as long: the sanitizer watches its end */
        for (size_t i = 0; i < len; i++) {
            seed = seed * 1664525 + 1013904223;
            payload[i] = (uint8_t)(seed >> 24);
        }
        payload[0] = request->ask[0] | 0x40;
        for (size_t i = 1; i < len && i < request->ask_len; i++)
            payload[i] = request->ask[i];
        struct uds_answer answer = {
            .time_ns = 1, .from = request->from, .payload = payload, .len = len, .full_length = len};
        decoder_take_answer(f->decoder, &answer, check_reading, f->definition);
        free(payload);
    }
}

static void fill(uint8_t *bytes, size_t len, int kind)
{
    static const uint8_t constants[] = {0x00, 0xFF, 0x7F, 0x80};

    for (size_t i = 0; i < len; i++)
        bytes[i] = kind < 4 ? constants[kind] : (uint8_t)(rand() >> 8);
}

#define FILLS 8 /* four constants, then random bytes */

static void frames_of(struct fixture *f, uint16_t id)
{
    for (int kind = 0; kind < FILLS; kind++) {
        for (unsigned len = 0; len <= FRAME_DATA_MAX; len++) {
            struct frame frame = {.time_ns = 7, .id = id, .len = (uint8_t)len};
            fill(frame.data, len, kind); /* the bytes behind `len` are not to be looked at */
            memset(frame.data + len, 0xA5, FRAME_DATA_MAX - len);
            decoder_take_frame(f->decoder, &frame, check_reading, f->definition);
        }
    }
}

static void answers_of(struct fixture *f, const struct definition_request *request)
{
    for (int kind = 0; kind < FILLS; kind++) {
        for (size_t len = 1; len <= 400; len++) {
            uint8_t *payload = malloc(len); /* so that a sanitizer sees what is read behind it */
            struct uds_answer answer = {.time_ns = 7,
                                        .from = request->from,
                                        .to = request->to,
                                        .payload = payload,
                                        .len = len,
                                        .full_length = len};
            assert_non_null(payload);
            fill(payload, len, kind);
            for (size_t i = 0; i < request->ask_len && i < len; i++)
                payload[i] = (uint8_t)(request->ask[i] | (i == 0 ? 0x40 : 0));
            decoder_take_answer(f->decoder, &answer, check_reading, f->definition);
            free(payload);
        }
    }
}

/* C10: placeholders, noise, and frames that are too short. Whatever the bytes, a value is within its range,
 * or there is none. */
static void every_layout_takes_any_bytes(void **state)
{
    static const char *const generations[] = {"auto", "ZE0", "AZE0", "eNV200", "ZE1"};
    struct fixture *f = *state;
    size_t count;
    const uint16_t *ids = definition_frame_ids(f->definition, &count);

    srand(10);
    for (size_t g = 0; g < sizeof(generations) / sizeof(generations[0]); g++) {
        use_generation(f, generations[g]);
        for (size_t i = 0; i < count; i++)
            frames_of(f, ids[i]);
        for (size_t i = 0; i < definition_request_count(f->definition); i++)
            answers_of(f, definition_request(f->definition, i));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(unknown_things_are_named, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_pack_is_told_by_length, set_up, tear_down),
        cmocka_unit_test_setup_teardown(an_early_end_is_enough, set_up, tear_down),
        cmocka_unit_test_setup_teardown(cells_are_an_array, set_up, tear_down),
        cmocka_unit_test_setup_teardown(texts_are_no_readings, set_up, tear_down),
        cmocka_unit_test_setup_teardown(random_answers_do_no_harm, set_up, tear_down),
        cmocka_unit_test_setup_teardown(every_layout_takes_any_bytes, set_up, tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
