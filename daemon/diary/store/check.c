/* Every page of a table in use is read once, in the order of its keys; a page that is damaged fails to be
 * read, or its keys are out of order. Pages that no row needs are not looked at. */
#include "diary/store/check.h"

void check_begin(struct check *check)
{
    *check = (struct check){.after = INT64_MIN};
}

/* How many rows there were; -1 after a failure. */
static int read_rows(struct check *check, struct database *database, sqlite3_stmt *rows, struct err *err)
{
    int count = 0, rc;

    sqlite3_bind_int64(rows, 1, check->after);
    sqlite3_bind_int64(rows, 2, CHECK_SLICE_ROWS);
    while ((rc = sqlite3_step(rows)) == SQLITE_ROW) {
        int64_t key = sqlite3_column_int64(rows, 0);
        if (key <= check->after && count > 0) {
            database->trouble = TROUBLE_DAMAGED;
            return err_set(err, "keys are out of order");
        }
        check->after = key;
        count++;
    }
    return rc == SQLITE_DONE ? count : database_fail(database, "check", err);
}

int check_slice(struct check *check, struct database *database, struct err *err)
{
    static const char *const tables[] = {
        "SELECT key, steps, quality FROM reading_raw WHERE key > ?1 ORDER BY key LIMIT ?2",
        "SELECT key, n, sum, min, max FROM minute WHERE key > ?1 ORDER BY key LIMIT ?2",
        "SELECT key, n, sum, min, max FROM hour WHERE key > ?1 ORDER BY key LIMIT ?2",
        "SELECT id, car, signal FROM series WHERE id > ?1 ORDER BY id LIMIT ?2",
    };
    sqlite3_stmt *rows = database_prepare(database, tables[check->table], err);

    if (!rows)
        return -1;
    int count = read_rows(check, database, rows, err);
    sqlite3_finalize(rows);
    if (count >= 0 && count < CHECK_SLICE_ROWS) {
        check->after = INT64_MIN;
        check->table++;
        check->is_done = check->table == sizeof(tables) / sizeof(tables[0]);
    }
    return count < 0 ? -1 : 0;
}
