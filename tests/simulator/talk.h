/* A host for tests: talks to a simulated dongle on a clock that it moves itself, and keeps what it hears. */
#ifndef SIM_TALK_H
#define SIM_TALK_H

#include "sim.h"

#include <stddef.h>
#include <stdint.h>

#define SIM_TALK_TEXT_MAX 65536
#define SIM_TALK_SENT_MAX 512

struct sim_talk {
    struct sim *sim;
    int64_t now_ns;
    /* Since the last sim_talk_say() or sim_talk_clear(); always ended by a NUL */
    char text[SIM_TALK_TEXT_MAX];
    size_t len;
    struct sim_frame sent[SIM_TALK_SENT_MAX]; /* on the bus, by the dongle, since the start */
    size_t sent_count;                        /* goes on counting when the list is full */
    unsigned contacts_lost;
};

/* Starts at 0 ns with `scenario` (a text). NULL when the options or the scenario are wrong. */
struct sim_talk *sim_talk_new(const struct sim_options *options, const char *scenario);
void sim_talk_free(struct sim_talk *talk);

/* Lets time pass. */
void sim_talk_run_ms(struct sim_talk *talk, int64_t ms);

void sim_talk_clear(struct sim_talk *talk);

/* Writes bytes at once, without waiting. */
void sim_talk_write(struct sim_talk *talk, const char *bytes);

/* Forgets what was heard, writes `line` and a carriage return, and lets up to five seconds pass until a
 * prompt (an answer, with SLCAN) is the last thing heard. Returns everything heard. */
const char *sim_talk_say(struct sim_talk *talk, const char *line);

/* The last frame sent, as text; "" before the first. */
const char *sim_talk_last_sent(const struct sim_talk *talk, char text[SIM_FRAME_TEXT_MAX]);

#endif
