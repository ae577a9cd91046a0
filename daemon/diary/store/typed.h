/* What a person typed, in diary.db: it goes into the row of its charge or outing, and stays there when the
 * trackers write that row again. Runs on the store's thread only. */
#ifndef DIARY_STORE_TYPED_H
#define DIARY_STORE_TYPED_H

#include "diary/store/entries.h"

/* An entry is about to replace a row: what was typed there goes into the entry. */
int typed_keep(struct database *database, struct diary_entry *entry, struct err *err);

/* Puts what was typed on the card; the answer is one struct diary_entry, or none of that id. */
int typed_write(struct database *database, const struct store_edit *edit, struct store_answer *answer,
                struct err *err);

#endif
