/* The recording of one car, if there is one: begun, fed, ended, and shown in the view. */
#ifndef HOME_RECORD_H
#define HOME_RECORD_H

#include "export/view.h"
#include "recorder.h"

#include <stdbool.h>

struct home_record;

struct home_record_parts {
    struct loop *loop;
    struct view *view;
    size_t index; /* of the car in it */
    /* Has the car half show what is on the bus for so long; 0: no longer. */
    void (*watch)(void *ctx, int64_t seconds);
    void (*changed)(void *ctx); /* view.sequence rose */
    void *ctx;
};

/* Whom to tell of this one. */
struct home_record_order {
    int64_t seconds, bytes_max;
    int fd;
    const struct recorder_events *events; /* NULL: nobody */
    void *ctx;
};

struct home_record *home_record_new(const struct home_record_parts *parts, struct err *err);
void home_record_free(struct home_record *record);

/* Whether one can be begun now: 0, or -1 with the reason. */
int home_record_judge(const struct home_record *record, int64_t seconds, struct err *err);

/* -1 with err when it can't be begun; the descriptor is then still the caller's. */
int home_record_begin(struct home_record *record, const struct home_record_order *order, struct err *err);

/* What recorder.h says, when there is one; nothing otherwise. */
void home_record_take(struct home_record *record, const struct frame *frame);
void home_record_note(struct home_record *record, const char *words);
void home_record_end(struct home_record *record, const char *words);

/* Nobody waits for it any more: it ends, and nobody is told. */
void home_record_forget(struct home_record *record);

#endif
