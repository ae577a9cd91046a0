/* The dialogue with a Lawicel ("SLCAN") adapter or one of its many clones. Pure: bytes and time in; bytes,
 * frames and words out through events; the owner calls slcan_tick() at slcan_deadline(). */
#ifndef ADAPTER_SLCAN_DIALOGUE_H
#define ADAPTER_SLCAN_DIALOGUE_H

#include "adapter/counter.h"
#include "bus/frame.h"
#include "util/core/err.h"
#include "util/core/time.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SLCAN_IDENTITY_MAX 56

struct slcan;

/* Called inside slcan_opened, _input, _tick and _send. `ready` and `frame` may call slcan_send. */
struct slcan_events {
    void (*write)(void *ctx, const char *bytes, size_t len);
    void (*frame)(void *ctx, const struct frame *frame);
    void (*up)(void *ctx);                          /* the bus is open; slcan_traits() are known */
    void (*starting)(void *ctx, const char *words); /* something is wrong that may pass */
    void (*lost)(void *ctx, const char *words);     /* no use on this port and speed: close it, try later */
    void (*ready)(void *ctx);                       /* a frame may be sent */
    void (*count)(void *ctx, enum adapter_counter counter);
};

/* What was found by asking. */
struct slcan_traits {
    char identity[SLCAN_IDENTITY_MAX]; /* "SLCAN V1013" */
    bool answers;                      /* V or F: that it hangs is noticed on a silent bus, too */
    bool answers_flags;
};

/* `listen_only`: the bus is opened so that not even an acknowledgement is sent. NULL when out of memory. */
struct slcan *slcan_new(bool listen_only, const struct slcan_events *events, void *ctx);
void slcan_free(struct slcan *slcan);

void slcan_opened(struct slcan *slcan, int64_t now_ns); /* the port has just been opened */
void slcan_closed(struct slcan *slcan);                 /* nothing is said until the next slcan_opened */
void slcan_input(struct slcan *slcan, int64_t now_ns, const uint8_t *bytes, size_t len);
void slcan_tick(struct slcan *slcan, int64_t now_ns);
int64_t slcan_deadline(const struct slcan *slcan); /* TIME_NONE: nothing is waited for */

/* Whether a frame may be sent now. */
bool slcan_is_ready(const struct slcan *slcan);

/* Sends a frame as it will stand on the bus. -1 with err when not ready. */
int slcan_send(struct slcan *slcan, int64_t now_ns, const struct frame *frame, struct err *err);

/* What is known of the adapter. */
const struct slcan_traits *slcan_traits(const struct slcan *slcan);

/* Consequences of the traits in words for the owner, "" when nothing is missing. */
void slcan_limits(const struct slcan_traits *traits, char *words, size_t size);

/* Whether `command` is among those that the dialogue may say besides frames. */
bool slcan_command_allowed(const char *command);

#endif
