/* What the diary keeps, as tables: for each kind of item its columns, so that one piece of code writes and
 * reads them all. */
#ifndef DIARY_STORE_TABLE_H
#define DIARY_STORE_TABLE_H

#include "diary/store/database.h"

#include <stddef.h>

enum column_type {
    COLUMN_ID,      /* int64_t; 0, a new one, is NULL */
    COLUMN_INTEGER, /* int64_t; DIARY_NONE is NULL */
    COLUMN_DAY,     /* int32_t; DIARY_NO_DAY is NULL */
    COLUMN_CODE,    /* int or enum; a negative one is NULL */
    COLUMN_BOOL,
    COLUMN_TEXT,  /* char[]; what does not fit is cut off */
    COLUMN_BYTES, /* a blob of the member's size; zeros when there is none of that size */
    COLUMN_CELLS  /* the millivolts of struct diary_cells, as a JSON array */
};

struct column {
    const char *name;
    enum column_type type;
    size_t offset, bytes; /* of the member */
};

/* Every table has a column `car` beside these. */
struct table {
    const char *name;
    size_t item_bytes;
    const struct column *columns;
    size_t column_count;
};

#define TABLE_SQL_BYTES 1024

extern const struct table table_charge, table_outing, table_stay, table_contact, table_health, table_cells,
    table_anchor, table_traffic, table_identity;

/* Inserts an item, or replaces the one of the same key. *id is the row's. */
int table_put(struct database *database, const struct table *table, const char *car, const void *item,
              int64_t *id, struct err *err);

/* Writes the item over the row of its id, where there is one: what refers to the row stays. */
int table_change(struct database *database, const struct table *table, const char *car, const void *item,
                 struct err *err);

/* Reads the row of the car whose column `key` is `value`: 1; there is none: 0; -1 with err. */
int table_find(struct database *database, const struct table *table, const char *car, const char *key,
               int64_t value, void *item, struct err *err);

/* "SELECT its columns FROM it TAIL", prepared. NULL with err. */
sqlite3_stmt *table_select(struct database *database, const struct table *table, const char *tail,
                           struct err *err);

/* The row where a table_select stands. */
void table_read(const struct table *table, sqlite3_stmt *select, void *item);

#endif
