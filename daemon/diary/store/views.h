/* What a person with sqlite3 reads: the diary in kWh, km and words, with the names of CONTRACT 6. SCHEMA.md
 * explains them. */
#ifndef DIARY_STORE_VIEWS_H
#define DIARY_STORE_VIEWS_H

#include "diary/store/database.h"

/* Ended by one without a name. */
extern const struct database_view views_diary[], views_readings[];

#endif
