/* What an implementation of an adapter is made of; included by adapter/ and its tests only. An implementation
 * is a struct whose first member is a struct adapter, and one constant struct adapter_kind, which has its row
 * in adapter.c. */
#ifndef ADAPTER_ADAPTER_PRIVATE_H
#define ADAPTER_ADAPTER_PRIVATE_H

#include "adapter/adapter.h"

#define ADAPTER_REASON_MAX      160
#define ADAPTER_DESCRIPTION_MAX 64
#define ADAPTER_LIMITS_MAX      200 /* what a record of text holds */

struct adapter_kind {
    const char *name; /* as in the configuration */
    size_t size;      /* of the struct that begins with a struct adapter; comes zeroed but for that */
    /* Begins to open the port; calls no event. Whether it succeeds or not, `stop` follows once. */
    int (*start)(struct adapter *adapter, const struct adapter_settings *settings, struct err *err);
    void (*stop)(struct adapter *adapter); /* also of what was started by half; does not free the struct */
    int (*send)(struct adapter *adapter, const struct frame *frame, uint16_t answer_id, struct err *err);
    bool (*is_ready)(const struct adapter *adapter);
    void (*done)(struct adapter *adapter);  /* NULL: nothing to do */
    void (*pause)(struct adapter *adapter); /* called once, until resume */
    void (*resume)(struct adapter *adapter);
};

/* The part all kinds share. They read it, and change capabilities, description and limits only. */
struct adapter {
    const struct adapter_kind *kind;
    struct loop *loop;
    struct adapter_events events;
    void *ctx;
    unsigned capabilities;
    char description[ADAPTER_DESCRIPTION_MAX];
    char limits[ADAPTER_LIMITS_MAX];
    bool paused;
    bool lent; /* paused, or since then found busy only */
    bool calm;
    enum adapter_link link;
    char reason[ADAPTER_REASON_MAX];
    uint64_t counters[ADAPTER_COUNTER_COUNT];
};

/* Implementations tell the owner through these; a member of events that is NULL is skipped. */
void adapter_report_frame(struct adapter *adapter, const struct frame *frame); /* counts it, too */
void adapter_report_voltage(struct adapter *adapter, double volts, int64_t boot_ns);
void adapter_report_ready(struct adapter *adapter);
bool adapter_may_send(struct adapter *adapter, const struct frame *frame); /* false without a judge */

/* Only a change of state or reason reaches the owner. */
void adapter_report_link(struct adapter *adapter, enum adapter_link link, const char *reason);

/* Adds to a counter that the owner can read. */
void adapter_count(struct adapter *adapter, enum adapter_counter counter, uint64_t more);

extern const struct adapter_kind adapter_elm327;
extern const struct adapter_kind adapter_slcan;
extern const struct adapter_kind adapter_socketcan;
extern const struct adapter_kind adapter_replay;

#endif
