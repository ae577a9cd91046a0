/* export/json_system: how garaged itself is; and of the state what only its page shows. */
#include "export/json.h"
#include "export/json_system.h"
#include "link/counters.h"
#include "view_sample.h"

static const struct json_door nobody;

static void writes_the_system_of_the_contract(void **state)
{
    (void)state;
    struct sample sample;
    static const struct store_file files[] = {{"diary.db", 4096}, {"readings.db", INT64_C(5000000000)}};
    const struct store_answer answer = {.count = 2, .items = files, .written_today = 123456, .written_yesterday = 654321};
    const struct json_queue queues[] = {{"store", 3, 1024, 7}, {"websockets", 2, 32, -1}};
    const struct json_system system = {.version = "0.1.0",
                                       .uptime_s = 42,
                                       .memory_kb = -1,
                                       .processor_ms = 61237,
                                       .disk_free_bytes = 4096,
                                       .disk_bytes = INT64_C(32000000000),
                                       .view = &sample.view,
                                       .files = &answer,
                                       .queues = queues,
                                       .queue_count = 2,
                                       .door = &nobody};

    sample_new(&sample, 1);
    sample.view.backups = (struct view_backups){"/mnt/stick", "2026-11-22", 7, ""};
    sample.cars[0].counters[COUNTER_FRAMES_SENT] = 5;
    sample.cars[0].counters[COUNTER_WAKEUPS] = 1;
    strcpy(sample.cars[0].adapter, "ELM327 v1.5");
    sample.cars[0].counters[COUNTER_CHECKSUM] = 2;
    sample.cars[0].counters[COUNTER_STARTED_US] = 77;
    sample.cars[0].has_traffic = true;
    sample.cars[0].traffic = (struct diary_traffic){.day = 20779, .frames_sent = 3, .bytes = 24};
    char *text = json_system(&system);
    assert_non_null(strstr(text,
                           "{\"version\":\"0.1.0\",\"uptime_s\":42,\"cars\":{\"leaf\":{\"frames_sent\":5,"
                           "\"polls\":0,\"wakeups\":1,\"bytes\":0,"
                           "\"adapter\":\"ELM327 v1.5\",\"limits\":null,\"today\":{\"day\":\"2026-11-22\","
                           "\"frames_sent\":3,\"polls\":0,\"wakeups\":0,\"bytes\":24},"
                           "\"counters\":{\"frames_heard\":0,"));
    assert_non_null(strstr(text, "\"checksum\":2,"));
    assert_null(strstr(text, "started")); /* the house's own, no count */
    assert_non_null(strstr(text, "\"files\":{\"diary.db\":4096,\"readings.db\":5000000000},"
                                 "\"bytes_written_today\":123456,\"bytes_written_yesterday\":654321,\"memory_kb\":null,"
                                 "\"processor_s\":61.24,\"disk\":{\"free\":4096,\"bytes\":32000000000},"
                                 "\"queues\":{\"store\":{\"waiting\":3,\"most\":1024,\"dropped\":7},"
                                 "\"websockets\":{\"waiting\":2,\"most\":32}},"
                                 "\"refused_peers\":0,\"exposed\":null,"
                                 "\"backups\":{\"folder\":\"/mnt/stick\",\"newest\":\"2026-11-22\","
                                 "\"count\":7,\"reason\":null},"
                                 "\"sandbox\":{\"checked\":false,\"failed\":[],\"limit\":null,"
                                 "\"limit_bytes\":null},"
                                 "\"homeassistant\":{\"discovery\":false,\"birth\":null}}"));
    free(text);
    sample_free(&sample);
}

/* While the diary opens nobody knows what was counted before. */
static void what_today_cost_may_be_unknown(void **state)
{
    (void)state;
    struct sample sample;
    const struct json_system system = {.version = "0.1.0", .memory_kb = -1, .view = &sample.view, .door = &nobody};

    sample_new(&sample, 1);
    char *text = json_system(&system);
    assert_non_null(strstr(text, "\"today\":null,"));
    assert_non_null(strstr(text, "\"backups\":null"));
    free(text);
    sample_free(&sample);
}

static void tells_which_promises_of_the_unit_do_not_hold(void **state)
{
    (void)state;
    struct sample sample;
    const struct json_system system = {.version = "0.1.0", .memory_kb = -1, .view = &sample.view, .door = &nobody};
    const struct sandbox_report report = {.is_checked = true,
                                          .failed_count = 1,
                                          .failed = {"/tmp is shared (PrivateTmp=yes)"},
                                          .limit = "LimitDATA",
                                          .limit_bytes = 4096};

    sample_new(&sample, 1);
    sample.view.sandbox = &report;
    char *text = json_system(&system);
    assert_non_null(strstr(text, "\"sandbox\":{\"checked\":true,\"failed\":[\"/tmp is shared (PrivateTmp=yes)\"],"
                                 "\"limit\":\"LimitDATA\",\"limit_bytes\":4096}"));
    free(text);
    sample_free(&sample);
}

static void tells_that_the_page_seems_exposed(void **state)
{
    (void)state;
    struct sample sample;
    struct zone zone;
    const struct json_moment now = {.boot_ns = 100 * NS_PER_S, .utc_ns = INT64_C(1763800000) * NS_PER_S, .zone = &zone};
    const struct json_door door = {
        .refused_peers = 3, .relayed = 7, .relayed_since_ns = 40 * NS_PER_S, .now = &now};
    const struct json_system system = {.version = "0.1.0", .memory_kb = -1, .processor_ms = -1, .disk_bytes = -1, .disk_free_bytes = -1, .view = &sample.view, .door = &door};

    zone_set_utc(&zone);
    sample_new(&sample, 1);
    sample.view.clock_right = true;
    sample.view.mqtt.is_discovery = true;
    sample.view.mqtt.birth_boot_ns = 30 * NS_PER_S;
    char *text = json_system(&system);
    assert_non_null(strstr(text, "\"processor_s\":null,\"disk\":{\"free\":null,\"bytes\":null}"));
    assert_non_null(strstr(text, "\"homeassistant\":{\"discovery\":true,\"birth\":\"2025-11-22T08:25:30+00:00\"}"));
    assert_non_null(strstr(text, "\"refused_peers\":3,\"exposed\":{\"since\":\"2025-11-22T08:25:40+00:00\",\"count\":7}"));
    free(text);
    sample_free(&sample);
}

static void the_state_tells_the_raw_integer_of_a_known_value(void **state)
{
    (void)state;
    struct sample sample;
    struct zone zone;
    const struct json_moment now = {.boot_ns = 100 * NS_PER_S, .utc_ns = INT64_C(1763800000) * NS_PER_S, .zone = &zone};

    zone_set_utc(&zone);
    sample_new(&sample, 1);
    sample_take(&sample, 0, SIGNAL_SOC, 54.1, 0);
    sample.cars[0].values[SIGNAL_SOC].has_raw = true;
    sample.cars[0].values[SIGNAL_SOC].raw = -541;
    char *text = json_state(&sample.view, NULL, &now);
    assert_non_null(strstr(text, "\"quality\":\"ok\",\"raw\":-541}"));
    free(text);
    sample_take(&sample, 0, SIGNAL_SOC, NAN, 0);
    text = json_state(&sample.view, NULL, &now);
    assert_null(strstr(text, "raw\":")); /* "not available" is none */
    free(text);
    sample_free(&sample);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(tells_that_the_page_seems_exposed),
                                       cmocka_unit_test(the_state_tells_the_raw_integer_of_a_known_value),
                                       cmocka_unit_test(writes_the_system_of_the_contract),
                                       cmocka_unit_test(what_today_cost_may_be_unknown),
                                       cmocka_unit_test(tells_which_promises_of_the_unit_do_not_hold)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
