/* When an end of the link beats, when it answers, and when the other end is taken for dead. */
#ifndef LINK_BEATS_H
#define LINK_BEATS_H

#include <stdbool.h>
#include <stdint.h>

/* The car's end beats after a second, or after four when it had little to say: the wake-ups of a quiet night
 * are a budget. The home's end answers a beat when its last answer is old. */
#define BEATS_BUSY_RECORDS 4 /* between two beats; fewer are little */
#define BEATS_BUSY_MS      1000
#define BEATS_QUIET_MS     4000
#define BEATS_ANSWER_MS    7000
#define BEATS_SILENCE_MS   10000 /* nothing from the car's end for so long: it is dead */
#define BEATS_PATIENCE_MS  20000 /* the same for the home's end, whose answers are rarer */

enum link_end { LINK_END_CAR, LINK_END_HOME };

struct beats {
    enum link_end end;
    int64_t heard_ns; /* anything from the other end */
    int64_t told_ns;  /* the last beat of ours */
    unsigned sent;    /* records since then */
};

/* A beat has just been sent. */
void beats_told(struct beats *beats, int64_t now_ns);

/* The other end has been silent for too long. */
bool beats_is_dead(const struct beats *beats, int64_t now_ns);

/* A beat has just been heard: whether it is to be answered. */
bool beats_is_to_answer(const struct beats *beats);

/* When to look again: the car's end beats then, the home's end only judges. */
int64_t beats_next_ns(const struct beats *beats, int64_t now_ns);

#endif
