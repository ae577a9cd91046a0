/* What the car says and is not believed, or not for long (C12, C13), and that it ends in no permission. */
#include "probe_car.h"

static const struct state_value *value_of(const struct fixture *fixture, size_t signal)
{
    return state_get(probe_core_state(fixture->core), signal);
}

static uint64_t refused(const struct fixture *fixture)
{
    return probe_core_counter(fixture->core, COUNTER_RANGE);
}

/* 2101 of 24 kWh with another SOC: raw / 10000 %. */
static void answer_soc(struct fixture *fixture, unsigned raw)
{
    char hex[83];

    snprintf(hex, sizeof(hex),
             "6101FFFFCE0E0287FFFFD7C6FFFFFFFF0282180692A439080387005C0B7600%06X00050D4B800001", raw);
    answer(fixture, 0x7BB, hex, 41);
}

/* C12 */
static void jumps_are_counted_and_kept_out(void **state)
{
    struct fixture fixture = begin("AZE0");

    (void)state;
    answer_soc(&fixture, 0);
    assert_true(value_of(&fixture, SIGNAL_SOC)->value == 0);
    answer_soc(&fixture, 1000000);
    assert_true(value_of(&fixture, SIGNAL_SOC)->value == 0);
    assert_int_equal(refused(&fixture), 1);
    hear(&fixture, 0x355, "0000000000000000"); /* kilometres */
    hear(&fixture, 0x5C5, "4001CB40000C0000");
    assert_true(value_of(&fixture, SIGNAL_ODOMETER)->value == 117568);
    hear(&fixture, 0x5C5, "4001CB00000C0000");
    assert_true(value_of(&fixture, SIGNAL_ODOMETER)->value == 117568);
    assert_int_equal(refused(&fixture), 2);
    hear(&fixture, 0x5C0, "8000800000000000"); /* 24 degrees, then -40 */
    hear(&fixture, 0x5C0, "8000000000000000");
    assert_true(value_of(&fixture, SIGNAL_PACK_TEMP)->value == 24);
    assert_int_equal(refused(&fixture), 3);
    answer(&fixture, 0x7BB, "6102", 198); /* FFFF: no cell */
    assert_true(value_of(&fixture, SIGNAL_CELLS)->heard && !value_of(&fixture, SIGNAL_CELL_MIN)->known);
    end(&fixture);
}

static void cells_without_voltage_are_kept_out(void **state)
{
    struct fixture fixture = begin("AZE0");
    char hex[2 * 198 + 1];

    (void)state;
    memset(hex, '0', sizeof(hex));
    hex[2 * 198] = '\0';
    memcpy(hex, "6102", 4);
    answer(&fixture, 0x7BB, hex, 198);
    assert_false(value_of(&fixture, SIGNAL_CELLS)->heard);
    assert_false(value_of(&fixture, SIGNAL_CELL_MIN)->heard);
    assert_true(refused(&fixture) >= 3);
    end(&fixture);
}

/* C13: the frames of one unit stop while the bus goes on: what it said last is old after the signal's time.
 */
static void what_stands_still_grows_old(void **state)
{
    struct fixture fixture = begin("AZE0");
    int64_t heard_ns;

    (void)state;
    hear(&fixture, 0x55B, "D240AA00EC409250");
    heard_ns = fixture.now_ns;
    assert_true(value_of(&fixture, SIGNAL_SOC)->quality == QUALITY_OK);
    while (fixture.now_ns - heard_ns < (int64_t)vocabulary[SIGNAL_SOC].fresh_s * S - S) {
        hear(&fixture, 0x60D, "0006000000000000");
        pass(&fixture, S);
        assert_int_equal(value_of(&fixture, SIGNAL_SOC)->quality, QUALITY_OK);
    }
    pass(&fixture, 3 * S);
    hear(&fixture, 0x60D, "0006000000000000");
    assert_int_equal(value_of(&fixture, SIGNAL_SOC)->quality, QUALITY_OLD);
    assert_int_equal(value_of(&fixture, SIGNAL_POWER_STATE)->quality, QUALITY_OK);
    end(&fixture);
}

/* The power switch "on" for ever in a frame that stopped is no evidence after its time. */
static void old_evidence_says_nothing(void **state)
{
    struct fixture fixture = begin("AZE0");

    (void)state;
    for (int i = 0; i < 50; i++)
        hear(&fixture, 0x60D, "0006000000000000");
    assert_int_equal(probe_core_presence(fixture.core)->presence, PRESENCE_ON);
    for (int i = 0; i < 200; i++) {
        hear(&fixture, 0x355, "0000000000000000");
        pass(&fixture, S);
    }
    assert_int_equal(probe_core_presence(fixture.core)->presence, PRESENCE_AWAKE);
    end(&fixture);
}

/* C11 */
static void placeholders_are_absent(void **state)
{
    struct fixture fixture = begin("AZE0");

    (void)state;
    hear(&fixture, 0x55B, "FFC0AA00EC409252"); /* 3FF */
    hear(&fixture, 0x385, "0000000000000000"); /* wheels that never turned */
    assert_true(value_of(&fixture, SIGNAL_SOC)->heard && !value_of(&fixture, SIGNAL_SOC)->known);
    assert_true(value_of(&fixture, SIGNAL_TYRE_FL)->heard && !value_of(&fixture, SIGNAL_TYRE_FL)->known);
    end(&fixture);
}

/* The owner gives the dongle away: that is no trouble to be counted. */
static void a_lent_dongle_is_not_lost(void **state)
{
    (void)state;
    struct fixture fixture = begin("AZE0");
    struct probe_contact contact = {.up = true, .can_send = true};

    for (int i = 0; i < 2; i++) {
        contact.up = false;
        contact.lent = i == 0;
        probe_core_set_contact(fixture.core, &contact, fixture.now_ns);
        assert_int_equal(probe_core_counter(fixture.core, COUNTER_LINK_DOWNS), i);
        contact.up = true;
        contact.lent = false;
        probe_core_set_contact(fixture.core, &contact, fixture.now_ns);
    }
    end(&fixture);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_lent_dongle_is_not_lost),
        cmocka_unit_test(jumps_are_counted_and_kept_out),
        cmocka_unit_test(cells_without_voltage_are_kept_out),
        cmocka_unit_test(what_stands_still_grows_old),
        cmocka_unit_test(old_evidence_says_nothing),
        cmocka_unit_test(placeholders_are_absent),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
