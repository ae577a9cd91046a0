/* garaged-hear KIND PORT IDLE_S [DEFINITION]: hears a bus through an adapter of garaged and prints it as
 * candump -L does, until IDLE_S seconds after the last frame, or a minute without any. Listens to what a
 * definition names, and says nothing. Of the link it tells on stderr. */
#include "adapter/adapter.h"
#include "car/definition_load.h"
#include "util/clock.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#define FIRST_NS NS_PER_MIN

struct hearer {
    int64_t last_ns; /* of the last frame */
    int64_t idle_ns;
    struct adapter *adapter;
};

static void on_frame(void *ctx, const struct frame *frame)
{
    struct hearer *hearer = ctx;
    hearer->last_ns = clock_boot_ns();
    printf("(%" PRId64 ".%06" PRId64 ") can0 %03X#", frame->time_ns / NS_PER_S,
           frame->time_ns % NS_PER_S / NS_PER_US, frame->id);
    for (size_t i = 0; i < frame->len; i++) {
        printf("%02X", frame->data[i]);
    }
    printf("\n");
}

static void on_link(void *ctx, enum adapter_link link, const char *reason)
{
    struct hearer *hearer = ctx;
    if (link == ADAPTER_LINK_UP && hearer->last_ns == TIME_NONE) {
        hearer->last_ns = clock_boot_ns() + FIRST_NS - hearer->idle_ns;
    }
    fprintf(stderr, "hear: %s%s\n", link == ADAPTER_LINK_UP ? "up " : "",
            link == ADAPTER_LINK_UP ? adapter_limits(hearer->adapter) : reason);
}

/* Broadcasts, questions and answers, ascending. */
static size_t ids_of(const struct definition *definition, uint16_t ids[FRAME_ID_MAX + 1])
{
    bool wanted[FRAME_ID_MAX + 1] = {false};
    size_t frames = 0;
    size_t count = 0;
    const uint16_t *frame_ids = definition_frame_ids(definition, &frames);
    for (size_t i = 0; i < frames; i++) {
        wanted[frame_ids[i]] = true;
    }
    for (size_t i = 0; i < definition_request_count(definition); i++) {
        wanted[definition_request(definition, i)->to] = true;
    }
    for (unsigned id = 0; id <= FRAME_ID_MAX; id++) {
        if (wanted[id] || definition_answers_on(definition, (uint16_t)id)) {
            ids[count++] = (uint16_t)id;
        }
    }
    return count;
}

int main(int argc, char **argv)
{
    static const struct adapter_events EVENTS = {.frame = on_frame, .link = on_link};
    struct err err = {""};
    struct hearer hearer = {.last_ns = TIME_NONE};
    uint16_t ids[FRAME_ID_MAX + 1];
    if (argc < 4) {
        fprintf(stderr, "usage: garaged-hear KIND PORT IDLE_S [DEFINITIONS]\n");
        return 64;
    }
    hearer.idle_ns = strtol(argv[3], NULL, 10) * NS_PER_S;
    struct definition *definition =
        definition_find(argc > 4 ? argv[4] : "config/vehicles", "nissan-leaf", &err);
    struct loop *loop = loop_new(&err);
    struct adapter *adapter = NULL;
    if (definition && loop) {
        struct adapter_settings settings = {.kind = argv[1], .port = argv[2], .interface = ""};
        settings.listen_count = ids_of(definition, ids);
        settings.listen_ids = ids;
        adapter = hearer.adapter = adapter_new(loop, &settings, &EVENTS, &hearer, &err);
    }
    while (adapter && (hearer.last_ns == TIME_NONE || clock_boot_ns() < hearer.last_ns + hearer.idle_ns)) {
        if (loop_turn(loop, 200, &err)) {
            break;
        }
    }
    fprintf(stderr, "hear: %" PRIu64 " frames, %" PRIu64 " lost, %" PRIu64 " sent %s\n",
            adapter ? adapter_counter(adapter, ADAPTER_FRAMES_IN) : 0,
            adapter ? adapter_counter(adapter, ADAPTER_OVERFLOWS) : 0,
            adapter ? adapter_counter(adapter, ADAPTER_FRAMES_OUT) : 0, err.text);
    adapter_free(adapter);
    loop_free(loop);
    definition_free(definition);
    return err.text[0] ? 1 : 0;
}
