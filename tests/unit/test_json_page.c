/* export/json_page, json_csv, json_curve: pages of items as JSON and CSV, and a charge with its curve. */
#include "car/reading.h"
#include "export/json_csv.h"
#include "export/json_curve.h"
#include "export/json_page.h"
#include "util/core/day.h"
#include "util/core/time.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#define UTC_S INT64_C(1795330501) /* 2026-11-22T07:55:01 at +01:00 */

#define UNATTRIBUTED                                                                                         \
    "\"unattributed\":{\"distance_km\":12,\"used_kwh\":null,\"battery_kwh\":3.5,\"charger_kwh\":null,"       \
    "\"wall_kwh\":null,\"cost\":21.0,\"currency\":\"NOK\",\"charges\":1,\"outings\":2,"                      \
    "\"consumption_kwh_100km\":null,\"consumption_kwh\":null,\"consumption_km\":null,\"cost_max\":null,\"supplied_kwh\":3.5}}"

static struct zone place(void)
{
    struct zone zone;

    zone_set_utc(&zone);
    strcpy(zone.name, "Europe/Oslo");
    zone.spans[0].offset_s = 3600;
    return zone;
}

static int32_t day_number(const char *text)
{
    int32_t day = 0;

    assert_true(day_parse(text, &day));
    return day;
}

static void assert_text(char *text, const char *expected)
{
    assert_non_null(text);
    assert_string_equal(text, expected);
    free(text);
}

static void writes_a_page_of_days(void **state)
{
    (void)state;
    struct zone zone = place();
    struct diary_day days[] = {{.day = day_number("2026-11-22"),
                                .distance_mm = 31000000,
                                .used_wh = 5200,
                                .battery_wh = DIARY_NONE,
                                .charger_wh = DIARY_NONE,
                                .wall_wh = DIARY_NONE,
                                .cost_m = DIARY_NONE,
                                .cost_max_m = DIARY_NONE,
                                .outings = 2,
                                .rated_mm = 31000000,
                                .rated_wh = 5200,
                                .supplied_wh = DIARY_NONE}};
    struct json_page page = {.kind = JSON_DIARY_DAY,
                             .car = "leaf",
                             .zone = &zone,
                             .items = days,
                             .count = 1,
                             .next = day_number("2026-11-22"),
                             .unattributed = {.distance_mm = 12000000,
                                              .used_wh = DIARY_NONE,
                                              .battery_wh = 3500,
                                              .charger_wh = DIARY_NONE,
                                              .wall_wh = DIARY_NONE,
                                              .cost_m = 2100000,
                                              .cost_max_m = DIARY_NONE,
                                              .currency = "NOK",
                                              .charges = 1,
                                              .outings = 2,
                                              .rated_mm = DIARY_NONE,
                                              .rated_wh = DIARY_NONE,
                                              .supplied_wh = 3500}};

    assert_text(json_page_text(&page),
                "{\"car\":\"leaf\",\"zone\":\"Europe/Oslo\",\"items\":[{\"day\":\"2026-11-22\",\"hours\":24,"
                "\"distance_km\":31,\"used_kwh\":5.2,\"battery_kwh\":null,\"charger_kwh\":null,"
                "\"wall_kwh\":null,\"cost\":null,\"currency\":null,\"charges\":0,\"outings\":2,"
                "\"consumption_kwh_100km\":16.8,\"consumption_kwh\":5.2,\"consumption_km\":31,\"cost_max\":null,"
                "\"supplied_kwh\":null}],\"next\":\"2026-11-22\"," UNATTRIBUTED);
    page.kind = JSON_DIARY_MONTH;
    page.count = 0;
    assert_text(json_page_text(&page), "{\"car\":\"leaf\",\"zone\":\"Europe/Oslo\",\"items\":[],\"next\":"
                                       "\"2026-11\"," UNATTRIBUTED);
    page.kind = JSON_DIARY_YEAR;
    assert_text(json_page_text(&page), "{\"car\":\"leaf\",\"zone\":\"Europe/Oslo\",\"items\":[],\"next\":"
                                       "\"2026\"," UNATTRIBUTED);
}

/* A list of any length is written page by page and reads as if it were one. */
static void pages_join_to_one_list(void **state)
{
    (void)state;
    struct zone zone = place();
    struct diary_reading readings[] = {
        {.utc_ms = UTC_S * 1000 + 7, .steps = -205, .per_unit = 100, .signal = "pack_power", .unit = "kW"},
        {.utc_ms = UTC_S * 1000 + 7, .steps = DIARY_NONE, .per_unit = 1, .quality = QUALITY_DISPUTED, .signal = "gids"}};
    struct json_page first = {.kind = JSON_DIARY_READING, .car = "leaf", .zone = &zone, .items = readings,
                              .count = 1, .goes_on = true};
    struct json_page last = first;

    last.items = readings + 1;
    last.before = 1;
    last.goes_on = false;
    assert_text(json_page_text(&first),
                "{\"car\":\"leaf\",\"zone\":\"Europe/Oslo\",\"items\":[{\"time\":\"2026-11-22T07:55:01.007+01:00\","
                "\"signal\":\"pack_power\",\"value\":-2.05,\"unit\":\"kW\",\"quality\":\"ok\"}");
    assert_text(json_page_text(&last), ",{\"time\":\"2026-11-22T07:55:01.007+01:00\",\"signal\":\"gids\","
                                       "\"value\":null,\"unit\":\"\",\"quality\":\"disputed\"}],\"next\":null}");
    assert_text(json_page_csv(&first), "time,signal,value,unit,quality\r\n"
                                       "2026-11-22T07:55:01.007+01:00,pack_power,-2.05,kW,ok\r\n");
    assert_text(json_page_csv(&last), "2026-11-22T07:55:01.007+01:00,gids,,,disputed\r\n");
    last.count = 0;
    assert_text(json_page_text(&last), "],\"next\":null}");
}

static void shows_the_open_charge_as_it_stands(void **state)
{
    (void)state;
    struct zone zone = place();
    struct diary_outing outings[] = {{.id = 9, .day = DIARY_NO_DAY}};
    struct diary_charge charges[] = {{.id = 9, .battery_wh = 10}, {.id = 8, .battery_wh = 20}};
    struct diary_charge open = {.id = 9, .battery_wh = 4560};
    struct json_page page = {.kind = JSON_DIARY_CHARGE,
                             .car = "leaf",
                             .zone = &zone,
                             .items = charges,
                             .count = 2,
                             .open = &open,
                             .next = 8};
    char *text = json_page_text(&page);

    assert_non_null(strstr(text, "\"battery_kwh\":4.56"));
    assert_non_null(strstr(text, "\"battery_kwh\":0.02"));
    assert_null(strstr(text, "\"battery_kwh\":0.01"));
    assert_non_null(strstr(text, "],\"next\":8}"));
    free(text);
    page.kind = JSON_DIARY_OUTING;
    page.items = outings;
    page.count = 1;
    text = json_page_text(&page);
    assert_non_null(strstr(text, "\"distance_km\":0,"));
    free(text);
}

static void writes_csv(void **state)
{
    (void)state;
    struct zone zone = place();
    struct diary_outing outings[] = {
        {.id = 3,
         .from_ms = UTC_S * 1000,
         .to_ms = UTC_S * 1000,
         .distance_mm = 31000000,
         .energy_soc_wh = 5200,
         .energy_gids_wh = DIARY_NONE,
         .day = DIARY_NO_DAY,
         .tags = "work rain",
         .flags = DIARY_FLAG_GAPS | DIARY_FLAG_ESTIMATED},
    };
    struct json_page page = {
        .kind = JSON_DIARY_OUTING, .car = "leaf", .zone = &zone, .items = outings, .count = 1};

    assert_text(
        json_page_csv(&page),
        "id,from,to,distance_km,energy_soc_kwh,energy_gids_kwh,consumption_kwh_100km,day,tags,flags\r\n"
        "3,2026-11-22T07:55:01+01:00,2026-11-22T07:55:01+01:00,31,5.2,,16.8,,work rain,"
        "gaps estimated\r\n");
    page.count = 0;
    page.kind = JSON_DIARY_BATTERY;
    assert_text(json_page_csv(&page),
                "day,serial,soh,hx,capacity_ah,full_kwh,cell_min,cell_max,odometer_km,cell_spread,"
                "temperature,count_ac,count_dc,measured_kwh,measured_scatter_kwh,measured_charges\r\n");
}

static void assert_cell(const char *text, const char *expected)
{
    char *cell = NULL;
    size_t len = 0;
    FILE *out = open_memstream(&cell, &len);

    json_csv_text(out, text);
    fclose(out);
    assert_string_equal(cell, expected);
    free(cell);
}

static void guards_cells_against_spreadsheets(void **state)
{
    (void)state;

    assert_cell("plain", "plain");
    assert_cell("", "");
    assert_cell("a,b", "\"a,b\"");
    assert_cell("say \"hi\"", "\"say \"\"hi\"\"\"");
    assert_cell("two\r\nlines", "\"two\r\nlines\"");
    assert_cell("=1+1", "'=1+1");
    assert_cell("@SUM(A1)", "'@SUM(A1)");
    assert_cell("+1+1", "'+1+1");
    assert_cell("-cmd|' /C calc'!A0", "'-cmd|' /C calc'!A0");
    assert_cell("=HYPERLINK(\"x\",\"y\")", "\"'=HYPERLINK(\"\"x\"\",\"\"y\"\")\"");
    assert_cell("-", "'-");
    assert_cell("-.5", "-.5");
    assert_cell("-5", "-5");
    assert_cell("+5.25", "+5.25");
    assert_cell("-5.", "'-5.");
    assert_cell("--5", "'--5");
    assert_cell("+0x10", "'+0x10");
    assert_cell("-inf", "'-inf");
    assert_cell("5-3", "5-3");
}

static void guards_every_text_of_a_charge(void **state)
{
    (void)state;
    struct zone zone = place();
    struct diary_charge charge = {.id = 1,
                                  .from_ms = UTC_S * 1000,
                                  .to_ms = UTC_S * 1000,
                                  .mode = -1,
                                  .battery_wh = -10,
                                  .wall_wh = DIARY_NONE,
                                  .charger_wh = DIARY_NONE,
                                  .place = "@home",
                                  .note = "=1+1"};
    struct json_page page = {
        .kind = JSON_DIARY_CHARGE, .car = "leaf", .zone = &zone, .items = &charge, .count = 1};
    struct diary_outing outing = {.id = 1, .day = DIARY_NO_DAY, .tags = "=1+1 rain"};
    char *text = json_page_csv(&page);

    assert_non_null(strstr(text, ",'@home,'=1+1,\r\n"));
    assert_non_null(strstr(text, ",-0.01,"));
    free(text);
    page.kind = JSON_DIARY_OUTING;
    page.items = &outing;
    text = json_page_csv(&page);
    assert_non_null(strstr(text, ",'=1+1 rain,\r\n"));
    free(text);
}

static void add_point(struct json_curve *curve, int64_t second, double value)
{
    curve->points[curve->count++] = (struct store_point){(UTC_S + second) * NS_PER_S, value, value, value, value};
}

/* What stands behind "curve". */
static void assert_curve(const struct diary_charge *charge, const struct json_curve *soc,
                         const struct json_curve *kw, const char *expected)
{
    struct zone zone = place();
    char *text = json_curve_text(charge, soc, kw, &zone);
    const char *curve = strstr(text, "\"curve\":");

    assert_non_null(curve);
    assert_string_equal(curve + strlen("\"curve\":"), expected);
    free(text);
}

static void merges_the_curve_by_time(void **state)
{
    (void)state;
    struct json_curve soc = {0}, kw = {0};
    struct diary_charge charge = {.id = 7, .soc_from = 4100};

    assert_curve(&charge, &soc, &kw, "[]}");
    add_point(&kw, 1, 3.3349);
    add_point(&soc, 2, 41.5);
    add_point(&kw, 2, 3.4);
    add_point(&soc, 4, 42.04);
    assert_curve(&charge, &soc, &kw,
                 "[[\"2026-11-22T07:55:02+01:00\",41.0,3.33],[\"2026-11-22T07:55:03+01:00\",41.5,3.4],"
                 "[\"2026-11-22T07:55:05+01:00\",42.0,3.4]]}");
    charge.soc_from = DIARY_NONE;
    soc.count = 0;
    kw.count = 1;
    assert_curve(&charge, &soc, &kw, "[[\"2026-11-22T07:55:02+01:00\",null,3.33]]}");
}

/* Of the minute in which it began: nothing, then 3.4 kW, which is told again only when it changes. */
static void the_power_between_two_points_is_the_last_one(void **state)
{
    (void)state;
    struct json_curve soc = {0}, kw = {0};
    struct diary_charge charge = {.id = 7, .soc_from = 4100};

    kw.points[kw.count++] = (struct store_point){UTC_S * NS_PER_S, 1.7, 0, 3.4, 3.4};
    add_point(&soc, 0, 41);
    add_point(&soc, 60, 42);
    assert_curve(&charge, &soc, &kw,
                 "[[\"2026-11-22T07:55:01+01:00\",41.0,1.7],[\"2026-11-22T07:56:01+01:00\",42.0,3.4]]}");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(writes_a_page_of_days),
        cmocka_unit_test(pages_join_to_one_list),
        cmocka_unit_test(shows_the_open_charge_as_it_stands),
        cmocka_unit_test(writes_csv),
        cmocka_unit_test(guards_cells_against_spreadsheets),
        cmocka_unit_test(guards_every_text_of_a_charge),
        cmocka_unit_test(merges_the_curve_by_time),
        cmocka_unit_test(the_power_between_two_points_is_the_last_one),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
