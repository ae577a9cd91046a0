/* What adapters behind a byte stream have in common: a port, a dialogue and the loop joined. The kind's
 * struct begins with a struct dongle; its dialogue is pure, and speaks through the dongle_on_* functions,
 * whose ctx is the dongle. */
#ifndef ADAPTER_DONGLE_H
#define ADAPTER_DONGLE_H

#include "adapter/adapter_private.h"
#include "adapter/port.h"
#include "adapter/reopen.h"
#include "adapter/speeds.h"

struct dongle;

/* How the glue calls the dialogue. */
struct dongle_kind {
    void (*opened)(struct dongle *dongle, int64_t now_ns);
    void (*closed)(struct dongle *dongle);
    void (*input)(struct dongle *dongle, int64_t now_ns, const uint8_t *bytes, size_t len);
    void (*tick)(struct dongle *dongle, int64_t now_ns);
    int64_t (*deadline)(const struct dongle *dongle);
    void (*describe)(struct dongle *dongle); /* sets capabilities and limits, when up the description */
};

struct dongle {
    struct adapter base;
    const struct dongle_kind *kind;
    struct port *port;
    struct loop_timer *tick;   /* the dialogue's deadline */
    struct loop_timer *reopen; /* runs while the port is closed and to be opened */
    struct reopen delay;
    struct speeds speeds;
    bool doubted; /* the outage is long, and the other speeds were asked for */
};

/* Begins to open the port. The dialogue exists already. Whatever it returns, dongle_stop follows. */
int dongle_start(struct dongle *dongle, const struct dongle_kind *kind,
                 const struct adapter_settings *settings, struct err *err);
void dongle_stop(struct dongle *dongle);

/* After anything that can move the dialogue: capabilities and deadline are looked at again. */
void dongle_sync(struct dongle *dongle);

/* For struct adapter_kind. */
void dongle_pause(struct adapter *adapter);
void dongle_resume(struct adapter *adapter);

/* What the dialogue says. */
void dongle_on_write(void *ctx, const char *bytes, size_t len);
void dongle_on_frame(void *ctx, const struct frame *frame);
void dongle_on_voltage(void *ctx, double volts);
void dongle_on_up(void *ctx);
void dongle_on_starting(void *ctx, const char *words);
void dongle_on_lost(void *ctx, const char *words); /* no use on this port and speed */
void dongle_on_ready(void *ctx);
bool dongle_on_may_send(void *ctx, const struct frame *frame);
void dongle_on_speed(void *ctx, int baud); /* 0: the one that the line was opened with */
void dongle_on_count(void *ctx, enum adapter_counter counter);

#endif
