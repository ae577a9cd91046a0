/* Who the car is, asked of the simulated one: first of all, twice at the first time, once an hour, and never
 * while it only charges. */
#include "life.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static bool is_known(const uint8_t hash[SHA256_BYTES])
{
    static const uint8_t none[SHA256_BYTES];

    return memcmp(hash, none, sizeof(none)) != 0;
}

static void check_known(const struct life *life, bool wanted)
{
    struct record_identity identity;

    probe_core_identity(life->core, &identity);
    assert_int_equal(is_known(identity.vin_hash), wanted);
    assert_int_equal(is_known(identity.battery_hash), wanted);
}

/* Rows are kept before it is known who the car is: the shorter that is, the better. */
static void it_is_known_within_seconds(void **state)
{
    (void)state;
    static const char *const cars[] = {"ze0-24", "aze0-30", "ze1-40", "env200-40"};

    for (size_t i = 0; i < sizeof(cars) / sizeof(cars[0]); i++) {
        struct life *life = life_new(&(struct life_options){.car = cars[i]});
        bool is_silent = strcmp(cars[i], "ze1-40") == 0; /* it has to be probed first: once a minute */
        life_run(life, 60);
        assert_int_equal(life->names_asked, 0);
        life_act(life, SIM_ACT_ON, 0);
        life_run(life, is_silent ? 100 : 15);
        check_known(life, true);
        assert_int_equal(life->names_asked, 4);
        life_free(life);
    }
}

static void it_is_asked_once_an_hour(void **state)
{
    (void)state;
    struct life *life = life_new(&(struct life_options){.car = "aze0-30"});

    life_act(life, SIM_ACT_ON, 0);
    life_run(life, 3500);
    assert_int_equal(life->names_asked, 4);
    life_run(life, 3600);
    assert_int_equal(life->names_asked, 6);
    life_free(life);
}

/* The dongle may have been put into another car; who was met before needs to be asked once. */
static void a_new_contact_is_a_new_question(void **state)
{
    (void)state;
    struct life *life = life_new(&(struct life_options){.car = "aze0-30"});

    life_act(life, SIM_ACT_ON, 0);
    life_run(life, 60);
    life_act(life, SIM_ACT_AWAY, 0);
    life_run(life, 60);
    check_known(life, true); /* nobody else was met */
    life_act(life, SIM_ACT_BACK, 0);
    life_act(life, SIM_ACT_ON, 0);
    life_run(life, 30);
    check_known(life, true);
    assert_int_equal(life->names_asked, 6);
    life_free(life);
}

/* Some cars click a relay when they are asked for their VIN while they charge. */
static void a_charging_car_is_not_asked(void **state)
{
    (void)state;
    struct life *life = life_new(&(struct life_options){.car = "aze0-30", .charging_heard = true});

    life_act(life, SIM_ACT_CHARGE, 3.3);
    life_run(life, 4 * 3600);
    assert_true(life->requests > 100);
    assert_int_equal(life->names_asked, 0);
    check_known(life, false);
    life_free(life);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_is_known_within_seconds),
        cmocka_unit_test(it_is_asked_once_an_hour),
        cmocka_unit_test(a_new_contact_is_a_new_question),
        cmocka_unit_test(a_charging_car_is_not_asked),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
