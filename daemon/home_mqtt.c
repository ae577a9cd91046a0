/* Builds the retained topics of each car from the view and hands them to the client, at most once a second.
 * Events go at once. Discovery is not here yet. */
#include "home_mqtt.h"

#include "export/json_mqtt.h"
#include "util/clock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define SPACING_NS     NS_PER_S
#define PASSWORD_BYTES 256
#define TOPIC_BYTES    160

struct home_mqtt {
    struct mqtt *client;
    const struct config_mqtt *settings;
    home_mqtt_state_fn *fn;
    void *ctx;
    const struct view *view;
    const struct zone *zone;
    char password[PASSWORD_BYTES];
    uint64_t sent; /* view->sequence of the last update */
    int64_t sent_ns;
};

static int read_password(const char *path, char *password, struct err *err)
{
    struct stat status;
    int fd = open(path, O_RDONLY | O_CLOEXEC);

    if (fd < 0 || fstat(fd, &status) != 0) {
        err_set(err, "mqtt.password_file: %s: %s", path, strerror(errno));
        if (fd >= 0)
            close(fd);
        return -1;
    }
    ssize_t got = (status.st_mode & 077) == 0 ? read(fd, password, PASSWORD_BYTES - 1) : -1;
    close(fd);
    if (got < 0)
        return err_set(err, "mqtt.password_file: %s: others may read it: chmod 600", path);
    password[got] = '\0';
    password[strcspn(password, "\r\n")] = '\0';
    return 0;
}

static void topic_of(const struct home_mqtt *mqtt, const struct view_car *car, const char *name,
                     char topic[TOPIC_BYTES])
{
    snprintf(topic, TOPIC_BYTES, "%s/%s/%s", mqtt->settings->base, car->id, name);
}

static void publish(struct home_mqtt *mqtt, const struct view_car *car, const char *name, const char *payload)
{
    char topic[TOPIC_BYTES];

    topic_of(mqtt, car, name, topic);
    mqtt_publish(mqtt->client, topic, payload);
}

/* Takes the text over. */
static void tell(struct home_mqtt *mqtt, const struct view_car *car, const char *name, char *payload)
{
    char topic[TOPIC_BYTES];

    topic_of(mqtt, car, name, topic);
    if (payload)
        mqtt_tell(mqtt->client, topic, payload);
    free(payload);
}

static void publish_car(struct home_mqtt *mqtt, const struct view_car *car, const struct json_moment *now)
{
    static const char *const garage[] = {[TRI_FALSE] = "OFF", [TRI_TRUE] = "ON", [TRI_UNKNOWN] = "None"};
    char *state = json_mqtt_state(mqtt->view, car, now);

    publish(mqtt, car, "reachable", car->link == VIEW_LINK_UP ? "online" : "offline");
    publish(mqtt, car, "garage", garage[car->garage]);
    if (state)
        publish(mqtt, car, "state", state);
    free(state);
}

static struct json_moment moment(const struct home_mqtt *mqtt)
{
    return (struct json_moment){.boot_ns = clock_boot_ns(), .utc_ns = clock_utc_ns(), .zone = mqtt->zone};
}

static void publish_all(struct home_mqtt *mqtt, int64_t now_ns)
{
    const struct json_moment now = moment(mqtt);
    char status[TOPIC_BYTES];

    snprintf(status, sizeof(status), "%s/status", mqtt->settings->base);
    mqtt_publish(mqtt->client, status, "online");
    for (size_t i = 0; i < mqtt->view->car_count; i++)
        publish_car(mqtt, &mqtt->view->cars[i], &now);
    mqtt->sent = mqtt->view->sequence;
    mqtt->sent_ns = now_ns;
}

static void state_changed(void *ctx, bool is_up, const char *reason)
{
    struct home_mqtt *mqtt = ctx;

    mqtt->fn(mqtt->ctx, is_up, reason);
}

static void message_came(void *ctx, const char *topic, const char *payload, size_t len, bool is_retained)
{
    (void)ctx;
    (void)topic;
    (void)payload;
    (void)len;
    (void)is_retained;
}

struct home_mqtt *home_mqtt_new(struct loop *loop, const struct config_mqtt *settings,
                                const struct view *view, const struct zone *zone, home_mqtt_state_fn *fn,
                                void *ctx, struct err *err)
{
    static const struct mqtt_events events = {state_changed, message_came};
    struct home_mqtt *mqtt = calloc(1, sizeof(*mqtt));

    if (!mqtt) {
        err_set(err, "mqtt: out of memory");
        return NULL;
    }
    mqtt->settings = settings;
    mqtt->fn = fn;
    mqtt->ctx = ctx;
    mqtt->view = view;
    mqtt->zone = zone;
    if (settings->password_file[0] == '\0' ||
        read_password(settings->password_file, mqtt->password, err) == 0)
        mqtt->client = mqtt_new(loop, settings, mqtt->password, &events, mqtt, err);
    if (!mqtt->client) {
        free(mqtt);
        return NULL;
    }
    publish_all(mqtt, clock_boot_ns());
    return mqtt;
}

void home_mqtt_free(struct home_mqtt *mqtt)
{
    if (!mqtt)
        return;
    mqtt_free(mqtt->client);
    free(mqtt);
}

void home_mqtt_changed(struct home_mqtt *mqtt)
{
    int64_t now_ns = clock_boot_ns();

    if (mqtt->sent != mqtt->view->sequence && now_ns - mqtt->sent_ns >= SPACING_NS)
        publish_all(mqtt, now_ns);
}

void home_mqtt_advance(struct home_mqtt *mqtt)
{
    home_mqtt_changed(mqtt);
}

void home_mqtt_tell_charge(struct home_mqtt *mqtt, const struct view_car *car, enum home_mqtt_charge what,
                           const struct diary_charge *charge)
{
    static const char *const words[] = {[HOME_MQTT_STARTED] = "started",
                                        [HOME_MQTT_FINISHED] = "finished",
                                        [HOME_MQTT_INTERRUPTED] = "interrupted"};

    if (mqtt)
        tell(mqtt, car, "event/charge", json_mqtt_charge_event(words[what], charge, mqtt->zone));
}

void home_mqtt_tell_outing(struct home_mqtt *mqtt, const struct view_car *car,
                           const struct diary_outing *outing)
{
    if (mqtt)
        tell(mqtt, car, "event/outing", json_mqtt_outing_event(outing, mqtt->zone));
}

void home_mqtt_tell_notice(struct home_mqtt *mqtt, const struct view_car *car, const char *kind,
                           const char *text)
{
    if (!mqtt)
        return;
    const struct json_moment now = moment(mqtt);

    tell(mqtt, car, "event/notice", json_mqtt_notice_event(mqtt->view, kind, text, &now));
}
