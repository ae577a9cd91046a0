/* Which request is due, and when: intervals, retries, back-off of what is never answered. Pure. Whether
 * anything may be asked at all is manners' verdict; the poller only orders what is wanted. */
#ifndef BUS_POLLER_H
#define BUS_POLLER_H

#include "bus/uds.h"

#include <stddef.h>
#include <stdint.h>

#define POLLER_GAP_NS          (260 * NS_PER_MS) /* from an answer to the next request: 8 frames a second */
#define POLLER_RETRIES         2
#define POLLER_RETRY_NS        (2 * NS_PER_S)
#define POLLER_BACKOFF_MAX     6               /* doublings of the interval */
#define POLLER_INTERVAL_MAX_NS (1 * NS_PER_H)  /* longest interval that back-off makes */
#define POLLER_REFUSED_MAX     3               /* negative answers until the longest interval */
#define POLLER_SILENT_MAX      4               /* requests in a row without an answer: nobody is there */
#define POLLER_PAUSE_NS        (60 * NS_PER_S) /* then all requests wait */

struct poller_request {
    struct uds_question question;
    uint16_t enough;     /* see isotp_take() */
    uint16_t every_on_s; /* 0: not in this mode */
    uint16_t every_charging_s;
};

enum poller_mode { POLLER_STOPPED, POLLER_ON, POLLER_CHARGING };

enum poller_outcome {
    POLLER_ANSWERED,
    POLLER_REFUSED,   /* a negative answer that will not change: not supported, out of range */
    POLLER_NOT_NOW,   /* "busy" or "conditions not correct" */
    POLLER_NO_ANSWER, /* silence, or an answer that broke off */
};

/* What a negative answer's code means for asking again. */
enum poller_outcome poller_outcome_of(int negative_code);

struct poller;

/* `requests` stay the caller's and must outlive the poller. Returns NULL only without memory. */
struct poller *poller_new(const struct poller_request *requests, size_t count);
void poller_free(struct poller *poller);

/* What was never asked in a mode is due at once; what was asked keeps its time, unless the new interval is
 * shorter. */
void poller_set_mode(struct poller *poller, enum poller_mode mode, int64_t now_ns);

/* Whether requests[index] is asked at all: false for those of another generation. True at the start. */
void poller_set_wanted(struct poller *poller, size_t index, bool wanted);

/* Asks requests[index] as the first one, as soon as the mode wants it at all. */
void poller_renew(struct poller *poller, size_t index);

/* The index of the request to be asked now, or -1. */
int poller_next(const struct poller *poller, int64_t now_ns);

/* When poller_next() will have one, or INT64_MAX. */
int64_t poller_deadline(const struct poller *poller);

/* Before this nothing is asked at all: the gap since the last question, or the pause. */
int64_t poller_free_ns(const struct poller *poller);

/* A question went out, one of these or another; and how one of these ended. */
void poller_asked(struct poller *poller, int64_t now_ns);
void poller_over(struct poller *poller, size_t index, enum poller_outcome outcome, int64_t now_ns);

#endif
