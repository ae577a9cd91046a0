/* The schema of one of the diary's files: made, kept up, compared. */
#ifndef DIARY_STORE_SCHEMA_H
#define DIARY_STORE_SCHEMA_H

#include "diary/store/database.h"

/* Makes what is missing of the kind's tables, columns and views; a new file is marked as ours with
 * `application_id`. Where all is there nothing is written. */
int schema_make(struct database *database, bool is_new, int64_t application_id, struct err *err);

/* Whether all tables have all their columns: where SQL itself was damaged SQLite finds nothing wrong. */
int schema_check(struct database *database, struct err *err);

#endif
