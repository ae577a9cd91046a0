/* Reads; judges nothing. */
#include "account.h"

#include <jansson.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>

static int64_t number(const json_t *line, const char *key)
{
    return json_integer_value(json_object_get(line, key));
}

static void take_charge(struct account_side *side, const json_t *line)
{
    if (side->charge_count == ACCOUNT_MAX)
        return;
    side->charges[side->charge_count++] = (struct account_charge){
        .from_ms = number(line, "from_ms"),
        .to_ms = number(line, "to_ms"),
        .soc_from = number(line, "soc_from"),
        .soc_to = number(line, "soc_to"),
        .battery_wh = number(line, "battery_wh"),
        .charger_wh = number(line, "charger_wh"),
        .at_home = strcmp(json_string_value(json_object_get(line, "place")), "home") == 0};
}

static void take_outing(struct account_side *side, const json_t *line)
{
    if (side->outing_count == ACCOUNT_MAX)
        return;
    side->outings[side->outing_count++] =
        (struct account_outing){.from_ms = number(line, "from_ms"),
                                .to_ms = number(line, "to_ms"),
                                .distance_mm = number(line, "distance_m") * 1000,
                                .used_wh = number(line, "used_wh"),
                                .charged_wh = number(line, "charged_wh"),
                                .odometer_from_km = number(line, "odometer_from_km"),
                                .odometer_to_km = number(line, "odometer_to_km")};
}

static void take_mishap(struct account_side *side, const json_t *line)
{
    if (side->mishap_count < ACCOUNT_MAX)
        side->mishaps[side->mishap_count++] =
            (struct account_mishap){number(line, "from_ms"), number(line, "to_ms")};
}

static void take_line(struct account_side *side, const json_t *line)
{
    if (json_object_get(line, "charge"))
        take_charge(side, line);
    else if (json_object_get(line, "outing"))
        take_outing(side, line);
    else if (json_object_get(line, "mishap"))
        take_mishap(side, line);
    else
        side->odometer_km = number(line, "odometer_km");
}

int account_read_truth(struct account_side *side, const char *path, struct err *err)
{
    FILE *file = fopen(path, "re");
    char text[1024];

    memset(side, 0, sizeof(*side));
    if (!file)
        return err_set(err, "%s: can't be read", path);
    while (fgets(text, sizeof(text), file)) {
        json_t *line = json_loads(text, 0, NULL);
        if (line)
            take_line(side, line);
        json_decref(line);
    }
    fclose(file);
    return 0;
}

/* ---- the diary ---- */

typedef void row_fn(struct account_side *side, sqlite3_stmt *row);

static int64_t column(sqlite3_stmt *row, int index)
{
    return sqlite3_column_type(row, index) == SQLITE_NULL ? INT64_MIN : sqlite3_column_int64(row, index);
}

static void take_charge_row(struct account_side *side, sqlite3_stmt *row)
{
    if (side->charge_count == ACCOUNT_MAX)
        return;
    side->charges[side->charge_count++] = (struct account_charge){.from_ms = column(row, 0),
                                                                  .to_ms = column(row, 1),
                                                                  .soc_from = column(row, 2),
                                                                  .soc_to = column(row, 3),
                                                                  .battery_wh = column(row, 4),
                                                                  .charger_wh = column(row, 5),
                                                                  .how = (int)column(row, 6),
                                                                  .status = (int)column(row, 7),
                                                                  .flags = (unsigned)column(row, 8),
                                                                  .wall_wh = column(row, 9)};
}

static void take_outing_row(struct account_side *side, sqlite3_stmt *row)
{
    if (side->outing_count == ACCOUNT_MAX)
        return;
    side->outings[side->outing_count++] = (struct account_outing){.from_ms = column(row, 0),
                                                                  .to_ms = column(row, 1),
                                                                  .distance_mm = column(row, 2),
                                                                  .used_wh = column(row, 3),
                                                                  .flags = (unsigned)column(row, 4),
                                                                  .has_day = column(row, 5) != INT64_MIN};
}

static void take_sum_row(struct account_side *side, sqlite3_stmt *row)
{
    side->parts_wh = sqlite3_column_int64(row, 0);
}

static void take_anchor_row(struct account_side *side, sqlite3_stmt *row)
{
    side->odometer_km = column(row, 0) / 1000000;
}

static int read_rows(struct account_side *side, sqlite3 *database, const char *sql, row_fn *fn,
                     struct err *err)
{
    sqlite3_stmt *row;

    if (sqlite3_prepare_v2(database, sql, -1, &row, NULL) != SQLITE_OK)
        return err_set(err, "%s: %s", sql, sqlite3_errmsg(database));
    while (sqlite3_step(row) == SQLITE_ROW)
        fn(side, row);
    sqlite3_finalize(row);
    return 0;
}

static void take_odometer_row(struct account_side *side, sqlite3_stmt *row)
{
    side->first_odometer_km = column(row, 0);
}

static void take_count_row(struct account_side *side, sqlite3_stmt *row)
{
    side->known_ms = column(row, 0);
}

struct query {
    const char *sql;
    row_fn *fn;
};

static int read_file(struct account_side *side, const char *folder, const char *name,
                     const struct query *queries, size_t count, struct err *err)
{
    char path[256];
    sqlite3 *database;
    int rc = 0;

    snprintf(path, sizeof(path), "%s/%s", folder, name);
    if (sqlite3_open_v2(path, &database, SQLITE_OPEN_READONLY, NULL) != SQLITE_OK)
        rc = err_set(err, "%s: %s", path, sqlite3_errmsg(database));
    for (size_t i = 0; rc == 0 && i < count; i++)
        rc = read_rows(side, database, queries[i].sql, queries[i].fn, err);
    sqlite3_close(database);
    return rc;
}

int account_read_diary(struct account_side *side, const char *folder, struct err *err)
{
    static const struct query diary[] = {
        {"SELECT from_ms, to_ms, soc_from, soc_to, battery_wh, charger_wh, how, status, flags, wall_wh"
         " FROM charge_raw ORDER BY from_ms, id",
         take_charge_row},
        {"SELECT from_ms, to_ms, distance_mm, energy_soc_wh, flags, day FROM outing_raw ORDER BY from_ms, id",
         take_outing_row},
        {"SELECT sum(battery_wh) FROM part", take_sum_row},
        {"SELECT odometer_mm FROM anchor", take_anchor_row},
    };
    static const struct query readings[] = {
        {"SELECT steps FROM reading_raw WHERE key & 4095 = (SELECT id FROM series WHERE signal = "
         "'odometer')"
         " AND steps IS NOT NULL ORDER BY key LIMIT 1",
         take_odometer_row},
        {"SELECT key / 4096 FROM reading_raw"
         " WHERE key & 4095 = (SELECT id FROM series WHERE signal = 'count_ac') ORDER BY key LIMIT 1",
         take_count_row},
    };

    memset(side, 0, sizeof(*side));
    side->first_odometer_km = side->known_ms = -1;
    if (read_file(side, folder, "diary.db", diary, sizeof(diary) / sizeof(diary[0]), err) != 0)
        return -1;
    return read_file(side, folder, "readings.db", readings, sizeof(readings) / sizeof(readings[0]), err);
}
