/* The glue of every adapter behind a byte stream. It opens the port, and when the dialogue finds no use in
 * it, closes it and opens it again later, at the next speed if the speed is to be found. Takes no decision
 * about the protocol. */
#include "adapter/dongle.h"

#include "util/clock.h"

#define CALM_NS (25 * NS_PER_MS) /* for the pieces of a reply; a USB converter keeps bytes back for 16 ms */

void dongle_sync(struct dongle *dongle)
{
    dongle->kind->describe(dongle);
    loop_timer_start(dongle->tick, dongle->kind->deadline(dongle));
}

static void dongle_reopen_later(struct dongle *dongle)
{
    int64_t now_ns = clock_boot_ns();
    if (!dongle->base.paused) {
        loop_timer_start(dongle->reopen, now_ns + reopen_delay_ns(&dongle->delay, now_ns));
    }
}

static void dongle_down(struct dongle *dongle, const char *reason)
{
    dongle->kind->closed(dongle);
    port_close(dongle->port);
    dongle_sync(dongle);
    dongle_reopen_later(dongle);
    adapter_report_link(&dongle->base, ADAPTER_LINK_DOWN, reason);
}

/* What the dialogue says */

void dongle_on_write(void *ctx, const char *bytes, size_t len)
{
    struct dongle *dongle = ctx;
    adapter_count(&dongle->base, ADAPTER_BYTES, len);
    port_write(dongle->port, bytes, len);
    if (dongle->base.calm) {
        loop_linger(dongle->base.loop, CALM_NS);
    }
}

void dongle_on_frame(void *ctx, const struct frame *frame)
{
    struct dongle *dongle = ctx;
    adapter_report_frame(&dongle->base, frame);
}

void dongle_on_voltage(void *ctx, double volts)
{
    struct dongle *dongle = ctx;
    adapter_report_voltage(&dongle->base, volts, clock_boot_ns());
}

void dongle_on_up(void *ctx)
{
    struct dongle *dongle = ctx;
    speeds_worked(&dongle->speeds);
    dongle->doubted = false;
    reopen_reset(&dongle->delay);
    dongle_sync(dongle);
    adapter_report_link(&dongle->base, ADAPTER_LINK_UP, "");
}

void dongle_on_starting(void *ctx, const char *words)
{
    struct dongle *dongle = ctx;
    adapter_report_link(&dongle->base, ADAPTER_LINK_STARTING, words);
}

/* While the speed is sought, the next one is tried at once. One that was found and fails for long is doubted
 * once: the dongle may be another one. */
void dongle_on_lost(void *ctx, const char *words)
{
    struct dongle *dongle = ctx;
    int64_t now_ns = clock_boot_ns();
    if (reopen_is_long(&dongle->delay, now_ns) && !dongle->doubted) {
        dongle->doubted = true;
        speeds_doubt(&dongle->speeds);
    }
    bool at_once = port_is_serial(dongle->port) && speeds_failed(&dongle->speeds);
    dongle_down(dongle, words);
    if (at_once && !dongle->base.paused) {
        loop_timer_start(dongle->reopen, now_ns);
    }
}

void dongle_on_ready(void *ctx)
{
    struct dongle *dongle = ctx;
    adapter_report_ready(&dongle->base);
}

bool dongle_on_may_send(void *ctx, const struct frame *frame)
{
    struct dongle *dongle = ctx;
    return adapter_may_send(&dongle->base, frame);
}

void dongle_on_speed(void *ctx, int baud)
{
    struct dongle *dongle = ctx;
    port_set_baud(dongle->port, baud ? baud : speeds_current(&dongle->speeds));
}

void dongle_on_count(void *ctx, enum adapter_counter counter)
{
    struct dongle *dongle = ctx;
    adapter_count(&dongle->base, counter, 1);
}

/* What the port says */

static void on_opened(void *ctx)
{
    struct dongle *dongle = ctx;
    adapter_report_link(&dongle->base, ADAPTER_LINK_STARTING, "talking to the adapter");
    dongle->kind->opened(dongle, clock_boot_ns());
    dongle_sync(dongle);
}

static void on_bytes(void *ctx, const uint8_t *bytes, size_t len)
{
    struct dongle *dongle = ctx;
    adapter_count(&dongle->base, ADAPTER_BYTES, len);
    dongle->kind->input(dongle, clock_boot_ns(), bytes, len);
    dongle_sync(dongle);
}

static void on_closed(void *ctx, const char *reason)
{
    dongle_down(ctx, reason);
}

/* Plugged in again: perhaps another dongle. */
static void on_appeared(void *ctx)
{
    struct dongle *dongle = ctx;
    if (!dongle->base.paused) {
        speeds_doubt(&dongle->speeds);
        reopen_reset(&dongle->delay);
        loop_timer_start(dongle->reopen, clock_boot_ns());
    }
}

static const struct port_events PORT_EVENTS = {
    .opened = on_opened, .bytes = on_bytes, .closed = on_closed, .appeared = on_appeared};

/* Timers */

static void on_tick(void *ctx, int64_t now_ns)
{
    struct dongle *dongle = ctx;
    dongle->kind->tick(dongle, now_ns);
    dongle_sync(dongle);
}

static void on_reopen(void *ctx, int64_t now_ns)
{
    struct dongle *dongle = ctx;
    struct err err;
    reopen_begun(&dongle->delay, now_ns);
    adapter_count(&dongle->base, ADAPTER_REOPENS, dongle->delay.attempts > 1);
    if (port_open(dongle->port, speeds_current(&dongle->speeds), &err)) {
        dongle_down(dongle, err.text);
    }
}

/* Life and death */

int dongle_start(struct dongle *dongle, const struct dongle_kind *kind,
                 const struct adapter_settings *settings, struct err *err)
{
    dongle->kind = kind;
    speeds_init(&dongle->speeds, settings->baud);
    if (settings->baud && !port_knows_baud(settings->baud)) {
        return err_set(err, "%d: no such speed", settings->baud);
    }
    dongle->port =
        port_new(dongle->base.loop, settings->port, settings->interface, &PORT_EVENTS, dongle, err);
    if (!dongle->port) {
        return -1;
    }
    dongle->tick = loop_timer_new(dongle->base.loop, on_tick, dongle);
    dongle->reopen = loop_timer_new(dongle->base.loop, on_reopen, dongle);
    if (!dongle->tick || !dongle->reopen) {
        return err_set(err, "out of memory");
    }
    reopen_reset(&dongle->delay);
    loop_timer_start(dongle->reopen, clock_boot_ns());
    return 0;
}

void dongle_stop(struct dongle *dongle)
{
    if (dongle->port) {
        dongle->kind->closed(dongle); /* its last word */
    }
    port_free(dongle->port);
    loop_timer_free(dongle->tick);
    loop_timer_free(dongle->reopen);
}

void dongle_pause(struct adapter *adapter)
{
    struct dongle *dongle = (struct dongle *)adapter;
    loop_timer_stop(dongle->reopen);
    dongle->kind->closed(dongle);
    port_close(dongle->port);
    dongle_sync(dongle);
}

void dongle_resume(struct adapter *adapter)
{
    struct dongle *dongle = (struct dongle *)adapter;
    reopen_reset(&dongle->delay);
    loop_timer_start(dongle->reopen, clock_boot_ns());
}
