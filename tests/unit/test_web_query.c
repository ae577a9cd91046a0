/* export/web_query, web_ask: from a request's query to a question, strictly. */
#include "export/web_ask.h"
#include "export/web_query.h"
#include "util/calendar.h"
#include "util/core/day.h"
#include "view_sample.h"

static void finds_values(void **state)
{
    (void)state;
    char value[8];

    assert_int_equal(web_query_text("car=leaf&wait=30", "wait", value, sizeof(value)), WEB_QUERY_THERE);
    assert_string_equal(value, "30");
    assert_int_equal(web_query_text("wait=&car=x", "wait", value, sizeof(value)), WEB_QUERY_THERE);
    assert_string_equal(value, "");
    assert_int_equal(web_query_text("a=1&a=2", "a", value, sizeof(value)), WEB_QUERY_THERE);
    assert_string_equal(value, "1");
    assert_int_equal(web_query_text("await=30", "wait", value, sizeof(value)), WEB_QUERY_ABSENT);
    assert_int_equal(web_query_text("wait", "wait", value, sizeof(value)), WEB_QUERY_ABSENT);
    assert_int_equal(web_query_text("", "wait", value, sizeof(value)), WEB_QUERY_ABSENT);
    assert_int_equal(web_query_text("&&&", "wait", value, sizeof(value)), WEB_QUERY_ABSENT);
    assert_int_equal(web_query_text("wait=12345678", "wait", value, sizeof(value)), WEB_QUERY_TOO_LONG);
    assert_string_equal(value, "");
}

static void reads_numbers(void **state)
{
    (void)state;
    static const char *const bad[] = {"n=",
                                      "n=x",
                                      "n=-1",
                                      "n=+1",
                                      "n= 1",
                                      "n=1 ",
                                      "n=0x1",
                                      "n=1.",
                                      "n=1e",
                                      "n=0",
                                      "n=1001",
                                      "n=1000000000000000000",
                                      "n=99999999999999999999999999999999999999999"
                                      "999999999999999999999999999999999999999999"};
    int64_t number = 7;

    assert_true(web_query_number("", "n", 1, 1000, &number));
    assert_int_equal(number, 7);
    assert_true(web_query_number("n=1000", "n", 1, 1000, &number));
    assert_int_equal(number, 1000);
    assert_true(web_query_number("n=0001", "n", 1, 1000, &number));
    assert_int_equal(number, 1);
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        if (web_query_number(bad[i], "n", 1, 1000, &number))
            fail_msg("%s", bad[i]);
}

static void reads_days_months_and_times(void **state)
{
    (void)state;
    int32_t day = 5;
    int64_t utc_ns = 5;

    assert_true(web_query_day("", "d", &day) && web_query_month("", "d", &day) &&
                web_query_time("", "d", &utc_ns));
    assert_int_equal(day, 5);
    assert_int_equal(utc_ns, 5);
    assert_true(web_query_day("d=1970-01-03", "d", &day));
    assert_int_equal(day, 2);
    assert_true(web_query_month("d=1970-02", "d", &day));
    assert_int_equal(day, 31);
    assert_true(web_query_time("d=1970-01-01T01:00:01+01:00", "d", &utc_ns));
    assert_int_equal(utc_ns, NS_PER_S);
    assert_true(web_query_time("d=1970-01-01T01:00:02 01:00", "d", &utc_ns));
    assert_int_equal(utc_ns, 2 * NS_PER_S);
    assert_false(web_query_time("d=1970-01-01 01:00:02Z", "d", &utc_ns));
    assert_false(web_query_day("d=2026-02-29", "d", &day));
    assert_false(web_query_day("d=2026-2-9", "d", &day));
    assert_false(web_query_day("d=2026-11-22T00:00:00Z", "d", &day));
    assert_false(web_query_day("d=", "d", &day));
    assert_false(web_query_month("d=2026-11-22", "d", &day));
    assert_false(web_query_month("d=2026-13", "d", &day));
    assert_false(web_query_month("d=", "d", &day));
    assert_false(web_query_time("d=2026-11-22", "d", &utc_ns));
}

static void finds_the_car(void **state)
{
    (void)state;
    struct sample one, two;

    sample_new(&one, 1);
    sample_new(&two, 2);
    assert_ptr_equal(web_query_car("", &one.view), &one.cars[0]);
    assert_ptr_equal(web_query_car("car=van", &two.view), &two.cars[1]);
    assert_null(web_query_car("", &two.view));
    assert_null(web_query_car("car=", &one.view));
    assert_null(web_query_car("car=nobody", &one.view));
    assert_null(
        web_query_car("car=leafleafleafleafleafleafleafleafleafleafleafleafleafleafleafleafleaf", &one.view));
    sample_free(&one);
    sample_free(&two);
}

struct asking {
    struct sample sample;
    struct zone zone;
    struct web_ask ask;
};

static int set_up(void **state)
{
    struct asking *asking = calloc(1, sizeof(*asking));
    struct err err;

    sample_new(&asking->sample, 1);
    assert_int_equal(calendar_load(&asking->zone, "Europe/Oslo", &err), 0);
    *state = asking;
    return 0;
}

static int tear_down(void **state)
{
    struct asking *asking = *state;

    sample_free(&asking->sample);
    free(asking);
    return 0;
}

static const char *ask(struct asking *asking, const char *list, const char *query)
{
    char path[64];

    snprintf(path, sizeof(path), "/api/v1/%s", list);
    assert_non_null(web_ask_list(path));
    return web_ask_read(&asking->ask, web_ask_list(path), query, &asking->sample.view, &asking->zone);
}

static void asks_for_everything_by_default(void **state)
{
    struct asking *asking = *state;
    const struct store_question *question = &asking->ask.question;

    assert_null(ask(asking, "charges", ""));
    assert_int_equal(question->subject, STORE_ASK_CHARGES);
    assert_string_equal(question->car, "leaf");
    assert_int_equal(question->limit, 100);
    assert_int_equal(question->before, 0);
    assert_true(question->from_day == INT32_MIN && question->to_day == INT32_MAX);
    assert_true(question->from_ms == INT64_MIN && question->to_ms == INT64_MAX);
    assert_false(asking->ask.as_csv);
}

static void asks_for_local_days(void **state)
{
    struct asking *asking = *state;
    const struct store_question *question = &asking->ask.question;

    assert_null(ask(asking, "days", "from=2026-03-29&to=2026-03-29&limit=1&format=csv"));
    assert_int_equal(question->subject, STORE_ASK_DAYS);
    assert_int_equal(question->to_day, question->from_day);
    assert_int_equal(question->to_ms - question->from_ms, 23 * 3600 * 1000); /* clocks go forward */
    assert_int_equal(question->from_ms, INT64_C(1774738800000));
    assert_int_equal(question->limit, 1);
    assert_true(asking->ask.as_csv);
    assert_null(ask(asking, "days", "from=2026-03-29"));
    assert_true(question->to_day == INT32_MAX && question->to_ms == INT64_MAX);
    assert_null(ask(asking, "days", "from=0000-01-01&to=9999-12-31&limit=1000"));
    assert_true(question->from_ms < question->to_ms);
}

static const char *ask_totals(struct asking *asking, const char *query)
{
    return web_ask_totals(&asking->ask, query, &asking->sample.view, &asking->zone);
}

static void asks_for_sums_since_a_charge_or_a_day(void **state)
{
    struct asking *asking = *state;
    const struct store_question *question = &asking->ask.question;

    assert_null(ask_totals(asking, ""));
    assert_int_equal(question->subject, STORE_ASK_SUMS);
    assert_true(question->from_ms == INT64_MIN && question->to_ms == INT64_MAX && !question->since_charge);
    assert_null(ask_totals(asking, "since=charge"));
    assert_true(question->since_charge && question->to_ms == INT64_MAX);
    assert_null(ask_totals(asking, "since=2026-03-29"));
    assert_true(question->from_ms == INT64_C(1774738800000) && !question->since_charge);
    assert_null(ask_totals(asking, "from=2026-03-29&to=2026-03-29"));
    assert_int_equal(question->to_ms - question->from_ms, 23 * 3600 * 1000);
    assert_non_null(ask_totals(asking, "car=&since=charge"));
    assert_non_null(ask_totals(asking, "since="));
    assert_non_null(ask_totals(asking, "since=charges"));
    assert_non_null(ask_totals(asking, "since=charge&to=2026-02-30"));
    assert_non_null(ask_totals(asking, "since=2026-03-30&to=2026-03-29"));
}

static void goes_on_before_an_id_a_day_a_month_or_a_year(void **state)
{
    struct asking *asking = *state;
    int32_t day = 0, month = 0, year = 0;

    day_parse("2026-01-01", &year);
    assert_null(ask(asking, "years", "before=2026"));
    assert_int_equal(asking->ask.question.before, year);

    day_parse("2026-11-22", &day);
    day_parse("2026-11-01", &month);
    assert_null(ask(asking, "outings", "before=41"));
    assert_int_equal(asking->ask.question.before, 41);
    assert_null(ask(asking, "battery", "before=2026-11-22"));
    assert_int_equal(asking->ask.question.before, day);
    assert_null(ask(asking, "days", "before=2026-11-22"));
    assert_int_equal(asking->ask.question.before, day);
    assert_null(ask(asking, "months", "before=2026-11"));
    assert_int_equal(asking->ask.question.before, month);
}

static void refuses_what_it_does_not_understand(void **state)
{
    struct asking *asking = *state;
    static const char *const cases[][3] = {
        {"charges", "car=of_more_than_sixteen", "car"},
        {"charges", "car=", "car"},
        {"charges", "from=yesterday", "from"},
        {"charges", "from=2026-11-31", "from"},
        {"charges", "to=2026-11", "from"},
        {"charges", "to=", "from"},
        {"charges", "from=2026-11-22&to=2026-11-21", "from"},
        {"charges", "limit=0", "limit"},
        {"charges", "limit=1001", "limit"},
        {"charges", "limit=-1", "limit"},
        {"charges", "limit=ten", "limit"},
        {"charges", "limit=", "limit"},
        {"charges", "before=0", "before"},
        {"charges", "before=2026-11-22", "before"},
        {"days", "before=41", "before"},
        {"days", "before=2026-11", "before"},
        {"days", "before=1970-01-01", "before"},
        {"months", "before=2026-11-22", "before"},
        {"years", "before=26", "before"},
        {"years", "before=2026-11", "before"},
        {"charges", "format=xml", "format"},
        {"charges", "format=", "format"},
        {"charges", "format=csvcsvcsv", "format"},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const char *mistake = ask(asking, cases[i][0], cases[i][1]);

        if (mistake == NULL || strncmp(mistake, cases[i][2], strlen(cases[i][2])) != 0)
            fail_msg("%s?%s: %s", cases[i][0], cases[i][1], mistake ? mistake : "accepted");
    }
    asking->sample.view.car_count = 2;
    assert_non_null(ask(asking, "charges", "")); /* of which car? */
    asking->sample.view.car_count = 1;
}

static void asks_for_one_charge(void **state)
{
    struct asking *asking = *state;

    assert_null(web_ask_charge(&asking->ask, "/api/v1/charges/41", "", &asking->sample.view));
    assert_int_equal(asking->ask.question.subject, STORE_ASK_CHARGE);
    assert_int_equal(asking->ask.question.id, 41);
    assert_non_null(web_ask_charge(&asking->ask, "/api/v1/charges/41", "car=", &asking->sample.view));
}

static void a_car_that_is_not_configured_is_the_diarys(void **state)
{
    struct asking *asking = *state;
    struct store_answer answer = {.is_known = true};

    assert_null(ask(asking, "charges", "car=sold"));
    assert_null(asking->ask.car);
    assert_string_equal(asking->ask.question.car, "sold");
    assert_null(web_ask_judge(&asking->ask, &answer));
    answer.is_known = false;
    assert_non_null(web_ask_judge(&asking->ask, &answer));
    assert_null(ask(asking, "charges", "car=leaf"));
    assert_null(web_ask_judge(&asking->ask, &answer));
}

#define ASK_TEST(fn) cmocka_unit_test_setup_teardown(fn, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_values),
        cmocka_unit_test(reads_numbers),
        cmocka_unit_test(reads_days_months_and_times),
        cmocka_unit_test(finds_the_car),
        ASK_TEST(asks_for_everything_by_default),
        ASK_TEST(asks_for_local_days),
        ASK_TEST(asks_for_sums_since_a_charge_or_a_day),
        ASK_TEST(goes_on_before_an_id_a_day_a_month_or_a_year),
        ASK_TEST(refuses_what_it_does_not_understand),
        ASK_TEST(asks_for_one_charge),
        ASK_TEST(a_car_that_is_not_configured_is_the_diarys),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
