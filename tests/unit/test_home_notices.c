/* home_notices: which of the view's values count as known, and where a notice goes. */
#include "home_notices.h"

#include "view_sample.h"

#include <unistd.h>

#define SECOND NS_PER_S
#define NOON   (INT64_C(1790000000) * NS_PER_S / (24 * NS_PER_H) * (24 * NS_PER_H) + 12 * NS_PER_H)

struct fixture {
    struct sample sample;
    struct config config;
    struct zone zone;
    struct preferences preferences;
    char folder[64];
    struct loop *loop;
    struct store *store; /* opening until the loop turns */
    bool is_open, is_kept;
    struct home_notices *notices;
    int64_t boot_ns;
    char raised[256]; /* "leaf soc_low ..." */
    int changes;
};

static void keep_raised(void *ctx, size_t car, const struct view_notice *notice)
{
    struct fixture *fixture = ctx;
    size_t len = strlen(fixture->raised);

    snprintf(fixture->raised + len, sizeof(fixture->raised) - len, "%s%s %s", len > 0 ? ", " : "",
             fixture->sample.cars[car].id, notice->kind);
}

static void keep_change(void *ctx)
{
    struct fixture *fixture = ctx;

    fixture->changes++;
}

static void keep_state(void *ctx, enum store_state state, const char *reason)
{
    struct fixture *fixture = ctx;

    (void)reason;
    fixture->is_open = state == STORE_OK;
}

static void open_store(struct fixture *fixture)
{
    static const struct store_events events = {.state = keep_state};
    struct err err;

    strcpy(fixture->folder, "/tmp/garaged-notices-XXXXXX");
    assert_non_null(mkdtemp(fixture->folder));
    const struct store_settings settings = {.folder = fixture->folder, .zone = &fixture->zone};
    fixture->loop = loop_new(&err);
    fixture->store = store_new(fixture->loop, &settings, &events, fixture, &err);
    assert_non_null(fixture->store);
}

static struct home_notices *make_notices(struct fixture *fixture)
{
    static const struct home_notices_events events = {keep_raised, keep_change};
    const struct home_notices_parts parts = {.view = &fixture->sample.view,
                                             .config = &fixture->config,
                                             .zone = &fixture->zone,
                                             .store = fixture->store,
                                             .preferences = &fixture->preferences};
    struct err err;
    struct home_notices *notices = home_notices_new(&parts, &events, fixture, &err);

    assert_non_null(notices);
    return notices;
}

static int set_up(void **state)
{
    struct fixture *fixture = test_calloc(1, sizeof(*fixture));

    sample_new(&fixture->sample, 2);
    zone_set_utc(&fixture->zone);
    fixture->preferences = preferences_default();
    fixture->preferences.is_known = true;
    open_store(fixture);
    fixture->notices = make_notices(fixture);
    fixture->boot_ns = 1000 * SECOND;
    for (size_t i = 0; i < 2; i++) {
        fixture->sample.cars[i].presence = PRESENCE_ASLEEP;
        fixture->sample.cars[i].garage = TRI_TRUE;
        fixture->sample.cars[i].has_half = true;
        fixture->sample.cars[i].link_since_boot_ns = 500 * SECOND;
    }
    *state = fixture;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;
    char command[128];

    home_notices_free(fixture->notices);
    store_free(fixture->store);
    loop_free(fixture->loop);
    sample_free(&fixture->sample);
    snprintf(command, sizeof(command), "rm -r %s", fixture->folder);
    test_free(fixture);
    return system(command);
}

/* What is raised while `seconds` go by; boot second 1000 is noon. */
static const char *after(struct fixture *fixture, int seconds)
{
    fixture->raised[0] = '\0';
    for (int i = 0; i < seconds; i++) {
        fixture->boot_ns += SECOND;
        view_advance(&fixture->sample.view, fixture->boot_ns);
        home_notices_advance(fixture->notices, fixture->boot_ns, NOON - 1000 * SECOND);
    }
    return fixture->raised;
}

static void hear(struct fixture *fixture, size_t signal, double value, enum quality quality)
{
    const struct state_value reading = {
        .heard = true, .known = true, .quality = quality, .value = value, .time_ns = fixture->boot_ns};

    view_take_value(&fixture->sample.view, &fixture->sample.cars[0], signal, &reading);
}

/* The 12 V read each ten seconds for two minutes. */
static const char *after_volts(struct fixture *fixture, double volts, enum quality quality)
{
    static char raised[256];

    raised[0] = '\0';
    for (int i = 0; i < 12; i++) {
        hear(fixture, SIGNAL_AUX_VOLTAGE, volts, quality);
        strcat(raised, after(fixture, 10));
    }
    return raised;
}

static void a_notice_stands_in_the_view_while_its_cause_lasts(void **state)
{
    struct fixture *fixture = *state;
    struct view_car *car = &fixture->sample.cars[0];

    hear(fixture, SIGNAL_SOC, 14.9, QUALITY_OK);
    assert_string_equal(after(fixture, 1), "leaf soc_low");
    assert_int_equal(car->notice_count, 1);
    assert_string_equal(car->notices[0].kind, "soc_low");
    assert_string_equal(car->notices[0].text, "The battery is low: 15 %");
    assert_int_equal(car->notices[0].since_boot_ns, 1001 * SECOND);
    assert_int_equal(car->diary_changed, fixture->sample.view.sequence);
    assert_int_equal(fixture->changes, 1);
    assert_string_equal(after_volts(fixture, 11.7, QUALITY_OK), "leaf aux_low");
    assert_int_equal(car->notice_count, 2);
    hear(fixture, SIGNAL_SOC, 12, QUALITY_OK);
    assert_string_equal(after(fixture, 1), "");
    assert_string_equal(car->notices[0].text, "The battery is low: 12 %");
    assert_int_equal(car->notices[0].since_boot_ns, 1001 * SECOND);
    assert_int_equal(car->diary_changed, fixture->sample.view.sequence);
    hear(fixture, SIGNAL_SOC, 24, QUALITY_OK);
    assert_string_equal(after(fixture, 1), "");
    assert_int_equal(car->notice_count, 1);
    assert_string_equal(car->notices[0].kind, "aux_low");
    assert_int_equal(car->diary_changed, fixture->sample.view.sequence);
    assert_int_equal(fixture->sample.cars[1].notice_count, 0);
}

static void what_is_old_or_disputed_counts_as_unknown(void **state)
{
    struct fixture *fixture = *state;

    fixture->sample.cars[0].presence = PRESENCE_DRIVING;
    hear(fixture, SIGNAL_SOC, 10, QUALITY_OK);
    assert_string_equal(after(fixture, 3600), "");
    fixture->sample.cars[0].presence = PRESENCE_ASLEEP;
    assert_string_equal(after(fixture, 3600), "");
    hear(fixture, SIGNAL_SOC, 10, QUALITY_DISPUTED);
    assert_string_equal(after(fixture, 60), "");
    hear(fixture, SIGNAL_SOC, 10, QUALITY_ASSUMED);
    assert_string_equal(after(fixture, 1), "leaf soc_low");
}

static void volts_of_a_meter_that_was_never_compared_are_not_believed(void **state)
{
    struct fixture *fixture = *state;

    assert_string_equal(after_volts(fixture, 11.7, QUALITY_ASSUMED), "");
    fixture->sample.cars[0].presence = PRESENCE_AWAKE;
    assert_string_equal(after_volts(fixture, 11.7, QUALITY_OK), "");
    fixture->sample.cars[0].presence = PRESENCE_ASLEEP;
    assert_string_equal(after_volts(fixture, 11.7, QUALITY_OK), "leaf aux_low");
}

/* ---- the plug ---- */

static void at_noon(struct fixture *fixture)
{
    fixture->preferences.notices.not_plugged_minute = 12 * 60;
}

static void an_old_plug_holds_while_the_car_sleeps(void **state)
{
    struct fixture *fixture = *state;

    hear(fixture, SIGNAL_PLUGGED, 0, QUALITY_OK);
    assert_string_equal(after(fixture, 3600), "");
    assert_int_equal(fixture->sample.cars[0].values[SIGNAL_PLUGGED].quality, QUALITY_OLD);
    at_noon(fixture);
    assert_string_equal(after(fixture, 1), "leaf not_plugged");
}

static void an_old_plug_does_not_hold_over_a_gap(void **state)
{
    struct fixture *fixture = *state;
    struct view_car *car = &fixture->sample.cars[0];

    hear(fixture, SIGNAL_PLUGGED, 0, QUALITY_OK);
    after(fixture, 3600);
    at_noon(fixture);
    car->presence = PRESENCE_UNKNOWN;
    assert_string_equal(after(fixture, 1), "");
    car->presence = PRESENCE_ASLEEP;
    car->link_since_boot_ns = fixture->boot_ns; /* the dongle was away in between */
    assert_string_equal(after(fixture, 1), "");
    car->link_since_boot_ns = 0;
    car->generation = 1; /* one whose waking is not heard */
    assert_string_equal(after(fixture, 1), "");
    car->generation = DEFINITION_GENERATION_AUTO;
    assert_string_equal(after(fixture, 1), "");
    car->generation = 0;
    car->values[SIGNAL_PLUGGED].heard = false;
    assert_string_equal(after(fixture, 1), "");
    car->values[SIGNAL_PLUGGED].heard = true;
    assert_string_equal(after(fixture, 1), "leaf not_plugged");
}

static void a_clock_that_is_not_right_waits(void **state)
{
    struct fixture *fixture = *state;

    fixture->sample.view.clock_right = false;
    hear(fixture, SIGNAL_PLUGGED, 0, QUALITY_OK);
    at_noon(fixture);
    assert_string_equal(after(fixture, 60), "");
    fixture->sample.view.clock_right = true;
    assert_string_equal(after(fixture, 1), "leaf not_plugged");
}

static void the_owners_minute_is_local(void **state)
{
    struct fixture *fixture = *state;

    fixture->zone.spans[0].offset_s = 5 * 3600 + 30 * 60;
    fixture->preferences.notices.not_plugged_minute = 17 * 60 + 31;
    hear(fixture, SIGNAL_PLUGGED, 0, QUALITY_OK);
    assert_string_equal(after(fixture, 59), "");
    assert_string_equal(after(fixture, 1), "leaf not_plugged");
}

/* ---- the dongle ---- */

static const char *lose_dongle(struct fixture *fixture)
{
    struct view_car *car = &fixture->sample.cars[0];

    car->link = VIEW_LINK_UP;
    car->presence = PRESENCE_ASLEEP;
    car->garage = TRI_TRUE;
    after(fixture, 1);
    car->link = VIEW_LINK_DOWN;
    car->presence = PRESENCE_UNKNOWN;
    car->garage = TRI_UNKNOWN;
    return after(fixture, 1200);
}

static void a_dongle_is_lost_only_where_silence_says_so(void **state)
{
    struct fixture *fixture = *state;
    struct view_car *car = &fixture->sample.cars[0];

    fixture->config.cars[0].dongle_sleeps = true;
    assert_string_equal(lose_dongle(fixture), "");
    fixture->config.cars[0].dongle_sleeps = false;
    car->generation = 1;
    assert_string_equal(lose_dongle(fixture), "");
    car->generation = 0;
    car->has_half = false;
    assert_string_equal(lose_dongle(fixture), "");
    car->has_half = true;
    car->link_lent = true;
    assert_string_equal(lose_dongle(fixture), "");
    car->link_lent = false;
    assert_string_equal(lose_dongle(fixture), "leaf dongle_lost");
}

/* ---- charges and preferences ---- */

static void a_charge_on_the_card_is_told_once(void **state)
{
    struct fixture *fixture = *state;
    struct diary_charge charge = {.id = 7, .status = DIARY_OPEN, .to_ms = NOON / NS_PER_MS - 60000};

    after(fixture, 1);
    home_notices_take_charge(fixture->notices, 1, &charge);
    assert_string_equal(after(fixture, 1), "");
    charge.status = DIARY_CLOSED;
    home_notices_take_charge(fixture->notices, 1, &charge);
    assert_string_equal(after(fixture, 60), "van charge_finished");
    charge.flags = DIARY_FLAG_GAPS | DIARY_FLAG_INTERRUPTED;
    home_notices_take_charge(fixture->notices, 1, &charge);
    assert_string_equal(after(fixture, 60), "van charge_interrupted");
    assert_int_equal(fixture->sample.cars[1].notice_count, 1);
    charge.to_ms -= 12 * 3600 * INT64_C(1000);
    charge.flags = 0;
    home_notices_take_charge(fixture->notices, 1, &charge);
    assert_string_equal(after(fixture, 60), "");
    charge.to_ms = NOON / NS_PER_MS;
    charge.status = DIARY_INCOMPLETE;
    home_notices_take_charge(fixture->notices, 1, &charge);
    assert_string_equal(after(fixture, 60), "");
}

static void a_charge_found_at_start_is_no_news(void **state)
{
    struct fixture *fixture = *state;
    const struct diary_charge charge = {
        .id = 7, .status = DIARY_CLOSED, .to_ms = NOON / NS_PER_MS - 13 * 3600 * INT64_C(1000)};

    home_notices_take_charge(fixture->notices, 0, &charge);
    assert_string_equal(after(fixture, 60), "");
}

static void a_charge_that_was_found_afterwards_is_no_news(void **state)
{
    struct fixture *fixture = *state;
    const struct diary_charge charge = {
        .id = 7, .status = DIARY_CLOSED, .how = DIARY_INFERRED, .to_ms = NOON / NS_PER_MS};

    home_notices_take_charge(fixture->notices, 0, &charge);
    assert_string_equal(after(fixture, 60), "");
}

static void a_diary_that_fails_leaves_the_defaults(void **state)
{
    struct fixture *fixture = *state;

    fixture->preferences.is_known = false;
    fixture->sample.view.diary_state = "opening";
    hear(fixture, SIGNAL_SOC, 10, QUALITY_OK);
    assert_string_equal(after(fixture, 1), "");
    fixture->sample.view.diary_state = "failed";
    hear(fixture, SIGNAL_SOC, 10, QUALITY_OK);
    assert_string_equal(after(fixture, 1), "leaf soc_low");
}

static void turn_until(struct fixture *fixture, const bool *is_so)
{
    struct err err;

    while (!*is_so)
        assert_int_equal(loop_turn(fixture->loop, 10000, &err), 0);
}

static void keep_answer(void *ctx, const struct store_answer *answer)
{
    struct fixture *fixture = ctx;

    fixture->is_kept = !answer->failed;
}

static void set_preferences(struct fixture *fixture, const char *text)
{
    const struct store_edit edit = {.subject = STORE_ASK_PREFERENCES, .text = strdup(text)};

    fixture->is_kept = false;
    assert_int_equal(store_edit(fixture->store, &edit, keep_answer, fixture), 0);
    turn_until(fixture, &fixture->is_kept);
}

/* What a house that starts now reads from the store. */
static int64_t soc_low_at_start(struct fixture *fixture)
{
    struct home_notices *notices = make_notices(fixture);

    fixture->preferences = preferences_default();
    home_notices_advance(notices, 0, 0);
    turn_until(fixture, &fixture->preferences.is_known);
    home_notices_free(notices);
    return fixture->preferences.notices.soc_low;
}

static void the_preferences_are_read_at_start(void **state)
{
    struct fixture *fixture = *state;

    turn_until(fixture, &fixture->is_open);
    assert_int_equal(soc_low_at_start(fixture), 2000);
    set_preferences(fixture, "{\"notices\":{\"soc_low_percent\":42}}");
    assert_int_equal(soc_low_at_start(fixture), 4200);
    set_preferences(fixture, "{\"made by\":\"a later garaged\"}");
    assert_int_equal(soc_low_at_start(fixture), 2000);
}

#define FIXTURE_TEST(fn) cmocka_unit_test_setup_teardown(fn, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        FIXTURE_TEST(a_notice_stands_in_the_view_while_its_cause_lasts),
        FIXTURE_TEST(what_is_old_or_disputed_counts_as_unknown),
        FIXTURE_TEST(volts_of_a_meter_that_was_never_compared_are_not_believed),
        FIXTURE_TEST(an_old_plug_holds_while_the_car_sleeps),
        FIXTURE_TEST(an_old_plug_does_not_hold_over_a_gap),
        FIXTURE_TEST(a_clock_that_is_not_right_waits),
        FIXTURE_TEST(the_owners_minute_is_local),
        FIXTURE_TEST(a_dongle_is_lost_only_where_silence_says_so),
        FIXTURE_TEST(a_charge_on_the_card_is_told_once),
        FIXTURE_TEST(a_charge_found_at_start_is_no_news),
        FIXTURE_TEST(a_charge_that_was_found_afterwards_is_no_news),
        FIXTURE_TEST(a_diary_that_fails_leaves_the_defaults),
        FIXTURE_TEST(the_preferences_are_read_at_start),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
