/* The dialogue's frame: bytes become lines, lines belong to the command in flight, its prompt hands the reply
 * to the job that asked, and when no job is under way the next one is chosen. A command is written only after
 * all bytes that are there have been looked at, so that what came before it is never taken for its reply.
 * Opens no port and reads no clock. */
#include "adapter/elm327_private.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define VOLTAGE_MISSES_MAX 3
#define DOUBT_NS           (1 * NS_PER_S)

struct elm327 *elm327_new(const uint16_t *listen_ids, size_t listen_count, const struct elm327_events *events,
                          void *ctx)
{
    struct elm327 *elm = calloc(1, sizeof(*elm));
    if (elm) {
        elm->events = *events;
        elm->ctx = ctx;
        elm327_slices_init(&elm->slices, listen_ids, listen_count);
        elm327_listen_init(elm);
    }
    return elm;
}

void elm327_free(struct elm327 *elm)
{
    free(elm);
}

bool elm327_has(const struct elm327 *elm, enum elm327_quirk quirk)
{
    return elm->traits.quirks & 1U << quirk;
}

/* Neither one address nor a group: nobody can be heard. */
void elm327_add_quirk(struct elm327 *elm, enum elm327_quirk quirk)
{
    elm->traits.quirks |= 1U << quirk;
    if (elm327_has(elm, ELM327_QUIRK_NO_ADDRESS) && elm327_has(elm, ELM327_QUIRK_NO_MASK)) {
        elm->traits.quirks |= 1U << ELM327_QUIRK_NO_AIM;
    }
}

void elm327_limits(const struct elm327 *elm, char *words, size_t size)
{
    elm327_quirk_words(elm->traits.quirks, words, size);
}

const struct elm327_traits *elm327_traits(const struct elm327 *elm)
{
    return &elm->traits;
}

void elm327_count(struct elm327 *elm, enum adapter_counter counter)
{
    elm->events.count(elm->ctx, counter);
}

void elm327_count_garbage(struct elm327 *elm)
{
    elm327_count(elm, ADAPTER_GARBAGE);
    if (elm->now_ns - elm->garbage_since_ns >= NS_PER_MIN) {
        elm->garbage_since_ns = elm->now_ns;
        elm->garbage = 0;
    }
    elm->garbage++;
}

/* A line that no ELM327 says: others around it may be damaged, too, and look like frames. */
void elm327_doubt(struct elm327 *elm)
{
    elm327_count_garbage(elm);
    elm->reply.damaged = true;
    elm->doubt_until_ns = elm->now_ns + DOUBT_NS;
}

/* Commands */

void elm327_expect(struct elm327 *elm)
{
    elm->waiting = true;
    elm->hurried = false;
    elm->prompted = false;
    elm->stray = false;
    elm->reply = (struct elm327_reply){.trouble = ELM327_TEXT_OTHER};
    elm->sent_ns = elm->now_ns;
    elm->heard_byte_ns = elm->now_ns;
    elm->silence_ns = ELM327_SILENCE_NS;
    elm->misheard = false;
    elm->patience_ns = ELM327_PATIENCE_NS;
}

void elm327_command(struct elm327 *elm, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vsnprintf(elm->command, sizeof(elm->command), format, args);
    va_end(args);
    if (elm327_command_allowed(elm->command)) {
        elm327_type_begin(elm, ELM327_FLIGHT_COMMAND);
    }
}

/* Lines */

/* Adds a line to the reply; the first unknown one is its text. */
static void elm327_reply_add(struct elm327_reply *reply, enum elm327_text text, const char *line)
{
    reply->any = true;
    reply->ok |= text == ELM327_TEXT_OK;
    reply->refused |= text == ELM327_TEXT_NOT_UNDERSTOOD;
    if (elm327_text_recovery(text) != ELM327_RECOVERY_NONE) {
        reply->trouble = text;
    }
    if (text == ELM327_TEXT_OTHER && reply->text[0] == '\0') {
        snprintf(reply->text, sizeof(reply->text), "%s", line);
    }
}

static void elm327_text_in(struct elm327 *elm, const char *line)
{
    enum elm327_text text = elm327_text_find(line);
    enum elm327_recovery recovery = elm327_text_recovery(text);
    if (elm->waiting && elm327_speed_line(elm, text, line)) {
        return;
    }
    if (elm->banner_expected && (text == ELM327_TEXT_BANNER || text == ELM327_TEXT_LV_RESET)) {
        elm327_reply_add(&elm->reply, ELM327_TEXT_OTHER, line);
        return;
    }
    if (recovery == ELM327_RECOVERY_START_AGAIN) {
        elm->again = text;
    }
    if (!elm->waiting) {
        elm->stray = true;
        return;
    }
    if (elm->hurried && text == ELM327_TEXT_STOPPED) {
        elm->reply.any = true; /* as it was told */
        return;
    }
    elm327_reply_add(&elm->reply, text, line);
    if (text == ELM327_TEXT_OTHER && elm->flight != ELM327_FLIGHT_COMMAND) {
        elm327_doubt(elm);
    }
    if (recovery == ELM327_RECOVERY_BUS_TROUBLE) {
        elm327_count(elm, ADAPTER_BUS_ERRORS);
    }
}

static void elm327_frame_in(struct elm327 *elm, struct frame *frame)
{
    frame->time_ns = elm->now_ns;
    if (!elm->waiting || elm->flight == ELM327_FLIGHT_COMMAND) {
        elm327_count(elm, ADAPTER_LATE);
        if (elm->job == ELM327_JOB_START) {
            elm->patience_ns = ELM327_STILL_TALKS_NS;
        }
        return;
    }
    if (elm->now_ns < elm->doubt_until_ns) {
        elm327_count(elm, ADAPTER_GARBAGE);
        return;
    }
    elm->reply.any = true;
    if (elm->flight == ELM327_FLIGHT_QUESTION) {
        elm327_ask_frame(elm, frame);
    } else {
        elm327_listen_frame(elm, frame);
    }
}

/* Hex digits that are no frame: the reply to ATDPN, or what is left of a line. */
static void elm327_cut_in(struct elm327 *elm, const char *line)
{
    elm->stray |= !elm->waiting;
    elm->reply.damaged = true;
    if (elm->waiting) {
        elm327_reply_add(&elm->reply, ELM327_TEXT_OTHER, line);
    }
    if (elm->waiting && elm->flight != ELM327_FLIGHT_COMMAND && !elm->stopping) {
        elm327_doubt(elm);
    } else if (!elm->waiting || elm->stopping) {
        elm327_count_garbage(elm);
    }
}

static void elm327_line_in(struct elm327 *elm, const struct elm327_line *line)
{
    struct frame frame;
    elm->reply.lines++;
    if (line->overlong) {
        elm327_doubt(elm);
        return;
    }
    if (elm->waiting && elm327_line_is_echo(line->text, elm->command)) {
        elm->reply.echoed = true;
        return;
    }
    switch (elm327_line_parse(line->text, &frame)) {
    case ELM327_PARSE_FRAME:
        elm327_frame_in(elm, &frame);
        break;
    case ELM327_PARSE_TEXT:
        elm327_text_in(elm, line->text);
        break;
    case ELM327_PARSE_CUT:
        elm327_cut_in(elm, line->text);
        break;
    }
}

/* What stands before a prompt without a line end is a text at best, never a frame: its end was lost. */
static void elm327_prompt_in(struct elm327 *elm)
{
    struct frame frame;
    if (elm->line.len > 0 && elm327_line_parse(elm->line.text, &frame) != ELM327_PARSE_TEXT) {
        elm327_cut_in(elm, elm->line.text);
    } else if (elm->line.len > 0) {
        elm327_text_in(elm, elm->line.text);
    }
    if (elm->waiting && (elm->reply.any || elm->stopping)) {
        elm->waiting = false;
        elm->prompted = true;
    }
}

static void elm327_take(struct elm327 *elm, char byte)
{
    if (byte == '\0') {
        elm327_add_quirk(elm, ELM327_QUIRK_NUL_BYTES);
    }
    if (elm->typing) {
        elm327_type_take(elm, byte);
        return;
    }
    enum elm327_token token = elm327_line_take(&elm->line, byte);
    if (token == ELM327_TOKEN_MORE) {
        return;
    }
    if (token == ELM327_TOKEN_LINE) {
        elm327_line_in(elm, &elm->line);
    } else {
        elm327_prompt_in(elm);
    }
    elm327_line_clear(&elm->line);
}

/* Jobs */

void elm327_give_up(struct elm327 *elm, const char *words)
{
    elm327_closed(elm);
    elm->events.lost(elm->ctx, words);
}

void elm327_restart(struct elm327 *elm, const char *words)
{
    if (++elm->starts > ELM327_STARTS_MAX) {
        elm327_give_up(elm, words);
        return;
    }
    elm->up = false;
    elm->events.starting(elm->ctx, words);
    elm327_start_begin(elm);
}

static void elm327_restart_after(struct elm327 *elm, enum elm327_text text)
{
    char words[80];
    snprintf(words, sizeof(words), "the adapter %s", elm327_text_words(text));
    elm327_count(elm, ADAPTER_RESETS);
    elm327_restart(elm, words);
}

static void elm327_voltage_begin(struct elm327 *elm)
{
    elm->job = ELM327_JOB_VOLTAGE;
    elm->voltage_ns = elm->now_ns + ELM327_VOLTAGE_NS;
    elm327_command(elm, "ATRV");
}

static void elm327_voltage_reply(struct elm327 *elm)
{
    double volts = elm327_parse_volts(elm->reply.text);
    elm->job = ELM327_JOB_IDLE;
    if (elm->reply.ok || elm->reply.trouble != ELM327_TEXT_OTHER) {
        elm327_restart(elm, "the adapter answered another command");
    } else if (!isnan(volts)) {
        elm->voltage_misses = 0;
        elm->traits.quirks &= ~(1U << ELM327_QUIRK_NO_VOLTMETER);
        elm->events.voltage(elm->ctx, volts);
    } else if (++elm->voltage_misses >= VOLTAGE_MISSES_MAX) {
        elm->voltage_ns = elm->now_ns + ELM327_NO_VOLTAGE_NS;
        elm327_add_quirk(elm, ELM327_QUIRK_NO_VOLTMETER);
    }
}

void elm327_choose(struct elm327 *elm)
{
    if (elm->job != ELM327_JOB_IDLE) {
        return;
    }
    if (elm->question.pending) {
        elm327_ask_begin(elm);
    } else if (elm->now_ns >= elm->voltage_ns) {
        elm327_voltage_begin(elm);
    } else if (elm327_listens(elm) && elm->now_ns >= elm->listen_ns) {
        elm327_listen_begin(elm);
    }
}

static void elm327_reply_in(struct elm327 *elm)
{
    elm->prompted = false;
    if (elm->spoiled) {
        elm327_type_spoiled(elm);
        return;
    }
    switch (elm->job) {
    case ELM327_JOB_START:
        elm327_start_reply(elm);
        break;
    case ELM327_JOB_ASK:
        elm327_ask_reply(elm);
        break;
    case ELM327_JOB_LISTEN:
        elm327_listen_reply(elm);
        break;
    case ELM327_JOB_VOLTAGE:
        elm327_voltage_reply(elm);
        break;
    case ELM327_JOB_IDLE:
    case ELM327_JOB_CLOSED:
        break;
    }
}

/* It said that its settings are gone. Half a line is ended first. */
static bool elm327_starts_again(struct elm327 *elm)
{
    if (elm->typing || elm->again == ELM327_TEXT_OTHER) {
        return false;
    }
    elm327_learn_freeze(elm);
    elm327_restart_after(elm, elm->again);
    return true;
}

/* After bytes or time: what follows from them. */
static void elm327_act(struct elm327 *elm)
{
    if (elm->garbage > ELM327_GARBAGE_MAX) {
        elm->garbage = 0;
        elm327_give_up(elm, "the adapter sends little but garbage: another speed, or it is defective");
    } else if (elm327_starts_again(elm)) {
        return;
    } else if (elm->waiting && elm->flight != ELM327_FLIGHT_MONITOR && elm->reply.lines > ELM327_LINES_MAX) {
        elm327_restart(elm, "the adapter talks without end");
    } else if (elm->misheard) {
        elm327_type_misheard(elm);
    } else if (elm327_type_is_back(elm)) {
        elm327_type_came_back(elm);
    } else if (elm->prompted && elm->echo == ELM327_ECHO_LATE && !elm->reply.echoed) {
        elm327_give_up(elm, "the line to the adapter loses bytes: nothing is asked over it");
    } else if (elm->prompted) {
        elm327_reply_in(elm);
        elm327_starts_again(elm);
    } else if (elm327_ask_waits_idly(elm)) {
        elm327_ask_hurry(elm);
    }
    elm327_choose(elm);
    if (elm->tell_ready && elm327_is_ready(elm)) {
        elm->tell_ready = false;
        elm->events.ready(elm->ctx);
    }
}

/* Outside */

void elm327_opened(struct elm327 *elm, int64_t now_ns)
{
    elm->now_ns = now_ns;
    elm->starts = 0;
    elm->garbage = 0;
    elm->garbage_since_ns = now_ns;
    elm->doubt_until_ns = now_ns;
    elm->heard_anything = false;
    elm->echo_was_right = false;
    elm->header_refusals = 0;
    elm327_learn_again(elm);
    elm327_listen_init(elm);
    elm327_start_begin(elm);
}

void elm327_closed(struct elm327 *elm)
{
    if (elm->typing) {
        elm327_type_spoil(
            elm); /* what stands in the adapter's line must not begin another one, nor be ended */
    }
    elm->job = ELM327_JOB_CLOSED;
    elm->up = false;
    elm->waiting = false;
    elm->prompted = false;
    elm->stopping = false;
    elm->question.pending = false;
    elm->typing = false;
    elm->misheard = false;
    elm->spoiled = false;
    elm->echo = ELM327_ECHO_UNKNOWN;
    elm->again = ELM327_TEXT_OTHER;
}

void elm327_input(struct elm327 *elm, int64_t now_ns, const uint8_t *bytes, size_t len)
{
    elm->now_ns = now_ns;
    elm->heard_byte_ns = now_ns;
    elm->heard_anything |= len > 0;
    if (elm->job == ELM327_JOB_START && elm->draining) {
        elm327_start_heard(elm);
        return;
    }
    for (size_t i = 0; i < len && elm->job != ELM327_JOB_CLOSED; i++) {
        elm327_take(elm, (char)bytes[i]);
    }
    elm327_act(elm);
}

static void elm327_timeout(struct elm327 *elm)
{
    if (elm->typing) {
        elm327_type_timeout(elm);
        return;
    }
    elm327_learn_freeze(elm);
    elm->waiting = false;
    elm327_count(elm, ADAPTER_TIMEOUTS);
    if (elm->job == ELM327_JOB_START) {
        elm327_start_timeout(elm);
    } else {
        elm327_restart(elm, "the adapter did not answer in time");
    }
}

static int64_t elm327_reply_deadline(const struct elm327 *elm)
{
    int64_t silence = elm->heard_byte_ns + elm->silence_ns;
    int64_t patience = elm->sent_ns + elm->patience_ns;
    return silence < patience ? silence : patience;
}

static int64_t elm327_idle_deadline(const struct elm327 *elm)
{
    bool listens_first = elm327_listens(elm) && elm->listen_ns < elm->voltage_ns;
    return listens_first ? elm->listen_ns : elm->voltage_ns;
}

int64_t elm327_deadline(const struct elm327 *elm)
{
    if (elm->job == ELM327_JOB_CLOSED) {
        return TIME_NONE;
    }
    if (elm->job == ELM327_JOB_START && elm->draining) {
        return elm->drain_ns < elm->drain_end_ns ? elm->drain_ns : elm->drain_end_ns;
    }
    if (elm->waiting && !elm->typing && elm->flight == ELM327_FLIGHT_MONITOR) {
        return elm327_listen_deadline(elm);
    }
    return elm->waiting ? elm327_reply_deadline(elm) : elm327_idle_deadline(elm);
}

void elm327_tick(struct elm327 *elm, int64_t now_ns)
{
    elm->now_ns = now_ns;
    int64_t deadline = elm327_deadline(elm);
    if (deadline == TIME_NONE || now_ns < deadline) {
        return;
    }
    if (elm->job == ELM327_JOB_START && elm->draining) {
        elm327_start_tick(elm);
    } else if (elm->waiting && !elm->typing && elm->flight == ELM327_FLIGHT_MONITOR && !elm->nudged) {
        elm327_listen_tick(elm);
    } else if (elm->waiting) {
        elm327_timeout(elm);
    }
    elm327_act(elm);
}

bool elm327_is_ready(const struct elm327 *elm)
{
    return elm->up && !elm->question.pending;
}
