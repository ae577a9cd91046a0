/* diary.db: what came to be known, one transaction an entry. Runs on the store's thread only. */
#ifndef DIARY_STORE_ENTRIES_H
#define DIARY_STORE_ENTRIES_H

#include "diary/store/database.h"
#include "diary/store/store.h"

extern const struct database_kind entries_kind;

/* Keeps an entry with its anchor; on return it is on the card, and has its id. */
int entries_keep(struct database *database, struct diary_entry *entry, struct err *err);

/* Replaces the preferences of a car, or of the house (""). */
int entries_set_preferences(struct database *database, const char *car, const char *text, struct err *err);

/* Answers what is asked of diary.db; items are freed by who takes the answer, also after a failure. */
int entries_ask(struct database *database, const struct store_question *question, struct store_answer *answer,
                struct err *err);

#endif
