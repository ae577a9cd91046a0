/* Runs the diary's own trackers over a log, each stretch of it with new ones: what lies between two stretches
 * has only two ends, like an absence or a stay of a car that garaged watches. A log that ends while the car
 * drives ends the outing there; the way on is told with the next log. Keeps nothing. */
#include "diary/import/leafspy_log.h"

#include "car/reading.h"

#include <stdlib.h>
#include <string.h>

#define MS_PER_S   INT64_C(1000)
#define SETTLED_MS (360 * MS_PER_S)  /* the trackers wait for figures for five minutes */
#define SILENT_MS  (1800 * MS_PER_S) /* and conclude from silence after ten */
#define REST_MA    2000              /* beyond, cells say more of the load than of themselves */

/* ---- the rows ---- */

/* Of one second the same row is always the first, whatever the order of the files was. */
static int compare_rows(const void *a, const void *b)
{
    const struct leafspy_row *left = a, *right = b;

    if (left->utc_s != right->utc_s)
        return left->utc_s < right->utc_s ? -1 : 1;
    return memcmp(left, right, sizeof(*left));
}

size_t leafspy_log_sort(struct leafspy_row *rows, size_t count)
{
    size_t kept = 0;
    bool is_sorted = true;

    for (size_t i = 1; i < count && is_sorted; i++)
        is_sorted = rows[i - 1].utc_s < rows[i].utc_s;
    if (!is_sorted)
        qsort(rows, count, sizeof(*rows), compare_rows);
    for (size_t i = 0; i < count; i++)
        if (kept == 0 || rows[i].utc_s != rows[kept - 1].utc_s)
            rows[kept++] = rows[i];
    return kept;
}

static bool is_first(const struct leafspy_row *rows, size_t i)
{
    return i == 0 || rows[i].utc_s - rows[i - 1].utc_s > LEAFSPY_PAUSE_S;
}

bool leafspy_log_is_edge(const struct leafspy_row *rows, size_t count, size_t i)
{
    return is_first(rows, i) || i + 1 == count || is_first(rows, i + 1);
}

/* ---- the trackers ---- */

static void take_own(struct diary *diary, enum diary_signal signal, int64_t utc_ms, int64_t steps)
{
    diary_take(diary, &(struct diary_row){signal, utc_ms, true, QUALITY_OK, steps});
}

static void take_all(struct diary *diary, const struct diary_row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++)
        diary_take(diary, &rows[i]);
}

/* Nothing more is heard: what is open is concluded. */
static void let_end(struct diary *diary, int64_t utc_ms)
{
    diary_advance(diary, utc_ms + SETTLED_MS);
    take_own(diary, DIARY_SIGNAL_PRESENCE, utc_ms + SETTLED_MS, PRESENCE_UNKNOWN);
    diary_advance(diary, utc_ms + SILENT_MS);
}

void leafspy_log_stand(struct diary_anchor *anchor, const struct diary_row *row)
{
    switch (row->signal) {
    case SIGNAL_SOC:
        anchor->soc = row->steps * 100 / diary_steps_per_unit(vocabulary[SIGNAL_SOC].resolution);
        break;
    case SIGNAL_GIDS:
        anchor->gids = row->steps;
        break;
    case SIGNAL_PACK_CAPACITY:
        anchor->capacity_mah =
            row->steps * 1000 / diary_steps_per_unit(vocabulary[SIGNAL_PACK_CAPACITY].resolution);
        break;
    case SIGNAL_ODOMETER:
        anchor->odometer_mm = row->steps * 1000000;
        break;
    case SIGNAL_COUNT_AC:
        anchor->count_ac = row->steps;
        break;
    case SIGNAL_COUNT_DC:
        anchor->count_dc = row->steps;
        break;
    default:
        return;
    }
    if (anchor->at_ms == DIARY_NONE || anchor->at_ms < row->utc_ms)
        anchor->at_ms = anchor->rest_ms = row->utc_ms;
}

static struct diary_anchor anchor_of(const struct leafspy_row *row)
{
    struct diary_anchor anchor = diary_first_anchor();
    struct diary_row signals[LEAFSPY_SIGNALS_MAX];
    size_t count = leafspy_signals(row, signals);

    for (size_t i = 0; i < count; i++)
        leafspy_log_stand(&anchor, &signals[i]);
    anchor.at_ms = anchor.rest_ms = row->utc_s * MS_PER_S;
    return anchor;
}

/* Whoever is told of a pause. */
struct told {
    diary_entry_fn *fn;
    void *ctx;
};

static void tell_unheard(void *ctx, const struct diary_entry *entry)
{
    const struct told *told = ctx;
    struct diary_entry unheard = *entry;

    if (entry->kind == DIARY_OUTING)
        unheard.outing.flags |= DIARY_FLAG_UNHEARD;
    if (entry->kind == DIARY_CHARGE)
        unheard.charge.flags |= DIARY_FLAG_UNHEARD;
    told->fn(told->ctx, &unheard);
}

void leafspy_log_tell_pause(const struct diary_settings *settings, const struct diary_anchor *from,
                            const struct diary_row *found, size_t count, diary_entry_fn *fn, void *ctx)
{
    if (count == 0 || from->at_ms == DIARY_NONE || found->utc_ms <= from->at_ms)
        return;
    struct told told = {fn, ctx};
    struct diary *diary = diary_new(settings, from, NULL, tell_unheard, &told);

    if (!diary)
        return;
    take_own(diary, DIARY_SIGNAL_PRESENCE, found->utc_ms, PRESENCE_ON);
    take_all(diary, found, count);
    diary_advance(diary, found->utc_ms + SETTLED_MS);
    diary_advance(diary, found->utc_ms + SILENT_MS);
    diary_free(diary);
}

/* ---- a stretch without a pause ---- */

/* At its last row the car is where the stretch leaves it, be it on the road. */
static void tell_stretch(const struct diary_settings *settings, const struct leafspy_row *rows, size_t count,
                         diary_entry_fn *fn, void *ctx)
{
    struct diary_anchor anchor = anchor_of(&rows[0]);
    struct diary *diary = diary_new(settings, &anchor, NULL, fn, ctx);

    if (!diary)
        return;
    take_own(diary, DIARY_SIGNAL_REACHABLE, anchor.at_ms, 1);
    for (size_t i = 0; i < count; i++) {
        struct diary_row signals[LEAFSPY_SIGNALS_MAX];
        enum presence presence = leafspy_presence(&rows[i]);

        if (i + 1 == count && presence == PRESENCE_DRIVING)
            presence = PRESENCE_ON;
        take_own(diary, DIARY_SIGNAL_PRESENCE, rows[i].utc_s * MS_PER_S, presence);
        take_all(diary, signals, leafspy_signals(&rows[i], signals));
    }
    let_end(diary, rows[count - 1].utc_s * MS_PER_S);
    diary_free(diary);
}

static bool has_cells_at_rest(const struct leafspy_row *row)
{
    int64_t out_ma = row->value[LEAFSPY_PACK_CURRENT];
    enum presence presence = leafspy_presence(row);

    if (out_ma == LEAFSPY_NONE || out_ma >= REST_MA || out_ma <= -REST_MA || presence == PRESENCE_DRIVING ||
        presence == PRESENCE_CHARGING)
        return false;
    for (size_t i = 0; i < LEAFSPY_CELLS; i++)
        if (row->cells_mv[i] == 0)
            return false;
    return true;
}

static void tell_cells(const struct diary_settings *settings, const struct leafspy_row *row,
                       diary_entry_fn *fn, void *ctx)
{
    struct diary_entry entry = {.kind = DIARY_CELLS,
                                .cells = {.at_ms = row->utc_s * MS_PER_S, .count = LEAFSPY_CELLS}};

    memcpy(entry.car, settings->car, sizeof(entry.car));
    memcpy(entry.cells.mv, row->cells_mv, sizeof(row->cells_mv));
    fn(ctx, &entry);
}

/* After each drive the last row of the rest. */
static void tell_cells_of_stretch(const struct diary_settings *settings, const struct leafspy_row *rows,
                                  size_t count, diary_entry_fn *fn, void *ctx)
{
    const struct leafspy_row *last = NULL;
    bool has_driven = false;

    for (size_t i = 0; i < count; i++) {
        bool drives = leafspy_presence(&rows[i]) == PRESENCE_DRIVING;

        if (drives && last)
            tell_cells(settings, last, fn, ctx);
        if (drives)
            last = NULL;
        has_driven |= drives;
        if (has_driven && has_cells_at_rest(&rows[i]))
            last = &rows[i];
    }
    if (last)
        tell_cells(settings, last, fn, ctx);
}

void leafspy_log_tell(const struct diary_settings *settings, const struct leafspy_row *rows, size_t count,
                      diary_entry_fn *fn, void *ctx)
{
    size_t begin = 0;

    for (size_t i = 1; i <= count; i++) {
        if (i < count && !is_first(rows, i))
            continue;
        tell_stretch(settings, rows + begin, i - begin, fn, ctx);
        tell_cells_of_stretch(settings, rows + begin, i - begin, fn, ctx);
        if (i < count) {
            struct diary_anchor from = anchor_of(&rows[i - 1]);
            struct diary_row found[LEAFSPY_SIGNALS_MAX];

            leafspy_log_tell_pause(settings, &from, found, leafspy_signals(&rows[i], found), fn, ctx);
        }
        begin = i;
    }
}
