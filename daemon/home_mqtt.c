/* After the first connection the broker tells what it kept of us; then, and at most once a second, it gets
 * what the topics say now. Events go at once. What the topics say is home_mqtt_car.c's. */
#include "home_mqtt.h"

#include "export/hearings.h"
#include "export/json_mqtt.h"
#include "export/outbox.h"
#include "home_meter.h"
#include "home_mqtt_car.h"
#include "util/clock.h"
#include "util/log.h"
#include "util/secretfile.h"

#include <arpa/inet.h>
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#define READ_BACK_NS   (2 * NS_PER_S)
#define SPACING_NS     NS_PER_S
#define REPEAT_NS      NS_PER_MIN /* what changes without a change of the view: the last contact */
#define BIRTH_MIN_NS   NS_PER_S
#define BIRTH_MAX_NS   (5 * NS_PER_S)
#define GONE_MAX       16 /* cars whose topics are emptied at one start */
#define PASSWORD_BYTES 256
#define NEVER          INT64_MAX

/* Two topics and the filter of cars, three of each car and its meter; then the status and eight topics of
 * each. */
static_assert(3 + 4 * CONFIG_CAR_MAX <= HEARINGS_MAX, "all that is read back can be heard");
static_assert(1 + 8 * (CONFIG_CAR_MAX + GONE_MAX) <= OUTBOX_TOPIC_MAX, "all topics have a place");

enum phase { WAITING, READING_BACK, TELLING };

struct home_mqtt {
    struct home_mqtt_place place;
    home_mqtt_state_fn *fn;
    void *ctx;
    struct view_mqtt shown;
    const struct zone *zone;
    char password[PASSWORD_BYTES];
    struct loop_timer *timer;
    enum phase phase;
    int64_t read_until_ns, birth_ns;
    uint64_t sent; /* view->sequence of the last update */
    int64_t sent_ns;
    uint64_t dropped;
    struct log_repeat dropped_log;
    struct home_meter *meter; /* NULL: nobody hears meters */
    bool is_shared;           /* another garaged is online under this base */
    char gone[GONE_MAX][DIARY_CAR_BYTES];
    size_t gone_count;
    struct home_mqtt_car cars[CONFIG_CAR_MAX];
};

/* The password from its file, or from systemd when none is named. */
static int read_password(const struct config_mqtt *settings, char password[PASSWORD_BYTES], struct err *err)
{
    char credential[CONFIG_TEXT_MAX];

    if (settings->password_file[0] != '\0')
        return secretfile_read("mqtt.password_file", settings->password_file, password, PASSWORD_BYTES, err);
    if (secretfile_credential("mqtt.pass", credential, sizeof(credential)))
        return secretfile_read("mqtt.pass", credential, password, PASSWORD_BYTES, err);
    return 0;
}

static struct json_moment moment(const struct home_mqtt *mqtt)
{
    return (struct json_moment){.boot_ns = clock_boot_ns(), .utc_ns = clock_utc_ns(), .zone = mqtt->zone};
}

/* ---- telling ---- */

static void status_topic(const struct home_mqtt *mqtt, char topic[HOME_MQTT_TOPIC_BYTES])
{
    snprintf(topic, HOME_MQTT_TOPIC_BYTES, "%s/status", mqtt->place.settings->base);
}

static void publish_all(struct home_mqtt *mqtt, int64_t now_ns)
{
    const struct json_moment now = moment(mqtt);

    for (size_t i = 0; i < mqtt->place.view->car_count; i++)
        home_mqtt_car_publish(&mqtt->cars[i], &now);
    mqtt->sent = mqtt->place.view->sequence;
    mqtt->sent_ns = now_ns;
}

static int64_t discover_all(struct home_mqtt *mqtt, int64_t now_ns)
{
    int64_t next_ns = NEVER;

    for (size_t i = 0; i < mqtt->place.view->car_count; i++) {
        int64_t due_ns = home_mqtt_car_discover(&mqtt->cars[i], now_ns);
        if (due_ns < next_ns)
            next_ns = due_ns;
    }
    return next_ns;
}

static int64_t publish_due_ns(const struct home_mqtt *mqtt)
{
    return mqtt->sent_ns + (mqtt->sent != mqtt->place.view->sequence ? SPACING_NS : REPEAT_NS);
}

static void report_dropped(struct home_mqtt *mqtt, int64_t now_ns)
{
    uint64_t dropped = mqtt_dropped(mqtt->place.client);

    if (dropped == mqtt->dropped)
        return;
    mqtt->dropped = dropped;
    log_repeated(&mqtt->dropped_log, now_ns, LOG_LEVEL_WARNING, "mqtt",
                 "messages dropped, too long or too many: %ju", (uintmax_t)dropped);
}

/* ---- reading back ---- */

static void hear_all(struct home_mqtt *mqtt, bool is_wanted)
{
    void (*say)(struct mqtt * client, const char *filter) = is_wanted ? mqtt_hear : mqtt_unhear;
    char topic[HOME_MQTT_TOPIC_BYTES];

    status_topic(mqtt, topic);
    say(mqtt->place.client, topic);
    snprintf(topic, sizeof(topic), "%s/+/reachable", mqtt->place.settings->base);
    say(mqtt->place.client, topic);
    for (size_t i = 0; i < mqtt->place.view->car_count; i++)
        home_mqtt_car_hear(&mqtt->cars[i], is_wanted);
}

static bool is_known_gone(const struct home_mqtt *mqtt, const char *id)
{
    for (size_t i = 0; i < mqtt->gone_count; i++)
        if (strcmp(mqtt->gone[i], id) == 0)
            return true;
    return false;
}

/* <base>/<id>/reachable of a car that is not in the configuration. */
static void note_gone(struct home_mqtt *mqtt, const char *topic)
{
    size_t base_len = strlen(mqtt->place.settings->base);
    char id[DIARY_CAR_BYTES], rest[16];

    if (strncmp(topic, mqtt->place.settings->base, base_len) != 0 ||
        sscanf(topic + base_len, "/%16[a-z0-9_]/%15s", id, rest) != 2 || strcmp(rest, "reachable") != 0)
        return;
    if (!view_find_car(mqtt->place.view, id) && !is_known_gone(mqtt, id) && mqtt->gone_count < GONE_MAX)
        strcpy(mqtt->gone[mqtt->gone_count++], id);
}

static void read_back(struct home_mqtt *mqtt, const char *topic, const char *payload)
{
    char status[HOME_MQTT_TOPIC_BYTES];

    status_topic(mqtt, status);
    if (strcmp(topic, status) == 0)
        mqtt->is_shared = strcmp(payload, "online") == 0;
    note_gone(mqtt, topic);
    for (size_t i = 0; i < mqtt->place.view->car_count; i++)
        home_mqtt_car_read_back(&mqtt->cars[i], topic, payload);
}

/* Who is online here already may be the one that these cars belong to. */
static void empty_gone(struct home_mqtt *mqtt)
{
    for (size_t i = 0; i < mqtt->gone_count && mqtt->is_shared; i++)
        log_warning("mqtt",
                    "%s is not in the configuration, but another garaged is online below %s/: left alone",
                    mqtt->gone[i], mqtt->place.settings->base);
    for (size_t i = 0; i < mqtt->gone_count && !mqtt->is_shared; i++) {
        log_notice("mqtt", "%s is gone from the configuration: its topics are emptied", mqtt->gone[i]);
        home_mqtt_car_empty(&mqtt->place, mqtt->gone[i]);
    }
}

/* In the order in which Home Assistant wants it again after its birth: discovery, status, values. */
static void begin_telling(struct home_mqtt *mqtt, int64_t now_ns)
{
    char status[HOME_MQTT_TOPIC_BYTES];

    mqtt->phase = TELLING;
    hear_all(mqtt, false);
    discover_all(mqtt, now_ns);
    status_topic(mqtt, status);
    mqtt_publish(mqtt->place.client, status, "online");
    publish_all(mqtt, now_ns);
    empty_gone(mqtt);
}

/* ---- the client's events ---- */

/* Does what is due, and has itself called when the next thing is. */
static void step(void *ctx, int64_t now_ns)
{
    struct home_mqtt *mqtt = ctx;
    int64_t next_ns = NEVER;

    report_dropped(mqtt, now_ns);
    if (mqtt->phase == READING_BACK && now_ns >= mqtt->read_until_ns)
        begin_telling(mqtt, now_ns);
    if (now_ns >= mqtt->birth_ns) {
        mqtt->birth_ns = NEVER;
        mqtt_repeat(mqtt->place.client);
    }
    if (mqtt->phase == TELLING && now_ns >= publish_due_ns(mqtt))
        publish_all(mqtt, now_ns);
    if (mqtt->phase == TELLING) {
        int64_t discover_ns = discover_all(mqtt, now_ns);
        next_ns = publish_due_ns(mqtt) < discover_ns ? publish_due_ns(mqtt) : discover_ns;
    }
    if (mqtt->phase == READING_BACK)
        next_ns = mqtt->read_until_ns;
    if (mqtt->birth_ns < next_ns)
        next_ns = mqtt->birth_ns;
    if (next_ns != NEVER)
        loop_timer_start(mqtt->timer, next_ns);
}

/* In 1970 no certificate is valid yet: who reads of TLS that failed must not look for it elsewhere. */
static void add_clock(const struct home_mqtt *mqtt, const char *reason, char words[ERR_TEXT_MAX])
{
    bool is_doubtful = mqtt->place.settings->tls && !mqtt->place.view->clock_right && reason[0] != '\0';

    snprintf(words, ERR_TEXT_MAX, "%.400s%s", reason,
             is_doubtful ? "; the clock is not set: until it is, certificates may seem invalid" : "");
}

static void show_state(struct home_mqtt *mqtt, bool is_up, const char *reason)
{
    char words[ERR_TEXT_MAX];

    add_clock(mqtt, reason, words);
    log_notice("mqtt", "%s%s%s", is_up ? "connected" : "not connected", *words ? ": " : "", words);
    mqtt->shown.state = is_up ? "up" : "down";
    snprintf(mqtt->shown.reason, sizeof(mqtt->shown.reason), "%.199s", words);
    mqtt->fn(mqtt->ctx, &mqtt->shown);
}

static void state_changed(void *ctx, bool is_up, const char *reason)
{
    struct home_mqtt *mqtt = ctx;
    int64_t now_ns = clock_boot_ns();

    if (is_up && mqtt->phase == WAITING) {
        mqtt->phase = READING_BACK;
        mqtt->read_until_ns = now_ns + READ_BACK_NS;
    }
    if (!is_up && mqtt->phase == READING_BACK)
        mqtt->phase = WAITING;
    if (!is_up && mqtt->meter)
        home_meter_lose(mqtt->meter, now_ns);
    show_state(mqtt, is_up, reason);
    step(mqtt, now_ns);
}

static void anonymous_judged(void *ctx, enum mqtt_anonymous answer)
{
    struct home_mqtt *mqtt = ctx;

    mqtt->shown.is_probed = true;
    mqtt->shown.is_anonymous = answer == MQTT_ANONYMOUS_SERVED;
    if (mqtt->shown.is_anonymous)
        log_warning(
            "mqtt",
            "%s serves everybody who reaches it, without user and password: whoever is in the network "
            "reads and forges what the cars say",
            mqtt->place.settings->host);
    else
        log_notice("mqtt", "%s refuses who does not log in", mqtt->place.settings->host);
    mqtt->fn(mqtt->ctx, &mqtt->shown);
}

/* Somewhere between one and five seconds: Home Assistant is busy, and we are not its only device. */
static int64_t birth_delay_ns(void)
{
    uint16_t random = 0;

    if (getrandom(&random, sizeof(random), GRND_NONBLOCK) != sizeof(random))
        random = 0;
    return BIRTH_MIN_NS + (BIRTH_MAX_NS - BIRTH_MIN_NS) / UINT16_MAX * random;
}

/* Shown by those who ask; no reader of the state is told. */
static void tell_birth(struct home_mqtt *mqtt, int64_t now_ns)
{
    mqtt->shown.birth_boot_ns = now_ns;
    mqtt->fn(mqtt->ctx, &mqtt->shown);
}

static void message_came(void *ctx, const char *topic, const char *payload, size_t len, bool is_retained)
{
    struct home_mqtt *mqtt = ctx;
    int64_t now_ns = clock_boot_ns();
    bool is_birth = strcmp(topic, mqtt->place.settings->birth_topic) == 0 && strcmp(payload, "online") == 0;

    if (mqtt->meter)
        home_meter_take(mqtt->meter, topic, payload, len, is_retained, now_ns);
    if (mqtt->phase == READING_BACK && is_retained)
        read_back(mqtt, topic, payload);
    if (is_birth)
        tell_birth(mqtt, now_ns);
    if (is_birth && mqtt->birth_ns == NEVER) {
        mqtt->birth_ns = now_ns + birth_delay_ns();
        step(mqtt, now_ns);
    }
}

/* ---- the house's side ---- */

static bool is_loopback(const char *host)
{
    struct in_addr v4;
    struct in6_addr v6;

    if (inet_pton(AF_INET, host, &v4) == 1)
        return ntohl(v4.s_addr) >> 24 == 127;
    return strcmp(host, "localhost") == 0 ||
           (inet_pton(AF_INET6, host, &v6) == 1 && IN6_IS_ADDR_LOOPBACK(&v6));
}

/* Said once at the start, and shown as long as it is so. */
static void judge_wire(struct home_mqtt *mqtt)
{
    const struct config_mqtt *settings = mqtt->place.settings;

    mqtt->shown.is_discovery = settings->discovery;
    mqtt->shown.is_plain = settings->user[0] != '\0' && !settings->tls && !is_loopback(settings->host);
    if (mqtt->shown.is_plain)
        log_warning("mqtt", "user and password cross the network to %s unencrypted: set mqtt.tls",
                    settings->host);
    mqtt->fn(mqtt->ctx, &mqtt->shown);
}

static int start_client(struct home_mqtt *mqtt, struct loop *loop, struct err *err)
{
    static const struct mqtt_events events = {state_changed, message_came, anonymous_judged};
    const struct config_mqtt *settings = mqtt->place.settings;

    if (read_password(settings, mqtt->password, err))
        return -1;
    mqtt->timer = loop_timer_new(loop, step, mqtt);
    if (!mqtt->timer)
        return err_set(err, "mqtt: out of memory");
    mqtt->place.client = mqtt_new(loop, settings, mqtt->password, &events, mqtt, err);
    if (!mqtt->place.client)
        return -1;
    hear_all(mqtt, true);
    mqtt_hear(mqtt->place.client, settings->birth_topic);
    return 0;
}

struct home_mqtt *home_mqtt_new(struct loop *loop, const struct config_mqtt *settings,
                                const struct view *view, const struct zone *zone, home_mqtt_state_fn *fn,
                                void *ctx, struct err *err)
{
    struct home_mqtt *mqtt = calloc(1, sizeof(*mqtt));

    if (!mqtt) {
        err_set(err, "mqtt: out of memory");
        return NULL;
    }
    mqtt->place = (struct home_mqtt_place){.settings = settings, .view = view};
    mqtt->fn = fn;
    mqtt->ctx = ctx;
    mqtt->zone = zone;
    mqtt->shown.state = "down";
    mqtt->birth_ns = NEVER;
    for (size_t i = 0; i < view->car_count; i++)
        home_mqtt_car_begin(&mqtt->cars[i], &mqtt->place, &view->cars[i]);
    judge_wire(mqtt);
    if (start_client(mqtt, loop, err) == 0)
        return mqtt;
    home_mqtt_free(mqtt);
    return NULL;
}

void home_mqtt_free(struct home_mqtt *mqtt)
{
    if (!mqtt)
        return;
    mqtt_free(mqtt->place.client);
    loop_timer_free(mqtt->timer);
    for (size_t i = 0; i < CONFIG_CAR_MAX; i++)
        home_mqtt_car_end(&mqtt->cars[i]);
    free(mqtt);
}

void home_mqtt_attach_meter(struct home_mqtt *mqtt, struct home_meter *meter, const struct config *config)
{
    mqtt->meter = meter;
    for (size_t i = 0; i < config->car_count; i++)
        if (config->cars[i].meter_topic[0] != '\0')
            mqtt_hear(mqtt->place.client, config->cars[i].meter_topic);
}

void home_mqtt_changed(struct home_mqtt *mqtt)
{
    step(mqtt, clock_boot_ns());
}

void home_mqtt_tell_charge(struct home_mqtt *mqtt, const struct view_car *car, enum home_mqtt_charge what,
                           const struct diary_charge *charge)
{
    static const char *const words[] = {[HOME_MQTT_STARTED] = "started",
                                        [HOME_MQTT_FINISHED] = "finished",
                                        [HOME_MQTT_INTERRUPTED] = "interrupted"};

    if (mqtt)
        home_mqtt_car_tell(&mqtt->place, car->id, "event/charge",
                           json_mqtt_charge_event(words[what], charge, mqtt->zone));
}

void home_mqtt_tell_outing(struct home_mqtt *mqtt, const struct view_car *car,
                           const struct diary_outing *outing)
{
    if (mqtt)
        home_mqtt_car_tell(&mqtt->place, car->id, "event/outing", json_mqtt_outing_event(outing, mqtt->zone));
}

void home_mqtt_tell_notice(struct home_mqtt *mqtt, const struct view_car *car, const char *kind,
                           const char *text)
{
    if (!mqtt)
        return;
    const struct json_moment now = moment(mqtt);

    home_mqtt_car_tell(&mqtt->place, car->id, "event/notice",
                       json_mqtt_notice_event(mqtt->place.view, kind, text, &now));
}

unsigned home_mqtt_turns(void *ctx)
{
    const struct home_mqtt *mqtt = ctx;

    return mqtt_turns(mqtt->place.client);
}
