/* From the view to rows: what is worth one (diary/changes decides by the numbers), and what is said of a car
 * beside its signals. Does no I/O, concludes nothing. Texts are not kept, and of arrays only cells. */
#include "home_diary.h"

#include "home_identity.h"
#include "home_tariffs.h"
#include "util/core/time.h"

#include <math.h>
#include <stdlib.h>

#define RAW_SPACING_NS NS_PER_MIN /* raw signals (counters, multiplexers) change with every frame */
#define AT_ONCE_NS     1
#define WALL_SPACING_NS (10 * NS_PER_S) /* some meters speak fifty times a second */
#define CHARGING_NS    (50 * NS_PER_S) /* of what is polled each minute while charging not one is missed */
#define AUX_LOW_V      12.0
#define AUX_WELL_V     12.4

/* What the rows say of a car beside its signals. */
struct seen {
    enum presence presence;
    enum tri garage, reachable;
    bool aux_is_low;
    bool is_refused;  /* it is not the diary's car: nothing of it is a row */
    bool is_welcome;  /* from the next look on it is */
    int64_t since_ns; /* what was measured before is no row either */
};

struct home_diary {
    struct home_rows_parts parts;
    struct changes *changes;
    struct home_rows *rows;
    struct home_identity *identity;
    struct home_tariffs *tariffs;
    struct seen seen[CONFIG_CAR_MAX];
    bool has_begun;
};

static size_t signal_count(const struct home_diary *diary, size_t car)
{
    return definition_signal_count(diary->parts.view->cars[car].definition);
}

/* ---- what the view says beside the signals ---- */

static void take_own(struct home_diary *diary, size_t car, enum diary_signal signal, int steps, bool known,
                     int64_t boot_ns)
{
    const struct change change = {.steps = known ? steps : 0, .boot_ns = boot_ns, .known = known};

    changes_take(diary->changes, home_rows_own_series(diary->rows, car, signal), &change);
}

static bool is_alive(enum presence presence)
{
    return presence >= PRESENCE_AWAKE;
}

/* Values that are the same as before a silence or a drive say so in a row, for stays and outings end with
 * them. */
static void take_presence(struct home_diary *diary, size_t car, enum presence presence, int64_t boot_ns)
{
    static const enum signal_id charging[] = {SIGNAL_PACK_VOLTAGE, SIGNAL_PACK_CURRENT, SIGNAL_CHARGER_POWER};
    enum presence before = diary->seen[car].presence;
    size_t first = home_rows_series(car, 0);

    diary->seen[car].presence = presence;
    if (is_alive(presence) && (!is_alive(before) || before == PRESENCE_DRIVING))
        changes_renew(diary->changes, first, signal_count(diary, car), boot_ns);
    for (size_t i = 0; i < sizeof(charging) / sizeof(charging[0]); i++)
        changes_set_repeat(diary->changes, first + charging[i],
                           presence == PRESENCE_CHARGING ? CHARGING_NS : 0);
    take_own(diary, car, DIARY_SIGNAL_PRESENCE, (int)presence, presence != PRESENCE_UNKNOWN, boot_ns);
}

/* While the dongle is being started nothing is known that was not known before. */
static enum tri reachable(const struct view_car *car, enum tri before)
{
    switch (car->link) {
    case VIEW_LINK_UP:
        return TRI_TRUE;
    case VIEW_LINK_DOWN:
        return TRI_FALSE;
    case VIEW_LINK_STARTING:
        break;
    }
    return before;
}

static void look_at(struct home_diary *diary, size_t car, int64_t boot_ns)
{
    const struct view_car *now = &diary->parts.view->cars[car];
    struct seen *seen = &diary->seen[car];
    enum tri reached = reachable(now, seen->reachable);

    if (reached != seen->reachable)
        take_own(diary, car, DIARY_SIGNAL_REACHABLE, (int)reached, true, boot_ns);
    seen->reachable = reached;
    if (now->presence != seen->presence)
        take_presence(diary, car, now->presence, boot_ns);
    if (now->garage != seen->garage)
        take_own(diary, car, DIARY_SIGNAL_GARAGE, (int)now->garage, now->garage != TRI_UNKNOWN, boot_ns);
    seen->garage = now->garage;
}

/* After a loss unchanged values would be missing for an hour. */
static void say_again(struct home_diary *diary, int64_t boot_ns)
{
    for (size_t car = 0; car < diary->parts.view->car_count; car++) {
        const struct seen *seen = &diary->seen[car];
        changes_renew(diary->changes, home_rows_series(car, 0),
                      signal_count(diary, car) + HOME_ROWS_OWN_COUNT, boot_ns);
        if (seen->reachable != TRI_UNKNOWN)
            take_own(diary, car, DIARY_SIGNAL_REACHABLE, (int)seen->reachable, true, boot_ns);
        take_own(diary, car, DIARY_SIGNAL_PRESENCE, (int)seen->presence, seen->presence != PRESENCE_UNKNOWN,
                 boot_ns);
        take_own(diary, car, DIARY_SIGNAL_GARAGE, (int)seen->garage, seen->garage != TRI_UNKNOWN, boot_ns);
    }
}

/* Like after a start: nobody listened before, and everything is said anew. */
static void begin_anew(struct home_diary *diary, size_t car, int64_t boot_ns)
{
    diary->seen[car] = (struct seen){
        .presence = PRESENCE_UNKNOWN, .garage = TRI_UNKNOWN, .reachable = TRI_UNKNOWN, .since_ns = boot_ns};
    changes_renew(diary->changes, home_rows_series(car, 0), signal_count(diary, car) + HOME_ROWS_OWN_COUNT,
                  boot_ns);
    take_own(diary, car, DIARY_SIGNAL_REACHABLE, 0, false, boot_ns);
}

/* True when the view changed by it. */
static bool look(struct home_diary *diary, int64_t boot_ns, int64_t utc_minus_boot_ns)
{
    bool has_changed = home_identity_look(diary->identity, (boot_ns + utc_minus_boot_ns) / NS_PER_MS);

    for (size_t car = 0; car < diary->parts.view->car_count; car++) {
        if (diary->seen[car].is_welcome)
            begin_anew(diary, car, boot_ns);
        if (!diary->seen[car].is_refused)
            look_at(diary, car, boot_ns);
    }
    return has_changed;
}

void home_diary_look(struct home_diary *diary, int64_t boot_ns, int64_t utc_minus_boot_ns)
{
    look(diary, boot_ns, utc_minus_boot_ns);
}

/* ---- whose diary it is ---- */

static void refused(void *ctx, size_t car, bool is_refused)
{
    struct home_diary *diary = ctx;

    diary->seen[car].is_welcome = !is_refused;
    if (!is_refused) {
        home_rows_release(diary->rows, car);
        return;
    }
    diary->seen[car].is_refused = true;
    home_rows_forget(diary->rows, car);
}

static void accepting(void *ctx, size_t car)
{
    struct home_diary *diary = ctx;

    home_rows_hold(diary->rows, car);
}

int home_diary_accept(struct home_diary *diary, size_t car, int64_t utc_ms, struct err *err)
{
    return home_identity_accept(diary->identity, car, utc_ms, err);
}

/* ---- making ---- */

static void take_change(void *ctx, size_t series, const struct change *change)
{
    struct home_diary *diary = ctx;

    const struct seen *seen = &diary->seen[series / HOME_ROWS_SERIES_PER_CAR];

    if (!seen->is_refused && change->boot_ns >= seen->since_ns)
        home_rows_add(diary->rows, series, change);
}

static size_t wall_series(const struct home_diary *diary, size_t car, bool is_power)
{
    return home_rows_own_series(diary->rows, car,
                                is_power ? DIARY_SIGNAL_WALL_POWER : DIARY_SIGNAL_WALL_ENERGY);
}

static void add_car(struct home_diary *diary, size_t car)
{
    size_t first = home_rows_series(car, 0);

    for (size_t i = SIGNAL_VOCABULARY_COUNT; i < signal_count(diary, car); i++)
        changes_set_spacing(diary->changes, first + i, RAW_SPACING_NS);
    for (size_t i = 0; i < HOME_ROWS_OWN_COUNT; i++)
        changes_set_spacing(diary->changes, first + signal_count(diary, car) + i, AT_ONCE_NS);
    changes_set_spacing(diary->changes, wall_series(diary, car, false), WALL_SPACING_NS);
    changes_set_spacing(diary->changes, wall_series(diary, car, true), WALL_SPACING_NS);
    diary->seen[car].garage = diary->seen[car].reachable = TRI_UNKNOWN;
}

static void priced(void *ctx, const struct diary_entry *entry)
{
    struct home_diary *diary = ctx;

    home_rows_typed(diary->rows, entry);
}

struct home_diary *home_diary_new(const struct home_rows_parts *parts,
                                  const struct home_trackers_events *events, void *ctx)
{
    static const struct home_identity_events identity_events = {refused, accepting};
    static const struct home_tariffs_events tariffs_events = {priced};
    struct home_diary *diary = calloc(1, sizeof(*diary));

    if (!diary)
        return NULL;
    diary->parts = *parts;
    diary->changes = changes_new(STORE_SERIES_MAX, take_change, diary);
    diary->rows = home_rows_new(parts, events, ctx);
    diary->identity = home_identity_new(parts->store, parts->view, &identity_events, diary);
    diary->tariffs = home_tariffs_new(parts->store, parts->view, &tariffs_events, diary);
    if (!diary->changes || !diary->rows || !diary->identity || !diary->tariffs) {
        home_diary_free(diary);
        return NULL;
    }
    for (size_t car = 0; car < parts->view->car_count; car++)
        add_car(diary, car);
    return diary;
}

void home_diary_free(struct home_diary *diary)
{
    if (!diary)
        return;
    if (diary->has_begun)
        changes_flush(diary->changes);
    changes_free(diary->changes);
    home_tariffs_free(diary->tariffs);
    home_identity_free(diary->identity);
    home_rows_free(diary->rows);
    free(diary);
}

/* ---- readings ---- */

/* The last moment to write: a car whose battery dies takes the dongle with it. */
static void watch_aux(struct home_diary *diary, size_t car, const struct state_value *value)
{
    struct seen *seen = &diary->seen[car];
    enum presence presence = diary->parts.view->cars[car].presence;
    bool at_rest = presence != PRESENCE_ON && presence != PRESENCE_DRIVING && presence != PRESENCE_CHARGING;

    if (!value->known || !at_rest)
        return;
    if (value->value < AUX_LOW_V && !seen->aux_is_low)
        store_flush(diary->parts.store);
    if (value->value < AUX_LOW_V || value->value >= AUX_WELL_V)
        seen->aux_is_low = value->value < AUX_LOW_V;
}

static void take_cells(struct home_diary *diary, size_t car, const struct state_value *value)
{
    const struct view_car *seen = &diary->parts.view->cars[car];
    struct diary_cells cells = {.count = seen->element_count};

    if (!value->known || value->quality != QUALITY_OK)
        return;
    for (size_t i = 0; i < cells.count; i++)
        cells.mv[i] =
            isnan(seen->elements[i]) ? DIARY_CELL_MISSING : (uint16_t)lround(seen->elements[i] * 1000);
    home_rows_add_cells(diary->rows, car, value->time_ns, &cells);
}

void home_diary_take(struct home_diary *diary, size_t car, size_t signal)
{
    const struct view_car *seen = &diary->parts.view->cars[car];
    const struct state_value *value = &seen->values[signal];
    const struct signal *meaning = definition_signal(seen->definition, signal);
    double per_unit = (double)diary_steps_per_unit(meaning->resolution);

    if (diary->seen[car].is_refused)
        return;
    if (signal == SIGNAL_CELLS)
        take_cells(diary, car, value);
    if (meaning->kind == SIGNAL_KIND_ARRAY || meaning->kind == SIGNAL_KIND_TEXT)
        return;
    if (value->quality == QUALITY_OLD)
        return; /* no new reading: its row is there, and was right when it was written */
    const struct change change = {
        .steps = value->known ? (int64_t)llround(value->value * per_unit) : 0,
        .boot_ns = value->time_ns,
        .known = value->known,
        .quality = (uint8_t)value->quality,
    };
    if (signal == SIGNAL_AUX_VOLTAGE)
        watch_aux(diary, car, value);
    changes_take(diary->changes, home_rows_series(car, signal), &change);
}

/* A power that stays the same is said again while it flows: who is silent has not the same. */
void home_diary_take_wall(struct home_diary *diary, size_t car, bool is_power, int64_t value, int64_t boot_ns)
{
    const struct change change = {.steps = value, .boot_ns = boot_ns, .known = true};
    size_t series = wall_series(diary, car, is_power);

    if (diary->seen[car].is_refused)
        return;
    if (is_power)
        changes_set_repeat(diary->changes, series, value > 0 ? CHARGING_NS : 0);
    changes_take(diary->changes, series, &change);
}

void home_diary_lose_wall(struct home_diary *diary, size_t car, int64_t boot_ns)
{
    const struct change change = {.boot_ns = boot_ns};
    size_t series = wall_series(diary, car, true);

    changes_set_repeat(diary->changes, series, 0);
    changes_take(diary->changes, series, &change);
}

/* ---- time ---- */

bool home_diary_advance(struct home_diary *diary, int64_t boot_ns, int64_t utc_minus_boot_ns)
{
    if (!diary->has_begun)
        home_rows_begin(diary->rows, boot_ns);
    diary->has_begun = true;
    bool has_changed = look(diary, boot_ns, utc_minus_boot_ns);
    changes_advance(diary->changes, boot_ns);
    home_rows_advance(diary->rows, boot_ns, utc_minus_boot_ns);
    home_tariffs_advance(diary->tariffs, boot_ns);
    if (home_rows_were_lost(diary->rows))
        say_again(diary, boot_ns);
    return has_changed;
}

bool home_diary_is_done(const struct home_diary *diary)
{
    return home_rows_are_done(diary->rows);
}

void home_diary_kept(struct home_diary *diary, const struct diary_entry *entry)
{
    if (entry->kind == DIARY_IDENTITY)
        home_identity_kept(diary->identity, entry);
    else
        home_rows_kept(diary->rows, entry);
    home_tariffs_take(diary->tariffs, entry);
}

void home_diary_changed(struct home_diary *diary)
{
    home_tariffs_changed(diary->tariffs);
    home_rows_changed(diary->rows);
}

void home_diary_typed(struct home_diary *diary, const struct diary_entry *entry)
{
    home_rows_typed(diary->rows, entry);
    home_tariffs_take(diary->tariffs, entry);
}
