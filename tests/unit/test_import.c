/* What `garagectl import --dry-run` makes of made-up rows of LeafSpy and CARWINGS. */
#include "diary/import/carwings.h"
#include "diary/import/leafspy.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

/* A LeafSpy row without header of `columns` columns, whose epoch, SOC and first cell are given. */
static void write_row(char *text, size_t size, int columns, const char *epoch, const char *soc,
                      const char *cell)
{
    size_t len = 0;

    for (int i = 0; i < columns; i++) {
        const char *field = i == 0     ? "07/28/2017 18:11:25"
                            : i == 6   ? soc
                            : i == 23  ? cell
                            : i == 123 ? "1000"
                            : i == 134 ? epoch
                            : i == 119 ? "na"
                                       : "0";

        len += (size_t)snprintf(text + len, size - len, "%s%s", i > 0 ? "," : "", field);
    }
}

static const char *read_one(char *text, const struct zone *zone, int64_t mm_per_unit, struct leafspy_row *out)
{
    struct leafspy_layout layout;
    struct csv csv;
    struct csv_row row;

    leafspy_layout_init(&layout, mm_per_unit);
    csv_init(&csv, text, strlen(text));
    assert_true(csv_next(&csv, &row));
    return leafspy_read_row(&layout, &row, zone, out);
}

static void a_log_without_header_is_read_in_the_usual_order(void **state)
{
    char text[2048];
    struct leafspy_row row;

    (void)state;
    for (int columns = LEAFSPY_COLUMNS_MIN; columns <= LEAFSPY_COLUMNS_MAX; columns++) {
        write_row(text, sizeof(text), columns, "1501279885", "581902", "-3955");
        assert_null(read_one(text, NULL, 1609344, &row));
        assert_int_equal(row.utc_s, 1501279885);
        assert_int_equal(row.value[LEAFSPY_SOC], 5819);
        assert_int_equal(row.cells_mv[0], 3955);
        assert_int_equal(row.value[LEAFSPY_ODOMETER], 1609344000);
    }
}

static void what_the_car_did_not_say_is_none(void **state)
{
    char text[2048];
    struct leafspy_row row;

    (void)state;
    write_row(text, sizeof(text), 155, "1501279885", "none", "na");
    assert_null(read_one(text, NULL, 1000000, &row));
    assert_true(row.value[LEAFSPY_SOC] == LEAFSPY_NONE);
    assert_int_equal(row.cells_mv[0], 0);
}

/* A car of 0 km would have driven 10,000 when it is read again. */
static void what_was_not_read_yet_is_none(void **state)
{
    char text[2048];
    struct csv_row line;
    struct leafspy_layout layout;
    struct leafspy_row row;
    struct csv csv;

    (void)state;
    leafspy_layout_init(&layout, 1000000);
    write_row(text, sizeof(text), 155, "1501265485", "0", "3900");
    csv_init(&csv, text, strlen(text));
    assert_true(csv_next(&csv, &line));
    line.fields[123] = (struct csv_field){"0", 1};
    line.fields[131] = (struct csv_field){"0.0", 3};
    assert_null(leafspy_read_row(&layout, &line, NULL, &row));
    assert_int_equal(row.value[LEAFSPY_SOC], LEAFSPY_NONE);
    assert_int_equal(row.value[LEAFSPY_ODOMETER], LEAFSPY_NONE);
    assert_int_equal(row.value[LEAFSPY_SOH], LEAFSPY_NONE);
}

static void a_log_without_epoch_needs_the_zone(void **state)
{
    char text[2048];
    struct leafspy_row row;
    struct zone zone;

    (void)state;
    zone_set_utc(&zone);
    write_row(text, sizeof(text), 155, "na", "581902", "3955");
    assert_non_null(strstr(read_one(text, NULL, 1000000, &row), "--zone"));
    assert_null(read_one(text, &zone, 1000000, &row));
    assert_int_equal(row.utc_s, 1501265485);
}

/* A line that lost its last fields may still have as many as an older version of the app wrote. */
static void a_row_shorter_than_the_first_of_its_log_is_torn(void **state)
{
    char text[4096];
    struct leafspy_layout layout;
    struct leafspy_row out;
    struct csv_row row;
    struct csv csv;

    (void)state;
    write_row(text, sizeof(text), 155, "1501279885", "581902", "3955");
    strcat(text, "\n");
    write_row(text + strlen(text), 2048, 153, "1501279891", "581902", "3955");
    leafspy_layout_init(&layout, 1000000);
    csv_init(&csv, text, strlen(text));
    assert_true(csv_next(&csv, &row));
    assert_null(leafspy_read_row(&layout, &row, NULL, &out));
    assert_true(csv_next(&csv, &row));
    assert_string_equal(leafspy_read_row(&layout, &row, NULL, &out), "torn: columns are missing");
}

static void the_hour_that_clocks_show_twice_goes_on_and_does_not_go_back(void **state)
{
    static const char *const shown[] = {"10/29/2017 02:10:00", "10/29/2017 02:50:00", "10/29/2017 02:10:00"};
    const int64_t end_s = 1509238800; /* 2017-10-29 03:00 in Oslo, and 02:00 again */
    const struct zone zone = {"Europe/Oslo", {{INT64_MIN, 7200}, {end_s * 1000000000, 3600}}, 2};
    const int64_t utc_s[] = {end_s - 3000, end_s - 600, end_s + 600};
    struct leafspy_layout layout;

    (void)state;
    leafspy_layout_init(&layout, 1000000);
    for (int i = 0; i < 3; i++) {
        char text[2048];
        struct leafspy_row out;
        struct csv_row row;
        struct csv csv;

        write_row(text, sizeof(text), 155, "na", "581902", "3955");
        memcpy(text, shown[i], strlen(shown[i]));
        csv_init(&csv, text, strlen(text));
        assert_true(csv_next(&csv, &row));
        assert_null(leafspy_read_row(&layout, &row, &zone, &out));
        assert_int_equal(out.utc_s, utc_s[i]);
    }
}

/* Two LEAFs, one phone; not each row tells whose it is. */
static void another_car_s_rows_are_rejected(void **state)
{
    static const char *const vins[] = {"na", "1N4AZ0CP0FC000001", "1N4", "1N4AZ0CP0FC000002",
                                       "1N4AZ0CP0FC000001"};
    static const char *const reasons[] = {NULL, NULL, NULL, "another car's VIN", NULL};
    struct leafspy_layout layout;
    struct leafspy_row row;
    struct csv_row line;
    char text[2048];
    struct csv csv;

    (void)state;
    leafspy_layout_init(&layout, 1000000);
    for (int i = 0; i < 5; i++) {
        write_row(text, sizeof(text), 155, "1501265485", "800000", "3900");
        csv_init(&csv, text, strlen(text));
        assert_true(csv_next(&csv, &line));
        line.fields[120] = (struct csv_field){vins[i], strlen(vins[i])};
        const char *reason = leafspy_read_row(&layout, &line, NULL, &row);
        assert_string_equal(reason ? reason : "", reasons[i] ? reasons[i] : "");
    }
}

static void torn_and_joined_lines_are_rejected(void **state)
{
    char text[2048];
    struct leafspy_row row;

    (void)state;
    write_row(text, sizeof(text), 151, "1501279885", "581902", "3955");
    assert_string_equal(read_one(text, NULL, 1000000, &row), "torn: columns are missing");
    write_row(text, sizeof(text), 161, "1501279885", "581902", "3955");
    assert_string_equal(read_one(text, NULL, 1000000, &row), "torn: too many columns, two lines in one");
    write_row(text, sizeof(text), 155, "1501279885", "9581902", "3955");
    assert_string_equal(read_one(text, NULL, 1000000, &row), "the SOC is no percentage");
}

static void a_quote_that_never_closes_costs_its_line_only(void **state)
{
    char text[] = "\xEF\xBB\xBF"
                  "a,\"b\"\"c\"\r\n\r\n\"open,1\nlast,2";
    struct csv csv;
    struct csv_row row;

    (void)state;
    csv_init(&csv, text, sizeof(text) - 1);
    assert_true(csv_next(&csv, &row));
    assert_true(!row.reason && csv_is(row.fields[0], "a") && csv_is(row.fields[1], "b\"c"));
    assert_true(csv_next(&csv, &row));
    assert_string_equal(row.reason, "a quote is not closed");
    assert_int_equal(row.line, 3);
    assert_true(csv_next(&csv, &row));
    assert_true(!row.reason && row.line == 4 && row.count == 2 && csv_is(row.fields[1], "2"));
    assert_false(csv_next(&csv, &row));
}

static void a_quote_at_the_very_end_is_not_closed(void **state)
{
    static const struct {
        const char *text;
        bool is_good;
    } texts[] = {{"\"", false}, {"a,\"", false}, {"\"\"", true}, {"\"a\"\"", false}, {"\"a\"\"\"", true}};

    (void)state;
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        char text[16];
        struct csv_row row;
        struct csv csv;

        strcpy(text, texts[i].text);
        csv_init(&csv, text, strlen(text));
        assert_true(csv_next(&csv, &row));
        assert_int_equal(row.reason == NULL, texts[i].is_good);
        assert_false(csv_next(&csv, &row));
    }
}

static void a_carwings_trip_comes_in_watt_hours_and_millimetres(void **state)
{
    char text[] = "Date,Trip ID,kWh Total,kWh Used,kWh Regenerated,Miles,Miles/kWh,CO2\n"
                  "2014-03-02,2,1.25,1.5,0.25,10,8,0\n2014-03-02,3,1\n9999-03-02,4,1,1,0,1,1,0\n";
    struct carwings_layout layout;
    struct carwings_row trip;
    struct csv csv;
    struct csv_row row;

    (void)state;
    csv_init(&csv, text, sizeof(text) - 1);
    assert_true(csv_next(&csv, &row));
    assert_null(carwings_read_header(&layout, &row));
    assert_true(csv_next(&csv, &row));
    assert_null(carwings_read_row(&layout, &row, &trip));
    assert_int_equal(trip.local_s, 1393718400);
    assert_int_equal(trip.regenerated_wh, 250);
    assert_int_equal(trip.distance_mm, 16093440);
    assert_true(csv_next(&csv, &row));
    assert_non_null(carwings_read_row(&layout, &row, &trip));
    assert_true(csv_next(&csv, &row));
    assert_string_equal(carwings_read_row(&layout, &row, &trip), "the date is not of this century");
}

static void an_unknown_carwings_header_is_refused(void **state)
{
    char text[] = "Date,Trip ID,Miles,Mood\n";
    struct carwings_layout layout;
    struct csv csv;
    struct csv_row row;

    (void)state;
    csv_init(&csv, text, sizeof(text) - 1);
    assert_true(csv_next(&csv, &row));
    assert_string_equal(carwings_read_header(&layout, &row), "unknown column");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_log_without_header_is_read_in_the_usual_order),
        cmocka_unit_test(what_the_car_did_not_say_is_none),
        cmocka_unit_test(what_was_not_read_yet_is_none),
        cmocka_unit_test(a_log_without_epoch_needs_the_zone),
        cmocka_unit_test(a_row_shorter_than_the_first_of_its_log_is_torn),
        cmocka_unit_test(the_hour_that_clocks_show_twice_goes_on_and_does_not_go_back),
        cmocka_unit_test(another_car_s_rows_are_rejected),
        cmocka_unit_test(torn_and_joined_lines_are_rejected),
        cmocka_unit_test(a_quote_that_never_closes_costs_its_line_only),
        cmocka_unit_test(a_quote_at_the_very_end_is_not_closed),
        cmocka_unit_test(a_carwings_trip_comes_in_watt_hours_and_millimetres),
        cmocka_unit_test(an_unknown_carwings_header_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
