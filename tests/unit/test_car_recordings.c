/* What PROVENANCE.md says of the recordings of real cars, checked through ISO-TP, decoder and state. Skipped
 * where ../shared is not there. */
#include "adapter/elm_line.h"
#include "recording.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <jansson.h>
#include <math.h>

#define REPLIES "../shared/recordings/elm/"

struct watch {
    struct recording r;
    double heard_soc, asked_soc; /* the last of each, NAN before */
    double widest;               /* between the two */
    unsigned heard, asked, odometers;
    double odometer[2]; /* 5C5, 743 2101 */
    int64_t first_ns, disputed_ns;
};

static void watch_soc(struct watch *watch, const struct reading *reading, const char *source)
{
    if (strcmp(source, "55B") == 0) {
        watch->heard_soc = reading->known ? reading->value : NAN;
        watch->heard++;
    } else {
        watch->asked_soc = reading->value;
        watch->asked++;
    }
    if (!isnan(watch->heard_soc) && !isnan(watch->asked_soc))
        watch->widest = fmax(watch->widest, fabs(watch->heard_soc - watch->asked_soc));
    if (watch->disputed_ns == TIME_NONE && state_disputed(watch->r.state, SIGNAL_SOC, NULL))
        watch->disputed_ns = reading->time_ns;
}

static void take(void *ctx, const struct reading *reading)
{
    struct watch *watch = ctx;
    const char *source = definition_source(watch->r.definition, reading->source);

    if (watch->first_ns == TIME_NONE)
        watch->first_ns = reading->time_ns;
    if (reading->signal == SIGNAL_SOC)
        watch_soc(watch, reading, source);
    if (reading->signal == SIGNAL_ODOMETER) {
        watch->odometer[strcmp(source, "5C5") != 0] = reading->value;
        watch->odometers++;
    }
}

static void play(struct watch *watch, const char *name)
{
    struct err err = {{0}};

    if (!recording_open(&watch->r, NULL, &err))
        fail_msg("%s", err.text);
    watch->heard_soc = watch->asked_soc = NAN;
    watch->first_ns = watch->disputed_ns = TIME_NONE;
    watch->r.sink = take;
    watch->r.ctx = watch;
    if (!recording_play(&watch->r, name)) {
        recording_close(&watch->r);
        skip();
    }
    assert_int_equal(watch->r.reasons[DECODE_CHECKSUM], 0);
    assert_int_equal(watch->r.reasons[DECODE_LENGTH], 0);
}

static void assert_generation(const struct watch *watch, const char *id)
{
    assert_int_equal(decoder_generation(watch->r.decoder),
                     definition_generation_find(watch->r.definition, id));
}

static void ze0_sources_agree(void **state)
{
    static const char *const names[] = {"ze0-2012-ev-charge-stops-by-itself.log", "ze0-2012-ev-charging.log",
                                        "ze0-2012-ev-leafspy-polling.log", "ze0-2012-ev-start-stop.log"};
    unsigned both = 0;

    (void)state;
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        struct watch watch = {0};
        play(&watch, names[i]);
        assert_true(watch.heard > 0);
        assert_true(watch.widest <= 0.3);
        assert_true(watch.disputed_ns == TIME_NONE);
        assert_generation(&watch, "ZE0");
        both += watch.asked > 0;
        recording_close(&watch.r);
    }
    assert_int_equal(both, 2);
}

static void the_box_in_the_2016_car_is_noticed(void **state)
{
    struct watch watch = {0};
    struct state_dispute dispute;

    (void)state;
    play(&watch, "aze0-2016-car-leafspy-polling.log");
    assert_true(state_disputed(watch.r.state, SIGNAL_SOC, &dispute));
    assert_true(fabs(dispute.value - 51.0) < 0.05);
    assert_true(fabs(dispute.other_value - 29.9) < 0.05);
    assert_int_equal(state_get(watch.r.state, SIGNAL_SOC)->quality, QUALITY_DISPUTED);
    assert_in_range(watch.disputed_ns - watch.first_ns, 5 * NS_PER_S, 20 * NS_PER_S);
    /* Both odometers are there, agree exactly, and their unit was heard before. */
    assert_true(watch.odometers > 200);
    assert_true(watch.odometer[0] == 117568 && watch.odometer[1] == 117568);
    assert_int_equal(state_get(watch.r.state, SIGNAL_ODOMETER)->quality, QUALITY_OK);
    recording_close(&watch.r);
}

static void the_box_in_the_24_kwh_car_is_noticed(void **state)
{
    struct watch watch = {0};
    struct state_dispute dispute;

    (void)state;
    play(&watch, "aze0-24kwh-ev.log");
    assert_true(state_disputed(watch.r.state, SIGNAL_SOC, &dispute));
    assert_true(dispute.value == 0);
    assert_true(fabs(dispute.other_value - 40.3) < 0.05);
    recording_close(&watch.r);
}

static void a_charge_is_seen_to_end(void **state)
{
    struct watch watch = {0};

    (void)state;
    play(&watch, "ze0-2012-ev-charge-stops-by-itself.log");
    assert_true(state_get(watch.r.state, SIGNAL_CHARGING)->value == 0);
    assert_true(state_get(watch.r.state, SIGNAL_CHARGE_STATE)->value == CHARGE_STATE_WAITING);
    recording_close(&watch.r);
    play(&watch, "ze0-2012-ev-charging.log");
    assert_true(state_get(watch.r.state, SIGNAL_CHARGING)->value == 1);
    assert_true(state_get(watch.r.state, SIGNAL_CHARGE_STATE)->value == CHARGE_STATE_CHARGING);
    recording_close(&watch.r);
}

/* One line of a reply file through ISO-TP and decoder. */
static void take_reply(struct recording *r, const json_t *reply)
{
    size_t i;
    json_t *line;

    isotp_reset(r->isotp);
    json_array_foreach(json_object_get(reply, "lines"), i, line)
    {
        const char *text = json_string_value(line);
        struct frame frame;
        assert_int_equal(elm_line_parse(text, strlen(text), false, &frame), ELM_LINE_FRAME);
        frame.time_ns = TIME_NONE;
        recording_frame(r, &frame);
    }
}

struct reply {
    bool volts, soc, capacity;
};

static void keep_reply(void *ctx, const struct reading *reading)
{
    struct reply *reply = ctx;

    assert_true(reading->known || reading->signal >= SIGNAL_VOCABULARY_COUNT ||
                reading->signal == SIGNAL_CHARGE_POWER_LIMIT || reading->signal == SIGNAL_RANGE ||
                (reading->signal >= SIGNAL_TYRE_FL && reading->signal <= SIGNAL_TYRE_RR));
    reply->volts = reply->volts || reading->signal == SIGNAL_PACK_VOLTAGE;
    reply->soc = reply->soc || reading->signal == SIGNAL_SOC;
    reply->capacity = reply->capacity || reading->signal == SIGNAL_PACK_CAPACITY;
}

/* Returns how many answers to 2101 there were. */
static unsigned play_replies(const char *path)
{
    char text[2048];
    struct recording r;
    struct err err = {{0}};
    unsigned count = 0;
    FILE *file = fopen(path, "re");

    if (!file)
        skip();
    if (!recording_open(&r, NULL, &err))
        fail_msg("%s", err.text);
    while (fgets(text, sizeof(text), file)) {
        struct reply seen = {0};
        json_t *reply = json_loads(text, 0, NULL);
        assert_non_null(reply);
        r.sink = keep_reply;
        r.ctx = &seen;
        take_reply(&r, reply);
        if (strcmp(json_string_value(json_object_get(reply, "request")), "2101") == 0) {
            assert_true(seen.volts && seen.soc && seen.capacity);
            count++;
        }
        json_decref(reply);
    }
    assert_int_equal(r.reasons[DECODE_LENGTH] + r.reasons[DECODE_SEQUENCE] + r.reasons[DECODE_RANGE], 0);
    fclose(file);
    recording_close(&r);
    return count;
}

static void every_2101_gives_volts_soc_and_ah(void **state)
{
    (void)state;
    assert_int_equal(play_replies(REPLIES "leaf-2012.jsonl"), 32);
    assert_int_equal(play_replies(REPLIES "leaf-2013.jsonl"), 2);
    assert_int_equal(play_replies(REPLIES "leaf-2018.jsonl"), 14);
    assert_int_equal(play_replies(REPLIES "leaf-2021.jsonl"), 19);
    assert_int_equal(play_replies(REPLIES "leaf-2024.jsonl"), 10);
}

/* When the recorded car proved to be another one than configured. */
struct doubt {
    struct recording r;
    int64_t first_ns, found_ns;
    uint32_t seen;
};

static void look_for_doubt(void *ctx, const struct reading *reading)
{
    struct doubt *doubt = ctx;

    if (doubt->first_ns == TIME_NONE)
        doubt->first_ns = reading->time_ns;
    doubt->seen = decoder_mismatch(doubt->r.decoder);
    if (doubt->seen != 0 && doubt->found_ns == TIME_NONE)
        doubt->found_ns = reading->time_ns;
}

static void play_as(struct doubt *doubt, const char *name, const char *generation)
{
    struct err err = {{0}};

    if (!recording_open(&doubt->r, generation, &err))
        fail_msg("%s", err.text);
    doubt->r.sink = look_for_doubt;
    doubt->r.ctx = doubt;
    doubt->first_ns = doubt->found_ns = TIME_NONE;
    doubt->seen = 0;
    if (!recording_play(&doubt->r, name)) {
        recording_close(&doubt->r);
        skip();
    }
}

/* C16 */
static void a_recording_of_another_generation_is_noticed(void **state)
{
    static const struct {
        const char *name, *truth, *configured;
    } rows[] = {{"ze0-2012-ev-leafspy-polling.log", "ZE0", "AZE0"},
                {"ze0-2012-ev-leafspy-polling.log", "ZE0", "ZE1"},
                {"ze0-2012-ev-charging.log", "ZE0", "eNV200"},
                {"aze0-2016-car-leafspy-polling.log", "AZE0", "ZE0"},
                {"aze0-2016-car-leafspy-polling.log", "AZE0", "ZE1"},
                {"aze0-24kwh-ev.log", "AZE0", "ZE0"}};

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct doubt doubt;
        play_as(&doubt, rows[i].name, rows[i].configured);
        int truth = definition_generation_find(doubt.r.definition, rows[i].truth);
        if (doubt.found_ns == TIME_NONE || !(doubt.seen & UINT32_C(1) << truth))
            fail_msg("%s as %s: %x", rows[i].name, rows[i].configured, doubt.seen);
        assert_true(doubt.found_ns - doubt.first_ns < 60 * NS_PER_S);
        recording_close(&doubt.r);
        play_as(&doubt, rows[i].name, rows[i].truth);
        assert_true(doubt.found_ns == TIME_NONE);
        recording_close(&doubt.r);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ze0_sources_agree),
        cmocka_unit_test(the_box_in_the_2016_car_is_noticed),
        cmocka_unit_test(the_box_in_the_24_kwh_car_is_noticed),
        cmocka_unit_test(a_recording_of_another_generation_is_noticed),
        cmocka_unit_test(a_charge_is_seen_to_end),
        cmocka_unit_test(every_2101_gives_volts_soc_and_ah),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
