/* Asks the broker what it thinks of nobody: a short connection of its own beside ours, without user,
 * password, certificate or name. Where it is welcome, everybody in the network reads the car's topics and
 * writes them. Driven by the thread that serves our connection; subscribes to nothing and publishes nothing.
 */
#include "export/mqtt_private.h"

#include "util/clock.h"

#include <mosquitto.h>
#include <poll.h>

#define PROBE_ANSWER_NS (15 * NS_PER_S)
#define PROBE_PERIOD_NS (24 * 60 * NS_PER_MIN)
#define PROBE_AGAIN_NS  (10 * NS_PER_MIN) /* when it ended without an answer */

/* CONNACK (MQTT 3.1.1, 3.2.2.3) */
#define CODE_BAD_PASSWORD   4
#define CODE_NOT_AUTHORIZED 5

static void on_connect(struct mosquitto *client, void *ctx, int code)
{
    struct mqtt_probe *probe = ctx;

    (void)client;
    probe->code = code;
}

static int connect_nameless(struct mqtt_probe *probe, const struct config_mqtt *settings)
{
    struct err ignored;

    probe->client = mosquitto_new(NULL, true, probe);
    if (!probe->client || (settings->tls && mqtt_use_tls(probe->client, settings, false, &ignored)))
        return MOSQ_ERR_NOMEM;
    mosquitto_connect_callback_set(probe->client, on_connect);
    return mosquitto_connect_async(probe->client, settings->host, settings->port, 60);
}

void mqtt_probe_end(struct mqtt_probe *probe)
{
    mosquitto_destroy(probe->client);
    probe->client = NULL;
}

void mqtt_probe_begin(struct mqtt_probe *probe, const struct config_mqtt *settings, int64_t now_ns)
{
    if (probe->client || now_ns < probe->next_ns)
        return;
    probe->code = -1;
    probe->lacks_certificate = settings->cert_file[0] != '\0';
    probe->next_ns = now_ns + PROBE_PERIOD_NS;
    probe->until_ns = now_ns + PROBE_ANSWER_NS;
    probe->failure = connect_nameless(probe, settings); /* its first bytes may be refused at once */
}

void mqtt_probe_prepare(const struct mqtt_probe *probe, struct pollfd *fd)
{
    fd->fd = probe->client ? mosquitto_socket(probe->client) : -1;
    fd->events = POLLIN;
    if (probe->client && mosquitto_want_write(probe->client))
        fd->events |= POLLOUT;
}

static int drive(struct mqtt_probe *probe, short events)
{
    int rc = probe->failure;

    if (rc == MOSQ_ERR_SUCCESS && events & (POLLIN | POLLHUP | POLLERR))
        rc = mosquitto_loop_read(probe->client, 1);
    if (rc == MOSQ_ERR_SUCCESS && (events & POLLOUT))
        rc = mosquitto_loop_write(probe->client, 1);
    return rc == MOSQ_ERR_SUCCESS ? mosquitto_loop_misc(probe->client) : rc;
}

static enum mqtt_anonymous judge(const struct mqtt_probe *probe, int rc)
{
    bool is_hung_up = probe->code < 0 && rc != MOSQ_ERR_SUCCESS && probe->lacks_certificate;

    if (probe->code == 0)
        return MQTT_ANONYMOUS_SERVED;
    if (is_hung_up || probe->code == CODE_BAD_PASSWORD || probe->code == CODE_NOT_AUTHORIZED)
        return MQTT_ANONYMOUS_REFUSED;
    return MQTT_ANONYMOUS_UNKNOWN;
}

enum mqtt_anonymous mqtt_probe_turn(struct mqtt_probe *probe, short events, int64_t now_ns)
{
    if (!probe->client)
        return MQTT_ANONYMOUS_UNKNOWN;
    int rc = drive(probe, events);
    if (probe->code < 0 && rc == MOSQ_ERR_SUCCESS && now_ns < probe->until_ns)
        return MQTT_ANONYMOUS_UNKNOWN;
    if (probe->code == 0)
        mosquitto_disconnect(probe->client);
    mqtt_probe_end(probe);
    enum mqtt_anonymous answer = judge(probe, rc);
    if (answer == MQTT_ANONYMOUS_UNKNOWN)
        probe->next_ns = now_ns + PROBE_AGAIN_NS;
    return answer;
}
