/* simulator: broadcast frames against bytes that real cars sent (FACTS 8, vectors.json) and bytes computed by
 * hand. */
#include "../simulator/broadcast.h"
#include "../simulator/checksum.h"
#include "../simulator/figures.h"
#include "../simulator/model.h"

#include "util/core/time.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

static struct sim_model model_of(const char *car)
{
    struct sim_model model;

    sim_model_init(&model, sim_variant_find(car), 1);
    sim_model_act(&model, SIM_ACT_ON, 0);
    sim_model_advance(&model, 20);
    return model;
}

static void assert_frame(const struct sim_model *model, uint32_t id, int64_t tick, const char *expected)
{
    struct sim_frame frame;
    char text[SIM_FRAME_TEXT_MAX];

    assert_true(sim_broadcast_encode(model, id, tick, &frame));
    sim_frame_format(&frame, text);
    assert_string_equal(strchr(text, '#') + 1, expected);
}

static void checksums_are_those_of_recorded_frames(void **state)
{
    (void)state;
    const uint8_t soc[8] = {0x7F, 0x80, 0xAA, 0x00, 0xDF, 0x80, 0x10, 0xE5};
    const uint8_t charger[8] = {0x04, 0x00, 0x00, 0x00, 0x00, 0x80, 0x3C, 0xE5};
    const uint8_t speed[8] = {0, 0, 0, 0, 0, 0, 0xC5, 0x4B};

    assert_int_equal(sim_crc85(soc, 7), soc[7]);
    assert_int_equal(sim_nibble_sum(charger, 12), charger[7] & 0x0F);
    assert_int_equal(sim_byte_sum(speed, 0x86), speed[7]);
}

static void frames_of_a_parked_car_are_those_recorded(void **state)
{
    (void)state;
    struct sim_model model = model_of("aze0-30");

    model.odometer = 117568.7;
    model.climate.ambient_c = 18.0;
    model.climate.kw = 0;
    model.supply.volts = 12.8;
    model.battery.temp_c = 24.2;
    model.doors = 1U << SIM_DOOR_FRONT_A;
    assert_frame(&model, 0x5C5, 0, "4401CB40000C0000");
    assert_frame(&model, 0x510, 0, "1700430016000074");
    assert_frame(&model, 0x292, 0, "8008008000000000");
    assert_frame(&model, 0x421, 0, "080000");
    assert_frame(&model, 0x60D, 0, "1006000000004000");
    assert_frame(&model, 0x355, 0, "0000000000004000");
    assert_frame(&model, 0x284, 0xC5, "000000000000C54B");
    assert_frame(&model, 0x285, 0xC5, "000000000000C54C");
    assert_frame(&model, 0x56E, 0, "46000000");
    assert_frame(&model, 0x5C0, 3, "4082820038141F00");
    assert_frame(&model, 0x5C0, 4, "8080800038141F00");
    assert_frame(&model, 0x5C0, 5, "C07E7E0038141F00");
}

static void figures_of_the_battery_are_where_they_belong(void **state)
{
    (void)state;
    struct sim_model model = model_of("aze0-30");
    struct sim_frame frame;

    /* 319 GIDs when full; the dash shows 40 % at 38.2 % of 95.5: 127.776 -> 128 = 0x80 GIDs, range 128 x
     * 0.528 km */
    model.battery.soc = 38.2;
    assert_int_equal(sim_gids(&model), 128);
    assert_frame(&model, 0x5B3, 0, "64B012001C80D88A");
    assert_frame(&model, 0x5A9, 0, "8515201304500000"); /* 67.584 / 0.2 = 337.92 -> 0x152 */
    assert_true(sim_broadcast_encode(&model, 0x55B, 2, &frame));
    assert_int_equal(frame.data[0], 382 >> 2);
    assert_int_equal(frame.data[1], (382 & 3) << 6);
    assert_int_equal(frame.data[7], sim_crc85(frame.data, 7));
    assert_true(sim_broadcast_encode(&model, 0x5BC, 0, &frame));
    assert_int_equal(frame.data[0] << 2 | frame.data[1] >> 6, 128);
    assert_int_equal(frame.data[4], 88 << 1);
    assert_int_equal((frame.data[5] << 3 | frame.data[6] >> 5) & 0x1F, 5);
    assert_true(sim_broadcast_encode(&model, 0x5BC, 1, &frame));
    assert_int_equal(frame.data[0] << 2 | frame.data[1] >> 6, 319);
    assert_int_equal(frame.data[5] & 0x10, 0x10);
}

static void charging_shows_in_390(void **state)
{
    (void)state;
    struct sim_model model = model_of("env200-40");

    assert_frame(&model, 0x390, 0, "240000000080000A");
    sim_model_act(&model, SIM_ACT_CHARGE, 6.6);
    assert_frame(&model, 0x390, 0, "2442003000884201"); /* 66 = 0x42; 2+4+4+2+3+8+8+4+2 + 12 = 49 */
    assert_frame(&model, 0x5A9, 0, "85FFF01304500000"); /* no range while charging */
    sim_model_act(&model, SIM_ACT_CHARGE, 44.0);
    assert_frame(&model, 0x390, 0, "25B800004083B808"); /* 440 = 0x1B8; quick charge relay, status 1 */
}

static void the_first_second_has_no_figures_yet(void **state)
{
    (void)state;
    struct sim_model model;
    struct sim_frame frame;

    sim_model_init(&model, sim_variant_find("aze0-30"), 1);
    sim_model_act(&model, SIM_ACT_AWAKE, 0);
    assert_true(sim_broadcast_encode(&model, 0x55B, 0, &frame));
    assert_int_equal(frame.data[0] << 2 | frame.data[1] >> 6, 0x3FF);
    assert_true(sim_broadcast_encode(&model, 0x5B3, 0, &frame));
    assert_int_equal((frame.data[4] & 3) << 8 | frame.data[5], 0x3FF);
    sim_model_advance(&model, 1);
    assert_true(sim_broadcast_encode(&model, 0x55B, 0, &frame));
    assert_int_not_equal(frame.data[0] << 2 | frame.data[1] >> 6, 0x3FF);
}

static void tyres_are_known_once_the_wheels_have_turned(void **state)
{
    (void)state;
    struct sim_model model = model_of("aze0-24");

    assert_frame(&model, 0x385, 0, "0C00000000000000");
    for (unsigned i = 0; i < 4; i++)
        model.tyre_psi[i] = 36.0 + i;
    model.wheels_turned = true;
    assert_frame(&model, 0x385, 0, "0C0090949C980000"); /* fl fr rr rl */
}

static void each_car_broadcasts_its_own_set(void **state)
{
    (void)state;
    static const struct {
        const char *car;
        uint32_t id;
        bool heard;
    } table[] = {
        {"ze0-24", 0x5B3, true},   {"ze0-24", 0x55B, false},    {"ze0-24", 0x390, false},
        {"aze0-24", 0x5BC, false}, {"aze0-24", 0x5C5, true},    {"aze0-24", 0x56E, false},
        {"aze0-30", 0x55B, true},  {"aze0-30", 0x390, true},    {"aze0-30", 0x5BC, true},
        {"aze0-30", 0x56E, true},  {"aze0-30", 0x59E, false},   {"env200-40", 0x59E, true},
        {"ze1-40", 0x5C5, false},  {"ze1-40", 0x60D, false},    {"ze1-40", 0x002, false},
        {"aze0-30", 0x1DB, false}, {"env200-40", 0x54C, false}, {"ze0-24", 0x11A, false},
    };

    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        struct sim_model model = model_of(table[i].car);
        struct sim_frame frame;

        assert_int_equal(sim_broadcast_encode(&model, table[i].id, 0, &frame), table[i].heard);
    }
}

static bool hears_one(void *ctx, uint32_t id)
{
    return id == *(uint32_t *)ctx;
}

static unsigned frames_in_three_seconds(const struct sim_model *model, uint32_t id)
{
    struct sim_broadcast broadcast;
    struct sim_frame frame;
    unsigned count = 0;

    sim_broadcast_init(&broadcast, model->variant);
    sim_broadcast_listen(&broadcast, hears_one, &id, 0);
    while (sim_broadcast_next(&broadcast) != TIME_NONE && sim_broadcast_next(&broadcast) <= 3 * NS_PER_S) {
        sim_broadcast_take(&broadcast, model, &frame);
        assert_int_equal(frame.id, id);
        count++;
    }
    return count;
}

static void periods_are_those_measured(void **state)
{
    (void)state;
    struct sim_model model = model_of("env200-40");

    assert_int_equal(frames_in_three_seconds(&model, 0x284), 150);
    assert_int_equal(frames_in_three_seconds(&model, 0x355), 75);
    assert_int_equal(frames_in_three_seconds(&model, 0x421), 50);
    assert_int_equal(frames_in_three_seconds(&model, 0x5C5), 30);
    assert_int_equal(frames_in_three_seconds(&model, 0x5BC), 30);
    assert_int_equal(frames_in_three_seconds(&model, 0x59E), 6);
    assert_int_equal(frames_in_three_seconds(&model, 0x7FF), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(checksums_are_those_of_recorded_frames),
        cmocka_unit_test(frames_of_a_parked_car_are_those_recorded),
        cmocka_unit_test(figures_of_the_battery_are_where_they_belong),
        cmocka_unit_test(charging_shows_in_390),
        cmocka_unit_test(the_first_second_has_no_figures_yet),
        cmocka_unit_test(tyres_are_known_once_the_wheels_have_turned),
        cmocka_unit_test(each_car_broadcasts_its_own_set),
        cmocka_unit_test(periods_are_those_measured),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
