/* A log's rows as readings: a row of a signal where its value changed, at both ends of a stretch, and each
 * hour between, as of a car that is watched. A reading that is there already stays as it is. */
#include "diary/store/import_private.h"
#include "util/clock.h"

#include <string.h>

#define REPEAT_MS    ROLLUP_HOUR_MS
#define AT_ONCE_MS   INT64_C(300000) /* figures heard within five minutes are of one finding */
#define LOOK_ROWS    "4096"          /* so many readings are looked through for the figures */
#define FIGURE_COUNT (sizeof(figures) / sizeof(figures[0]))

static const enum signal_id figures[] = {SIGNAL_SOC,      SIGNAL_GIDS,     SIGNAL_PACK_CAPACITY,
                                         SIGNAL_ODOMETER, SIGNAL_COUNT_AC, SIGNAL_COUNT_DC};

/* ---- adding ---- */

static int find_series(struct import *import, struct readings *readings, unsigned signal, struct err *err)
{
    const struct signal *kind = &vocabulary[signal];
    sqlite3_stmt *add = readings->add_series;

    sqlite3_bind_text(add, 1, import->order.settings.car, -1, SQLITE_STATIC);
    sqlite3_bind_text(add, 2, kind->name, -1, SQLITE_STATIC);
    sqlite3_bind_text(add, 3, kind->unit, -1, SQLITE_STATIC);
    sqlite3_bind_int64(add, 4, diary_steps_per_unit(kind->resolution));
    int rc = sqlite3_step(add);
    if (rc == SQLITE_ROW) {
        import->series[signal] = sqlite3_column_int64(add, 0);
        import->per_unit[signal] = sqlite3_column_int64(add, 1);
        rc = sqlite3_step(add);
    }
    if (rc != SQLITE_DONE)
        database_fail(&readings->file.database, "add a series", err);
    sqlite3_reset(add);
    if (rc != SQLITE_DONE)
        return -1;
    return import->series[signal] < STORE_SERIES_MAX ? 0 : err_set(err, "too many series");
}

static bool is_worth_a_row(const struct import *import, const struct diary_row *row, bool is_edge)
{
    unsigned signal = row->signal;

    return is_edge || !import->last[signal].is_set || import->last[signal].steps != row->steps ||
           row->utc_ms - import->last[signal].utc_ms >= REPEAT_MS;
}

static int add_reading(struct import *import, struct readings *readings, sqlite3_stmt *add,
                       const struct diary_row *row, struct err *err)
{
    struct database *database = &readings->file.database;
    unsigned signal = row->signal;

    if (import->series[signal] == 0 && find_series(import, readings, signal, err))
        return -1;
    sqlite3_bind_int64(add, 1, readings_key(row->utc_ms, import->series[signal]));
    sqlite3_bind_int64(add, 2,
                       readings_rescale(row->steps, diary_steps_per_unit(vocabulary[signal].resolution),
                                        import->per_unit[signal]));
    sqlite3_bind_int64(add, 3, row->quality);
    if (database_step(database, add, "add a reading", err))
        return -1;
    import->last[signal].is_set = true;
    import->last[signal].steps = row->steps;
    import->last[signal].utc_ms = row->utc_ms;
    if (sqlite3_changes(database->sqlite) == 0)
        return 0;
    import->result.readings++;
    return rollup_note(&readings->rollup, row->utc_ms, err);
}

static int add_row(struct import *import, struct readings *readings, sqlite3_stmt *add, struct err *err)
{
    struct diary_row signals[LEAFSPY_SIGNALS_MAX];
    size_t count = leafspy_signals(&import->rows[import->next_row], signals);
    bool is_edge = leafspy_log_is_edge(import->rows, import->row_count, import->next_row);

    for (size_t i = 0; i < count; i++)
        if (is_worth_a_row(import, &signals[i], is_edge) &&
            add_reading(import, readings, add, &signals[i], err))
            return -1;
    import->next_row++;
    return 0;
}

static int add_slice(struct import *import, struct readings *readings, struct err *err)
{
    int64_t until_ns = clock_monotonic_ns() + IMPORT_SLICE_NS;
    sqlite3_stmt *add =
        database_prepare(&readings->file.database,
                         "INSERT OR IGNORE INTO reading_raw(key, steps, quality) VALUES(?, ?, ?)", err);
    int rc = add && rollup_reload(&readings->rollup, err) == 0 ? 0 : -1;

    while (rc == 0 && import->next_row < import->row_count && clock_monotonic_ns() < until_ns)
        rc = add_row(import, readings, add, err);
    sqlite3_finalize(add);
    return rc ? rc : rollup_settle(&readings->rollup, err);
}

/* Nothing of the rows' own transaction is mixed with ours. */
int import_add_readings(struct import *import, struct readings *readings, struct err *err)
{
    struct file *file = &readings->file;
    struct import_result before = import->result;

    file_write(file);
    if (!file_is_open(file) || file->trouble != TROUBLE_NONE)
        return err_set(err, "readings.db can't be written now: %s", file->reason);
    if (database_begin(&file->database, err))
        return -1;
    if (add_slice(import, readings, err) || database_commit(&file->database, err)) {
        database_rollback(&file->database);
        import->result = before;
        return -1;
    }
    return import->next_row < import->row_count;
}

/* ---- finding ---- */

/* Which of the figures the series' row is of, or -1. */
static int figure_of(const struct import *import, int64_t series)
{
    for (size_t i = 0; i < FIGURE_COUNT; i++)
        if (import->series[figures[i]] == series)
            return (int)i;
    return -1;
}

static struct diary_row row_of(const struct import *import, enum signal_id signal, sqlite3_stmt *select)
{
    return (struct diary_row){.signal = signal,
                              .utc_ms = readings_key_time(sqlite3_column_int64(select, 0)),
                              .known = true,
                              .steps =
                                  readings_rescale(sqlite3_column_int64(select, 1), import->per_unit[signal],
                                                   diary_steps_per_unit(vocabulary[signal].resolution))};
}

/* The first reading of each figure that the statement comes upon, `span_ms` from the first of all at most. */
static int look(struct import *import, struct readings *readings, const char *sql, int64_t at_ms,
                int64_t span_ms, struct diary_row found[FIGURE_COUNT], size_t *count, struct err *err)
{
    sqlite3_stmt *select = database_prepare(&readings->file.database, sql, err);
    bool has[FIGURE_COUNT] = {false};
    int rc = SQLITE_DONE;

    *count = 0;
    if (!select)
        return -1;
    sqlite3_bind_int64(select, 1, readings_key(at_ms, 0));
    while (*count < FIGURE_COUNT && (rc = sqlite3_step(select)) == SQLITE_ROW) {
        int figure = figure_of(import, readings_key_row(sqlite3_column_int64(select, 0)));
        if (figure < 0 || has[figure])
            continue;
        struct diary_row row = row_of(import, figures[figure], select);
        if (*count > 0 && row.utc_ms - found[0].utc_ms > span_ms)
            break;
        has[figure] = true;
        found[(*count)++] = row;
    }
    if (rc != SQLITE_ROW && rc != SQLITE_DONE)
        database_fail(&readings->file.database, "look for figures", err);
    sqlite3_finalize(select);
    return rc == SQLITE_ROW || rc == SQLITE_DONE ? 0 : -1;
}

int import_find_before(struct import *import, struct readings *readings, struct diary_anchor *anchor,
                       struct err *err)
{
    struct diary_row found[FIGURE_COUNT];
    size_t count;

    *anchor = diary_first_anchor();
    if (look(import, readings,
             "SELECT key, steps FROM reading_raw WHERE key < ? AND steps IS NOT NULL ORDER BY key DESC"
             " LIMIT " LOOK_ROWS,
             import->rows[0].utc_s * 1000, INT64_MAX, found, &count, err))
        return -1;
    for (size_t i = 0; i < count; i++)
        leafspy_log_stand(anchor, &found[i]);
    return 0;
}

int import_find_after(struct import *import, struct readings *readings,
                      struct diary_row found[LEAFSPY_SIGNALS_MAX], size_t *count, struct err *err)
{
    if (look(import, readings,
             "SELECT key, steps FROM reading_raw WHERE key >= ? AND steps IS NOT NULL ORDER BY key"
             " LIMIT " LOOK_ROWS,
             (import->rows[import->row_count - 1].utc_s + 1) * 1000, AT_ONCE_MS, found, count, err))
        return -1;
    for (size_t i = 1; i < *count; i++)
        found[i].utc_ms = found[0].utc_ms;
    return 0;
}

int import_find_first(struct readings *readings, const char *car, int64_t *first_ms, struct err *err)
{
    sqlite3_stmt *find = database_prepare(
        &readings->file.database,
        "SELECT key FROM reading_raw, (SELECT id FROM series WHERE car = ? AND signal = 'reachable')"
        " WHERE key & 4095 = id ORDER BY key LIMIT 1",
        err);

    *first_ms = INT64_MAX;
    if (!find)
        return -1;
    sqlite3_bind_text(find, 1, car, -1, SQLITE_STATIC);
    int rc = sqlite3_step(find);
    if (rc == SQLITE_ROW)
        *first_ms = readings_key_time(sqlite3_column_int64(find, 0));
    else if (rc != SQLITE_DONE)
        database_fail(&readings->file.database, "find the first reading", err);
    sqlite3_finalize(find);
    return rc == SQLITE_ROW || rc == SQLITE_DONE ? 0 : -1;
}
