/* How fast an ELM327 can be asked with pacing off: the real adapter over a real pseudo-terminal, the
 * simulated dongle behind it at 115,200 baud, and an instrument cluster that answers after 6 ms. What limits
 * it is the dongle's habit of waiting for further answers. In the daemon, manners and poller ask far less. */
#include "../simulator/server.h"

#include "adapter/adapter.h"
#include "util/clock.h"
#include "util/log.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define MEASURE_S 10
#define UP_MAX_S  20

struct bench {
    struct adapter *adapter;
    int64_t up_ns;
    unsigned asked, answered;
};

static void ask(struct bench *bench)
{
    const struct frame question = {.id = 0x743, .len = 8, .data = {3, 0x22, 0x0E, 0x01}};
    struct err err;

    if (adapter_send(bench->adapter, &question, 0x763, &err) == 0)
        bench->asked++;
}

static void on_frame(void *ctx, const struct frame *frame)
{
    struct bench *bench = ctx;

    if (frame->id != 0x763 || frame->data[1] != 0x62)
        return;
    bench->answered++;
    adapter_done(bench->adapter);
}

static void on_link(void *ctx, enum adapter_link link, const char *reason)
{
    struct bench *bench = ctx;

    (void)reason;
    if (link == ADAPTER_LINK_UP && bench->up_ns == 0)
        bench->up_ns = clock_boot_ns();
}

static void on_voltage(void *ctx, double volts, int64_t boot_ns)
{
    (void)ctx;
    (void)volts;
    (void)boot_ns;
}

static void on_ready(void *ctx)
{
    ask(ctx);
}

static bool on_may_send(void *ctx, const struct frame *frame)
{
    (void)ctx;
    (void)frame;
    return true;
}

static struct sim_server *start_dongle(struct loop *loop, const char *link, struct err *err)
{
    char *arguments[] = {"garaged-sim", "--pty", (char *)link, "--car", "ze1-40", NULL};
    struct sim_program_options options;
    int code;

    if (sim_options_parse(&options, 5, arguments, err) != 0)
        return NULL;
    options.scenario.count = 1;
    options.scenario.lines[0] = (struct sim_scenario_line){.action = SIM_ACT_ON};
    return sim_server_new(loop, &options, &code, err);
}

static int measure(struct bench *bench, struct loop *loop, struct err *err)
{
    int64_t begin_ns = clock_boot_ns();
    unsigned before = 0;
    int64_t from_ns = 0;

    for (;;) {
        int64_t now_ns = clock_boot_ns();
        if (loop_turn(loop, 100, err) != 0)
            return -1;
        if (bench->up_ns == 0 && now_ns - begin_ns > UP_MAX_S * NS_PER_S)
            return err_set(err, "the link did not come up");
        if (bench->up_ns == 0 || now_ns - bench->up_ns < NS_PER_S)
            continue;
        if (from_ns == 0) {
            from_ns = now_ns;
            before = bench->answered;
        }
        if (now_ns - from_ns < MEASURE_S * NS_PER_S)
            continue;
        printf("bench adapter_polls %.1f 1/s budget >=20\n",
               (bench->answered - before) / ((double)(now_ns - from_ns) / (double)NS_PER_S));
        return 0;
    }
}

int main(void)
{
    static const struct adapter_events events = {.frame = on_frame,
                                                 .link = on_link,
                                                 .voltage = on_voltage,
                                                 .ready = on_ready,
                                                 .may_send = on_may_send};
    char link[64];
    struct bench bench = {.up_ns = 0};
    struct err err = {.text = ""};
    struct loop *loop = loop_new(&err);
    int rc = 1;

    log_set_level(LOG_LEVEL_ERROR);
    snprintf(link, sizeof(link), "/tmp/garaged-bench-pty-%d", (int)getpid());
    const struct adapter_settings settings = {
        .kind = "elm327", .port = link, .interface = "", .baud = 115200};
    struct sim_server *dongle = loop ? start_dongle(loop, link, &err) : NULL;
    if (dongle)
        bench.adapter = adapter_new(loop, &settings, &events, &bench, &err);
    if (bench.adapter && measure(&bench, loop, &err) == 0)
        rc = 0;
    else
        fprintf(stderr, "bench_adapter: %s\n", err.text);
    if (bench.adapter)
        adapter_free(bench.adapter);
    sim_server_free(dongle);
    if (loop)
        loop_free(loop);
    return rc;
}
