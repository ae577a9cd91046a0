/* libmosquitto on a thread of its own, because its name look-up and its TLS handshake block. Nothing is
 * published while there is no connection: libmosquitto would queue it without a limit. Values wait in the
 * outbox instead. What others call stands in mqtt_front.c. */
#include "export/mqtt_private.h"

#include "util/clock.h"

#include <errno.h>
#include <linux/tcp.h>
#include <mosquitto.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <unistd.h>

#define MQTT_KEEPALIVE_S   30    /* a broker that hears nothing for 1.5 times this says offline */
#define MQTT_MISC_MS       5000  /* how often libmosquitto may look at its keepalive */
#define MQTT_ANSWER_MS     15000 /* for the answer to a connection and to what was published */
#define MQTT_STEADY_MS     60000 /* a connection of this age was none of the broker's fits */
#define MQTT_BACKOFF_MIN_S 1
#define MQTT_BACKOFF_MAX_S 60
#define MQTT_SHORT_LIVES   3 /* after so many somebody is at work, and no chance */
#define MQTT_IN_FLIGHT_MAX 20
#define MQTT_HEARD_PER_S   200 /* of a meter, and of what was retained; a flood costs the loop no more */
#define MQTT_PACKET_MAX    (1024 * 1024) /* of one packet of the broker; libmosquitto has no limit */

/* ---- what libmosquitto tells ---- */

static uint64_t bytes_received(struct mosquitto *client)
{
    struct tcp_info info = {0};
    socklen_t len = sizeof(info);

    if (getsockopt(mosquitto_socket(client), IPPROTO_TCP, TCP_INFO, &info, &len) != 0)
        return 0;
    return info.tcpi_bytes_received;
}

static void packet_is_whole(struct mqtt *mqtt)
{
    mqtt->connection.whole = bytes_received(mqtt->client);
    mqtt->connection.answer_ns = clock_monotonic_ns();
}

static void on_connect(struct mosquitto *client, void *ctx, int code)
{
    struct mqtt *mqtt = ctx;

    (void)client;
    packet_is_whole(mqtt);
    if (code != 0) {
        mqtt->connection.refusal = mosquitto_connack_string(code);
        return;
    }
    mqtt->connection.is_up = true;
    hearings_reset(mqtt->hearings);
    outbox_all_due(mqtt->outbox);
    mqtt_tell_state(mqtt, true, "");
}

static void on_publish(struct mosquitto *client, void *ctx, int mid)
{
    struct mqtt *mqtt = ctx;

    (void)client;
    (void)mid;
    packet_is_whole(mqtt);
    if (mqtt->connection.in_flight > 0)
        mqtt->connection.in_flight--;
}

/* Whether this second has room for one more message. */
static bool has_quota(struct mqtt_connection *connection, int64_t now_ns)
{
    if (now_ns >= connection->second_ns + NS_PER_S) {
        connection->second_ns = now_ns;
        connection->heard = 0;
    }
    return connection->heard++ < MQTT_HEARD_PER_S;
}

static void on_message(struct mosquitto *client, void *ctx, const struct mosquitto_message *message)
{
    struct mqtt *mqtt = ctx;

    (void)client;
    packet_is_whole(mqtt);
    if (!has_quota(&mqtt->connection, clock_monotonic_ns()) ||
        !letters_post(mqtt->inbox, message->topic, message->payload, (size_t)message->payloadlen,
                      message->retain))
        mqtt_count_dropped(mqtt);
    else
        mqtt_wake(mqtt->loop_fd);
}

/* ---- one connection ---- */

static int subscribe_due(struct mqtt *mqtt)
{
    char filter[OUTBOX_TOPIC_BYTES];
    int rc = MOSQ_ERR_SUCCESS;
    bool is_wanted;

    while (rc == MOSQ_ERR_SUCCESS && hearings_next(mqtt->hearings, filter, &is_wanted))
        rc = is_wanted ? mosquitto_subscribe(mqtt->client, NULL, filter, 1)
                       : mosquitto_unsubscribe(mqtt->client, NULL, filter);
    return rc;
}

/* What libmosquitto has taken it holds until it is acknowledged: never more than a handful. */
static int publish_now(struct mqtt *mqtt, const char *topic, const char *payload, bool is_retained)
{
    int rc = mosquitto_publish(mqtt->client, NULL, topic, (int)strlen(payload), payload, 1, is_retained);

    if (rc == MOSQ_ERR_SUCCESS && mqtt->connection.in_flight++ == 0)
        mqtt->connection.answer_ns = clock_monotonic_ns();
    return rc;
}

static bool may_publish(const struct mqtt *mqtt)
{
    return mqtt->connection.is_up && mqtt->connection.in_flight < MQTT_IN_FLIGHT_MAX;
}

/* A failure means that the connection is going down; all values are due again after the next one. */
static int send_due(struct mqtt *mqtt)
{
    char topic[OUTBOX_TOPIC_BYTES], *payload;
    struct letter letter;
    int rc = MOSQ_ERR_SUCCESS;

    if (mqtt->connection.is_up)
        rc = subscribe_due(mqtt);
    while (rc == MOSQ_ERR_SUCCESS && may_publish(mqtt) && (payload = outbox_take(mqtt->outbox, topic))) {
        rc = publish_now(mqtt, topic, payload, true);
        free(payload);
    }
    while (rc == MOSQ_ERR_SUCCESS && may_publish(mqtt) && letters_take(mqtt->tells, &letter)) {
        rc = publish_now(mqtt, letter.topic, letter.payload, false);
        free(letter.payload);
    }
    return rc;
}

/* Who gives neither user nor certificate is nobody himself: being served is the answer. */
static bool is_nameless(const struct config_mqtt *settings)
{
    return settings->user[0] == '\0' && settings->cert_file[0] == '\0';
}

static void probe(struct mqtt *mqtt, short events)
{
    int64_t now_ns = clock_monotonic_ns();

    if (mqtt->connection.is_up && is_nameless(&mqtt->settings))
        mqtt_tell_anonymous(mqtt, MQTT_ANONYMOUS_SERVED);
    else if (mqtt->connection.is_up)
        mqtt_probe_begin(&mqtt->probe, &mqtt->settings, now_ns);
    mqtt_tell_anonymous(mqtt, mqtt_probe_turn(&mqtt->probe, events, now_ns));
}

/* One turn of the connection: waits for the broker or for work. Returns libmosquitto's code. */
static int turn(struct mqtt *mqtt, int timeout_ms)
{
    struct pollfd fds[3] = {{.fd = mosquitto_socket(mqtt->client), .events = POLLIN},
                            {.fd = mqtt->wake_fd, .events = POLLIN}};
    int rc = MOSQ_ERR_SUCCESS;

    if (fds[0].fd < 0)
        return MOSQ_ERR_CONN_LOST;
    if (mosquitto_want_write(mqtt->client))
        fds[0].events |= POLLOUT;
    mqtt_probe_prepare(&mqtt->probe, &fds[2]);
    if (poll(fds, 3, timeout_ms) < 0 && errno != EINTR)
        return MOSQ_ERR_ERRNO;
    atomic_fetch_add(&mqtt->turns, 1);
    if (fds[1].revents)
        mqtt_drain(mqtt->wake_fd);
    if (fds[0].revents & (POLLIN | POLLHUP | POLLERR))
        rc = mosquitto_loop_read(mqtt->client, 1);
    if (rc == MOSQ_ERR_SUCCESS && (fds[0].revents & POLLOUT))
        rc = mosquitto_loop_write(mqtt->client, 1);
    if (rc == MOSQ_ERR_SUCCESS && (rc = mosquitto_loop_misc(mqtt->client)) == MOSQ_ERR_CONN_LOST)
        rc = MOSQ_ERR_KEEPALIVE;
    if (rc == MOSQ_ERR_SUCCESS)
        rc = send_due(mqtt);
    probe(mqtt, fds[2].revents);
    return rc;
}

static int say(int rc, const char *what, struct err *err)
{
    switch (rc) {
    case MOSQ_ERR_SUCCESS:
        return 0;
    case MOSQ_ERR_ERRNO:
        return err_set(err, "%s: %s", what, strerror(errno));
    case MOSQ_ERR_EAI:
        return err_set(err, "%s: no such host, or no name server", what);
    case MOSQ_ERR_PROTOCOL:
    case MOSQ_ERR_MALFORMED_PACKET:
        return err_set(err, "%s: it does not speak MQTT", what);
    case MOSQ_ERR_CONN_LOST:
    case MOSQ_ERR_NO_CONN:
        return err_set(err, "%s: it closed the connection", what);
    case MOSQ_ERR_TLS:
    case MOSQ_ERR_TLS_HANDSHAKE:
        return err_set(err, "%s: TLS failed: is this its TLS port, and its certificate known here?", what);
    case MOSQ_ERR_KEEPALIVE:
        return err_set(err, "%s: no answer", what);
    default:
        return err_set(err, "%s: %s", what, mosquitto_strerror(rc));
    }
}

/* What libmosquitto has no limit for: silence where an answer is due, and packets that don't end. */
static int judge(const struct mqtt *mqtt, struct err *err)
{
    const struct mqtt_connection *connection = &mqtt->connection;
    const char *host = mqtt->settings.host;

    if (connection->refusal)
        return err_set(err, "%s: %s", host, connection->refusal);
    if (bytes_received(mqtt->client) > connection->whole + MQTT_PACKET_MAX)
        return err_set(err, "%s: it sends a packet of more than 1 MiB", host);
    bool is_waiting = !connection->is_up || connection->in_flight > 0;
    if (is_waiting && clock_monotonic_ns() > connection->answer_ns + MQTT_ANSWER_MS * NS_PER_MS)
        return err_set(err, "%s: no answer", host);
    return 0;
}

/* Lives as long as one connection. 0 when the thread is to end. */
static int serve_connection(struct mqtt *mqtt, struct err *err)
{
    while (!atomic_load(&mqtt->stopping)) {
        bool is_waiting = !mqtt->connection.is_up || mqtt->connection.in_flight > 0 || mqtt->probe.client;
        int rc = turn(mqtt, is_waiting ? 500 : MQTT_MISC_MS);
        mqtt->connection.is_hung_up = rc == MOSQ_ERR_CONN_LOST;
        if (judge(mqtt, err) || say(rc, mqtt->settings.host, err))
            return -1;
    }
    return 0;
}

/* libmosquitto compares the certificate's names with settings->host as long as nobody calls its
 * mosquitto_tls_insecure_set. */
int mqtt_use_tls(struct mosquitto *client, const struct config_mqtt *settings, bool shows_ours,
                 struct err *err)
{
    const char *ca_path = settings->ca_file[0] == '\0' ? "/etc/ssl/certs" : NULL;
    const char *ca_file = ca_path ? NULL : settings->ca_file;
    bool has_ours = shows_ours && settings->cert_file[0] != '\0';
    int rc = mosquitto_tls_set(client, ca_file, ca_path, has_ours ? settings->cert_file : NULL,
                               has_ours ? settings->key_file : NULL, NULL);

    if (say(rc, has_ours ? "ca_file, cert_file, key_file" : "ca_file", err))
        return -1;
    return say(mosquitto_tls_opts_set(client, 1, "tlsv1.2", NULL), "TLS", err);
}

/* A client lives for one connection: libmosquitto would send what an old one still owed after the new values.
 */
static int new_client(struct mqtt *mqtt, struct err *err)
{
    const struct config_mqtt *settings = &mqtt->settings;

    mosquitto_destroy(mqtt->client);
    mqtt->client = mosquitto_new(NULL, true, mqtt);
    if (!mqtt->client)
        return err_set(err, "%s", strerror(errno));
    mosquitto_connect_callback_set(mqtt->client, on_connect);
    mosquitto_publish_callback_set(mqtt->client, on_publish);
    mosquitto_message_callback_set(mqtt->client, on_message);
    if (say(mosquitto_will_set(mqtt->client, mqtt->status_topic, 7, "offline", 1, true), "will", err))
        return -1;
    if (settings->user[0] != '\0' &&
        say(mosquitto_username_pw_set(mqtt->client, settings->user, mqtt->password), "user", err))
        return -1;
    return settings->tls ? mqtt_use_tls(mqtt->client, settings, true, err) : 0;
}

static int connect_and_serve(struct mqtt *mqtt, struct err *err)
{
    int64_t now_ns = clock_monotonic_ns();

    mqtt->connection = (struct mqtt_connection){.since_ns = now_ns, .answer_ns = now_ns};
    letters_empty(mqtt->tells);
    if (new_client(mqtt, err))
        return -1;
    int rc =
        mosquitto_connect_async(mqtt->client, mqtt->settings.host, mqtt->settings.port, MQTT_KEEPALIVE_S);
    return say(rc, mqtt->settings.host, err) ? -1 : serve_connection(mqtt, err);
}

/* ---- the thread ---- */

static void wait_before_retry(struct mqtt *mqtt, int64_t wait_ns)
{
    int64_t until_ns = clock_monotonic_ns() + wait_ns;
    struct pollfd fd = {.fd = mqtt->wake_fd, .events = POLLIN};

    for (int64_t now_ns = clock_monotonic_ns(); now_ns < until_ns && !atomic_load(&mqtt->stopping);
         now_ns = clock_monotonic_ns()) {
        if (poll(&fd, 1, (int)((until_ns - now_ns) / NS_PER_MS) + 1) > 0)
            mqtt_drain(mqtt->wake_fd);
        atomic_fetch_add(&mqtt->turns, 1);
    }
}

/* Three to five quarters of it, so that many clients of one broker don't return together. */
static int64_t with_jitter_ns(int seconds)
{
    uint16_t random = 0;

    if (getrandom(&random, sizeof(random), GRND_NONBLOCK) != sizeof(random))
        random = 0;
    return seconds * (NS_PER_S * 3 / 4 + NS_PER_S / 2 * random / UINT16_MAX);
}

/* Sends what is still due and `offline`, and waits for the broker to have it. */
static void say_goodbye(struct mqtt *mqtt)
{
    int64_t deadline_ns = clock_monotonic_ns() + MQTT_GOODBYE_MS * NS_PER_MS;

    while (send_due(mqtt) == MOSQ_ERR_SUCCESS && !may_publish(mqtt) && clock_monotonic_ns() < deadline_ns)
        if (turn(mqtt, 50) != MOSQ_ERR_SUCCESS)
            return;
    mosquitto_publish(mqtt->client, NULL, mqtt->status_topic, 7, "offline", 1, true);
    mosquitto_disconnect(mqtt->client);
    while (mosquitto_socket(mqtt->client) >= 0 && clock_monotonic_ns() < deadline_ns)
        if (turn(mqtt, 50) != MOSQ_ERR_SUCCESS)
            return;
}

/* Whoever else logs in with our user or takes our place throws us out, again and again. */
static void judge_life(struct mqtt *mqtt, struct err *err)
{
    if (clock_monotonic_ns() - mqtt->connection.since_ns > MQTT_STEADY_MS * NS_PER_MS)
        mqtt->short_lives = 0;
    else if (mqtt->connection.is_up && mqtt->connection.is_hung_up)
        mqtt->short_lives++;
    size_t len = strlen(err->text);
    if (mqtt->short_lives >= MQTT_SHORT_LIVES && mqtt->connection.is_hung_up)
        snprintf(err->text + len, sizeof(err->text) - len,
                 "; each time soon after it took us: does another client take our place?");
}

static void *run_thread(void *arg)
{
    struct mqtt *mqtt = arg;
    int backoff_s = MQTT_BACKOFF_MIN_S;
    struct err err;

    while (!atomic_load(&mqtt->stopping) && connect_and_serve(mqtt, &err)) {
        judge_life(mqtt, &err);
        mqtt->connection.is_up = false;
        mqtt_probe_end(&mqtt->probe);
        mqtt_tell_state(mqtt, false, err.text);
        if (clock_monotonic_ns() - mqtt->connection.since_ns > MQTT_STEADY_MS * NS_PER_MS)
            backoff_s = MQTT_BACKOFF_MIN_S;
        wait_before_retry(mqtt, with_jitter_ns(backoff_s));
        backoff_s = backoff_s * 2 > MQTT_BACKOFF_MAX_S ? MQTT_BACKOFF_MAX_S : backoff_s * 2;
    }
    if (mqtt->connection.is_up)
        say_goodbye(mqtt);
    mqtt_wake(mqtt->ended_fd);
    return NULL;
}

int mqtt_thread_start(struct mqtt *mqtt, struct err *err)
{
    sigset_t all, before;

    mosquitto_lib_init();
    if (new_client(mqtt, err))
        return err_prefix(err, "mqtt: ");
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int rc = pthread_create(&mqtt->thread, NULL, run_thread, mqtt);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (rc != 0)
        return err_set(err, "mqtt: start the thread: %s", strerror(rc));
    mqtt->has_thread = true;
    return 0;
}

void mqtt_thread_free(struct mqtt *mqtt)
{
    mqtt_probe_end(&mqtt->probe);
    mosquitto_destroy(mqtt->client);
    mosquitto_lib_cleanup();
}

void mqtt_library(char *text, size_t size)
{
    int major, minor, revision;

    mosquitto_lib_version(&major, &minor, &revision);
    snprintf(text, size, "%d.%d.%d", major, minor, revision);
}
