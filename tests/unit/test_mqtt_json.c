/* export/json_mqtt, json_told and counter: what the topics say, what they remember, what never falls. */
#include "export/counter.h"
#include "export/json_mqtt.h"
#include "leaf_view.h"

#include <jansson.h>
#include <math.h>

static struct zone utc;

struct lab {
    struct leaf_view *leaf;
    struct json_told told;
    struct json_moment now;
};

static struct lab lab_new(void)
{
    struct lab lab = {.leaf = leaf_view_new("AZE0")};

    zone_set_utc(&utc);
    lab.now = (struct json_moment){.boot_ns = 400 * NS_PER_S, .utc_ns = 1000000 * NS_PER_S, .zone = &utc};
    json_told_begin(&lab.told);
    return lab;
}

static void lab_free(struct lab *lab)
{
    json_told_end(&lab->told);
    leaf_view_free(lab->leaf);
}

static json_t *parse(char *text)
{
    json_t *object = json_loads(text, JSON_REJECT_DUPLICATES, NULL);

    assert_non_null(object);
    free(text);
    return object;
}

/* What one key of the state says now, as JSON text. */
static void assert_state(struct lab *lab, const char *key, const char *expected)
{
    json_t *state = parse(json_mqtt_state(&lab->leaf->view, &lab->leaf->car, &lab->told, &lab->now));
    char *text = json_dumps(json_object_get(state, key), JSON_VALUE_FLAGS | JSON_ENCODE_ANY);

    if (!text || strcmp(text, expected) != 0)
        fail_msg("%s is %s, not %s", key, text ? text : "missing", expected);
    free(text);
    json_decref(state);
}

static void assert_battery(struct lab *lab, const char *expected)
{
    char *text = json_mqtt_battery(&lab->leaf->car, &lab->told);

    assert_string_equal(text, expected);
    free(text);
}

static void every_key_is_always_there(void **state)
{
    (void)state;
    static const char *const keys[] = {
        "soc",      "soc_bms",    "charging", "plugged", "charge_state", "power",      "time_full",
        "range",    "odometer",   "charged",  "used",    "stored",       "efficiency", "batt_temp",
        "out_temp", "cabin_temp", "aux_v",    "pack_v",  "pack_a",       "gear",       "power_state",
        "climate",  "car_state",  "outings",  "problem", "last_contact", "demo"};
    struct lab lab = lab_new();
    json_t *object = parse(json_mqtt_state(&lab.leaf->view, &lab.leaf->car, &lab.told, &lab.now));

    for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
        if (!json_object_get(object, keys[i]))
            fail_msg("no %s", keys[i]);
    assert_int_equal(json_object_size(object), sizeof(keys) / sizeof(keys[0]));
    assert_battery(
        &lab,
        "{\"soh\":null,\"hx\":null,\"gids\":null,\"capacity\":null,\"cell_min\":null,\"cell_max\":null}");
    json_decref(object);
    lab_free(&lab);
}

static void the_moment_ends_with_the_link_or_with_age(void **state)
{
    (void)state;
    struct lab lab = lab_new();

    leaf_view_say(lab.leaf, SIGNAL_CHARGING, 1);
    leaf_view_say(lab.leaf, SIGNAL_SOC, 54.1);
    assert_state(&lab, "charging", "true");
    lab.leaf->car.values[SIGNAL_CHARGING].quality = QUALITY_OLD;
    lab.leaf->car.values[SIGNAL_SOC].quality = QUALITY_OLD;
    assert_state(&lab, "charging", "null");
    assert_state(&lab, "soc", "54.1");
    leaf_view_say(lab.leaf, SIGNAL_CHARGING, 1);
    lab.leaf->car.link = VIEW_LINK_DOWN;
    assert_state(&lab, "charging", "null");
    assert_state(&lab, "soc", "54.1");
    assert_state(&lab, "problem", "true");
    lab.leaf->car.link_lent = true;
    assert_state(&lab, "problem", "false");
    lab_free(&lab);
}

static void what_lasts_is_kept_while_the_car_says_nothing(void **state)
{
    (void)state;
    struct lab lab = lab_new();

    leaf_view_say(lab.leaf, SIGNAL_RANGE, 96);
    assert_state(&lab, "range", "96");
    lab.leaf->car.values[SIGNAL_RANGE].known = false;
    assert_state(&lab, "range", "96");
    lab_free(&lab);
}

static void a_restart_forgets_nothing(void **state)
{
    (void)state;
    struct lab lab = lab_new();

    json_told_read_state(&lab.told,
                         "{\"soc\":54.1,\"range\":96,\"charging\":true,\"gear\":\"d\",\"efficiency\":16.8,"
                         "\"last_contact\":\"2026-11-22T07:55:00+01:00\"}");
    json_told_read_battery(&lab.told, "{\"soh\":85.01,\"cell_min\":3.9}");
    assert_state(&lab, "soc", "54.1");
    assert_state(&lab, "range", "96");
    assert_state(&lab, "charging", "null");
    assert_state(&lab, "gear", "null");
    assert_state(&lab, "efficiency", "16.8");
    assert_state(&lab, "last_contact", "\"2026-11-22T07:55:00+01:00\"");
    assert_battery(
        &lab,
        "{\"soh\":85.01,\"hx\":null,\"gids\":null,\"capacity\":null,\"cell_min\":3.9,\"cell_max\":null}");
    leaf_view_say(lab.leaf, SIGNAL_SOC, 60);
    assert_state(&lab, "soc", "60.0");
    lab_free(&lab);
}

static void what_is_read_back_is_doubted(void **state)
{
    (void)state;
    struct lab lab = lab_new();

    json_told_read_state(&lab.told,
                         "{\"soc\":540,\"range\":\"96\",\"charged\":-1,\"used\":1e300,\"odometer\":9e9,"
                         "\"outings\":{},\"last_contact\":\"yesterday\"}");
    assert_state(&lab, "soc", "null");
    assert_state(&lab, "range", "null");
    assert_state(&lab, "charged", "null");
    assert_state(&lab, "used", "null");
    assert_state(&lab, "odometer", "null");
    assert_state(&lab, "outings", "null");
    assert_state(&lab, "last_contact", "null");
    json_told_read_state(&lab.told, "[1,2");
    json_told_read_state(&lab.told, "[1,2]");
    json_told_read_state(&lab.told, "");
    assert_state(&lab, "soc", "null");
    lab_free(&lab);
}

/* Or every message would be a new row in Home Assistant's recorder. */
static void the_last_contact_moves_in_steps(void **state)
{
    (void)state;
    struct lab lab = lab_new();

    leaf_view_say(lab.leaf, SIGNAL_SOC, 50);
    assert_state(&lab, "last_contact", "\"1970-01-12T13:40:00+00:00\"");
    lab.leaf->car.values[SIGNAL_SOC].time_ns = 298 * NS_PER_S;
    lab.now.utc_ns += 3; /* the clocks waver */
    assert_state(&lab, "last_contact", "\"1970-01-12T13:40:00+00:00\"");
    lab.leaf->car.values[SIGNAL_SOC].time_ns = 300 * NS_PER_S;
    assert_state(&lab, "last_contact", "\"1970-01-12T13:45:00+00:00\"");
    lab.leaf->view.clock_right = false;
    assert_state(&lab, "last_contact", "null");
    lab_free(&lab);
}

static void sums_are_null_until_known(void **state)
{
    (void)state;
    struct lab lab = lab_new();

    assert_state(&lab, "charged", "null");
    assert_state(&lab, "efficiency", "null");
    lab.leaf->car.has_totals = true;
    lab.leaf->car.totals = (struct diary_totals){.charged_wh = 9405,
                                                 .used_wh = 8000,
                                                 .outings = 3,
                                                 .recent_used_wh = 4990,
                                                 .recent_distance_mm = 30000000};
    assert_state(&lab, "charged", "9.41");
    assert_state(&lab, "used", "8.0");
    assert_state(&lab, "outings", "3");
    assert_state(&lab, "efficiency", "16.6");
    lab.leaf->car.totals.recent_distance_mm = 0;
    assert_state(&lab, "efficiency", "null");
    lab_free(&lab);
}

static void counters_go_on_after_a_lost_database(void **state)
{
    (void)state;
    struct lab lab = lab_new();

    json_told_read_state(&lab.told, "{\"charged\":103.41,\"used\":90.0,\"outings\":12,\"odometer\":64120}");
    assert_state(&lab, "charged", "103.41");
    lab.leaf->car.has_totals = true;
    lab.leaf->car.totals = (struct diary_totals){.charged_wh = 500, .used_wh = 0, .outings = 0};
    assert_state(&lab, "charged", "103.41");
    assert_state(&lab, "outings", "12");
    lab.leaf->car.totals = (struct diary_totals){.charged_wh = 1500, .used_wh = 200, .outings = 1};
    assert_state(&lab, "charged", "104.41");
    assert_state(&lab, "used", "90.2");
    assert_state(&lab, "outings", "13");
    assert_state(&lab, "odometer", "64120");
    leaf_view_say(lab.leaf, SIGNAL_ODOMETER, 40000);
    assert_state(&lab, "odometer", "64120");
    leaf_view_say(lab.leaf, SIGNAL_ODOMETER, 64125);
    assert_state(&lab, "odometer", "64125");
    lab_free(&lab);
}

static void rounding_never_drifts(void **state)
{
    (void)state;
    int64_t sum = 100;

    for (int start = 0; start < 1000; start++, sum += 7) {
        struct counter counter = {0};
        counter_read_back(&counter, (sum + 5) / 10 * 10); /* what was told, rounded */
        counter_count(&counter, sum, 10);
        assert_int_equal(counter.offset, 0);
    }
}

static void a_counter_never_falls(void **state)
{
    (void)state;
    struct counter counter = {0};
    static const int64_t sums[] = {0, 5000, 5100, 20, 120, 90, 10000, 0, 1};
    int64_t last = 0;

    for (size_t i = 0; i < sizeof(sums) / sizeof(sums[0]); i++) {
        counter_count(&counter, sums[i], 10);
        assert_true(counter.told >= last);
        last = counter.told;
    }
    assert_int_equal(last, 5100 + 100 + 9910 + 1 + 0); /* rises alone are counted */
}

static void a_leap_is_believed_the_second_time(void **state)
{
    (void)state;
    struct counter counter = {0};

    counter_follow(&counter, 64120, 1000, 1);
    counter_follow(&counter, 164120, 1000, 2);
    counter_follow(&counter, 164120, 1000, 2); /* the same reading, seen again */
    assert_int_equal(counter.told, 64120);
    counter_follow(&counter, 64121, 1000, 3);
    assert_int_equal(counter.told, 64121);
    counter_follow(&counter, 66000, 1000, 4); /* back from a long absence */
    counter_follow(&counter, 66001, 1000, 5);
    assert_int_equal(counter.told, 66001);
    counter_follow(&counter, 3, 1000, 6);
    assert_int_equal(counter.told, 66001);
}

static void events_name_their_type_first(void **state)
{
    (void)state;
    struct lab lab = lab_new();
    struct diary_charge charge = {
        .id = 7, .status = DIARY_CLOSED, .from_ms = 0, .to_ms = 1000, .battery_wh = 9400};
    struct diary_outing outing = {.id = 3, .to_ms = 1000, .distance_mm = 31000000, .day = DIARY_NO_DAY};
    char *texts[] = {json_mqtt_charge_event("finished", &charge, &utc), json_mqtt_outing_event(&outing, &utc),
                     json_mqtt_notice_event(&lab.leaf->view, "soc_low", "18 % left", &lab.now)};
    static const char *const wanted[] = {
        "{\"event_type\":\"finished\",\"id\":7,\"state\":\"closed\",",
        "{\"event_type\":\"finished\",\"id\":3,",
        "{\"event_type\":\"soc_low\",\"text\":\"18 % left\",\"time\":\"1970-01-12T13:46:40+00:00\"}"};

    for (size_t i = 0; i < 3; i++) {
        if (strncmp(texts[i], wanted[i], strlen(wanted[i])) != 0)
            fail_msg("%s", texts[i]);
        free(texts[i]);
    }
    lab_free(&lab);
}

/* Zero is zero, not unknown. */
static void a_day_of_traffic_is_flat(void **state)
{
    (void)state;
    struct lab lab = lab_new();

    lab.leaf->car.traffic = (struct diary_traffic){.day = 20779, .frames_sent = 12, .polls = 7, .bytes = 96, .run_us = 5};
    char *text = json_mqtt_traffic(&lab.leaf->car, &utc);
    assert_string_equal(text, "{\"day\":\"2026-11-22\",\"frames_sent\":12,\"polls\":7,\"wakeups\":0,\"bytes\":96}");
    free(text);
    lab_free(&lab);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_key_is_always_there),
        cmocka_unit_test(the_moment_ends_with_the_link_or_with_age),
        cmocka_unit_test(what_lasts_is_kept_while_the_car_says_nothing),
        cmocka_unit_test(a_restart_forgets_nothing),
        cmocka_unit_test(what_is_read_back_is_doubted),
        cmocka_unit_test(the_last_contact_moves_in_steps),
        cmocka_unit_test(sums_are_null_until_known),
        cmocka_unit_test(counters_go_on_after_a_lost_database),
        cmocka_unit_test(rounding_never_drifts),
        cmocka_unit_test(a_counter_never_falls),
        cmocka_unit_test(a_leap_is_believed_the_second_time),
        cmocka_unit_test(events_name_their_type_first),
        cmocka_unit_test(a_day_of_traffic_is_flat),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
