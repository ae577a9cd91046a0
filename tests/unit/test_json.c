/* export/json: the state, changes, events, errors, and request bodies. */
#include "export/json.h"
#include "export/json_request.h"
#include "view_sample.h"

#include <jansson.h>

#define UTC_NS INT64_C(1795330501000000000) /* 2026-11-22T07:55:01 at +01:00 */

static struct zone oslo;

static struct json_moment moment_at(int64_t boot_ns)
{
    zone_set_utc(&oslo);
    oslo.spans[0].offset_s = 3600;
    return (struct json_moment){.boot_ns = boot_ns, .utc_ns = UTC_NS, .zone = &oslo};
}

/* Reads what was written; frees it. */
static json_t *read_back(char *text)
{
    json_t *object;

    assert_non_null(text);
    object = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
    if (object == NULL)
        fail_msg("not JSON: %s", text);
    free(text);
    return object;
}

/* The member at a path like "cars/leaf/signals"; must be there. */
static json_t *at(json_t *object, const char *path)
{
    char part[32];

    while (*path != '\0') {
        size_t len = strcspn(path, "/");

        snprintf(part, sizeof(part), "%.*s", (int)len, path);
        object = json_object_get(object, part);
        if (object == NULL)
            fail_msg("no %s", part);
        path += len;
        path += *path == '/';
    }
    return object;
}

static void assert_dumps(json_t *value, const char *expected)
{
    char *text = json_dumps(value, JSON_VALUE_FLAGS | JSON_ENCODE_ANY);

    assert_string_equal(text, expected);
    free(text);
}

static void assert_number(double value, double resolution, const char *expected)
{
    json_t *number = json_value_number(value, resolution);

    assert_dumps(number, expected);
    json_decref(number);
}

static void rounds_numbers_to_the_resolution(void **state)
{
    (void)state;
    assert_number(54.13, 0.1, "54.1");
    assert_number(84.100000000000009, 0.1, "84.1");
    assert_number(0.1 + 0.2, 0.1, "0.3");
    assert_number(-0.04, 0.1, "0.0");
    assert_number(-0.3, 1, "0");
    assert_number(117568.4, 1, "117568");
    assert_number(21.26, 0.5, "21.5");
    assert_number(3.9876, 0.001, "3.988");
    assert_number(1.23456, 0, "1.23456");
    assert_number(NAN, 0.1, "null");
    assert_number(INFINITY, 1, "null");
}

static void writes_the_state_of_the_contract(void **state)
{
    (void)state;
    struct sample sample;
    struct json_moment now = moment_at(1000 * NS_PER_S);
    json_t *object, *soc;

    sample_new(&sample, 1);
    sample.cars[0].presence = PRESENCE_CHARGING;
    sample.cars[0].garage = TRI_TRUE;
    sample.cars[0].link_since_boot_ns = 0;
    view_touch_car(&sample.view, &sample.cars[0]);
    sample_take(&sample, 0, SIGNAL_SOC, 54.1, 997 * NS_PER_S - 1);
    object = read_back(json_state(&sample.view, NULL, &now));
    assert_int_equal(json_integer_value(at(object, "seq")), sample.view.sequence);
    assert_dumps(at(object, "time"), "\"2026-11-22T07:55:01+01:00\"");
    assert_dumps(at(object, "clock"), "\"ok\"");
    assert_dumps(at(object, "demo"), "false");
    assert_dumps(at(object, "mqtt"), "{\"state\":\"off\",\"reason\":null,\"anonymous\":null,\"plain\":false}");
    assert_dumps(at(object, "diary"), "{\"state\":\"ok\",\"reason\":null}");
    assert_dumps(at(object, "cars/leaf/generation"), "\"ONE\"");
    assert_dumps(at(object, "cars/leaf/state"), "\"charging\"");
    assert_dumps(at(object, "cars/leaf/garage"), "true");
    assert_dumps(at(object, "cars/leaf/charge"), "null");
    assert_dumps(at(object, "cars/leaf/link"),
                 "{\"state\":\"up\",\"reason\":null,\"since\":\"2026-11-22T07:38:21+01:00\",\"paused_until\":null,\"recording_until\":null}");
    soc = at(object, "cars/leaf/signals/soc");
    assert_dumps(
        soc,
        "{\"value\":54.1,\"unit\":\"%\",\"at\":\"2026-11-22T07:54:57+01:00\",\"age_s\":3,\"source\":\"101\","
        "\"quality\":\"ok\"}");
    json_decref(object);
    sample_free(&sample);
}

static void tells_unknown_from_absent(void **state)
{
    (void)state;
    struct sample sample;
    struct json_moment now = moment_at(0);
    json_t *object, *signals;

    sample_new(&sample, 1);
    sample_take(&sample, 0, SIGNAL_ODOMETER, NAN, 0);
    object = read_back(json_state(&sample.view, NULL, &now));
    signals = at(object, "cars/leaf/signals");
    assert_dumps(
        at(signals, "soc"),
        "{\"value\":null,\"unit\":\"%\",\"at\":null,\"age_s\":null,\"source\":null,\"quality\":\"ok\"}");
    assert_dumps(at(signals, "odometer/value"), "null");
    assert_dumps(at(signals, "odometer/age_s"), "0");
    assert_null(json_object_get(signals, "pack_voltage"));  /* only the other generation has it */
    assert_null(json_object_get(signals, "tyre_fl"));       /* none has */
    assert_null(json_object_get(signals, "something_raw")); /* raw, and not heard */
    json_decref(object);
    sample.cars[0].generation = DEFINITION_GENERATION_AUTO;
    sample_take(&sample, 0, SIGNAL_VOCABULARY_COUNT, 5, 0);
    object = read_back(json_state(&sample.view, NULL, &now));
    assert_dumps(at(object, "cars/leaf/generation"), "null");
    assert_dumps(at(object, "cars/leaf/signals/pack_voltage/value"), "null");
    assert_dumps(at(object, "cars/leaf/signals/something_raw/value"), "5");
    json_decref(object);
    sample_free(&sample);
}

static void writes_words_and_booleans(void **state)
{
    (void)state;
    struct sample sample;
    struct json_moment now = moment_at(0);
    json_t *object;

    sample_new(&sample, 1);
    sample_take(&sample, 0, SIGNAL_GEAR, GEAR_D, 0);
    sample_take(&sample, 0, SIGNAL_PLUGGED, 1, 0);
    object = read_back(json_state(&sample.view, NULL, &now));
    assert_dumps(at(object, "cars/leaf/signals/gear/value"), "\"d\"");
    assert_dumps(at(object, "cars/leaf/signals/plugged/value"), "true");
    json_decref(object);
    sample_take(&sample, 0, SIGNAL_GEAR, 99, 0);
    object = read_back(json_state(&sample.view, NULL, &now));
    assert_dumps(at(object, "cars/leaf/signals/gear/value"), "null");
    json_decref(object);
    sample_free(&sample);
}

static void writes_cells_with_gaps(void **state)
{
    (void)state;
    struct sample sample;
    struct json_moment now = moment_at(0);
    json_t *object;

    sample_new(&sample, 1);
    sample.cars[0].elements[0] = 3.98649;
    sample.cars[0].elements[1] = NAN;
    sample.cars[0].elements[2] = 4;
    sample.cars[0].element_count = 3;
    sample_take(&sample, 0, SIGNAL_CELLS, 0, 0);
    object = read_back(json_state(&sample.view, NULL, &now));
    assert_dumps(at(object, "cars/leaf/signals/cells/value"), "[3.986,null,4.0]");
    json_decref(object);
    sample_free(&sample);
}

static void leaves_times_out_while_the_clock_is_not_right(void **state)
{
    (void)state;
    struct sample sample;
    struct json_moment now = moment_at(10 * NS_PER_S);
    json_t *object;

    sample_new(&sample, 1);
    sample.view.clock_right = false;
    sample_take(&sample, 0, SIGNAL_SOC, 54.1, 0);
    object = read_back(json_state(&sample.view, NULL, &now));
    assert_dumps(at(object, "clock"), "\"unset\"");
    assert_dumps(at(object, "time"), "null");
    assert_dumps(at(object, "cars/leaf/link/since"), "null");
    assert_dumps(at(object, "cars/leaf/signals/soc/at"), "null");
    assert_dumps(at(object, "cars/leaf/signals/soc/age_s"), "10");
    json_decref(object);
    sample_free(&sample);
}

/* The diary's reason carries a path, which may be cut anywhere. */
static void a_reason_that_is_cut_costs_nothing_else(void **state)
{
    (void)state;
    struct sample sample;
    struct json_moment now = moment_at(0);
    json_t *object;

    sample_new(&sample, 1);
    sample.view.diary_state = "failed";
    strcpy(sample.view.diary_reason, "gar\xc3\xa5\xc3");
    object = read_back(json_state(&sample.view, NULL, &now));
    assert_dumps(at(object, "diary"), "{\"state\":\"failed\",\"reason\":\"gar\xc3\xa5\"}");
    json_decref(object);
    sample_free(&sample);
}

static void shows_one_car_when_asked(void **state)
{
    (void)state;
    struct sample sample;
    struct json_moment now = moment_at(0);
    json_t *object;

    sample_new(&sample, 2);
    object = read_back(json_live_state(&sample.view, &now));
    assert_dumps(at(object, "type"), "\"state\"");
    assert_int_equal(json_object_size(at(object, "cars")), 2);
    json_decref(object);
    object = read_back(json_state(&sample.view, &sample.cars[1], &now));
    assert_int_equal(json_object_size(at(object, "cars")), 1);
    assert_dumps(at(object, "cars/van/name"), "\"van\"");
    json_decref(object);
    sample_free(&sample);
}

static void a_change_has_only_what_changed(void **state)
{
    (void)state;
    struct sample sample;
    struct json_moment now = moment_at(0);
    json_t *object;
    uint64_t since;

    sample_new(&sample, 2);
    sample_take(&sample, 0, SIGNAL_SOC, 54.1, 0);
    sample_take(&sample, 0, SIGNAL_GEAR, GEAR_P, 0);
    since = sample.view.sequence;
    assert_true(sample_take(&sample, 0, SIGNAL_SOC, 54.2, 0));
    assert_false(sample_take(&sample, 0, SIGNAL_GEAR, GEAR_P, 5)); /* its age alone is no change */
    object = read_back(json_live_change(&sample.view, since, JSON_HEARD_NEVER, &now));
    assert_dumps(at(object, "type"), "\"change\"");
    assert_int_equal(json_integer_value(at(object, "seq")), since + 1);
    assert_int_equal(json_object_size(object), 4); /* type seq time cars */
    assert_int_equal(json_object_size(at(object, "cars")), 1);
    assert_int_equal(json_object_size(at(object, "cars/leaf")), 1);
    assert_int_equal(json_object_size(at(object, "cars/leaf/signals")), 1);
    assert_dumps(at(object, "cars/leaf/signals/soc/value"), "54.2");
    json_decref(object);
    since = sample.view.sequence;
    sample.cars[1].presence = PRESENCE_ON;
    view_touch_car(&sample.view, &sample.cars[1]);
    object = read_back(json_live_change(&sample.view, since, JSON_HEARD_NEVER, &now));
    assert_dumps(at(object, "cars/van/state"), "\"on\"");
    assert_null(json_object_get(at(object, "cars/van"), "signals"));
    json_decref(object);
    since = sample.view.sequence;
    sample.view.mqtt.state = "up";
    view_touch_head(&sample.view);
    object = read_back(json_live_change(&sample.view, since, JSON_HEARD_NEVER, &now));
    assert_dumps(at(object, "mqtt/state"), "\"up\"");
    assert_dumps(at(object, "cars"), "{}");
    json_decref(object);
    sample_free(&sample);
}

static void a_change_brings_ages_up_to_date_when_asked(void **state)
{
    (void)state;
    struct sample sample;
    struct json_moment now = moment_at(100 * NS_PER_S);
    json_t *object;

    sample_new(&sample, 1);
    sample_take(&sample, 0, SIGNAL_SOC, 54.1, 90 * NS_PER_S);
    sample_take(&sample, 0, SIGNAL_GEAR, GEAR_P, 80 * NS_PER_S);
    object = read_back(json_live_change(&sample.view, sample.view.sequence, 85 * NS_PER_S, &now));
    assert_int_equal(json_object_size(at(object, "cars/leaf/signals")), 1);
    assert_dumps(at(object, "cars/leaf/signals/soc/age_s"), "10");
    assert_dumps(at(object, "cars/leaf/signals/soc/value"), "54.1");
    json_decref(object);
    sample_free(&sample);
}

static void shows_the_open_charge_and_the_notices(void **state)
{
    (void)state;
    struct sample sample;
    struct json_moment now = moment_at(3600 * NS_PER_S);
    struct view_car *car = &sample.cars[0];
    uint64_t since;

    sample_new(&sample, 1);
    since = sample.view.sequence;
    car->has_charge = true;
    car->charge = (struct diary_charge){.id = 7, .from_ms = UTC_NS / NS_PER_MS, .battery_wh = 1230};
    car->notices[0] = (struct view_notice){"soc_low", "the battery is low", 0};
    car->notice_count = 1;
    view_touch_diary(&sample.view, car);
    json_t *object = read_back(json_live_change(&sample.view, since, JSON_HEARD_NEVER, &now));
    assert_int_equal(json_object_size(at(object, "cars/leaf")), 2);
    assert_dumps(at(object, "cars/leaf/charge/id"), "7");
    assert_dumps(at(object, "cars/leaf/charge/from"), "\"2026-11-22T07:55:01+01:00\"");
    assert_dumps(at(object, "cars/leaf/charge/battery_kwh"), "1.23");
    assert_dumps(at(object, "cars/leaf/notices"), "[{\"kind\":\"soc_low\",\"text\":\"the battery is low\","
                                                  "\"since\":\"2026-11-22T06:55:01+01:00\"}]");
    json_decref(object);
    since = sample.view.sequence;
    car->has_charge = false;
    car->notice_count = 0;
    view_touch_diary(&sample.view, car);
    object = read_back(json_live_change(&sample.view, since, JSON_HEARD_NEVER, &now));
    assert_dumps(at(object, "cars/leaf"), "{\"charge\":null,\"notices\":[]}");
    json_decref(object);
    object = read_back(json_state(&sample.view, NULL, &now));
    assert_dumps(at(object, "cars/leaf/charge"), "null");
    json_decref(object);
    sample_free(&sample);
}

static void writes_events_errors_and_sessions(void **state)
{
    (void)state;
    struct sample sample;
    struct json_moment now = moment_at(0);
    char *text;

    sample_new(&sample, 1);
    text = json_live_event(&sample.view, "leaf", "charge_started", "{\"kw\":3.3}", &now);
    assert_string_equal(text, "{\"type\":\"event\",\"time\":\"2026-11-22T07:55:01+01:00\",\"car\":\"leaf\","
                              "\"event\":\"charge_started\",\"data\":{\"kw\":3.3}}");
    free(text);
    text = json_live_event(&sample.view, "leaf", "charge_ended", NULL, &now);
    assert_non_null(strstr(text, "\"data\":{}"));
    free(text);
    text = json_error("not_found", "no \"car\"");
    assert_string_equal(text, "{\"error\":{\"code\":\"not_found\",\"message\":\"no \\\"car\\\"\"}}");
    free(text);
    text = json_session("kari", "admin", "abc", true);
    assert_string_equal(text, "{\"user\":\"kari\",\"role\":\"admin\",\"csrf\":\"abc\",\"plain\":true}");
    free(text);
    sample_free(&sample);
}

static int read_body(const char *body, char user[8], char code[8])
{
    struct json_request_member members[] = {{.name = "user", .text = user, .size = 8},
                                            {.name = "code", .text = code, .size = 8}};
    struct err err;

    return json_request_read(body, strlen(body), members, 2, &err);
}

static int64_t read_number(const char *body)
{
    int64_t number = -1;
    struct json_request_member members[] = {{.name = "n", .number = &number, .least = 0, .most = 60}};
    struct err err;

    return json_request_read(body, strlen(body), members, 1, &err) ? -2 : number;
}

static void reads_whole_numbers_in_their_range(void **state)
{
    static const char *const bad[] = {"{\"n\":-1}",  "{\"n\":61}",   "{\"n\":1.0}",  "{\"n\":\"1\"}",
                                      "{\"n\":null}", "{\"n\":true}", "{\"n\":[1]}", "{\"n\":1e1}",
                                      "{\"n\":99999999999999999999}"};

    (void)state;
    assert_int_equal(read_number("{}"), -1);
    assert_int_equal(read_number("{\"n\":0}"), 0);
    assert_int_equal(read_number("{\"n\":60}"), 60);
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        assert_int_equal(read_number(bad[i]), -2);
}

static void reads_request_bodies_strictly(void **state)
{
    (void)state;
    char user[8], code[8];
    static const char *const bad[] = {
        "",
        "null",
        "[]",
        "\"x\"",
        "{\"user\":1}",
        "{\"user\":null}",
        "{\"user\":\"a\",}",
        "{\"user\":\"a\"} x",
        "{\"user\":\"a\",\"user\":\"b\"}",
        "{\"user\":\"a\\u0000b\"}",
        "{\"user\":\"\\ud800\"}",
        "{\"user\":\"\xff\"}",
        "{\"user\":\"12345678\"}",
        "{\"other\":\"a\"}",
        "{\"user\":NaN}",
        "{\"user\":{\"user\":\"a\"}}",
    };

    assert_int_equal(read_body("{\"user\":\"kari\"}", user, code), 0);
    assert_string_equal(user, "kari");
    assert_string_equal(code, "");
    assert_int_equal(read_body("{}", user, code), 0);
    assert_int_equal(read_body(" {\"code\":\"1234567\"} \n", user, code), 0);
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        if (read_body(bad[i], user, code) != -1)
            fail_msg("accepted %s", bad[i]);
    }
}

static void survives_a_deep_body(void **state)
{
    (void)state;
    size_t len = 16000;
    char *body = malloc(len + 1);
    char user[8], code[8];

    memset(body, '[', len);
    body[len] = '\0';
    assert_int_equal(read_body(body, user, code), -1);
    free(body);
}

static void shows_both_sides_of_a_dispute(void **state)
{
    (void)state;
    struct sample sample;
    struct view_other others[SIGNAL_VOCABULARY_COUNT] = {[SIGNAL_SOC] = {true, 0, 29.8966}};
    struct json_moment now = moment_at(1000 * NS_PER_S);

    sample_new(&sample, 1);
    sample_take(&sample, 0, SIGNAL_SOC, 51.0, 999 * NS_PER_S);
    sample.cars[0].others = others;
    json_t *object = read_back(json_state(&sample.view, NULL, &now));
    assert_null(json_object_get(at(object, "cars/leaf/signals/soc"), "others"));
    json_decref(object);
    sample.cars[0].values[SIGNAL_SOC].quality = QUALITY_DISPUTED;
    object = read_back(json_state(&sample.view, NULL, &now));
    json_t *other = json_array_get(at(object, "cars/leaf/signals/soc/others"), 0);
    assert_true(json_number_value(json_object_get(other, "value")) == 29.9);
    assert_string_equal(json_string_value(json_object_get(other, "source")),
                        definition_source(sample.cars[0].definition, 0));
    json_decref(object);
    sample.cars[0].others = NULL;
    sample_free(&sample);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rounds_numbers_to_the_resolution),
        cmocka_unit_test(writes_the_state_of_the_contract),
        cmocka_unit_test(tells_unknown_from_absent),
        cmocka_unit_test(writes_words_and_booleans),
        cmocka_unit_test(writes_cells_with_gaps),
        cmocka_unit_test(leaves_times_out_while_the_clock_is_not_right),
        cmocka_unit_test(a_reason_that_is_cut_costs_nothing_else),
        cmocka_unit_test(shows_one_car_when_asked),
        cmocka_unit_test(a_change_has_only_what_changed),
        cmocka_unit_test(a_change_brings_ages_up_to_date_when_asked),
        cmocka_unit_test(shows_the_open_charge_and_the_notices),
        cmocka_unit_test(writes_events_errors_and_sessions),
        cmocka_unit_test(reads_request_bodies_strictly),
        cmocka_unit_test(reads_whole_numbers_in_their_range),
        cmocka_unit_test(survives_a_deep_body),
        cmocka_unit_test(shows_both_sides_of_a_dispute),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
