/* A scripted adapter for the tests of the ELM327 dialogue: a table says what it answers; time is virtual. It
 * is no model of an ELM327 (tests/simulator is), only literal bytes. */
#ifndef TESTS_ELM327_TALK_H
#define TESTS_ELM327_TALK_H

#include "adapter/elm327_command.h"
#include "adapter/elm327_dialogue.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#define TALK_FRAME_MAX 256
#define TALK_LOG_MAX   65536

struct talk_rule {
    const char *command;
    const char *reply; /* everything up to and with the prompt; NULL: silence */
    unsigned times;    /* 0: always */
};

struct talk {
    struct elm327 *elm;
    int64_t now_ns;
    int64_t byte_ns;            /* 0: a reply arrives in one piece at once; else one byte each so many ns */
    int64_t latency_ns, due_ns; /* or in one piece so long after it was said */
    struct talk_rule rules[40]; /* before the defaults; the first that fits wins */
    size_t rule_count;
    char command[128];
    size_t command_len;
    char out[8192]; /* on its way to the dialogue */
    size_t out_len;
    bool monitoring;
    const char *traffic;    /* said after each ATMA */
    char log[TALK_LOG_MAX]; /* commands, one a line; "_" is the blank that stops monitoring */
    size_t log_len;
    struct frame frames[TALK_FRAME_MAX];
    size_t frame_count;
    unsigned counts[ADAPTER_COUNTER_COUNT];
    unsigned ups, startings, losses, readies, voltages;
    double volts;
    char words[200];
    bool forbid_flow;
    /* what happens to the line: from byte `damage_at` on, `damage_drop` bytes are lost and `damage_insert`
     * comes instead */
    size_t delivered, damage_at, damage_drop;
    const char *damage_insert;
    bool fast;                            /* the line, not the adapter */
    bool left_fast;                       /* the adapter is where another process left it, until its reset */
    unsigned speeds;                      /* changes of it */
    bool switching;                       /* the adapter waits for a line end at the new speed */
    const char *fast_name, *confirmation; /* said at the new speed; NULL: as it should be */
    bool passes_nothing;                  /* STM hears nothing */
    bool echoes;                          /* each byte as it comes */
    struct frame asked;                   /* last */
    /* on the way to the adapter, `lose_count` bytes from byte `lose_at` on are lost */
    size_t written, lose_at, lose_count;
    struct frame flow; /* the last one the judge was asked about */
    uint16_t listen[16];
    size_t listen_count;
};

static inline void talk_say(struct talk *talk, const char *bytes)
{
    size_t len = strlen(bytes);
    talk->due_ns = talk->out_len > 0 ? talk->due_ns : talk->now_ns + talk->latency_ns;
    if (len <= sizeof(talk->out) - talk->out_len) {
        memcpy(talk->out + talk->out_len, bytes, len);
        talk->out_len += len;
    }
}

static inline void talk_log(struct talk *talk, const char *command)
{
    size_t left = sizeof(talk->log) - talk->log_len;
    int len = snprintf(talk->log + talk->log_len, left, "%s\n", command);
    talk->log_len += (size_t)len < left ? (size_t)len : 0;
}

static inline const char *talk_default(const char *command)
{
    static const struct talk_rule DEFAULTS[] = {
        {"ATI", "ELM327 v1.5\r\r>", 0},
        {"ATZ", "\r\rELM327 v1.5\r\r>", 0},
        {"AT@1", "OBDII to RS232\r\r>", 0},
        {"STI", "?\r\r>", 0},
        {"ATRV", "12.4V\r\r>", 0},
        {"ATDPN", "6\r\r>", 0},
        {"ATMA", NULL, 0},
        {"STM", NULL, 0},
    };
    for (size_t i = 0; i < sizeof(DEFAULTS) / sizeof(DEFAULTS[0]); i++) {
        if (strcmp(DEFAULTS[i].command, command) == 0) {
            return DEFAULTS[i].reply;
        }
    }
    if (strchr(command, 'Z') && strcmp(command, "ATZ") != 0) {
        return "?\r\r>";
    }
    return strncmp(command, "AT", 2) == 0 || strncmp(command, "STF", 3) == 0 ? "OK\r\r>" : "NO DATA\r\r>";
}

static inline const char *talk_reply(struct talk *talk, const char *command)
{
    for (size_t i = 0; i < talk->rule_count; i++) {
        struct talk_rule *rule = &talk->rules[i];
        if (rule->command && strcmp(rule->command, command) == 0) {
            if (rule->times > 0 && --rule->times == 0) {
                rule->command = NULL;
            }
            return rule->reply;
        }
    }
    return talk_default(command);
}

/* Is it what was asked last, with its length byte and filling or without? */
static inline bool talk_is_asked(const struct talk *talk, const char *line)
{
    char whole[2 * FRAME_DATA_MAX + 1];
    for (size_t i = 0; i < FRAME_DATA_MAX; i++) {
        snprintf(whole + 2 * i, 3, "%02X", talk->asked.data[i]);
    }
    size_t payload = 2 * (size_t)talk->asked.data[0];
    return strcmp(line, whole) == 0 || (strlen(line) == payload && strncmp(line, whole + 2, payload) == 0);
}

static inline void talk_command(struct talk *talk)
{
    const char *command = talk->command;
    talk->command[talk->command_len] = '\0';
    talk->command_len = 0;
    talk_log(talk, command);
    bool spoiled = strchr(command, 'Z') && strcmp(command, "ATZ") != 0;
    bool question = talk_is_asked(talk, command);
    assert_true(talk->lose_count > 0 || spoiled || question || elm327_command_allowed(command));
    const char *reply = talk_reply(talk, command);
    talk->left_fast = talk->left_fast && strcmp(command, "ATZ") != 0;
    bool passes = strcmp(command, "STM") == 0;
    if ((passes || strcmp(command, "ATMA") == 0) && !reply) {
        talk->monitoring = true;
        talk_say(talk, talk->traffic && !(passes && talk->passes_nothing) ? talk->traffic : "");
    } else if (reply) {
        talk_say(talk, reply);
    }
}

static inline void talk_echo(struct talk *talk, char byte)
{
    char text[2] = {byte, '\0'};
    if (talk->echoes && !(talk->monitoring && byte == ' ')) {
        talk_say(talk, text);
    }
}

static inline void talk_on_write(void *ctx, const char *bytes, size_t len)
{
    struct talk *talk = ctx;
    if (talk->left_fast && !talk->fast) {
        return; /* noise to it */
    }
    for (size_t i = 0; i < len; i++) {
        size_t at = talk->written++;
        if (at >= talk->lose_at && at - talk->lose_at < talk->lose_count) {
            continue;
        }
        talk_echo(talk, bytes[i]);
        if (bytes[i] == '\r' && talk->switching && talk->command_len == 0) {
            talk->switching = false;
            talk_say(talk, talk->confirmation ? talk->confirmation : "OK\r\r>");
        } else if (bytes[i] == '\r') {
            /* a lone CR would repeat the last command on the bus */
            assert_true(talk->command_len > 0 || talk->lose_count > 0);
            talk_command(talk);
        } else if (bytes[i] == ' ') {
            talk_log(talk, "_");
            if (talk->monitoring) {
                talk_say(talk, "STOPPED\r\r>");
            }
            talk->monitoring = false;
        } else {
            talk->monitoring = false;
            assert_true(talk->command_len < sizeof(talk->command) - 1);
            talk->command[talk->command_len++] = bytes[i];
        }
    }
}

static inline void talk_on_frame(void *ctx, const struct frame *frame)
{
    struct talk *talk = ctx;
    talk->frames[talk->frame_count % TALK_FRAME_MAX] = *frame;
    talk->frame_count++;
}

static inline void talk_on_voltage(void *ctx, double volts)
{
    struct talk *talk = ctx;
    talk->volts = volts;
    talk->voltages++;
}

static inline void talk_on_up(void *ctx)
{
    ((struct talk *)ctx)->ups++;
}

static inline void talk_on_starting(void *ctx, const char *words)
{
    struct talk *talk = ctx;
    talk->startings++;
    snprintf(talk->words, sizeof(talk->words), "%s", words);
}

static inline void talk_on_lost(void *ctx, const char *words)
{
    struct talk *talk = ctx;
    talk->losses++;
    snprintf(talk->words, sizeof(talk->words), "%s", words);
}

static inline void talk_on_ready(void *ctx)
{
    ((struct talk *)ctx)->readies++;
}

static inline bool talk_on_may_send(void *ctx, const struct frame *frame)
{
    struct talk *talk = ctx;
    talk->flow = *frame;
    return !talk->forbid_flow;
}

static inline void talk_on_count(void *ctx, enum adapter_counter counter)
{
    ((struct talk *)ctx)->counts[counter]++;
}

static inline void talk_on_speed(void *ctx, int baud)
{
    struct talk *talk = ctx;
    talk->fast = baud != 0;
    talk->speeds++;
    if (talk->fast && !talk->left_fast) {
        talk->switching = true;
        talk_say(talk, talk->fast_name ? talk->fast_name : "STN1110 v4.0.4\r");
    }
}

static inline void talk_open(struct talk *talk)
{
    static const struct elm327_events EVENTS = {
        .write = talk_on_write,
        .frame = talk_on_frame,
        .voltage = talk_on_voltage,
        .up = talk_on_up,
        .starting = talk_on_starting,
        .lost = talk_on_lost,
        .ready = talk_on_ready,
        .may_send = talk_on_may_send,
        .count = talk_on_count,
        .speed = talk_on_speed,
    };
    talk->now_ns = 1000 * NS_PER_S;
    talk->elm = elm327_new(talk->listen, talk->listen_count, &EVENTS, talk);
    assert_non_null(talk->elm);
    elm327_opened(talk->elm, talk->now_ns);
}

static inline void talk_close(struct talk *talk)
{
    elm327_free(talk->elm);
    talk->elm = NULL;
}

static inline void talk_rule(struct talk *talk, const char *command, const char *reply, unsigned times)
{
    assert_true(talk->rule_count < sizeof(talk->rules) / sizeof(talk->rules[0]));
    talk->rules[talk->rule_count++] = (struct talk_rule){command, reply, times};
}

/* Delivers what is on its way: all of it, or one byte. */
static inline void talk_deliver(struct talk *talk)
{
    char bytes[sizeof(talk->out) + 32];
    size_t taken = talk->byte_ns ? 1 : talk->out_len;
    size_t len = 0;
    for (size_t i = 0; i < taken; i++, talk->delivered++) {
        if (talk->damage_insert && talk->delivered == talk->damage_at) {
            len += (size_t)snprintf(bytes + len, 32, "%s", talk->damage_insert);
        }
        bool lost = talk->damage_drop > 0 && talk->delivered >= talk->damage_at &&
                    talk->delivered - talk->damage_at < talk->damage_drop;
        if (!lost) {
            bytes[len++] = talk->out[i];
        }
    }
    memmove(talk->out, talk->out + taken, talk->out_len - taken);
    talk->out_len -= taken;
    elm327_input(talk->elm, talk->now_ns, (const uint8_t *)bytes, len);
}

/* Bytes first, else the next deadline, up to `until_ns`. False when nothing is left to happen before it. */
static inline bool talk_step(struct talk *talk, int64_t until_ns)
{
    int64_t deadline = elm327_deadline(talk->elm);
    int64_t due_ns = talk->due_ns > talk->now_ns ? talk->due_ns : talk->now_ns + talk->byte_ns;
    if (talk->out_len > 0 && (deadline == TIME_NONE || due_ns <= deadline)) {
        talk->now_ns = due_ns;
        talk_deliver(talk);
        return true;
    }
    if (deadline == TIME_NONE || deadline > until_ns) {
        talk->now_ns = until_ns;
        return false;
    }
    talk->now_ns = deadline > talk->now_ns ? deadline : talk->now_ns;
    elm327_tick(talk->elm, talk->now_ns);
    return true;
}

static inline void talk_run(struct talk *talk, int64_t ns)
{
    int64_t until_ns = talk->now_ns + ns;
    for (int i = 0; i < 100000 && talk->now_ns <= until_ns; i++) {
        if (!talk_step(talk, until_ns)) {
            return;
        }
    }
}

/* Runs until the dialogue is up for the `ups`-th time; fails after 200 s. */
static inline void talk_until_up(struct talk *talk, unsigned ups)
{
    int64_t end_ns = talk->now_ns + 200 * NS_PER_S;
    while (talk->ups < ups) {
        assert_true(talk->now_ns < end_ns);
        talk_step(talk, end_ns);
    }
}

static inline void talk_forget_log(struct talk *talk)
{
    talk->log_len = 0;
    talk->log[0] = '\0';
}

static inline int talk_ask_frame(struct talk *talk, const struct frame *frame, uint16_t from, struct err *err)
{
    if (elm327_is_ready(talk->elm)) {
        talk->asked = *frame;
    }
    return elm327_send(talk->elm, talk->now_ns, frame, from, err);
}

static inline int talk_ask(struct talk *talk, uint16_t to, uint16_t from, uint8_t service, uint8_t id)
{
    struct err err;
    struct frame frame = {.time_ns = talk->now_ns, .id = to, .len = 8, .data = {2, service, id}};
    return talk_ask_frame(talk, &frame, from, &err);
}

#endif
