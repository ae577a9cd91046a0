/* One thing at a time: read the tariffs, have the diary reckoned, look at what the view shows. What is asked
 * for meanwhile is done once more afterwards; what can't be done now is tried again. Knows no price. */
#include "home_tariffs.h"

#include "config.h"
#include "diary/store/pricing.h"
#include "export/json_tariffs.h"
#include "util/core/time.h"
#include "util/log.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define RETRY_NS (30 * NS_PER_S)

/* The charge that the view shows last is to be looked at again. */
struct look {
    struct home_tariffs *house;
    size_t car;
    bool is_wanted;
};

struct home_tariffs {
    struct store *store;
    const struct view *view;
    struct home_tariffs_events events;
    void *ctx;
    struct tariffs tariffs;
    bool is_known; /* what is on the card was read, and can be */
    bool wants_tariffs, wants_pricing;
    struct look looks[CONFIG_CAR_MAX];
    bool is_reading, is_pricing;
    bool has_failed; /* the last reckoning */
    int64_t now_ns, retry_ns; /* CLOCK_BOOTTIME */
    struct log_repeat failed;
};

static void push_on(struct home_tariffs *house);

static void put_off(struct home_tariffs *house)
{
    house->retry_ns = house->now_ns + RETRY_NS;
}

/* ---- the tariffs ---- */

/* Unreadable ones price nothing, and unprice nothing: the bills stand until there are others. */
static void take_text(struct home_tariffs *house, const char *text)
{
    struct err err;

    house->is_known = json_tariffs_read(text, strlen(text), &house->tariffs, &err) == 0;
    if (!house->is_known)
        log_warning("diary", "the tariffs can't be read, bills stay as they are: %s", err.text);
}

static void tariffs_came(void *ctx, const struct store_answer *answer)
{
    struct home_tariffs *house = ctx;

    house->is_reading = false;
    if (answer->failed) {
        house->wants_tariffs = true;
        put_off(house);
        return;
    }
    house->is_known = true;
    house->tariffs.count = 0;
    if (answer->count > 0)
        take_text(house, answer->items);
    house->wants_pricing = house->is_known;
    push_on(house);
}

static void read_tariffs(struct home_tariffs *house)
{
    const struct store_question question = {.subject = STORE_ASK_TARIFFS, .limit = 1, .is_house = true};

    house->is_reading = store_ask(house->store, &question, tariffs_came, house) == 0;
    house->wants_tariffs = !house->is_reading;
}

/* ---- the bills ---- */

/* Of a card in trouble the store tells, soon after: said is what fails twice on a card that is well. */
static void complain(struct home_tariffs *house, const char *why)
{
    if (house->has_failed && strcmp(house->view->diary_state, "ok") == 0)
        log_repeated(&house->failed, house->now_ns, LOG_LEVEL_WARNING, "diary",
                     "what charges cost can't be reckoned now: %s", why);
}

static void pricing_ended(void *ctx, const struct work *work, const char *why)
{
    struct home_tariffs *house = ctx;

    house->is_pricing = false;
    for (size_t i = 0; i < house->view->car_count; i++)
        house->looks[i].is_wanted |= why || pricing_changed(work) > 0;
    if (why) {
        complain(house, why);
        house->wants_pricing = true;
        put_off(house);
    }
    house->has_failed = why != NULL;
    push_on(house);
}

static void begin_pricing(struct home_tariffs *house)
{
    static const struct work_events events = {.ended = pricing_ended};
    struct work *work = pricing_new(&house->tariffs);

    house->is_pricing = work && store_begin_work(house->store, work, &events, house) == 0;
    house->wants_pricing = !house->is_pricing;
}

/* ---- what is shown ---- */

static bool is_other_bill(const struct diary_charge *a, const struct diary_charge *b)
{
    return a->cost_m != b->cost_m || a->cost_max_m != b->cost_max_m ||
           strcmp(a->cost_from, b->cost_from) != 0 || strcmp(a->currency, b->currency) != 0;
}

static void charge_came(void *ctx, const struct store_answer *answer)
{
    struct look *look = ctx;
    const struct view_car *car = &look->house->view->cars[look->car];
    struct diary_entry entry = {.kind = DIARY_CHARGE};

    look->is_wanted = answer->failed;
    if (answer->count == 0)
        return;
    entry.charge = *(const struct diary_charge *)answer->items;
    snprintf(entry.car, sizeof(entry.car), "%s", car->id);
    if (entry.charge.id == car->last_charge.id && is_other_bill(&entry.charge, &car->last_charge))
        look->house->events.priced(look->house->ctx, &entry);
}

static void ask_for_charge(struct look *look)
{
    const struct view_car *car = &look->house->view->cars[look->car];
    struct store_question question = {
        .subject = STORE_ASK_CHARGE, .id = car->last_charge.id, .limit = 1, .is_house = true};

    snprintf(question.car, sizeof(question.car), "%s", car->id);
    if (!car->has_last_charge || store_ask(look->house->store, &question, charge_came, look) == 0)
        look->is_wanted = false;
}

/* ---- the order of things ---- */

static void push_on(struct home_tariffs *house)
{
    if (house->now_ns < house->retry_ns || house->is_reading || house->is_pricing)
        return;
    if (house->wants_tariffs)
        read_tariffs(house);
    else if (house->wants_pricing && house->is_known)
        begin_pricing(house);
    for (size_t i = 0; i < house->view->car_count && !house->is_pricing; i++)
        if (house->looks[i].is_wanted)
            ask_for_charge(&house->looks[i]);
}

void home_tariffs_changed(struct home_tariffs *house)
{
    house->wants_tariffs = true;
    push_on(house);
}

/* Only what is over has a bill. */
void home_tariffs_take(struct home_tariffs *house, const struct diary_entry *entry)
{
    if (entry->kind != DIARY_CHARGE || entry->charge.status == DIARY_OPEN)
        return;
    house->wants_pricing = true;
    push_on(house);
}

void home_tariffs_advance(struct home_tariffs *house, int64_t boot_ns)
{
    house->now_ns = boot_ns;
    push_on(house);
}

/* ---- the object ---- */

struct home_tariffs *home_tariffs_new(struct store *store, const struct view *view,
                                      const struct home_tariffs_events *events, void *ctx)
{
    struct home_tariffs *house = calloc(1, sizeof(*house));

    if (!house)
        return NULL;
    house->store = store;
    house->view = view;
    house->events = *events;
    house->ctx = ctx;
    house->wants_tariffs = true;
    for (size_t i = 0; i < CONFIG_CAR_MAX; i++)
        house->looks[i] = (struct look){.house = house, .car = i};
    return house;
}

void home_tariffs_free(struct home_tariffs *house)
{
    if (!house)
        return;
    store_end_work(house->store, house);
    store_forget(house->store, house);
    for (size_t i = 0; i < CONFIG_CAR_MAX; i++)
        store_forget(house->store, &house->looks[i]);
    free(house);
}
