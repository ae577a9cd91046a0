/* Between the files of the core: probe_core.c (what comes in), probe_poll.c (what goes out). */
#ifndef PROBE_PRIVATE_H
#define PROBE_PRIVATE_H

#include "bus/manners.h"
#include "bus/poller.h"
#include "bus/supply.h"
#include "car/plausible.h"
#include "probe_core.h"

#define PROBE_TICK_NS      (1 * NS_PER_S)
#define PROBE_SLOW_TICK_NS (10 * NS_PER_S) /* nothing lives: fewer wake-ups */
#define PROBE_LISTENED_NS  (20 * NS_PER_S) /* in vain: the car says nothing by itself */
#define PROBE_RIVAL_NS     (60 * NS_PER_S) /* a dongle that listens in turns hears it now and then */
#define PROBE_DEBOUNCE_NS  (2 * NS_PER_S)  /* "on" appears for a moment when the doors are unlocked */

/* How long the car's own 12 V figure stands against the dongle's, and by how much they must differ. */
#define PROBE_AUX_HOLD_NS   (10 * NS_PER_S)
#define PROBE_AUX_CHANGED_V 0.3

enum probe_role { PROBE_ROLE_BROADCAST, PROBE_ROLE_ANSWER, PROBE_ROLE_QUESTION };

/* What the open question is for: an index of the poller's requests, or one of these. */
#define PROBE_QUESTION_POWER  (-1)
#define PROBE_QUESTION_CHARGE (-2)

struct probe_core {
    struct probe_core_settings settings;
    struct probe_contact contact;
    struct decoder *decoder;
    struct plausible plausible;
    struct state *state;
    struct manners *manners;
    struct poller *poller;
    struct gate *gate;
    struct probe_ask *ask;
    struct poller_request *requests;
    size_t request_count;
    struct presence_state presence;
    enum manners_verdict verdict;
    int generation;
    uint32_t possible; /* generations, as of the last look */
    int question;      /* valid while one is open */
    int64_t listens_since_ns;
    bool heard;        /* a broadcast, since the contact began */
    bool dirty;        /* evidence changed */
    bool answering;    /* what is decoded is an answer, not a broadcast */
    const char *rival; /* who else commands the car, as last heard; "" */
    int64_t rival_ns;
    int64_t on_since_ns;
    int64_t tick_ns;
    int64_t now_ns; /* while something is taken: for the sink */
    uint64_t counters[COUNTER_COUNT];
    uint8_t roles[FRAME_ID_MAX + 1]; /* enum probe_role */
};

/* Bit i: definition_generation(i) sends broadcasts to the socket. */
uint32_t probe_broadcasting(const struct definition *definition);

/* Whether the car is one that can only be asked, told to manners and gate; which requests concern it. */
void probe_judge_car(struct probe_core *core);

/* What the evidence says about the car: on after debouncing, charging, off. */
enum tri probe_is_on(struct probe_core *core, int64_t now_ns);
void probe_judge_activity(struct probe_core *core, int64_t now_ns);

/* Who the car is is asked again: it may be another one. */
void probe_renew_identity(struct probe_core *core);

/* Asks what manners and poller agree on. */
void probe_ask_next(struct probe_core *core, int64_t now_ns);

/* The open question ended. `code`: of a negative answer, else -1. */
void probe_question_over(struct probe_core *core, enum probe_heard heard, int code, int64_t now_ns);

#endif
