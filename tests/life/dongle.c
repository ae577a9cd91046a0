/* Every few hours something breaks, for seconds or minutes. Left out is what no dongle does, that the car
 * itself says what is not true. */
#include "dongle.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#define FAULT_EVERY_S 10800 /* at most */
#define FAULT_LONG_S  1200
#define FAULT_SHORT_S 60

static size_t fault_kinds(void)
{
    size_t count = 0;

    while (sim_fault_about(count))
        count++;
    return count;
}

static bool is_left_out(const struct sim_fault_about *about)
{
    return about->spoils_values || about->place == SIM_FAULT_IN_ANSWERS || about->place == SIM_FAULT_IN_BUS;
}

static void begin_fault(struct dongle *dongle)
{
    const struct sim_fault_about *about =
        sim_fault_about(sim_random_below(&dongle->random, (unsigned)fault_kinds()));
    bool is_long = sim_random_chance(&dongle->random, 20);
    unsigned lasts_s = 1 + sim_random_below(&dongle->random, is_long ? FAULT_LONG_S : FAULT_SHORT_S);
    char text[SIM_FAULT_TEXT_MAX];
    struct err err;

    if (is_left_out(about))
        return;
    snprintf(text, sizeof(text), "%s@0+%u", about->name, lasts_s);
    if (sim_break(dongle->life->sim, text, dongle->life->now_ns, &err) != 0)
        fail_msg("%s", err.text);
    int64_t from_ns = dongle->life->now_ns - dongle->life->start_ns;
    if (dongle->faults < DONGLE_SPANS_MAX)
        dongle->spans[dongle->faults] = (struct dongle_span){from_ns, from_ns + lasts_s * NS_PER_S};
    dongle->faults++;
}

static void run(void *ctx, int64_t elapsed_ns)
{
    struct dongle *dongle = ctx;
    struct life *life = dongle->life;

    if (dongle->is_faulty && elapsed_ns >= dongle->fault_ns) {
        begin_fault(dongle);
        dongle->fault_ns = elapsed_ns + (60 + sim_random_below(&dongle->random, FAULT_EVERY_S)) * NS_PER_S;
    }
    life_run_until(life, life->start_ns + elapsed_ns);
}

static void act(void *ctx, enum sim_action action, double value)
{
    struct dongle *dongle = ctx;

    life_act(dongle->life, action, value);
}

static bool is_up(void *ctx)
{
    const struct dongle *dongle = ctx;

    return dongle->life->contact.up;
}

struct dongle *dongle_new(const char *car, const char *adapter, uint64_t seed, bool is_faulty)
{
    const struct life_options options = {.car = car, .adapter = adapter, .seed = seed};
    struct dongle *dongle = calloc(1, sizeof(*dongle));

    assert_non_null(dongle);
    sim_random_init(&dongle->random, seed + 2);
    dongle->is_faulty = is_faulty;
    dongle->fault_ns = 600 * NS_PER_S;
    dongle->life = life_new(&options);
    dongle->as_seen = (struct garage_dongle){
        .ctx = dongle,
        .model = (struct sim_model *)life_model(dongle->life), /* who lives for long makes it older */
        .core = dongle->life->core,
        .begin_ns = dongle->life->start_ns,
        .run = run,
        .act = act,
        .is_up = is_up,
    };
    return dongle;
}

bool dongle_was_faulty(const struct dongle *dongle, int64_t from_ns, int64_t to_ns)
{
    for (size_t i = 0; i < dongle->faults && i < DONGLE_SPANS_MAX; i++)
        if (dongle->spans[i].from_ns <= to_ns && dongle->spans[i].to_ns >= from_ns)
            return true;
    return false;
}

void dongle_free(struct dongle *dongle)
{
    life_free(dongle->life);
    free(dongle);
}
