/* One SQLite file of the diary: opening, schema, transactions, and setting a damaged file aside. Runs on the
 * store's thread only. */
#ifndef DIARY_STORE_DATABASE_H
#define DIARY_STORE_DATABASE_H

#include "diary/store/trouble.h"
#include "util/core/err.h"

#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>

#define DATABASE_SCHEMA 1 /* user_version of both files */

/* A table as people read it. */
struct database_view {
    const char *name;
    const char *sql; /* "CREATE VIEW name AS ...", as SQLite keeps it */
};

/* A column that its table gained while the schema was not frozen. */
struct database_column {
    const char *table, *name, *type;
};

/* What makes a file this one and no other. */
struct database_kind {
    const char *name;                     /* "diary.db" */
    const char *schema_sql;               /* CREATE ... IF NOT EXISTS */
    const struct database_view *views;    /* ended by one without a name */
    const struct database_column *gained; /* ended by one without a table; NULL: none */
    int64_t lived_id, made_up_id;         /* application_id */
    bool check_first;                     /* small enough to be checked whole at every start */
    const char *advice;                   /* said when a damaged one was set aside; NULL: nothing */
};

/* Where the files lie, whose they are, and what they are written with. */
struct database_place {
    const char *folder;
    const char *vfs; /* NULL: SQLite's own */
    bool is_made_up;
};

struct database {
    const struct database_kind *kind;
    sqlite3 *sqlite; /* NULL: not open */
    bool in_transaction;
    enum trouble trouble; /* of the last failure */
};

/* Opens FOLDER/name and makes or checks the schema. A file of a newer schema is opened for questions only:
 * -1 with err, but it is open. */
int database_open(struct database *database, const struct database_kind *kind,
                  const struct database_place *place, struct err *err);

/* Renames a damaged file, which is closed, to name.damaged-UTC; says so, or why not. */
int database_set_aside(const struct database_kind *kind, const struct database_place *place,
                       struct err *told);

/* Whether the path is another file by now, or none: what is written goes to nobody. */
bool database_has_moved(const struct database *database);

/* Closes what is open; statements must be finalized, an open transaction is rolled back. */
void database_close(struct database *database);

/* A statement for many uses, finalized by the caller. NULL with err. */
sqlite3_stmt *database_prepare(struct database *database, const char *sql, struct err *err);

/* Says what SQLite says and remembers what trouble that is. Always returns -1. */
int database_fail(struct database *database, const char *what, struct err *err);

/* Calls the file this; always returns -1. */
int database_refuse(struct database *database, enum trouble trouble, const char *why, struct err *err);

/* Runs SQL that gives no rows; `what` is for the error. */
int database_run(struct database *database, const char *sql, const char *what, struct err *err);

/* Steps a statement that gives no rows, and resets it. */
int database_step(struct database *database, sqlite3_stmt *statement, const char *what, struct err *err);

/* Whether something can be made to last: writes what is there already. Not inside a transaction. */
int database_prove(struct database *database, struct err *err);

/* Begins a transaction unless one is open; makes it last; takes it back. */
int database_begin(struct database *database, struct err *err);
int database_commit(struct database *database, struct err *err);
void database_rollback(struct database *database);

#endif
