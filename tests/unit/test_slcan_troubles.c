/* What goes wrong between us and a Lawicel adapter, and on its bus. */
#include "slcan_talk.h"

static void one_that_hangs_is_noticed(void **state)
{
    (void)state;
    struct talk *talk = talk_new(CANABLE, false);
    run_ms(talk, 20000);
    talk->rules = MUTE;
    run_ms(talk, 30000);
    assert_int_equal(talk->losses, 1);
    assert_string_equal(talk->words, "the adapter does not answer any more");
    assert_true(slcan_deadline(talk->slcan) == TIME_NONE);
    talk_free(talk);
}

static void one_that_started_again_is_opened_again(void **state)
{
    (void)state;
    static const struct rule CLOSED[] = {{"F", "\a"}, {NULL, "\r"}};
    struct talk *talk = talk_new(LAWICEL, false);
    run_ms(talk, 1000);
    talk->rules = CLOSED;
    talk->log[0] = '\0';
    for (unsigned i = 0; i < 20 && talk->startings == 0; i++) {
        run_ms(talk, 1000);
    }
    talk->rules = LAWICEL;
    run_ms(talk, 1000);
    assert_int_equal(talk->counts[ADAPTER_RESETS], 1);
    assert_int_equal(talk->ups, 2);
    assert_non_null(strstr(talk->log, "F C C V"));
    talk_free(talk);
}

/* C15: what the adapter repeats is ended, nothing is sent for a minute, and then again. */
static void trouble_on_the_bus_makes_it_quiet(void **state)
{
    (void)state;
    static const struct rule PASSIVE[] = {{"F", "F24\r"}, {NULL, "\r"}};
    struct talk *talk = talk_new(LAWICEL, false);
    run_ms(talk, 1000);
    talk->rules = PASSIVE;
    while (talk->startings == 0) {
        run_ms(talk, 1000);
    }
    talk->rules = LAWICEL;
    assert_non_null(strstr(talk->words, "bus errors"));
    assert_non_null(strstr(talk->log, "F C"));
    run_ms(talk, 2000);
    assert_int_equal(talk->ups, 2);
    assert_int_equal(talk->counts[ADAPTER_BUS_ERRORS], 1);
    assert_int_equal(ask(talk), -1);
    hear(talk, "t5B38112233445566778F\r"); /* it is heard all the same */
    assert_int_equal(talk->frames, 1);
    run_ms(talk, 55000);
    assert_int_equal(ask(talk), -1);
    run_ms(talk, 5000);
    assert_int_equal(talk->readies, 2);
    assert_int_equal(ask(talk), 0);
    talk_free(talk);
}

static void a_warning_makes_it_quiet_too(void **state)
{
    (void)state;
    static const struct rule WARNING[] = {{"F", "F04\r"}, {NULL, "\r"}};
    struct talk *talk = talk_new(LAWICEL, false);
    run_ms(talk, 1000);
    talk->rules = WARNING;
    run_ms(talk, 15000);
    assert_int_equal(talk->startings, 0);
    assert_int_equal(ask(talk), -1);
    talk->rules = LAWICEL;
    run_ms(talk, 70000);
    assert_int_equal(ask(talk), 0);
    talk_free(talk);
}

static void frames_that_it_refuses(void **state)
{
    (void)state;
    static const struct rule FULL[] = {{"F", "F00\r"}, {"C", "\r"}, {"S6", "\r"}, {NULL, "\a"}};
    struct talk *talk = talk_new(LAWICEL, false);
    run_ms(talk, 3000);
    talk->rules = FULL;
    for (unsigned i = 0; i < 3; i++) {
        assert_int_equal(talk->startings, 0);
        assert_int_equal(ask(talk), 0);
        run_ms(talk, 100);
    }
    assert_int_equal(talk->startings, 1);
    assert_non_null(strstr(talk->words, "acknowledge"));
    talk_free(talk);
}

/* C14: only data frames of 11 bits get through, and nothing is sent for any of it. */
static void floods_of_other_frames(void **state)
{
    (void)state;
    struct talk *talk = talk_new(LAWICEL, false);
    run_ms(talk, 100);
    talk->log[0] = '\0';
    for (unsigned i = 0; i < 5000; i++) {
        hear(talk, "T1FFFFFFF80000000000000000\rr0000\rd00F"
                   "00\rR000000008\r");
    }
    assert_int_equal(talk->frames, 0);
    for (unsigned i = 0; i < 5000; i++) {
        hear(talk, "t00080000000000000000\r");
    }
    assert_int_equal(talk->frames, 5000);
    assert_int_equal(talk->losses, 0);
    assert_string_equal(talk->log, "");
    talk_free(talk);
}

static void garbage_is_counted_and_ends_it(void **state)
{
    (void)state;
    struct talk *talk = talk_new(LAWICEL, false);
    run_ms(talk, 100);
    hear(talk, "hello\r\x01\x80\rt5B3\rt5B38112233445566778F\r");
    assert_int_equal(talk->frames, 0); /* beside so much damage nothing is believed */
    run_ms(talk, 1000);
    hear(talk, "t5B38112233445566778F\r");
    assert_int_equal(talk->counts[ADAPTER_GARBAGE], 3);
    assert_int_equal(talk->frames, 1);
    for (unsigned i = 0; i < 600; i++) {
        hear(talk, "\xFF\r");
    }
    assert_int_equal(talk->losses, 1);
    assert_non_null(strstr(talk->words, "garbage"));
    talk_free(talk);
}

static void a_megabyte_without_an_end(void **state)
{
    (void)state;
    struct talk *talk = talk_new(LAWICEL, false);
    char piece[1025];
    memset(piece, '1', sizeof(piece) - 1);
    piece[sizeof(piece) - 1] = '\0';
    run_ms(talk, 100);
    for (unsigned i = 0; i < 1024; i++) {
        hear(talk, piece);
    }
    assert_int_equal(talk->losses, 1);
    assert_int_equal(talk->frames, 0);
    talk_free(talk);
    talk = talk_new(LAWICEL, false);
    run_ms(talk, 100);
    hear(talk, "t5B3");
    hear(talk, piece);
    hear(talk, "t5B38112233445566778F\r"); /* belongs to what has no end */
    run_ms(talk, 1000);
    hear(talk, "t5B38112233445566778F\r");
    assert_int_equal(talk->frames, 1);
    const uint8_t nul[] = "t5B3811\0"
                          "2233445566778F\rt5B38112233445566778F\r";
    slcan_input(talk->slcan, talk->now_ns, nul, sizeof(nul) - 1);
    assert_int_equal(talk->frames, 1);
    run_ms(talk, 1000);
    hear(talk, "t5B38112233445566778F\r");
    assert_int_equal(talk->frames, 2);
    talk_free(talk);
}

/* A frame that lost digits looks like a shorter one of another identifier, or like one with a time stamp. */
static void a_frame_that_lost_bytes_is_not_believed(void **state)
{
    (void)state;
    struct talk *talk = talk_new(LAWICEL, false);
    run_ms(talk, 100);
    hear(talk, "t55B81122334455667788\rt55B71122334455667\rt55B811223344556677881234\r");
    assert_int_equal(talk->frames, 1);
    assert_int_equal(talk->counts[ADAPTER_GARBAGE], 2);
    for (unsigned i = 0; i < 4; i++) {
        hear(talk, "t55B811223344556677881234\r"); /* the clone stamps all of them */
        run_ms(talk, 1000);
    }
    assert_int_equal(talk->frames, 4);
    assert_memory_equal(talk->last.data, "\x11\x22\x33\x44\x55\x66\x77\x88", 8);
    talk_free(talk);
}

static uint32_t next_random(uint32_t *seed)
{
    *seed = *seed * 1664525U + 1013904223U;
    return *seed >> 8;
}

/* Five identifiers whose eight bytes are all the same number, at 1,000 frames/s; `lost` of 10,000 bytes are.
 */
static unsigned hear_with_losses(struct talk *talk, uint32_t *seed, unsigned frames, unsigned lost)
{
    static const unsigned IDS[] = {0x1DB, 0x1DC, 0x355, 0x55B, 0x5B3};
    unsigned wrong = 0;
    for (unsigned i = 0; i < frames; i++) {
        char line[32];
        unsigned byte = next_random(seed) & 0xFF;
        unsigned before = talk->frames;
        snprintf(line, sizeof(line), "t%03X8%02X%02X%02X%02X%02X%02X%02X%02X\r", IDS[i % 5], byte, byte, byte,
                 byte, byte, byte, byte, byte);
        for (const char *each = line; *each; each++) {
            if (next_random(seed) % 10000 >= lost) {
                slcan_input(talk->slcan, talk->now_ns, (const uint8_t *)each, 1);
            }
        }
        wrong += talk->frames > before &&
                 (talk->last.id != IDS[i % 5] || memcmp(talk->last.data, talk->last.data + 1, 7) != 0 ||
                  talk->last.data[0] != byte);
        talk->now_ns += NS_PER_MS;
    }
    return wrong;
}

/* E18: whatever part of the bytes gets lost, no frame is another than was sent. */
static void losses_make_no_wrong_frame(void **state)
{
    (void)state;
    static const unsigned LOST[] = {0, 1, 10, 100, 500, 5000};
    uint32_t seed = 1;
    for (size_t i = 0; i < sizeof(LOST) / sizeof(LOST[0]); i++) {
        struct talk *talk = talk_new(LAWICEL, false);
        run_ms(talk, 1000);
        assert_int_equal(hear_with_losses(talk, &seed, 50000, LOST[i]), 0);
        assert_true(LOST[i] > 0 || talk->frames == 50000);
        talk_free(talk);
    }
}

/* Delivers what is on its way but for one byte, counted from the start; returns how many there were till now.
 */
static size_t deliver_but(struct talk *talk, size_t said, size_t lost)
{
    char out[sizeof(talk->out)];
    memcpy(out, talk->out, sizeof(out));
    talk->out[0] = '\0';
    for (const char *byte = out; *byte; byte++) {
        if (said++ != lost) {
            slcan_input(talk->slcan, talk->now_ns, (const uint8_t *)byte, 1);
        }
    }
    return said;
}

/* Every byte of a start lost, one at a time: it comes up or says that it can't, and tries again. */
static void one_byte_lost_anywhere(void **state)
{
    (void)state;
    for (size_t lost = 0; lost < 16; lost++) {
        struct talk *talk = talk_new(LAWICEL, false);
        size_t said = 0;
        for (unsigned ms = 0; ms < 4000; ms += 10) {
            talk->now_ns += 10 * NS_PER_MS;
            said = deliver_but(talk, said, lost);
            slcan_tick(talk->slcan, talk->now_ns);
        }
        assert_int_equal(talk->ups, 1);
        assert_int_equal(talk->losses, 0);
        talk_free(talk);
    }
}

/* Silence, and the port closed and opened again in between. */
static void closing_says_so_to_the_adapter(void **state)
{
    (void)state;
    struct talk *talk = talk_new(LAWICEL, false);
    run_ms(talk, 1000);
    talk->log[0] = '\0';
    slcan_closed(talk->slcan);
    slcan_closed(talk->slcan);
    assert_string_equal(talk->log, "C ");
    hear(talk, "t5B38112233445566778F\r");
    assert_int_equal(talk->frames, 0);
    assert_int_equal(ask(talk), -1);
    talk->out[0] = '\0';
    slcan_opened(talk->slcan, talk->now_ns);
    run_ms(talk, 1000);
    assert_int_equal(talk->ups, 2);
    talk_free(talk);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_that_hangs_is_noticed),
        cmocka_unit_test(one_that_started_again_is_opened_again),
        cmocka_unit_test(trouble_on_the_bus_makes_it_quiet),
        cmocka_unit_test(a_warning_makes_it_quiet_too),
        cmocka_unit_test(frames_that_it_refuses),
        cmocka_unit_test(floods_of_other_frames),
        cmocka_unit_test(garbage_is_counted_and_ends_it),
        cmocka_unit_test(a_megabyte_without_an_end),
        cmocka_unit_test(a_frame_that_lost_bytes_is_not_believed),
        cmocka_unit_test(losses_make_no_wrong_frame),
        cmocka_unit_test(one_byte_lost_anywhere),
        cmocka_unit_test(closing_says_so_to_the_adapter),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
