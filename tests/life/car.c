/* Real cars repeat each frame several times a second; here that is thinned to what changes what is kept: once
 * a second while somebody sits in it, every few seconds while it charges or falls asleep. */
#include "car.h"

#include "../simulator/broadcast.h"

#include "util/core/time.h"

#define ROUND_NS       NS_PER_S
#define QUIET_ROUND_NS (5 * NS_PER_S)
#define WAKING_S       10 /* so long it speaks as if somebody sat in it */

void car_init(struct car *car, const struct sim_variant *variant, uint64_t seed)
{
    *car = (struct car){.round_ns = TIME_NONE};
    sim_model_init(&car->model, variant, seed);
    sim_ecus_init(&car->ecus, &car->model);
}

static bool broadcasts(const struct car *car)
{
    return car->model.alive && car->model.variant->mask & SIM_PRE_ZE1;
}

/* It woke up or fell silent. */
static void follow(struct car *car)
{
    if (!car->model.alive && sim_ecus_next(&car->ecus) != TIME_NONE)
        sim_ecus_stop(&car->ecus);
    if (!broadcasts(car))
        car->round_ns = TIME_NONE;
    else if (car->round_ns == TIME_NONE)
        car->round_ns = car->now_ns;
}

void car_advance(struct car *car, int64_t now_ns)
{
    car->now_ns = now_ns;
    sim_model_advance(&car->model, now_ns / NS_PER_S);
    follow(car);
}

void car_act(struct car *car, enum sim_action action, double value)
{
    sim_model_act(&car->model, action, value);
    follow(car);
    if (car->round_ns != TIME_NONE)
        car->round_ns = car->now_ns;
}

static int64_t round_length_ns(const struct car *car)
{
    const struct sim_model *model = &car->model;
    bool occupied = model->state == SIM_ON || model->state == SIM_DRIVING;

    if (car->is_chatty || occupied || model->second - model->state_since < WAKING_S)
        return ROUND_NS;
    return QUIET_ROUND_NS;
}

int64_t car_next(const struct car *car)
{
    int64_t answer_ns = sim_ecus_next(&car->ecus);

    if (answer_ns == TIME_NONE || (car->round_ns != TIME_NONE && car->round_ns < answer_ns))
        return car->round_ns;
    return answer_ns;
}

static void say_round(struct car *car, const uint16_t *ids, size_t count, car_frame_fn *fn, void *ctx)
{
    struct sim_frame frame;

    for (size_t i = 0; i < count; i++)
        if (sim_broadcast_encode(&car->model, ids[i], car->rounds, &frame)) {
            frame.time_ns = car->now_ns;
            fn(ctx, &frame);
        }
    car->rounds++;
    car->round_ns = car->now_ns + round_length_ns(car);
}

void car_say(struct car *car, const uint16_t *ids, size_t count, car_frame_fn *fn, void *ctx)
{
    struct sim_frame frame;

    if (car->round_ns != TIME_NONE && car->round_ns <= car->now_ns)
        say_round(car, ids, count, fn, ctx);
    for (;;) {
        int64_t answer_ns = sim_ecus_next(&car->ecus);
        if (answer_ns == TIME_NONE || answer_ns > car->now_ns)
            return;
        if (sim_ecus_take(&car->ecus, &frame))
            fn(ctx, &frame);
    }
}

void car_ask(struct car *car, const struct sim_frame *frame)
{
    sim_ecus_receive(&car->ecus, frame, car->now_ns);
}
