/* A diary that comes from outside, opened to be read and believed in nothing: whose it is, whether it is
 * whole, and whether its schema is no more than ours. */
#ifndef DIARY_STORE_FOREIGN_H
#define DIARY_STORE_FOREIGN_H

#include "diary/store/database.h"

#define FOREIGN_BYTES_MAX (INT64_C(1) << 30)  /* of a file; a diary of ten years has a few million */
#define FOREIGN_HEAP_MAX  (INT64_C(64) << 20) /* what SQLite may take to understand it */
#define FOREIGN_NAME_MAX  64
#define FOREIGN_ITEMS_MAX 200 /* tables, indexes, views: ours are fewer than half */

/* Opens PATH and reads its first page. NULL with err: *is_missing tells that it could not be opened at all.
 */
sqlite3 *foreign_open(const char *path, bool *is_missing, struct err *err);
void foreign_close(sqlite3 *foreign);

/* -1 with err when it is not a lived diary of a schema that we know, or when it holds anything that `ours`, a
 * new diary, does not. Tables and columns that ours gained since may be missing. */
int foreign_judge(sqlite3 *foreign, const struct database_kind *kind, sqlite3 *ours, struct err *err);

/* -1 with err when it is damaged. */
int foreign_check(sqlite3 *foreign, struct err *err);

#endif
