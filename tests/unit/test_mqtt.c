/* export/mqtt against a real broker started here. Skipped where mosquitto is not installed.
 */
#include "export/letters.h"
#include "export/mqtt.h"
#include "util/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <arpa/inet.h>
#include <fcntl.h>
#include <malloc.h>
#include <mosquitto.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define WAIT_NS (20 * NS_PER_S)

struct house {
    struct loop *loop;
    struct config_mqtt settings;
    struct mqtt *mqtt;
    bool is_up;
    unsigned changes;
    char reason[ERR_TEXT_MAX];
    pid_t broker;
    char broker_config[64];
    struct mosquitto *listener;
    char seen[16][128]; /* "topic payload", what a listener sees */
    size_t seen_count;
    char heard[16][128]; /* "topic payload retained", what the client hears */
    size_t heard_count;
    size_t longest; /* payload that the client heard */
    unsigned messages; /* that it heard */
};

static void keep_state(void *ctx, bool is_up, const char *reason)
{
    struct house *house = ctx;

    house->is_up = is_up;
    house->changes++;
    snprintf(house->reason, sizeof(house->reason), "%s", reason);
}

static void keep_heard(void *ctx, const char *topic, const char *payload, size_t len, bool is_retained)
{
    struct house *house = ctx;

    assert_int_equal(strlen(payload), len);
    house->messages++;
    house->longest = len > house->longest ? len : house->longest;
    if (house->heard_count < 16)
        snprintf(house->heard[house->heard_count++], sizeof(house->heard[0]), "%s %.50s %d", topic, payload,
                 is_retained);
}

static int free_port(void)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof(address);
    int fd = socket(AF_INET, SOCK_STREAM, 0);

    assert_int_equal(bind(fd, (struct sockaddr *)&address, len), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&address, &len), 0);
    close(fd);
    return ntohs(address.sin_port);
}

static const char *find_mosquitto(void)
{
    static const char *const paths[] = {"/usr/sbin/mosquitto", "/usr/local/sbin/mosquitto"};

    for (size_t i = 0; i < 2; i++)
        if (access(paths[i], X_OK) == 0)
            return paths[i];
    return NULL;
}

static void start_broker(struct house *house)
{
    /* `user root`: as root without capabilities mosquitto could not become anybody else. */
    FILE *file = fopen(house->broker_config, "w");
    assert_non_null(file);
    fprintf(file, "user root\nlistener %d 127.0.0.1\nallow_anonymous true\n", house->settings.port);
    fclose(file);
    house->broker = fork();
    if (house->broker == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL); /* a test that fails leaves no broker behind */
        int null = open("/dev/null", O_WRONLY);
        dup2(null, 1);
        dup2(null, 2);
        execl(find_mosquitto(), "mosquitto", "-c", house->broker_config, NULL);
        _exit(127);
    }
}

static void stop_broker(struct house *house, int signal_number)
{
    kill(house->broker, signal_number);
    waitpid(house->broker, NULL, 0);
}

static void keep_message(struct mosquitto *client, void *ctx, const struct mosquitto_message *message)
{
    struct house *house = ctx;

    (void)client;
    if (house->seen_count < 16)
        snprintf(house->seen[house->seen_count++], sizeof(house->seen[0]), "%s %.*s", message->topic,
                 message->payloadlen, (const char *)message->payload);
}

static void listen_again(struct house *house)
{
    if (house->listener)
        mosquitto_destroy(house->listener);
    house->seen_count = 0;
    house->listener = mosquitto_new(NULL, true, house);
    mosquitto_message_callback_set(house->listener, keep_message);
    int rc = MOSQ_ERR_ERRNO;
    for (int i = 0; i < 100 && rc != MOSQ_ERR_SUCCESS; i++) {
        rc = mosquitto_connect(house->listener, "127.0.0.1", house->settings.port, 60);
        if (rc != MOSQ_ERR_SUCCESS)
            usleep(50000);
    }
    assert_int_equal(rc, MOSQ_ERR_SUCCESS);
    assert_int_equal(mosquitto_subscribe(house->listener, NULL, "garaged/#", 1), MOSQ_ERR_SUCCESS);
}

static bool has_seen(const struct house *house, const char *line)
{
    for (size_t i = 0; i < house->seen_count; i++)
        if (strcmp(house->seen[i], line) == 0)
            return true;
    return false;
}

static void wait_for(struct house *house, const char *line)
{
    int64_t deadline_ns = clock_monotonic_ns() + WAIT_NS;
    struct err err;

    while (!has_seen(house, line)) {
        assert_true(clock_monotonic_ns() < deadline_ns);
        loop_turn(house->loop, 10, &err);
        mosquitto_loop(house->listener, 10, 1);
    }
}

static void wait_until_heard(struct house *house, const char *line)
{
    int64_t deadline_ns = clock_monotonic_ns() + WAIT_NS;
    struct err err;

    while (house->heard_count == 0 || strcmp(house->heard[house->heard_count - 1], line) != 0) {
        assert_true(clock_monotonic_ns() < deadline_ns);
        loop_turn(house->loop, 10, &err);
        mosquitto_loop(house->listener, 10, 1);
    }
}

static void listener_says(struct house *house, const char *topic, const char *payload, bool is_retained)
{
    assert_int_equal(
        mosquitto_publish(house->listener, NULL, topic, (int)strlen(payload), payload, 1, is_retained), 0);
}

static void wait_for_state(struct house *house, bool is_up)
{
    int64_t deadline_ns = clock_monotonic_ns() + WAIT_NS;
    struct err err;

    while (house->changes == 0 || house->is_up != is_up) {
        assert_true(clock_monotonic_ns() < deadline_ns);
        loop_turn(house->loop, 100, &err);
    }
}

static struct house *house_new(void)
{
    static const struct mqtt_events events = {.state = keep_state, .message = keep_heard};
    struct house *house = calloc(1, sizeof(*house));
    struct err err;

    house->loop = loop_new(&err);
    strcpy(house->settings.host, "127.0.0.1");
    strcpy(house->settings.base, "garaged");
    house->settings.port = free_port();
    snprintf(house->broker_config, sizeof(house->broker_config), "/tmp/garaged-mqtt-%d.conf", getpid());
    house->mqtt = mqtt_new(house->loop, &house->settings, "", &events, house, &err);
    assert_non_null(house->mqtt);
    return house;
}

static void house_free(struct house *house)
{
    if (house->listener)
        mosquitto_destroy(house->listener);
    loop_free(house->loop);
    unlink(house->broker_config);
    free(house);
}

static void says_why_there_is_no_broker(void **state)
{
    (void)state;
    struct house *house = house_new();

    wait_for_state(house, false);
    assert_non_null(strstr(house->reason, "refused"));
    mqtt_free(house->mqtt);
    house_free(house);
}

static void sends_everything_again_after_the_broker_returns(void **state)
{
    (void)state;
    if (!find_mosquitto())
        skip();
    struct house *house = house_new();

    mqtt_publish(house->mqtt, "garaged/status", "online");
    mqtt_publish(house->mqtt, "garaged/leaf/garage", "ON");
    mqtt_publish(house->mqtt, "garaged/leaf/state", "{\"soc\":50}");
    start_broker(house);
    wait_for_state(house, true);
    listen_again(house);
    wait_for(house, "garaged/status online");
    wait_for(house, "garaged/leaf/garage ON");
    stop_broker(house, SIGKILL); /* and its retained messages with it */
    wait_for_state(house, false);
    mqtt_publish(house->mqtt, "garaged/leaf/state", "{\"soc\":51}");
    start_broker(house);
    wait_for_state(house, true);
    listen_again(house);
    wait_for(house, "garaged/leaf/garage ON");
    wait_for(house, "garaged/leaf/state {\"soc\":51}");
    assert_false(has_seen(house, "garaged/leaf/state {\"soc\":50}"));
    mqtt_free(house->mqtt);
    wait_for(house, "garaged/status offline");
    stop_broker(house, SIGTERM);
    house_free(house);
}

static void events_are_not_retained_and_lost_while_there_is_no_broker(void **state)
{
    (void)state;
    if (!find_mosquitto())
        skip();
    struct house *house = house_new();

    mqtt_tell(house->mqtt, "garaged/leaf/event/charge", "lost");
    start_broker(house);
    wait_for_state(house, true);
    listen_again(house);
    listener_says(house, "garaged/here", "1", false);
    wait_for(house, "garaged/here 1"); /* the subscription stands */
    mqtt_tell(house->mqtt, "garaged/leaf/event/charge", "started");
    wait_for(house, "garaged/leaf/event/charge started");
    listen_again(house);
    listener_says(house, "garaged/here", "2", false);
    wait_for(house, "garaged/here 2");
    assert_int_equal(house->seen_count, 1);
    assert_int_equal(mqtt_dropped(house->mqtt), 0);
    mqtt_free(house->mqtt);
    stop_broker(house, SIGTERM);
    house_free(house);
}

static void hears_what_it_was_told_to_until_it_is_told_not_to(void **state)
{
    (void)state;
    if (!find_mosquitto())
        skip();
    struct house *house = house_new();

    mqtt_hear(house->mqtt, "garaged/+/reachable");
    mqtt_hear(house->mqtt, "garaged/own");
    mqtt_publish(house->mqtt, "garaged/own", "echo"); /* published after it was subscribed */
    start_broker(house);
    wait_for_state(house, true);
    listen_again(house);
    wait_until_heard(house, "garaged/own echo 0");
    mqtt_unhear(house->mqtt, "garaged/own");
    listener_says(house, "garaged/leaf/reachable", "online", true);
    wait_until_heard(house, "garaged/leaf/reachable online 0");
    stop_broker(house, SIGKILL);
    wait_for_state(house, false);
    start_broker(house);
    wait_for_state(house, true);
    listen_again(house);
    wait_for(house, "garaged/own echo");
    listener_says(house, "garaged/van/reachable", "offline", false);
    wait_until_heard(house, "garaged/van/reachable offline 0"); /* subscribed again; `own` was not */
    assert_int_equal(house->heard_count, 3);
    mqtt_free(house->mqtt);
    stop_broker(house, SIGTERM);
    house_free(house);
}

static void what_is_heard_is_bounded(void **state)
{
    (void)state;
    if (!find_mosquitto())
        skip();
    struct house *house = house_new();
    char *large = calloc(1, LETTER_MAX + 2);

    memset(large, 'x', LETTER_MAX + 1);
    mqtt_hear(house->mqtt, "in/#");
    mqtt_publish(house->mqtt, "in/own", "1"); /* heard as soon as the subscription stands */
    start_broker(house);
    wait_for_state(house, true);
    listen_again(house);
    wait_until_heard(house, "in/own 1 0");
    listener_says(house, "in/large", large, false);
    large[LETTER_MAX] = '\0';
    listener_says(house, "in/large", large, false);
    for (int i = 0; i < 500; i++)
        listener_says(house, "in/many", "1", false);
    int64_t deadline_ns = clock_monotonic_ns() + WAIT_NS;
    while (mqtt_dropped(house->mqtt) < 1 + 500 + 1 - LETTERS_MAX) { /* the loop does not turn meanwhile */
        assert_true(clock_monotonic_ns() < deadline_ns);
        mosquitto_loop(house->listener, 10, 1);
    }
    listener_says(house, "in/last", "1", false);
    wait_until_heard(house, "in/many 1 0");
    assert_int_equal(house->longest, LETTER_MAX);
    free(large);
    mqtt_free(house->mqtt);
    stop_broker(house, SIGTERM);
    house_free(house);
}

/* In portions that the queue has room for, one as soon as the last one was heard or dropped. */
static void a_flood_is_heard_up_to_its_quota(void **state)
{
    (void)state;
    if (!find_mosquitto())
        skip();
    struct house *house = house_new();
    struct err err;

    mqtt_hear(house->mqtt, "in/#");
    mqtt_publish(house->mqtt, "in/own", "1");
    start_broker(house);
    wait_for_state(house, true);
    listen_again(house);
    wait_until_heard(house, "in/own 1 0");
    house->messages = 0;
    int64_t began_ns = clock_monotonic_ns();
    for (unsigned sent = 40; sent <= 2000; sent += 40) {
        for (int i = 0; i < 40; i++)
            listener_says(house, "in/many", "1", false);
        while (house->messages + mqtt_dropped(house->mqtt) < sent) {
            assert_true(clock_monotonic_ns() < began_ns + WAIT_NS);
            mosquitto_loop(house->listener, 0, 1);
            loop_turn(house->loop, 1, &err);
        }
    }
    unsigned seconds = (unsigned)((clock_monotonic_ns() - began_ns) / NS_PER_S);
    assert_true(house->messages >= 100);
    assert_true(house->messages <= 200 * (seconds + 2));
    mqtt_free(house->mqtt);
    stop_broker(house, SIGTERM);
    house_free(house);
}

static void repeats_all_when_asked(void **state)
{
    (void)state;
    if (!find_mosquitto())
        skip();
    struct house *house = house_new();

    mqtt_publish(house->mqtt, "garaged/a", "1");
    mqtt_publish(house->mqtt, "garaged/gone", "");
    start_broker(house);
    wait_for_state(house, true);
    listen_again(house);
    wait_for(house, "garaged/a 1");
    house->seen_count = 0;
    mqtt_repeat(house->mqtt);
    wait_for(house, "garaged/a 1");
    wait_for(house, "garaged/gone ");
    mqtt_free(house->mqtt);
    stop_broker(house, SIGTERM);
    house_free(house);
}

/* A day without a broker, at a value a second. */
static void memory_stays_flat_without_a_broker(void **state)
{
    (void)state;
    struct house *house = house_new();
    size_t before = 0;
    char payload[64];

    wait_for_state(house, false);
    for (int i = 0; i < 100000; i++) {
        snprintf(payload, sizeof(payload), "{\"soc\":%06d}", i);
        mqtt_publish(house->mqtt, i % 2 ? "garaged/leaf/state" : "garaged/leaf/battery", payload);
        mqtt_tell(house->mqtt, "garaged/leaf/event/charge", payload);
        if (i == 10)
            before = mallinfo2().uordblks;
    }
    size_t after = mallinfo2().uordblks;
    assert_true(after < before + 16 * 1024); /* the thread may be about to try again */
    assert_int_equal(mqtt_dropped(house->mqtt), 0);
    mqtt_free(house->mqtt);
    house_free(house);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(says_why_there_is_no_broker),
        cmocka_unit_test(sends_everything_again_after_the_broker_returns),
        cmocka_unit_test(events_are_not_retained_and_lost_while_there_is_no_broker),
        cmocka_unit_test(hears_what_it_was_told_to_until_it_is_told_not_to),
        cmocka_unit_test(what_is_heard_is_bounded),
        cmocka_unit_test(a_flood_is_heard_up_to_its_quota),
        cmocka_unit_test(repeats_all_when_asked),
        cmocka_unit_test(memory_stays_flat_without_a_broker),
    };

    mosquitto_lib_init();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
