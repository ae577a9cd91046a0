/* The order of an import: read, parse, add readings, conclude, add items; a slice does a part of one. What
 * was added is on the card at the end of each slice, so one that is broken off has harmed nothing. */
#include "diary/store/import.h"

#include "diary/store/import_private.h"
#include "util/clock.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define READ_BYTES    (1024 * 1024)
#define ROWS_ROOM     512
#define DAY_S         86400
#define TRIPS_AT_ONCE 500
#define TRIPS_A_DAY   80000 /* a CARWINGS trip's number is its second of the day */

/* ---- the file ---- */

static int open_text(struct import *import, struct err *err)
{
    struct stat status;

    if (fstat(import->order.fd, &status) || !S_ISREG(status.st_mode))
        return err_set(err, "not a regular file");
    if (status.st_size > IMPORT_FILE_MAX)
        return err_set(err, "larger than %d MiB", IMPORT_FILE_MAX / 1024 / 1024);
    import->size = (size_t)status.st_size;
    import->text = malloc(import->size + 1);
    return import->text ? 0 : err_set(err, "out of memory");
}

/* 1: there is more. A file that shrinks meanwhile ends where it ends. */
static int read_text(struct import *import, struct err *err)
{
    size_t part = import->size - import->len < READ_BYTES ? import->size - import->len : READ_BYTES;
    ssize_t got = pread(import->order.fd, import->text + import->len, part, (off_t)import->len);

    if (got < 0)
        return err_set(err, "%s", strerror(errno));
    import->len += (size_t)got;
    return got > 0 && import->len < import->size;
}

/* ---- the rows ---- */

static int add_row(struct import *import, const struct leafspy_row *row, struct err *err)
{
    if (import->row_count == IMPORT_ROWS_MAX)
        return err_set(err, "more than %d rows: cut the file in parts", IMPORT_ROWS_MAX);
    if (import->row_count == import->row_room) {
        size_t room = import->row_room > 0 ? 2 * import->row_room : ROWS_ROOM;
        struct leafspy_row *rows = realloc(import->rows, room * sizeof(*rows));
        if (!rows)
            return err_set(err, "out of memory");
        import->rows = rows;
        import->row_room = room;
    }
    import->rows[import->row_count++] = *row;
    return 0;
}

static int take_leafspy(struct import *import, struct err *err)
{
    const struct zone *zone = import->order.has_zone ? &import->order.zone : NULL;
    struct leafspy_row row;

    if (!import->line.reason && leafspy_is_header(&import->line)) {
        const char *reason = leafspy_read_header(&import->leafspy, &import->line);
        return reason ? err_set(err, "line %u: %s", import->line.line, reason) : 0;
    }
    if (leafspy_read_row(&import->leafspy, &import->line, zone, &row)) {
        import->result.rejected++;
        return 0;
    }
    import->result.rows++;
    if (row.utc_s * 1000 >= import->limit_ms) {
        import->result.later++;
        return 0;
    }
    return add_row(import, &row, err);
}

/* Trips stand in the order of their numbers at the begin of their day, and each may have been at any time of
 * it. */
static void note_trip(struct import *import, const struct carwings_row *trip)
{
    const struct zone *zone = import->order.has_zone ? &import->order.zone : import->order.settings.zone;
    int64_t day = trip->local_s / DAY_S;
    int64_t begin_ms = zone_day_start_ns(zone, (int32_t)day) / NS_PER_MS;
    struct diary_entry entry = {
        .kind = DIARY_OUTING,
        .outing = {.from_ms = begin_ms + trip->trip % TRIPS_A_DAY * 1000,
                   .to_ms = zone_day_end_ns(zone, (int32_t)day) / NS_PER_MS - 1,
                   .distance_mm = trip->distance_mm,
                   .soc_from = DIARY_NONE,
                   .soc_to = DIARY_NONE,
                   .energy_soc_wh = carwings_used_wh(&import->carwings, trip),
                   .energy_gids_wh = DIARY_NONE,
                   .day = (int32_t)day},
    };

    memcpy(entry.car, import->order.settings.car, sizeof(entry.car));
    if (entry.outing.to_ms < entry.outing.from_ms) /* Samoa had no 30 December 2011 */
        entry.outing.to_ms = entry.outing.from_ms;
    if (entry.outing.energy_soc_wh == CARWINGS_NONE)
        entry.outing.energy_soc_wh = DIARY_NONE;
    import_note(import, &entry);
}

static int take_carwings(struct import *import, struct err *err)
{
    struct carwings_row trip;

    if (!import->has_layout) {
        const char *reason = carwings_read_header(&import->carwings, &import->line);
        import->has_layout = true;
        return reason ? err_set(err, "line %u: %s", import->line.line, reason) : 0;
    }
    if (carwings_read_row(&import->carwings, &import->line, &trip)) {
        import->result.rejected++;
        return 0;
    }
    import->result.rows++;
    if (trip.local_s * 1000 >= import->limit_ms)
        import->result.later++;
    else
        note_trip(import, &trip);
    return 0;
}

/* A table may have any number of trips: those that were read are added before more are. */
static bool has_enough(const struct import *import)
{
    return import->order.is_carwings && import->item_count >= TRIPS_AT_ONCE;
}

static int parse(struct import *import, struct err *err)
{
    int64_t until_ns = clock_monotonic_ns() + IMPORT_SLICE_NS;

    while (clock_monotonic_ns() < until_ns && !has_enough(import)) {
        if (!csv_next(&import->csv, &import->line))
            return 0;
        if (import->order.is_carwings ? take_carwings(import, err) : take_leafspy(import, err))
            return -1;
    }
    import->work.done = 0.3 * (double)import->csv.at / (double)(import->len + 1);
    return 1;
}

/* ---- what follows ---- */

static int check_items(const struct import *import, struct err *err)
{
    if (!import->has_too_many_items)
        return 0;
    return err_set(err, "more than %d outings and charges: cut the file in parts", IMPORT_ITEMS_MAX);
}

static int parse_and_add(struct import *import, struct entries *entries, struct err *err)
{
    int goes_on = parse(import, err), rc = 1;

    if (goes_on < 0 || !import->order.is_carwings)
        return goes_on;
    while (rc > 0 && import->item_count > 0)
        rc = import_add_items(import, entries, err);
    import->item_count = import->next_item = 0;
    return rc < 0 || check_items(import, err) ? -1 : goes_on;
}

static int tell(struct import *import, const struct work_place *place, struct err *err)
{
    struct readings *readings = place->readings;
    const struct diary_settings *settings = &import->order.settings;
    struct diary_row first[LEAFSPY_SIGNALS_MAX], found[LEAFSPY_SIGNALS_MAX];
    struct diary_anchor before, last = diary_first_anchor();
    size_t count, from, to;

    if (import->row_count == 0)
        return 0;
    if (import_find_untold(import, &place->entries->file.database, &from, &to, err) ||
        import_find_before(import, readings, &before, err) ||
        import_find_after(import, readings, found, &count, err))
        return -1;
    leafspy_log_tell_pause(settings, &before, first, leafspy_signals(&import->rows[0], first), import_note,
                           import);
    leafspy_log_tell(settings, import->rows + from, to - from, import_note, import);
    struct diary_row end[LEAFSPY_SIGNALS_MAX];
    size_t end_count = leafspy_signals(&import->rows[import->row_count - 1], end);
    for (size_t i = 0; i < end_count; i++)
        leafspy_log_stand(&last, &end[i]);
    leafspy_log_tell_pause(settings, &last, found, count, import_note, import);
    return check_items(import, err);
}

/* ---- the slices ---- */

static void parsed(struct import *import)
{
    free(import->text);
    import->text = NULL;
    import->row_count = leafspy_log_sort(import->rows, import->row_count);
}

/* 1: this phase goes on, 0: it is over, -1 with err. */
static int do_phase(struct import *import, const struct work_place *place, struct err *err)
{
    switch (import->phase) {
    case IMPORT_READ:
        if (!import->text && (open_text(import, err) || import_find_limit(import, place, err)))
            return -1;
        return read_text(import, err);
    case IMPORT_PARSE:
        if (!import->csv.text)
            csv_init(&import->csv, import->text, import->len);
        return parse_and_add(import, place->entries, err);
    case IMPORT_READINGS:
        if (import->text)
            parsed(import);
        import->work.done = 0.3 + 0.5 * (double)import->next_row / (double)(import->row_count + 1);
        return import->row_count > 0 ? import_add_readings(import, place->readings, err) : 0;
    case IMPORT_TELL:
        import->work.done = 0.8;
        return tell(import, place, err);
    case IMPORT_ITEMS:
        import->work.done = 0.9;
        return import->item_count > 0 ? import_add_items(import, place->entries, err) : 0;
    case IMPORT_END:
        break;
    }
    return 0;
}

/* Small phases share a slice: a log of an hour takes one or two. */
static enum work_step step(struct work *work, const struct work_place *place, struct err *err)
{
    struct import *import = (struct import *)work;
    int64_t until_ns = clock_monotonic_ns() + IMPORT_SLICE_NS;

    while (import->phase != IMPORT_END && clock_monotonic_ns() < until_ns) {
        int rc = do_phase(import, place, err);
        if (rc < 0)
            return WORK_FAILED;
        import->phase += rc == 0;
    }
    return import->phase == IMPORT_END ? WORK_DONE : WORK_GOES_ON;
}

static void free_import(struct work *work)
{
    struct import *import = (struct import *)work;

    close(import->order.fd);
    free(import->text);
    free(import->rows);
    free(import->items);
    free(import);
}

struct work *import_new(const struct import_order *order)
{
    struct import *import = calloc(1, sizeof(*import));

    if (!import)
        return NULL;
    import->order = *order;
    if (order->has_zone)
        import->order.settings.zone = &import->order.zone;
    leafspy_layout_init(&import->leafspy, order->mm_per_unit);
    import->work.step = step;
    import->work.free = free_import;
    import->work.adds_entries = true;
    return &import->work;
}

struct import_result import_result(const struct work *work)
{
    return ((const struct import *)work)->result;
}
