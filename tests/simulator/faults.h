/* How dongles, lines, control units and the bus misbehave: a table of named faults, each from a moment on,
 * some for a while only. Faults live on the host's clock, not on the car's: --speed does not hurry them. What
 * each does is in faults_bytes.c (the line to the host), faults_frames.c (frames on their way to the dongle),
 * faults_answers.c (what control units say) and faults_traffic.c (others on the bus); those that change how a
 * dongle behaves are asked for where it does. */
#ifndef SIM_FAULTS_H
#define SIM_FAULTS_H

#include "frame.h"
#include "payload.h"
#include "random.h"

#include "util/core/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SIM_FAULTS_MAX       32
#define SIM_FAULT_TEXT_MAX   160
#define SIM_FAULT_PIECE_MAX  2048 /* of what the dongle says at once, spoilt */
#define SIM_FAULT_QUEUE_MAX  512  /* frames that a fault adds or holds back */
#define SIM_FAULT_TEXTS_MAX  25   /* that a dongle says out of turn: sim_elm_text() */
#define SIM_FAULT_ANY_NUMBER 0x10000U

enum sim_fault {
    SIM_FAULT_UNPLUG, /* no power: not reachable, all settings lost */
    SIM_FAULT_RESET,
    SIM_FAULT_BANNER,
    /* the line */
    SIM_FAULT_GARBAGE,
    SIM_FAULT_SILENT,
    SIM_FAULT_HALF_LINES,
    SIM_FAULT_NUL,
    SIM_FAULT_NOT_TEXT,
    SIM_FAULT_LOST_BYTES_5,
    SIM_FAULT_LOST_BYTES_50,
    SIM_FAULT_DEAF_5,
    SIM_FAULT_DEAF_50,
    SIM_FAULT_SLOW,
    SIM_FAULT_STALL,
    SIM_FAULT_NO_PROMPT,
    SIM_FAULT_PROMPTS,
    SIM_FAULT_LOWER_CASE,
    SIM_FAULT_LF,
    SIM_FAULT_CRLF,
    SIM_FAULT_LOST_CR,
    SIM_FAULT_BEL,
    /* the dongle */
    SIM_FAULT_ECHO,
    SIM_FAULT_SPACES,
    SIM_FAULT_DLC_DIGIT,
    SIM_FAULT_TEXTS,
    SIM_FAULT_CLOCK,
    SIM_FAULT_NO_FLOW_CONTROL,
    /* frames of control units, between bus and dongle */
    SIM_FAULT_LOST_5,
    SIM_FAULT_LOST_50,
    SIM_FAULT_WRONG_ID,
    SIM_FAULT_SHORT_ANSWER,
    SIM_FAULT_SEQUENCE,
    SIM_FAULT_CF_MISSING,
    SIM_FAULT_CF_DOUBLED,
    SIM_FAULT_CF_SWAPPED,
    SIM_FAULT_CF_WRAP,
    SIM_FAULT_CF_FLOOD,
    SIM_FAULT_FIRST_LENGTH,
    SIM_FAULT_FIRST_ESCAPE,
    SIM_FAULT_SINGLE_LENGTH,
    SIM_FAULT_SHORT_FRAMES,
    SIM_FAULT_FLOW_UNASKED,
    SIM_FAULT_TWO_ECUS,
    SIM_FAULT_LATE_TAIL,
    /* what control units say */
    SIM_FAULT_LATE,
    SIM_FAULT_WRONG_SERVICE,
    SIM_FAULT_WRONG_DID,
    SIM_FAULT_OLD_ANSWER,
    SIM_FAULT_PENDING,
    SIM_FAULT_REFUSE,
    SIM_FAULT_PLACEHOLDER,
    SIM_FAULT_FROZEN,
    /* others on the bus */
    SIM_FAULT_SECOND_TESTER,
    SIM_FAULT_SECOND_TCU,
    SIM_FAULT_FLOOD,
    SIM_FAULT_COUNT,
};

/* Where a fault bites: what it can spoil. */
enum sim_fault_place {
    SIM_FAULT_IN_POWER,
    SIM_FAULT_IN_LINE,    /* bytes between dongle and host */
    SIM_FAULT_IN_DONGLE,  /* ELM327 only */
    SIM_FAULT_IN_FRAMES,  /* of control units */
    SIM_FAULT_IN_ANSWERS, /* of control units, before they are frames */
    SIM_FAULT_IN_BUS,
};

struct sim_fault_about {
    const char *name;
    enum sim_fault_place place;
    const char *words;  /* one line */
    double lasts_s;     /* when no end is given; 0: for ever */
    bool has_number;    /* NAME:NUMBER */
    unsigned number;    /* when none is given; SIM_FAULT_ANY_NUMBER: a different one each time */
    unsigned most;      /* the largest number */
    bool spoils_values; /* what the car says is no longer true: no test may compare it with the truth */
};

struct sim_fault_time {
    enum sim_fault fault;
    unsigned number;
    bool counts;                        /* begins `number` bytes of the dialogue after from_ns, not at once */
    int64_t from_ns, until_ns, last_ns; /* last_ns: how long it lasts once counted; INT64_MAX: for ever */
};

struct sim_fault_frame {
    int64_t due_ns;
    struct sim_frame frame;
};

struct sim_faults {
    struct sim_random random;
    struct sim_fault_time list[SIM_FAULTS_MAX];
    size_t count;
    /* faults_frames.c */
    struct sim_fault_frame queue[SIM_FAULT_QUEUE_MAX]; /* in order of time */
    size_t queued;
    struct sim_frame held;
    bool holds;
    struct sim_frame tail[SIM_FAULT_QUEUE_MAX]; /* of the last answer */
    size_t tail_len;
    size_t answer_left; /* bytes of the answer that are still to come in consecutive frames */
    /* faults_answers.c */
    struct sim_payload old;
    /* faults_traffic.c */
    struct sim_frame heard; /* the last broadcast */
    int64_t traffic_ns[3];  /* when each of the talkers talks next */
    int64_t text_ns;
    unsigned talks;
    /* faults_bytes.c */
    bool stalled;
};

void sim_faults_init(struct sim_faults *faults, uint64_t seed);

/* Adds NAME[:NUMBER][@SECONDS][+SECONDS]: from when (after `start_ns`), and for how long. What is over makes
 * room. -1 with err. */
int sim_faults_add(struct sim_faults *faults, const char *text, int64_t start_ns, struct err *err);

/* The table, row by row; NULL at the end. */
const struct sim_fault_about *sim_fault_about(size_t index);
const char *sim_fault_name(size_t index);

bool sim_faults_active(const struct sim_faults *faults, enum sim_fault fault, int64_t now_ns);

/* The same; *number is then the fault's number (drawn anew where any will do: one of `choice`). */
bool sim_faults_number(const struct sim_faults *faults, enum sim_fault fault, int64_t now_ns,
                       unsigned *number);
bool sim_faults_draw(struct sim_faults *faults, enum sim_fault fault, int64_t now_ns, const uint16_t *choice,
                     size_t choices, unsigned *number);

/* The next moment after `now_ns` at which one begins or ends or has something to do; TIME_NONE for never. */
int64_t sim_faults_next(const struct sim_faults *faults, int64_t now_ns);

/* Bytes pass between host and dongle, whichever way. Returns how many of them do before a fault that was
 * waiting for that byte begins. */
size_t sim_faults_pass(struct sim_faults *faults, size_t len, int64_t now_ns);

/* faults_bytes.c: spoils a piece of what the dongle says, in place. Returns the new length. */
size_t sim_faults_bytes(struct sim_faults *faults, char bytes[SIM_FAULT_PIECE_MAX], size_t len,
                        int64_t now_ns);

/* Whether a byte from the host is lost. */
bool sim_faults_deaf(struct sim_faults *faults, int64_t now_ns);

/* How long the line pauses before its next piece: 0 nearly always. */
int64_t sim_faults_stall_ns(struct sim_faults *faults, int64_t now_ns);

/* How long each byte takes; 0: whole lines at the line's own speed. */
int64_t sim_faults_byte_ns(const struct sim_faults *faults, int64_t now_ns);

/* faults_frames.c: spoils a frame on its way to the dongle; false when it is lost. */
bool sim_faults_frame(struct sim_faults *faults, struct sim_frame *frame, int64_t now_ns);

/* The dongle sent a frame: what was held back of the last answer comes now. */
void sim_faults_asked(struct sim_faults *faults, const struct sim_frame *frame, int64_t now_ns);

/* A frame that is due and was not asked for: for the dongle, whatever its filter; false when there is none.
 */
bool sim_faults_take(struct sim_faults *faults, int64_t now_ns, struct sim_frame *frame);

/* faults_answers.c: spoils what a control unit is about to say; how much later than usual it does. */
int64_t sim_faults_answer(struct sim_faults *faults, struct sim_payload *payload, uint8_t service,
                          int64_t now_ns);

/* faults_traffic.c: a frame that somebody else puts on the bus now; false when there is none (left). */
bool sim_faults_talk(struct sim_faults *faults, int64_t now_ns, struct sim_frame *frame);

/* Which text the dongle says out of turn now; false when none is due. */
bool sim_faults_text(struct sim_faults *faults, int64_t now_ns, unsigned *index);

/* When these are next; TIME_NONE for never. */
int64_t sim_faults_text_next(const struct sim_faults *faults, int64_t now_ns);
int64_t sim_faults_talk_next(const struct sim_faults *faults, int64_t now_ns);

#endif
