/* An adapter and a core of its own on the caller's loop, as garaged-car has them. Ends early when nothing
 * more is to be expected: a link that will not come up, or a car that was watched for long enough. */
#include "tools/doctor_examine.h"

#include "probe.h"
#include "probe_core.h"
#include "tools/doctor_verdict.h"
#include "util/clock.h"
#include "util/paths.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define WATCH_NS   (8 * NS_PER_S)  /* of a link that is up */
#define TOTAL_NS   (30 * NS_PER_S) /* of everything */
#define BROADCASTS 0x700           /* identifiers below it */

struct examination {
    struct doctor_examination *seen;
    struct loop *loop;
    struct loop_timer *timer;
    struct definition *definition;
    struct probe_core *core;
    struct adapter *adapter;
    int64_t begun_ns;
    int64_t up_ns; /* TIME_NONE */
    bool is_slow;
    bool working;
};

static int64_t earlier(int64_t a_ns, int64_t b_ns)
{
    return a_ns < b_ns ? a_ns : b_ns;
}

static int64_t end_ns(const struct examination *examination)
{
    int64_t last_ns = examination->begun_ns + TOTAL_NS;
    int64_t patience_ns = doctor_patience_s(examination->seen->reason, examination->is_slow) * NS_PER_S;

    return earlier(last_ns, examination->seen->up ? examination->up_ns + WATCH_NS
                                                  : examination->begun_ns + patience_ns);
}

static void settle(struct examination *examination)
{
    int64_t now_ns = clock_boot_ns();

    if (examination->working || !examination->adapter)
        return;
    examination->working = true;
    struct probe_contact contact = probe_contact_of(examination->adapter, examination->seen->up);
    probe_core_set_contact(examination->core, &contact, now_ns);
    probe_core_advance(examination->core, now_ns);
    examination->working = false;
    int64_t last_ns = end_ns(examination);
    if (now_ns >= last_ns)
        loop_stop(examination->loop);
    loop_timer_start(examination->timer, earlier(last_ns, probe_core_deadline(examination->core)));
}

static void on_timer(void *ctx, int64_t now_ns)
{
    (void)now_ns;
    settle(ctx);
}

static void on_frame(void *ctx, const struct frame *frame)
{
    struct examination *examination = ctx;

    examination->seen->broadcasts += frame->id < BROADCASTS;
    probe_core_take_frame(examination->core, frame, clock_boot_ns());
    settle(examination);
}

static void on_link(void *ctx, enum adapter_link link, const char *reason)
{
    struct examination *examination = ctx;
    struct doctor_examination *seen = examination->seen;

    if (link == ADAPTER_LINK_UP && !seen->up)
        examination->up_ns = clock_boot_ns();
    seen->up = link == ADAPTER_LINK_UP;
    if (link == ADAPTER_LINK_DOWN) /* "talking to the adapter" would hide what was wrong with the last try */
        snprintf(seen->reason, sizeof(seen->reason), "%s", reason);
    settle(examination);
}

static void on_voltage(void *ctx, double volts, int64_t boot_ns)
{
    struct examination *examination = ctx;

    examination->seen->volts = volts;
    probe_core_take_volts(examination->core, volts, boot_ns);
    settle(examination);
}

static void on_ready(void *ctx)
{
    struct examination *examination = ctx;

    probe_core_take_ready(examination->core, clock_boot_ns());
    settle(examination);
}

static bool on_may_send(void *ctx, const struct frame *frame)
{
    struct examination *examination = ctx;

    return probe_core_may_send(examination->core, frame, clock_boot_ns());
}

static bool port_is_ready(void *ctx)
{
    struct examination *examination = ctx;

    return adapter_is_ready(examination->adapter);
}

static int port_send(void *ctx, const struct frame *frame, uint16_t answer_id)
{
    struct examination *examination = ctx;
    struct err err;

    return adapter_send(examination->adapter, frame, answer_id, &err);
}

static void port_done(void *ctx)
{
    struct examination *examination = ctx;

    adapter_done(examination->adapter);
}

/* The generation is left to be found, whatever the configuration says. */
static int attach_core(struct examination *examination, const struct config_car *car, struct err *err)
{
    char folders[PATHS_MAX];
    const struct probe_port port = {examination, port_is_ready, port_send, port_done};

    paths_vehicles(folders, sizeof(folders), NULL);
    examination->definition = definition_find(folders, car->vehicle, err);
    if (!examination->definition)
        return -1;
    struct probe_core_settings settings = {.definition = examination->definition,
                                           .generation = DEFINITION_GENERATION_AUTO,
                                           .poll = car->poll,
                                           .wired = car->adapter == CONFIG_ADAPTER_SOCKETCAN};
    examination->core = probe_core_new(&settings, &port, examination->begun_ns);
    examination->timer = loop_timer_new(examination->loop, on_timer, examination);
    return examination->core && examination->timer ? 0 : err_set(err, "out of memory");
}

static int attach_adapter(struct examination *examination, const struct config_car *car, struct err *err)
{
    static const struct adapter_events events = {on_frame, on_link, on_voltage, on_ready, on_may_send};
    struct adapter_settings settings = {.kind = config_adapter_word(car->adapter),
                                        .port = car->port,
                                        .interface = car->interface,
                                        .baud = car->baud,
                                        .listen_only = !car->poll,
                                        .replay_speed = 1};

    settings.listen_ids = definition_frame_ids(examination->definition, &settings.listen_count);
    examination->adapter = adapter_new(examination->loop, &settings, &events, examination, err);
    if (!examination->adapter)
        return -1;
    settle(examination);
    return 0;
}

static void note_end(const struct examination *examination)
{
    struct doctor_examination *seen = examination->seen;
    int generation = probe_core_generation(examination->core);

    seen->capabilities = adapter_capabilities(examination->adapter);
    snprintf(seen->description, sizeof(seen->description), "%s", adapter_description(examination->adapter));
    snprintf(seen->limits, sizeof(seen->limits), "%s", adapter_limits(examination->adapter));
    if (examination->up_ns != TIME_NONE)
        seen->watched_s = (unsigned)((clock_boot_ns() - examination->up_ns + NS_PER_S / 2) / NS_PER_S);
    seen->questions = probe_core_counter(examination->core, COUNTER_POLLS);
    seen->answers = probe_core_counter(examination->core, COUNTER_ANSWERS);
    if (generation != DEFINITION_GENERATION_AUTO)
        snprintf(seen->generation, sizeof(seen->generation), "%s",
                 definition_generation(examination->definition, (size_t)generation)->id);
}

static void detach(struct examination *examination)
{
    examination->working = true; /* nobody settles any more */
    adapter_free(examination->adapter);
    loop_timer_free(examination->timer);
    probe_core_free(examination->core);
    definition_free(examination->definition);
}

int doctor_examine(struct loop *loop, const struct config_car *car, struct doctor_examination *seen,
                   struct err *err)
{
    struct examination examination = {
        .seen = seen,
        .loop = loop,
        .begun_ns = clock_boot_ns(),
        .up_ns = TIME_NONE,
        .is_slow = (car->baud == 0 && car->port[0] == '/') || strncmp(car->port, "bt://", 5) == 0,
    };

    *seen = (struct doctor_examination){.volts = NAN};
    int result = attach_core(&examination, car, err);
    if (result == 0)
        result = attach_adapter(&examination, car, err);
    if (result == 0)
        result = loop_run(loop, err);
    if (result == 0)
        note_end(&examination);
    detach(&examination);
    return result;
}
