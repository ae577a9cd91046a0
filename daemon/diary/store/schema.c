/* The tables and views of a file: made where they are missing, and compared with what they should be. Knows
 * none of them: the kind brings its SQL. */
#include "diary/store/schema.h"

#include <inttypes.h>
#include <stdio.h>

/* What stands in the file under the name of a view: a table? the same view? */
static int find_view(struct database *database, const struct database_view *view, bool *is_table,
                     bool *is_same, struct err *err)
{
    sqlite3_stmt *find =
        database_prepare(database, "SELECT type = 'table', sql = ? FROM sqlite_schema WHERE name = ?", err);

    if (!find)
        return -1;
    sqlite3_bind_text(find, 1, view->sql, -1, SQLITE_STATIC);
    sqlite3_bind_text(find, 2, view->name, -1, SQLITE_STATIC);
    int rc = sqlite3_step(find);
    *is_table = rc == SQLITE_ROW && sqlite3_column_int(find, 0);
    *is_same = rc == SQLITE_ROW && sqlite3_column_int(find, 1);
    if (rc != SQLITE_ROW && rc != SQLITE_DONE)
        database_fail(database, "find a view", err);
    sqlite3_finalize(find);
    return rc == SQLITE_ROW || rc == SQLITE_DONE ? 0 : -1;
}

/* Frees the names of views that are not as they should be; before this schema had views a table had them.
 * *stand: there was nothing to do, and nothing was written. */
static int clear_views(struct database *database, bool *stand, struct err *err)
{
    char sql[96];

    *stand = true;
    for (const struct database_view *view = database->kind->views; view->name != NULL; view++) {
        bool is_table, is_same;
        if (find_view(database, view, &is_table, &is_same, err))
            return -1;
        if (is_table)
            snprintf(sql, sizeof(sql), "ALTER TABLE %s RENAME TO %s_raw", view->name, view->name);
        else
            snprintf(sql, sizeof(sql), "DROP VIEW IF EXISTS %s", view->name);
        if (!is_same && (database_begin(database, err) || database_run(database, sql, "clear a view", err)))
            return -1;
        *stand = *stand && is_same;
    }
    return 0;
}

static int make_views(struct database *database, struct err *err)
{
    for (const struct database_view *view = database->kind->views; view->name != NULL; view++) {
        bool is_table, is_same;
        if (find_view(database, view, &is_table, &is_same, err) ||
            (!is_same && database_run(database, view->sql, "make a view", err)))
            return -1;
    }
    return 0;
}

static int mark_new(struct database *database, int64_t application_id, struct err *err)
{
    char sql[96];

    snprintf(sql, sizeof(sql), "PRAGMA application_id = %" PRId64 "; PRAGMA user_version = %d;",
             application_id, DATABASE_SCHEMA);
    return database_run(database, sql, "schema", err);
}

static bool has_column(const struct database *database, const char *table, const char *column)
{
    return sqlite3_table_column_metadata(database->sqlite, NULL, table, column, NULL, NULL, NULL, NULL,
                                         NULL) == SQLITE_OK;
}

static int gain_columns(struct database *database, struct err *err)
{
    char sql[128];

    for (const struct database_column *gained = database->kind->gained; gained && gained->table; gained++) {
        snprintf(sql, sizeof(sql), "ALTER TABLE %s ADD COLUMN %s %s", gained->table, gained->name,
                 gained->type);
        if (!has_column(database, gained->table, gained->name) &&
            (database_begin(database, err) || database_run(database, sql, gained->name, err)))
            return -1;
    }
    return 0;
}

/* Of a new file; one that is ours may lack tables and views that this schema gained while it was not frozen.
 * Where all is there nothing is written. */
int schema_make(struct database *database, bool is_new, int64_t application_id, struct err *err)
{
    bool stand;

    if (is_new && database_begin(database, err))
        return -1;
    if (clear_views(database, &stand, err) == 0 &&
        database_run(database, database->kind->schema_sql, "schema", err) == 0 &&
        gain_columns(database, err) == 0 && (stand || make_views(database, err) == 0) &&
        (!is_new || mark_new(database, application_id, err) == 0))
        return database_commit(database, err);
    database_rollback(database);
    return -1;
}

/* What is in a schema, one row a thing: its columns by name, and where its references go. */
#define SHAPE                                                                                                \
    "SELECT things.name AS thing, fields.name AS part FROM sqlite_schema AS things"                          \
    " JOIN pragma_table_info(things.name) AS fields WHERE things.type = 'table'"                             \
    " UNION ALL SELECT things.name, 'reference to ' || links.\"table\" FROM sqlite_schema AS things"         \
    " JOIN pragma_foreign_key_list(things.name) AS links WHERE things.type = 'table'"

static int check_part(struct database *database, sqlite3_stmt *find, const char *thing, const char *part,
                      struct err *err)
{
    sqlite3_bind_text(find, 1, thing, -1, SQLITE_STATIC);
    sqlite3_bind_text(find, 2, part, -1, SQLITE_STATIC);
    int rc = sqlite3_step(find);
    if (rc != SQLITE_ROW && rc != SQLITE_DONE)
        database_fail(database, "schema", err);
    sqlite3_reset(find);
    if (rc == SQLITE_DONE) {
        database->trouble = TROUBLE_DAMAGED;
        err_set(err, "table %s has lost %s", thing, part);
    }
    return rc == SQLITE_ROW ? 0 : -1;
}

/* All that a new file would have. */
static int check_shape(struct database *database, sqlite3_stmt *ours, struct err *err)
{
    sqlite3_stmt *find =
        database_prepare(database, "SELECT 1 FROM (" SHAPE ") WHERE thing = ? AND part = ?", err);
    int rc = find ? 0 : -1;

    while (rc == 0 && sqlite3_step(ours) == SQLITE_ROW)
        rc = check_part(database, find, (const char *)sqlite3_column_text(ours, 0),
                        (const char *)sqlite3_column_text(ours, 1), err);
    sqlite3_finalize(find);
    return rc;
}

int schema_check(struct database *database, struct err *err)
{
    sqlite3 *model = NULL;
    sqlite3_stmt *ours = NULL;
    int rc = -1;

    if (sqlite3_open(":memory:", &model) == SQLITE_OK &&
        sqlite3_exec(model, database->kind->schema_sql, NULL, NULL, NULL) == SQLITE_OK &&
        sqlite3_prepare_v2(model, SHAPE, -1, &ours, NULL) == SQLITE_OK)
        rc = check_shape(database, ours, err);
    else
        err_set(err, "a schema to compare with: %s", model ? sqlite3_errmsg(model) : "out of memory");
    sqlite3_finalize(ours);
    sqlite3_close(model);
    return rc;
}
