/* The dialogue with a Lawicel adapter. Clones differ in what they answer: a CANable (its first firmware)
 * answers nothing but V, a WiCAN nearly everything, and none tells which line an answer belongs to. So every
 * answer only hurries what a short wait would do as well, and what must be known (is it there, is the bus
 * open, does it still live) is taken from whatever was heard.
 *
 * No empty line is ever sent to wake an adapter up: a CANable takes one for its last line again, which may
 * have been a frame.
 *
 * An adapter repeats a frame that nobody acknowledges for ever. Only closing the bus (C) ends that, so that
 * every trouble on the bus has the same recovery: close, be quiet for a while, open again. */
#include "adapter/slcan_dialogue.h"

#include "adapter/slcan_line.h"
#include "adapter/slcan_memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define STEP_NS     (100 * NS_PER_MS) /* for an answer, if there is one */
#define VERSION_NS  (400 * NS_PER_MS)
#define OPEN_NS     (500 * NS_PER_MS)
#define PROOF_NS    (1500 * NS_PER_MS) /* for a frame of an adapter that has answered nothing */
#define ASK_NS      (10 * NS_PER_S)    /* between two questions after its health */
#define ANSWER_NS   (2 * NS_PER_S)
#define QUIET_NS    (60 * NS_PER_S) /* nothing is sent after trouble on the bus */
#define MISSES_MAX  2
#define ACKS_PROOF  3 /* answers of no content; by chance, at a wrong speed, there may be one */
#define REFUSED_MAX 3
#define GARBAGE_MAX 600            /* lines a minute */
#define DOUBT_NS    (1 * NS_PER_S) /* no frame is believed after a damaged line */

/* Bits of F */
#define FLAG_OVERRUNS 0x09U
#define FLAG_WARNING  0x04U
#define FLAG_PASSIVE  0x20U
#define FLAG_ERRORS   0xA4U /* with bus errors */

#define CLOSE   "C"
#define VERSION "V"
#define FLAGS   "F"
#define OPEN    "O"
#define LISTEN  "L"
#define SILENT  "M1" /* a CANable's way to listen only; before O */

enum slcan_state { SLCAN_CLOSED, SLCAN_START, SLCAN_OPENING, SLCAN_RUN };

/* Closed, 500 kbit/s, no time stamps, and whatever filter another program has left taken back. C comes twice:
 * the first may end a line that was half sent. */
static const char *const START[] = {CLOSE, CLOSE, VERSION, "S6", "Z0", "M00000000", "mFFFFFFFF"};
#define START_COUNT (sizeof(START) / sizeof(START[0]))

struct slcan {
    struct slcan_events events;
    void *ctx;
    bool listen_only;
    struct slcan_traits traits;
    enum slcan_state state;
    size_t step;
    const char *command; /* the last one said */
    int64_t now_ns, deadline_ns;
    int64_t quiet_until_ns;
    struct slcan_line line;
    bool acked, refused, is_elm; /* since the last command; elm: since the start */
    bool silenced;               /* SILENT was tried */
    unsigned acks, misses, sends_refused;
    bool heard, heard_bytes; /* a frame since the start; anything since the last command */
    unsigned garbage;
    int64_t garbage_since_ns;
    int64_t doubt_until_ns;
    struct slcan_memory memory;
};

struct slcan *slcan_new(bool listen_only, const struct slcan_events *events, void *ctx)
{
    struct slcan *slcan = calloc(1, sizeof(*slcan));
    if (slcan) {
        slcan->listen_only = listen_only;
        slcan->events = *events;
        slcan->ctx = ctx;
        slcan->deadline_ns = TIME_NONE;
        slcan->quiet_until_ns = TIME_NONE;
    }
    return slcan;
}

void slcan_free(struct slcan *slcan)
{
    free(slcan);
}

const struct slcan_traits *slcan_traits(const struct slcan *slcan)
{
    return &slcan->traits;
}

int64_t slcan_deadline(const struct slcan *slcan)
{
    return slcan->deadline_ns;
}

bool slcan_command_allowed(const char *command)
{
    static const char *const OTHERS[] = {FLAGS, OPEN, LISTEN, SILENT};
    for (size_t i = 0; i < START_COUNT; i++) {
        if (strcmp(command, START[i]) == 0) {
            return true;
        }
    }
    for (size_t i = 0; i < sizeof(OTHERS) / sizeof(OTHERS[0]); i++) {
        if (strcmp(command, OTHERS[i]) == 0) {
            return true;
        }
    }
    return false;
}

static void slcan_say(struct slcan *slcan, const char *command, int64_t wait_ns)
{
    char bytes[16];
    int len = snprintf(bytes, sizeof(bytes), "%s\r", command);
    slcan->command = command;
    slcan->acked = false;
    slcan->refused = false;
    slcan->heard_bytes = false;
    slcan->deadline_ns = slcan->now_ns + wait_ns;
    slcan->events.write(slcan->ctx, bytes, (size_t)len);
}

static void slcan_lose(struct slcan *slcan, const char *words)
{
    slcan_closed(slcan);
    slcan->events.lost(slcan->ctx, words);
}

/* After trouble on the bus. */
static bool slcan_is_quiet(const struct slcan *slcan)
{
    return slcan->quiet_until_ns != TIME_NONE && slcan->now_ns < slcan->quiet_until_ns;
}

/* Until it is asked after its health again. */
static void slcan_rest(struct slcan *slcan)
{
    int64_t next_ns = slcan->now_ns + ASK_NS;
    slcan->command = "";
    slcan->deadline_ns = slcan->traits.answers ? next_ns : TIME_NONE;
    if (slcan_is_quiet(slcan) &&
        (slcan->deadline_ns == TIME_NONE || slcan->quiet_until_ns < slcan->deadline_ns)) {
        slcan->deadline_ns = slcan->quiet_until_ns;
    }
}

/* Opening the bus */

static void slcan_say_step(struct slcan *slcan)
{
    if (slcan->step < START_COUNT) {
        const char *command = START[slcan->step];
        slcan_say(slcan, command, strcmp(command, VERSION) == 0 ? VERSION_NS : STEP_NS);
        return;
    }
    bool is_known = slcan->traits.answers || slcan->acks >= ACKS_PROOF;
    slcan->state = SLCAN_OPENING;
    slcan_say(slcan, slcan->listen_only ? LISTEN : OPEN, is_known ? OPEN_NS : PROOF_NS);
}

static void slcan_begin(struct slcan *slcan)
{
    slcan->state = SLCAN_START;
    slcan->step = 0;
    slcan->acks = 0;
    slcan->misses = 0;
    slcan->sends_refused = 0;
    slcan->heard = false;
    slcan->is_elm = false;
    slcan->silenced = false;
    slcan_line_clear(&slcan->line, SLCAN_TOKEN_LINE);
    slcan_say_step(slcan);
}

void slcan_opened(struct slcan *slcan, int64_t now_ns)
{
    slcan->now_ns = now_ns;
    slcan->traits = (struct slcan_traits){.answers = false};
    slcan->garbage = 0;
    slcan->garbage_since_ns = now_ns;
    slcan->doubt_until_ns = now_ns;
    slcan->memory = (struct slcan_memory){.stamp = 0};
    slcan_begin(slcan);
}

/* What it repeats must not outlive us, if the port still takes anything. */
void slcan_closed(struct slcan *slcan)
{
    if (slcan->state != SLCAN_CLOSED) {
        slcan_say(slcan, CLOSE, 0);
    }
    slcan->state = SLCAN_CLOSED;
    slcan->deadline_ns = TIME_NONE;
}

/* Closes the bus, which ends what the adapter repeats, and opens it again. */
static void slcan_recover(struct slcan *slcan, const char *words)
{
    slcan->quiet_until_ns = slcan->now_ns + QUIET_NS;
    slcan_begin(slcan);
    slcan->events.starting(slcan->ctx, words);
}

static void slcan_come_up(struct slcan *slcan)
{
    if (slcan->traits.identity[0] == '\0') {
        snprintf(slcan->traits.identity, sizeof(slcan->traits.identity), "SLCAN");
    }
    slcan->state = SLCAN_RUN;
    if (slcan_is_quiet(slcan)) {
        slcan_rest(slcan); /* trouble that lasts is not asked after again and again */
    } else {
        slcan_say(slcan, FLAGS, ANSWER_NS);
    }
    slcan->events.up(slcan->ctx);
    if (slcan_is_ready(slcan)) {
        slcan->events.ready(slcan->ctx);
    }
}

static bool slcan_is_canable(const struct slcan *slcan)
{
    return strcasestr(slcan->traits.identity, "canable") || strcasestr(slcan->traits.identity, "cantact");
}

/* It has had time to answer, or has answered. */
static void slcan_judge_opening(struct slcan *slcan)
{
    bool is_there = slcan->traits.answers || slcan->acks >= ACKS_PROOF || slcan->heard;
    bool listens = slcan->acked || slcan->silenced || !slcan->listen_only;
    if (slcan->is_elm) {
        slcan_lose(slcan, "it answers like an ELM327: set adapter = \"elm327\"");
    } else if (!is_there) {
        slcan_lose(slcan, "nothing answers: is it an SLCAN adapter, and is this its speed?");
    } else if (!listens && slcan_is_canable(slcan)) {
        slcan->silenced = true;
        slcan_say(slcan, SILENT, STEP_NS);
    } else if (slcan->refused && !slcan->acked && !slcan->heard) {
        slcan_lose(slcan, slcan->listen_only ? "it can't listen without acknowledging, as poll = false asks"
                                             : "the adapter refuses to open the bus");
    } else {
        slcan_come_up(slcan);
    }
}

static void slcan_go_on(struct slcan *slcan)
{
    if (slcan->state == SLCAN_START) {
        slcan->step++;
        slcan_say_step(slcan);
    } else if (strcmp(slcan->command, SILENT) == 0 && !slcan->refused) {
        slcan_say(slcan, OPEN, OPEN_NS);
    } else {
        slcan_judge_opening(slcan);
    }
}

/* What it says */

/* A line that is damaged: where bytes get lost, those around it may be, too, and two halves can look like a
 * frame. */
static void slcan_count_garbage(struct slcan *slcan)
{
    slcan->doubt_until_ns = slcan->now_ns + DOUBT_NS;
    slcan->events.count(slcan->ctx, ADAPTER_GARBAGE);
    if (slcan->now_ns - slcan->garbage_since_ns >= NS_PER_MIN) {
        slcan->garbage_since_ns = slcan->now_ns;
        slcan->garbage = 0;
    }
    if (++slcan->garbage > GARBAGE_MAX) {
        slcan_lose(slcan, "it says mostly garbage: is it an SLCAN adapter, and is this its speed?");
    }
}

static void slcan_take_frame(struct slcan *slcan, struct slcan_words *words)
{
    if (!slcan_memory_agrees(&slcan->memory, words)) {
        slcan_count_garbage(slcan);
        return;
    }
    slcan->heard = true;
    slcan->sends_refused = 0;
    if (slcan->state != SLCAN_RUN || slcan->now_ns < slcan->doubt_until_ns) {
        return;
    }
    words->frame.time_ns = slcan->now_ns;
    slcan->events.frame(slcan->ctx, &words->frame);
}

static void slcan_take_flags(struct slcan *slcan, uint8_t flags)
{
    slcan->traits.answers = true;
    slcan->traits.answers_flags = true;
    slcan->acked = true;
    if (flags & FLAG_OVERRUNS) {
        slcan->events.count(slcan->ctx, ADAPTER_OVERFLOWS);
    }
    if (flags & FLAG_ERRORS) {
        slcan->events.count(slcan->ctx, ADAPTER_BUS_ERRORS);
    }
    if (slcan->state != SLCAN_RUN) {
        return;
    }
    if (flags & FLAG_PASSIVE) {
        slcan_recover(slcan, "bus errors: another bit rate, a wiring fault, or nobody else is on the bus");
    } else if (flags & FLAG_WARNING) {
        slcan->quiet_until_ns = slcan->now_ns + QUIET_NS;
    }
}

/* What is neither a frame nor an answer without content: the answer to V, of any form. */
static void slcan_take_text(struct slcan *slcan)
{
    const char *text = slcan->line.text;
    bool asked = slcan->state != SLCAN_CLOSED && strcmp(slcan->command, VERSION) == 0;
    if (strcmp(text, "?") == 0 || text[0] == '>') {
        slcan->is_elm = true; /* its "I don't know this", and its prompt */
    } else if (slcan->line.spoilt || (!asked && text[0] != 'V')) {
        slcan_count_garbage(slcan);
    } else {
        slcan->traits.answers = true;
        snprintf(slcan->traits.identity, sizeof(slcan->traits.identity), "SLCAN %.*s", SLCAN_IDENTITY_MAX - 7,
                 text);
        slcan->acked |= asked;
    }
}

static void slcan_take_line(struct slcan *slcan)
{
    struct slcan_words words;
    bool is_version = strcmp(slcan->command, VERSION) == 0;
    switch (slcan->line.spoilt ? SLCAN_TEXT : slcan_line_parse(slcan->line.text, slcan->line.len, &words)) {
    case SLCAN_FRAME:
        slcan_take_frame(slcan, &words);
        break;
    case SLCAN_OTHER:
        break;
    case SLCAN_ACK:
        slcan->acks++;
        slcan->acked |= !is_version;
        slcan->sends_refused = 0;
        break;
    case SLCAN_FLAGS:
        slcan_take_flags(slcan, words.flags);
        break;
    case SLCAN_CUT:
        slcan_count_garbage(slcan);
        break;
    case SLCAN_TEXT:
        slcan_take_text(slcan);
        break;
    }
}

/* BEL. While it runs: to F, because the bus is not open any more; or to a frame. */
static void slcan_take_refusal(struct slcan *slcan)
{
    bool asked = slcan->state == SLCAN_RUN && !slcan->acked && strcmp(slcan->command, FLAGS) == 0;
    slcan->refused = true;
    if (slcan->state != SLCAN_RUN) {
        return;
    }
    if (asked && slcan->traits.answers_flags) {
        slcan->events.count(slcan->ctx, ADAPTER_RESETS);
        slcan_recover(slcan, "the adapter started again");
    } else if (!asked) {
        slcan->events.count(slcan->ctx, ADAPTER_BUS_ERRORS);
        if (++slcan->sends_refused == REFUSED_MAX) {
            slcan_recover(slcan, "the adapter takes no frames: does anybody acknowledge them?");
        }
    }
}

static void slcan_take(struct slcan *slcan, char byte)
{
    enum slcan_token token = slcan_line_take(&slcan->line, byte);
    switch (token) {
    case SLCAN_TOKEN_MORE:
        return;
    case SLCAN_TOKEN_LINE:
        slcan_take_line(slcan);
        break;
    case SLCAN_TOKEN_REFUSED:
        slcan_take_refusal(slcan);
        break;
    case SLCAN_TOKEN_FULL:
        slcan_count_garbage(slcan);
        break;
    }
    slcan_line_clear(&slcan->line, token);
    bool is_step = slcan->state == SLCAN_START && (slcan->acked || slcan->refused);
    bool is_opening = slcan->state == SLCAN_OPENING && slcan->acked;
    if (is_step || is_opening) {
        slcan_go_on(slcan);
    }
}

void slcan_input(struct slcan *slcan, int64_t now_ns, const uint8_t *bytes, size_t len)
{
    slcan->now_ns = now_ns;
    slcan->heard_bytes |= len > 0;
    for (size_t i = 0; i < len && slcan->state != SLCAN_CLOSED; i++) {
        slcan_take(slcan, (char)bytes[i]);
    }
}

/* Time */

/* An answer, or anything else meanwhile, shows that it lives. */
static void slcan_judge_health(struct slcan *slcan)
{
    bool lives = slcan->heard_bytes || !slcan->traits.answers;
    slcan->misses = lives ? 0 : slcan->misses + 1;
    if (slcan->misses == MISSES_MAX) {
        slcan->events.count(slcan->ctx, ADAPTER_TIMEOUTS);
        slcan_lose(slcan, "the adapter does not answer any more");
    } else {
        slcan_rest(slcan);
    }
}

static void slcan_run(struct slcan *slcan)
{
    if (slcan->command[0] != '\0') {
        slcan_judge_health(slcan);
    } else if (slcan->traits.answers) {
        slcan_say(slcan, slcan->traits.answers_flags ? FLAGS : VERSION, ANSWER_NS);
    } else {
        slcan_rest(slcan);
    }
}

void slcan_tick(struct slcan *slcan, int64_t now_ns)
{
    slcan->now_ns = now_ns;
    if (slcan->deadline_ns == TIME_NONE || now_ns < slcan->deadline_ns) {
        return;
    }
    bool is_quiet_over = slcan->quiet_until_ns != TIME_NONE && !slcan_is_quiet(slcan);
    if (slcan->state == SLCAN_RUN) {
        slcan_run(slcan);
    } else {
        slcan_go_on(slcan);
    }
    if (is_quiet_over) {
        slcan->quiet_until_ns = TIME_NONE;
        if (slcan_is_ready(slcan)) {
            slcan->events.ready(slcan->ctx);
        }
    }
}

/* Sending */

bool slcan_is_ready(const struct slcan *slcan)
{
    return slcan->state == SLCAN_RUN && !slcan->listen_only && !slcan_is_quiet(slcan);
}

int slcan_send(struct slcan *slcan, int64_t now_ns, const struct frame *frame, struct err *err)
{
    char line[SLCAN_SEND_MAX + 2];
    slcan->now_ns = now_ns;
    if (!slcan_is_ready(slcan)) {
        return err_set(err, "the adapter is not ready");
    }
    slcan_line_format(frame, line);
    size_t len = strlen(line);
    line[len] = '\r';
    slcan->events.count(slcan->ctx, ADAPTER_FRAMES_OUT);
    slcan->events.write(slcan->ctx, line, len + 1);
    return 0;
}

void slcan_limits(const struct slcan_traits *traits, char *words, size_t size)
{
    bool mute = traits->identity[0] && !traits->answers;
    snprintf(words, size, "%s",
             mute ? "this adapter tells nothing about itself: that it hangs can't be noticed while the car "
                    "sleeps"
                  : "");
}
