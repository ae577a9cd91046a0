/* The diary's routes as HTTP clients meet them. */
#include "diary_house.h"

static void takes_a_session_for_every_route(void **state)
{
    struct house *house = *state;
    static const char *const routes[] = {"days",    "months",    "years",      "totals",
                                         "charges", "charges/1", "charges/1x", "outings",
                                         "battery", "cells",     "traffic",    "system"};

    for (size_t i = 0; i < sizeof(routes) / sizeof(routes[0]); i++)
        assert_status(ask(house, routes[i]), 401);
}

static void knows_ids_from_other_paths(void **state)
{
    struct house *house = *state;
    static const char *const paths[] = {"charges/",       "charges/7x", "charges/x",
                                        "charges/07",     "charges/0",  "charges/-1",
                                        "charges/+1",     "charges/1/", "charges/1.",
                                        "charges/%31%20", "outings/01", "charges/1234567890123456789"};

    client_log_in(house);
    for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++)
        assert_status(ask(house, paths[i]), 404);
    assert_status(client_post(house, "/api/v1/charges/1", "", "{}"), 405);
    assert_status(ask(house, "outings/1"), 405);
}

static void says_what_is_wrong_with_a_query(void **state)
{
    struct house *house = *state;
    static const char *const queries[] = {
        "charges?car=nobody",        "charges/1?car=nobody", "charges?limit=0", "charges?limit=1001",
        "days?from=2026-11-31",      "days?before=41",       "months?before=x", "outings?format=xml",
        "battery?to=2026%2D11%2D00", "charges?before=0"};
    struct reply reply;

    client_log_in(house);
    for (size_t i = 0; i < sizeof(queries) / sizeof(queries[0]); i++)
        assert_status(ask(house, queries[i]), 400);
    reply = ask(house, "charges?limit=1001");
    assert_string_equal(reply.body,
                        "{\"error\":{\"code\":\"bad_request\",\"message\":\"limit: 1 to 1000\"}}");
    reply_free(&reply);
}

static void says_that_the_diary_is_being_opened(void **state)
{
    struct house *house = *state;
    static const char *const routes[] = {
        "days",    "months",
        "years",   "totals?since=charge",
        "charges", "charges/1",
        "outings", "battery",
        "cells",   "traffic",
        "history?signal=soc&from=2026-11-22T00:00:00Z&to=2026-11-23T00:00:00Z"};

    client_log_in(house);
    for (size_t i = 0; i < sizeof(routes) / sizeof(routes[0]); i++) {
        struct reply reply = ask(house, routes[i]);

        assert_int_equal(reply.status, 503);
        assert_non_null(strstr(reply.body, "\"diary_opening\""));
        assert_true(reply_has(&reply, "Retry-After: 1"));
        reply_free(&reply);
    }
}

static void the_system_answers_without_a_diary(void **state)
{
    struct house *house = *state;
    struct reply reply;

    client_log_in(house);
    reply = ask(house, "system");
    assert_int_equal(reply.status, 200);
    assert_non_null(strstr(reply.body, "\"files\":null,\"bytes_written_today\":null,\"bytes_written_yesterday\":null,\"memory_kb\":"));
    assert_non_null(strstr(reply.body, "{\"version\":\"" GARAGED_VERSION "\",\"uptime_s\":"));
    assert_non_null(strstr(
        reply.body, "\"cars\":{\"leaf\":{\"frames_sent\":0,\"polls\":0,\"wakeups\":0,\"bytes\":0,"
                    "\"adapter\":null,\"limits\":null,\"today\":null,\"counters\":{\"frames_heard\":0,"));
    assert_non_null(strstr(reply.body, "\"queues\":{\"store\":{\"waiting\":0,\"most\":1024,\"dropped\":0}"));
    reply_free(&reply);
}

/* Every page of `list`, a thousand at a time, the items' ids in one row. */
static size_t read_all_ids(struct house *house, const char *list, json_int_t *ids, size_t most)
{
    json_int_t before = 0;
    size_t count = 0;

    for (;;) {
        char rest[64];
        size_t index;
        json_t *page, *item;

        snprintf(rest, sizeof(rest), "%s?limit=1000", list);
        if (before > 0)
            snprintf(rest, sizeof(rest), "%s?limit=1000&before=%" JSON_INTEGER_FORMAT, list, before);
        page = ask_json(house, rest);
        json_array_foreach(json_object_get(page, "items"), index, item)
        {
            assert_true(count < most);
            ids[count++] = json_integer_value(json_object_get(item, "id"));
        }
        before = json_integer_value(json_object_get(page, "next"));
        json_decref(page);
        if (before == 0)
            return count;
    }
}

static void pages_through_thousands_of_charges(void **state)
{
    struct house *house = *state;
    json_int_t *ids = calloc(CHARGES + 1, sizeof(*ids));

    client_log_in(house);
    for (int i = 0; i < CHARGES; i++)
        keep_charge(house, T0_MS + i * INT64_C(3600000));
    wait_until_kept(house, CHARGES);
    assert_int_equal(read_all_ids(house, "charges", ids, CHARGES + 1), CHARGES);
    for (int i = 1; i < CHARGES; i++)
        assert_true(ids[i] < ids[i - 1]);
    json_t *page = ask_json(house, "charges");
    assert_int_equal(json_array_size(json_object_get(page, "items")), 100);
    assert_true(json_integer_value(json_object_get(page, "next")) == ids[99]);
    assert_string_equal(json_string_value(json_object_get(page, "car")), "leaf");
    assert_string_equal(json_string_value(json_object_get(page, "zone")), "UTC");
    json_decref(page);
    free(ids);
}

static void a_window_holds_its_local_days_only(void **state)
{
    struct house *house = *state;

    client_log_in(house);
    for (int i = 0; i < 10; i++)
        keep_charge(house, T0_MS + i * DAY_MS + DAY_MS / 2);
    wait_until_kept(house, 10);
    assert_items(house, "charges?from=2026-01-03&to=2026-01-05", 3);
    assert_items(house, "charges?from=2026-01-03", 8);
    assert_items(house, "charges?to=2026-01-03", 3);
    assert_items(house, "charges?from=2026-02-01", 0);
    assert_items(house, "days?from=2026-01-03&to=2026-01-05", 3);
    assert_items(house, "days?before=2026-01-03", 2);
    assert_items(house, "months", 1);
}

static void a_car_gone_from_the_configuration_keeps_its_diary(void **state)
{
    struct house *house = *state;
    struct diary_entry entry = charge_entry(T0_MS);

    client_log_in(house);
    strcpy(entry.car, "sold");
    keep(house, &entry);
    wait_until_kept(house, 1);
    assert_items(house, "charges?car=sold", 1);
    assert_items(house, "days?car=sold", 1);
    assert_items(house, "outings?car=sold", 0);
    assert_items(house, "charges", 0);
    assert_status(ask(house, "charges/1?car=sold"), 200);
    assert_status(ask(house, "charges/2?car=sold"), 404);
    assert_status(ask(house, "charges/1"), 404);
    assert_status(ask(house, "charges/1?car=never"), 400);
    assert_status(ask(house, "history?car=sold&signal=soc&from=2026-01-01T00:00:00Z&to=2026-01-02T00:00:00Z"),
                  400);
}

static void sends_csv_with_the_mark_of_the_next_page(void **state)
{
    struct house *house = *state;
    struct diary_entry entry = charge_entry(T0_MS);
    struct reply reply;

    client_log_in(house);
    strcpy(entry.charge.note, "=1+1");
    strcpy(entry.charge.place, "a,\"b\"");
    keep(house, &entry);
    keep_charge(house, T0_MS + DAY_MS);
    wait_until_kept(house, 2);
    reply = ask(house, "charges?format=csv&limit=1");
    assert_int_equal(reply.status, 200);
    assert_true(reply_has(&reply, "Content-Type: text/csv; charset=utf-8; header=present"));
    assert_true(reply_has(&reply, "Content-Disposition: attachment; filename=\"charges.csv\""));
    assert_true(reply_has(&reply, "X-Next: 2"));
    assert_int_equal(strncmp(reply.body, "id,state,how,from,to,", 21), 0);
    reply_free(&reply);
    reply = ask(house, "charges?format=csv&limit=1&before=2");
    assert_true(reply_has(&reply, "X-Next: null"));
    assert_non_null(strstr(reply.body, ",\"a,\"\"b\"\"\",'=1+1,\r\n"));
    reply_free(&reply);
}

static void shows_a_charge_with_its_curve(void **state)
{
    struct house *house = *state;
    json_t *charge, *curve;

    client_log_in(house);
    keep_charge(house, T0_MS);
    wait_until_kept(house, 1);
    charge = ask_json(house, "charges/1");
    assert_int_equal(json_array_size(json_object_get(charge, "curve")), 0);
    json_decref(charge);
    house_do(house, add_curve_readings, NULL);
    charge = ask_json(house, "charges/1");
    curve = json_object_get(charge, "curve");
    assert_int_equal(json_integer_value(json_object_get(charge, "id")), 1);
    assert_in_range(json_array_size(curve), 100, 500);
    assert_row(json_array_get(curve, 0), "2026-01-01T00:00:00+00:00", 41.0, 3.0);
    json_decref(charge);
    assert_status(ask(house, "charges/2"), 404);
    assert_status(ask(house, "charges/1?car=van"), 400);
}

static void an_inferred_charge_has_no_curve(void **state)
{
    struct house *house = *state;
    struct diary_entry entry = charge_entry(T0_MS);

    client_log_in(house);
    entry.charge.how = DIARY_INFERRED;
    keep(house, &entry);
    wait_until_kept(house, 1);
    house_do(house, add_curve_readings, NULL);
    json_t *charge = ask_json(house, "charges/1");
    assert_string_equal(json_string_value(json_object_get(charge, "how")), "inferred");
    assert_int_equal(json_array_size(json_object_get(charge, "curve")), 0);
    json_decref(charge);
}

static void open_charge_of_the_view(struct house *house, void *arg)
{
    struct view_car *car = &house->sample.cars[0];

    (void)arg;
    car->has_charge = true;
    car->charge = charge_entry(T0_MS).charge;
    car->charge.id = 1;
    car->charge.status = DIARY_OPEN;
    car->charge.battery_wh = 4560;
    view_touch_diary(&house->sample.view, car);
}

static void the_open_charge_stands_as_the_trackers_have_it(void **state)
{
    struct house *house = *state;
    struct diary_entry entry = charge_entry(T0_MS);

    client_log_in(house);
    entry.charge.status = DIARY_OPEN;
    entry.charge.battery_wh = DIARY_NONE;
    keep(house, &entry);
    wait_until_kept(house, 1);
    house_do(house, open_charge_of_the_view, NULL);
    json_t *page = ask_json(house, "charges");
    json_t *item = json_array_get(json_object_get(page, "items"), 0);
    assert_string_equal(json_string_value(json_object_get(item, "state")), "open");
    assert_true(json_number_value(json_object_get(item, "battery_kwh")) == 4.56);
    json_decref(page);
    json_t *charge = ask_json(house, "charges/1");
    assert_true(json_number_value(json_object_get(charge, "battery_kwh")) == 4.56);
    json_decref(charge);
}

/* Lord Howe sets its clocks by half an hour. */
static void days_are_those_of_the_place(void **state)
{
    struct house *house = *state;
    static const struct {
        const char *day;
        double hours;
    } days[] = {{"2026-10-04", 23.5}, {"2026-04-06", 24}, {"2026-04-05", 24.5}};
    size_t index;
    json_t *item, *page;

    client_log_in(house);
    house_do(house, move_to_lord_howe, NULL);
    for (size_t i = 0; i < 3; i++)
        keep_outing(house, days[i].day);
    keep_outing(house, NULL);
    wait_until_kept(house, 4);
    page = ask_json(house, "days");
    assert_int_equal(json_array_size(json_object_get(page, "items")), 3);
    json_array_foreach(json_object_get(page, "items"), index, item)
    {
        assert_string_equal(json_string_value(json_object_get(item, "day")), days[index].day);
        assert_true(json_number_value(json_object_get(item, "hours")) == days[index].hours);
        assert_int_equal(json_integer_value(json_object_get(item, "distance_km")), 31);
    }
    json_t *rest = json_object_get(page, "unattributed");
    assert_int_equal(json_integer_value(json_object_get(rest, "distance_km")), 31);
    assert_true(json_number_value(json_object_get(rest, "used_kwh")) == 5.2);
    json_decref(page);
    page = ask_json(house, "months?limit=1");
    item = json_array_get(json_object_get(page, "items"), 0);
    assert_string_equal(json_string_value(json_object_get(item, "month")), "2026-10");
    assert_true(json_number_value(json_object_get(item, "hours")) == 743.5);
    assert_string_equal(json_string_value(json_object_get(page, "next")), "2026-10");
    json_decref(page);
    page = ask_json(house, "months?limit=1&before=2026-10");
    item = json_array_get(json_object_get(page, "items"), 0);
    assert_int_equal(json_integer_value(json_object_get(item, "outings")), 2);
    assert_string_equal(json_string_value(json_object_get(page, "next")), "2026-04");
    json_decref(page);
    page = ask_json(house, "months?limit=1&before=2026-04");
    item = json_array_get(json_object_get(page, "items"), 0);
    assert_string_equal(json_string_value(json_object_get(item, "month")), "2026-01"); /* of no day */
    assert_true(json_is_null(json_object_get(page, "next")));
    json_decref(page);
}

static void emit_300_g(struct house *house, void *arg)
{
    (void)arg;
    house->preferences.co2_g_per_kwh = 300;
}

static void assert_totals(struct house *house, const char *rest, const char *expected)
{
    struct reply reply = ask(house, rest);

    assert_int_equal(reply.status, 200);
    if (strstr(reply.body, expected) == NULL)
        fail_msg("%s: %s", reply.body, expected);
    reply_free(&reply);
}

/* Two charges of 10.1 kWh out of the charger and three outings, one of them before the last charge and one of
 * no day. */
static void sums_up_since_the_last_charge_and_since_a_day(void **state)
{
    struct house *house = *state;

    client_log_in(house);
    keep_outing(house, "2025-12-30");
    keep_charge(house, T0_MS - DAY_MS);
    keep_charge(house, T0_MS - 2 * DAY_MS);
    keep_outing(house, "2026-01-02");
    keep_outing(house, NULL);
    wait_until_kept(house, 5);
    assert_totals(house, "totals",
                  "{\"car\":\"leaf\",\"zone\":\"UTC\",\"since\":null,\"until\":null,"
                  "\"distance_km\":93,\"used_kwh\":15.6,\"battery_kwh\":18.8,"
                  "\"charger_kwh\":20.2,\"wall_kwh\":null,\"cost\":null,\"currency\":null,"
                  "\"charges\":2,\"outings\":3,\"consumption_kwh_100km\":16.8,\"consumption_kwh\":15.6,\"consumption_km\":93,"
                  "\"cost_max\":null,\"supplied_kwh\":20.2,\"co2_kg\":null,\"unattributed\":{\"distance_km\":31,");
    house_do(house, emit_300_g, NULL);
    assert_totals(house, "totals", "\"co2_kg\":6.06,");
    assert_totals(house, "totals?since=charge",
                  "\"since\":\"2025-12-31T01:00:00+00:00\",\"until\":null,"
                  "\"distance_km\":62,\"used_kwh\":10.4,\"battery_kwh\":0.0,");
    assert_totals(house, "totals?since=2026-01-02",
                  "\"since\":\"2026-01-02\",\"until\":null,"
                  "\"distance_km\":31,\"used_kwh\":5.2,");
    assert_totals(house, "totals?to=2025-12-31", "\"until\":\"2025-12-31\",\"distance_km\":31,");
    assert_totals(house, "years", "{\"year\":\"2026\",\"hours\":8760,\"distance_km\":62,");
    assert_status(ask(house, "totals?car=nobody"), 400);
    assert_status(ask(house, "totals?since=yesterday"), 400);
}

static void lists_health_and_outings(void **state)
{
    struct house *house = *state;
    struct diary_entry entry = blank_entry(DIARY_HEALTH);

    client_log_in(house);
    entry.health = (struct diary_health){.serial = 1, .soh = 8512, .hx = DIARY_NONE, .cell_min_mv = 3986};
    day_parse("2026-01-01", &entry.health.day);
    keep(house, &entry);
    keep_outing(house, "2026-01-01");
    wait_until_kept(house, 2);
    json_t *page = ask_json(house, "battery");
    json_t *item = json_array_get(json_object_get(page, "items"), 0);
    assert_true(json_number_value(json_object_get(item, "soh")) == 85.12);
    assert_true(json_is_null(json_object_get(item, "hx")));
    json_decref(page);
    assert_items(house, "outings", 1);
}

static void lists_what_a_day_cost_the_car(void **state)
{
    struct house *house = *state;
    struct diary_entry entry = blank_entry(DIARY_TRAFFIC);

    client_log_in(house);
    entry.traffic = (struct diary_traffic){.frames_sent = 12, .polls = 7, .bytes = 96, .run_us = 5};
    day_parse("2026-01-01", &entry.traffic.day);
    keep(house, &entry);
    entry.traffic.frames_sent = 0;
    entry.traffic.day++;
    keep(house, &entry);
    wait_until_kept(house, 2);
    struct reply reply = ask(house, "traffic?to=2026-01-01");
    assert_non_null(strstr(reply.body, "\"items\":[{\"day\":\"2026-01-01\",\"frames_sent\":12,\"polls\":7,"
                                       "\"wakeups\":0,\"bytes\":96}],\"next\":null}"));
    reply_free(&reply);
    json_t *page = ask_json(house, "traffic?limit=1");
    assert_string_equal(json_string_value(json_object_get(page, "next")), "2026-01-02");
    json_decref(page);
}

/* More questions than the store takes at once: some are answered, the others told to come again. */
static void says_busy_to_more_questions_than_it_takes(void **state)
{
    struct house *house = *state;
    sqlite3 *lock;
    int fds[PARALLEL], busy = 0;

    client_log_in(house);
    house_do(house, admit_many, NULL);
    lock = stall_store(house);
    for (int i = 0; i < PARALLEL; i++)
        fds[i] = send_ask(house, i % 2 ? "charges" : "charges/1");
    wait_for_an_answer(fds, PARALLEL);
    release_store(lock);
    for (int i = 0; i < PARALLEL; i++) {
        struct reply reply = client_read(fds[i], true);

        busy += reply.status == 503 && strstr(reply.body, "\"busy\"") != NULL;
        assert_true(reply.status == 503 || reply.status == 200 || reply.status == 404);
        reply_free(&reply);
        close(fds[i]);
    }
    assert_in_range(busy, 1, PARALLEL);
    assert_status(ask(house, "system"), 200);
}

static void forgets_clients_that_leave(void **state)
{
    struct house *house = *state;
    sqlite3 *lock;

    client_log_in(house);
    keep_charge(house, T0_MS);
    wait_until_kept(house, 1);
    house_do(house, add_curve_readings, NULL);
    lock = stall_store(house);
    for (int i = 0; i < 8; i++)
        close(send_ask(house, i % 2 ? "charges" : "charges/1"));
    release_store(lock);
    for (int i = 0; i < 60; i++) {
        int fd = send_ask(house, "charges/1");

        usleep((useconds_t)(i * 20));
        close(fd);
    }
    assert_status(ask(house, "system"), 200);
}

#define OPENING_TEST(fn) cmocka_unit_test_setup_teardown(fn, house_set_up_opening, house_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        HOUSE_TEST(takes_a_session_for_every_route),
        HOUSE_TEST(knows_ids_from_other_paths),
        HOUSE_TEST(says_what_is_wrong_with_a_query),
        HOUSE_TEST(pages_through_thousands_of_charges),
        HOUSE_TEST(a_window_holds_its_local_days_only),
        HOUSE_TEST(a_car_gone_from_the_configuration_keeps_its_diary),
        HOUSE_TEST(sends_csv_with_the_mark_of_the_next_page),
        HOUSE_TEST(shows_a_charge_with_its_curve),
        HOUSE_TEST(an_inferred_charge_has_no_curve),
        HOUSE_TEST(the_open_charge_stands_as_the_trackers_have_it),
        HOUSE_TEST(days_are_those_of_the_place),
        HOUSE_TEST(sums_up_since_the_last_charge_and_since_a_day),
        HOUSE_TEST(lists_health_and_outings),
        HOUSE_TEST(lists_what_a_day_cost_the_car),
        HOUSE_TEST(says_busy_to_more_questions_than_it_takes),
        HOUSE_TEST(forgets_clients_that_leave),
        OPENING_TEST(says_that_the_diary_is_being_opened),
        OPENING_TEST(the_system_answers_without_a_diary),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
