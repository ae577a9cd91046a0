/* A scripted Lawicel adapter for the tests of the SLCAN dialogue: a table says what it answers; time is
 * virtual. It is no model of one (tests/simulator is), only literal bytes. */
#ifndef TESTS_SLCAN_TALK_H
#define TESTS_SLCAN_TALK_H

#include "adapter/slcan_dialogue.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct rule {
    const char *command, *reply;
};

/* As the data sheet, in effect a WiCAN or a Lawicel CANUSB. */
__attribute__((unused)) static const struct rule LAWICEL[] = {
    {"V", "V1013\r"},    {"F", "F00\r"},      {"C", "\r"}, {"S6", "\r"}, {"Z0", "\r"},
    {"M00000000", "\r"}, {"mFFFFFFFF", "\r"}, {"O", "\r"}, {"L", "\r"},  {NULL, "\a"},
};

/* A CANable's first firmware answers to nothing else. */
__attribute__((unused)) static const struct rule CANABLE[] = {
    {"V", "b0ce665 github.com/normaldotcom/canable-fw.git\r"}, {NULL, NULL}};
__attribute__((unused)) static const struct rule MUTE[] = {{NULL, NULL}};

struct talk {
    struct slcan *slcan;
    const struct rule *rules;
    int64_t now_ns;
    char log[4096]; /* what was said, a blank behind each line */
    char out[512];  /* the replies that have not come yet */
    struct frame last;
    unsigned frames, ups, startings, losses, readies;
    unsigned counts[ADAPTER_COUNTER_COUNT];
    char words[200];
};

static inline void reply_to(struct talk *talk, const char *command)
{
    const struct rule *rule = talk->rules;
    while (rule->command && strcmp(rule->command, command) != 0) {
        rule++;
    }
    if (rule->reply) {
        assert_true(strlen(talk->out) + strlen(rule->reply) < sizeof(talk->out));
        strcat(talk->out, rule->reply);
    }
}

static inline void on_write(void *ctx, const char *bytes, size_t len)
{
    struct talk *talk = ctx;
    char line[64];
    assert_true(len > 1 && len < sizeof(line) && bytes[len - 1] == '\r');
    memcpy(line, bytes, len - 1);
    line[len - 1] = '\0';
    assert_true(slcan_command_allowed(line) || line[0] == 't');
    if (strlen(talk->log) + len + 1 < sizeof(talk->log)) {
        strcat(strcat(talk->log, line), " ");
    }
    reply_to(talk, line);
}

static inline void on_frame(void *ctx, const struct frame *frame)
{
    struct talk *talk = ctx;
    talk->frames++;
    talk->last = *frame;
}

static inline void on_up(void *ctx)
{
    ((struct talk *)ctx)->ups++;
}

static inline void on_starting(void *ctx, const char *words)
{
    struct talk *talk = ctx;
    talk->startings++;
    snprintf(talk->words, sizeof(talk->words), "%s", words);
}

static inline void on_lost(void *ctx, const char *words)
{
    struct talk *talk = ctx;
    talk->losses++;
    snprintf(talk->words, sizeof(talk->words), "%s", words);
}

static inline void on_ready(void *ctx)
{
    ((struct talk *)ctx)->readies++;
}

static inline void on_count(void *ctx, enum adapter_counter counter)
{
    ((struct talk *)ctx)->counts[counter]++;
}

static const struct slcan_events EVENTS = {
    .write = on_write,
    .frame = on_frame,
    .up = on_up,
    .starting = on_starting,
    .lost = on_lost,
    .ready = on_ready,
    .count = on_count,
};

/* The adapter says these bytes now. */
static inline void hear(struct talk *talk, const char *bytes)
{
    slcan_input(talk->slcan, talk->now_ns, (const uint8_t *)bytes, strlen(bytes));
}

static inline void deliver(struct talk *talk)
{
    char out[sizeof(talk->out)];
    memcpy(out, talk->out, sizeof(out));
    talk->out[0] = '\0';
    hear(talk, out);
}

static inline void run_ms(struct talk *talk, int64_t ms)
{
    for (int64_t i = 0; i < ms; i += 10) {
        talk->now_ns += 10 * NS_PER_MS;
        while (talk->out[0]) {
            deliver(talk);
        }
        slcan_tick(talk->slcan, talk->now_ns);
    }
}

static inline struct talk *talk_new(const struct rule *rules, bool listen_only)
{
    struct talk *talk = calloc(1, sizeof(*talk));
    assert_non_null(talk);
    talk->rules = rules;
    talk->now_ns = NS_PER_S;
    talk->slcan = slcan_new(listen_only, &EVENTS, talk);
    assert_non_null(talk->slcan);
    slcan_opened(talk->slcan, talk->now_ns);
    return talk;
}

static inline void talk_free(struct talk *talk)
{
    slcan_free(talk->slcan);
    free(talk);
}

static inline int ask(struct talk *talk)
{
    static const struct frame QUESTION = {.id = 0x79B, .len = 8, .data = {2, 0x21, 1}};
    struct err err;
    return slcan_send(talk->slcan, talk->now_ns, &QUESTION, &err);
}

#endif
