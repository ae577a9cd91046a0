/* The ELM327's states and times, as its data sheet (v1.4b to v2.2) and the field reports of ELM327_CLONES
 * describe them. Only protocol 6 (11 bit, 500 kbit/s) reaches the car. */
#include "elm327_private.h"

#include "util/core/time.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#define TIMEOUT_UNIT_NS     (4096 * NS_PER_US)
#define LEAST_WAIT_NS       (32 * NS_PER_MS)
#define SEARCH_NS           (2 * NS_PER_S)
#define FLOW_CONTROL_NS     (1 * NS_PER_MS)
#define CAN_11_500          6
#define FUNCTIONAL_ID       0x7DF
#define FIRST_DIAGNOSTIC_ID 0x700
#define FREEZES_AT          8 /* frames of an answer */

bool sim_elm_has_way(const struct sim_elm327 *elm, enum sim_adapter_way way)
{
    return elm->adapter->ways & way;
}

bool sim_elm_formats(const struct sim_elm327 *elm)
{
    return elm->settings.auto_format || sim_elm_has_way(elm, SIM_WAY_FORMATS);
}

void sim_elm_write(struct sim_elm327 *elm, const char *text)
{
    const struct sim_surroundings *world = elm->world;

    if (!elm->settings.linefeeds && !sim_elm_has_way(elm, SIM_WAY_CRLF)) {
        world->write(world->ctx, text, strlen(text));
        return;
    }
    for (; *text != '\0'; text++) {
        world->write(world->ctx, text, 1);
        if (*text == '\r')
            world->write(world->ctx, "\n", 1);
    }
}

void sim_elm_prompt(struct sim_elm327 *elm)
{
    elm->state = SIM_ELM_COMMAND;
    elm->generation++;
    elm->due_ns = TIME_NONE;
    elm->flow_due_ns = TIME_NONE;
    elm->line_len = 0;
    sim_elm_write(elm, "\r>");
}

void sim_elm_reply(struct sim_elm327 *elm, const char *text)
{
    sim_elm_write(elm, text);
    sim_elm_write(elm, "\r");
    sim_elm_prompt(elm);
}

void sim_elm_defaults(struct sim_elm327 *elm)
{
    elm->settings = (struct sim_elm_settings){
        .echo = true,
        .spaces = true,
        .memory = true,
        .responses = true,
        .auto_format = true,
        .auto_flow = true,
        .silent = true,
        .adaptive = 1,
        .timeout = 0x32,
        .protocol_auto = true,
        .header = FUNCTIONAL_ID,
    };
    elm->learned_ns = TIME_NONE;
}

/* How many times slower its timers run. */
static unsigned elm_clock(const struct sim_elm327 *elm)
{
    unsigned times;

    return elm->world->fault(elm->world->ctx, SIM_FAULT_CLOCK, &times) && times > 0 ? times : 1;
}

bool sim_elm_has_fault(const struct sim_elm327 *elm, enum sim_fault fault)
{
    unsigned number;

    return elm->world->fault(elm->world->ctx, fault, &number);
}

void sim_elm_reset(struct sim_elm327 *elm, int64_t wait_ns)
{
    sim_elm_defaults(elm);
    elm->state = SIM_ELM_RESETTING;
    elm->due_ns = elm->now_ns + wait_ns * elm_clock(elm);
    elm->last[0] = '\0';
}

/* What somebody else typed without ending it. */
static void elm_load_half_command(struct sim_elm327 *elm)
{
    static const char half[] = "ATSP";

    if (!sim_elm_has_way(elm, SIM_WAY_HALF_COMMAND))
        return;
    memcpy(elm->line, half, sizeof(half));
    elm->line_len = sizeof(half) - 1;
}

void sim_elm327_init(struct sim_elm327 *elm, const struct sim_adapter *adapter,
                     const struct sim_surroundings *world)
{
    memset(elm, 0, sizeof(*elm));
    elm->world = world;
    elm->adapter = adapter;
    elm->generation = 1;
    elm->due_ns = TIME_NONE;
    elm->flow_due_ns = TIME_NONE;
    sim_elm_defaults(elm);
    elm_load_half_command(elm);
}

static bool elm_send(struct sim_elm327 *elm, uint32_t id, const uint8_t *bytes, uint8_t len)
{
    struct sim_frame frame = {.time_ns = elm->now_ns, .id = id, .len = SIM_FRAME_DATA_MAX};

    memcpy(frame.data, bytes, len);
    if (elm->settings.any_length)
        frame.len = len;
    return elm->world->send(elm->world->ctx, &frame);
}

static void elm_search(struct sim_elm327 *elm)
{
    static const uint8_t everybody[] = {0x02, 0x01, 0x00};

    sim_elm_write(elm, "SEARCHING...");
    elm_send(elm, FUNCTIONAL_ID, everybody, sizeof(everybody));
    elm->state = SIM_ELM_SEARCHING;
    elm->due_ns = elm->now_ns + SEARCH_NS;
}

/* True when the bus can be used; otherwise the answer to that has begun. */
static bool elm_has_bus(struct sim_elm327 *elm)
{
    if (elm->settings.protocol == CAN_11_500)
        return true;
    if (elm->settings.protocol == 0)
        elm_search(elm);
    else
        sim_elm_reply(elm, "CAN ERROR");
    return false;
}

void sim_elm_monitor(struct sim_elm327 *elm, bool passing)
{
    if (!elm_has_bus(elm))
        return;
    elm->state = SIM_ELM_MONITORING;
    elm->passing = passing;
    elm->generation++;
}

/* How long it waits for the next answer: ATST, or with ATAT1/2 less once it knows how fast the car is. */
static int64_t elm_wait_ns(const struct sim_elm327 *elm, bool first)
{
    int64_t limit_ns = elm->settings.timeout * TIMEOUT_UNIT_NS * elm_clock(elm);
    int64_t wait_ns = elm->learned_ns;

    if (first || elm->settings.adaptive == 0 || elm->learned_ns == TIME_NONE)
        return limit_ns;
    wait_ns *= elm->settings.adaptive == 1 ? 4 : 2;
    if (wait_ns < LEAST_WAIT_NS)
        wait_ns = LEAST_WAIT_NS;
    return wait_ns < limit_ns ? wait_ns : limit_ns;
}

/* Puts the question on the bus as it was typed, or with its length in front when formatting is on. */
static void elm_ask(struct sim_elm327 *elm, const uint8_t *bytes, uint8_t len, unsigned count)
{
    uint8_t data[SIM_FRAME_DATA_MAX] = {0};
    uint8_t at = sim_elm_formats(elm) ? 1 : 0;

    if (at == 1)
        data[0] = len;
    memcpy(data + at, bytes, len);
    if (sim_elm_has_way(elm, SIM_WAY_TWO_BYTES))
        memset(data + 3, 0, sizeof(data) - 3);
    elm->not_acknowledged = !elm_send(elm, elm->settings.header, data, (uint8_t)(len + at));
    if (!elm->settings.responses) {
        sim_elm_prompt(elm);
        return;
    }
    elm->state = SIM_ELM_ASKING;
    elm->generation++;
    elm->frames_left = count;
    elm->frames_heard = 0;
    elm->asked_ns = elm->now_ns;
    elm->due_ns = elm->now_ns + elm_wait_ns(elm, true);
}

/* Hexadecimal digits; an odd one at the end says how many frames are awaited. */
static void elm_request(struct sim_elm327 *elm, const char *text)
{
    char digits[SIM_ELM_LINE_MAX];
    uint8_t bytes[SIM_FRAME_DATA_MAX];
    uint8_t most = sim_elm_formats(elm) ? SIM_FRAME_DATA_MAX - 1 : SIM_FRAME_DATA_MAX;
    uint8_t len = 0;
    uint32_t count = 0;
    size_t used = strlen(text);

    snprintf(digits, sizeof(digits), "%s", text);
    bool counted = used % 2 != 0;
    if (counted && !sim_elm_parse_hex(digits + used - 1, &count)) {
        sim_elm_reply(elm, "?");
        return;
    }
    if (counted)
        digits[used - 1] = '\0';
    if (!sim_elm_parse_bytes(digits, bytes, most, &len)) {
        sim_elm_reply(elm, "?");
        return;
    }
    if (elm_has_bus(elm))
        elm_ask(elm, bytes, len, count);
}

/* A carriage return came. An empty line repeats the last one. */
static void elm_run_line(struct sim_elm327 *elm)
{
    bool overrun = elm->line_overrun;

    elm->line[elm->line_len] = '\0';
    if (elm->line_len > 0)
        memcpy(elm->last, elm->line, elm->line_len + 1);
    elm->line_len = 0;
    elm->line_overrun = false;
    if (overrun)
        sim_elm_reply(elm, "?");
    else if (elm->last[0] == '\0')
        sim_elm_prompt(elm);
    else if (strncmp(elm->last, "AT", 2) == 0)
        sim_elm_command(elm, elm->last + 2);
    else if (strncmp(elm->last, "ST", 2) == 0 && elm->adapter->device)
        sim_elm_st_command(elm, elm->last + 2);
    else
        elm_request(elm, elm->last);
}

static void elm_echo(struct sim_elm327 *elm, uint8_t byte)
{
    char text[2] = {(char)byte, '\0'};

    if (elm->settings.echo || sim_elm_has_fault(elm, SIM_FAULT_ECHO))
        sim_elm_write(elm, text);
}

/* The whole line at once, when it has ended. */
static void elm_echo_line(struct sim_elm327 *elm)
{
    for (size_t i = 0; i < elm->line_len; i++)
        elm_echo(elm, (uint8_t)elm->line[i]);
    elm_echo(elm, '\r');
}

/* Blanks and control characters do not count. */
static void elm_type(struct sim_elm327 *elm, uint8_t byte)
{
    if (byte == 0)
        return;
    if (!sim_elm_has_way(elm, SIM_WAY_ECHOES_LATE))
        elm_echo(elm, byte);
    else if (byte == '\r')
        elm_echo_line(elm);
    if (byte == '\r') {
        elm_run_line(elm);
        return;
    }
    if (byte <= ' ' || byte > '~')
        return;
    if (elm->line_len >= sizeof(elm->line) - 1) {
        elm->line_overrun = true;
        return;
    }
    elm->line[elm->line_len] = (char)toupper(byte);
    elm->line_len++;
}

static void elm_byte(struct sim_elm327 *elm, uint8_t byte)
{
    switch (elm->state) {
    case SIM_ELM_COMMAND:
        elm_type(elm, byte);
        break;
    case SIM_ELM_RESETTING:
    case SIM_ELM_FROZEN:
        break;
    case SIM_ELM_SEARCHING:
    case SIM_ELM_ASKING:
    case SIM_ELM_MONITORING:
        sim_elm_reply(elm, "STOPPED"); /* the byte itself is gone */
        break;
    }
}

static void elm_bytes(void *dongle, const uint8_t *bytes, size_t len, int64_t now_ns)
{
    struct sim_elm327 *elm = dongle;

    elm->now_ns = now_ns;
    for (size_t i = 0; i < len; i++)
        elm_byte(elm, bytes[i]);
}

static bool elm_passes(const struct sim_elm_settings *settings, uint32_t id)
{
    for (size_t i = 0; i < settings->passes; i++)
        if ((id & settings->pass[i].mask) == (settings->pass[i].id & settings->pass[i].mask))
            return true;
    return false;
}

static bool elm_hears(const void *dongle, uint32_t id)
{
    const struct sim_elm327 *elm = dongle;
    const struct sim_elm_settings *settings = &elm->settings;

    if (elm->state != SIM_ELM_ASKING && elm->state != SIM_ELM_MONITORING)
        return false;
    if (elm->state == SIM_ELM_MONITORING && elm->passing)
        return elm_passes(settings, id);
    if (settings->filter_set)
        return (id & settings->mask) == (settings->filter & settings->mask);
    return elm->state == SIM_ELM_MONITORING || id >= FIRST_DIAGNOSTIC_ID;
}

static unsigned elm_listening(const void *dongle)
{
    const struct sim_elm327 *elm = dongle;
    bool listens = elm->state == SIM_ELM_ASKING || elm->state == SIM_ELM_MONITORING;

    return listens ? elm->generation : 0;
}

/* Prints it unless the buffer would overrun: then the operation ends. */
static bool elm_print(struct sim_elm327 *elm, const struct sim_frame *frame)
{
    char line[64];

    sim_elm_format(elm, frame, line, sizeof(line));
    if (elm->world->queued(elm->world->ctx) + strlen(line) > SIM_ELM_BUFFER_MAX) {
        sim_elm_reply(elm, "BUFFER FULL");
        return false;
    }
    sim_elm_write(elm, line);
    if (elm->suffix)
        sim_elm_write(elm, elm->suffix);
    elm->suffix = NULL;
    sim_elm_write(elm, "\r");
    return true;
}

static void elm_frame(void *dongle, const struct sim_frame *frame, int64_t now_ns)
{
    struct sim_elm327 *elm = dongle;
    bool first_frame = frame->len > 0 && frame->data[0] >> 4 == 1;

    elm->now_ns = now_ns;
    if (!elm_print(elm, frame) || elm->state == SIM_ELM_MONITORING)
        return;
    if (elm->frames_heard == 0)
        elm->learned_ns = now_ns - elm->asked_ns;
    elm->frames_heard++;
    elm->due_ns = now_ns + elm_wait_ns(elm, false);
    if (elm->frames_heard > FREEZES_AT && sim_elm_has_way(elm, SIM_WAY_FREEZES)) {
        elm->state = SIM_ELM_FROZEN;
        elm->due_ns = TIME_NONE;
        return;
    }
    if (first_frame && elm->settings.auto_flow && !sim_elm_has_way(elm, SIM_WAY_NO_FLOW)) {
        elm->flow_due_ns = now_ns + FLOW_CONTROL_NS * elm_clock(elm);
        elm->flow_to = frame->id;
    }
    if (elm->frames_left == 0)
        return;
    elm->frames_left--;
    if (elm->frames_left == 0)
        sim_elm_prompt(elm);
}

/* Mode 0 takes the identifier of the answer less 8, which no LEAF unit listens to; 1 and 2 as they were set.
 */
static void elm_send_flow_control(struct sim_elm327 *elm)
{
    static const uint8_t go_on[] = {0x30, 0x00, 0x00};
    uint32_t id = elm->settings.flow.mode == 1 ? elm->settings.flow.id : elm->flow_to - 8;

    elm->flow_due_ns = TIME_NONE;
    if (elm->settings.flow.mode == 0)
        elm_send(elm, id, go_on, sizeof(go_on));
    else
        elm_send(elm, id, elm->settings.flow.data, elm->settings.flow.len);
}

static void elm_give_up(struct sim_elm327 *elm)
{
    if (elm->frames_heard > 0)
        sim_elm_prompt(elm);
    else if (sim_elm_has_way(elm, SIM_WAY_NOT_CONNECTED))
        sim_elm_reply(elm, "NOT CONNECTED");
    else if (elm->not_acknowledged && !sim_elm_has_way(elm, SIM_WAY_NO_CAN_ERROR))
        sim_elm_reply(elm, "CAN ERROR");
    else
        sim_elm_reply(elm, "NO DATA");
}

static void elm_time_is_up(struct sim_elm327 *elm)
{
    elm->due_ns = TIME_NONE;
    switch (elm->state) {
    case SIM_ELM_RESETTING:
        if (sim_elm_has_way(elm, SIM_WAY_NOISY_RESET))
            sim_elm_write(elm, "\xFB\xFE\x81");
        sim_elm_write(elm, sim_elm_has_way(elm, SIM_WAY_LATE_NO_DATA) ? "NO DATA\r\r" : "\r\r");
        sim_elm_reply(elm, elm->adapter->banner);
        break;
    case SIM_ELM_SEARCHING:
        sim_elm_write(elm, "\r");
        sim_elm_reply(elm, "UNABLE TO CONNECT");
        break;
    case SIM_ELM_ASKING:
        elm_give_up(elm);
        break;
    case SIM_ELM_COMMAND:
    case SIM_ELM_MONITORING:
    case SIM_ELM_FROZEN:
        break;
    }
}

static void elm_tick(void *dongle, int64_t now_ns)
{
    struct sim_elm327 *elm = dongle;

    elm->now_ns = now_ns;
    if (elm->flow_due_ns != TIME_NONE && elm->flow_due_ns <= now_ns)
        elm_send_flow_control(elm);
    if (elm->due_ns != TIME_NONE && elm->due_ns <= now_ns)
        elm_time_is_up(elm);
}

static int64_t elm_next(const void *dongle)
{
    const struct sim_elm327 *elm = dongle;

    if (elm->flow_due_ns == TIME_NONE)
        return elm->due_ns;
    return elm->due_ns == TIME_NONE || elm->flow_due_ns < elm->due_ns ? elm->flow_due_ns : elm->due_ns;
}

static void elm_power_up(void *dongle, int64_t now_ns)
{
    struct sim_elm327 *elm = dongle;

    elm->now_ns = now_ns;
    elm->line_len = 0;
    elm->flow_due_ns = TIME_NONE;
    sim_elm_reset(elm, FLOW_CONTROL_NS);
}

static void elm_restart(void *dongle, const char *says, int64_t now_ns)
{
    struct sim_elm327 *elm = dongle;

    elm->now_ns = now_ns;
    sim_elm_defaults(elm);
    elm->last[0] = '\0';
    sim_elm_write(elm, "\r\r");
    sim_elm_reply(elm, says);
}

const struct sim_dongle_ops sim_elm327_ops = {
    .bytes_per_s = 11520, /* 115,200 baud */
    .power_up = elm_power_up,
    .restart = elm_restart,
    .text = sim_elm_text,
    .bytes = elm_bytes,
    .frame = elm_frame,
    .tick = elm_tick,
    .next = elm_next,
    .listening = elm_listening,
    .hears = elm_hears,
};
