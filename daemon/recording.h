/* One recording of a car's bus: frames in, lines of `candump -L` out into a file or a socket, masked. */
#ifndef RECORDING_H
#define RECORDING_H

#include "bus/frame.h"
#include "car/definition.h"
#include "util/core/err.h"
#include "util/loop.h"

#include <stdint.h>

#define RECORDING_WORDS 240

struct recording;

struct recording_settings {
    const char *car;                     /* its id, for the head of the file */
    const struct definition *definition; /* tells what is to be masked */
    int64_t seconds;
    int64_t bytes_max; /* it ends when the file has so many; 0: no limit */
};

struct recording_result {
    uint64_t frames, hidden; /* of them */
    uint64_t bytes;
    char words[RECORDING_WORDS]; /* for the owner */
};

struct recording_events {
    void (*progress)(void *ctx, double done); /* about once a second; may free the recording */
    void (*ended)(void *ctx, const struct recording_result *result); /* once; the owner frees it */
};

/* Takes `fd` over: a regular file, or a socket, which is never waited for. NULL with err; the descriptor is
 * then the caller's. */
struct recording *recording_new(struct loop *loop, const struct recording_settings *settings, int fd,
                                const struct recording_events *events, void *ctx, struct err *err);
/* Without a word. NULL is fine. */
void recording_free(struct recording *recording);

/* A frame that was heard or sent. The recording may end in it. */
void recording_take(struct recording *recording, const struct frame *frame);

/* Something that the owner has to know of this recording: "the dongle was lost". The first one counts. */
void recording_note(struct recording *recording, const char *words);

/* Ends it now; `words` say why, "" when its time is over. */
void recording_end(struct recording *recording, const char *words);

#endif
