/* A sleeping car is left in peace: a week and a month of it, for each car and for adapters that can little,
 * and not one frame on the bus (DESIGN 5.5). */
#include "life.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#define MONTH 30

static const char *const cars[] = {"ze0-24", "aze0-24", "aze0-30", "ze1-40", "env200-40"};

#define STEP_S     120
#define CHARGED_V  13.0
#define TOP_UP_D   5 /* so often the car charges its 12 V battery by itself, for four minutes */
#define GUESSES    3 /* at each of them, of a car that nobody knows */
#define ZE1_PROBES 4

/* How long the others sleep: a week in `make check`, LIFE_DAYS in `make soak`. */
static int days_asked_for(void)
{
    const char *days = getenv("LIFE_DAYS");

    return days ? atoi(days) : 7;
}

/* By the simulator's records and by our own counters. */
static void check_peace(const struct life *life, unsigned most)
{
    assert_in_range(life->sent, 0, most);
    assert_int_equal(sim_truth(life->sim).frames_sent, life->sent);
    assert_int_equal(probe_core_counter(life->core, COUNTER_FRAMES_SENT), life->sent);
    assert_int_equal(probe_core_counter(life->core, COUNTER_WAKEUPS), life->sent);
    assert_int_equal(probe_core_counter(life->core, COUNTER_POLLS), life->sent);
    assert_int_equal(probe_core_counter(life->core, COUNTER_BYTES), life->sent * 8);
}

/* Whatever is sent is sent while the car charges its 12 V battery: at rest voltage nothing is. */
static void sleep_at_rest(struct life *life, int days)
{
    bool charged = false;

    for (int i = 0; i < days * LIFE_DAY_S / STEP_S; i++) {
        unsigned sent = life->sent;
        bool before = charged;
        life_run(life, STEP_S);
        charged = life_model(life)->supply.volts >= CHARGED_V;
        if (life->sent != sent)
            assert_true(before || charged);
    }
}

/* `probes`: at each top-up at most. */
static void sleep_for(int days, const struct life_options *options, enum presence presence, unsigned probes)
{
    struct life *life = life_new(options);
    char reason[200];

    sleep_at_rest(life, days);
    print_message("%s/%s: frames %u, wake-ups %.2f/s, %s: %s\n", options->car,
                  options->generation ? options->generation : "auto", life->sent,
                  (double)life->wakeups / (days * LIFE_DAY_S), presence_name(life_presence(life)),
                  life_reason(life, reason, sizeof(reason)));
    check_peace(life, probes * (unsigned)((days - 1) / TOP_UP_D));
    assert_int_equal(life->ups, 1);
    assert_int_equal(life_presence(life), presence);
    assert_int_equal(probe_core_presence(life->core)->garage, TRI_TRUE);
    life_free(life);
}

static void no_car_is_disturbed(void **state)
{
    static const char *const generations[] = {"ZE0", "AZE0", "AZE0", "ZE1", "eNV200"};

    (void)state;
    for (size_t i = 0; i < sizeof(cars) / sizeof(cars[0]); i++)
        sleep_for(days_asked_for(), &(struct life_options){.car = cars[i], .generation = generations[i]},
                  PRESENCE_ASLEEP, i == 3 ? ZE1_PROBES : 0);
    sleep_for(days_asked_for(),
              &(struct life_options){.car = "aze0-30", .generation = "AZE0", .adapter = "wican"},
              PRESENCE_UNKNOWN, 0);
}

static void nor_one_that_nobody_knows(void **state)
{
    (void)state;
    sleep_for(days_asked_for(), &(struct life_options){.car = "aze0-24"}, PRESENCE_ASLEEP, GUESSES);
    sleep_for(days_asked_for(), &(struct life_options){.car = "ze1-40"}, PRESENCE_ASLEEP, GUESSES);
}

static void for_a_month(void **state)
{
    (void)state;
    sleep_for(MONTH, &(struct life_options){.car = "aze0-30", .generation = "AZE0"}, PRESENCE_ASLEEP, 0);
    sleep_for(MONTH, &(struct life_options){.car = "ze1-40", .generation = "ZE1"}, PRESENCE_ASLEEP,
              ZE1_PROBES);
}

/* Without a voltmeter only a car known as a ZE1 is asked now and then; a deaf adapter claims nothing. */
static void nor_by_an_adapter_that_can_little(void **state)
{
    (void)state;
    sleep_for(days_asked_for(), &(struct life_options){.car = "aze0-30", .no_voltmeter = true},
              PRESENCE_ASLEEP, 0);
    sleep_for(days_asked_for(), &(struct life_options){.car = "ze1-40", .no_voltmeter = true},
              PRESENCE_ASLEEP, 0);
    sleep_for(days_asked_for(), &(struct life_options){.car = "aze0-30", .deaf = true}, PRESENCE_UNKNOWN,
              GUESSES);
    sleep_for(days_asked_for(), &(struct life_options){.car = "aze0-30", .generation = "AZE0", .deaf = true},
              PRESENCE_UNKNOWN, 0);
    sleep_for(days_asked_for(), &(struct life_options){.car = "ze1-40", .generation = "ZE1", .deaf = true},
              PRESENCE_ASLEEP, ZE1_PROBES);
}

/* A dongle that switches itself off every evening: nobody has left, and nobody is woken. */
static void nor_through_a_dongle_that_sleeps(void **state)
{
    struct life *life =
        life_new(&(struct life_options){.car = "aze0-24", .generation = "AZE0", .dongle_sleeps = true});
    char reason[200];

    (void)state;
    for (int day = 0; day < days_asked_for(); day++) {
        life_run(life, LIFE_DAY_S / 3);
        assert_int_equal(life_presence(life), PRESENCE_ASLEEP);
        assert_int_equal(probe_core_presence(life->core)->garage, TRI_TRUE);
        life_act(life, SIM_ACT_AWAY, 0);
        life_run(life, 2 * LIFE_DAY_S / 3);
        assert_int_equal(life_presence(life), PRESENCE_UNKNOWN);
        assert_int_equal(probe_core_presence(life->core)->garage, TRI_UNKNOWN);
        assert_string_equal(life_reason(life, reason, sizeof(reason)),
                            "the dongle sleeps or is out of reach");
        life_act(life, SIM_ACT_BACK, 0);
    }
    check_peace(life, 0);
    life_free(life);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_car_is_disturbed),
        cmocka_unit_test(nor_one_that_nobody_knows),
        cmocka_unit_test(for_a_month),
        cmocka_unit_test(nor_by_an_adapter_that_can_little),
        cmocka_unit_test(nor_through_a_dongle_that_sleeps),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
