/* GET log and diagnostics, POST backup: what an admin may see and have done, and what is not in it. */
#include "web_client.h"

#include "util/logbook.h"

#define VIN "SJNFAAZE0U6CANARY"

static void speak(struct house *house, void *text)
{
    const struct log_sink *sink = logbook_sink(house->logbook);

    sink->take(sink->ctx, LOG_LEVEL_WARNING, text, strlen(text));
}

static void say(struct house *house, const char *text)
{
    char line[200];

    snprintf(line, sizeof(line), "%s", text);
    house_do(house, speak, line);
}

static void the_log_is_told_newest_first_without_a_vin(void **state)
{
    struct house *house = *state;

    say(house, "car: leaf: first");
    say(house, "car: " VIN " second \xC3\xA5");
    assert_status(client_get(house, "/api/v1/log", ""), 401);
    client_log_in(house);
    struct reply reply = client_get(house, "/api/v1/log", "");
    assert_int_equal(reply.status, 200);
    assert_non_null(strstr(reply.body, "\",\"level\":\"warning\",\"text\":\"car: ***************** second \xC3\xA5\"},{\"t\":\"20"));
    assert_non_null(strstr(reply.body, "\"text\":\"car: leaf: first\"}]}"));
    reply_free(&reply);
}

/* ---- backup ---- */

struct asked {
    orders_copied_fn *copied;
    void *ctx;
    uint64_t request;
    unsigned count;
    const char *refusal;
    struct orders_copy *at_once;
};

static int backup(void *ctx, orders_copied_fn *copied, void *copied_ctx, uint64_t request, struct err *err)
{
    struct asked *asked = ctx;

    asked->count++;
    if (asked->refusal)
        return err_set(err, "%s", asked->refusal);
    if (asked->at_once)
        copied(copied_ctx, request, asked->at_once);
    return 0;
}

static struct reply post(const struct house *house, const char *body)
{
    char csrf[96];

    snprintf(csrf, sizeof(csrf), "X-CSRF-Token: %s\r\n", house->csrf);
    return client_post(house, "/api/v1/backup", csrf, body);
}

static void a_copy_is_answered_with_its_name_and_size(void **state)
{
    struct house *house = *state;
    struct orders_copy copy = {NULL, "diary-2026-11-22.db", 4096};
    struct asked asked = {.at_once = &copy};

    house->orders = (struct orders){.ctx = &asked, .backup = backup};
    assert_status(post(house, "{}"), 401);
    client_log_in(house);
    struct reply reply = post(house, "{}");
    assert_int_equal(reply.status, 200);
    assert_string_equal(reply.body, "{\"name\":\"diary-2026-11-22.db\",\"bytes\":4096}");
    reply_free(&reply);
    assert_status(post(house, "{\"name\":\"../../etc\"}"), 400);
    assert_status(post(house, "[]"), 400);
    strcpy(house->csrf, "wrong");
    assert_status(post(house, "{}"), 403);
    assert_int_equal(asked.count, 1);
}

static void a_copy_that_is_not_made_is_said(void **state)
{
    struct house *house = *state;
    struct orders_copy copy = {.why = "No space left on device", .name = ""};
    struct asked asked = {.refusal = "a copy is being made already"};

    house->orders = (struct orders){.ctx = &asked, .backup = backup};
    client_log_in(house);
    struct reply reply = post(house, "{}");
    assert_int_equal(reply.status, 409);
    assert_non_null(strstr(reply.body, "a copy is being made already"));
    reply_free(&reply);
    asked = (struct asked){.at_once = &copy};
    reply = post(house, "{}");
    assert_int_equal(reply.status, 503);
    assert_non_null(strstr(reply.body, "No space left on device"));
    reply_free(&reply);
}

/* ---- diagnostics ---- */

static void configure(struct house *house)
{
    static const char text[] =
        "cars = ({ id = \"leaf\"; name = \"Annas Flitzer\"; port = \"tcp://192.168.0.10:35000\"; });\n"
        "mqtt = { host = \"nas.fritz.box\"; user = \"heimdall\"; password_file = \"/home/ola/mqtt.pass\"; };\n"
        "web = { hosts = ( \"villa.example.org\" ); };\n";
    struct config *settings = calloc(1, sizeof(*settings));

    assert_int_equal(config_parse(settings, text, strlen(text), "garaged.conf", NULL, NULL), 0);
    house->settings = settings;
    house->config.hosts = settings->web.hosts;
    house->sample.cars[0].name = "Annas Flitzer";
    snprintf(house->sample.cars[0].link_reason, sizeof(house->sample.cars[0].link_reason),
             "no answer from 192.168.0.10");
}

static int set_up(void **state)
{
    return house_set_up_with(state, NULL, configure);
}

#define DIAGNOSTICS_TEST(fn) cmocka_unit_test_setup_teardown(fn, set_up, house_tear_down)

static struct reply diagnose(struct house *house)
{
    struct reply reply = client_get(house, "/api/v1/diagnostics", "");

    assert_int_equal(reply.status, 200);
    assert_true(reply_has(&reply, "Content-Disposition: attachment; filename=\"garaged-diagnostics.json\""));
    return reply;
}

static void diagnostics_say_how_garaged_is(void **state)
{
    static const char *const there[] = {"\"version\":\"",
                                        "\"libraries\":{\"libwebsockets\":\"",
                                        "\"openssl\":\"OpenSSL",
                                        "\"configuration\":{\"state\":",
                                        "\"cars[0].id\":\"car1\"",
                                        "\"cars[0].vehicle\":\"nissan-leaf\"",
                                        "\"cars[0].port\":\"tcp://address:35000\"",
                                        "\"mqtt.host\":\"broker\"",
                                        "\"mqtt.user\":\"broker-user\"",
                                        "\"mqtt.password_file\":\"/home/owner/mqtt.pass\"",
                                        "\"web.hosts\":\"host1\"",
                                        "\"mqtt.tls\":\"false\"",
                                        "\"web.port\":\"8080\"",
                                        "\"system\":{\"version\":",
                                        "\"processor_s\":",
                                        "\"files\":{",
                                        "\"cars\":{\"car1\":{\"generation\":",
                                        "\"reason\":\"no answer from address\"",
                                        "\"signals\":{",
                                        "\"traffic\":{\"car1\":[",
                                        "\"text\":\"car: car1: *****************, ***************** and address\""};
    struct house *house = *state;

    say(house, "car: leaf: 230LBCANARYPACK77, " VIN " and 10.0.0.7");
    assert_status(client_get(house, "/api/v1/diagnostics", ""), 401);
    client_log_in(house);
    struct reply reply = diagnose(house);
    for (size_t i = 0; i < sizeof(there) / sizeof(there[0]); i++) {
        if (strstr(reply.body, there[i]) == NULL)
            fail_msg("%s is not in %s", there[i], reply.body);
    }
    reply_free(&reply);
}

static void diagnostics_say_nothing_of_the_owner(void **state)
{
    static const char *const secrets[] = {VIN,       "CANARY", "Annas", "Flitzer",       "\"leaf\"",   "fritz",
                                          "heimdall", "/ola",  "villa", "192.168.0.10", "\"charge\":", "\"name\":"};
    struct house *house = *state;
    char line[200];

    client_log_in(house);
    snprintf(line, sizeof(line), "web: %s %s", house->cookie, house->csrf);
    say(house, line);
    say(house, "car: leaf: " VIN ", Annas Flitzer at villa.example.org");
    struct reply reply = diagnose(house);
    for (size_t i = 0; i < sizeof(secrets) / sizeof(secrets[0]); i++) {
        if (strstr(reply.body, secrets[i]) != NULL)
            fail_msg("%s is in %s", secrets[i], reply.body);
    }
    assert_null(strstr(reply.body, house->cookie));
    assert_null(strstr(reply.body, house->csrf));
    reply_free(&reply);
}

/* Nobody knows yet what the diary holds: what is known is said. */
static void diagnostics_come_while_the_diary_opens(void **state)
{
    struct house *house = *state;

    client_log_in(house);
    struct reply reply = diagnose(house);
    assert_non_null(strstr(reply.body, "\"files\":null"));
    assert_non_null(strstr(reply.body, "\"configuration\":{}"));
    assert_non_null(strstr(reply.body, "\"traffic\":{\"car1\":[]}"));
    reply_free(&reply);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        HOUSE_TEST(the_log_is_told_newest_first_without_a_vin),
        HOUSE_TEST(a_copy_is_answered_with_its_name_and_size),
        HOUSE_TEST(a_copy_that_is_not_made_is_said),
        DIAGNOSTICS_TEST(diagnostics_say_how_garaged_is),
        DIAGNOSTICS_TEST(diagnostics_say_nothing_of_the_owner),
        cmocka_unit_test_setup_teardown(diagnostics_come_while_the_diary_opens, house_set_up_opening,
                                        house_tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
