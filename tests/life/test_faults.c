/* Episodes in which the dongle, its line and its plug misbehave at random moments, each from one seed. What
 * must hold, judged by the simulator's own records:
 * - what the core believes of the car was so (witness.h);
 * - no frame but those of DESIGN 5.6, none to a sleeping car, at most eight a second, 100 ms between two to
 * one ECU;
 * - the link is up within 10 s of the last fault's end when the trouble lasted less than ten minutes, within
 *   60 s after longer ones, and stays up.
 * LIFE_EPISODES=10000 lives more of them, LIFE_SEED=17 begins with that one. */
#include "life.h"
#include "witness.h"

#include "../simulator/adapters.h"
#include "../simulator/random.h"

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define EPISODES_DEFAULT 400
#define FAULTS_MAX       3
#define SHORT_OUTAGE_S   600
#define SHORT_LIMIT_S    10
#define LONG_LIMIT_S     60
#define AFTERWARDS_S     60
#define COUNT(array)     (sizeof(array) / sizeof((array)[0]))

static const char *const cars[] = {"ze0-24", "aze0-24", "aze0-30", "ze1-40", "env200-40"};

/* Cannot link, or not reliably: judged for the frames that they send and for what is believed. */
static const char *const crippled[] = {"clone-freezes", "obdsim", "sleeps", "char-by-char"};

struct episode {
    uint64_t seed;
    struct sim_random random;
    const char *car, *adapter;
    char texts[FAULTS_MAX][48];
    const char *faults[FAULTS_MAX];
    size_t fault_count;
    bool lies;             /* the car itself says what is not true */
    bool loses;            /* bytes towards the dongle */
    bool echoes_late;      /* the dongle: the first byte lost is noticed when the line has run */
    bool is_crippled;      /* the dongle */
    bool crowded;          /* another tester's first frames make the dongle send flow control by itself */
    double begin_s, end_s; /* of all trouble */
    struct life *life;
    struct witness witness;
    unsigned complaints;
};

__attribute__((format(printf, 2, 3))) static void complain(struct episode *episode, const char *format, ...)
{
    va_list arguments;

    fprintf(stderr, "episode %" PRIu64 " (%s, %s", episode->seed, episode->car, episode->adapter);
    for (size_t i = 0; i < episode->fault_count; i++)
        fprintf(stderr, ", %s", episode->faults[i]);
    fputs("): ", stderr);
    va_start(arguments, format);
    vfprintf(stderr, format, arguments);
    fputc('\n', stderr);
    va_end(arguments);
    episode->complaints++;
}

/* ---- what is to happen ---- */

static double between(struct episode *episode, double low, double high)
{
    return low + (high - low) * sim_random_below(&episode->random, 100001) / 100000.0;
}

/* Mostly seconds, now and then a quarter of an hour. */
static double duration(struct episode *episode)
{
    if (sim_random_chance(&episode->random, 4))
        return between(episode, 60, 900);
    return sim_random_chance(&episode->random, 30) ? between(episode, 0.01, 2) : between(episode, 2, 60);
}

static size_t fault_kinds(void)
{
    size_t count = 0;

    while (sim_fault_name(count))
        count++;
    return count;
}

static void plan_fault(struct episode *episode)
{
    size_t index = episode->fault_count++;
    const struct sim_fault_about *fault =
        sim_fault_about(sim_random_below(&episode->random, (unsigned)fault_kinds()));
    double from_s = between(episode, 0, 60);
    double lasts_s = duration(episode);

    snprintf(episode->texts[index], sizeof(episode->texts[index]), "%s@%.3f+%.3f", fault->name, from_s,
             lasts_s);
    episode->faults[index] = episode->texts[index];
    episode->lies |= fault->spoils_values;
    episode->crowded |= strcmp(fault->name, "second-tester") == 0;
    episode->loses |= strncmp(fault->name, "deaf", 4) == 0;
    episode->begin_s = index == 0 || from_s < episode->begin_s ? from_s : episode->begin_s;
    episode->end_s = from_s + lasts_s > episode->end_s ? from_s + lasts_s : episode->end_s;
}

/* The plain one in two of three. */
static void plan_adapter(struct episode *episode)
{
    size_t count = 0;

    while (sim_adapter_at(count))
        count++;
    const struct sim_adapter *adapter = sim_adapter_at(
        sim_random_chance(&episode->random, 66) ? 0 : sim_random_below(&episode->random, (unsigned)count));
    episode->adapter = adapter->name;
    episode->echoes_late = adapter->ways & SIM_WAY_ECHOES_LATE;
    for (size_t i = 0; i < COUNT(crippled); i++)
        episode->is_crippled |= strcmp(crippled[i], adapter->name) == 0;
}

static void plan(struct episode *episode, uint64_t seed)
{
    *episode = (struct episode){.seed = seed};
    sim_random_init(&episode->random, seed);
    episode->car = cars[seed % COUNT(cars)];
    plan_adapter(episode);
    for (unsigned n = 1 + sim_random_below(&episode->random, FAULTS_MAX); n > 0; n--)
        plan_fault(episode);
}

/* ---- living it ---- */

static void look(void *ctx)
{
    struct episode *episode = ctx;
    struct life *life = episode->life;

    witness_look(&episode->witness, life_model(life), life->now_ns);
    witness_judge(&episode->witness, probe_core_state(life->core), life->now_ns);
}

static void act(struct episode *episode)
{
    static const struct {
        enum sim_action action;
        double value;
    } deeds[] = {{SIM_ACT_ON, 0},     {SIM_ACT_ON, 0},     {SIM_ACT_DRIVE, 30}, {SIM_ACT_CHARGE, 3.3},
                 {SIM_ACT_CHARGE, 6}, {SIM_ACT_AWAKE, 0},  {SIM_ACT_ASLEEP, 0}, {SIM_ACT_UNPLUG, 0},
                 {SIM_ACT_DRIVE, 2},  {SIM_ACT_CHARGE, 44}};
    unsigned deed = sim_random_below(&episode->random, COUNT(deeds));

    life_act(episode->life, deeds[deed].action, deeds[deed].value);
    witness_see(&episode->witness, life_model(episode->life), episode->life->now_ns);
}

/* Does something every now and then. */
static void live_until(struct episode *episode, double end_s)
{
    double left_s;

    while ((left_s = end_s - life_seconds(episode->life)) > 0.001) {
        double step_s = between(episode, 5, 60);
        life_run(episode->life, step_s < left_s ? step_s : left_s);
        if (step_s < left_s)
            act(episode);
    }
}

static void check_recovery(struct episode *episode)
{
    struct life *life = episode->life;
    bool was_short = episode->end_s - episode->begin_s < SHORT_OUTAGE_S;
    double limit_s = was_short ? SHORT_LIMIT_S : LONG_LIMIT_S;

    life_run(life, episode->end_s + limit_s - life_seconds(life));
    bool was_up = life->contact.up;
    unsigned ups = life->ups;
    live_until(episode, episode->end_s + limit_s + AFTERWARDS_S);
    if (episode->is_crippled)
        return;
    if (!was_up)
        complain(episode, "the link is not up %g s after the end, but %g s", limit_s,
                 life->contact.up ? (double)(life->up_ns - life->start_ns) / 1e9 - episode->end_s : -1.0);
    else if (!life->contact.up || life->ups != ups)
        complain(episode, "the link that had recovered went down again");
}

static void check_manners(struct episode *episode)
{
    const struct life *life = episode->life;
    bool mishears = episode->loses && episode->echoes_late;

    if (life->sent != sim_truth(life->sim).frames_sent)
        complain(episode, "%u frames counted, %" PRIu64 " sent", life->sent,
                 sim_truth(life->sim).frames_sent);
    if (life->not_allowed > 0 && !episode->crowded && !mishears)
        complain(episode, "%u frames that nothing allows", life->not_allowed);
    if (life->to_sleeper > 0 && !mishears)
        complain(episode, "%u frames to a sleeping car", life->to_sleeper);
    if ((life->too_fast > 0 && !episode->crowded && !mishears) || life->too_close > 0)
        complain(episode, "%u frames too many in a second, %u too soon", life->too_fast, life->too_close);
}

static void live(struct episode *episode, const struct definition *definition)
{
    const struct life_options options = {.car = episode->car,
                                         .adapter = episode->adapter,
                                         .seed = episode->seed + 1,
                                         .faults = episode->faults,
                                         .fault_count = episode->fault_count,
                                         .charging_heard = sim_random_chance(&episode->random, 70),
                                         .definition = definition,
                                         .hint = sim_random_chance(&episode->random, 30),
                                         .look = look,
                                         .ctx = episode};

    witness_init(&episode->witness);
    episode->life = life_new(&options);
    if (sim_random_chance(&episode->random, 80))
        act(episode);
    live_until(episode, episode->end_s);
    check_recovery(episode);
    check_manners(episode);
    if (episode->witness.wrong > 0 && !episode->lies)
        complain(episode, "%u wrong readings, first %s", episode->witness.wrong, episode->witness.first);
    life_free(episode->life);
}

static unsigned long number_from(const char *name, unsigned long otherwise)
{
    const char *text = getenv(name);

    return text ? strtoul(text, NULL, 10) : otherwise;
}

static void nothing_wrong_is_believed_and_the_link_recovers(void **state)
{
    (void)state;
    unsigned long episodes = number_from("LIFE_EPISODES", EPISODES_DEFAULT);
    unsigned long first = number_from("LIFE_SEED", 1);
    struct episode *episode = calloc(1, sizeof(*episode));
    struct err err;
    struct definition *definition = definition_load("config/vehicles/nissan-leaf.conf", &err);
    unsigned complaints = 0;
    uint64_t readings = 0;

    assert_non_null(episode);
    if (!definition)
        fail_msg("%s", err.text);
    for (unsigned long i = 0; i < episodes; i++) {
        plan(episode, first + i);
        live(episode, definition);
        complaints += episode->complaints;
        readings += episode->witness.readings;
    }
    print_message("%lu episodes, %" PRIu64 " readings compared, %u complaints\n", episodes, readings,
                  complaints);
    if (getenv("LIFE_WORST"))
        witness_print(&episode->witness);
    free(episode);
    definition_free(definition);
    assert_int_equal(complaints, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_wrong_is_believed_and_the_link_recovers),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
