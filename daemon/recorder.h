/* One recording of a car's bus: frames in, lines of `candump -L` out into a file or a socket, masked. */
#ifndef RECORDER_H
#define RECORDER_H

#include "bus/frame.h"
#include "car/definition.h"
#include "util/core/err.h"
#include "util/loop.h"

#include <stdint.h>

#define RECORDER_WORDS 240

struct recorder;

struct recorder_settings {
    const char *car;                     /* its id, for the head of the file */
    const struct definition *definition; /* tells what is to be masked */
    int64_t seconds;
    int64_t bytes_max; /* it ends when the file has so many; 0: no limit */
};

struct recorder_result {
    uint64_t frames, hidden; /* of them */
    uint64_t bytes;
    char words[RECORDER_WORDS]; /* for the owner */
};

struct recorder_events {
    void (*progress)(void *ctx, double done); /* about once a second; may free the recording */
    void (*ended)(void *ctx, const struct recorder_result *result); /* once; the owner frees it */
};

/* Takes `fd` over: a regular file, or a socket, which is never waited for. NULL with err; the descriptor is
 * then the caller's. */
struct recorder *recorder_new(struct loop *loop, const struct recorder_settings *settings, int fd,
                              const struct recorder_events *events, void *ctx, struct err *err);
/* Without a word. NULL is fine. */
void recorder_free(struct recorder *recorder);

/* A frame that was heard or sent. The recording may end in it. */
void recorder_take(struct recorder *recorder, const struct frame *frame);

/* Something that the owner has to know of this recording: "the dongle was lost". The first one counts. */
void recorder_note(struct recorder *recorder, const char *words);

/* Ends it now; `words` say why, "" when its time is over. */
void recorder_end(struct recorder *recorder, const char *words);

#endif
