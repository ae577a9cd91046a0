/* When the frames of a recording are due: its own pace, or a faster one. Pure. */
#ifndef ADAPTER_REPLAY_PACE_H
#define ADAPTER_REPLAY_PACE_H

#include "util/core/time.h"

/* A longer silence in the recording (or a wrong time) lasts only this long. */
#define REPLAY_GAP_MAX_NS (60 * NS_PER_S)

struct replay_pace {
    double speed;        /* 1: real time; 0: no waiting */
    int64_t recorded_ns; /* time of the last frame in the recording; TIME_NONE: none yet */
    int64_t due_ns;      /* when that frame was due */
};

/* Begins at `now_ns`. */
void replay_pace_begin(struct replay_pace *pace, double speed, int64_t now_ns);

/* When the next frame, recorded at `recorded_ns`, is due. A step back in the recording costs no time. */
int64_t replay_pace_due(struct replay_pace *pace, int64_t recorded_ns, int64_t now_ns);

/* Goes on after a pause that ends at `now_ns`: what is due next is due then. */
void replay_pace_resume(struct replay_pace *pace, int64_t now_ns);

#endif
