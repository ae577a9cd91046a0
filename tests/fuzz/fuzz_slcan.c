/* The SLCAN dialogue fed with bytes and pauses: the first byte says whether it may only listen; after that
 * one below 0x07 is a pause, 0x0B a question, the rest is what the adapter says. Whatever comes, it writes
 * nothing but the question asked and commands of its table. */
#include "adapter/slcan_dialogue.h"

#include <stdlib.h>
#include <string.h>

#define QUESTION "t79B80221010000000000"
#define PAUSES   7

struct host {
    bool listen_only, asked;
};

static void on_write(void *ctx, const char *bytes, size_t len)
{
    const struct host *host = ctx;
    char line[64];
    if (len < 2 || len > sizeof(line) || bytes[len - 1] != '\r') {
        abort();
    }
    memcpy(line, bytes, len - 1);
    line[len - 1] = '\0';
    bool is_question = host->asked && !host->listen_only && strcmp(line, QUESTION) == 0;
    if (!is_question && !slcan_command_allowed(line)) {
        abort();
    }
}

static void on_frame(void *ctx, const struct frame *frame)
{
    (void)ctx;
    if (frame->len > FRAME_DATA_MAX || frame->id > FRAME_ID_MAX) {
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

static void on_count(void *ctx, enum adapter_counter counter)
{
    (void)ctx;
    (void)counter;
}

static const struct slcan_events EVENTS = {
    .write = on_write,
    .frame = on_frame,
    .up = on_nothing,
    .starting = on_words,
    .lost = on_words,
    .ready = on_nothing,
    .count = on_count,
};

static void feed(struct slcan *slcan, struct host *host, int64_t *now_ns, uint8_t byte)
{
    static const struct frame FRAME = {.id = 0x79B, .len = 8, .data = {2, 0x21, 1}};
    struct err err;
    if (byte < PAUSES) {
        *now_ns += NS_PER_MS << (2 * byte);
        slcan_tick(slcan, *now_ns);
    } else if (byte == 0x0B) {
        host->asked = true;
        slcan_send(slcan, *now_ns, &FRAME, &err);
        host->asked = false;
    } else {
        slcan_input(slcan, *now_ns, &byte, 1);
    }
    if (slcan_deadline(slcan) == TIME_NONE && !slcan_is_ready(slcan)) {
        slcan_closed(slcan);
        slcan_opened(slcan, *now_ns);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct host host = {.listen_only = size > 0 && data[0] & 1};
    int64_t now_ns = NS_PER_S;
    struct slcan *slcan = slcan_new(host.listen_only, &EVENTS, &host);
    if (!slcan) {
        return 0;
    }
    slcan_opened(slcan, now_ns);
    for (size_t i = 1; i < size; i++) {
        feed(slcan, &host, &now_ns, data[i]);
    }
    slcan_free(slcan);
    return 0;
}
