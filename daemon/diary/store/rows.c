/* STORE_ASK_ROWS: the readings that the trackers of one car hear, in the order of time. */
#include "diary/store/readings.h"

#include "car/signal.h"

#include <stdlib.h>
#include <string.h>

/* The signals the trackers use; arrays come with the diary's own entries. */
static const char *const heard[] = {
    "soc",       "gids",        "pack_capacity", "pack_voltage", "pack_current", "charger_power", "charging",
    "plugged",   "charge_mode", "charge_state",  "odometer",     "count_ac",     "count_dc",      "soh",
    "hx",        "energy_full", "cell_min",      "cell_max",     "pack_temp",    "aux_voltage",   "presence",
    "reachable", "garage",      "wall_energy",   "wall_power",   "power_state",  "speed",
};

#define NOT_HEARD UINT16_MAX

/* What the readings of a row of table `series` are to the trackers. */
struct meaning {
    uint16_t signal;
    int64_t per_unit; /* in the file */
};

static bool is_heard(const char *name)
{
    for (size_t i = 0; i < sizeof(heard) / sizeof(heard[0]); i++)
        if (strcmp(heard[i], name) == 0)
            return true;
    return false;
}

static uint16_t signal_of(const char *name)
{
    static const char *const own[] = {"presence", "reachable", "garage", "wall_energy",
                                      "wall_power"}; /* enum diary_signal */
    int found = vocabulary_find(name);

    if (!is_heard(name))
        return NOT_HEARD;
    for (size_t i = 0; i < sizeof(own) / sizeof(own[0]); i++)
        if (strcmp(own[i], name) == 0)
            return (uint16_t)(DIARY_SIGNAL_PRESENCE + i);
    return found < 0 ? NOT_HEARD : (uint16_t)found;
}

/* Fills `meanings`, indexed by the rows of table `series`. */
static int find_meanings(struct readings *readings, const char *car, struct meaning *meanings,
                         struct err *err)
{
    struct database *database = &readings->file.database;
    sqlite3_stmt *find =
        database_prepare(database, "SELECT id, signal, per_unit FROM series WHERE car = ?", err);
    int rc;

    if (!find)
        return -1;
    for (size_t i = 0; i < STORE_SERIES_MAX; i++)
        meanings[i].signal = NOT_HEARD;
    sqlite3_bind_text(find, 1, car, -1, SQLITE_STATIC);
    while ((rc = sqlite3_step(find)) == SQLITE_ROW)
        meanings[readings_key_row(sqlite3_column_int64(find, 0))] = (struct meaning){
            signal_of((const char *)sqlite3_column_text(find, 1)), sqlite3_column_int64(find, 2)};
    if (rc != SQLITE_DONE)
        database_fail(database, "find the series of a car", err);
    sqlite3_finalize(find);
    return rc == SQLITE_DONE ? 0 : -1;
}

/* In the steps of today's vocabulary, whatever they were when the series began. */
static struct diary_row read_row(sqlite3_stmt *scan, const struct meaning *meaning)
{
    bool is_of_vocabulary = meaning->signal < SIGNAL_VOCABULARY_COUNT;
    int64_t per_unit =
        is_of_vocabulary ? diary_steps_per_unit(vocabulary[meaning->signal].resolution) : meaning->per_unit;

    return (struct diary_row){
        .signal = meaning->signal,
        .utc_ms = readings_key_time(sqlite3_column_int64(scan, 0)),
        .known = sqlite3_column_type(scan, 1) != SQLITE_NULL,
        .steps = readings_rescale(sqlite3_column_int64(scan, 1), meaning->per_unit, per_unit),
        .quality = (unsigned)sqlite3_column_int64(scan, 2),
    };
}

/* Until the limit, where `next` says how to go on. */
static int scan_rows(struct readings *readings, const struct meaning *meanings, size_t limit,
                     struct diary_row *rows, struct store_answer *answer, struct err *err)
{
    sqlite3_stmt *scan = readings->scan_all;
    int rc;

    while ((rc = sqlite3_step(scan)) == SQLITE_ROW) {
        int64_t key = sqlite3_column_int64(scan, 0);
        const struct meaning *meaning = &meanings[readings_key_row(key)];
        if (meaning->signal == NOT_HEARD)
            continue;
        rows[answer->count++] = read_row(scan, meaning);
        if (answer->count == limit) {
            answer->next = key;
            break;
        }
    }
    if (rc != SQLITE_DONE && rc != SQLITE_ROW)
        database_fail(&readings->file.database, "read rows", err);
    sqlite3_reset(scan);
    return rc == SQLITE_DONE || rc == SQLITE_ROW ? 0 : -1;
}

int readings_ask_rows(struct readings *readings, const struct store_question *question,
                      struct store_answer *answer, struct err *err)
{
    struct meaning meanings[STORE_SERIES_MAX];
    struct diary_row *rows = calloc(question->limit, sizeof(*rows));
    int64_t from_ms = question->from_ms > 0 ? question->from_ms : 0;

    if (!rows)
        return err_set(err, "out of memory");
    answer->items = rows;
    if (find_meanings(readings, question->car, meanings, err))
        return -1;
    int64_t after = question->before ? question->before : readings_key(from_ms, STORE_SERIES_MAX - 1);
    sqlite3_bind_int64(readings->scan_all, 1, after);
    return scan_rows(readings, meanings, question->limit, rows, answer, err);
}
