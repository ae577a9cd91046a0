/* libmosquitto on a thread of its own, because its name look-up and its TLS handshake block. Nothing is
 * published while there is no connection: libmosquitto would queue it without a limit. Values wait in the
 * outbox instead. Knows no car and no JSON. */
#include "export/mqtt.h"

#include "export/outbox.h"
#include "util/clock.h"

#include <errno.h>
#include <mosquitto.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#define MQTT_KEEPALIVE_S   60
#define MQTT_MISC_MS       5000 /* how often libmosquitto may look at its keepalive */
#define MQTT_CONNECT_MS    15000
#define MQTT_BACKOFF_MIN_S 1
#define MQTT_BACKOFF_MAX_S 300
#define MQTT_GOODBYE_MS    2000

struct mqtt {
    const struct config_mqtt *settings;
    const char *password;
    struct mqtt_events events;
    void *ctx;
    struct outbox *outbox;
    struct mosquitto *client;
    char status_topic[OUTBOX_TOPIC_BYTES];
    pthread_t thread;
    bool has_thread;
    atomic_bool stopping;
    int ended_fd; /* from the thread: its last deed */
    int wake_fd;  /* to the thread: something is due, or stop */
    int state_fd; /* to the loop: is_up or reason changed */
    struct loop_watch *watch;
    pthread_mutex_t lock; /* the two below */
    bool is_up;
    char reason[ERR_TEXT_MAX];
    bool is_connected; /* the thread's own view, set in CONNACK */
    bool is_refused;
};

static void wake(int fd)
{
    uint64_t one = 1;

    if (write(fd, &one, sizeof(one)) != sizeof(one))
        return; /* full: it is awake already */
}

static void drain(int fd)
{
    uint64_t count;

    if (read(fd, &count, sizeof(count)) != sizeof(count))
        return;
}

static void tell_state(struct mqtt *mqtt, bool is_up, const char *reason)
{
    pthread_mutex_lock(&mqtt->lock);
    bool changed = mqtt->is_up != is_up || strcmp(mqtt->reason, reason) != 0;
    mqtt->is_up = is_up;
    snprintf(mqtt->reason, sizeof(mqtt->reason), "%s", reason);
    pthread_mutex_unlock(&mqtt->lock);
    if (changed)
        wake(mqtt->state_fd);
}

static void pass_state_on(void *ctx, uint32_t events)
{
    struct mqtt *mqtt = ctx;
    char reason[ERR_TEXT_MAX];

    (void)events;
    drain(mqtt->state_fd);
    pthread_mutex_lock(&mqtt->lock);
    bool is_up = mqtt->is_up;
    memcpy(reason, mqtt->reason, sizeof(reason));
    pthread_mutex_unlock(&mqtt->lock);
    mqtt->events.state(mqtt->ctx, is_up, reason);
}

static void on_connect(struct mosquitto *client, void *ctx, int code)
{
    struct mqtt *mqtt = ctx;

    (void)client;
    if (code != 0) {
        mqtt->is_refused = true;
        tell_state(mqtt, false, mosquitto_connack_string(code));
        return;
    }
    mqtt->is_connected = true;
    outbox_all_due(mqtt->outbox);
    tell_state(mqtt, true, "");
}

static void send_due(struct mqtt *mqtt)
{
    char topic[OUTBOX_TOPIC_BYTES], payload[OUTBOX_BYTES];

    while (mqtt->is_connected && outbox_take(mqtt->outbox, topic, payload)) {
        int rc = mosquitto_publish(mqtt->client, NULL, topic, (int)strlen(payload), payload, 1, true);
        if (rc != MOSQ_ERR_SUCCESS)
            return; /* the connection is going down; all is due again after the next one */
    }
}

/* One turn of the connection: waits for the broker or for work. Returns libmosquitto's code. */
static int turn(struct mqtt *mqtt, int timeout_ms)
{
    struct pollfd fds[2] = {{.fd = mosquitto_socket(mqtt->client), .events = POLLIN},
                            {.fd = mqtt->wake_fd, .events = POLLIN}};
    int rc = MOSQ_ERR_SUCCESS;

    if (fds[0].fd < 0)
        return MOSQ_ERR_CONN_LOST;
    if (mosquitto_want_write(mqtt->client))
        fds[0].events |= POLLOUT;
    if (poll(fds, 2, timeout_ms) < 0 && errno != EINTR)
        return MOSQ_ERR_ERRNO;
    if (fds[1].revents)
        drain(mqtt->wake_fd);
    if (fds[0].revents & (POLLIN | POLLHUP | POLLERR))
        rc = mosquitto_loop_read(mqtt->client, 1);
    if (rc == MOSQ_ERR_SUCCESS && (fds[0].revents & POLLOUT))
        rc = mosquitto_loop_write(mqtt->client, 1);
    if (rc == MOSQ_ERR_SUCCESS)
        rc = mosquitto_loop_misc(mqtt->client);
    if (rc == MOSQ_ERR_SUCCESS)
        send_due(mqtt);
    return rc;
}

/* Lives as long as one connection; a broker that never answers CONNECT is given up. */
static int serve_connection(struct mqtt *mqtt)
{
    int64_t deadline_ns = clock_monotonic_ns() + MQTT_CONNECT_MS * NS_PER_MS;
    int rc = MOSQ_ERR_SUCCESS;

    while (rc == MOSQ_ERR_SUCCESS && !atomic_load(&mqtt->stopping) && !mqtt->is_refused) {
        rc = turn(mqtt, mqtt->is_connected ? MQTT_MISC_MS : 500);
        if (!mqtt->is_connected && clock_monotonic_ns() > deadline_ns)
            return MOSQ_ERR_CONN_LOST;
    }
    return rc;
}

static void wait_before_retry(struct mqtt *mqtt, int seconds)
{
    int64_t until_ns = clock_monotonic_ns() + seconds * NS_PER_S;
    struct pollfd fd = {.fd = mqtt->wake_fd, .events = POLLIN};

    for (int64_t now_ns = clock_monotonic_ns(); now_ns < until_ns && !atomic_load(&mqtt->stopping);
         now_ns = clock_monotonic_ns()) {
        if (poll(&fd, 1, (int)((until_ns - now_ns) / NS_PER_MS) + 1) > 0)
            drain(mqtt->wake_fd);
    }
}

/* Sends what is still due and `offline`, and waits for the broker to have it. */
static void say_goodbye(struct mqtt *mqtt)
{
    int64_t deadline_ns = clock_monotonic_ns() + MQTT_GOODBYE_MS * NS_PER_MS;

    send_due(mqtt);
    mosquitto_publish(mqtt->client, NULL, mqtt->status_topic, 7, "offline", 1, true);
    mosquitto_disconnect(mqtt->client);
    while (mosquitto_socket(mqtt->client) >= 0 && clock_monotonic_ns() < deadline_ns)
        if (turn(mqtt, 50) != MOSQ_ERR_SUCCESS)
            return;
}

static int check(int rc, const char *what, struct err *err)
{
    if (rc == MOSQ_ERR_SUCCESS)
        return 0;
    return err_set(err, "mqtt: %s: %s", what,
                   rc == MOSQ_ERR_ERRNO ? strerror(errno) : mosquitto_strerror(rc));
}

/* A client lives for one connection: libmosquitto would send what an old one still owed after the new values.
 */
static int new_client(struct mqtt *mqtt, struct err *err)
{
    const struct config_mqtt *settings = mqtt->settings;

    mosquitto_destroy(mqtt->client);
    mqtt->client = mosquitto_new(NULL, true, mqtt);
    if (!mqtt->client)
        return err_set(err, "mqtt: %s", strerror(errno));
    mosquitto_connect_callback_set(mqtt->client, on_connect);
    if (check(mosquitto_will_set(mqtt->client, mqtt->status_topic, 7, "offline", 1, true), "will", err))
        return -1;
    if (settings->user[0] != '\0' &&
        check(mosquitto_username_pw_set(mqtt->client, settings->user, mqtt->password), "user", err))
        return -1;
    if (!settings->tls)
        return 0;
    const char *ca_path = settings->ca_file[0] == '\0' ? "/etc/ssl/certs" : NULL;
    const char *ca_file = ca_path ? NULL : settings->ca_file;
    if (check(mosquitto_tls_set(mqtt->client, ca_file, ca_path, NULL, NULL, NULL), "ca_file", err))
        return -1;
    return check(mosquitto_tls_opts_set(mqtt->client, 1, "tlsv1.2", NULL), "TLS", err);
}

static int connect_and_serve(struct mqtt *mqtt, struct err *err)
{
    mqtt->is_connected = false;
    mqtt->is_refused = false;
    if (new_client(mqtt, err))
        return -1;
    int rc =
        mosquitto_connect_async(mqtt->client, mqtt->settings->host, mqtt->settings->port, MQTT_KEEPALIVE_S);
    if (check(rc, mqtt->settings->host, err))
        return -1;
    return check(serve_connection(mqtt), "connection", err);
}

static void *run_thread(void *arg)
{
    struct mqtt *mqtt = arg;
    int backoff_s = MQTT_BACKOFF_MIN_S;
    struct err err;

    while (!atomic_load(&mqtt->stopping)) {
        if (connect_and_serve(mqtt, &err) && !mqtt->is_refused)
            tell_state(mqtt, false, err.text);
        if (atomic_load(&mqtt->stopping))
            break;
        if (mqtt->is_connected)
            backoff_s = MQTT_BACKOFF_MIN_S;
        wait_before_retry(mqtt, backoff_s);
        backoff_s = backoff_s * 2 > MQTT_BACKOFF_MAX_S ? MQTT_BACKOFF_MAX_S : backoff_s * 2;
    }
    if (mqtt->is_connected)
        say_goodbye(mqtt);
    wake(mqtt->ended_fd);
    return NULL;
}

static int start_thread(struct mqtt *mqtt, struct err *err)
{
    sigset_t all, before;

    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int rc = pthread_create(&mqtt->thread, NULL, run_thread, mqtt);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (rc != 0)
        return err_set(err, "mqtt: start the thread: %s", strerror(rc));
    mqtt->has_thread = true;
    return 0;
}

struct mqtt *mqtt_new(struct loop *loop, const struct config_mqtt *settings, const char *password,
                      const struct mqtt_events *events, void *ctx, struct err *err)
{
    struct mqtt *mqtt = calloc(1, sizeof(*mqtt));

    if (!mqtt) {
        err_set(err, "mqtt: out of memory");
        return NULL;
    }
    mosquitto_lib_init();
    mqtt->settings = settings;
    mqtt->password = password;
    mqtt->events = *events;
    mqtt->ctx = ctx;
    pthread_mutex_init(&mqtt->lock, NULL);
    snprintf(mqtt->status_topic, sizeof(mqtt->status_topic), "%s/status", settings->base);
    mqtt->outbox = outbox_new();
    mqtt->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    mqtt->state_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    mqtt->ended_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (!mqtt->outbox || mqtt->wake_fd < 0 || mqtt->state_fd < 0 || mqtt->ended_fd < 0)
        err_set(err, "mqtt: %s", strerror(errno));
    else if (outbox_put(mqtt->outbox, mqtt->status_topic, "online") && new_client(mqtt, err) == 0 &&
             (mqtt->watch = loop_watch_new(loop, mqtt->state_fd, EPOLLIN, pass_state_on, mqtt, err)) &&
             start_thread(mqtt, err) == 0)
        return mqtt;
    mqtt_free(mqtt);
    return NULL;
}

/* A name look-up can hang for longer than we may: then the thread and what it uses are left to the end of the
 * process. */
static bool join_in_time(struct mqtt *mqtt)
{
    struct pollfd ended = {.fd = mqtt->ended_fd, .events = POLLIN};

    return poll(&ended, 1, 2 * MQTT_GOODBYE_MS) == 1 && pthread_join(mqtt->thread, NULL) == 0;
}

void mqtt_free(struct mqtt *mqtt)
{
    if (!mqtt)
        return;
    if (mqtt->has_thread) {
        atomic_store(&mqtt->stopping, true);
        wake(mqtt->wake_fd);
        if (!join_in_time(mqtt))
            return;
    }
    loop_watch_free(mqtt->watch);
    mosquitto_destroy(mqtt->client);
    mosquitto_lib_cleanup();
    outbox_free(mqtt->outbox);
    if (mqtt->wake_fd >= 0)
        close(mqtt->wake_fd);
    if (mqtt->state_fd >= 0)
        close(mqtt->state_fd);
    if (mqtt->ended_fd >= 0)
        close(mqtt->ended_fd);
    pthread_mutex_destroy(&mqtt->lock);
    free(mqtt);
}

void mqtt_publish(struct mqtt *mqtt, const char *topic, const char *payload)
{
    char full[OUTBOX_TOPIC_BYTES];

    snprintf(full, sizeof(full), "%s/%s", mqtt->settings->base, topic);
    if (outbox_put(mqtt->outbox, full, payload))
        wake(mqtt->wake_fd);
}
