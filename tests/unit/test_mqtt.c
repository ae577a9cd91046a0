/* export/mqtt against a real broker started here. Skipped where mosquitto is not installed.
 */
#include "export/mqtt.h"
#include "util/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <arpa/inet.h>
#include <fcntl.h>
#include <mosquitto.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
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
    char seen[16][128]; /* "topic payload" */
    size_t seen_count;
};

static void keep_state(void *ctx, bool is_up, const char *reason)
{
    struct house *house = ctx;

    house->is_up = is_up;
    house->changes++;
    snprintf(house->reason, sizeof(house->reason), "%s", reason);
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
    static const struct mqtt_events events = {.state = keep_state};
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(says_why_there_is_no_broker),
        cmocka_unit_test(sends_everything_again_after_the_broker_returns),
    };

    mosquitto_lib_init();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
