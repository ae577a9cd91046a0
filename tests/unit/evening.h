/* An evening of one car, for the tests of the notices. */
#ifndef TESTS_EVENING_H
#define TESTS_EVENING_H

#include "plan/notices.h"
#include "util/core/time.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define UNKNOWN INT64_MIN

/* One car's evening: evidence that a test changes, and what was told since it last looked. */
struct evening {
    struct notices *notices;
    struct notice_wishes wishes;
    struct notice_evidence evidence;
    char told[512]; /* "+aux_low -aux_low" */
    char text[160]; /* of the last one raised or retold */
};

static inline void keep(void *ctx, enum notice_kind kind, enum notice_change change, const char *text)
{
    struct evening *evening = ctx;
    size_t len = strlen(evening->told);

    if (change != NOTICE_CLEARED)
        snprintf(evening->text, sizeof(evening->text), "%s", text);
    if (change == NOTICE_RETOLD)
        return;
    snprintf(evening->told + len, sizeof(evening->told) - len, "%s%s%s", len > 0 ? " " : "",
             change == NOTICE_RAISED ? "+" : "-", notice_name(kind));
}

static inline int set_up(void **state)
{
    struct evening *evening = test_calloc(1, sizeof(*evening));

    evening->notices = notices_new();
    assert_non_null(evening->notices);
    evening->wishes = notice_wishes_default();
    evening->evidence = (struct notice_evidence){
        .boot_ns = 1000 * NS_PER_S,
        .minute_of_day = 12 * 60,
        .day = 20000,
        .presence = PRESENCE_ASLEEP,
        .garage = TRI_TRUE,
        .plugged = TRI_UNKNOWN,
        .charging = TRI_UNKNOWN,
        .reachable = TRI_TRUE,
        .soc = UNKNOWN,
        .aux_mv = UNKNOWN,
        .aux_at_rest = true,
    };
    *state = evening;
    return 0;
}

static inline int tear_down(void **state)
{
    struct evening *evening = *state;

    notices_free(evening->notices);
    test_free(evening);
    return 0;
}

/* What is told when `seconds` go by, looked at each second, with the evidence as it stands. */
static inline const char *after(struct evening *evening, int seconds)
{
    struct notice_evidence *evidence = &evening->evidence;

    evening->told[0] = '\0';
    for (int i = 0; i < (seconds > 0 ? seconds : 1); i++) {
        evidence->boot_ns += seconds > 0 ? NS_PER_S : 0;
        notices_advance(evening->notices, &evening->wishes, evidence, keep, evening);
        evidence->charge_finished = false;
        evidence->charge_interrupted = false;
    }
    return evening->told;
}

static inline const char *look_at(struct evening *evening, int hour, int minute)
{
    evening->evidence.minute_of_day = hour < 0 ? -1 : hour * 60 + minute;
    return after(evening, 1);
}

static inline void unplug_in_the_garage(struct evening *evening)
{
    evening->wishes.not_plugged_minute = 22 * 60;
    evening->evidence.plugged = TRI_FALSE;
}

#define EVENING_TEST(fn) cmocka_unit_test_setup_teardown(fn, set_up, tear_down)

#endif
