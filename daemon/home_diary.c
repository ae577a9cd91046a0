/* Glue between the view and the store. Decides nothing about rows (diary/changes does) and does no I/O (the
 * store does). Arrays and texts are not kept. */
#include "home_diary.h"

#include "diary/changes.h"
#include "util/core/time.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SERIES_PER_CAR (STORE_SERIES_MAX / CONFIG_CAR_MAX)
#define RAW_SPACING_NS                                                                                       \
    NS_PER_MIN /* raw signals (counters, multiplexers) change with every frame and mean little */

struct waiting {
    size_t series;
    struct change change;
};

struct home_diary {
    struct store *store;
    const struct view *view;
    struct changes *changes;
    bool is_known[STORE_SERIES_MAX]; /* the store was told of this series */
    int64_t utc_minus_boot_ns;
    struct waiting waiting[HOME_DIARY_WAITING_MAX];
    size_t waiting_first, waiting_count;
};

/* Steps a unit: 10 for a resolution of 0.1. Resolutions of one and more count whole units. */
static int64_t steps_per_unit(const struct signal *signal)
{
    if (signal->resolution <= 0 || signal->resolution >= 1)
        return 1;
    return (int64_t)round(1 / signal->resolution);
}

static void introduce_series(struct home_diary *diary, size_t series)
{
    const struct view_car *car = &diary->view->cars[series / SERIES_PER_CAR];
    const struct signal *signal = definition_signal(car->definition, series % SERIES_PER_CAR);
    struct store_series row = {.per_unit = steps_per_unit(signal)};

    snprintf(row.car, sizeof(row.car), "%s", car->id);
    snprintf(row.signal, sizeof(row.signal), "%s", signal->name);
    snprintf(row.unit, sizeof(row.unit), "%s", signal->unit);
    diary->is_known[series] = store_add_series(diary->store, (unsigned)series, &row) == 0;
}

static void place(struct home_diary *diary, size_t series, const struct change *change)
{
    if (!diary->is_known[series])
        introduce_series(diary, series);
    if (diary->is_known[series])
        store_add_reading(diary->store, (unsigned)series, change->boot_ns + diary->utc_minus_boot_ns,
                          change->known, change->steps, change->quality);
}

static void keep_waiting(struct home_diary *diary, size_t series, const struct change *change)
{
    size_t last = (diary->waiting_first + diary->waiting_count) % HOME_DIARY_WAITING_MAX;

    diary->waiting[last] = (struct waiting){series, *change};
    if (diary->waiting_count < HOME_DIARY_WAITING_MAX)
        diary->waiting_count++;
    else
        diary->waiting_first = (diary->waiting_first + 1) % HOME_DIARY_WAITING_MAX;
}

static void take_change(void *ctx, size_t series, const struct change *change)
{
    struct home_diary *diary = ctx;

    if (diary->view->clock_right)
        place(diary, series, change);
    else
        keep_waiting(diary, series, change);
}

/* As many as the store takes: more are waiting than its queue holds. */
static void place_waiting(struct home_diary *diary)
{
    for (; diary->waiting_count > 0 && store_has_room(diary->store); diary->waiting_count--) {
        const struct waiting *oldest = &diary->waiting[diary->waiting_first];
        place(diary, oldest->series, &oldest->change);
        diary->waiting_first = (diary->waiting_first + 1) % HOME_DIARY_WAITING_MAX;
    }
}

static void calm_raw_signals(struct home_diary *diary)
{
    for (size_t car = 0; car < diary->view->car_count; car++) {
        const struct definition *definition = diary->view->cars[car].definition;
        for (size_t i = SIGNAL_VOCABULARY_COUNT; i < definition_signal_count(definition); i++)
            changes_set_spacing(diary->changes, car * SERIES_PER_CAR + i, RAW_SPACING_NS);
    }
}

struct home_diary *home_diary_new(struct store *store, const struct view *view)
{
    struct home_diary *diary = calloc(1, sizeof(*diary));

    if (!diary)
        return NULL;
    diary->store = store;
    diary->view = view;
    diary->changes = changes_new(STORE_SERIES_MAX, take_change, diary);
    if (!diary->changes) {
        free(diary);
        return NULL;
    }
    calm_raw_signals(diary);
    return diary;
}

void home_diary_free(struct home_diary *diary)
{
    if (!diary)
        return;
    changes_flush(diary->changes);
    changes_free(diary->changes);
    free(diary);
}

void home_diary_take(struct home_diary *diary, size_t car, size_t signal)
{
    const struct view_car *seen = &diary->view->cars[car];
    const struct state_value *value = &seen->values[signal];
    const struct signal *meaning = definition_signal(seen->definition, signal);

    assert(signal < SERIES_PER_CAR);
    if (meaning->kind == SIGNAL_KIND_ARRAY || meaning->kind == SIGNAL_KIND_TEXT)
        return;
    if (value->quality == QUALITY_OLD)
        return; /* no new reading: its row is there, and was right when it was written */
    struct change change = {
        .steps = value->known ? (int64_t)llround(value->value * (double)steps_per_unit(meaning)) : 0,
        .boot_ns = value->time_ns,
        .known = value->known,
        .quality = (uint8_t)value->quality,
    };
    changes_take(diary->changes, car * SERIES_PER_CAR + signal, &change);
}

void home_diary_advance(struct home_diary *diary, int64_t boot_ns, int64_t utc_minus_boot_ns)
{
    diary->utc_minus_boot_ns = utc_minus_boot_ns;
    if (diary->view->clock_right)
        place_waiting(diary);
    changes_advance(diary->changes, boot_ns);
}
