/* The decoder on frames: checksums, lengths, the unit flag, generations, variants, what follows from a
 * reading, and the numbers themselves. */
#include "car/checksum.h"
#include "decoder_fixture.h"

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
}

/* One frame of another car is a garbled line; three in a row are another car, and what was learnt before the
 * slip. */
static void insisting_hints_turn_the_generation(void **state)
{
    struct fixture *f = *state;
    int ze0 = definition_generation_find(f->definition, "ZE0");

    take_frame(f, 0x380, "1204181C5044FC99");
    assert_int_equal(take_frame(f, 0x390, "2400300300800033"), DECODE_UNKNOWN);
    assert_int_equal(take_frame(f, 0x390, "2400300300800033"), DECODE_UNKNOWN);
    take_frame(f, 0x380, "1204181C5044FC99");
    assert_int_equal(take_frame(f, 0x390, "2400300300800033"), DECODE_UNKNOWN);
    assert_int_equal(take_frame(f, 0x390, "2400300300800033"), DECODE_UNKNOWN);
    assert_int_equal(decoder_generation(f->decoder), ze0);
    assert_int_equal(take_frame(f, 0x390, "2400300300800033"), DECODE_OK);
    assert_int_equal(decoder_possible(f->decoder) & 1U << ze0, 0);
    /* From outside once is enough, and none at all is ignored. */
    decoder_narrow(f->decoder, 1U << ze0);
    assert_int_equal(decoder_generation(f->decoder), ze0);
    decoder_narrow(f->decoder, 0);
    decoder_narrow(f->decoder, 1U << 31);
    assert_int_equal(decoder_generation(f->decoder), ze0);
}

static void a_configured_generation_stays(void **state)
{
    struct fixture *f = *state;
    int ze0 = definition_generation_find(f->definition, "ZE0");

    use_generation(f, "ZE0");
    assert_int_equal(take_frame(f, 0x390, "2400300300800033"), DECODE_UNKNOWN);
    decoder_narrow(f->decoder, ~(1U << ze0));
    assert_int_equal(decoder_generation(f->decoder), ze0);
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_reading_carries_everything, set_up, tear_down),
        cmocka_unit_test_setup_teardown(decimals_stay_decimal, set_up, tear_down),
        cmocka_unit_test_setup_teardown(checksums_are_judged, set_up, tear_down),
        cmocka_unit_test_setup_teardown(lengths_are_judged, set_up, tear_down),
        cmocka_unit_test(reasons_have_names),
        cmocka_unit_test_setup_teardown(not_available_is_no_value, set_up, tear_down),
        cmocka_unit_test_setup_teardown(implausible_values_are_held_back, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_odometers_unit_is_followed, set_up, tear_down),
        cmocka_unit_test_setup_teardown(generations_are_learnt, set_up, tear_down),
        cmocka_unit_test_setup_teardown(insisting_hints_turn_the_generation, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_configured_generation_stays, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_damaged_frame_tells_nothing, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_best_time_to_full_counts, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_reading_has_followers, set_up, tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
