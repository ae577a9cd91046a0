/* The home's end of one car: its process or socket, started and tried again. What its records mean is
 * home_seen's. */
#include "home_car.h"

#include "link/link.h"
#include "link/spawn.h"
#include "util/clock.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#define RETRY_MIN_S 1
#define RETRY_MAX_S 60
#define END_NS      (1 * NS_PER_S) /* for a half that closed its socket to end */

#define PAUSE_WORDS "another program may use the dongle"

struct home_car {
    struct loop *loop;
    const struct home_car_settings *settings;
    struct home_seen seen;
    struct spawn *spawn;
    struct link *link;
    struct loop_timer *retry;
    struct loop_timer *pause_end; /* runs while the dongle is paused */
    struct home_record *recording;
    int retry_s;
    char closed_words[RECORD_TEXT_MAX]; /* why the link went down, while the child's end is awaited */
};

static void start(struct home_car *car);

static void set_link(struct home_car *car, enum view_link link, const char *reason)
{
    home_seen_set_link(&car->seen, link, reason, clock_boot_ns());
}

/* Without the car half nothing is known of where the car is. */
static void forget_presence(struct home_car *car, const char *reason)
{
    struct view_car *seen = home_seen_car(&car->seen);

    seen->presence = PRESENCE_UNKNOWN;
    seen->garage = TRI_UNKNOWN;
    snprintf(seen->presence_reason, sizeof(seen->presence_reason), "%s", reason);
}

static void lose_half(struct home_car *car, const char *reason)
{
    int64_t now_ns = clock_boot_ns();

    home_record_end(car->recording, reason);
    link_free(car->link);
    car->link = NULL;
    spawn_free(car->spawn);
    car->spawn = NULL;
    home_seen_car(&car->seen)->has_half = false;
    forget_presence(car, reason);
    set_link(car, VIEW_LINK_DOWN, reason);
    loop_timer_start(car->retry, now_ns + car->retry_s * NS_PER_S);
    car->retry_s = car->retry_s * 2 > RETRY_MAX_S ? RETRY_MAX_S : car->retry_s * 2;
}

static void note_loss(struct home_car *car, const struct record_link *link)
{
    char words[RECORDER_WORDS / 2];

    if (link->state != RECORD_LINK_DOWN)
        return;
    snprintf(words, sizeof(words), "the dongle was lost meanwhile: %.80s", link->reason);
    home_record_note(car->recording, words);
}

static void take_record(void *ctx, const struct record *record)
{
    struct home_car *car = ctx;

    if (record->kind == RECORD_FRAME)
        home_record_take(car->recording, &record->frame);
    if (record->kind == RECORD_LINK)
        note_loss(car, &record->link);
    home_seen_take(&car->seen, record, clock_boot_ns());
    if (record->kind == RECORD_HELLO && home_seen_car(&car->seen)->has_half)
        car->retry_s = RETRY_MIN_S;
}

/* A child whose link is closed is mostly at its end, which says more: child_exited follows. */
static void link_down(void *ctx, const char *reason)
{
    struct home_car *car = ctx;
    char text[RECORD_TEXT_MAX];

    snprintf(text, sizeof(text), "garaged-car: %.150s", reason);
    if (!car->spawn) {
        lose_half(car, text);
        return;
    }
    link_free(car->link);
    car->link = NULL;
    home_seen_car(&car->seen)->has_half = false;
    memcpy(car->closed_words, text, sizeof(car->closed_words));
    loop_timer_start(car->retry, clock_boot_ns() + END_NS);
}

static void child_exited(void *ctx, int status)
{
    struct home_car *car = ctx;
    char text[RECORD_TEXT_MAX];

    if (WIFSIGNALED(status))
        snprintf(text, sizeof(text), "garaged-car was killed by signal %d and is being restarted",
                 WTERMSIG(status));
    else
        snprintf(text, sizeof(text), "garaged-car ended with %d and is being restarted", WEXITSTATUS(status));
    lose_half(car, text);
}

static int spawn_half(struct home_car *car, struct err *err)
{
    const struct home_car_settings *settings = car->settings;
    const char *arguments[] = {settings->program,
                               "--config",
                               settings->config_path,
                               "--car",
                               home_seen_car(&car->seen)->id,
                               "--link",
                               "%d",
                               settings->data_dir ? "--data" : NULL,
                               settings->data_dir,
                               NULL};
    int fd = -1;

    car->spawn = spawn_new(car->loop, arguments, &fd, child_exited, car, err);
    return fd;
}

static int connect_half(struct home_car *car, struct err *err)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

    snprintf(address.sun_path, sizeof(address.sun_path), "%s/%s.sock", car->settings->sockets_dir,
             home_seen_car(&car->seen)->id);
    if (fd >= 0 && connect(fd, (const struct sockaddr *)&address, sizeof(address)) == 0)
        return fd;
    err_set(err, "garaged-car is not reachable: %s: %s", address.sun_path, strerror(errno));
    if (fd >= 0)
        close(fd);
    return -1;
}

/* ---- the pause ---- */

/* At least what is left: who comes late must not shorten it. The home ends it to the second. */
static void tell_pause(struct home_car *car, int64_t now_ns)
{
    int64_t left_ns = home_seen_car(&car->seen)->paused_until_boot_ns - now_ns;
    struct record record = {.kind = RECORD_PAUSE};

    if (left_ns > 0)
        record.pause.seconds = (uint32_t)((left_ns + NS_PER_S - 1) / NS_PER_S);
    if (car->link)
        link_send(car->link, &record);
}

/* What the half said meanwhile was not shown: it says all of it again. */
static void end_pause(void *ctx, int64_t now_ns)
{
    struct home_car *car = ctx;
    const struct record refresh = {.kind = RECORD_REFRESH};

    home_seen_resume(&car->seen, now_ns);
    tell_pause(car, now_ns);
    if (car->link)
        link_send(car->link, &refresh);
}

static void write_pause(const struct home_car *car, int64_t until_ns, int64_t now_ns, char *text, size_t size)
{
    char time[ZONE_TIME_TEXT_SIZE];

    zone_time_text(car->settings->zone, clock_utc_ns() + until_ns - now_ns, time);
    if (car->seen.view->clock_right)
        snprintf(text, size, "paused until %.5s: " PAUSE_WORDS, time + strlen("2026-11-22T"));
    else
        snprintf(text, size, "paused for a while: " PAUSE_WORDS);
}

int home_car_pause(struct home_car *car, int64_t seconds, struct err *err)
{
    const struct view_car *seen = home_seen_car(&car->seen);
    int64_t now_ns = clock_boot_ns();
    char words[RECORD_TEXT_MAX];

    if (seconds < 0 || seconds > RECORD_PAUSE_MAX_S)
        return err_set(err, "a pause lasts at most %d hours", RECORD_PAUSE_MAX_S / 3600);
    loop_timer_stop(car->pause_end);
    if (seconds == 0 && (seen->paused_until_boot_ns || seen->link_lent))
        end_pause(car, now_ns); /* also a pause from before our own restart, which only the half knows */
    if (seconds == 0)
        return 0;
    home_record_end(car->recording, "the dongle was lent to another program");
    int64_t until_ns = now_ns + seconds * NS_PER_S;
    write_pause(car, until_ns, now_ns, words, sizeof(words));
    home_seen_pause(&car->seen, until_ns, words, now_ns);
    loop_timer_start(car->pause_end, until_ns);
    tell_pause(car, now_ns);
    return 0;
}

/* ---- the recording ---- */

static void watch(void *ctx, int64_t seconds)
{
    struct home_car *car = ctx;
    const struct record record = {.kind = RECORD_WATCH, .watch = {.seconds = (uint32_t)seconds}};

    if (car->link)
        link_send(car->link, &record);
}

static void tell_changed(void *ctx)
{
    const struct home_car *car = ctx;

    car->seen.events.changed(car->seen.ctx);
}

struct home_record *home_car_recording(struct home_car *car)
{
    return car->recording;
}

/* ---- the half ---- */

static void start(struct home_car *car)
{
    static const struct link_events events = {.record = take_record, .down = link_down};
    struct err err;

    set_link(car, VIEW_LINK_STARTING, "starting garaged-car");
    int fd = car->settings->sockets_dir ? connect_half(car, &err) : spawn_half(car, &err);
    if (fd < 0) {
        lose_half(car, err.text);
        return;
    }
    car->link = link_new(car->loop, fd, LINK_END_HOME, &events, car, &err);
    if (!car->link) {
        close(fd);
        lose_half(car, err.text);
        return;
    }
    if (home_seen_car(&car->seen)->paused_until_boot_ns)
        tell_pause(car, clock_boot_ns()); /* before it opens its port */
}

static void retry(void *ctx, int64_t now_ns)
{
    struct home_car *car = ctx;

    (void)now_ns;
    if (car->spawn)
        lose_half(car, car->closed_words);
    else
        start(car);
}

static struct home_record *new_recording(struct home_car *car, struct err *err)
{
    const struct home_record_parts parts = {
        .loop = car->loop,
        .view = car->seen.view,
        .index = car->seen.index,
        .watch = watch,
        .changed = tell_changed,
        .ctx = car,
    };

    return home_record_new(&parts, err);
}

struct home_car *home_car_new(struct loop *loop, struct view *view, size_t index,
                              const struct home_car_settings *settings, const struct home_seen_events *events,
                              void *ctx, struct err *err)
{
    struct home_car *car = calloc(1, sizeof(*car));

    if (!car) {
        err_set(err, "a car: out of memory");
        return NULL;
    }
    car->loop = loop;
    car->settings = settings;
    car->seen = (struct home_seen){.view = view, .index = index, .events = *events, .ctx = ctx};
    car->retry_s = RETRY_MIN_S;
    car->retry = loop_timer_new(loop, retry, car);
    car->pause_end = loop_timer_new(loop, end_pause, car);
    car->recording = new_recording(car, err);
    if (!car->retry || !car->pause_end || !car->recording) {
        err_set(err, "a car: out of memory");
        home_car_free(car);
        return NULL;
    }
    loop_timer_start(car->retry, 0);
    return car;
}

void home_car_free(struct home_car *car)
{
    if (!car)
        return;
    home_record_free(car->recording);
    link_free(car->link);
    spawn_free(car->spawn);
    loop_timer_free(car->retry);
    loop_timer_free(car->pause_end);
    free(car);
}
