/* The owner's tariffs as JSON: what is taken, what is refused and how the refusal names it. */
#include "export/json_tariffs.h"

#include "util/core/day.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define WHOLE                                                                                                \
    "{\"tariffs\":[{\"valid_from\":\"2026-01-01\",\"currency\":\"EUR\",\"price\":0.302,"                     \
    "\"session_fee\":0.35,\"bands\":[{\"days\":[\"mon\",\"fri\",\"holiday\"],\"from\":\"22:00\","            \
    "\"to\":\"06:00\",\"price\":0.18}]}],\"holidays\":[\"2026-12-25\"]}"

static struct tariffs tariffs; /* large */

static void refuses(const char *text, const char *why)
{
    struct tariffs *before = malloc(sizeof(*before));
    struct err err;

    *before = tariffs;
    assert_int_equal(json_tariffs_read(text, strlen(text), &tariffs, &err), -1);
    assert_string_equal(err.text, why);
    assert_memory_equal(before, &tariffs, sizeof(tariffs));
    free(before);
}

static void takes(const char *text)
{
    struct err err;

    if (json_tariffs_read(text, strlen(text), &tariffs, &err))
        fail_msg("%s: %s", text, err.text);
}

static void what_is_written_is_read_again(void **state)
{
    (void)state;
    takes(WHOLE);
    assert_int_equal(tariffs.count, 1);
    assert_true(tariffs.list[0].price_m == 30200);
    assert_true(tariffs.list[0].session_m == 35000);
    assert_int_equal(tariffs.list[0].bands[0].days, 1 | 1 << 4 | TARIFF_HOLIDAY);
    assert_int_equal(tariffs.list[0].bands[0].from_min, 22 * 60);
    assert_int_equal(tariffs.holidays[0], day_make(2026, 12, 25));
    char *text = json_tariffs(&tariffs);
    assert_string_equal(text, WHOLE);
    free(text);
}

static void what_may_be_missing_is_the_plainest(void **state)
{
    (void)state;
    takes("{\"tariffs\":[{\"valid_from\":\"2026-02-01\",\"currency\":\"NOK\",\"price\":1.5,"
          "\"bands\":[{\"price\":1}]},{\"valid_from\":\"2026-01-01\",\"currency\":\"NOK\",\"price\":2}]}");
    assert_int_equal(tariffs.count, 2);
    assert_true(tariffs.list[0].price_m == 200000); /* in order of time */
    assert_int_equal(tariffs.list[1].bands[0].days, 0xFF);
    assert_int_equal(tariffs.list[1].bands[0].from_min, tariffs.list[1].bands[0].to_min);
    assert_int_equal(tariffs.holiday_count, 0);
    takes("{\"tariffs\":[]}");
    assert_int_equal(tariffs.count, 0);
}

static void rupiahs_and_pesos_are_prices_too(void **state)
{
    (void)state;
    takes("{\"tariffs\":[{\"valid_from\":\"2026-01-01\",\"currency\":\"IDR\",\"price\":1444.7,"
          "\"session_fee\":57590,\"bands\":[{\"price\":99999.99999}]}]}");
    char *text = json_tariffs(&tariffs);
    takes(text);
    free(text);
    assert_true(tariffs.list[0].price_m == 144470000 && tariffs.list[0].session_m == INT64_C(5759000000));
    assert_true(tariffs.list[0].bands[0].price_m == INT64_C(9999999999));
}

static void mistakes_are_named_and_change_nothing(void **state)
{
    (void)state;
    takes(WHOLE);
    refuses("{}", "tariffs: not a list");
    refuses("[]", "not an object");
    refuses("{\"tariffs\":[],\"price\":1}", "price: unknown");
    refuses("{\"tariffs\":[],\"\\u001b[2J\":1}", "an item with a long name: unknown");
    refuses("{\"tariffs\":[1]}", "tariffs[0]: not an object");
    refuses("{\"tariffs\":[{\"valid_from\":\"2026-02-03\",\"currency\":\"EUR\",\"price\":1,\"bands\":[0]}]}",
            "tariffs[0].bands[0]: not an object");
    refuses("{\"tariffs\":[{\"valid_from\":\"2026-02-30\"}]}",
            "tariffs[0].valid_from: not a day like 2026-01-01");
    refuses("{\"tariffs\":[{\"valid_from\":\"2026-02-03\",\"currency\":\"eur\"}]}",
            "tariffs[0].currency: not three letters like EUR");
    refuses("{\"tariffs\":[{\"valid_from\":\"2026-02-03\",\"currency\":\"EUR\",\"price\":-1}]}",
            "tariffs[0].price: not a number from 0 to 100000");
    refuses("{\"tariffs\":[{\"valid_from\":\"2026-02-03\",\"currency\":\"EUR\",\"price\":1,"
            "\"bands\":[{\"price\":1},{\"price\":1,\"from\":\"24:00\",\"to\":\"06:00\"}]}]}",
            "tariffs[0].bands[1].from: not a time like 22:00");
    refuses("{\"tariffs\":[{\"valid_from\":\"2026-02-03\",\"currency\":\"EUR\",\"price\":1,"
            "\"bands\":[{\"price\":1,\"from\":\"22:00\"}]}]}",
            "tariffs[0].bands[0].to: not a time like 22:00");
    refuses("{\"tariffs\":[{\"valid_from\":\"2026-02-03\",\"currency\":\"EUR\",\"price\":1,"
            "\"bands\":[{\"price\":1,\"days\":[\"mon\",\"monday\"]}]}]}",
            "tariffs[0].bands[0].days[1]: none of mon, tue, wed, thu, fri, sat, sun, holiday");
    refuses("{\"tariffs\":[],\"holidays\":[\"2026-12-25\",7]}", "holidays[1]: not a day like 2026-12-25");
    refuses("{\"tariffs\":[{\"valid_from\":\"2026-02-03\",\"currency\":\"EUR\",\"price\":1},"
            "{\"valid_from\":\"2026-02-03\",\"currency\":\"EUR\",\"price\":1}]}",
            "tariffs: two are valid from the same day");
}

static void more_than_there_is_room_for_is_refused(void **state)
{
    char *text = malloc(JSON_TARIFFS_MAX + 2);
    struct err err;

    (void)state;
    memset(text, ' ', JSON_TARIFFS_MAX + 1);
    assert_int_equal(json_tariffs_read(text, JSON_TARIFFS_MAX + 1, &tariffs, &err), -1);
    assert_string_equal(err.text, "longer than 65536 bytes");
    strcpy(text, "{\"tariffs\":[],\"holidays\":[");
    for (int i = 0; i <= TARIFF_HOLIDAY_MAX; i++)
        strcat(text, i ? ",\"2026-12-25\"" : "\"2026-12-25\"");
    strcat(text, "]}");
    refuses(text, "holidays: more than 400");
    free(text);
}

/* The most that a text can grow. */
static void what_was_taken_can_be_kept_and_taken_again(void **state)
{
    char *text = malloc(JSON_TARIFFS_MAX);
    int len = sprintf(text, "{\"tariffs\":[");

    (void)state;
    for (int i = 0; i < TARIFF_LIST_MAX; i++) {
        len += sprintf(text + len,
                       "%s{\"valid_from\":\"20%02d-01-01\",\"currency\":\"EUR\",\"price\":1,\"bands\":[",
                       i ? "," : "", i);
        for (int j = 0; j < TARIFF_BAND_MAX; j++)
            len += sprintf(text + len, "%s{\"price\":1}", j ? "," : "");
        len += sprintf(text + len, "]}");
    }
    strcpy(text + len, "]}");
    assert_in_range(len, 10000, JSON_TARIFFS_MAX / 2);
    takes(text);
    char *written = json_tariffs(&tariffs);
    assert_in_range(strlen(written), len, JSON_TARIFFS_MAX);
    takes(written);
    assert_int_equal(tariffs.list[TARIFF_LIST_MAX - 1].bands[TARIFF_BAND_MAX - 1].days, 0xFF);
    free(written);
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_written_is_read_again),
        cmocka_unit_test(what_may_be_missing_is_the_plainest),
        cmocka_unit_test(rupiahs_and_pesos_are_prices_too),
        cmocka_unit_test(mistakes_are_named_and_change_nothing),
        cmocka_unit_test(more_than_there_is_room_for_is_refused),
        cmocka_unit_test(what_was_taken_can_be_kept_and_taken_again),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
