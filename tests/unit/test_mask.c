/* What leaves the house in a recording names nobody, however the messages are broken; and nothing else is
 * lost from it. */
#include "car/mask.h"

#include "definition_text.h"
#include "util/core/time.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct fixture {
    struct definition *definition;
    struct mask *mask;
    int64_t now_ns;
};

static int set_up(void **state)
{
    struct fixture *f = test_calloc(1, sizeof(*f));
    struct err err;

    f->definition = definition_find("config/vehicles", "nissan-leaf", &err);
    assert_non_null(f->definition);
    f->mask = mask_new(f->definition);
    f->now_ns = NS_PER_H;
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;

    mask_free(f->mask);
    definition_free(f->definition);
    test_free(f);
    return 0;
}

/* "79A#1013618153..." as it comes out. */
static const char *through(struct fixture *f, const char *text)
{
    static char out[32];
    struct frame frame = {.time_ns = f->now_ns, .id = (uint16_t)strtoul(text, NULL, 16)};
    const char *hex = strchr(text, '#') + 1;
    unsigned byte;

    for (; sscanf(hex, "%2x", &byte) == 1; hex += 2)
        frame.data[frame.len++] = (uint8_t)byte;
    f->now_ns += 10 * NS_PER_MS;
    mask_frame(f->mask, &frame);
    int len = snprintf(out, sizeof(out), "%03X#", frame.id);
    for (size_t i = 0; i < frame.len; i++)
        len += snprintf(out + len, sizeof(out) - (size_t)len, "%02X", frame.data[i]);
    return out;
}

#define STAYS(f, text)        assert_string_equal(through(f, text), text)
#define BECOMES(f, text, was) assert_string_equal(through(f, text), was)

static void the_vin_is_hidden_and_its_frames_stay(void **state)
{
    STAYS(*state, "797#0221810000000000");
    BECOMES(*state, "79A#10156181534A4E46", "79A#1015618158585858");
    STAYS(*state, "797#3000000000000000");
    BECOMES(*state, "79A#2141415A45305536", "79A#2158585858585858");
    BECOMES(*state, "79A#2243414E41525900", "79A#2258585858585858");
}

/* Another make's ECUs answer, or say who they are by themselves, where the LEAF's only broadcast. */
static void names_below_the_usual_identifiers_are_hidden(void **state)
{
    static const char text[] =
        HEAD "requests = ( { to = \"7E4\"; from = \"6F1\"; ask = \"222211\"; fields = ( "
             "{ text = \"somebody\"; at = [3, 7]; bits = 8; at_most = 32; } ); } );\n"
             "frames = ( { id = \"123\"; fields = ( { text = \"serial\"; at = [1, 7]; bits = 8; count = 7; } "
             "); } );";
    struct fixture *f = *state;
    struct err err = {""};

    mask_free(f->mask);
    f->mask = NULL;
    definition_free(f->definition);
    f->definition = definition_parse(text, "a test", &err);
    assert_string_equal(err.text, "");
    f->mask = mask_new(f->definition);
    BECOMES(f, "6F1#1013622211534A4E", "6F1#1013622211585858");
    BECOMES(f, "6F1#21464141455A4530", "6F1#2158585858585858");
    BECOMES(f, "123#0143414E41525931", "123#5858585858585858");
    STAYS(f, "124#0143414E41525931");
}

static void other_names_are_hidden(void **state)
{
    BECOMES(*state, "7BB#1013618443414E41", "7BB#1013618458585858");
    BECOMES(*state, "7BB#215259004C424300", "7BB#2158585858585858");
    BECOMES(*state, "7BB#1013618343414E41", "7BB#1013618358585858");
    BECOMES(*state, "7EC#101462F190534A4E", "7EC#101462F190585858");
    BECOMES(*state, "7E8#1014490201534A4E", "7E8#1014490258585858");
    BECOMES(*state, "7E8#2146414141414141", "7E8#2158585858585858");
    BECOMES(*state, "765#065A9043414E4100", "765#065A905858585858");
    BECOMES(*state, "797#10142EF190534A4E", "797#10142EF190585858");
    BECOMES(*state, "79A#0661814341424344", "79A#0661815858585858");
}

static void figures_stay(void **state)
{
    STAYS(*state, "55B#D24000AAE1C80091");
    STAYS(*state, "79B#0221010000000000");
    STAYS(*state, "7BB#10296101FFFFFD9E");
    STAYS(*state, "7BB#2102AFFFFFFB9600");
    STAYS(*state, "7BB#22FFFFFFFF1A1A1A");
    STAYS(*state, "79A#0562130480010000");
    STAYS(*state, "7BB#037F211200000000");
    STAYS(*state, "7BB#03");
    STAYS(*state, "7EC#0662121343414200");
}

static void a_lost_first_frame_hides_the_rest(void **state)
{
    BECOMES(*state, "79A#2141415A45305536", "79A#2158585858585858");
    BECOMES(*state, "79A#2243414E41525900", "79A#2258585858585858");
}

/* The first frame of another answer stands before it, and the sequence fits. */
static void a_lost_question_or_a_long_wait_is_no_cover(void **state)
{
    struct fixture *f = *state;

    STAYS(f, "79A#100C621205010203");
    STAYS(f, "797#0221810000000000"); /* its first frame is lost */
    BECOMES(f, "79A#2141415A45305536", "79A#2158585858585858");
    STAYS(f, "79A#100C621205010203");
    f->now_ns += 2 * NS_PER_S;
    BECOMES(f, "79A#2141415A45305536", "79A#2158585858585858");
}

static void a_gap_hides_what_follows(void **state)
{
    STAYS(*state, "7BB#10296101FFFFFD9E");
    BECOMES(*state, "7BB#2241415A45305536", "7BB#2258585858585858");
    BECOMES(*state, "7BB#2341415A45305536", "7BB#2358585858585858");
    STAYS(*state, "7BB#10296101FFFFFD9E");
    STAYS(*state, "7BB#2102AFFFFFFB9600");
    BECOMES(*state, "7BB#2141415A45305536", "7BB#2158585858585858");
}

static void what_is_behind_the_end_is_hidden(void **state)
{
    STAYS(*state, "7BB#0761010203040506");
    STAYS(*state, "7BB#026101AAAAAAAAAA");
    BECOMES(*state, "7BB#026101534A4E4600", "7BB#0261015858585858");
    STAYS(*state, "7BB#1008610101020304");
    BECOMES(*state, "7BB#210506534A4E4641", "7BB#2105065858585858");
    BECOMES(*state, "7BB#2241415A45305536", "7BB#2258585858585858");
    BECOMES(*state, "7BB#0041415A45305536", "7BB#0058585858585858");
    BECOMES(*state, "7BB#300000534A4E4641", "7BB#3000005858585858");
    BECOMES(*state, "7BB#534A4E4641415A45", "7BB#5858585858585858");
    BECOMES(*state, "79A#10156181", "79A#10155858");
}

/* Every way of losing answers of a whole conversation (our own questions are never lost): three letters of
 * the VIN in a row are never seen. */
static void nothing_is_seen_whatever_is_lost(void **state)
{
    static const char *const talk[] = {
        "797#0322130400000000", "79A#0562130480010000", "797#0221810000000000", "79A#10156181534A4E46",
        "797#3000000000000000", "79A#2141415A45305536", "79A#2243414E41525900", "797#0322120500000000",
        "79A#100C621205010203", "79A#2104050607080900",
    };
    struct fixture *f = *state;

    for (unsigned lost = 0; lost < 1U << (sizeof(talk) / sizeof(talk[0])); lost++) {
        char seen[512] = "";

        for (size_t i = 0; i < sizeof(talk) / sizeof(talk[0]); i++) {
            if ((lost >> i & 1) && strncmp(talk[i], "797", 3) != 0)
                continue;
            strcat(seen, through(f, talk[i]));
        }
        assert_null(strstr(seen, "534A4E"));
        assert_null(strstr(seen, "41415A"));
        assert_null(strstr(seen, "43414E"));
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_vin_is_hidden_and_its_frames_stay),
        TEST(names_below_the_usual_identifiers_are_hidden),
        TEST(other_names_are_hidden),
        TEST(figures_stay),
        TEST(a_lost_first_frame_hides_the_rest),
        TEST(a_lost_question_or_a_long_wait_is_no_cover),
        TEST(a_gap_hides_what_follows),
        TEST(what_is_behind_the_end_is_hidden),
        TEST(nothing_is_seen_whatever_is_lost),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
