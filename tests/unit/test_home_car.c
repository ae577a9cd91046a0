/* The home's end of a car half that ends: what the owner reads about it, and that it is started again. */
#include "home_car.h"
#include "util/clock.h"
#include "view_sample.h"

#include <sys/stat.h>
#include <unistd.h>

#define LIMIT_NS (20 * NS_PER_S)

struct house {
    struct sample sample;
    struct loop *loop;
    char folder[64], program[96];
    const char *wanted; /* what the link's reason has to hold */
    bool seen;
};

static void ignore_value(void *ctx, size_t car, size_t signal)
{
    (void)ctx;
    (void)car;
    (void)signal;
}

static void look(void *ctx)
{
    struct house *house = ctx;

    if (!strstr(house->sample.cars[0].link_reason, house->wanted))
        return;
    house->seen = true;
    loop_stop(house->loop);
}

static void give_up(void *ctx, int64_t now_ns)
{
    struct house *house = ctx;

    (void)now_ns;
    loop_stop(house->loop);
}

/* A car half that is a script. */
static void write_program(struct house *house, const char *script)
{
    snprintf(house->folder, sizeof(house->folder), "/tmp/garaged-unit-XXXXXX");
    assert_non_null(mkdtemp(house->folder));
    snprintf(house->program, sizeof(house->program), "%s/half", house->folder);
    FILE *file = fopen(house->program, "we");
    assert_non_null(file);
    fprintf(file, "#!/bin/sh\n%s\n", script);
    fclose(file);
    assert_int_equal(chmod(house->program, 0700), 0);
}

static bool says(const char *script, const char *wanted)
{
    static const struct home_seen_events events = {ignore_value, look};
    struct house house = {.wanted = wanted};
    struct home_car_settings settings = {.program = house.program, .config_path = "none"};
    struct err err;

    sample_new(&house.sample, 1);
    house.sample.cars[0].link = VIEW_LINK_UP;
    write_program(&house, script);
    house.loop = loop_new(&err);
    struct loop_timer *limit = loop_timer_new(house.loop, give_up, &house);
    struct home_car *car = home_car_new(house.loop, &house.sample.view, 0, &settings, &events, &house, &err);
    assert_non_null(car);
    loop_timer_start(limit, clock_boot_ns() + LIMIT_NS);
    assert_int_equal(loop_run(house.loop, &err), 0);
    assert_int_equal(house.sample.cars[0].presence, PRESENCE_UNKNOWN);
    home_car_free(car);
    loop_timer_free(limit);
    loop_free(house.loop);
    sample_free(&house.sample);
    unlink(house.program);
    rmdir(house.folder);
    return house.seen;
}

static void says_which_signal_killed_it(void **state)
{
    (void)state;
    assert_true(says("kill -9 $$", "garaged-car was killed by signal 9 and is being restarted"));
}

static void says_how_it_ended(void **state)
{
    (void)state;
    assert_true(says("exit 3", "garaged-car ended with 3 and is being restarted"));
}

/* It lives on without its socket: ended and started again. */
static void says_that_it_closed_the_link(void **state)
{
    (void)state;
    assert_true(
        says("eval \"exec $6>&-\"; exec sleep 30", "garaged-car: the other half has closed the connection"));
}

static void nobody_looks(void *ctx)
{
    (void)ctx;
}

static void hear_link(struct home_seen *seen, uint8_t state, const char *reason)
{
    struct record record = {.kind = RECORD_LINK, .link = {.state = state}};

    snprintf(record.link.reason, sizeof(record.link.reason), "%s", reason);
    home_seen_take(seen, &record, clock_boot_ns());
}

/* What the half says during a pause is not shown; what it says of a lent port afterwards is no fault. */
static void a_pause_stands_before_all_else(void **state)
{
    struct sample sample;

    (void)state;
    sample_new(&sample, 1);
    struct view_car *car = &sample.cars[0];
    struct home_seen seen = {.view = &sample.view, .events = {ignore_value, nobody_looks}};
    car->has_half = true;
    home_seen_pause(&seen, NS_PER_H, "paused until 18:30", clock_boot_ns());
    assert_int_equal(car->link, VIEW_LINK_DOWN);
    assert_true(car->link_lent);
    hear_link(&seen, 1, "");
    hear_link(&seen, RECORD_LINK_DOWN, "unplugged");
    assert_string_equal(car->link_reason, "paused until 18:30");
    assert_true(car->link_lent);
    home_seen_resume(&seen, clock_boot_ns());
    assert_int_equal(car->link, VIEW_LINK_STARTING);
    assert_int_equal(car->paused_until_boot_ns, 0);
    hear_link(&seen, RECORD_LINK_LENT, "busy: another program uses it");
    assert_int_equal(car->link, VIEW_LINK_DOWN);
    assert_true(car->link_lent);
    hear_link(&seen, RECORD_LINK_DOWN, "unplugged");
    assert_false(car->link_lent);
    hear_link(&seen, RECORD_LINK_LENT + 1, "no such state");
    assert_string_equal(car->link_reason, "unplugged");
    sample_free(&sample);
}

static void a_pause_is_begun_changed_and_ended(void **state)
{
    static const struct home_seen_events events = {ignore_value, nobody_looks};
    struct zone zone;
    const struct home_car_settings settings = {.sockets_dir = "/nowhere", .zone = &zone};
    struct sample sample;
    struct err err;

    (void)state;
    zone_set_utc(&zone);
    sample_new(&sample, 1);
    const struct view_car *seen = &sample.cars[0];
    struct loop *loop = loop_new(&err);
    struct home_car *car = home_car_new(loop, &sample.view, 0, &settings, &events, NULL, &err);
    assert_non_null(car);
    assert_int_equal(home_car_pause(car, RECORD_PAUSE_MAX_S + 1, &err), -1);
    assert_string_equal(err.text, "a pause lasts at most 24 hours");
    assert_int_equal(home_car_pause(car, -1, &err), -1);
    assert_int_equal(seen->paused_until_boot_ns, 0);
    assert_int_equal(home_car_pause(car, 3600, &err), 0);
    int64_t first_ns = seen->paused_until_boot_ns;
    assert_true(first_ns > clock_boot_ns() + 3599 * NS_PER_S);
    assert_int_equal(home_car_pause(car, 60, &err), 0);
    assert_true(seen->paused_until_boot_ns < first_ns);
    int hour, minute;
    assert_int_equal(sscanf(seen->link_reason, "paused until %d:%d: another program", &hour, &minute), 2);
    sample.view.clock_right = false;
    assert_int_equal(home_car_pause(car, 60, &err), 0);
    assert_non_null(strstr(seen->link_reason, "paused for a while"));
    assert_int_equal(home_car_pause(car, 0, &err), 0);
    assert_int_equal(seen->link, VIEW_LINK_STARTING);
    /* One that the half alone knows, because we were restarted meanwhile. */
    sample.cars[0].link = VIEW_LINK_DOWN;
    sample.cars[0].link_lent = true;
    assert_int_equal(home_car_pause(car, 0, &err), 0);
    assert_int_equal(seen->link, VIEW_LINK_STARTING);
    assert_false(seen->link_lent);
    home_car_free(car);
    loop_free(loop);
    sample_free(&sample);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(says_which_signal_killed_it),
        cmocka_unit_test(says_how_it_ended),
        cmocka_unit_test(says_that_it_closed_the_link),
        cmocka_unit_test(a_pause_stands_before_all_else),
        cmocka_unit_test(a_pause_is_begun_changed_and_ended),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
