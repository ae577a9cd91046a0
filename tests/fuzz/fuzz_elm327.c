/* The ELM327 dialogue fed with bytes and pauses: a byte below 0x08 is a pause, 0x08 a question, the rest is
 * what the adapter says; 0x07 makes it echo what it was told. Whatever comes, it writes nothing but questions
 * asked, commands of the table, and lines that it spoiled because they did not come back. */
#include "adapter/elm327_command.h"
#include "adapter/elm327_dialogue.h"

#include <stdlib.h>
#include <string.h>

struct line {
    char text[64];
    size_t len;
    char written[256]; /* not yet echoed */
    size_t written_len;
};

static void on_write(void *ctx, const char *bytes, size_t len)
{
    struct line *line = ctx;
    for (size_t i = 0; i < len; i++) {
        if (line->written_len < sizeof(line->written)) {
            line->written[line->written_len++] = bytes[i];
        }
        if (bytes[i] == '\r') {
            line->text[line->len] = '\0';
            line->len = 0;
            bool question = strcmp(line->text, "0221010000000000") == 0 || strcmp(line->text, "2101") == 0 ||
                            strstr(line->text, "ZZZZ");
            if (!question && !elm327_command_allowed(line->text)) {
                abort();
            }
        } else if (bytes[i] != ' ' && line->len < sizeof(line->text) - 1) {
            line->text[line->len++] = bytes[i];
        }
    }
}

static void on_frame(void *ctx, const struct frame *frame)
{
    (void)ctx;
    if (frame->len > FRAME_DATA_MAX || frame->id > FRAME_ID_MAX) {
        abort();
    }
}

static void on_voltage(void *ctx, double volts)
{
    (void)ctx;
    if (!(volts >= 6 && volts <= 18)) {
        abort();
    }
}

static void on_nothing(void *ctx)
{
    (void)ctx;
}

static void on_words(void *ctx, const char *words)
{
    (void)ctx;
    if (words[0] == '\0') {
        abort();
    }
}

static bool on_may_send(void *ctx, const struct frame *frame)
{
    (void)ctx;
    return frame->id == 0x79B;
}

static void on_count(void *ctx, enum adapter_counter counter)
{
    (void)ctx;
    (void)counter;
}

static const struct elm327_events EVENTS = {
    .write = on_write,
    .frame = on_frame,
    .voltage = on_voltage,
    .up = on_nothing,
    .starting = on_words,
    .lost = on_words,
    .ready = on_nothing,
    .may_send = on_may_send,
    .count = on_count,
};

static void echo(struct elm327 *elm, int64_t now_ns, struct line *line)
{
    char bytes[sizeof(line->written)];
    size_t len = line->written_len;
    memcpy(bytes, line->written, len);
    line->written_len = 0;
    elm327_input(elm, now_ns, (const uint8_t *)bytes, len);
}

static void feed(struct elm327 *elm, int64_t *now_ns, uint8_t byte, struct line *line)
{
    static const struct frame QUESTION = {.id = 0x79B, .len = 8, .data = {2, 0x21, 1}};
    struct err err;
    if (byte == 8) {
        elm327_send(elm, *now_ns, &QUESTION, 0x7BB, &err);
    } else if (byte == 7) {
        echo(elm, *now_ns, line);
    } else if (byte > 8) {
        elm327_input(elm, *now_ns, &byte, 1);
    } else {
        *now_ns += NS_PER_MS << (2 * byte);
        elm327_tick(elm, *now_ns);
    }
    if (elm327_deadline(elm) == TIME_NONE && !elm327_is_ready(elm)) {
        elm327_opened(elm, *now_ns);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const uint16_t LISTEN[] = {0x1DB, 0x1DC, 0x5B3};
    struct line line = {.len = 0};
    int64_t now_ns = NS_PER_S;
    struct elm327 *elm = elm327_new(LISTEN, 3, &EVENTS, &line);
    elm327_opened(elm, now_ns);
    for (size_t i = 0; i < size && elm; i++) {
        feed(elm, &now_ns, data[i], &line);
    }
    elm327_free(elm);
    return 0;
}
