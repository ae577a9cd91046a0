/* A property of the ELM327 dialogue: whatever happens to the line at whichever byte, nothing becomes a frame
 * that was not a whole line, nothing is sent but the questions asked and commands of the table (elm327_talk.h
 * asserts it), and the dialogue recovers by itself. */
#include "elm327_talk.h"

#include <stdlib.h>

#define ANSWER                                                                                               \
    "7BB10296101FFFFF8F8\r7BB21020DFFFFFBCB01\r7BB22FFFFFFFF11A4FE\r7BB23D896A8313C0285\r7BB240048DD14B4000" \
    "E\r"                                                                                                    \
    "7BB25E4A3000E2B0080\r7BB260001FFFFFFFFFF\r\r>"
#define TRAFFIC "5B30102030405060708\r5BC1112131415161718\r5B30102030405060709\r"

static const char *const TRUE_LINES[] = {
    "7BB10296101FFFFF8F8", "7BB21020DFFFFFBCB01", "7BB22FFFFFFFF11A4FE", "7BB23D896A8313C0285",
    "7BB240048DD14B4000E", "7BB25E4A3000E2B0080", "7BB260001FFFFFFFFFF", "5B30102030405060708",
    "5BC1112131415161718", "5B30102030405060709",
};

struct scene {
    int64_t byte_ns;
    bool echoes;
};

static struct talk *scene_new(const struct scene *scene)
{
    struct talk *talk = calloc(1, sizeof(*talk));
    assert_non_null(talk);
    talk->listen[0] = 0x5B3;
    talk->listen[1] = 0x5BC;
    talk->listen_count = 2;
    talk->byte_ns = scene->byte_ns;
    talk->echoes = scene->echoes;
    talk->traffic = TRAFFIC;
    talk_rule(talk, "0221010000000000", ANSWER, 0);
    talk_open(talk);
    return talk;
}

static void scene_free(struct talk *talk)
{
    talk_close(talk);
    free(talk);
}

/* Up, listen, ask twice, listen. A question that can't be sent is left out. */
static void scene_play(struct talk *talk)
{
    for (int second = 0; second < 4; second++) {
        talk_run(talk, NS_PER_S);
        if (elm327_is_ready(talk->elm) && second > 0) {
            talk_ask(talk, 0x79B, 0x7BB, 0x21, 1);
        }
    }
}

/* Is it a true line? */
static bool frame_is_true(const struct frame *frame)
{
    char text[32];
    int len = snprintf(text, sizeof(text), "%03X", frame->id);
    for (int i = 0; i < frame->len; i++) {
        len += snprintf(text + len, 3, "%02X", frame->data[i]);
    }
    for (size_t i = 0; i < sizeof(TRUE_LINES) / sizeof(TRUE_LINES[0]); i++) {
        if (strcmp(TRUE_LINES[i], text) == 0) {
            return true;
        }
    }
    return false;
}

static void scene_check(const struct talk *talk)
{
    assert_true(talk->frame_count < TALK_FRAME_MAX);
    for (size_t i = 0; i < talk->frame_count; i++) {
        assert_true(frame_is_true(&talk->frames[i]));
    }
}

/* The fault is over: within 10 s a question is answered in full. */
static void scene_recovers(struct talk *talk)
{
    for (int i = 0; i < 10; i++) {
        if (talk->losses > 0 && elm327_deadline(talk->elm) == TIME_NONE) {
            talk->out_len = 0;
            elm327_opened(talk->elm, talk->now_ns);
        }
        talk_run(talk, NS_PER_S);
        talk->frame_count = 0;
        if (elm327_is_ready(talk->elm) && talk_ask(talk, 0x79B, 0x7BB, 0x21, 1) == 0) {
            talk_run(talk, 100 * NS_PER_MS);
            size_t answered = 0;
            for (size_t k = 0; k < talk->frame_count; k++) {
                answered += talk->frames[k].id == 0x7BB;
            }
            if (answered == 7) {
                return;
            }
        }
    }
    fail_msg("byte %zu, instead of it %s: no answer 10 s later", talk->damage_at,
             talk->damage_insert ? talk->damage_insert : "nothing");
}

static size_t scene_bytes(const struct scene *scene)
{
    struct talk *talk = scene_new(scene);
    talk->damage_at = SIZE_MAX;
    scene_play(talk);
    scene_check(talk);
    assert_true(talk->frame_count > 20);
    size_t bytes = talk->delivered;
    scene_free(talk);
    return bytes;
}

static void scene_with_damage(const struct scene *scene, size_t at, size_t drop, const char *insert,
                              bool unplug)
{
    struct talk *talk = scene_new(scene);
    talk->damage_at = at;
    talk->damage_drop = drop;
    talk->damage_insert = insert;
    scene_play(talk);
    if (unplug) {
        elm327_closed(talk->elm);
        talk->out_len = 0;
        talk->damage_drop = 0;
        elm327_opened(talk->elm, talk->now_ns);
    }
    scene_check(talk);
    scene_recovers(talk);
    scene_free(talk);
}

/* In whole pieces, and byte by byte; without echo and with it. */
static const struct scene SCENES[] = {{0, false}, {20 * NS_PER_US, false}, {0, true}, {20 * NS_PER_US, true}};
#define SCENE_COUNT (sizeof(SCENES) / sizeof(SCENES[0]))

static void test_one_byte_lost_anywhere(void **state)
{
    (void)state;
    for (size_t i = 0; i < SCENE_COUNT; i++) {
        size_t bytes = scene_bytes(&SCENES[i]);
        for (size_t at = 0; at < bytes; at++) {
            scene_with_damage(&SCENES[i], at, 1, NULL, false);
        }
    }
}

/* A whole stretch is missing: two lines may be joined, but never into one that fits. */
static void test_stretches_lost_anywhere(void **state)
{
    (void)state;
    for (size_t i = 0; i < SCENE_COUNT; i++) {
        size_t bytes = scene_bytes(&SCENES[i]);
        for (size_t at = 0; at < bytes; at++) {
            scene_with_damage(&SCENES[i], at, 3 + at % 13, NULL, false);
        }
    }
}

static void strangers_anywhere(const struct scene *scene, const char *const *strangers, size_t count)
{
    size_t bytes = scene_bytes(scene);
    for (size_t at = 0; at < bytes; at++) {
        for (size_t k = 0; k < count; k++) {
            scene_with_damage(scene, at, 0, strangers[k], false);
        }
    }
}

static void test_strangers_anywhere(void **state)
{
    (void)state;
    static const char *const STRANGERS[] = {"\r",        ">",          "\xFF",    "0",
                                            "F",         "?\r\r>",     "OK\r\r>", "STOPPED\r\r>",
                                            "<RX ERROR", "12.4V\r\r>", "\r6\r\r>"};
    for (size_t i = 0; i < SCENE_COUNT; i++) {
        strangers_anywhere(&SCENES[i], STRANGERS, sizeof(STRANGERS) / sizeof(STRANGERS[0]));
    }
}

/* E07: every text at every byte of start-up, question, answer and listening: glued to the line it breaks, or
 * on a line of its own and without a prompt. */
static void test_every_text_anywhere(void **state)
{
    (void)state;
    static const char *const TEXTS[] = {"NO DATA",
                                        "STOPPED",
                                        "SEARCHING...",
                                        "BUS BUSY",
                                        "BUS ERROR",
                                        "BUS INIT: ",
                                        "CAN ERROR",
                                        "<DATA ERROR",
                                        "DATA ERROR",
                                        "<RX ERROR",
                                        "FB ERROR",
                                        "UART RX OVERFLOW",
                                        "NOT CONNECTED",
                                        "FC RX TIMEOUT",
                                        "UNABLE TO CONNECT",
                                        "BUFFER FULL",
                                        "OUT OF MEMORY",
                                        "\r\rLV RESET",
                                        "!ACT ALERT",
                                        "!LP ALERT",
                                        "\r\rELM327 v1.5",
                                        "ERR94",
                                        "?"};
    for (size_t k = 0; k < sizeof(TEXTS) / sizeof(TEXTS[0]); k++) {
        char glued[40];
        char alone[40];
        snprintf(glued, sizeof(glued), "%s\r\r>", TEXTS[k]);
        snprintf(alone, sizeof(alone), "\r%s\r", TEXTS[k]);
        const char *const strangers[] = {glued, alone};
        strangers_anywhere(&SCENES[k % 2 ? 1 : 3], strangers, 2);
    }
}

static void test_unplugged_anywhere(void **state)
{
    (void)state;
    for (size_t i = 0; i < SCENE_COUNT; i++) {
        size_t bytes = scene_bytes(&SCENES[i]);
        for (size_t at = 0; at < bytes; at++) {
            scene_with_damage(&SCENES[i], at, SIZE_MAX, NULL, true);
        }
    }
}

/* E03: a megabyte of noise with a fixed seed, in pieces of odd sizes; then it works again. */
static void test_noise(void **state)
{
    (void)state;
    struct talk *talk = scene_new(&SCENES[0]);
    uint32_t random = 12345;
    for (int i = 0; i < 20000; i++) {
        char piece[50];
        for (size_t k = 0; k < sizeof(piece) - 1; k++) {
            random = random * 1664525U + 1013904223U;
            piece[k] = (char)(random >> 24 ? random >> 24 : 1);
        }
        piece[sizeof(piece) - 1] = '\0';
        talk_say(talk, piece);
        talk_run(talk, NS_PER_MS);
    }
    talk->losses = 1;
    scene_recovers(talk);
    scene_free(talk);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_one_byte_lost_anywhere), cmocka_unit_test(test_stretches_lost_anywhere),
        cmocka_unit_test(test_strangers_anywhere),     cmocka_unit_test(test_every_text_anywhere),
        cmocka_unit_test(test_unplugged_anywhere),     cmocka_unit_test(test_noise),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
