/* Records: version 1 is frozen, so every kind is compared with its golden bytes; and what a stranger may
 * write is refused. */
#include "link/record.h"

#include "adapter/adapter.h"
#include "car/presence.h"
#include "car/reading.h"
#include "link/counters.h"
#include "util/log.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static size_t from_hex(const char *hex, uint8_t *bytes)
{
    size_t len = 0;
    unsigned byte;

    for (; *hex; hex += *hex == ' ' ? 1 : 2) {
        if (*hex == ' ')
            continue;
        assert_int_equal(sscanf(hex, "%2x", &byte), 1);
        bytes[len++] = (uint8_t)byte;
        if (!hex[1])
            break;
    }
    return len;
}

/* Encodes to exactly `hex`, and decodes from it to something that encodes to it again. */
static void check_golden(const struct record *record, const char *hex)
{
    uint8_t golden[RECORD_BYTES_MAX];
    uint8_t bytes[RECORD_BYTES_MAX];
    struct record back;
    size_t golden_len = from_hex(hex, golden);

    assert_int_equal(record_encode(record, bytes), golden_len);
    assert_memory_equal(bytes, golden, golden_len);
    assert_int_equal(record_decode(&back, golden, golden_len), RECORD_OK);
    assert_int_equal(back.kind, record->kind);
    assert_int_equal(record_encode(&back, bytes), golden_len);
    assert_memory_equal(bytes, golden, golden_len);
    for (size_t len = 0; len < golden_len; len++)
        assert_int_equal(record_decode(&back, golden, len), RECORD_MALFORMED);
    golden[golden_len] = 0;
    assert_int_equal(record_decode(&back, golden, golden_len + 1), RECORD_MALFORMED);
}

static void golden_hello(void **state)
{
    struct record record = {.kind = RECORD_HELLO,
                            .hello = {.car = "leaf",
                                      .generation = "AZE0",
                                      .adapter = "ELM327 v1.5",
                                      .capabilities = 7,
                                      .definition_hash = 0x1122334455667788}};

    (void)state;
    check_golden(&record,
                 "0100 0100 046c656166 04415a4530 0b454c4d3332372076312e35 07000000 8877665544332211");
}

static void golden_identity(void **state)
{
    struct record record = {.kind = RECORD_IDENTITY,
                            .identity = {.vin_hash = {1, 2}, .battery_hash = {[31] = 9}}};

    (void)state;
    check_golden(&record, "0100 0200 "
                          "0102000000000000000000000000000000000000000000000000000000000000 "
                          "0000000000000000000000000000000000000000000000000000000000000009");
}

static void golden_signal(void **state)
{
    struct record known = {.kind = RECORD_SIGNAL,
                           .signal = {.signal = 0,
                                      .source = 3,
                                      .quality = QUALITY_OK,
                                      .known = true,
                                      .has_raw = true,
                                      .value = 84.5,
                                      .raw = -2,
                                      .boot_ns = 1000000000}};
    struct record unknown = {
        .kind = RECORD_SIGNAL,
        .signal = {.signal = 0x102, .source = 0x304, .quality = QUALITY_OLD, .value = NAN, .raw = 5}};

    (void)state;
    check_golden(&known, "0100 0300 0000 0300 00 03 0000000000205540 feffffffffffffff 00ca9a3b00000000");
    check_golden(&unknown, "0100 0300 0201 0403 01 00 0000000000000000 0000000000000000 0000000000000000");
}

static void golden_dispute(void **state)
{
    struct record record = {
        .kind = RECORD_DISPUTE,
        .dispute = {.signal = 1, .source = 0x102, .active = true, .value = 84.5, .boot_ns = 1000000000}};

    (void)state;
    check_golden(&record, "0100 0b00 0100 0201 01 0000000000205540 00ca9a3b00000000");
}

static void golden_array(void **state)
{
    struct record record = {.kind = RECORD_ARRAY,
                            .array = {.signal = 15,
                                      .source = 2,
                                      .quality = QUALITY_OK,
                                      .count = 3,
                                      .boot_ns = 1,
                                      .elements = {4012, RECORD_ELEMENT_MISSING, 4010}}};

    (void)state;
    check_golden(&record, "0100 0a00 0f00 0200 00 0100000000000000 03 ac0f ffff aa0f");
}

static void golden_states(void **state)
{
    struct record link = {.kind = RECORD_LINK, .link = {.state = ADAPTER_LINK_DOWN, .reason = "no"}};
    struct record car = {
        .kind = RECORD_CAR,
        .car = {.presence = PRESENCE_ASLEEP, .garage = TRI_TRUE, .since_boot_ns = 2, .reason = "the car"}};

    (void)state;
    check_golden(&link, "0100 0400 02 026e6f");
    check_golden(&car, "0100 0500 02 01 0200000000000000 0774686520636172");
}

static void golden_counters(void **state)
{
    struct record record = {.kind = RECORD_COUNTERS, .counters = {.count = 2, .values = {1, 0x0102}}};

    (void)state;
    check_golden(&record, "0100 0600 02 0100000000000000 0201000000000000");
}

static void golden_text_and_frame(void **state)
{
    struct record text = {.kind = RECORD_TEXT, .text = {.level = LOG_LEVEL_WARNING, .text = "a b"}};
    struct record frame = {.kind = RECORD_FRAME,
                           .frame = {.time_ns = 3, .id = 0x5B3, .len = 2, .data = {0xAA, 0xBB}}};
    struct record beat = {.kind = RECORD_BEAT};

    (void)state;
    check_golden(&text, "0100 0700 01 03612062");
    check_golden(&frame, "0100 0800 0300000000000000 b305 02 aabb");
    check_golden(&beat, "0100 0900");
}

static void golden_towards_the_car(void **state)
{
    struct record command = {.kind = RECORD_COMMAND, .command = {.id = 9, .name = "climate_on"}};
    struct record refresh = {.kind = RECORD_REFRESH};
    struct record watch = {.kind = RECORD_WATCH, .watch = {.seconds = 60}};
    struct record paused = {.kind = RECORD_PAUSE, .pause = {.seconds = 1800}};

    (void)state;
    check_golden(&command, "0100 4100 09000000 0a636c696d6174655f6f6e");
    check_golden(&refresh, "0100 4200");
    check_golden(&watch, "0100 4300 3c000000");
    check_golden(&paused, "0100 4400 08070000");
}

static void refuses_what_is_out_of_range(void **state)
{
    static const char *const malformed[] = {
        "",
        "0100",
        "0100 0300 0000 0300 05 03 0000000000205540 feffffffffffffff 00ca9a3b00000000", /* quality 5 */
        "0100 0300 0000 0300 00 04 0000000000205540 feffffffffffffff 00ca9a3b00000000", /* a new flag */
        "0100 0300 0000 0300 00 03 000000000000f87f feffffffffffffff 00ca9a3b00000000", /* NaN */
        "0100 0300 0000 0300 00 03 000000000000f07f feffffffffffffff 00ca9a3b00000000", /* infinite */
        "0100 0400 04 00",                                                              /* link state 4 */
        "0100 0400 00 0100",                                     /* NUL inside a text */
        "0100 0400 00 010a",                                     /* newline */
        "0100 0400 00 01c3",                                     /* not ASCII */
        "0100 0500 07 00 0000000000000000 00",                   /* presence 7 */
        "0100 0500 00 03 0000000000000000 00",                   /* garage 3 */
        "0100 0700 05 00",                                       /* level 5 */
        "0100 0800 0000000000000000 0008 00",                    /* identifier 0x800 */
        "0100 0800 0000000000000000 b305 09 000000000000000000", /* nine bytes */
        "0100 0600 19",                                          /* 25 counters */
        "0100 0a00 0000 0000 00 0000000000000000 61",            /* 97 elements */
    };
    uint8_t bytes[RECORD_BYTES_MAX];
    struct record record;

    (void)state;
    for (size_t i = 0; i < sizeof(malformed) / sizeof(malformed[0]); i++) {
        size_t len = from_hex(malformed[i], bytes);
        if (record_decode(&record, bytes, len) != RECORD_MALFORMED)
            fail_msg("taken: %s", malformed[i]);
    }
}

static void skips_other_kinds_and_stops_at_other_versions(void **state)
{
    uint8_t bytes[RECORD_BYTES_MAX + 1];
    struct record record;

    (void)state;
    assert_int_equal(record_decode(&record, bytes, from_hex("0100 3f00 01", bytes)), RECORD_UNKNOWN_KIND);
    assert_int_equal(record_decode(&record, bytes, from_hex("0200 0900", bytes)), RECORD_OTHER_VERSION);
    assert_int_equal(record_decode(&record, bytes, from_hex("0000 0900", bytes)), RECORD_OTHER_VERSION);
    memset(bytes, 0, sizeof(bytes));
    from_hex("0100 0900", bytes);
    assert_int_equal(record_decode(&record, bytes, sizeof(bytes)), RECORD_MALFORMED);
}

static void longest_records_fit(void **state)
{
    struct record record = {.kind = RECORD_CAR};
    uint8_t bytes[RECORD_BYTES_MAX];

    (void)state;
    memset(record.car.reason, 'x', sizeof(record.car.reason)); /* not even a NUL at its end */
    assert_int_equal(record_encode(&record, bytes), 4 + 10 + 1 + RECORD_TEXT_MAX - 1);
    record = (struct record){.kind = RECORD_ARRAY, .array = {.count = 0xFFFF}};
    assert_int_equal(record_encode(&record, bytes), 4 + 14 + 2 * RECORD_ELEMENT_MAX);
    record = (struct record){.kind = RECORD_COUNTERS, .counters = {.count = 0xFFFF}};
    assert_int_equal(record_encode(&record, bytes), 4 + 1 + 8 * RECORD_COUNTER_MAX);
    record = (struct record){.kind = RECORD_HELLO};
    memset(&record.hello, 'x', sizeof(record.hello));
    assert_true(record_encode(&record, bytes) <= RECORD_BYTES_MAX);
}

static void texts_are_made_harmless(void **state)
{
    struct record record = {.kind = RECORD_TEXT, .text = {.text = "a\nb\xC3\xA9\x7F"}};
    struct record back;
    uint8_t bytes[RECORD_BYTES_MAX];

    (void)state;
    assert_int_equal(record_decode(&back, bytes, record_encode(&record, bytes)), RECORD_OK);
    assert_string_equal(back.text.text, "a?b???");
}

/* record.c must not include these stages: its limits are compared here. */
static void limits_follow_the_enums(void **state)
{
    uint8_t bytes[RECORD_BYTES_MAX];
    struct record back;
    struct record signal = {.kind = RECORD_SIGNAL, .signal = {.quality = QUALITY_DISPUTED}};
    struct record link = {.kind = RECORD_LINK, .link = {.state = ADAPTER_LINK_DOWN}};
    struct record car = {.kind = RECORD_CAR, .car = {.presence = PRESENCE_CHARGING, .garage = TRI_UNKNOWN}};
    struct record text = {.kind = RECORD_TEXT, .text = {.level = LOG_LEVEL_DEBUG}};

    (void)state;
    assert_int_equal(record_decode(&back, bytes, record_encode(&signal, bytes)), RECORD_OK);
    assert_int_equal(record_decode(&back, bytes, record_encode(&link, bytes)), RECORD_OK);
    assert_int_equal(record_decode(&back, bytes, record_encode(&car, bytes)), RECORD_OK);
    assert_int_equal(record_decode(&back, bytes, record_encode(&text, bytes)), RECORD_OK);
}

static void counters_have_names(void **state)
{
    (void)state;
    for (int i = 0; i < COUNTER_COUNT; i++) {
        assert_non_null(counter_name((enum counter)i));
        for (int j = 0; j < i; j++)
            assert_string_not_equal(counter_name((enum counter)i), counter_name((enum counter)j));
    }
    assert_string_equal(counter_name(COUNTER_FRAMES_SENT), "frames_sent");
}

/* Sums with the time of a reading must not overflow, whatever a stranger writes. */
static void refuses_impossible_times(void **state)
{
    static const int64_t times[] = {-1, INT64_MIN, INT64_MAX};
    uint8_t bytes[RECORD_BYTES_MAX];
    struct record back;

    (void)state;
    for (size_t i = 0; i < sizeof(times) / sizeof(times[0]); i++) {
        struct record record = {.kind = RECORD_SIGNAL, .signal = {.boot_ns = times[i]}};
        size_t len = record_encode(&record, bytes);
        assert_int_equal(record_decode(&back, bytes, len), RECORD_MALFORMED);
        record = (struct record){.kind = RECORD_ARRAY, .array = {.boot_ns = times[i]}};
        len = record_encode(&record, bytes);
        assert_int_equal(record_decode(&back, bytes, len), RECORD_MALFORMED);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(golden_hello),
        cmocka_unit_test(refuses_impossible_times),
        cmocka_unit_test(golden_identity),
        cmocka_unit_test(golden_signal),
        cmocka_unit_test(golden_array),
        cmocka_unit_test(golden_dispute),
        cmocka_unit_test(golden_states),
        cmocka_unit_test(golden_counters),
        cmocka_unit_test(golden_text_and_frame),
        cmocka_unit_test(golden_towards_the_car),
        cmocka_unit_test(refuses_what_is_out_of_range),
        cmocka_unit_test(skips_other_kinds_and_stops_at_other_versions),
        cmocka_unit_test(longest_records_fit),
        cmocka_unit_test(texts_are_made_harmless),
        cmocka_unit_test(limits_follow_the_enums),
        cmocka_unit_test(counters_have_names),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
