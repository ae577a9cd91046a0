/* STORE_ASK_ROWS: the readings that the trackers of one car hear, in the order of time. */
#include "diary/store/readings.h"

#include <stdlib.h>
#include <string.h>

/* The signals the trackers use; arrays come with the diary's own entries. */
static const char *const heard[] = {
    "soc",       "gids",        "pack_capacity", "pack_voltage", "pack_current", "charger_power", "charging",
    "plugged",   "charge_mode", "charge_state",  "odometer",     "count_ac",     "count_dc",      "soh",
    "hx",        "energy_full", "cell_min",      "cell_max",     "pack_temp",    "aux_voltage",   "presence",
    "reachable", "garage",      "power_state",   "speed",
};

#define NOT_HEARD UINT16_MAX

static bool is_heard(const char *name)
{
    for (size_t i = 0; i < sizeof(heard) / sizeof(heard[0]); i++)
        if (strcmp(heard[i], name) == 0)
            return true;
    return false;
}

static uint16_t signal_of(const char *name)
{
    static const char *const own[] = {"presence", "reachable", "garage"}; /* enum diary_signal */
    int found = vocabulary_find(name);

    if (!is_heard(name))
        return NOT_HEARD;
    for (size_t i = 0; i < sizeof(own) / sizeof(own[0]); i++)
        if (strcmp(own[i], name) == 0)
            return (uint16_t)(DIARY_SIGNAL_PRESENCE + i);
    return found < 0 ? NOT_HEARD : (uint16_t)found;
}

/* Fills signal_of_row, indexed by the rows of table `series`. */
static int find_signals(struct readings *readings, const char *car, uint16_t *signal_of_row, struct err *err)
{
    sqlite3_stmt *find =
        database_prepare(&readings->database, "SELECT id, signal FROM series WHERE car = ?", err);
    int rc;

    if (!find)
        return -1;
    memset(signal_of_row, 0xFF, STORE_SERIES_MAX * sizeof(signal_of_row[0]));
    sqlite3_bind_text(find, 1, car, -1, SQLITE_STATIC);
    while ((rc = sqlite3_step(find)) == SQLITE_ROW)
        signal_of_row[sqlite3_column_int64(find, 0) & (STORE_SERIES_MAX - 1)] =
            signal_of((const char *)sqlite3_column_text(find, 1));
    if (rc != SQLITE_DONE)
        database_fail(&readings->database, "find the series of a car", err);
    sqlite3_finalize(find);
    return rc == SQLITE_DONE ? 0 : -1;
}

static struct diary_row read_row(sqlite3_stmt *scan, unsigned signal)
{
    return (struct diary_row){
        .signal = signal,
        .utc_ms = readings_key_ms(sqlite3_column_int64(scan, 0)),
        .known = sqlite3_column_type(scan, 1) != SQLITE_NULL,
        .steps = sqlite3_column_int64(scan, 1),
        .quality = (unsigned)sqlite3_column_int64(scan, 2),
    };
}

/* Until the limit, where `next` says how to go on. */
static int scan_rows(struct readings *readings, const uint16_t *signal_of_row, size_t limit,
                     struct diary_row *rows, struct store_answer *answer, struct err *err)
{
    sqlite3_stmt *scan = readings->scan_all;
    int rc;

    while ((rc = sqlite3_step(scan)) == SQLITE_ROW) {
        int64_t key = sqlite3_column_int64(scan, 0);
        unsigned signal = signal_of_row[readings_key_row(key)];
        if (signal == NOT_HEARD)
            continue;
        rows[answer->count++] = read_row(scan, signal);
        if (answer->count == limit) {
            answer->next = key;
            break;
        }
    }
    if (rc != SQLITE_DONE && rc != SQLITE_ROW)
        database_fail(&readings->database, "read rows", err);
    sqlite3_reset(scan);
    return rc == SQLITE_DONE || rc == SQLITE_ROW ? 0 : -1;
}

int readings_ask_rows(struct readings *readings, const struct store_question *question,
                      struct store_answer *answer, struct err *err)
{
    uint16_t signal_of_row[STORE_SERIES_MAX];
    struct diary_row *rows = calloc(question->limit, sizeof(*rows));

    if (!rows)
        return err_set(err, "out of memory");
    answer->items = rows;
    if (find_signals(readings, question->car, signal_of_row, err))
        return -1;
    int64_t after =
        question->before ? question->before : readings_key(question->from_ms, STORE_SERIES_MAX - 1);
    sqlite3_bind_int64(readings->scan_all, 1, after);
    return scan_rows(readings, signal_of_row, question->limit, rows, answer, err);
}
