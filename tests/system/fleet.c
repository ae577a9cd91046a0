/* garaged-fleet DIR DEFINITIONS CAR...: the car halves of made-up cars, each listening on DIR/CAR.sock as
 * garaged-car does under systemd. Charges and outings follow each other so fast that a test of minutes sees
 * dozens. Says to garaged what a car half says, and knows nothing of dongles and frames. */
#include "car/definition.h"
#include "car/presence.h"
#include "link/link.h"
#include "util/clock.h"
#include "util/loop.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define CAR_MAX   8
#define MARK_S    10 /* the 12 V change so often: a reading that can be looked for */
#define SOURCE    0
#define LINK_UP   1
#define LINK_DOWN 2

/* What a car does in a phase; `soc` and `km` change by so much an hour. */
static const struct phase {
    int seconds;
    enum presence presence;
    enum tri garage;
    bool in_reach, is_heard, charging;
    double soc_per_h, km_per_h;
} phases[] = {
    {150, PRESENCE_ASLEEP, TRI_TRUE, true, false, false, 0, 0},
    {420, PRESENCE_CHARGING, TRI_TRUE, true, true, true, 60, 0},
    {60, PRESENCE_AWAKE, TRI_TRUE, true, true, false, 0, 0},
    {100, PRESENCE_ASLEEP, TRI_TRUE, true, false, false, 0, 0},
    {20, PRESENCE_ON, TRI_TRUE, true, true, false, 0, 0},
    {40, PRESENCE_DRIVING, TRI_TRUE, true, true, false, -20, 60},
    {600, PRESENCE_UNKNOWN, TRI_UNKNOWN, false, false, false, -35, 60},
    {120, PRESENCE_AWAY, TRI_FALSE, false, false, false, -35, 60},
    {40, PRESENCE_DRIVING, TRI_TRUE, true, true, false, -20, 60},
    {60, PRESENCE_ON, TRI_TRUE, true, true, false, 0, 0},
};

#define PHASE_COUNT (sizeof(phases) / sizeof(phases[0]))

struct car {
    const struct definition *definition;
    const char *id;
    struct loop *loop;
    int listener;
    struct loop_watch *watch;
    struct link *link;
    size_t phase;
    int64_t phase_ns, stepped_ns;
    double soc, km;
    int charges;
};

struct fleet {
    struct loop *loop;
    struct loop_timer *timer;
    struct car cars[CAR_MAX];
    size_t count;
};

static const struct phase *phase_of(const struct car *car)
{
    return &phases[car->phase];
}

static void tell(struct car *car, const struct record *record)
{
    if (car->link)
        link_send(car->link, record);
}

static void tell_signal(struct car *car, enum signal_id signal, double value, int64_t now_ns)
{
    struct record record = {.kind = RECORD_SIGNAL};

    record.signal = (struct record_signal){
        .signal = (uint16_t)signal, .source = SOURCE, .known = true, .value = value, .boot_ns = now_ns};
    tell(car, &record);
}

static void tell_presence(struct car *car)
{
    struct record link = {.kind = RECORD_LINK}, presence = {.kind = RECORD_CAR};

    link.link.state = phase_of(car)->in_reach ? LINK_UP : LINK_DOWN;
    snprintf(link.link.reason, sizeof(link.link.reason), "%s", phase_of(car)->in_reach ? "" : "out of reach");
    presence.car.presence = (uint8_t)phase_of(car)->presence;
    presence.car.garage = (uint8_t)phase_of(car)->garage;
    tell(car, &link);
    tell(car, &presence);
}

static void tell_figures(struct car *car, int64_t now_ns)
{
    const struct phase *phase = phase_of(car);
    bool moves = phase->presence == PRESENCE_DRIVING;

    tell_signal(car, SIGNAL_SOC, car->soc, now_ns);
    tell_signal(car, SIGNAL_GIDS, round(car->soc * 2.81), now_ns);
    tell_signal(car, SIGNAL_PACK_CAPACITY, 56.4, now_ns);
    tell_signal(car, SIGNAL_PACK_VOLTAGE, 380, now_ns);
    tell_signal(car, SIGNAL_PACK_CURRENT, phase->charging ? 33 : moves ? -20 : 0, now_ns);
    tell_signal(car, SIGNAL_CHARGER_POWER, phase->charging ? 14 : 0, now_ns);
    tell_signal(car, SIGNAL_CHARGING, phase->charging, now_ns);
    tell_signal(car, SIGNAL_CHARGE_MODE, phase->charging ? CHARGE_MODE_AC2 : CHARGE_MODE_NONE, now_ns);
    tell_signal(car, SIGNAL_CHARGE_STATE, phase->charging ? CHARGE_STATE_CHARGING : CHARGE_STATE_IDLE,
                now_ns);
    tell_signal(car, SIGNAL_PLUGGED, phase->charging, now_ns);
    tell_signal(car, SIGNAL_ODOMETER, floor(car->km), now_ns);
    tell_signal(car, SIGNAL_SPEED, moves ? 60 : 0, now_ns);
    tell_signal(car, SIGNAL_POWER_STATE, moves ? POWER_STATE_READY : POWER_STATE_OFF, now_ns);
    tell_signal(car, SIGNAL_COUNT_AC, car->charges, now_ns);
    tell_signal(car, SIGNAL_COUNT_DC, 0, now_ns);
}

/* ---- the line ---- */

static void line_down(void *ctx, const char *reason)
{
    struct car *car = ctx;

    (void)reason;
    link_free(car->link);
    car->link = NULL;
}

static void ignore_record(void *ctx, const struct record *record)
{
    (void)ctx;
    (void)record;
}

static void introduce(struct car *car)
{
    struct record record = {.kind = RECORD_HELLO};

    snprintf(record.hello.car, sizeof(record.hello.car), "%s", car->id);
    snprintf(record.hello.generation, sizeof(record.hello.generation), "AZE0");
    snprintf(record.hello.adapter, sizeof(record.hello.adapter), "made up");
    record.hello.definition_hash = definition_hash(car->definition);
    tell(car, &record);
    tell_presence(car);
    if (phase_of(car)->is_heard)
        tell_figures(car, clock_boot_ns());
}

static void take_caller(void *ctx, uint32_t events)
{
    static const struct link_events line = {.record = ignore_record, .down = line_down};
    struct car *car = ctx;
    struct err err;
    int fd = accept4(car->listener, NULL, NULL, SOCK_CLOEXEC);

    (void)events;
    if (fd < 0)
        return;
    link_free(car->link);
    car->link = link_new(car->loop, fd, LINK_END_CAR, &line, car, &err);
    if (car->link)
        introduce(car);
}

static int listen_at(struct car *car, const char *folder)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    struct err err;

    car->listener = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
    snprintf(address.sun_path, sizeof(address.sun_path), "%.80s/%s.sock", folder, car->id);
    if (bind(car->listener, (struct sockaddr *)&address, sizeof(address)) || listen(car->listener, 4))
        return -1;
    car->watch = loop_watch_new(car->loop, car->listener, EPOLLIN, take_caller, car, &err);
    return car->watch ? 0 : -1;
}

/* ---- the life ---- */

static void enter(struct car *car, size_t phase, int64_t now_ns)
{
    car->phase = phase % PHASE_COUNT;
    car->phase_ns = now_ns;
    car->charges += phase_of(car)->charging;
    car->soc = fmin(fmax(car->soc, 20), 75); /* never full nor empty: each charge gives the same */
    tell_presence(car);
}

static void step(struct car *car, int64_t now_ns)
{
    double hours = (double)(now_ns - car->stepped_ns) / (double)NS_PER_H;
    bool is_mark = now_ns / (MARK_S * NS_PER_S) != car->stepped_ns / (MARK_S * NS_PER_S);

    car->soc += phase_of(car)->soc_per_h * hours;
    car->km += phase_of(car)->km_per_h * hours;
    car->stepped_ns = now_ns;
    if (now_ns - car->phase_ns >= phase_of(car)->seconds * NS_PER_S)
        enter(car, car->phase + 1, now_ns);
    if (phase_of(car)->is_heard)
        tell_figures(car, now_ns);
    if (phase_of(car)->in_reach && is_mark)
        tell_signal(car, SIGNAL_AUX_VOLTAGE, 12.4 + (double)(now_ns / (MARK_S * NS_PER_S) % 20) / 20, now_ns);
}

static void tick(void *ctx, int64_t now_ns)
{
    struct fleet *fleet = ctx;

    for (size_t i = 0; i < fleet->count; i++)
        step(&fleet->cars[i], now_ns);
    loop_timer_start(fleet->timer, now_ns + 2 * NS_PER_S);
}

int main(int argc, char **argv)
{
    struct fleet fleet = {0};
    struct err err;
    struct definition *definition = argc > 3 ? definition_find(argv[2], "nissan-leaf", &err) : NULL;

    fleet.loop = loop_new(&err);
    if (!definition || !fleet.loop)
        return 64;
    int64_t now_ns = clock_boot_ns();
    for (int i = 3; i < argc && fleet.count < CAR_MAX; i++) {
        struct car *car = &fleet.cars[fleet.count++];

        *car =
            (struct car){.definition = definition, .id = argv[i], .loop = fleet.loop, .stepped_ns = now_ns};
        car->soc = 40 + 3 * i;
        car->km = 10000 * i;
        enter(car, (size_t)i, now_ns);
        if (listen_at(car, argv[1])) {
            perror(argv[i]);
            return 69;
        }
    }
    fleet.timer = loop_timer_new(fleet.loop, tick, &fleet);
    loop_timer_start(fleet.timer, now_ns + NS_PER_S);
    puts("garaged-fleet: ready");
    fflush(stdout);
    return loop_run(fleet.loop, &err) == 0 ? 0 : 70;
}
