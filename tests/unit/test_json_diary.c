/* export/json_diary: items of section 6 as JSON, key by key. */
#include "export/json_diary.h"
#include "export/json_value.h"
#include "util/calendar.h"
#include "util/core/day.h"
#include "util/core/time.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#define UTC_MS INT64_C(1795330501000) /* 2026-11-22T07:55:01 at +01:00 */

static struct zone load_zone(const char *name)
{
    struct zone zone;
    struct err err;

    if (calendar_load(&zone, name, &err) != 0)
        fail_msg("%s", err.text);
    return zone;
}

static struct zone utc_plus_one(void)
{
    struct zone zone;

    zone_set_utc(&zone);
    zone.spans[0].offset_s = 3600;
    return zone;
}

static void assert_item(enum json_diary_kind kind, const void *item, const struct zone *zone,
                        const char *expected)
{
    json_t *object = json_diary_item(kind, item, zone);
    char *text = json_dumps(object, JSON_VALUE_FLAGS);

    assert_string_equal(text, expected);
    free(text);
    json_decref(object);
}

/* The key's value as text. */
static void assert_key(enum json_diary_kind kind, const void *item, const struct zone *zone, const char *key,
                       const char *expected)
{
    json_t *object = json_diary_item(kind, item, zone);
    char *text = json_dumps(json_object_get(object, key), JSON_VALUE_FLAGS | JSON_ENCODE_ANY);

    assert_non_null(text);
    assert_string_equal(text, expected);
    free(text);
    json_decref(object);
}

static struct diary_charge sample_charge(void)
{
    return (struct diary_charge){
        .id = 7,
        .status = DIARY_CLOSED,
        .how = DIARY_WATCHED,
        .from_ms = UTC_MS,
        .to_ms = UTC_MS + 3600 * 1000,
        .soc_from = 4100,
        .soc_to = 8020,
        .mode = CHARGE_MODE_AC2,
        .battery_wh = 9404,
        .charger_wh = 10100,
        .wall_wh = 11000,
        .wall_from = "meter",
        .cost_m = 220000,
        .cost_max_m = DIARY_NONE,
        .currency = "EUR",
        .peak_w = 3400,
        .temp_from_mc = 11500,
        .temp_to_mc = 17249,
        .odometer_mm = INT64_C(117568499999),
        .place = "home",
    };
}

static void writes_the_charge_of_the_contract(void **state)
{
    (void)state;
    struct zone zone = utc_plus_one();
    struct diary_charge charge = sample_charge();

    assert_item(JSON_DIARY_CHARGE, &charge, &zone,
                "{\"id\":7,\"state\":\"closed\",\"how\":\"watched\",\"from\":\"2026-11-22T07:55:01+01:00\","
                "\"to\":\"2026-11-22T08:55:01+01:00\",\"soc_from\":41.0,\"soc_to\":80.2,\"mode\":\"ac2\","
                "\"battery_kwh\":9.4,\"charger_kwh\":10.1,\"wall_kwh\":11.0,\"wall_from\":\"meter\","
                "\"efficiency\":0.855,\"cost\":2.2,\"cost_from\":null,\"cost_max\":null,\"currency\":\"EUR\",\"peak_kw\":3.4,"
                "\"temp_from\":11.5,\"temp_to\":17.2,"
                "\"odometer_km\":117568,\"place\":\"home\",\"note\":\"\",\"flags\":[]}");
}

static void writes_null_for_what_is_not_known(void **state)
{
    (void)state;
    struct zone zone = utc_plus_one();
    struct diary_charge charge = {.status = DIARY_INCOMPLETE,
                                  .how = DIARY_INFERRED,
                                  .from_ms = DIARY_NONE,
                                  .to_ms = DIARY_NONE,
                                  .soc_from = DIARY_NONE,
                                  .soc_to = DIARY_NONE,
                                  .mode = -1,
                                  .battery_wh = DIARY_NONE,
                                  .charger_wh = DIARY_NONE,
                                  .wall_wh = DIARY_NONE,
                                  .cost_m = DIARY_NONE,
                                  .cost_max_m = DIARY_NONE,
                                  .peak_w = DIARY_NONE,
                                  .temp_from_mc = DIARY_NONE,
                                  .temp_to_mc = DIARY_NONE,
                                  .odometer_mm = DIARY_NONE,
                                  .flags = DIARY_FLAG_GAPS | DIARY_FLAG_INTERRUPTED | 1U << 31};

    assert_item(JSON_DIARY_CHARGE, &charge, &zone,
                "{\"id\":null,\"state\":\"incomplete\",\"how\":\"inferred\",\"from\":null,\"to\":null,"
                "\"soc_from\":null,\"soc_to\":null,\"mode\":null,\"battery_kwh\":null,\"charger_kwh\":null,"
                "\"wall_kwh\":null,\"wall_from\":null,\"efficiency\":null,\"cost\":null,\"cost_from\":null,\"cost_max\":null,"
                "\"currency\":null,\"peak_kw\":null,\"temp_from\":null,\"temp_to\":null,\"odometer_km\":null,\"place\":null,\"note\":\"\","
                "\"flags\":[\"gaps\",\"interrupted\"]}");
}

static void rounds_in_integers(void **state)
{
    (void)state;
    struct zone zone = utc_plus_one();
    static const struct {
        int64_t wh;
        const char *text;
    } cases[] = {{0, "0.0"},     {4, "0.0"},    {5, "0.01"},      {9405, "9.41"},
                 {9395, "9.4"},  {-5, "-0.01"}, {-4, "0.0"},      {1005, "1.01"},
                 {2675, "2.68"}, {1, "0.0"},    {99995, "100.0"}, {123456789, "123456.79"}};

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct diary_charge charge = sample_charge();

        charge.battery_wh = cases[i].wh;
        assert_key(JSON_DIARY_CHARGE, &charge, &zone, "battery_kwh", cases[i].text);
    }
}

static void survives_any_integer(void **state)
{
    (void)state;
    struct zone zone = utc_plus_one();
    static const int64_t edges[] = {INT64_MIN, INT64_MIN + 1, -1, 0, 1, INT64_MAX - 1, INT64_MAX};

    for (size_t i = 0; i < sizeof(edges) / sizeof(edges[0]); i++) {
        int64_t edge = edges[i];
        struct diary_charge charge = {.id = edge,
                                      .from_ms = edge,
                                      .to_ms = edge,
                                      .soc_from = edge,
                                      .soc_to = edge,
                                      .mode = (int)edge,
                                      .battery_wh = edge,
                                      .charger_wh = edge,
                                      .wall_wh = edge,
                                      .cost_m = edge,
                                      .cost_max_m = edge,
                                      .peak_w = edge,
                                      .temp_from_mc = edge,
                                      .temp_to_mc = edge,
                                      .odometer_mm = edge,
                                      .flags = (unsigned)edge};
        struct diary_outing outing = {.id = edge,
                                      .from_ms = edge,
                                      .to_ms = edge,
                                      .distance_mm = edge,
                                      .energy_soc_wh = edge,
                                      .energy_gids_wh = edge,
                                      .day = DIARY_NO_DAY,
                                      .flags = (unsigned)edge};
        json_t *object = json_diary_charge(&charge, &zone);
        char *text = json_dumps(object, JSON_VALUE_FLAGS);

        assert_non_null(text);
        free(text);
        json_decref(object);
        object = json_diary_outing(&outing, &zone);
        assert_int_equal(json_object_size(object), 10);
        json_decref(object);
    }
}

static void a_number_without_a_word_is_null(void **state)
{
    (void)state;
    struct zone zone = utc_plus_one();
    struct diary_charge charge = sample_charge();

    charge.status = (enum diary_status)3;
    charge.how = (enum diary_how) - 1;
    charge.mode = 4;
    assert_key(JSON_DIARY_CHARGE, &charge, &zone, "state", "null");
    assert_key(JSON_DIARY_CHARGE, &charge, &zone, "how", "null");
    assert_key(JSON_DIARY_CHARGE, &charge, &zone, "mode", "null");
}

static void takes_the_wall_for_efficiency_when_it_is_known(void **state)
{
    (void)state;
    struct zone zone = utc_plus_one();
    struct diary_charge charge = sample_charge();

    assert_key(JSON_DIARY_CHARGE, &charge, &zone, "efficiency", "0.855");
    charge.wall_wh = DIARY_NONE;
    assert_key(JSON_DIARY_CHARGE, &charge, &zone, "efficiency", "0.931");
    charge.charger_wh = 0;
    assert_key(JSON_DIARY_CHARGE, &charge, &zone, "efficiency", "null");
    charge.charger_wh = DIARY_NONE;
    assert_key(JSON_DIARY_CHARGE, &charge, &zone, "efficiency", "null");
    charge = sample_charge();
    charge.battery_wh = DIARY_NONE;
    assert_key(JSON_DIARY_CHARGE, &charge, &zone, "efficiency", "null");
    charge.battery_wh = 1000;
    charge.wall_wh = 1200;
    charge.status = DIARY_OPEN;
    assert_key(JSON_DIARY_CHARGE, &charge, &zone, "efficiency", "null");
}

static void writes_the_outing_of_the_contract(void **state)
{
    (void)state;
    struct zone zone = utc_plus_one();
    struct diary_outing outing = {
        .id = 3,
        .from_ms = UTC_MS,
        .to_ms = UTC_MS + 1000,
        .distance_mm = 31000000,
        .energy_soc_wh = 5200,
        .energy_gids_wh = 5100,
        .tags = " work  rain ",
        .flags = DIARY_FLAG_CHARGED_ELSEWHERE,
    };

    assert_true(day_parse("2026-11-22", &outing.day));
    assert_item(JSON_DIARY_OUTING, &outing, &zone,
                "{\"id\":3,\"from\":\"2026-11-22T07:55:01+01:00\",\"to\":\"2026-11-22T07:55:02+01:00\","
                "\"distance_km\":31,\"energy_soc_kwh\":5.2,\"energy_gids_kwh\":5.1,"
                "\"consumption_kwh_100km\":16.8,\"day\":\"2026-11-22\",\"tags\":[\"work\",\"rain\"],"
                "\"flags\":[\"charged_elsewhere\"]}");
    outing.day = DIARY_NO_DAY;
    assert_key(JSON_DIARY_OUTING, &outing, &zone, "day", "null");
}

static void tells_consumption_only_of_what_can_be_measured(void **state)
{
    (void)state;
    struct zone zone = utc_plus_one();
    struct diary_outing outing = {
        .distance_mm = 3000000, .energy_soc_wh = 500, .energy_gids_wh = DIARY_NONE, .day = DIARY_NO_DAY};

    assert_key(JSON_DIARY_OUTING, &outing, &zone, "consumption_kwh_100km", "16.7");
    outing.distance_mm = 2999999;
    assert_key(JSON_DIARY_OUTING, &outing, &zone, "consumption_kwh_100km", "null");
    outing.distance_mm = 3000000;
    outing.energy_soc_wh = 499;
    assert_key(JSON_DIARY_OUTING, &outing, &zone, "consumption_kwh_100km", "null");
    outing.energy_soc_wh = DIARY_NONE;
    assert_key(JSON_DIARY_OUTING, &outing, &zone, "consumption_kwh_100km", "null");
    outing.energy_gids_wh = 600;
    assert_key(JSON_DIARY_OUTING, &outing, &zone, "consumption_kwh_100km", "20.0");
    outing.distance_mm = DIARY_NONE;
    assert_key(JSON_DIARY_OUTING, &outing, &zone, "consumption_kwh_100km", "null");
}

static struct diary_day day_at(const char *text)
{
    struct diary_day day = {.distance_mm = 31000000,
                            .used_wh = 5200,
                            .battery_wh = 6100,
                            .charger_wh = 6500,
                            .wall_wh = DIARY_NONE,
                            .cost_m = 123000,
                            .cost_max_m = DIARY_NONE,
                            .currency = "EUR",
                            .charges = 1,
                            .outings = 2,
                            .rated_mm = 26000000,
                            .rated_wh = 4200,
                            .supplied_wh = 6500};

    assert_true(day_parse(text, &day.day));
    return day;
}

static void writes_the_day_of_the_contract(void **state)
{
    (void)state;
    struct zone zone = utc_plus_one();
    struct diary_day day = day_at("2026-11-22");

    assert_item(
        JSON_DIARY_DAY, &day, &zone,
        "{\"day\":\"2026-11-22\",\"hours\":24,\"distance_km\":31,\"used_kwh\":5.2,\"battery_kwh\":6.1,"
        "\"charger_kwh\":6.5,\"wall_kwh\":null,\"cost\":1.23,\"currency\":\"EUR\",\"charges\":1,"
        "\"outings\":2,\"consumption_kwh_100km\":16.2,\"consumption_kwh\":4.2,\"consumption_km\":26,\"cost_max\":null,"
        "\"supplied_kwh\":6.5}");
    day = day_at("2026-11-01");
    assert_item(
        JSON_DIARY_MONTH, &day, &zone,
        "{\"month\":\"2026-11\",\"hours\":720,\"distance_km\":31,\"used_kwh\":5.2,\"battery_kwh\":6.1,"
        "\"charger_kwh\":6.5,\"wall_kwh\":null,\"cost\":1.23,\"currency\":\"EUR\",\"charges\":1,"
        "\"outings\":2,\"consumption_kwh_100km\":16.2,\"consumption_kwh\":4.2,\"consumption_km\":26,\"cost_max\":null,"
        "\"supplied_kwh\":6.5}");
    assert_key(JSON_DIARY_YEAR, &day, &zone, "year", "\"2026\"");
}

/* As of an outing: less than 3 km or half a kWh says nothing. */
static void an_average_needs_a_way_and_an_energy(void **state)
{
    (void)state;
    struct zone zone = utc_plus_one();
    struct diary_day day = day_at("2026-11-22");

    day.rated_mm = 2999999;
    assert_key(JSON_DIARY_DAY, &day, &zone, "consumption_kwh_100km", "null");
    day.rated_mm = 3000000;
    assert_key(JSON_DIARY_DAY, &day, &zone, "consumption_kwh_100km", "140.0");
    day.rated_wh = 499;
    assert_key(JSON_DIARY_DAY, &day, &zone, "consumption_kwh_100km", "null");
    day.rated_wh = DIARY_NONE;
    assert_key(JSON_DIARY_DAY, &day, &zone, "consumption_kwh_100km", "null");
}

static void days_have_the_hours_of_their_place(void **state)
{
    (void)state;
    static const struct {
        enum json_diary_kind kind;
        const char *zone, *day, *hours;
    } cases[] = {
        {JSON_DIARY_DAY, "Europe/Oslo", "2026-03-29", "23"},
        {JSON_DIARY_DAY, "Europe/Oslo", "2026-10-25", "25"},
        {JSON_DIARY_DAY, "Europe/Oslo", "2026-10-26", "24"},
        {JSON_DIARY_MONTH, "Europe/Oslo", "2026-03-01", "743"},
        {JSON_DIARY_MONTH, "Europe/Oslo", "2026-10-01", "745"},
        {JSON_DIARY_MONTH, "Europe/Oslo", "2026-12-01", "744"},
        {JSON_DIARY_MONTH, "Europe/Oslo", "2024-02-01", "696"},
        {JSON_DIARY_DAY, "Australia/Lord_Howe", "2026-04-05", "24.5"},
        {JSON_DIARY_DAY, "Australia/Lord_Howe", "2026-10-04", "23.5"},
        {JSON_DIARY_MONTH, "Australia/Lord_Howe", "2026-04-01", "720.5"},
        {JSON_DIARY_DAY, "Pacific/Apia", "2011-12-30", "0"},
        {JSON_DIARY_YEAR, "Europe/Oslo", "2026-01-01", "8760"},
        {JSON_DIARY_YEAR, "Pacific/Apia", "2011-01-01", "8736"}, /* a day less */
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct zone zone = load_zone(cases[i].zone);
        struct diary_day day = day_at(cases[i].day);

        assert_key(cases[i].kind, &day, &zone, "hours", cases[i].hours);
    }
}

static void writes_health(void **state)
{
    (void)state;
    struct zone zone = utc_plus_one();
    struct diary_health health = {.serial = 1,
                                  .soh = 8500,
                                  .hx = 4321,
                                  .capacity_mah = 55678,
                                  .full_wh = DIARY_NONE,
                                  .cell_min_mv = 3986,
                                  .cell_max_mv = 4001,
                                  .temperature_mc = 21449,
                                  .count_ac = 1234,
                                  .count_dc = DIARY_NONE,
                                  .odometer_mm = INT64_C(117568000000),
                                  .measured_wh = 19876,
                                  .measured_scatter_wh = DIARY_NONE,
                                  .measured_charges = 2};

    assert_true(day_parse("2026-11-22", &health.day));
    assert_item(JSON_DIARY_BATTERY, &health, &zone,
                "{\"day\":\"2026-11-22\",\"serial\":1,\"soh\":85.0,\"hx\":43.21,\"capacity_ah\":55.68,"
                "\"full_kwh\":null,\"cell_min\":3.986,\"cell_max\":4.001,\"odometer_km\":117568,"
                "\"cell_spread\":0.015,\"temperature\":21.4,\"count_ac\":1234,\"count_dc\":null,"
                "\"measured_kwh\":19.88,\"measured_scatter_kwh\":null,\"measured_charges\":2}");
    health.cell_max_mv = DIARY_NONE;
    assert_key(JSON_DIARY_BATTERY, &health, &zone, "cell_spread", "null");
}

static void writes_the_cells_at_rest(void **state)
{
    (void)state;
    struct zone zone = utc_plus_one();
    struct diary_cells cells = {
        .at_ms = INT64_C(1795330501000), .count = 4, .mv = {3999, DIARY_CELL_MISSING, 4013, 3990}};

    assert_item(JSON_DIARY_CELLS, &cells, &zone,
                "{\"at\":\"2026-11-22T07:55:01+01:00\",\"cells\":[3.999,null,4.013,3.99],\"cell_min\":3.99,"
                "\"cell_max\":4.013,\"cell_spread\":0.023}");
    cells.count = 0;
    assert_key(JSON_DIARY_CELLS, &cells, &zone, "cells", "[]");
    assert_key(JSON_DIARY_CELLS, &cells, &zone, "cell_min", "null");
    assert_key(JSON_DIARY_CELLS, &cells, &zone, "cell_spread", "null");
}

/* A note is as long as its field at most, and may have been cut there. */
static void a_text_that_was_cut_ends_before_the_cut_character(void **state)
{
    (void)state;
    struct zone zone = utc_plus_one();
    struct diary_charge charge = sample_charge();
    struct diary_outing outing = {.tags = "work \xc3\xa6\xc3", .day = DIARY_NO_DAY};

    strcpy(charge.note, "Br\xc3\xb8"
                        "d \xe2\x82");
    assert_key(JSON_DIARY_CHARGE, &charge, &zone, "note",
               "\"Br\xc3\xb8"
               "d \"");
    strcpy(charge.note, "a\"b\n\x01");
    assert_key(JSON_DIARY_CHARGE, &charge, &zone, "note", "\"a\\\"b\\n\\u0001\"");
    assert_key(JSON_DIARY_OUTING, &outing, &zone, "tags", "[\"work\",\"\xc3\xa6\"]");
}

static void names_its_keys(void **state)
{
    (void)state;
    struct zone zone = utc_plus_one();
    struct diary_charge charge = sample_charge();
    json_t *object = json_diary_charge(&charge, &zone);
    const char *key;
    json_t *value;
    size_t i = 0;

    json_object_foreach(object, key, value) assert_string_equal(key, json_diary_key(JSON_DIARY_CHARGE, i++));
    assert_null(json_diary_key(JSON_DIARY_CHARGE, i));
    assert_int_equal(json_diary_size(JSON_DIARY_MONTH), sizeof(struct diary_day));
    json_decref(object);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(writes_the_charge_of_the_contract),
        cmocka_unit_test(writes_null_for_what_is_not_known),
        cmocka_unit_test(rounds_in_integers),
        cmocka_unit_test(survives_any_integer),
        cmocka_unit_test(a_number_without_a_word_is_null),
        cmocka_unit_test(takes_the_wall_for_efficiency_when_it_is_known),
        cmocka_unit_test(writes_the_outing_of_the_contract),
        cmocka_unit_test(tells_consumption_only_of_what_can_be_measured),
        cmocka_unit_test(writes_the_day_of_the_contract),
        cmocka_unit_test(an_average_needs_a_way_and_an_energy),
        cmocka_unit_test(days_have_the_hours_of_their_place),
        cmocka_unit_test(writes_health),
        cmocka_unit_test(writes_the_cells_at_rest),
        cmocka_unit_test(a_text_that_was_cut_ends_before_the_cut_character),
        cmocka_unit_test(names_its_keys),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
