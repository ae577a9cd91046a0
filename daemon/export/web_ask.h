/* What a request asks of the diary: the lists there are, and from a query to the store's question. Pure.
 * Fuzzed. */
#ifndef EXPORT_WEB_ASK_H
#define EXPORT_WEB_ASK_H

#include "diary/store/store.h"
#include "export/json_diary.h"
#include "export/json_page.h"
#include "export/view.h"
#include "util/core/zone.h"

struct web_list {
    const char *path;
    enum store_subject subject;
    enum json_diary_kind kind;
};

/* The list of that path, or NULL. */
const struct web_list *web_ask_list(const char *path);

struct web_ask {
    const struct view_car *car; /* NULL: the configuration has none of that name; the diary may */
    struct store_question question;
    bool as_csv;
};

/* Fills `ask` from car, from, to, limit, before, format and signal. NULL, or what is wrong with the query. */
const char *web_ask_read(struct web_ask *ask, const struct web_list *list, const char *query,
                         const struct view *view, const struct zone *zone);

/* The answer as a page that can be written; it lives as long as both. */
struct json_page web_ask_page(const struct web_ask *ask, const struct web_list *list, const struct zone *zone,
                              const struct store_answer *answer);

/* The same for the totals: from car, since or from, and to. */
const char *web_ask_totals(struct web_ask *ask, const char *query, const struct view *view,
                           const struct zone *zone);

/* What is wrong with the query when it is answered: the diary, too, knows no such car. NULL: nothing. */
const char *web_ask_judge(const struct web_ask *ask, const struct store_answer *answer);

/* The same for charges/N and outings/N: car alone, and the number that the path ends with. */
const char *web_ask_charge(struct web_ask *ask, const char *path, const char *query, const struct view *view);

#endif
