/* Shared by access/store*.c only. */
#ifndef ACCESS_STORE_PRIVATE_H
#define ACCESS_STORE_PRIVATE_H

#include "access/store.h"

#include <limits.h>
#include <sqlite3.h>

struct access_store {
    sqlite3 *db;
    char path[PATH_MAX];
    char boot[ACCESS_STORE_BOOT_MAX];
};

/* -1 with what SQLite says of it. */
int access_store_fail(struct access_store *store, const char *what, struct err *err);

/* store_rows.c: all rows into the snapshot; one change, inside the caller's transaction. */
int access_rows_load(struct access_store *store, struct access_snapshot *snapshot, struct err *err);
int access_rows_write(struct access_store *store, struct access_change *change, struct err *err);

/* A text of any length into `to`; "" for none. */
void access_store_text(char *to, size_t size, sqlite3_stmt *statement, int column);
/* Runs a prepared statement that returns no row, and frees it. */
int access_store_finish(struct access_store *store, sqlite3_stmt *statement, const char *what,
                        struct err *err);
/* A DELETE whose ?1 is `id`. */
int access_store_delete(struct access_store *store, const char *sql, int64_t id, struct err *err);

/* store_audit.c: one row behind the last, inside the caller's transaction. */
int access_audit_write(struct access_store *store, struct audit_row *row, struct err *err);

#endif
