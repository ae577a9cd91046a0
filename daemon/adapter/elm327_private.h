/* The inside of the dialogue, shared by its parts: elm327_dialogue.c (bytes, time, choice of what is next),
 * elm327_start.c, elm327_ask.c, elm327_type.c, elm327_learn.c, elm327_listen.c. */
#ifndef ADAPTER_ELM327_PRIVATE_H
#define ADAPTER_ELM327_PRIVATE_H

#include "adapter/elm327_command.h"
#include "adapter/elm327_dialogue.h"
#include "adapter/elm327_line.h"
#include "adapter/elm327_slices.h"
#include "adapter/elm327_text.h"

#define ELM327_SILENCE_NS     (2 * NS_PER_S)    /* without a byte: the command is given up */
#define ELM327_RESET_NS       (4 * NS_PER_S)    /* the same for ATZ */
#define ELM327_SYNC_NS        (1 * NS_PER_S)    /* the same for the first ATI: it is asked again */
#define ELM327_STILL_TALKS_NS (2 * NS_PER_S)    /* the same where frames come instead: it still monitors */
#define ELM327_PATIENCE_NS    (12 * NS_PER_S)   /* for the prompt, however slowly the bytes come */
#define ELM327_VOLTAGE_NS     (10 * NS_PER_S)   /* between two readings of the supply */
#define ELM327_NO_VOLTAGE_NS  (10 * NS_PER_MIN) /* the same where none came: it may stand in a car again */
#define ELM327_GARBAGE_MAX    600               /* lines a minute */
#define ELM327_LINES_MAX      200               /* before the prompt; the longest answer has 147 frames */
#define ELM327_STARTS_MAX     3                 /* without coming up in between */
#define ELM327_NOT_SET        0xFFFF
#define ELM327_FREEZE_MAX     4

enum elm327_job {
    ELM327_JOB_CLOSED,
    ELM327_JOB_START,
    ELM327_JOB_IDLE,
    ELM327_JOB_ASK,
    ELM327_JOB_LISTEN,
    ELM327_JOB_VOLTAGE,
};

/* What the bytes up to the prompt belong to. */
enum elm327_flight { ELM327_FLIGHT_COMMAND, ELM327_FLIGHT_QUESTION, ELM327_FLIGHT_MONITOR };

/* Whether what is typed comes back at once. */
enum elm327_echo {
    ELM327_ECHO_UNKNOWN,
    ELM327_ECHO_PROBED,
    ELM327_ECHO_HELPS,
    ELM327_ECHO_LATE,
    ELM327_ECHO_NONE
};

/* How far the switch to a faster line is. */
enum elm327_speed {
    ELM327_SPEED_OPENED, /* as the line was opened */
    ELM327_SPEED_ASKED,  /* OK is to come, without a prompt */
    ELM327_SPEED_NAMED,  /* both have switched; its name is to come */
    ELM327_SPEED_AGREED, /* the name came and is confirmed */
    ELM327_SPEED_FAST,
};

/* What came between a command and its prompt. */
struct elm327_reply {
    bool any; /* a line that is no echo; a prompt without one is a stray */
    bool ok;
    bool refused; /* ? */
    bool echoed;
    bool damaged; /* a line was cut or garbled: it tells nothing about the adapter */
    unsigned lines;
    enum elm327_text trouble;       /* the last text that asks for a recovery */
    char text[ELM327_IDENTITY_MAX]; /* the first line that is none of the known texts, or the banner */
};

struct elm327_question {
    bool pending; /* from elm327_send to the prompt */
    bool done;    /* the owner has given it up */
    struct frame frame;
    uint16_t answer_id;
    int64_t since_ns;
    bool positive, negative; /* the car agreed (its first frame says so), or refused */
    bool is_long;            /* a first frame came */
    unsigned wanted, later;  /* frames that have to follow it, and that did */
};

/* A request within whose answer the adapter fell silent or started again. */
struct elm327_freeze {
    uint16_t id;
    uint8_t data[FRAME_DATA_MAX];
    unsigned times;      /* in a row; 0: the row is free */
    bool other_answered; /* another request was answered since */
    int64_t until_ns;    /* not asked until then */
};

/* What was seen of the quirks that only use shows; forgotten when the port is opened again, but for the
 * freezes: an adapter that had to be unplugged for one would meet it again at once. */
struct elm327_evidence {
    bool long_whole;     /* a long answer came in full */
    unsigned long_cut;   /* long answers */
    bool three_answered; /* a request of three bytes */
    bool two_answered;   /* one of two bytes, since the last one of three was counted */
    unsigned three_failed;
    int64_t shortens_until_ns;
    bool eight_answered; /* a data line with its length byte: the formatting is off indeed */
    unsigned unasked;    /* points for a length byte that it adds */
};

/* Several slices heard at once, by the pass filters of an STN chip. */
struct elm327_pass {
    size_t span;     /* slices at once, from elm->slice on */
    size_t turn;     /* the first of the next span */
    size_t step;     /* filters set so far */
    bool active;     /* the slice under way is heard so */
    bool cleared;    /* of other filters */
    bool heard;      /* something, in it */
    bool doubted;    /* nothing: the next slice is heard the common way, to compare */
    unsigned misses; /* comparisons lost, in a row */
};

/* Settings that the adapter is known to have; ELM327_NOT_SET: not known. */
struct elm327_settings {
    uint16_t header, flow_header;
    uint16_t filter, mask;
    uint16_t pass_first; /* slice; ELM327_NOT_SET: the pass filters are not those of a span of slices */
    bool passes;         /* some pass filters may be there: they let through what nobody asked for */
};

#define ELM327_NOTHING_SET                                                                                   \
    (struct elm327_settings)                                                                                 \
    {                                                                                                        \
        ELM327_NOT_SET, ELM327_NOT_SET, ELM327_NOT_SET, ELM327_NOT_SET, ELM327_NOT_SET, false                \
    }

struct elm327 {
    struct elm327_events events;
    void *ctx;
    struct elm327_traits traits;
    int64_t now_ns;
    enum elm327_job job;
    bool up;         /* since the last start-up */
    bool tell_ready; /* `ready` is owed */

    /* the command that waits for its prompt */
    struct elm327_line line;
    char command[ELM327_COMMAND_MAX + 1];
    enum elm327_flight flight;
    bool waiting, prompted;
    bool hurried; /* a blank has ended the wait for more answers */
    bool stray;   /* something came behind the prompt */
    bool typing;  /* the command stands in the adapter's line, its end is not sent yet */
    size_t typed_back;
    enum elm327_echo echo;
    bool misheard;        /* what was typed did not come back as it was */
    bool spoiled;         /* the line was made one that the adapter refuses */
    unsigned mishearings; /* in a row */
    bool echo_was_right; /* since the port was opened: what is misheard now was lost, and is not typed blindly
                          */
    bool banner_expected;
    int64_t sent_ns, heard_byte_ns, silence_ns, patience_ns;
    struct elm327_reply reply;
    enum elm327_text again; /* a text that makes all settings doubtful; ELM327_TEXT_OTHER: none */

    /* start-up */
    size_t step;
    bool draining;
    int64_t drain_ns, drain_end_ns;
    unsigned tries, starts;
    bool flow_refused, heard_anything;
    enum elm327_speed speed;
    bool speed_allowed, may_be_fast;
    bool repeated; /* the step was refused once */

    /* question */
    struct elm327_settings set;
    unsigned aim_refusals, header_refusals; /* in a row */
    struct elm327_question question;
    struct elm327_evidence evidence;
    struct elm327_freeze freezes[ELM327_FREEZE_MAX];

    /* listening */
    struct elm327_slices slices;
    size_t slice, turn;
    bool stays;        /* the slice has its second turn in silence */
    size_t loud_slice; /* a frame was heard in it last; ELM327_SLICE_MAX: in none yet */
    bool stopping, nudged;
    struct elm327_pass pass;
    unsigned monitor_misses;
    int64_t narrowed_ns; /* the last overflow; TIME_NONE: none since the groups were made */
    int64_t slice_end_ns, stop_ns, listen_ns, heard_frame_ns;
    uint8_t lengths[ELM327_LISTEN_MAX], odd_lengths[ELM327_LISTEN_MAX];

    int64_t voltage_ns; /* the next reading is due */
    unsigned voltage_misses;
    int64_t garbage_since_ns;
    unsigned garbage;
    int64_t doubt_until_ns; /* frames are not believed until then */
};

/* elm327_dialogue.c */
void elm327_command(struct elm327 *elm, const char *format, ...) __attribute__((format(printf, 2, 3)));
void elm327_choose(struct elm327 *elm); /* begins what is next if nothing is under way */
void elm327_restart(struct elm327 *elm, const char *words);
void elm327_give_up(struct elm327 *elm, const char *words);
void elm327_count(struct elm327 *elm, enum adapter_counter counter);
void elm327_add_quirk(struct elm327 *elm, enum elm327_quirk quirk);
void elm327_expect(struct elm327 *elm); /* a line has just been sent: its reply begins */
void elm327_count_garbage(struct elm327 *elm);
void elm327_doubt(struct elm327 *elm); /* a damaged line: frames are not believed for a while */

/* elm327_start.c */
void elm327_start_begin(struct elm327 *elm);
void elm327_start_reply(struct elm327 *elm);
void elm327_start_timeout(struct elm327 *elm);
void elm327_start_tick(struct elm327 *elm);
void elm327_start_heard(struct elm327 *elm);
double elm327_parse_volts(const char *text); /* outside 6..18 V: NAN */

/* elm327_speed.c */
void elm327_speed_begin(struct elm327 *elm);
bool elm327_speed_line(struct elm327 *elm, enum elm327_text text, const char *line); /* true: was for it */
bool elm327_speed_reply(struct elm327 *elm);                                         /* false: begin again */
void elm327_speed_seek(struct elm327 *elm);
void elm327_speed_restart(struct elm327 *elm);
void elm327_speed_reset(struct elm327 *elm); /* the adapter starts again: at the old speed */

/* elm327_ask.c */
bool elm327_aim(struct elm327 *elm, uint16_t filter, uint16_t mask);
bool elm327_aim_reply(struct elm327 *elm, uint16_t filter, uint16_t mask);
void elm327_ask_begin(struct elm327 *elm);
void elm327_ask_frame(struct elm327 *elm, const struct frame *frame);
void elm327_ask_reply(struct elm327 *elm);
bool elm327_ask_waits_idly(const struct elm327 *elm);
void elm327_ask_hurry(struct elm327 *elm);
void elm327_ask_drop(struct elm327 *elm);
bool elm327_ask_is_over(const struct elm327 *elm); /* answered, given up, or too old to be sent */

/* elm327_type.c */
void elm327_type_begin(struct elm327 *elm, enum elm327_flight flight); /* elm->command */
bool elm327_type_is_back(const struct elm327 *elm); /* the whole echo, and nothing behind it */
void elm327_type_came_back(struct elm327 *elm);
void elm327_type_take(struct elm327 *elm, char byte);
void elm327_type_timeout(struct elm327 *elm);
void elm327_type_spoil(struct elm327 *elm);
void elm327_type_misheard(struct elm327 *elm);
void elm327_type_spoiled(struct elm327 *elm); /* the reply to a spoiled line */

/* elm327_learn.c */
bool elm327_learn_forbids(struct elm327 *elm, const struct frame *frame, struct err *err);
void elm327_learn_frame(struct elm327 *elm, const struct frame *frame);
void elm327_learn_prompt(struct elm327 *elm);
void elm327_learn_freeze(struct elm327 *elm);
void elm327_learn_again(struct elm327 *elm); /* the port was opened */

/* elm327_pass.c */
void elm327_pass_init(struct elm327 *elm);
void elm327_pass_choose(struct elm327 *elm); /* whether the next slice is heard so */
bool elm327_pass_aim(struct elm327 *elm);    /* true: a filter is on its way to the adapter */
bool elm327_pass_reply(struct elm327 *elm);  /* true: to be chosen anew */
void elm327_pass_clear_reply(struct elm327 *elm);
void elm327_pass_ended(struct elm327 *elm);
void elm327_pass_advance(struct elm327 *elm);
bool elm327_pass_narrow(struct elm327 *elm); /* false: it is a single slice */
bool elm327_pass_has(const struct elm327 *elm, uint16_t id);

/* elm327_listen.c */
void elm327_listen_init(struct elm327 *elm); /* the groups as they were in the beginning */
void elm327_listen_begin(struct elm327 *elm);
void elm327_listen_frame(struct elm327 *elm, const struct frame *frame);
void elm327_listen_reply(struct elm327 *elm);
void elm327_listen_stop(struct elm327 *elm);
void elm327_listen_tick(struct elm327 *elm);
int64_t elm327_listen_deadline(const struct elm327 *elm);

#endif
