/* A garage on a virtual clock: the simulated car and its dongle, our dialogue with the dongle, and the core
 * of the car process, in one thread and without descriptors. A day takes a second or two. What the dongle put
 * on the bus is judged by the simulator's own records, never by ours. */
#ifndef LIFE_H
#define LIFE_H

#include "adapter/elm327_dialogue.h"
#include "adapter/reopen.h"
#include "probe_core.h"

#include "../simulator/sim.h"

#define LIFE_DAY_S 86400

struct life_options {
    const char *car;        /* "aze0-30" */
    const char *adapter;    /* "elm327", "wican" */
    const char *generation; /* NULL: auto */
    bool charging_heard;
    bool no_poll;
    bool no_voltmeter;
    bool dongle_sleeps;
    bool deaf;                 /* the adapter can only ask: no broadcast gets through */
    uint64_t seed;             /* 0: 7 */
    const char *const *faults; /* NAME[@SECONDS[+SECONDS]] */
    size_t fault_count;
    const struct definition *definition; /* outlives the life; NULL: it loads its own */
    bool hint;               /* a port that is back is tried at once, as a USB one is by inotify */
    void (*look)(void *ctx); /* called whenever something may have been heard */
    void *ctx;
};

struct life {
    const struct definition *definition;
    struct definition *own_definition;
    struct sim *sim;
    struct elm327 *elm;
    struct probe_identity *identity;
    struct probe_core *core;
    int64_t start_ns, now_ns;
    struct probe_contact contact;
    char to_dongle[4096], to_host[65536]; /* bytes under way */
    size_t to_dongle_len, to_host_len;
    bool has_voltmeter, is_deaf, has_hint;
    void (*look)(void *ctx);
    void *ctx;
    bool is_open; /* the port */
    struct reopen delay;
    int64_t reopen_ns; /* when the port is tried again; TIME_NONE: it is open */
    int64_t up_ns;     /* when the link came up last */
    int64_t alive_ns;  /* when the car was last seen alive */
    double volts_add;  /* by how much the dongle's voltmeter is wrong */
    /* what the dongle put on the bus */
    unsigned sent, requests;
    unsigned names_asked; /* 2181 to the VCM, 2184 to the battery */
    unsigned too_fast;    /* frames that made more than 8 within a second */
    unsigned too_close;   /* requests less than 100 ms after the last one to the same ECU */
    unsigned not_allowed; /* frames that no rule lets out */
    unsigned
        to_sleeper;     /* frames to a car that has been asleep for longer than anybody may think it is not */
    int64_t sent_ns[8]; /* the last eight */
    int64_t asked_ns[2048];
    unsigned ups, downs;
    uint64_t wakeups; /* turns of this loop: what epoll would have returned for */
};

struct life *life_new(const struct life_options *options);
void life_free(struct life *life);

void life_act(struct life *life, enum sim_action action, double value);
void life_run(struct life *life, double seconds);
void life_run_until(struct life *life, int64_t end_ns);

/* Seconds since the start. */
double life_seconds(const struct life *life);

const struct sim_model *life_model(const struct life *life);
enum presence life_presence(const struct life *life);
const char *life_reason(const struct life *life, char *text, size_t size);

/* A value that is known and not old; fails the test otherwise. */
double life_value(const struct life *life, size_t signal);
bool life_knows(const struct life *life, size_t signal);

#endif
