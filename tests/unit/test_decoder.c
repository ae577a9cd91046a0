/* The decoder on the LEAF definition: checksums, lengths, layouts by length, the unit flag, generations,
 * variants, what follows from a reading, and the numbers themselves. */
#include "car/checksum.h"
#include "car/decoder.h"
#include "util/core/time.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define READINGS_MAX 64

struct fixture {
    struct definition *definition;
    struct decoder *decoder;
    struct reading readings[READINGS_MAX]; /* of the last frame or answer */
    double elements[SIGNAL_ELEMENT_MAX];
    size_t count;
};

static int set_up(void **state)
{
    struct fixture *f = calloc(1, sizeof(*f));
    struct err err;

    if (!f || !(f->definition = definition_find("config/vehicles", "nissan-leaf", &err)))
        return -1;
    f->decoder = decoder_new(f->definition, DEFINITION_GENERATION_AUTO);
    *state = f;
    return f->decoder ? 0 : -1;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;

    decoder_free(f->decoder);
    definition_free(f->definition);
    free(f);
    return 0;
}

static void use_generation(struct fixture *f, const char *id)
{
    decoder_free(f->decoder);
    f->decoder = decoder_new(f->definition, definition_generation_find(f->definition, id));
    assert_non_null(f->decoder);
}

static void keep(void *ctx, const struct reading *reading)
{
    struct fixture *f = ctx;

    assert_true(f->count < READINGS_MAX);
    f->readings[f->count++] = *reading;
    for (size_t i = 0; i < reading->count; i++)
        f->elements[i] = reading->elements[i];
}

static size_t parse_hex(const char *hex, uint8_t *bytes)
{
    size_t len = strlen(hex) / 2;

    for (size_t i = 0; i < len; i++) {
        unsigned byte;
        assert_int_equal(sscanf(hex + 2 * i, "%2x", &byte), 1);
        bytes[i] = (uint8_t)byte;
    }
    return len;
}

static enum decode_reason take_frame(struct fixture *f, uint16_t id, const char *hex)
{
    struct frame frame = {.time_ns = 7, .id = id};

    f->count = 0;
    frame.len = (uint8_t)parse_hex(hex, frame.data);
    return decoder_take_frame(f->decoder, &frame, keep, f);
}

static enum decode_reason take_answer(struct fixture *f, uint16_t from, uint16_t to, const char *hex,
                                      size_t full_length)
{
    uint8_t payload[1024];
    size_t len = parse_hex(hex, payload);
    struct uds_answer answer = {
        .time_ns = 7, .from = from, .to = to, .payload = payload, .len = len, .full_length = full_length};

    f->count = 0;
    return decoder_take_answer(f->decoder, &answer, keep, f);
}

static const struct reading *find(const struct fixture *f, const char *name)
{
    for (size_t i = 0; i < f->count; i++) {
        if (strcmp(definition_signal(f->definition, f->readings[i].signal)->name, name) == 0)
            return &f->readings[i];
    }
    return NULL;
}

static const struct reading *get(const struct fixture *f, const char *name)
{
    const struct reading *reading = find(f, name);

    if (!reading)
        fail_msg("no reading of %s", name);
    return reading;
}

/* As `decode` prints it. */
static void assert_printed(const struct fixture *f, const char *name, const char *text)
{
    char printed[32];

    snprintf(printed, sizeof(printed), "%.15g", get(f, name)->value);
    assert_string_equal(printed, text);
}

static void a_reading_carries_everything(void **state)
{
    struct fixture *f = *state;

    assert_int_equal(take_frame(f, 0x55B, "D240AA00EC409250"), DECODE_OK);
    const struct reading *soc = get(f, "soc");
    assert_int_equal(soc->signal, SIGNAL_SOC);
    assert_string_equal(definition_source(f->definition, soc->source), "55B");
    assert_true(soc->known && soc->has_raw);
    assert_int_equal(soc->raw, 841);
    assert_int_equal(soc->quality, QUALITY_OK);
    assert_int_equal(soc->time_ns, 7);
    assert_printed(f, "soc", "84.1");
}

/* No value of a decimal scale is printed with a tail, and each is the double nearest to the decimal number.
 */
static void decimals_stay_decimal(void **state)
{
    struct fixture *f = *state;
    uint8_t bytes[2];
    char printed[32];
    char exact[32];

    uint16_t source = 0;
    while (strcmp(definition_source(f->definition, source), "55B") != 0)
        source++;
    for (unsigned raw = 0; raw <= 1010; raw++) {
        bytes[0] = (uint8_t)(raw >> 2);
        bytes[1] = (uint8_t)(raw << 6);
        f->count = 0;
        decoder_take_fragment(f->decoder, source, bytes, 2, keep, f);
        snprintf(printed, sizeof(printed), "%.15g", get(f, "soc")->value);
        snprintf(exact, sizeof(exact), raw % 10 == 0 ? "%u" : "%u.%u", raw / 10, raw % 10);
        assert_string_equal(printed, exact);
        assert_true(get(f, "soc")->value == strtod(exact, NULL));
    }
}

static void checksums_are_judged(void **state)
{
    struct fixture *f = *state;

    assert_int_equal(take_frame(f, 0x55B, "D240AA00EC409251"), DECODE_CHECKSUM);
    assert_int_equal(f->count, 0);
    assert_int_equal(take_frame(f, 0x1F2, "306C200000820306"), DECODE_OK);
    assert_int_equal(take_frame(f, 0x1F2, "306C200000820307"), DECODE_CHECKSUM);
    assert_int_equal(take_frame(f, 0x284, "0000000027100ABC"), DECODE_CHECKSUM);
    assert_int_equal(take_frame(f, 0x284, "0000000027100AC7"), DECODE_OK);
    assert_printed(f, "speed", "100");
    assert_true(checksum_sum((const uint8_t[]){0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F}, 0x86));
}

static void lengths_are_judged(void **state)
{
    struct fixture *f = *state;

    assert_int_equal(take_frame(f, 0x55B, "D240AA00EC4092"), DECODE_LENGTH);
    assert_int_equal(take_frame(f, 0x421, "08"), DECODE_OK);
    assert_int_equal(take_frame(f, 0x421, ""), DECODE_LENGTH);
    assert_int_equal(take_frame(f, 0x60D, "1006"), DECODE_LENGTH);
    assert_non_null(find(f, "power_state"));
    assert_null(find(f, "locked"));
    /* A ZE0's 5B9 has five bytes and no time at 6.6 kW: that is no fault of the frame. */
    assert_int_equal(take_frame(f, 0x5B9, "587867FF28"), DECODE_OK);
    assert_null(find(f, "charge_minutes_6k6"));
}

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

static void reasons_have_names(void **state)
{
    static const char *const names[] = {"ok",       "checksum", "length", "sequence",
                                        "negative", "range",    "unknown"};

    (void)state;
    for (int i = 0; i < DECODE_REASON_COUNT; i++)
        assert_string_equal(decode_reason_name((enum decode_reason)i), names[i]);
}

static void not_available_is_no_value(void **state)
{
    struct fixture *f = *state;

    assert_int_equal(take_frame(f, 0x5A9, "FFFFFC13C3B00000"), DECODE_OK);
    assert_false(get(f, "range")->known);
    assert_int_equal(get(f, "range")->raw, 0xFFF);
    assert_int_equal(take_frame(f, 0x1DC, "5CFFF1B1E8C0CFFB"), DECODE_OK);
    assert_false(get(f, "charge_power_limit")->known);
    assert_true(get(f, "discharge_power_limit")->known);
}

static void implausible_values_are_held_back(void **state)
{
    struct fixture *f = *state;

    assert_int_equal(take_frame(f, 0x421, "280000"), DECODE_RANGE);
    assert_int_equal(f->count, 0);
    /* 655 km/h, but the wheels' own speeds are no claim of the vocabulary. */
    assert_int_equal(take_frame(f, 0x284, "00000000FFFF0A8E"), DECODE_RANGE);
    assert_null(find(f, "speed"));
    assert_non_null(find(f, "wheel_speed_fl"));
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

static void the_odometers_unit_is_followed(void **state)
{
    struct fixture *f = *state;

    take_frame(f, 0x5C5, "4001CB40000C0000");
    assert_int_equal(get(f, "odometer")->quality, QUALITY_ASSUMED);
    assert_printed(f, "odometer", "117568");
    take_frame(f, 0x355, "0000000000006000");
    take_frame(f, 0x5C5, "40000064000C0000");
    assert_int_equal(get(f, "odometer")->quality, QUALITY_OK);
    assert_printed(f, "odometer", "160.9344");
    assert_int_equal(get(f, "odometer")->raw, 100);
    take_frame(f, 0x355, "0000000000004000");
    take_frame(f, 0x5C5, "40000064000C0000");
    assert_printed(f, "odometer", "100");
    /* The ZE1's meter counts kilometres, whatever the flag says. */
    take_frame(f, 0x355, "0000000000006000");
    take_answer(f, 0x763, 0x743, "620E01007FBB", 6);
    assert_printed(f, "odometer", "32699");
    assert_int_equal(get(f, "odometer")->quality, QUALITY_OK);
}

static void generations_are_learnt(void **state)
{
    struct fixture *f = *state;

    assert_int_equal(decoder_generation(f->decoder), DEFINITION_GENERATION_AUTO);
    take_frame(f, 0x54F, "31010000078E8A56");
    assert_null(find(f, "cabin_temp"));
    take_frame(f, 0x5BC, "3D432B31C8452078");
    assert_int_equal(get(f, "charge_bars_ze0")->quality, QUALITY_ASSUMED);
    assert_int_equal(get(f, "charge_bars_aze0")->quality, QUALITY_ASSUMED);
    take_frame(f, 0x380, "1204181C5044FC99");
    assert_int_equal(decoder_generation(f->decoder), definition_generation_find(f->definition, "ZE0"));
    take_frame(f, 0x54F, "31010000078E8A56");
    assert_printed(f, "cabin_temp", "14");
    take_frame(f, 0x5BC, "3D432B31C8452078");
    assert_int_equal(get(f, "charge_bars_ze0")->quality, QUALITY_OK);
    assert_null(find(f, "charge_bars_aze0"));
    /* Another car's frame is then unknown, and nothing ever makes the car none at all. */
    assert_int_equal(take_frame(f, 0x390, "2400300300800033"), DECODE_UNKNOWN);
    decoder_narrow(f->decoder, 0);
    assert_int_equal(decoder_generation(f->decoder), definition_generation_find(f->definition, "ZE0"));
}

static void a_damaged_frame_tells_nothing(void **state)
{
    struct fixture *f = *state;

    assert_int_equal(take_frame(f, 0x380, "1204181C5044FC98"), DECODE_CHECKSUM);
    assert_int_equal(decoder_generation(f->decoder), DEFINITION_GENERATION_AUTO);
}

static void the_best_time_to_full_counts(void **state)
{
    struct fixture *f = *state;

    /* 100 V alone, then 200 V, then 6.6 kW; a worse one is silent from then on, until the better one is
     * unavailable. */
    take_frame(f, 0x5BC, "5DC0D864B5416276");
    assert_printed(f, "charge_minutes", "630");
    take_frame(f, 0x5BC, "5DC0D864B5410122");
    assert_printed(f, "charge_minutes", "290");
    take_frame(f, 0x5BC, "5DC0D864B540A096");
    assert_printed(f, "charge_minutes", "150");
    take_frame(f, 0x5BC, "5DC0D864B5416276");
    assert_null(find(f, "charge_minutes"));
    assert_printed(f, "charge_time_minutes", "630");
    take_frame(f, 0x5BC, "5DC0D864B540BFFF");
    assert_null(find(f, "charge_minutes"));
    take_frame(f, 0x5BC, "5DC0D864B5410122");
    assert_printed(f, "charge_minutes", "290");
    take_frame(f, 0x5BC, "5DC0D864B5411FFF");
    assert_null(find(f, "charge_minutes"));
    take_frame(f, 0x5BC, "5DC0D864B5417FFF");
    assert_false(get(f, "charge_minutes")->known);
}

static void a_reading_has_followers(void **state)
{
    struct fixture *f = *state;

    take_frame(f, 0x1DB, "0080C3EA00000371");
    assert_printed(f, "pack_power", "0.783");
    assert_false(get(f, "pack_power")->has_raw);
    take_answer(f, 0x79A, 0x797, "62114E03", 4);
    assert_true(get(f, "charge_mode")->value == CHARGE_MODE_DC);
    assert_true(get(f, "charging")->value == 1);
    take_answer(f, 0x79A, 0x797, "62114E00", 4);
    assert_true(get(f, "charging")->value == 0);
    assert_int_equal(take_answer(f, 0x79A, 0x797, "62114E04", 4), DECODE_RANGE);
    assert_int_equal(f->count, 0);
    /* Volts that are not available make no power. */
    take_frame(f, 0x1DB, "0080FFEA00000378");
    assert_false(get(f, "pack_voltage")->known);
    assert_false(get(f, "pack_power")->known);
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_reading_carries_everything, set_up, tear_down),
        cmocka_unit_test_setup_teardown(decimals_stay_decimal, set_up, tear_down),
        cmocka_unit_test_setup_teardown(checksums_are_judged, set_up, tear_down),
        cmocka_unit_test_setup_teardown(lengths_are_judged, set_up, tear_down),
        cmocka_unit_test_setup_teardown(unknown_things_are_named, set_up, tear_down),
        cmocka_unit_test(reasons_have_names),
        cmocka_unit_test_setup_teardown(not_available_is_no_value, set_up, tear_down),
        cmocka_unit_test_setup_teardown(implausible_values_are_held_back, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_pack_is_told_by_length, set_up, tear_down),
        cmocka_unit_test_setup_teardown(an_early_end_is_enough, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_odometers_unit_is_followed, set_up, tear_down),
        cmocka_unit_test_setup_teardown(generations_are_learnt, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_damaged_frame_tells_nothing, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_best_time_to_full_counts, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_reading_has_followers, set_up, tear_down),
        cmocka_unit_test_setup_teardown(cells_are_an_array, set_up, tear_down),
        cmocka_unit_test_setup_teardown(texts_are_no_readings, set_up, tear_down),
        cmocka_unit_test_setup_teardown(random_answers_do_no_harm, set_up, tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
