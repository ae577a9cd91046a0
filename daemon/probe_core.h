/* The car process without its process: frames, voltages and time in; questions out, readings and presence
 * kept. Pure, so that a day in the garage runs in a test in a second. probe.c joins it to loop, adapter and
 * link. */
#ifndef PROBE_CORE_H
#define PROBE_CORE_H

#include "car/decoder.h"
#include "car/definition.h"
#include "car/presence.h"
#include "car/state.h"
#include "link/counters.h"
#include "probe_ask.h"
#include "probe_identity.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct probe_core_settings {
    const struct definition *definition; /* outlives the core */
    int generation;                      /* an index of the definition, or DEFINITION_GENERATION_AUTO */
    bool poll;
    bool dongle_sleeps;
    bool wired;                      /* the adapter is there with and without a car */
    struct probe_identity *identity; /* outlives the core; NULL: nobody asks who the car is */
};

/* What the adapter is, as far as it matters here. */
struct probe_contact {
    bool up;
    bool lent; /* down, and no sign that the car has left: the owner lets another program use it */
    bool can_send, has_voltmeter;
    bool listens; /* to broadcasts: only then is their absence evidence */
    struct probe_traits traits;
};

struct probe_core;

/* Returns NULL only without memory. */
struct probe_core *probe_core_new(const struct probe_core_settings *settings, const struct probe_port *port,
                                  int64_t now_ns);
void probe_core_free(struct probe_core *core);

/* The adapter came, went, or turned out to be different. */
void probe_core_set_contact(struct probe_core *core, const struct probe_contact *contact, int64_t now_ns);
/* What the adapter reports: a frame, its voltmeter's reading, and that it can send (again). */
void probe_core_take_frame(struct probe_core *core, const struct frame *frame, int64_t now_ns);
void probe_core_take_volts(struct probe_core *core, double volts, int64_t now_ns);
void probe_core_take_ready(struct probe_core *core, int64_t now_ns);

/* Whether the adapter may put a frame (its own flow control) on the bus. */
bool probe_core_may_send(struct probe_core *core, const struct frame *frame, int64_t now_ns);

/* Does what is due: time-outs, ageing, questions. Call it at probe_core_deadline() and after each of the
 * above. */
void probe_core_advance(struct probe_core *core, int64_t now_ns);
int64_t probe_core_deadline(const struct probe_core *core);

/* What is known of the car; the generation is DEFINITION_GENERATION_AUTO while it is not recognised. */
const struct state *probe_core_state(const struct probe_core *core);
const struct presence_state *probe_core_presence(const struct probe_core *core);
int probe_core_generation(const struct probe_core *core);

/* Why nothing newer is known, in words for the owner; "" when there is nothing to explain. */
void probe_core_reason(const struct probe_core *core, char *text, size_t size);

/* What is heard that should not be: another car than the configured one; "" otherwise. */
void probe_core_contradiction(const struct probe_core *core, char *text, size_t size);

/* Why no command may be sent to this car, in words for the owner; "" when nothing known here speaks against.
 */
void probe_core_command_limit(const struct probe_core *core, char *text, size_t size);

/* What is said to whoever asks for a command. */
void probe_core_refusal(const struct probe_core *core, char *text, size_t size);

/* Who the car and its battery say they are, in this contact; zeros: not known. */
void probe_core_identity(const struct probe_core *core, struct record_identity *record);

/* Those that can be counted here; 0 for the others. */
uint64_t probe_core_counter(const struct probe_core *core, enum counter counter);

#endif
