/* From frames of a recording to readings: reassembly, questions, decoder, disputes and counts. The part of
 * `garagectl decode` that is the same for all forms of input. */
#ifndef TOOLS_DECODE_FEED_H
#define TOOLS_DECODE_FEED_H

#include "bus/frame.h"
#include "bus/uds.h"
#include "car/decoder.h"
#include "car/definition.h"

#include <stdint.h>

#define FEED_BUSES_MAX 4  /* interfaces in one recording; frames of a fifth are not looked at */
#define FEED_ASKED_MAX 16 /* ECUs with a question outstanding, on one bus */

struct feed_counts {
    uint64_t frames;
    uint64_t rejected[DECODE_REASON_COUNT];
};

struct feed;

/* `sink` gets every reading; its quality is already `disputed` where the state says so. NULL only without
 * memory. */
struct feed *feed_new(const struct definition *definition, int generation, reading_fn *sink, void *ctx);
void feed_free(struct feed *feed);

/* A frame from the bus, a tester's question or flow control among them. `bus` < FEED_BUSES_MAX. */
void feed_take(struct feed *feed, unsigned bus, const struct frame *frame);

/* A frame of this identifier came damaged: counts it as too short, and gives up the answer that it may have
 * been a part or the next question of. */
void feed_lose(struct feed *feed, unsigned bus, uint16_t id);

/* The host put this question on bus 0 (it is no frame that was received). */
void feed_ask(struct feed *feed, const struct frame *frame);

/* What is under way on bus 0 is over: unfinished answers count as too short, questions are forgotten. */
void feed_break(struct feed *feed);

/* Until the next feed_break(): an answer to another question than the one that was put last is none. */
void feed_insist(struct feed *feed);

/* Counts something that did not become a frame. */
void feed_reject(struct feed *feed, enum decode_reason reason, uint64_t count);

/* The recording is over. */
void feed_finish(struct feed *feed);

/* What was counted so far. */
const struct feed_counts *feed_counts(const struct feed *feed);

#endif
