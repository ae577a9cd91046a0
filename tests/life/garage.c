/* The clock: from one thing that is due to the next. While nothing lives it goes by whole minutes, which is
 * what the daemon's own slow ticks and the model's sleep make no difference to. */
#include "garage.h"

#include "util/core/time.h"

#define FIND_NS       (15 * NS_PER_S) /* a dongle that comes into reach is found */
#define VOLTS_NS      (10 * NS_PER_S)
#define LIVE_TICK_NS  NS_PER_S
#define QUIET_TICK_NS (5 * NS_PER_S) /* it charges, or falls asleep */
#define SLOW_TICK_NS  (10 * NS_PER_S)
#define REST_TICK_NS  NS_PER_MIN
#define SETTLED_NS    (12 * NS_PER_MIN) /* after so long nothing follows from what changed: PRESENCE_GONE_NS */

static void ask(void *ctx, const struct sim_frame *frame)
{
    struct garage *garage = ctx;

    car_ask(&garage->car, frame);
}

void garage_init(struct garage *garage, const struct sim_variant *variant, uint64_t seed,
                 const struct pi_settings *settings, int64_t utc_ns)
{
    *garage = (struct garage){.pi_settings = *settings,
                              .begin_utc_ns = utc_ns,
                              .utc_ns = utc_ns,
                              .settled_ns = utc_ns,
                              .tick_ns = utc_ns,
                              .volts_ns = utc_ns,
                              .found_ns = TIME_NONE};
    garage->pi_settings.ask = ask;
    garage->pi_settings.ctx = garage;
    car_init(&garage->car, variant, seed);
}

void garage_set_behind(struct garage *garage, const struct garage_dongle *dongle)
{
    garage->dongle = dongle;
    garage->pi_settings.core = dongle->core;
    garage->pi_settings.core_zero_ns = garage->utc_ns - dongle->begin_ns;
}

struct sim_model *garage_model(struct garage *garage)
{
    return garage->dongle ? garage->dongle->model : &garage->car.model;
}

/* ---- contact ---- */

static void set_contact(struct garage *garage, bool is_in_contact)
{
    garage->is_in_contact = is_in_contact;
    garage->found_ns = TIME_NONE;
    garage->settled_ns = garage->utc_ns;
    garage->tick_ns = garage->utc_ns;
    if (garage->pi)
        pi_set_contact(garage->pi, is_in_contact);
}

static void follow_contact(struct garage *garage)
{
    if (garage->dongle && garage->dongle->is_up(garage->dongle->ctx) != garage->is_in_contact)
        set_contact(garage, !garage->is_in_contact);
    if (garage->dongle)
        return;
    bool is_there = !garage->car.model.away && !garage->is_unplugged;

    if (!is_there && (garage->is_in_contact || garage->found_ns != TIME_NONE))
        set_contact(garage, false);
    else if (is_there && !garage->is_in_contact && garage->found_ns == TIME_NONE)
        garage->found_ns = garage->utc_ns + FIND_NS;
    else if (garage->found_ns != TIME_NONE && garage->utc_ns >= garage->found_ns)
        set_contact(garage, true);
}

static void follow_life(struct garage *garage)
{
    if (garage_model(garage)->alive == garage->was_alive)
        return;
    garage->was_alive = garage_model(garage)->alive;
    garage->settled_ns = garage->utc_ns;
    garage->tick_ns = garage->utc_ns;
}

/* ---- what is due ---- */

static void hear(void *ctx, const struct sim_frame *frame)
{
    struct garage *garage = ctx;

    if (garage->pi && garage->is_in_contact)
        pi_take_frame(garage->pi, frame);
}

static int64_t tick_length_ns(const struct garage *garage)
{
    if (garage->dongle)
        return garage->dongle->model->alive ? LIVE_TICK_NS : SLOW_TICK_NS;
    enum sim_state state = garage->car.model.state;
    bool is_heard = garage->is_in_contact && garage->car.model.alive;

    if (is_heard)
        return garage->car.is_chatty || state == SIM_ON || state == SIM_DRIVING ? LIVE_TICK_NS
                                                                                : QUIET_TICK_NS;
    return garage->utc_ns - garage->settled_ns < SETTLED_NS ? SLOW_TICK_NS : REST_TICK_NS;
}

static int tick(struct garage *garage, struct err *err)
{
    garage->tick_ns = garage->utc_ns + tick_length_ns(garage);
    if (garage->is_in_contact && !garage->dongle && garage->utc_ns >= garage->volts_ns) {
        pi_take_volts(garage->pi, garage->car.model.supply.volts);
        garage->volts_ns = garage->utc_ns + VOLTS_NS;
    }
    pi_advance(garage->pi);
    return pi_tick(garage->pi, err);
}

static int do_what_is_due(struct garage *garage, struct err *err)
{
    size_t count;

    if (garage->pi)
        pi_set_time(garage->pi, garage->utc_ns);
    follow_contact(garage);
    follow_life(garage);
    if (!garage->pi)
        return 0;
    if (garage->dongle)
        return garage->utc_ns >= garage->tick_ns ? tick(garage, err) : 0;
    const uint16_t *ids = pi_hears(garage->pi, &count);
    if (garage->is_in_contact)
        car_say(&garage->car, ids, count, hear, garage);
    if (garage->car.model.alive && pi_deadline(garage->pi) <= garage->utc_ns)
        pi_advance(garage->pi);
    return garage->utc_ns >= garage->tick_ns ? tick(garage, err) : 0;
}

static int64_t earlier(int64_t a_ns, int64_t b_ns)
{
    if (a_ns == TIME_NONE || b_ns == TIME_NONE)
        return a_ns == TIME_NONE ? b_ns : a_ns;
    return a_ns < b_ns ? a_ns : b_ns;
}

static int64_t next_ns(const struct garage *garage, int64_t end_ns)
{
    int64_t next = earlier(end_ns, garage->found_ns);

    if (garage->pi)
        next = earlier(next, garage->tick_ns);
    if (garage->pi && !garage->dongle) {
        if (garage->is_in_contact && car_next(&garage->car) != TIME_NONE)
            next = earlier(next, car_next(&garage->car) + garage->begin_utc_ns);
        if (garage->is_in_contact && garage->car.model.alive)
            next = earlier(next, pi_deadline(garage->pi));
    }
    return next > garage->utc_ns ? next : garage->utc_ns;
}

int garage_run(struct garage *garage, int64_t utc_ns, struct err *err)
{
    for (;;) {
        if (do_what_is_due(garage, err) != 0)
            return -1;
        if (garage->utc_ns >= utc_ns)
            return 0;
        garage->utc_ns = next_ns(garage, utc_ns);
        if (garage->dongle)
            garage->dongle->run(garage->dongle->ctx, garage->utc_ns - garage->begin_utc_ns);
        else
            car_advance(&garage->car, garage->utc_ns - garage->begin_utc_ns);
    }
}

/* ---- what happens ---- */

void garage_act(struct garage *garage, enum sim_action action, double value)
{
    if (garage->dongle)
        garage->dongle->act(garage->dongle->ctx, action, value);
    else
        car_act(&garage->car, action, value);
    garage->settled_ns = garage->utc_ns;
    garage->tick_ns = garage->utc_ns;
}

void garage_hear_wall(struct garage *garage, bool is_power, int64_t value)
{
    if (!garage->pi)
        return;
    pi_set_time(garage->pi, garage->utc_ns);
    pi_take_wall(garage->pi, is_power, value);
}

int garage_switch_on(struct garage *garage, bool clock_is_right, struct err *err)
{
    garage->pi = pi_new(&garage->pi_settings, garage->utc_ns, err);
    if (!garage->pi)
        return -1;
    pi_set_clock(garage->pi, clock_is_right);
    set_contact(garage, false);
    return 0;
}

void garage_switch_off(struct garage *garage)
{
    pi_free(garage->pi);
    garage->pi = NULL;
    garage->is_in_contact = false;
    garage->found_ns = TIME_NONE;
}

void garage_set_dongle(struct garage *garage, bool is_in)
{
    garage->is_unplugged = !is_in;
}
