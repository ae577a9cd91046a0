/* Days are the sums of what the trackers attributed to them; months, years and any other span of time are
 * sums of the same rows. What has no day, a charge overnight, has a month or a year when all of its time lies
 * in that. SQLite gives outings and parts of charges and this adds them up, days newest first,
 * so a page costs what is on it. No table of days is kept that could contradict its parts. */
#include "diary/store/days.h"

#include "util/core/day.h"
#include "util/core/time.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What has another day in the file has none: 0001-01-01 to 9999-12-31. */
#define DAY_FIRST (-719162)
#define DAY_LAST  2932896

/* Stands for a currency while adding up: there is more than one. */
#define MIXED "?"

/* clang-format off */

/* What was used: by SOC, by GIDs where that is all there is. */
#define USED_WH       "coalesce(energy_soc_wh, energy_gids_wh)"

/* What a charge has only as a whole, its bill and that it was one, belongs to the day it began. */
#define WHOLE(column) ", iif(number = 0, " column ", NULL)"

/* The rows of outings and of parts of charges, in the columns that read_row reads. The view `day` of views.c
 * sums up the same. */
#define OUTINGS                                                                                              \
    "SELECT day, distance_mm, " USED_WH ", NULL, NULL, NULL, NULL, NULL, NULL, 0, 1,"                        \
    " iif(" USED_WH " IS NULL, NULL, distance_mm), iif(distance_mm IS NULL, NULL, " USED_WH "), NULL, id,"   \
    " from_ms, to_ms"                                                                                        \
    " FROM outing_raw WHERE car = ?1"
#define PARTS(tables)                                                                                        \
    " UNION ALL SELECT part.day, NULL, NULL, part.battery_wh, part.charger_wh"                               \
    WHOLE("wall_wh") WHOLE("cost_m")                                                                         \
    WHOLE("iif(cost_m IS NULL, NULL, coalesce(cost_max_m, cost_m))")                                         \
    WHOLE("iif(cost_m IS NULL, NULL, currency)")                                                             \
    ", number = 0, 0, NULL, NULL"                                                                            \
    WHOLE("coalesce(wall_wh, charge_raw.charger_wh, charge_raw.battery_wh)")                                 \
    ", charge, from_ms, to_ms FROM " tables " ON charge_raw.id = part.charge WHERE charge_raw.car = ?1"

#define BY_DAY(column) " AND " column " BETWEEN ?2 AND ?3"
/* Each belongs to the span in which it began: so it is in one of two that follow each other. */
#define BY_BEGINNING   " AND from_ms >= ?2 AND from_ms < ?3"

static const char days_sql[] =
    OUTINGS BY_DAY("day")
    PARTS("part CROSS JOIN charge_raw") BY_DAY("part.day")
    " ORDER BY 1 DESC, 15 DESC";

static const char unattributed_sql[] =
    OUTINGS " AND day IS NULL" BY_BEGINNING
    PARTS("part CROSS JOIN charge_raw") " AND part.day IS NULL" BY_BEGINNING;

static const char sums_sql[] =
    OUTINGS BY_BEGINNING
    PARTS("charge_raw CROSS JOIN part") BY_BEGINNING;

/* clang-format on */

static const char last_charge_sql[] =
    "SELECT max(coalesce(to_ms, from_ms)) FROM charge_raw WHERE car = ? AND status <> 0";

/* ---- rows ---- */

static int64_t read_number(sqlite3_stmt *select, int number)
{
    return sqlite3_column_type(select, number) == SQLITE_NULL ? DIARY_NONE
                                                              : sqlite3_column_int64(select, number);
}

static struct diary_day read_row(sqlite3_stmt *select)
{
    const char *currency = (const char *)sqlite3_column_text(select, 8);
    bool has_day = sqlite3_column_type(select, 0) != SQLITE_NULL;
    struct diary_day row = {
        .day = has_day ? sqlite3_column_int(select, 0) : DIARY_NO_DAY,
        .distance_mm = read_number(select, 1),
        .used_wh = read_number(select, 2),
        .battery_wh = read_number(select, 3),
        .charger_wh = read_number(select, 4),
        .wall_wh = read_number(select, 5),
        .cost_m = read_number(select, 6),
        .cost_max_m = read_number(select, 7),
        .charges = sqlite3_column_int64(select, 9),
        .outings = sqlite3_column_int64(select, 10),
        .rated_mm = read_number(select, 11),
        .rated_wh = read_number(select, 12),
        .supplied_wh = read_number(select, 13),
    };
    snprintf(row.currency, sizeof(row.currency), "%s", currency ? currency : "");
    return row;
}

static void add_number(int64_t *sum, int64_t more)
{
    if (more != DIARY_NONE)
        *sum = *sum == DIARY_NONE ? more : *sum + more;
}

static void add_currency(char currency[4], const char more[4])
{
    if (more[0] != '\0' && currency[0] != '\0' && strcmp(currency, more) != 0)
        strcpy(currency, MIXED);
    else if (more[0] != '\0')
        memcpy(currency, more, sizeof(((struct diary_day *)0)->currency));
}

static void add_row(struct diary_day *sum, const struct diary_day *row)
{
    add_number(&sum->distance_mm, row->distance_mm);
    add_number(&sum->used_wh, row->used_wh);
    add_number(&sum->battery_wh, row->battery_wh);
    add_number(&sum->charger_wh, row->charger_wh);
    add_number(&sum->wall_wh, row->wall_wh);
    add_number(&sum->cost_m, row->cost_m);
    add_number(&sum->cost_max_m, row->cost_max_m);
    add_currency(sum->currency, row->currency);
    sum->charges += row->charges;
    sum->outings += row->outings;
    add_number(&sum->rated_mm, row->rated_mm);
    add_number(&sum->rated_wh, row->rated_wh);
    add_number(&sum->supplied_wh, row->supplied_wh);
}

/* Crowns and euros make no sum; a most that is the least, too, says nothing. */
static void finish(struct diary_day *sum)
{
    if (strcmp(sum->currency, MIXED) == 0) {
        sum->cost_m = DIARY_NONE;
        sum->currency[0] = '\0';
    }
    if (sum->cost_m == DIARY_NONE || sum->cost_max_m == sum->cost_m)
        sum->cost_max_m = DIARY_NONE;
}

/* ---- a page of days, months or years ---- */

struct page {
    const struct store_question *question;
    const struct zone *zone;
    struct diary_day *items; /* newest first */
    struct store_answer *answer;
};

static int32_t first_of(enum store_subject subject, int32_t day)
{
    struct day_parts parts = day_split(day);

    if (subject == STORE_ASK_YEARS)
        return day_make(parts.year, 1, 1);
    return subject == STORE_ASK_MONTHS ? day_make(parts.year, parts.month, 1) : day;
}

/* Between others; what is too much is of the next page. */
static void insert_item(struct page *page, size_t at, const struct diary_day *item)
{
    struct store_answer *answer = page->answer;
    size_t limit = page->question->limit;

    if (at == limit || (at == answer->count && answer->next != 0)) {
        answer->next = page->items[answer->count - 1].day;
        return;
    }
    size_t kept = answer->count < limit ? answer->count : limit - 1;
    memmove(page->items + at + 1, page->items + at, (kept - at) * sizeof(*item));
    page->items[at] = *item;
    if (kept < answer->count)
        answer->next = page->items[limit - 1].day;
    answer->count = kept + 1;
}

static void add_to_page(struct page *page, const struct diary_day *row)
{
    size_t i = 0;

    if (page->question->before != 0 && row->day >= page->question->before)
        return;
    while (i < page->answer->count && page->items[i].day > row->day)
        i++;
    if (i < page->answer->count && page->items[i].day == row->day)
        add_row(&page->items[i], row);
    else
        insert_item(page, i, row);
}

/* What has no day is of the month or year that all of its time lies in; false: there is none. */
static bool place_row(struct page *page, sqlite3_stmt *select, const struct diary_day *row)
{
    struct diary_day placed = *row;
    int64_t from_ms = read_number(select, 15), to_ms = read_number(select, 16);

    if (page->question->subject == STORE_ASK_DAYS || to_ms == DIARY_NONE)
        return false;
    placed.day = first_of(page->question->subject, zone_day_of(page->zone, from_ms * NS_PER_MS));
    if (first_of(page->question->subject, zone_day_of(page->zone, to_ms * NS_PER_MS)) != placed.day)
        return false;
    add_to_page(page, &placed);
    return true;
}

/* ---- any span ---- */

struct span {
    struct diary_day sum;
    bool has_outings, has_parts;
};

static struct span span_begin(void)
{
    const struct diary_day unknown = {.day = DIARY_NO_DAY,
                                      .distance_mm = DIARY_NONE,
                                      .used_wh = DIARY_NONE,
                                      .battery_wh = DIARY_NONE,
                                      .charger_wh = DIARY_NONE,
                                      .wall_wh = DIARY_NONE,
                                      .cost_m = DIARY_NONE,
                                      .cost_max_m = DIARY_NONE,
                                      .rated_mm = DIARY_NONE,
                                      .rated_wh = DIARY_NONE,
                                      .supplied_wh = DIARY_NONE};

    return (struct span){.sum = unknown};
}

static void span_add(struct span *span, const struct diary_day *row)
{
    add_row(&span->sum, row);
    span->has_outings = span->has_outings || row->outings > 0;
    span->has_parts = span->has_parts || row->outings == 0;
}

/* Nothing is 0; something whose sum nobody knows is not known. */
static struct diary_day span_end(const struct span *span)
{
    struct diary_day sum = span->sum;

    finish(&sum);
    if (!span->has_outings)
        sum.distance_mm = sum.used_wh = sum.rated_mm = sum.rated_wh = 0;
    if (!span->has_parts)
        sum.battery_wh = sum.charger_wh = sum.wall_wh = sum.cost_m = sum.supplied_wh = 0;
    return sum;
}

/* Adds up the rows that began between the question's from_ms and to_ms: all, and those that have no place. */
static int add_up(struct database *database, const char *sql, const struct store_question *question,
                  int64_t from_ms, struct page *page, struct diary_day *all, struct diary_day *unattributed,
                  struct err *err)
{
    struct span total = span_begin(), rest = span_begin();
    sqlite3_stmt *select = database_prepare(database, sql, err);
    int rc;

    if (!select)
        return -1;
    sqlite3_bind_text(select, 1, question->car, -1, SQLITE_STATIC);
    sqlite3_bind_int64(select, 2, from_ms);
    sqlite3_bind_int64(select, 3, question->to_ms ? question->to_ms : INT64_MAX);
    while ((rc = sqlite3_step(select)) == SQLITE_ROW) {
        struct diary_day row = read_row(select);
        span_add(&total, &row);
        if (row.day == DIARY_NO_DAY && !(page && place_row(page, select, &row)))
            span_add(&rest, &row);
    }
    if (rc != SQLITE_DONE)
        database_fail(database, "sums", err);
    sqlite3_finalize(select);
    *all = span_end(&total);
    *unattributed = span_end(&rest);
    return rc == SQLITE_DONE ? 0 : -1;
}

/* The end of the last charge that has one; DIARY_NONE: there was none. */
static int find_last_charge(struct database *database, const char *car, int64_t *end_ms, struct err *err)
{
    sqlite3_stmt *select = database_prepare(database, last_charge_sql, err);

    if (!select)
        return -1;
    sqlite3_bind_text(select, 1, car, -1, SQLITE_STATIC);
    int rc = sqlite3_step(select);
    if (rc == SQLITE_ROW)
        *end_ms = read_number(select, 0);
    else
        database_fail(database, "the last charge", err);
    sqlite3_finalize(select);
    return rc == SQLITE_ROW ? 0 : -1;
}

int days_ask_sums(struct database *database, const struct store_question *question,
                  struct store_answer *answer, struct err *err)
{
    struct diary_day *all = calloc(1, sizeof(*all));

    answer->items = all;
    answer->count = 1;
    answer->since_ms = question->from_ms;
    if (!all)
        return err_set(err, "out of memory");
    if (question->since_charge && find_last_charge(database, question->car, &answer->since_ms, err) != 0)
        return -1;
    return add_up(database, sums_sql, question, answer->since_ms, NULL, all, &answer->unattributed, err);
}

/* ---- days, months, years ---- */

/* Takes rows newest day first; stops at the one that begins item limit + 1. */
static int collect(sqlite3_stmt *select, struct page *page)
{
    struct store_answer *answer = page->answer;
    struct diary_day *items = page->items;
    int rc;

    while ((rc = sqlite3_step(select)) == SQLITE_ROW) {
        struct diary_day row = read_row(select);
        row.day = first_of(page->question->subject, row.day);
        if (answer->count > 0 && items[answer->count - 1].day == row.day) {
            add_row(&items[answer->count - 1], &row);
            continue;
        }
        if (answer->count == page->question->limit) {
            answer->next = items[answer->count - 1].day;
            return SQLITE_DONE;
        }
        items[answer->count++] = row;
    }
    return rc;
}

static int collect_days(struct database *database, struct page *page, struct err *err)
{
    const struct store_question *question = page->question;
    int64_t first = question->from_day > DAY_FIRST ? question->from_day : DAY_FIRST;
    int64_t last = question->to_day < DAY_LAST ? question->to_day : DAY_LAST;
    sqlite3_stmt *select = database_prepare(database, days_sql, err);

    if (!select)
        return -1;
    if (question->before != 0 && question->before <= last)
        last = question->before - 1;
    sqlite3_bind_text(select, 1, question->car, -1, SQLITE_STATIC);
    sqlite3_bind_int64(select, 2, first);
    sqlite3_bind_int64(select, 3, last);
    int rc = collect(select, page);
    if (rc != SQLITE_DONE)
        database_fail(database, "days", err);
    sqlite3_finalize(select);
    return rc == SQLITE_DONE ? 0 : -1;
}

int days_ask(struct database *database, const struct store_question *question, const struct zone *zone,
             struct store_answer *answer, struct err *err)
{
    struct diary_day all, *items = calloc(question->limit, sizeof(*items));
    struct zone utc;
    struct page page = {question, zone ? zone : &utc, items, answer};

    zone_set_utc(&utc);
    answer->items = items;
    if (!items)
        return err_set(err, "out of memory");
    if (collect_days(database, &page, err) || add_up(database, unattributed_sql, question, question->from_ms,
                                                     &page, &all, &answer->unattributed, err))
        return -1;
    for (size_t i = 0; i < answer->count; i++)
        finish(&items[i]);
    return 0;
}
