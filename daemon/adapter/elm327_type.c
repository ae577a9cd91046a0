/* Typing: a line is written without its end, and ended only when the adapter has echoed every character as it
 * was written. A byte lost on the way would make another line of it: "022101" without a digit opens a session
 * ("02101"), ATCAF0 without its T is a request ("ACAF0"); and the gate has judged what was written. A line
 * that did not come back gets letters that no adapter understands, and its end when one of them came back:
 * the adapter refuses it. One that does not echo before the line ends is found at the start (ECHOES_LATE) and
 * gets whole lines. */
#include "adapter/elm327_private.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#define TYPE_NS         (500 * NS_PER_MS) /* without a byte of the echo */
#define MISHEARINGS_MAX 3
#define SPOILS_MAX      6

static void type_end(struct elm327 *elm)
{
    if (elm->flight == ELM327_FLIGHT_QUESTION) {
        elm327_count(elm, ADAPTER_FRAMES_OUT);
    }
    elm327_expect(elm);
}

static void type_return(struct elm327 *elm)
{
    type_end(elm);
    elm->events.write(elm->ctx, "\r", 1);
}

static void type_whole(struct elm327 *elm)
{
    char line[sizeof(elm->command) + 1];
    int len = snprintf(line, sizeof(line), "%s\r", elm->command);
    type_end(elm);
    elm->events.write(elm->ctx, line, (size_t)len);
}

void elm327_type_begin(struct elm327 *elm, enum elm327_flight flight)
{
    elm->flight = flight;
    elm->banner_expected = false;
    if (elm->echo != ELM327_ECHO_PROBED && elm->echo != ELM327_ECHO_HELPS) {
        type_whole(elm);
        return;
    }
    elm327_expect(elm);
    elm327_line_clear(&elm->line);
    elm->typing = true;
    elm->typed_back = 0;
    elm->silence_ns = TYPE_NS;
    elm->events.write(elm->ctx, elm->command, strlen(elm->command));
}

void elm327_type_spoil(struct elm327 *elm)
{
    elm327_expect(elm);
    elm->typing = true;
    elm->spoiled = true;
    elm->flight = ELM327_FLIGHT_COMMAND;
    elm->silence_ns = TYPE_NS;
    elm->events.write(elm->ctx, ELM327_SPOIL, strlen(ELM327_SPOIL));
}

static void type_take_spoil(struct elm327 *elm, char byte)
{
    if (toupper((unsigned char)byte) == ELM327_SPOIL[0]) {
        elm->typing = false;
        elm327_line_clear(&elm->line);
        type_return(elm);
    }
}

/* Whether what was typed is wanted no more. */
static bool type_is_stale(const struct elm327 *elm)
{
    return (elm->job == ELM327_JOB_ASK && elm327_ask_is_over(elm)) ||
           (elm->flight == ELM327_FLIGHT_MONITOR && elm->question.pending);
}

void elm327_type_came_back(struct elm327 *elm)
{
    elm->typing = false;
    elm->echo = ELM327_ECHO_HELPS;
    elm->echo_was_right = true;
    elm->traits.quirks &= ~(1U << ELM327_QUIRK_ECHOES_LATE);
    elm->mishearings = 0;
    if (type_is_stale(elm)) {
        elm327_type_spoil(elm);
    } else {
        type_return(elm);
    }
}

/* What comes instead of the echo may say that the adapter has lost its settings. */
static void type_overhear(struct elm327 *elm, char byte)
{
    enum elm327_token token = elm327_line_take(&elm->line, byte);
    if (token == ELM327_TOKEN_MORE) {
        return;
    }
    enum elm327_text text = elm327_text_find(elm->line.text);
    if (elm327_text_recovery(text) == ELM327_RECOVERY_START_AGAIN) {
        elm->again = text;
    }
    elm327_line_clear(&elm->line);
}

void elm327_type_take(struct elm327 *elm, char byte)
{
    char expected = elm->command[elm->typed_back];
    bool is_blank = byte == '\0' || byte == ' ';
    if (elm->spoiled) {
        type_take_spoil(elm, byte);
        type_overhear(elm, byte);
        return;
    }
    if (elm->misheard || (!is_blank && toupper((unsigned char)byte) != expected)) {
        elm->misheard = true;
        type_overhear(elm, byte);
        return;
    }
    if (is_blank) {
        return;
    }
    elm->typed_back++;
}

bool elm327_type_is_back(const struct elm327 *elm)
{
    return elm->typing && !elm->spoiled && !elm->misheard && elm->command[elm->typed_back] == '\0';
}

/* A byte was lost on one of the two ways, or something else was said meanwhile. */
void elm327_type_misheard(struct elm327 *elm)
{
    elm->misheard = false;
    elm327_count_garbage(elm);
    elm->mishearings++;
    elm327_type_spoil(elm);
}

static void type_spoil_again(struct elm327 *elm)
{
    if (++elm->mishearings < SPOILS_MAX) {
        elm327_type_spoil(elm);
    } else {
        elm327_restart(elm, "the adapter does not answer");
    }
}

/* Nothing comes back. In the start-up that is an answer: it does not echo before the line ends. */
void elm327_type_timeout(struct elm327 *elm)
{
    if (elm->spoiled) {
        type_spoil_again(elm);
    } else if (elm->echo != ELM327_ECHO_PROBED || elm->typed_back > 0 || elm->echo_was_right) {
        elm327_type_misheard(elm);
    } else {
        elm->typing = false;
        elm->echo = ELM327_ECHO_NONE;
        elm327_add_quirk(elm, ELM327_QUIRK_ECHOES_LATE);
        type_return(elm);
    }
}

/* The line was refused and did nothing: what it was for is tried again, or given up. */
void elm327_type_spoiled(struct elm327 *elm)
{
    elm->spoiled = false;
    if (!elm->reply.refused || elm->job == ELM327_JOB_START || elm->mishearings >= MISHEARINGS_MAX) {
        elm->mishearings = 0;
        elm327_restart(elm, "the adapter mishears what it is told");
    } else if (elm->job == ELM327_JOB_ASK) {
        elm327_ask_drop(elm);
    } else {
        elm->job = ELM327_JOB_IDLE;
        elm->listen_ns = elm->now_ns;
    }
}
