/* The diary's routes as HTTP clients meet them. */
#include "web_client.h"

static struct reply ask(const struct house *house, const char *rest)
{
    char path[512];

    snprintf(path, sizeof(path), "/api/v1/%s", rest);
    return client_get(house, path, "");
}

static void takes_a_session_for_every_route(void **state)
{
    struct house *house = *state;
    static const char *const routes[] = {"days",       "months",  "charges", "charges/1",
                                         "charges/1x", "outings", "battery", "system"};

    for (size_t i = 0; i < sizeof(routes) / sizeof(routes[0]); i++)
        assert_status(ask(house, routes[i]), 401);
}

static void knows_ids_from_other_paths(void **state)
{
    struct house *house = *state;
    static const char *const paths[] = {"charges/",       "charges/7x", "charges/x",
                                        "charges/07",     "charges/0",  "charges/-1",
                                        "charges/+1",     "charges/1/", "charges/1.",
                                        "charges/%31%20", "outings/1",  "charges/1234567890123456789"};

    client_log_in(house);
    for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++)
        assert_status(ask(house, paths[i]), 404);
    assert_status(client_post(house, "/api/v1/charges/1", "", "{}"), 405);
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
        "days",
        "months",
        "charges",
        "charges/1",
        "outings",
        "battery",
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
    assert_non_null(strstr(reply.body, "\"files\":null,\"bytes_written_today\":null,\"memory_kb\":"));
    assert_non_null(strstr(reply.body, "{\"version\":\"" GARAGED_VERSION "\",\"uptime_s\":"));
    assert_non_null(strstr(reply.body,
                           "\"cars\":{\"leaf\":{\"frames_sent\":0,\"polls\":0,\"wakeups\":0,\"bytes\":0,"
                           "\"counters\":{\"frames_heard\":0,"));
    assert_non_null(strstr(reply.body, "\"queues\":{\"store\":{\"waiting\":0,\"most\":1024,\"dropped\":0}"));
    reply_free(&reply);
}

#define OPENING_TEST(fn) cmocka_unit_test_setup_teardown(fn, house_set_up_opening, house_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        HOUSE_TEST(takes_a_session_for_every_route),      HOUSE_TEST(knows_ids_from_other_paths),
        HOUSE_TEST(says_what_is_wrong_with_a_query),      OPENING_TEST(says_that_the_diary_is_being_opened),
        OPENING_TEST(the_system_answers_without_a_diary),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
