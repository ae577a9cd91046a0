/* One row a list. What the store makes of a question is its own. */
#include "export/web_ask.h"

#include "export/web_query.h"
#include "util/core/time.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LIMIT_DEFAULT 100
#define WRONG_CAR     "car: which of those there are?"

static const struct web_list lists[] = {
    {"/api/v1/days", STORE_ASK_DAYS, JSON_DIARY_DAY},
    {"/api/v1/months", STORE_ASK_MONTHS, JSON_DIARY_MONTH},
    {"/api/v1/years", STORE_ASK_YEARS, JSON_DIARY_YEAR},
    {"/api/v1/charges", STORE_ASK_CHARGES, JSON_DIARY_CHARGE},
    {"/api/v1/outings", STORE_ASK_OUTINGS, JSON_DIARY_OUTING},
    {"/api/v1/battery", STORE_ASK_BATTERY, JSON_DIARY_BATTERY},
    {"/api/v1/cells", STORE_ASK_CELLS, JSON_DIARY_CELLS},
    {"/api/v1/traffic", STORE_ASK_TRAFFIC, JSON_DIARY_TRAFFIC},
    {"/api/v1/readings", STORE_ASK_READINGS, JSON_DIARY_READING}, /* no route: for garagectl */
};

const struct web_list *web_ask_list(const char *path)
{
    for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++)
        if (strcmp(lists[i].path, path) == 0)
            return &lists[i];
    return NULL;
}

/* A car gone from the configuration keeps its diary. */
static bool read_car(struct web_ask *ask, const char *query, const struct view *view)
{
    ask->car = web_query_car(query, view);
    if (ask->car == NULL)
        return web_query_text(query, "car", ask->question.car, sizeof(ask->question.car)) ==
                   WEB_QUERY_THERE &&
               ask->question.car[0] != '\0';
    snprintf(ask->question.car, sizeof(ask->question.car), "%s", ask->car->id);
    return true;
}

/* `first`: the parameter that says on which day it begins. */
static bool read_days(struct store_question *question, const char *query, const char *first,
                      const struct zone *zone)
{
    question->from_day = INT32_MIN;
    question->to_day = INT32_MAX;
    question->from_ms = INT64_MIN;
    question->to_ms = INT64_MAX;
    if (!web_query_day(query, first, &question->from_day) ||
        !web_query_day(query, "to", &question->to_day) || question->from_day > question->to_day)
        return false;
    if (question->from_day != INT32_MIN)
        question->from_ms = zone_day_start_ns(zone, question->from_day) / NS_PER_MS;
    if (question->to_day != INT32_MAX)
        question->to_ms = zone_day_end_ns(zone, question->to_day) / NS_PER_MS;
    return true;
}

static bool read_mark(const char *query, enum json_diary_mark mark, int32_t *day)
{
    if (mark == JSON_DIARY_BY_YEAR)
        return web_query_year(query, "before", day);
    return mark == JSON_DIARY_BY_MONTH ? web_query_month(query, "before", day)
                                       : web_query_day(query, "before", day);
}

/* Nothing that was kept is as old as 1970, so 0 is free to mean the newest. */
static bool read_before(struct store_question *question, const char *query, enum json_diary_mark mark)
{
    int32_t day = INT32_MIN;

    if (mark == JSON_DIARY_BY_ID)
        return web_query_number(query, "before", 1, INT64_MAX, &question->before);
    if (!read_mark(query, mark, &day) || (day != INT32_MIN && day <= 0))
        return false;
    question->before = day == INT32_MIN ? 0 : day;
    return true;
}

static bool read_format(struct web_ask *ask, const char *query)
{
    char text[8];
    enum web_query state = web_query_text(query, "format", text, sizeof(text));

    ask->as_csv = strcmp(text, "csv") == 0;
    return state == WEB_QUERY_ABSENT || ask->as_csv || strcmp(text, "json") == 0;
}

const char *web_ask_read(struct web_ask *ask, const struct web_list *list, const char *query,
                         const struct view *view, const struct zone *zone)
{
    int64_t limit = LIMIT_DEFAULT;

    *ask = (struct web_ask){.question = {.subject = list->subject}};
    if (!read_car(ask, query, view))
        return WRONG_CAR;
    if (!read_days(&ask->question, query, "from", zone))
        return "from, to: local days like 2026-11-22, from not after to";
    if (!web_query_number(query, "limit", 1, STORE_LIMIT_MAX, &limit))
        return "limit: 1 to 1000";
    ask->question.limit = (unsigned)limit;
    if (!read_before(&ask->question, query, json_diary_mark(list->kind)))
        return "before: what stands in next";
    if (!read_format(ask, query))
        return "format: json or csv";
    if (web_query_text(query, "signal", ask->question.signal, sizeof(ask->question.signal)) == WEB_QUERY_TOO_LONG)
        return "signal: there is none with so long a name";
    return NULL;
}

struct json_page web_ask_page(const struct web_ask *ask, const struct web_list *list, const struct zone *zone,
                              const struct store_answer *answer)
{
    const struct view_car *car = ask->car;

    return (struct json_page){
        .kind = list->kind,
        .car = ask->question.car,
        .zone = zone,
        .items = answer->items,
        .count = answer->count,
        .open = car != NULL && car->has_charge ? &car->charge : NULL,
        .next = answer->next,
        .unattributed = answer->unattributed,
    };
}

const char *web_ask_totals(struct web_ask *ask, const char *query, const struct view *view,
                           const struct zone *zone)
{
    char since[sizeof("charge")];
    enum web_query state = web_query_text(query, "since", since, sizeof(since));

    *ask = (struct web_ask){.question = {.subject = STORE_ASK_SUMS, .limit = 1}};
    if (!read_car(ask, query, view))
        return WRONG_CAR;
    ask->question.since_charge = strcmp(since, "charge") == 0;
    bool has_day = state != WEB_QUERY_ABSENT && !ask->question.since_charge;
    if (!read_days(&ask->question, query, has_day ? "since" : "from", zone))
        return "since: charge, or a local day like 2026-11-22; or from and to, from not after to";
    return NULL;
}

const char *web_ask_charge(struct web_ask *ask, const char *path, const char *query, const struct view *view)
{
    *ask = (struct web_ask){.question = {.subject = STORE_ASK_CHARGE, .limit = 1}};
    ask->question.id = strtoll(strrchr(path, '/') + 1, NULL, 10);
    return read_car(ask, query, view) ? NULL : WRONG_CAR;
}

const char *web_ask_judge(const struct web_ask *ask, const struct store_answer *answer)
{
    return ask->car != NULL || answer->is_known ? NULL : WRONG_CAR;
}
