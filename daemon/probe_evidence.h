/* What the state's values say about what the car is doing: on, charging, moving. Pure. */
#ifndef PROBE_EVIDENCE_H
#define PROBE_EVIDENCE_H

#include "car/presence.h"
#include "car/state.h"

#define EVIDENCE_HOLD_NS   (150 * NS_PER_S) /* a polled value is asked once a minute while charging */
#define EVIDENCE_MOVING_NS (75 * NS_PER_S)  /* gear and speed of a silent car are asked every 30 and 60 s */

/* Whether a signal matters here. */
bool evidence_concerns(size_t signal);

/* The power switch is on; the battery is being charged; the car moves. */
enum tri evidence_on(const struct state *state, int64_t now_ns);
enum tri evidence_charging(const struct state *state, int64_t now_ns);
enum tri evidence_moving(const struct state *state, int64_t now_ns);

#endif
