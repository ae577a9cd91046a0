/* The start-up: wait until the adapter is quiet, ask its name until it answers, reset it, then one setting
 * after the other, each after the prompt of the one before. What it can do is found by trying. The last
 * replies are of a kind that no earlier command gives: were all replies off by one because of a stray prompt,
 * they would not fit, and all begins again. */
#include "adapter/elm327_private.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define QUIET_NS      (250 * NS_PER_MS) /* without a byte before the first command */
#define QUIET_WAIT_NS (2 * NS_PER_S) /* at most that long: what still talks is interrupted by the command */
#define SYNC_TRIES    3
#define VOLTS_MIN     6.0
#define VOLTS_MAX     18.0
#define DIGITS        "0123456789"

/* Quirks that use has shown; a start-up does not show them again. */
#define LEARNED                                                                                              \
    (1U << ELM327_QUIRK_CUTS_LONG | 1U << ELM327_QUIRK_SHORTENS | 1U << ELM327_QUIRK_FREEZES |               \
     1U << ELM327_QUIRK_FORMATS_UNASKED | 1U << ELM327_QUIRK_NUL_BYTES)

enum verdict {
    VERDICT_NEXT,
    VERDICT_WAIT,     /* that prompt belonged to something older */
    VERDICT_SYNC,     /* ask its name again */
    VERDICT_REPEAT,   /* it may have misheard */
    VERDICT_AGAIN,    /* the replies make no sense */
    VERDICT_HOPELESS, /* it refuses what nothing works without */
};

struct start_step {
    const char *command;
    enum verdict (*judge)(struct elm327 *elm);
    bool (*skip)(const struct elm327 *elm);
};

/* One or two digits on each side of the point: a line that lost some is another voltage otherwise ("136" for
 * 13.6, "16" for 13.6). */
static bool start_is_voltage(const char *text)
{
    size_t whole = strspn(text, DIGITS);
    if (whole < 1 || whole > 2 || text[whole] != '.') {
        return false;
    }
    const char *decimals = text + whole + 1;
    size_t count = strspn(decimals, DIGITS);
    const char *end = decimals + count;
    return count >= 1 && count <= 2 && (strcmp(end, "") == 0 || strcasecmp(end, "V") == 0);
}

double elm327_parse_volts(const char *text)
{
    double volts = start_is_voltage(text) ? strtod(text, NULL) : NAN;
    return volts >= VOLTS_MIN && volts <= VOLTS_MAX ? volts : NAN;
}

/* A name is printable and has three letters; what a wrong speed makes of it hardly ever. */
static bool start_is_name(const char *text)
{
    int letters = 0;
    for (; *text; text++) {
        if (!isprint((unsigned char)*text)) {
            return false;
        }
        letters += isalpha((unsigned char)*text) != 0;
    }
    return letters >= 3;
}

/* A refusal belongs to the line that cleared the buffer. */
static enum verdict judge_sync(struct elm327 *elm)
{
    if (elm->reply.refused && elm->reply.text[0] == '\0') {
        return VERDICT_WAIT;
    }
    return start_is_name(elm->reply.text) ? VERDICT_NEXT : VERDICT_SYNC;
}

static enum verdict judge_banner(struct elm327 *elm)
{
    return elm->reply.text[0] ? VERDICT_NEXT : VERDICT_WAIT;
}

/* What does not come back before the line ends comes back whole behind it, or not at all: anything else is a
 * line that loses bytes. */
static enum verdict judge_echo(struct elm327 *elm)
{
    if (!elm->reply.refused || elm->reply.text[0]) {
        return VERDICT_AGAIN;
    }
    if (elm->echo == ELM327_ECHO_NONE && elm->reply.echoed) {
        elm->echo = ELM327_ECHO_LATE;
    }
    return VERDICT_NEXT;
}

/* Either OK or ?, and nothing of both. */
static enum verdict judge_wanted(struct elm327 *elm)
{
    return elm->reply.ok != elm->reply.refused ? VERDICT_NEXT : VERDICT_AGAIN;
}

static enum verdict judge_needed(struct elm327 *elm)
{
    enum verdict verdict = judge_wanted(elm);
    return verdict == VERDICT_NEXT && elm->reply.refused ? VERDICT_HOPELESS : verdict;
}

static enum verdict judge_name(struct elm327 *elm)
{
    if (!start_is_name(elm->reply.text)) {
        return VERDICT_AGAIN;
    }
    memcpy(elm->traits.identity, elm->reply.text, sizeof(elm->traits.identity));
    return VERDICT_NEXT;
}

static enum verdict judge_more_names(struct elm327 *elm)
{
    struct elm327_traits *traits = &elm->traits;
    if (elm->reply.ok) {
        return VERDICT_AGAIN;
    }
    if (start_is_name(elm->reply.text) && !strstr(traits->identity, elm->reply.text)) {
        size_t used = strlen(traits->identity);
        snprintf(traits->identity + used, sizeof(traits->identity) - used, ", %s", elm->reply.text);
    }
    return VERDICT_NEXT;
}

/* A second refusal is a quirk. */
static enum verdict judge_quirk(struct elm327 *elm, enum elm327_quirk quirk)
{
    enum verdict verdict = judge_wanted(elm);
    if (verdict != VERDICT_NEXT || !elm->reply.refused) {
        return verdict;
    }
    if (elm->repeated) {
        elm327_add_quirk(elm, quirk);
    }
    return elm->repeated ? VERDICT_NEXT : VERDICT_REPEAT;
}

static enum verdict judge_format(struct elm327 *elm)
{
    return judge_quirk(elm, ELM327_QUIRK_FORMATS_ITSELF);
}

static enum verdict judge_pass(struct elm327 *elm)
{
    if (elm->reply.ok) {
        elm->traits.quirks &= ~(1U << ELM327_QUIRK_NO_PASS_FILTERS);
    }
    return judge_wanted(elm);
}

static enum verdict judge_speed(struct elm327 *elm)
{
    return elm327_speed_reply(elm) ? VERDICT_NEXT : VERDICT_AGAIN;
}

static enum verdict judge_silent(struct elm327 *elm)
{
    return judge_quirk(elm, ELM327_QUIRK_NOT_SILENT);
}

static enum verdict judge_flow(struct elm327 *elm)
{
    enum verdict verdict = judge_quirk(elm, ELM327_QUIRK_NO_FLOW_CONTROL);
    elm->flow_refused = elm327_has(elm, ELM327_QUIRK_NO_FLOW_CONTROL);
    elm->traits.flow = elm->flow_refused ? ELM327_FLOW_ITS_OWN : ELM327_FLOW_OURS;
    return verdict;
}

static enum verdict judge_no_flow(struct elm327 *elm)
{
    elm->traits.flow = elm->reply.ok ? ELM327_FLOW_NONE : ELM327_FLOW_ITS_OWN;
    return judge_wanted(elm);
}

/* A voltage that can't be is no reason to begin again, but OK is. */
static enum verdict judge_volts(struct elm327 *elm)
{
    double volts = elm327_parse_volts(elm->reply.text);
    if (elm->reply.refused && !elm->repeated) {
        return VERDICT_REPEAT;
    }
    if (elm->reply.refused) {
        elm327_add_quirk(elm, ELM327_QUIRK_NO_VOLTMETER);
    }
    if (!isnan(volts)) {
        elm->events.voltage(elm->ctx, volts);
    }
    return elm->reply.ok ? VERDICT_AGAIN : VERDICT_NEXT;
}

static enum verdict judge_protocol(struct elm327 *elm)
{
    if (elm->reply.refused) {
        return VERDICT_NEXT;
    }
    return strcmp(elm->reply.text, "6") == 0 ? VERDICT_NEXT : VERDICT_AGAIN;
}

static enum verdict judge_same_name(struct elm327 *elm)
{
    return start_is_name(elm->reply.text) ? VERDICT_NEXT : VERDICT_AGAIN;
}

/* No echo at all is asked for twice: it may have been lost. */
static bool skip_when_echo_is_known(const struct elm327 *elm)
{
    return elm->echo == ELM327_ECHO_HELPS || elm->echo == ELM327_ECHO_LATE;
}

static bool skip_when_speed_will_do(const struct elm327 *elm)
{
    return !elm->speed_allowed || !strstr(elm->traits.identity, "STN");
}

/* STI comes just before. */
static bool skip_when_no_stn(const struct elm327 *elm)
{
    return strncmp(elm->reply.text, "STN", 3) != 0;
}

static bool skip_when_flow_refused(const struct elm327 *elm)
{
    return elm->flow_refused;
}

static bool skip_when_flow_is_ours(const struct elm327 *elm)
{
    return !elm->flow_refused;
}

static bool skip_when_protocol_was_told(const struct elm327 *elm)
{
    return !elm->reply.refused;
}

/* The flow control is tried with an identifier of the standard; the real one is set before each question. */
static const struct start_step STEPS[] = {
    {"ATI", judge_sync, NULL},
    {"ATZ", judge_banner, NULL},
    {ELM327_SPOIL, judge_echo, NULL}, /* an echo before the line ends? What is lost of it asks for nothing */
    {ELM327_SPOIL, judge_echo, skip_when_echo_is_known},
    {"ATL0", judge_wanted, NULL},
    {"ATS0", judge_wanted, NULL},
    {"ATH1", judge_needed, NULL},
    {"ATI", judge_name, NULL},
    {"AT@1", judge_more_names, NULL},
    {"STI", judge_more_names, NULL},
    {"STFCP", judge_pass, skip_when_no_stn},
    {"STBR230400", judge_speed, skip_when_speed_will_do},
    {"ATSP6", judge_needed, NULL},
    {"ATCAF0", judge_format, NULL},
    {"ATAT0", judge_wanted, NULL},
    {"ATST32", judge_wanted, NULL},
    {"ATCSM1", judge_silent, NULL},
    {"ATFCSH7E0", judge_flow, NULL},
    {"ATFCSD300000", judge_flow, skip_when_flow_refused},
    {"ATFCSM1", judge_flow, skip_when_flow_refused},
    {"ATCFC0", judge_no_flow, skip_when_flow_is_ours},
    {"ATRV", judge_volts, NULL},
    {"ATDPN", judge_protocol, NULL},
    {"ATI", judge_same_name, skip_when_protocol_was_told},
};
#define STEP_COUNT (sizeof(STEPS) / sizeof(STEPS[0]))

/* Its first letter stops whatever is under way, the others end half a line that is left in the buffer: what
 * follows adds to nothing, and a lone line end repeats nothing but this. */
static void start_drain(struct elm327 *elm)
{
    elm->step = 0;
    elm->draining = true;
    elm->drain_ns = elm->now_ns + QUIET_NS;
    elm->drain_end_ns = elm->now_ns + QUIET_WAIT_NS;
    elm->events.write(elm->ctx, ELM327_SPOIL "\r", sizeof(ELM327_SPOIL));
}

void elm327_start_begin(struct elm327 *elm)
{
    elm327_closed(elm);
    elm327_speed_restart(elm);
    elm->job = ELM327_JOB_START;
    elm->tries = 0;
    elm->flow_refused = false;
    elm->repeated = false;
    elm->traits = (struct elm327_traits){.quirks = elm->traits.quirks & LEARNED};
    elm327_add_quirk(elm, ELM327_QUIRK_NO_PASS_FILTERS);
    elm->set = ELM327_NOTHING_SET;
    start_drain(elm);
}

void elm327_start_heard(struct elm327 *elm)
{
    elm->drain_ns = elm->now_ns + QUIET_NS;
}

static void start_send(struct elm327 *elm)
{
    enum verdict (*judge)(struct elm327 *) = STEPS[elm->step].judge;
    if (judge == judge_echo) {
        elm->echo = ELM327_ECHO_PROBED;
    }
    elm327_command(elm, "%s", STEPS[elm->step].command);
    if (judge == judge_banner) {
        elm->silence_ns = ELM327_RESET_NS;
        elm327_speed_reset(elm);
    } else if (judge == judge_speed) {
        elm327_speed_begin(elm);
    } else if (judge == judge_sync) {
        elm->silence_ns = ELM327_SYNC_NS;
    }
    elm->banner_expected = judge == judge_sync || judge == judge_banner || judge == judge_name ||
                           judge == judge_more_names || judge == judge_same_name;
}

void elm327_start_tick(struct elm327 *elm)
{
    elm->draining = false;
    elm327_line_clear(&elm->line);
    start_send(elm);
}

static void start_sync_again(struct elm327 *elm)
{
    if (!elm->reply.refused) { /* else it is heard right */
        elm327_speed_seek(elm);
    }
    if (++elm->tries < SYNC_TRIES) {
        start_drain(elm);
    } else if (elm->heard_anything) {
        elm327_give_up(elm, "what answers is no ELM327, or it uses another speed");
    } else {
        elm327_give_up(elm, "the adapter does not answer");
    }
}

void elm327_start_timeout(struct elm327 *elm)
{
    if (elm->step == 0) {
        start_sync_again(elm);
    } else {
        elm327_restart(elm, "the adapter did not answer in time");
    }
}

static void start_finish(struct elm327 *elm)
{
    elm->job = ELM327_JOB_IDLE;
    elm->up = true;
    elm->starts = 0;
    elm->tell_ready = true;
    elm->voltage_misses = 0;
    elm->monitor_misses = 0;
    elm->voltage_ns = elm->now_ns + ELM327_VOLTAGE_NS;
    elm->listen_ns = elm->now_ns;
    elm->heard_frame_ns = elm->now_ns;
    elm->slice = elm->turn;
    elm->events.up(elm->ctx);
}

static void start_next(struct elm327 *elm)
{
    do {
        elm->step++;
        elm->repeated = false;
    } while (elm->step < STEP_COUNT && STEPS[elm->step].skip && STEPS[elm->step].skip(elm));
    if (elm->step < STEP_COUNT) {
        start_send(elm);
    } else {
        start_finish(elm);
    }
}

static void start_hopeless(struct elm327 *elm)
{
    char words[80];
    snprintf(words, sizeof(words), "the adapter refuses %s: it cannot be used", STEPS[elm->step].command);
    elm327_give_up(elm, words);
}

/* What follows a prompt unasked tells that the prompt was somebody else's; only before the reset that is
 * usual. */
static enum verdict start_judge(struct elm327 *elm)
{
    enum verdict (*judge)(struct elm327 *) = STEPS[elm->step].judge;
    if (elm->stray && judge != judge_sync && judge != judge_banner) {
        return VERDICT_AGAIN;
    }
    return judge(elm);
}

void elm327_start_reply(struct elm327 *elm)
{
    switch (start_judge(elm)) {
    case VERDICT_NEXT:
        start_next(elm);
        break;
    case VERDICT_WAIT:
        elm->waiting = true;
        elm->reply = (struct elm327_reply){.trouble = ELM327_TEXT_OTHER};
        break;
    case VERDICT_SYNC:
        start_sync_again(elm);
        break;
    case VERDICT_REPEAT:
        elm->repeated = true;
        start_send(elm);
        break;
    case VERDICT_AGAIN:
        elm327_restart(elm, "the adapter's answers make no sense");
        break;
    case VERDICT_HOPELESS:
        start_hopeless(elm);
        break;
    }
}
