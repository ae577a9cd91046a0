/* The columns of each kind of item, and the code that walks them. Knows no condition and no order: who asks
 * brings them. */
#include "diary/store/table.h"

#include "diary/item.h"
#include "util/core/buf.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CELLS_TEXT_BYTES (8 * SIGNAL_ELEMENT_MAX)

#define MEMBER(item, type, member)                                                                           \
    {                                                                                                        \
#member, type, offsetof(struct item, member), sizeof(((struct item *)0)->member)                     \
    }
#define TABLE(table, item, columns)                                                                          \
    {                                                                                                        \
        table, sizeof(struct item), columns, sizeof(columns) / sizeof(columns[0])                            \
    }

static const struct column charge_columns[] = {
    MEMBER(diary_charge, COLUMN_ID, id),
    MEMBER(diary_charge, COLUMN_CODE, status),
    MEMBER(diary_charge, COLUMN_CODE, how),
    MEMBER(diary_charge, COLUMN_INTEGER, from_ms),
    MEMBER(diary_charge, COLUMN_INTEGER, to_ms),
    MEMBER(diary_charge, COLUMN_INTEGER, soc_from),
    MEMBER(diary_charge, COLUMN_INTEGER, soc_to),
    MEMBER(diary_charge, COLUMN_CODE, mode),
    MEMBER(diary_charge, COLUMN_INTEGER, battery_wh),
    MEMBER(diary_charge, COLUMN_INTEGER, charger_wh),
    MEMBER(diary_charge, COLUMN_INTEGER, wall_wh),
    MEMBER(diary_charge, COLUMN_INTEGER, metered_wh),
    MEMBER(diary_charge, COLUMN_TEXT, wall_from),
    MEMBER(diary_charge, COLUMN_INTEGER, cost_m),
    MEMBER(diary_charge, COLUMN_INTEGER, cost_max_m),
    MEMBER(diary_charge, COLUMN_TEXT, cost_from),
    MEMBER(diary_charge, COLUMN_TEXT, currency),
    MEMBER(diary_charge, COLUMN_INTEGER, peak_w),
    MEMBER(diary_charge, COLUMN_INTEGER, temp_from_mc),
    MEMBER(diary_charge, COLUMN_INTEGER, temp_to_mc),
    MEMBER(diary_charge, COLUMN_INTEGER, odometer_mm),
    MEMBER(diary_charge, COLUMN_TEXT, place),
    MEMBER(diary_charge, COLUMN_TEXT, note),
    MEMBER(diary_charge, COLUMN_CODE, flags),
};
const struct table table_charge = TABLE("charge_raw", diary_charge, charge_columns);

static const struct column outing_columns[] = {
    MEMBER(diary_outing, COLUMN_ID, id),
    MEMBER(diary_outing, COLUMN_INTEGER, from_ms),
    MEMBER(diary_outing, COLUMN_INTEGER, to_ms),
    MEMBER(diary_outing, COLUMN_INTEGER, distance_mm),
    MEMBER(diary_outing, COLUMN_INTEGER, soc_from),
    MEMBER(diary_outing, COLUMN_INTEGER, soc_to),
    MEMBER(diary_outing, COLUMN_INTEGER, energy_soc_wh),
    MEMBER(diary_outing, COLUMN_INTEGER, energy_gids_wh),
    MEMBER(diary_outing, COLUMN_DAY, day),
    MEMBER(diary_outing, COLUMN_TEXT, tags),
    MEMBER(diary_outing, COLUMN_CODE, flags),
};
const struct table table_outing = TABLE("outing_raw", diary_outing, outing_columns);

static const struct column stay_columns[] = {
    MEMBER(diary_stay, COLUMN_ID, id),          MEMBER(diary_stay, COLUMN_INTEGER, from_ms),
    MEMBER(diary_stay, COLUMN_INTEGER, to_ms),  MEMBER(diary_stay, COLUMN_INTEGER, soc_from),
    MEMBER(diary_stay, COLUMN_INTEGER, soc_to), MEMBER(diary_stay, COLUMN_INTEGER, odometer_mm),
};
const struct table table_stay = TABLE("stay", diary_stay, stay_columns);

static const struct column contact_columns[] = {
    MEMBER(diary_contact, COLUMN_ID, id),
    MEMBER(diary_contact, COLUMN_INTEGER, from_ms),
    MEMBER(diary_contact, COLUMN_INTEGER, to_ms),
    MEMBER(diary_contact, COLUMN_INTEGER, odometer_from_mm),
    MEMBER(diary_contact, COLUMN_INTEGER, odometer_to_mm),
};
const struct table table_contact = TABLE("contact", diary_contact, contact_columns);

static const struct column health_columns[] = {
    MEMBER(diary_health, COLUMN_DAY, day),
    MEMBER(diary_health, COLUMN_INTEGER, serial),
    MEMBER(diary_health, COLUMN_INTEGER, soh),
    MEMBER(diary_health, COLUMN_INTEGER, hx),
    MEMBER(diary_health, COLUMN_INTEGER, capacity_mah),
    MEMBER(diary_health, COLUMN_INTEGER, full_wh),
    MEMBER(diary_health, COLUMN_INTEGER, cell_min_mv),
    MEMBER(diary_health, COLUMN_INTEGER, cell_max_mv),
    MEMBER(diary_health, COLUMN_INTEGER, temperature_mc),
    MEMBER(diary_health, COLUMN_INTEGER, count_ac),
    MEMBER(diary_health, COLUMN_INTEGER, count_dc),
    MEMBER(diary_health, COLUMN_INTEGER, odometer_mm),
};
const struct table table_health = TABLE("health", diary_health, health_columns);

static const struct column cells_columns[] = {
    MEMBER(diary_cells, COLUMN_INTEGER, at_ms),
    MEMBER(diary_cells, COLUMN_CELLS, mv),
};
const struct table table_cells = TABLE("cells", diary_cells, cells_columns);

static const struct column anchor_columns[] = {
    MEMBER(diary_anchor, COLUMN_INTEGER, at_ms),        MEMBER(diary_anchor, COLUMN_INTEGER, rest_ms),
    MEMBER(diary_anchor, COLUMN_INTEGER, soc),          MEMBER(diary_anchor, COLUMN_INTEGER, gids),
    MEMBER(diary_anchor, COLUMN_INTEGER, capacity_mah), MEMBER(diary_anchor, COLUMN_INTEGER, odometer_mm),
    MEMBER(diary_anchor, COLUMN_INTEGER, count_ac),     MEMBER(diary_anchor, COLUMN_INTEGER, count_dc),
    MEMBER(diary_anchor, COLUMN_INTEGER, contact_ms),   MEMBER(diary_anchor, COLUMN_ID, open_charge),
    MEMBER(diary_anchor, COLUMN_INTEGER, health_day),   MEMBER(diary_anchor, COLUMN_INTEGER, cells_day),
    MEMBER(diary_anchor, COLUMN_BOOL, was_away),        MEMBER(diary_anchor, COLUMN_BYTES, memory),
};
const struct table table_anchor = TABLE("anchor", diary_anchor, anchor_columns);

static const struct column traffic_columns[] = {
    MEMBER(diary_traffic, COLUMN_DAY, day),
    MEMBER(diary_traffic, COLUMN_INTEGER, frames_sent),
    MEMBER(diary_traffic, COLUMN_INTEGER, polls),
    MEMBER(diary_traffic, COLUMN_INTEGER, wakeups),
    MEMBER(diary_traffic, COLUMN_INTEGER, bytes),
    MEMBER(diary_traffic, COLUMN_INTEGER, run_us),
    MEMBER(diary_traffic, COLUMN_INTEGER, run_frames_sent),
    MEMBER(diary_traffic, COLUMN_INTEGER, run_polls),
    MEMBER(diary_traffic, COLUMN_INTEGER, run_wakeups),
    MEMBER(diary_traffic, COLUMN_INTEGER, run_bytes),
};
const struct table table_traffic = TABLE("traffic", diary_traffic, traffic_columns);

static const struct column identity_columns[] = {
    MEMBER(diary_identity, COLUMN_ID, id),       MEMBER(diary_identity, COLUMN_INTEGER, from_ms),
    MEMBER(diary_identity, COLUMN_CODE, status), MEMBER(diary_identity, COLUMN_INTEGER, serial),
    MEMBER(diary_identity, COLUMN_BYTES, vin),   MEMBER(diary_identity, COLUMN_BYTES, battery),
};
const struct table table_identity = TABLE("identity", diary_identity, identity_columns);

static void bind_integer(sqlite3_stmt *statement, int number, int64_t value, bool is_known)
{
    if (is_known)
        sqlite3_bind_int64(statement, number, value);
    else
        sqlite3_bind_null(statement, number);
}

static void bind_cells(sqlite3_stmt *statement, int number, const struct diary_cells *cells)
{
    char memory[CELLS_TEXT_BYTES];
    struct buf text;

    buf_init(&text, memory, sizeof(memory));
    buf_add_text(&text, "[");
    for (size_t i = 0; i < cells->count; i++) {
        if (cells->mv[i] == DIARY_CELL_MISSING)
            buf_add_format(&text, "%snull", i ? "," : "");
        else
            buf_add_format(&text, "%s%d", i ? "," : "", cells->mv[i]);
    }
    buf_add_text(&text, "]");
    sqlite3_bind_text(statement, number, text.data, (int)text.len, SQLITE_TRANSIENT);
}

static void bind_column(sqlite3_stmt *statement, int number, const struct column *column, const void *item)
{
    const char *member = (const char *)item + column->offset;
    int64_t integer = 0;
    int32_t code = 0;

    switch (column->type) {
    case COLUMN_ID:
    case COLUMN_INTEGER:
        memcpy(&integer, member, sizeof(integer));
        bind_integer(statement, number, integer, integer != (column->type == COLUMN_ID ? 0 : DIARY_NONE));
        break;
    case COLUMN_DAY:
    case COLUMN_CODE:
        memcpy(&code, member, sizeof(code));
        bind_integer(statement, number, code, column->type == COLUMN_DAY ? code != DIARY_NO_DAY : code >= 0);
        break;
    case COLUMN_BOOL:
        sqlite3_bind_int64(statement, number, *(const bool *)member);
        break;
    case COLUMN_TEXT:
        sqlite3_bind_text(statement, number, member, -1, SQLITE_STATIC);
        break;
    case COLUMN_BYTES:
        sqlite3_bind_blob(statement, number, member, (int)column->bytes, SQLITE_STATIC);
        break;
    case COLUMN_CELLS:
        bind_cells(statement, number, item);
        break;
    }
}

static void read_cells(const char *text, struct diary_cells *cells)
{
    cells->count = 0;
    for (text += *text == '['; *text && *text != ']' && cells->count < SIGNAL_ELEMENT_MAX;) {
        bool is_missing = *text == 'n';
        cells->mv[cells->count++] = is_missing ? DIARY_CELL_MISSING : (uint16_t)atoi(text);
        text += strcspn(text, ",]");
        text += *text == ',';
    }
}

static void read_text(sqlite3_stmt *select, int number, char *member, size_t bytes)
{
    const char *text = (const char *)sqlite3_column_text(select, number);
    size_t len = text ? strnlen(text, bytes - 1) : 0;

    memcpy(member, text ? text : "", len);
    member[len] = '\0';
}

static void read_bytes(sqlite3_stmt *select, int number, char *member, size_t bytes)
{
    const void *blob = sqlite3_column_blob(select, number);

    if (blob && (size_t)sqlite3_column_bytes(select, number) == bytes)
        memcpy(member, blob, bytes);
    else
        memset(member, 0, bytes);
}

static void read_column(sqlite3_stmt *select, int number, const struct column *column, void *item)
{
    char *member = (char *)item + column->offset;
    bool is_known = sqlite3_column_type(select, number) != SQLITE_NULL;
    int64_t integer = sqlite3_column_int64(select, number);
    int32_t code = (int32_t)integer;

    switch (column->type) {
    case COLUMN_ID:
    case COLUMN_INTEGER:
        integer = is_known || column->type == COLUMN_ID ? integer : DIARY_NONE;
        memcpy(member, &integer, sizeof(integer));
        break;
    case COLUMN_DAY:
    case COLUMN_CODE:
        code = is_known ? code : column->type == COLUMN_DAY ? DIARY_NO_DAY : -1;
        memcpy(member, &code, sizeof(code));
        break;
    case COLUMN_BOOL:
        *(bool *)member = integer != 0;
        break;
    case COLUMN_TEXT:
        read_text(select, number, member, column->bytes);
        break;
    case COLUMN_BYTES:
        read_bytes(select, number, member, column->bytes);
        break;
    case COLUMN_CELLS:
        read_cells(is_known ? (const char *)sqlite3_column_text(select, number) : "", item);
        break;
    }
}

/* What came to be known of the same car and moment is the same: written twice, because a failed commit had
 * got to the card after all or the readings are heard again, it keeps its id. */
static void add_value(struct buf *sql, const struct table *table, size_t number)
{
    size_t from = 0;

    if (strcmp(table->columns[number].name, "id") != 0) {
        buf_add_format(sql, ", ?%zu", number + 2);
        return;
    }
    while (strcmp(table->columns[from].name, "from_ms") != 0)
        from++;
    buf_add_format(sql, ", coalesce(?%zu, (SELECT id FROM %s WHERE car = ?1 AND from_ms = ?%zu))", number + 2,
                   table->name, from + 2);
}

static sqlite3_stmt *prepare_put(struct database *database, const struct table *table, struct err *err)
{
    char memory[TABLE_SQL_BYTES];
    struct buf sql;

    buf_init(&sql, memory, sizeof(memory));
    buf_add_format(&sql, "INSERT OR REPLACE INTO %s(car", table->name);
    for (size_t i = 0; i < table->column_count; i++)
        buf_add_format(&sql, ", %s", table->columns[i].name);
    buf_add_text(&sql, ") VALUES(?1");
    for (size_t i = 0; i < table->column_count; i++)
        add_value(&sql, table, i);
    buf_add_text(&sql, ")");
    return database_prepare(database, sql.data, err);
}

int table_put(struct database *database, const struct table *table, const char *car, const void *item,
              int64_t *id, struct err *err)
{
    sqlite3_stmt *put = prepare_put(database, table, err);

    if (!put)
        return -1;
    sqlite3_bind_text(put, 1, car, -1, SQLITE_STATIC);
    for (size_t i = 0; i < table->column_count; i++)
        bind_column(put, (int)i + 2, &table->columns[i], item);
    int rc = database_step(database, put, table->name, err);
    sqlite3_finalize(put);
    *id = sqlite3_last_insert_rowid(database->sqlite);
    return rc;
}

/* ?1 car, ?2 its id: the first column of what has one. */
static sqlite3_stmt *prepare_change(struct database *database, const struct table *table, struct err *err)
{
    char memory[TABLE_SQL_BYTES];
    struct buf sql;

    buf_init(&sql, memory, sizeof(memory));
    buf_add_format(&sql, "UPDATE %s SET ", table->name);
    for (size_t i = 1; i < table->column_count; i++)
        buf_add_format(&sql, "%s%s = ?%zu", i > 1 ? ", " : "", table->columns[i].name, i + 2);
    buf_add_text(&sql, " WHERE car = ?1 AND id = ?2");
    return database_prepare(database, sql.data, err);
}

int table_change(struct database *database, const struct table *table, const char *car, const void *item,
                 struct err *err)
{
    assert(table->columns[0].type == COLUMN_ID);
    sqlite3_stmt *change = prepare_change(database, table, err);

    if (!change)
        return -1;
    sqlite3_bind_text(change, 1, car, -1, SQLITE_STATIC);
    for (size_t i = 0; i < table->column_count; i++)
        bind_column(change, (int)i + 2, &table->columns[i], item);
    int rc = database_step(database, change, table->name, err);
    sqlite3_finalize(change);
    return rc;
}

int table_find(struct database *database, const struct table *table, const char *car, const char *key,
               int64_t value, void *item, struct err *err)
{
    char tail[64];

    snprintf(tail, sizeof(tail), "WHERE car = ? AND %s = ?", key);
    sqlite3_stmt *select = table_select(database, table, tail, err);
    if (!select)
        return -1;
    sqlite3_bind_text(select, 1, car, -1, SQLITE_STATIC);
    sqlite3_bind_int64(select, 2, value);
    int rc = sqlite3_step(select);
    if (rc == SQLITE_ROW)
        table_read(table, select, item);
    else if (rc != SQLITE_DONE)
        database_fail(database, table->name, err);
    sqlite3_finalize(select);
    return rc == SQLITE_ROW ? 1 : rc == SQLITE_DONE ? 0 : -1;
}

sqlite3_stmt *table_select(struct database *database, const struct table *table, const char *tail,
                           struct err *err)
{
    char memory[TABLE_SQL_BYTES];
    struct buf sql;

    buf_init(&sql, memory, sizeof(memory));
    for (size_t i = 0; i < table->column_count; i++)
        buf_add_format(&sql, "%s%s", i ? ", " : "SELECT ", table->columns[i].name);
    buf_add_format(&sql, " FROM %s %s", table->name, tail);
    return database_prepare(database, sql.data, err);
}

void table_read(const struct table *table, sqlite3_stmt *select, void *item)
{
    for (size_t i = 0; i < table->column_count; i++)
        read_column(select, (int)i, &table->columns[i], item);
}
