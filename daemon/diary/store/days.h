/* STORE_ASK_DAYS and STORE_ASK_MONTHS. */
#ifndef DIARY_STORE_DAYS_H
#define DIARY_STORE_DAYS_H

#include "diary/store/database.h"
#include "diary/store/store.h"

/* As entries_ask, for these two. */
int days_ask(struct database *database, const struct store_question *question, struct store_answer *answer,
             struct err *err);

#endif
