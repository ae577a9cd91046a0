/* Presence: what each piece of evidence leads to, and what silence may not be taken for. */
#include "car/presence.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define T0 (1000 * NS_PER_S)

static struct presence_evidence quiet(void)
{
    return (struct presence_evidence){.contact = true,
                                      .alive_ns = TIME_NONE,
                                      .alive_for_ns = PRESENCE_HEARD_NS,
                                      .on = TRI_UNKNOWN,
                                      .charging = TRI_UNKNOWN,
                                      .moving = TRI_UNKNOWN,
                                      .supplied = TRI_FALSE};
}

/* The state after this evidence has stood for `seconds`. */
static struct presence_state after(struct presence_evidence evidence, int seconds)
{
    struct presence_state state = presence_start(T0);

    state = presence_next(&state, &evidence, T0);
    return presence_next(&state, &evidence, T0 + seconds * NS_PER_S);
}

static void names_are_the_contract(void **state)
{
    (void)state;
    assert_string_equal(presence_name(PRESENCE_UNKNOWN), "unknown");
    assert_string_equal(presence_name(PRESENCE_CHARGING), "charging");
    for (int i = 0; i < PRESENCE_REASON_COUNT; i++)
        assert_non_null(presence_reason_text((enum presence_reason)i));
}

static void a_silent_dongle_is_gone_after_ten_minutes(void **state)
{
    struct presence_evidence evidence = quiet();

    (void)state;
    evidence.contact = false;
    assert_int_equal(after(evidence, 599).presence, PRESENCE_UNKNOWN);
    assert_int_equal(after(evidence, 599).garage, TRI_UNKNOWN);
    assert_int_equal(after(evidence, 600).presence, PRESENCE_AWAY);
    assert_int_equal(after(evidence, 600).garage, TRI_FALSE);
    evidence.dongle_sleeps = true;
    assert_int_equal(after(evidence, 86400).presence, PRESENCE_UNKNOWN);
    assert_int_equal(after(evidence, 86400).garage, TRI_UNKNOWN);
    assert_int_equal(after(evidence, 86400).reason, PRESENCE_REASON_DONGLE_SLEEPS);
}

/* What is lent says nothing; what is not given back is gone ten minutes after that. */
static void a_lent_dongle_has_not_left(void **state)
{
    struct presence_evidence evidence = quiet();
    struct presence_state now = after(evidence, 3600);

    (void)state;
    evidence.contact = false;
    evidence.lent = true;
    for (int s = 3600; s <= 9000; s += 10)
        now = presence_next(&now, &evidence, T0 + s * NS_PER_S);
    assert_int_equal(now.presence, PRESENCE_UNKNOWN);
    assert_int_equal(now.garage, TRI_UNKNOWN);
    assert_int_equal(now.reason, PRESENCE_REASON_LENT);
    evidence.lent = false;
    now = presence_next(&now, &evidence, T0 + 9599 * NS_PER_S);
    assert_int_equal(now.garage, TRI_UNKNOWN);
    assert_int_equal(now.reason, PRESENCE_REASON_NO_CONTACT);
    now = presence_next(&now, &evidence, T0 + 9600 * NS_PER_S);
    assert_int_equal(now.presence, PRESENCE_AWAY);
}

static void ten_minutes_count_from_the_loss(void **state)
{
    struct presence_evidence evidence = quiet();
    struct presence_state now = after(evidence, 3600);

    (void)state;
    evidence.contact = false;
    now = presence_next(&now, &evidence, T0 + 3600 * NS_PER_S);
    assert_int_equal(now.garage, TRI_UNKNOWN);
    now = presence_next(&now, &evidence, T0 + 4199 * NS_PER_S);
    assert_int_equal(now.garage, TRI_UNKNOWN);
    now = presence_next(&now, &evidence, T0 + 4200 * NS_PER_S);
    assert_int_equal(now.garage, TRI_FALSE);
    assert_int_equal(now.since_ns, T0 + 4200 * NS_PER_S);
    evidence.contact = true;
    now = presence_next(&now, &evidence, T0 + 4300 * NS_PER_S);
    assert_int_equal(now.garage, TRI_TRUE);
    assert_int_equal(now.reason, PRESENCE_REASON_LISTENING);
}

static void a_wired_adapter_knows_only_traffic(void **state)
{
    struct presence_evidence evidence = quiet();

    (void)state;
    evidence.wired = true;
    evidence.supplied = TRI_UNKNOWN;
    assert_int_equal(after(evidence, 86400).garage, TRI_UNKNOWN);
    evidence.alive_ns = T0 + 100 * NS_PER_S;
    assert_int_equal(after(evidence, 100).garage, TRI_TRUE);
    evidence.contact = false;
    assert_int_equal(after(evidence, 86400).garage, TRI_UNKNOWN);
}

static void first_it_listens(void **state)
{
    (void)state;
    assert_int_equal(after(quiet(), 9).presence, PRESENCE_UNKNOWN);
    assert_int_equal(after(quiet(), 9).reason, PRESENCE_REASON_LISTENING);
    assert_int_equal(after(quiet(), 10).presence, PRESENCE_ASLEEP);
    assert_int_equal(after(quiet(), 10).reason, PRESENCE_REASON_NONE); /* the state says it */
    assert_int_equal(after(quiet(), 10).garage, TRI_TRUE);
}

static void silence_is_not_always_sleep(void **state)
{
    struct presence_evidence evidence = quiet();

    (void)state;
    evidence.supplied = TRI_TRUE;
    assert_int_equal(after(evidence, 60).presence, PRESENCE_UNKNOWN);
    assert_int_equal(after(evidence, 60).reason, PRESENCE_REASON_SUPPLY_ALONE);
    evidence.silent_car = true;
    evidence.supplied = TRI_UNKNOWN;
    assert_int_equal(after(evidence, 60).presence, PRESENCE_UNKNOWN);
    assert_int_equal(after(evidence, 60).reason, PRESENCE_REASON_SILENT_OFF);
    evidence.supplied = TRI_FALSE;
    assert_int_equal(after(evidence, 60).presence, PRESENCE_ASLEEP);
    evidence.deaf = true; /* nothing to hear anyway */
    assert_int_equal(after(evidence, 60).presence, PRESENCE_ASLEEP);
    evidence.silent_car = false;
    assert_int_equal(after(evidence, 60).presence, PRESENCE_UNKNOWN);
    assert_int_equal(after(evidence, 60).reason, PRESENCE_REASON_DEAF);
}

/* One row of PRESENCE.md: "| lost | unknown | away | ... |". False: none of the transition table's. */
static bool check_row(char *line, enum presence_event event)
{
    char *rest = NULL;
    const char *cell = strtok_r(line, "| \n", &rest);

    if (!cell || strcmp(cell, presence_event_name(event)) != 0)
        return false;
    for (int i = 0; i < PRESENCE_COUNT; i++) {
        cell = strtok_r(NULL, "| \n", &rest);
        assert_non_null(cell);
        assert_string_equal(cell, presence_name(presence_after((enum presence)i, event)));
    }
    return true;
}

static void the_document_shows_the_table(void **state)
{
    FILE *file = fopen("daemon/car/PRESENCE.md", "r");
    char header[] = "| event | unknown | away | asleep | awake | on | driving | charging |\n";
    char line[512];
    int event = -1;

    (void)state;
    assert_non_null(file);
    while (event < PRESENCE_EVENT_COUNT && fgets(line, sizeof(line), file)) {
        if (event < 0)
            event += strcmp(line, header) == 0;
        else if (check_row(line, (enum presence_event)event))
            event++;
    }
    fclose(file);
    assert_int_equal(event, PRESENCE_EVENT_COUNT);
}

static void a_claim_has_a_source(void **state)
{
    struct presence_evidence evidence = quiet();

    (void)state;
    assert_int_equal(after(evidence, 60).claim, PRESENCE_CLAIM_DONGLE);
    evidence.contact = false;
    assert_int_equal(after(evidence, 60).claim, PRESENCE_CLAIM_NONE);
    assert_int_equal(after(evidence, 600).claim, PRESENCE_CLAIM_ABSENCE);
    evidence.contact = true;
    evidence.wired = true;
    assert_int_equal(after(evidence, 60).claim, PRESENCE_CLAIM_NONE);
    evidence.alive_ns = T0 + 59 * NS_PER_S;
    assert_int_equal(after(evidence, 60).claim, PRESENCE_CLAIM_TRAFFIC);
}

static void a_living_car_says_what_it_does(void **state)
{
    struct presence_evidence evidence = quiet();

    (void)state;
    evidence.alive_ns = T0;
    assert_int_equal(after(evidence, 29).presence, PRESENCE_AWAKE);
    assert_int_equal(after(evidence, 30).presence, PRESENCE_ASLEEP);
    evidence.on = TRI_TRUE;
    assert_int_equal(after(evidence, 5).presence, PRESENCE_ON);
    evidence.charging = TRI_TRUE;
    assert_int_equal(after(evidence, 5).presence, PRESENCE_CHARGING);
    evidence.charging = TRI_FALSE;
    evidence.moving = TRI_TRUE;
    assert_int_equal(after(evidence, 5).presence, PRESENCE_DRIVING);
    evidence.alive_for_ns = 90 * NS_PER_S;
    assert_int_equal(after(evidence, 89).presence, PRESENCE_DRIVING);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_are_the_contract),
        cmocka_unit_test(a_silent_dongle_is_gone_after_ten_minutes),
        cmocka_unit_test(a_lent_dongle_has_not_left),
        cmocka_unit_test(ten_minutes_count_from_the_loss),
        cmocka_unit_test(a_wired_adapter_knows_only_traffic),
        cmocka_unit_test(first_it_listens),
        cmocka_unit_test(silence_is_not_always_sleep),
        cmocka_unit_test(the_document_shows_the_table),
        cmocka_unit_test(a_claim_has_a_source),
        cmocka_unit_test(a_living_car_says_what_it_does),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
