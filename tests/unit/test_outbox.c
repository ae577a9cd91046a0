/* export/outbox, and what else the loop and the MQTT thread hand each other: letters, hearings. */
#include "export/hearings.h"
#include "export/letters.h"
#include "export/outbox.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The next value that is due is this one. */
static void assert_takes(struct outbox *outbox, const char *topic, const char *payload)
{
    char taken[OUTBOX_TOPIC_BYTES];
    char *text = outbox_take(outbox, taken);

    assert_non_null(text);
    assert_string_equal(taken, topic);
    assert_string_equal(text, payload);
    free(text);
}

static void assert_takes_nothing(struct outbox *outbox)
{
    char topic[OUTBOX_TOPIC_BYTES];

    assert_null(outbox_take(outbox, topic));
}

static void keeps_the_latest_and_skips_repeats(void **state)
{
    (void)state;
    struct outbox *outbox = outbox_new();

    assert_true(outbox_put(outbox, "a", "1"));
    assert_true(outbox_put(outbox, "a", "2"));
    assert_takes(outbox, "a", "2");
    assert_takes_nothing(outbox);
    assert_true(outbox_put(outbox, "a", "2"));
    assert_takes_nothing(outbox);
    outbox_all_due(outbox);
    assert_takes(outbox, "a", "2");
    outbox_free(outbox);
}

static void an_empty_value_is_one(void **state)
{
    (void)state;
    struct outbox *outbox = outbox_new();

    assert_true(outbox_put(outbox, "a", ""));
    assert_takes(outbox, "a", "");
    assert_takes_nothing(outbox);
    outbox_free(outbox);
}

static void goes_round_and_begins_again_in_order(void **state)
{
    (void)state;
    struct outbox *outbox = outbox_new();

    outbox_put(outbox, "a", "1");
    outbox_put(outbox, "b", "1");
    assert_takes(outbox, "a", "1");
    outbox_put(outbox, "a", "2");
    assert_takes(outbox, "b", "1");
    outbox_all_due(outbox);
    assert_takes(outbox, "a", "2");
    assert_takes(outbox, "b", "1");
    outbox_free(outbox);
}

static void is_bounded(void **state)
{
    (void)state;
    struct outbox *outbox = outbox_new();
    char *large = malloc(OUTBOX_BYTES + 1);
    char topic[OUTBOX_TOPIC_BYTES + 1];

    memset(large, 'x', OUTBOX_BYTES);
    large[OUTBOX_BYTES] = '\0';
    assert_false(outbox_put(outbox, "a", large));
    large[OUTBOX_BYTES - 1] = '\0';
    assert_true(outbox_put(outbox, "a", large));
    memset(topic, 't', OUTBOX_TOPIC_BYTES);
    topic[OUTBOX_TOPIC_BYTES] = '\0';
    assert_false(outbox_put(outbox, topic, "1"));
    for (int i = 1; i < OUTBOX_TOPIC_MAX; i++) {
        snprintf(topic, sizeof(topic), "t%d", i);
        assert_true(outbox_put(outbox, topic, "1"));
    }
    assert_false(outbox_put(outbox, "one more", "1"));
    free(large);
    outbox_free(outbox);
}

/* A day without a broker, at a publish a second. */
static void memory_stays_flat(void **state)
{
    (void)state;
    struct outbox *outbox = outbox_new();
    char payload[64], topic[16];
    size_t before = 0;

    for (int i = 0; i < 100000; i++) {
        snprintf(topic, sizeof(topic), "t%d", i % 20);
        snprintf(payload, sizeof(payload), "{\"soc\":%06d}", i);
        assert_true(outbox_put(outbox, topic, payload));
        if (i == 100)
            before = mallinfo2().uordblks;
    }
    assert_int_equal(mallinfo2().uordblks, before);
    outbox_free(outbox);
}

static void letters_keep_their_order_and_are_bounded(void **state)
{
    (void)state;
    struct letters *letters = letters_new();
    char *large = calloc(1, LETTER_MAX + 1);
    struct letter letter;

    assert_false(letters_post(letters, "t", large, LETTER_MAX + 1, false));
    assert_true(letters_post(letters, "t", large, LETTER_MAX, true));
    assert_true(letters_post(letters, "empty", NULL, 0, false));
    for (int i = 2; i < LETTERS_MAX; i++)
        assert_true(letters_post(letters, "u", "abc", 2, false));
    assert_false(letters_post(letters, "u", "abc", 2, false));
    assert_true(letters_take(letters, &letter));
    assert_int_equal(letter.len, LETTER_MAX);
    assert_true(letter.is_retained);
    free(letter.payload);
    assert_true(letters_take(letters, &letter));
    assert_string_equal(letter.topic, "empty");
    assert_string_equal(letter.payload, "");
    free(letter.payload);
    assert_true(letters_take(letters, &letter));
    assert_string_equal(letter.payload, "ab");
    free(letter.payload);
    letters_empty(letters);
    assert_false(letters_take(letters, &letter));
    free(large);
    letters_free(letters);
}

static void assert_next(struct hearings *hearings, const char *filter, bool is_wanted)
{
    char next[OUTBOX_TOPIC_BYTES];
    bool wanted;

    assert_true(hearings_next(hearings, next, &wanted));
    assert_string_equal(next, filter);
    assert_int_equal(wanted, is_wanted);
}

static void assert_no_next(struct hearings *hearings)
{
    char next[OUTBOX_TOPIC_BYTES];
    bool wanted;

    assert_false(hearings_next(hearings, next, &wanted));
}

static void hearings_are_said_once_a_connection(void **state)
{
    (void)state;
    struct hearings *hearings = hearings_new();

    assert_true(hearings_want(hearings, "a", true));
    assert_true(hearings_want(hearings, "b", true));
    assert_next(hearings, "a", true);
    assert_next(hearings, "b", true);
    assert_no_next(hearings);
    assert_true(hearings_want(hearings, "a", false));
    assert_next(hearings, "a", false);
    assert_no_next(hearings);
    hearings_reset(hearings);
    assert_next(hearings, "b", true);
    assert_no_next(hearings);
    hearings_free(hearings);
}

static void hearings_are_bounded(void **state)
{
    (void)state;
    struct hearings *hearings = hearings_new();
    char filter[OUTBOX_TOPIC_BYTES + 1];

    memset(filter, 'f', OUTBOX_TOPIC_BYTES);
    filter[OUTBOX_TOPIC_BYTES] = '\0';
    assert_false(hearings_want(hearings, filter, true));
    for (int i = 0; i < HEARINGS_MAX; i++) {
        snprintf(filter, sizeof(filter), "f%d", i);
        assert_true(hearings_want(hearings, filter, true));
    }
    assert_false(hearings_want(hearings, "one more", true));
    hearings_free(hearings);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keeps_the_latest_and_skips_repeats),
        cmocka_unit_test(an_empty_value_is_one),
        cmocka_unit_test(goes_round_and_begins_again_in_order),
        cmocka_unit_test(is_bounded),
        cmocka_unit_test(memory_stays_flat),
        cmocka_unit_test(letters_keep_their_order_and_are_bounded),
        cmocka_unit_test(hearings_are_said_once_a_connection),
        cmocka_unit_test(hearings_are_bounded),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
