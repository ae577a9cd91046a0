/* Gathers evidence; only what is fresh counts. Decides nothing about notices (plan/notices does) and sends
 * nothing itself. */
#include "home_notices.h"

#include "util/core/time.h"
#include "util/log.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define UNKNOWN    INT64_MIN
#define NS_PER_DAY (24 * NS_PER_H)
#define NEWS_MS    (12 * 3600 * INT64_C(1000))

struct car_notices {
    struct home_notices *house;
    size_t index;
    struct notices *notices;
    int64_t finished_ms, interrupted_ms; /* when a charge ended; UNKNOWN: none since the last look */
};

struct home_notices {
    struct home_notices_parts parts;
    struct home_notices_events events;
    void *ctx;
    struct car_notices cars[CONFIG_CAR_MAX];
    int64_t boot_ns, utc_minus_boot_ns;
    bool is_asking; /* for the preferences */
};

/* ---- evidence ---- */

static const struct state_value *known_value(const struct view_car *car, size_t signal)
{
    const struct state_value *value = &car->values[signal];

    return value->heard && value->known && value->quality != QUALITY_DISPUTED ? value : NULL;
}

static const struct state_value *fresh_value(const struct view_car *car, size_t signal)
{
    const struct state_value *value = known_value(car, signal);

    return value && value->quality != QUALITY_OLD ? value : NULL;
}

static enum tri tri_of(const struct state_value *value)
{
    if (!value)
        return TRI_UNKNOWN;
    return value->value != 0 ? TRI_TRUE : TRI_FALSE;
}

/* Whether its silence says that the car is asleep or gone: it would have been heard before. */
static bool is_heard_waking(const struct view_car *car)
{
    if (car->generation == DEFINITION_GENERATION_AUTO)
        return false;
    return definition_generation(car->definition, (size_t)car->generation)->broadcasts;
}

/* An old value holds while the car sleeps within reach: plugging in wakes it, which would have been heard. */
static enum tri judge_plugged(const struct view_car *car)
{
    const struct state_value *value = known_value(car, SIGNAL_PLUGGED);
    bool has_slept = value && car->presence == PRESENCE_ASLEEP && car->link == VIEW_LINK_UP &&
                     car->link_since_boot_ns <= value->time_ns && is_heard_waking(car);

    return has_slept ? tri_of(value) : tri_of(fresh_value(car, SIGNAL_PLUGGED));
}

/* A dongle that sleeps or is lent, or one that may have left with a car that nobody heard waking, is not
 * lost. */
static enum tri judge_reachable(const struct view_car *car, const struct config_car *config)
{
    if (car->link == VIEW_LINK_UP)
        return TRI_TRUE;
    bool would_say =
        car->has_half && car->link == VIEW_LINK_DOWN && !car->link_lent && !config->dongle_sleeps;

    return would_say && is_heard_waking(car) ? TRI_FALSE : TRI_UNKNOWN;
}

static int64_t judge_soc(const struct view_car *car)
{
    const struct state_value *value = fresh_value(car, view_soc_signal(car));

    return value ? llround(value->value * 100) : UNKNOWN;
}

/* A voltmeter that was never compared with the car's is not believed: it may be 0.3 V off. */
static void add_aux(struct notice_evidence *evidence, const struct view_car *car)
{
    const struct state_value *value = fresh_value(car, SIGNAL_AUX_VOLTAGE);

    evidence->aux_mv = UNKNOWN;
    evidence->aux_at_rest = car->presence == PRESENCE_ASLEEP;
    if (!value || value->quality == QUALITY_ASSUMED)
        return;
    evidence->aux_mv = llround(value->value * 1000);
    evidence->aux_boot_ns = value->time_ns;
}

static void add_local_time(struct notice_evidence *evidence, const struct home_notices *house)
{
    int64_t utc_ns = house->boot_ns + house->utc_minus_boot_ns;
    int64_t local_ns = utc_ns + zone_offset_s(house->parts.zone, utc_ns) * NS_PER_S;

    evidence->minute_of_day = -1;
    if (!house->parts.view->clock_right)
        return;
    evidence->minute_of_day = (int)(local_ns % NS_PER_DAY / NS_PER_MIN);
    evidence->day = zone_day_of(house->parts.zone, utc_ns);
}

/* What is found after a long time off is none. */
static bool is_news(const struct home_notices *house, int64_t ended_ms)
{
    int64_t now_ms = (house->boot_ns + house->utc_minus_boot_ns) / NS_PER_MS;

    return ended_ms != UNKNOWN && now_ms - ended_ms < NEWS_MS;
}

static struct notice_evidence gather(const struct car_notices *car)
{
    const struct home_notices *house = car->house;
    const struct view_car *seen = &house->parts.view->cars[car->index];
    struct notice_evidence evidence = {
        .boot_ns = house->boot_ns,
        .presence = seen->presence,
        .garage = seen->garage,
        .plugged = judge_plugged(seen),
        .charging = tri_of(fresh_value(seen, SIGNAL_CHARGING)),
        .reachable = judge_reachable(seen, &house->parts.config->cars[car->index]),
        .soc = judge_soc(seen),
        .charge_finished = is_news(house, car->finished_ms),
        .charge_interrupted = is_news(house, car->interrupted_ms),
        .identity_changed = seen->identity == VIEW_IDENTITY_CHANGED,
    };

    add_aux(&evidence, seen);
    add_local_time(&evidence, house);
    return evidence;
}

/* ---- what is said ---- */

static void drop_from_view(struct view_car *car, const char *kind)
{
    size_t kept = 0;

    for (size_t i = 0; i < car->notice_count; i++) {
        if (strcmp(car->notices[i].kind, kind) != 0)
            car->notices[kept++] = car->notices[i];
    }
    car->notice_count = kept;
}

static const struct view_notice *add_to_view(struct view_car *car, const char *kind, const char *text,
                                             int64_t boot_ns)
{
    _Static_assert(NOTICE_KIND_COUNT <= VIEW_NOTICE_MAX, "one place a kind");
    struct view_notice *notice = &car->notices[car->notice_count++];

    snprintf(notice->kind, sizeof(notice->kind), "%s", kind);
    snprintf(notice->text, sizeof(notice->text), "%s", text);
    notice->since_boot_ns = boot_ns;
    return notice;
}

/* It stands since when it did. */
static void retell_in_view(struct view_car *car, const char *kind, const char *text)
{
    for (size_t i = 0; i < car->notice_count; i++) {
        if (strcmp(car->notices[i].kind, kind) == 0)
            snprintf(car->notices[i].text, sizeof(car->notices[i].text), "%s", text);
    }
}

static void notice_changed(void *ctx, enum notice_kind kind, enum notice_change change, const char *text)
{
    struct car_notices *car = ctx;
    struct home_notices *house = car->house;
    struct view_car *seen = &house->parts.view->cars[car->index];

    view_touch_diary(house->parts.view, seen);
    if (change == NOTICE_RETOLD)
        retell_in_view(seen, notice_name(kind), text);
    else
        drop_from_view(seen, notice_name(kind));
    if (change == NOTICE_RAISED) {
        log_notice("notice", "%s: %s", seen->id, text);
        house->events.raised(house->ctx, car->index,
                             add_to_view(seen, notice_name(kind), text, house->boot_ns));
    }
    house->events.changed(house->ctx);
}

/* ---- the preferences ---- */

static void preferences_came(void *ctx, const struct store_answer *answer)
{
    struct home_notices *house = ctx;
    const char *text = answer->count > 0 ? answer->items : "{}";
    struct err err;

    house->is_asking = false;
    if (answer->failed)
        return;
    if (json_preferences_read(text, strlen(text), house->parts.preferences, &err))
        log_warning("diary", "the preferences can't be read, the defaults hold: %s", err.text);
    house->parts.preferences->is_known = true;
}

void home_notices_diary_opened(struct home_notices *house)
{
    const struct store_question question = {.subject = STORE_ASK_PREFERENCES, .limit = 1, .is_house = true};

    if (!house->parts.preferences->is_known && !house->is_asking)
        house->is_asking = store_ask(house->parts.store, &question, preferences_came, house) == 0;
}

/* ---- the object ---- */

struct home_notices *home_notices_new(const struct home_notices_parts *parts,
                                      const struct home_notices_events *events, void *ctx, struct err *err)
{
    struct home_notices *house = calloc(1, sizeof(*house));

    for (size_t i = 0; house && i < parts->view->car_count; i++) {
        house->cars[i] = (struct car_notices){.house = house,
                                              .index = i,
                                              .notices = notices_new(),
                                              .finished_ms = UNKNOWN,
                                              .interrupted_ms = UNKNOWN};
        if (!house->cars[i].notices) {
            home_notices_free(house);
            house = NULL;
        }
    }
    if (!house) {
        err_set(err, "notices: out of memory");
        return NULL;
    }
    house->parts = *parts;
    house->events = *events;
    house->ctx = ctx;
    return house;
}

void home_notices_free(struct home_notices *house)
{
    if (!house)
        return;
    if (house->is_asking)
        store_forget(house->parts.store, house);
    for (size_t i = 0; i < CONFIG_CAR_MAX; i++)
        notices_free(house->cars[i].notices);
    free(house);
}

/* Nobody knows when a charge ended that was found afterwards: that it has is no news. */
void home_notices_take_charge(struct home_notices *house, size_t car, const struct diary_charge *charge)
{
    if (charge->status != DIARY_CLOSED || charge->how == DIARY_INFERRED)
        return;
    if (charge->flags & DIARY_FLAG_INTERRUPTED)
        house->cars[car].interrupted_ms = charge->to_ms;
    else
        house->cars[car].finished_ms = charge->to_ms;
}

/* While the store opens nobody knows what the owner has silenced; when it can't, the defaults hold. */
void home_notices_advance(struct home_notices *house, int64_t boot_ns, int64_t utc_minus_boot_ns)
{
    const struct preferences *preferences = house->parts.preferences;

    house->boot_ns = boot_ns;
    house->utc_minus_boot_ns = utc_minus_boot_ns;
    home_notices_diary_opened(house); /* again, until it has answered */
    if (!preferences->is_known && strcmp(house->parts.view->diary_state, "failed") != 0)
        return;
    for (size_t i = 0; i < house->parts.view->car_count; i++) {
        struct car_notices *car = &house->cars[i];
        struct notice_evidence evidence = gather(car);

        car->finished_ms = UNKNOWN;
        car->interrupted_ms = UNKNOWN;
        notices_advance(car->notices, &preferences->notices, &evidence, notice_changed, car);
    }
}
