/* simulator: a car that goes on where another one stopped, and what a file can do wrong. */
#include "../simulator/begin.h"
#include "../simulator/figures.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define DAY_S 86400

static void make_path(char path[32])
{
    strcpy(path, "/tmp/garaged-begin-XXXXXX");
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    close(fd);
}

static void goes_on_where_it_stopped(void **state)
{
    (void)state;
    struct sim_model lived, next;
    struct sim_begin begin;
    char path[32];
    struct err err;

    make_path(path);
    sim_model_init(&lived, sim_variant_find("aze0-30"), 1);
    sim_battery_set_health(&lived.battery, 83.21, 79.5);
    sim_model_act(&lived, SIM_ACT_CHARGE, 3.6);
    sim_model_advance(&lived, 3600);
    sim_model_act(&lived, SIM_ACT_DRIVE, 12.345);
    sim_model_advance(&lived, 10 * DAY_S);
    begin = sim_begin_of(&lived);
    assert_int_equal(sim_begin_save(&begin, path, &err), 0);
    assert_int_equal(sim_begin_load(&begin, path, &err), 0);
    sim_model_init(&next, sim_variant_find("aze0-30"), 1);
    sim_begin_apply(&begin, &next);
    assert_int_equal((int)next.odometer, (int)lived.odometer);
    assert_int_equal(sim_gids(&next), sim_gids(&lived));
    assert_int_equal(sim_gids_full(&next), sim_gids_full(&lived));
    assert_int_equal(next.charge.count_ac, lived.charge.count_ac);
    assert_int_equal(sim_battery_cell_mv(&next.battery, 7) / 10, sim_battery_cell_mv(&lived.battery, 7) / 10);
    assert_true(next.battery.ah < 81.0 * 0.8322 && next.battery.ah > 81.0 * 0.8320);
    unlink(path);
}

static void refuses_what_is_no_such_file(void **state)
{
    (void)state;
    static const struct {
        const char *text, *reason;
    } table[] = {
        {"odometer\n", ":1: odometer: not NAME NUMBER"},
        {"wheels 4\n", ":1: wheels: unknown"},
        {"soc 40\nsoh 101\n", ":2: 101: not within 1 and 100"},
        {"soc 4x\n", ":1: 4x: not within 0 and 100"},
        {"soc 40\n", ": odometer is missing"},
    };
    struct sim_begin begin;
    struct err err;
    char path[32];

    make_path(path);
    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        FILE *file = fopen(path, "we");
        fputs(table[i].text, file);
        fclose(file);
        assert_int_equal(sim_begin_load(&begin, path, &err), -1);
        assert_string_equal(err.text + strlen(path), table[i].reason);
    }
    unlink(path);
    assert_int_equal(sim_begin_load(&begin, path, &err), -1);
}

static void winter_is_colder_than_summer_and_costs_more(void **state)
{
    (void)state;
    struct sim_model winter, summer;

    sim_model_init(&winter, sim_variant_find("aze0-30"), 1);
    winter.weather = (struct sim_weather){.mean_c = 7, .daily_c = 4, .yearly_c = 11, .year_day = 20};
    summer = winter;
    summer.weather.year_day += 182;
    sim_model_advance(&winter, DAY_S);
    sim_model_advance(&summer, DAY_S);
    assert_true(sim_ambient_mean_c(&winter) < 2);
    assert_true(sim_ambient_mean_c(&summer) > 12);
    double winter_soc = winter.battery.soc, summer_soc = summer.battery.soc;
    sim_model_act(&winter, SIM_ACT_DRIVE, 30);
    sim_model_act(&summer, SIM_ACT_DRIVE, 30);
    sim_model_advance(&winter, DAY_S + 3600);
    sim_model_advance(&summer, DAY_S + 3600);
    assert_true(winter_soc - winter.battery.soc > 1.15 * (summer_soc - summer.battery.soc));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(goes_on_where_it_stopped),
        cmocka_unit_test(refuses_what_is_no_such_file),
        cmocka_unit_test(winter_is_colder_than_summer_and_costs_more),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
