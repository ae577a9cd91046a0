/* The schema of diary.db and how entries get into it. Decides nothing about them. Names are chosen for people
 * with sqlite3: a table is what its rows are, _raw where a view of views.c shows them in kWh and km, a column
 * ends in its unit, days count from 1970-01-01. SCHEMA.md names each of them. */
#include "diary/store/entries.h"

#include "diary/store/table.h"
#include "diary/store/typed.h"
#include "diary/store/views.h"
#include "util/clock.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MS_PER_DAY INT64_C(86400000)

static const char schema_sql[] =
    "CREATE TABLE IF NOT EXISTS charge_raw(id INTEGER PRIMARY KEY, car TEXT NOT NULL,"
    " status INTEGER NOT NULL, how INTEGER NOT NULL, from_ms INTEGER NOT NULL, to_ms INTEGER,"
    " soc_from INTEGER, soc_to INTEGER, mode INTEGER, battery_wh INTEGER, charger_wh INTEGER,"
    " wall_wh INTEGER, metered_wh INTEGER, wall_from TEXT NOT NULL, cost_m INTEGER, cost_max_m INTEGER,"
    " cost_from TEXT NOT NULL DEFAULT '', priced INTEGER,"
    " currency TEXT NOT NULL, peak_w INTEGER, temp_from_mc INTEGER, temp_to_mc INTEGER,"
    " odometer_mm INTEGER, place TEXT NOT NULL,"
    " note TEXT NOT NULL, flags INTEGER NOT NULL) STRICT;"
    "CREATE INDEX IF NOT EXISTS charge_by_time ON charge_raw(car, from_ms);"
    "CREATE TABLE IF NOT EXISTS part(charge INTEGER NOT NULL REFERENCES charge_raw ON DELETE CASCADE,"
    " number INTEGER NOT NULL, day INTEGER, battery_wh INTEGER, charger_wh INTEGER,"
    " PRIMARY KEY(charge, number)) STRICT, WITHOUT ROWID;"
    "CREATE INDEX IF NOT EXISTS part_by_day ON part(day);"
    "CREATE TABLE IF NOT EXISTS outing_raw(id INTEGER PRIMARY KEY, car TEXT NOT NULL,"
    " from_ms INTEGER NOT NULL, to_ms INTEGER NOT NULL, distance_mm INTEGER, soc_from INTEGER,"
    " soc_to INTEGER, energy_soc_wh INTEGER, energy_gids_wh INTEGER, day INTEGER,"
    " tags TEXT NOT NULL, flags INTEGER NOT NULL) STRICT;"
    "CREATE INDEX IF NOT EXISTS outing_by_time ON outing_raw(car, from_ms);"
    "CREATE INDEX IF NOT EXISTS outing_by_day ON outing_raw(car, day);"
    "CREATE TABLE IF NOT EXISTS stay(id INTEGER PRIMARY KEY, car TEXT NOT NULL,"
    " from_ms INTEGER NOT NULL, to_ms INTEGER NOT NULL, soc_from INTEGER, soc_to INTEGER,"
    " odometer_mm INTEGER) STRICT;"
    "CREATE INDEX IF NOT EXISTS stay_by_time ON stay(car, from_ms);"
    "CREATE TABLE IF NOT EXISTS contact(id INTEGER PRIMARY KEY, car TEXT NOT NULL,"
    " from_ms INTEGER NOT NULL, to_ms INTEGER, odometer_from_mm INTEGER,"
    " odometer_to_mm INTEGER) STRICT;"
    "CREATE INDEX IF NOT EXISTS contact_by_time ON contact(car, from_ms);"
    "CREATE TABLE IF NOT EXISTS health(car TEXT NOT NULL, day INTEGER NOT NULL, serial INTEGER,"
    " soh INTEGER, hx INTEGER, capacity_mah INTEGER, full_wh INTEGER, cell_min_mv INTEGER,"
    " cell_max_mv INTEGER, temperature_mc INTEGER, count_ac INTEGER, count_dc INTEGER,"
    " odometer_mm INTEGER, PRIMARY KEY(car, day)) STRICT, WITHOUT ROWID;"
    "CREATE TABLE IF NOT EXISTS cells(car TEXT NOT NULL, at_ms INTEGER NOT NULL, mv TEXT NOT NULL,"
    " PRIMARY KEY(car, at_ms)) STRICT, WITHOUT ROWID;"
    "CREATE TABLE IF NOT EXISTS anchor(car TEXT PRIMARY KEY, at_ms INTEGER, rest_ms INTEGER,"
    " soc INTEGER, gids INTEGER, capacity_mah INTEGER, odometer_mm INTEGER, count_ac INTEGER,"
    " count_dc INTEGER, contact_ms INTEGER, open_charge INTEGER, health_day INTEGER,"
    " cells_day INTEGER, was_away INTEGER NOT NULL, memory BLOB) STRICT;"
    "CREATE TABLE IF NOT EXISTS traffic(car TEXT NOT NULL, day INTEGER NOT NULL,"
    " frames_sent INTEGER NOT NULL, polls INTEGER NOT NULL, wakeups INTEGER NOT NULL,"
    " bytes INTEGER NOT NULL, run_us INTEGER NOT NULL, run_frames_sent INTEGER NOT NULL,"
    " run_polls INTEGER NOT NULL, run_wakeups INTEGER NOT NULL, run_bytes INTEGER NOT NULL,"
    " PRIMARY KEY(car, day)) STRICT, WITHOUT ROWID;"
    "CREATE TABLE IF NOT EXISTS identity(id INTEGER PRIMARY KEY, car TEXT NOT NULL,"
    " from_ms INTEGER NOT NULL, status INTEGER NOT NULL, serial INTEGER NOT NULL, vin BLOB NOT NULL,"
    " battery BLOB NOT NULL) STRICT;"
    "CREATE TABLE IF NOT EXISTS preference(car TEXT PRIMARY KEY, json TEXT NOT NULL"
    ") STRICT, WITHOUT ROWID;"
    "CREATE TABLE IF NOT EXISTS tariff(id INTEGER PRIMARY KEY CHECK(id = 1), json TEXT NOT NULL) STRICT;";

static const struct database_column gained[] = {
    {"charge_raw", "cost_from", "TEXT NOT NULL DEFAULT ''"},
    {"charge_raw", "priced", "INTEGER"},
    {"charge_raw", "temp_from_mc", "INTEGER"},
    {"charge_raw", "temp_to_mc", "INTEGER"},
    {"charge_raw", "metered_wh", "INTEGER"},
    {NULL, NULL, NULL},
};

static const struct database_kind kind = {
    .name = "diary.db",
    .schema_sql = schema_sql,
    .views = views_diary,
    .gained = gained,
    .lived_id = 0x67617264,   /* "gard" */
    .made_up_id = 0x64656d64, /* "demd" */
    .check_first = true,
    .advice = "; begun anew from the readings, `garagectl restore` puts a copy in its place",
};

static int put_part(struct database *database, sqlite3_stmt *put, int64_t charge, size_t number,
                    const struct diary_part *part, struct err *err)
{
    const int64_t values[] = {charge, (int64_t)number, part->day == DIARY_NO_DAY ? DIARY_NONE : part->day,
                              part->battery_wh, part->charger_wh};

    for (int i = 0; i < (int)(sizeof(values) / sizeof(values[0])); i++) {
        if (values[i] == DIARY_NONE)
            sqlite3_bind_null(put, i + 1);
        else
            sqlite3_bind_int64(put, i + 1, values[i]);
    }
    return database_step(database, put, "part", err);
}

/* The parts of what the charge was before went with its row, but for those of a row that somebody deleted with
 * another program: its id is given again. */
static int clear_parts(struct database *database, int64_t charge, struct err *err)
{
    sqlite3_stmt *clear = database_prepare(database, "DELETE FROM part WHERE charge = ?", err);

    if (!clear)
        return -1;
    sqlite3_bind_int64(clear, 1, charge);
    int rc = database_step(database, clear, "part", err);
    sqlite3_finalize(clear);
    return rc;
}

static int put_parts(struct database *database, const struct diary_entry *entry, struct err *err)
{
    sqlite3_stmt *put = database_prepare(database, "INSERT INTO part VALUES(?, ?, ?, ?, ?)", err);
    int rc = put ? clear_parts(database, entry->charge.id, err) : -1;

    for (size_t i = 0; i < entry->part_count && rc == 0; i++)
        rc = put_part(database, put, entry->charge.id, i, &entry->parts[i], err);
    sqlite3_finalize(put);
    return rc;
}

/* Which battery it was: the one that the owner had accepted by then, the first while nobody has asked. */
static int fill_serial(struct database *database, struct diary_entry *entry, struct err *err)
{
    sqlite3_stmt *find = database_prepare(
        database,
        "SELECT serial FROM identity WHERE car = ? AND status = ? AND from_ms < ? ORDER BY id DESC LIMIT 1",
        err);

    if (!find)
        return -1;
    sqlite3_bind_text(find, 1, entry->car, -1, SQLITE_STATIC);
    sqlite3_bind_int(find, 2, DIARY_IDENTITY_ACCEPTED);
    sqlite3_bind_int64(find, 3, (entry->health.day + INT64_C(2)) * MS_PER_DAY); /* over everywhere */
    int rc = sqlite3_step(find);
    entry->health.serial = rc == SQLITE_ROW ? sqlite3_column_int64(find, 0) : 1;
    if (rc != SQLITE_ROW && rc != SQLITE_DONE)
        database_fail(database, "identity", err);
    sqlite3_finalize(find);
    return rc == SQLITE_ROW || rc == SQLITE_DONE ? 0 : -1;
}

int entries_put_item(struct database *database, struct diary_entry *entry, struct err *err)
{
    int64_t id;

    switch (entry->kind) {
    case DIARY_CHARGE:
        return typed_keep(database, entry, err) ||
                       table_put(database, &table_charge, entry->car, &entry->charge, &entry->charge.id,
                                 err) ||
                       put_parts(database, entry, err)
                   ? -1
                   : 0;
    case DIARY_OUTING:
        return typed_keep(database, entry, err) ||
                       table_put(database, &table_outing, entry->car, &entry->outing, &entry->outing.id, err)
                   ? -1
                   : 0;
    case DIARY_STAY:
        return table_put(database, &table_stay, entry->car, &entry->stay, &entry->stay.id, err);
    case DIARY_CONTACT:
        return table_put(database, &table_contact, entry->car, &entry->contact, &entry->contact.id, err);
    case DIARY_HEALTH:
        return fill_serial(database, entry, err) ||
                       table_put(database, &table_health, entry->car, &entry->health, &id, err)
                   ? -1
                   : 0;
    case DIARY_CELLS:
        return table_put(database, &table_cells, entry->car, &entry->cells, &id, err);
    case DIARY_TRAFFIC:
        return table_put(database, &table_traffic, entry->car, &entry->traffic, &id, err);
    case DIARY_IDENTITY:
        return table_put(database, &table_identity, entry->car, &entry->identity, &entry->identity.id, err);
    case DIARY_ANCHOR:
        break;
    }
    return 0;
}

/* What the house adds of its own tells nothing about where the trackers stand. */
static bool has_anchor(const struct diary_entry *entry)
{
    bool is_own = entry->kind == DIARY_TRAFFIC || entry->kind == DIARY_IDENTITY;

    return !is_own || entry->begins_anew;
}

static int put_entry(struct database *database, struct diary_entry *entry, struct err *err)
{
    int64_t id;

    if (database_begin(database, err) || entries_put_item(database, entry, err))
        return -1;
    if (entry->kind == DIARY_CHARGE && entry->charge.status == DIARY_OPEN)
        entry->anchor.open_charge = entry->charge.id;
    if (has_anchor(entry) && table_put(database, &table_anchor, entry->car, &entry->anchor, &id, err))
        return -1;
    return database_commit(database, err);
}

/* One transaction an entry: each is told as soon as it is on the card. */
static int write_waiting(void *ctx, struct err *err)
{
    struct entries *entries = ctx;

    while (entries->waiting_count > 0) {
        struct diary_entry before = *entries->waiting[0];
        if (put_entry(&entries->file.database, entries->waiting[0], err)) {
            *entries->waiting[0] = before; /* the id it nearly had is not its own */
            return -1;
        }
        entries->kept(entries->ctx, entries->waiting[0]);
        entries->waiting_count--;
        memmove(entries->waiting, entries->waiting + 1, entries->waiting_count * sizeof(entries->waiting[0]));
    }
    return 0;
}

static int nothing_to_prepare(void *ctx, struct err *err)
{
    (void)ctx;
    (void)err;
    return 0;
}

static void nothing_to_do(void *ctx)
{
    (void)ctx;
}

void entries_init(struct entries *entries, const struct database_place *place, entries_kept_fn *kept,
                  void *ctx)
{
    static const struct file_owner owner = {nothing_to_prepare, nothing_to_do, write_waiting, nothing_to_do};

    *entries = (struct entries){.kept = kept, .ctx = ctx};
    file_init(&entries->file, &kind, place, &owner, entries);
}

void entries_close(struct entries *entries)
{
    file_close(&entries->file);
    for (size_t i = 0; i < entries->waiting_count; i++)
        free(entries->waiting[i]);
    entries->waiting_count = 0;
}

void entries_add(struct entries *entries, struct diary_entry *entry)
{
    assert(entries->waiting_count < STORE_UNKEPT_MAX);
    entries->waiting[entries->waiting_count++] = entry;
    file_want_write(&entries->file, clock_monotonic_ns());
}

int entries_set_text(struct entries *entries, enum store_subject subject, const char *car, const char *text,
                     struct err *err)
{
    const char *sql = subject == STORE_ASK_TARIFFS ? "INSERT OR REPLACE INTO tariff VALUES(1, ?2)"
                                                   : "INSERT OR REPLACE INTO preference VALUES(?1, ?2)";
    struct database *database = &entries->file.database;
    sqlite3_stmt *put = database_prepare(database, sql, err);

    if (!put)
        return -1;
    sqlite3_bind_text(put, 1, car, -1, SQLITE_STATIC);
    sqlite3_bind_text(put, 2, text, -1, SQLITE_STATIC);
    int rc = database_step(database, put, "a text of the owner's", err);
    sqlite3_finalize(put);
    return rc;
}
