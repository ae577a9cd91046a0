/* What the charges measured of the battery, beside its own figures of each day. Runs on the store's thread
 * only. */
#ifndef DIARY_STORE_MEASURED_H
#define DIARY_STORE_MEASURED_H

#include "diary/store/database.h"
#include "diary/store/store.h"

/* Fills in the measured_ members of days that are newest first: of the newest charges of the same battery
 * that were over on that day. */
int measured_fill(struct database *database, const char *car, struct diary_health *days, size_t count,
                  struct err *err);

#endif
