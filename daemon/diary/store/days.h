/* STORE_ASK_DAYS, MONTHS, YEARS and SUMS. */
#ifndef DIARY_STORE_DAYS_H
#define DIARY_STORE_DAYS_H

#include "diary/store/database.h"
#include "diary/store/store.h"

/* As entries_ask: for lists of days, months and years (of `zone`, NULL: UTC), and for the sums of a span. */
int days_ask(struct database *database, const struct store_question *question, const struct zone *zone,
             struct store_answer *answer, struct err *err);
int days_ask_sums(struct database *database, const struct store_question *question,
                  struct store_answer *answer, struct err *err);

#endif
