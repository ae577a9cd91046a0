/* Days are the sums of what the trackers attributed to them, and months are sums of days. SQLite gives
 * outings and parts of charges newest day first and this adds them up, so a page costs what is on it. No
 * table of days is kept that could contradict its parts. */
#include "diary/store/days.h"

#include "util/core/day.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What has another day in the file has none: 0001-01-01 to 9999-12-31. */
#define DAY_FIRST (-719162)
#define DAY_LAST  2932896

/* What a charge has only as a whole, its bill and that it was one, belongs to the day it began. The newest
 * charge that has a currency names the day's. The view `day` of views.c sums up the same. */
static const char days_sql[] =
    "SELECT day, distance_mm, coalesce(energy_soc_wh, energy_gids_wh), NULL, NULL, NULL, NULL, '', 0, 1, id"
    " FROM outing_raw WHERE car = ?1 AND day BETWEEN ?2 AND ?3"
    " UNION ALL SELECT part.day, NULL, NULL, part.battery_wh, part.charger_wh,"
    " iif(number = 0, wall_wh, NULL), iif(number = 0, cost_m, NULL), currency, number = 0, 0, charge"
    " FROM part CROSS JOIN charge_raw ON charge_raw.id = part.charge"
    " WHERE part.day BETWEEN ?2 AND ?3 AND charge_raw.car = ?1"
    " ORDER BY 1 DESC, 11 DESC";

/* Nothing is 0, something whose sum nobody knows is NULL. */
static const char unattributed_sql[] =
    "SELECT iif(count(*) = 0, 0, sum(distance_mm)),"
    " iif(count(*) = 0, 0, sum(coalesce(energy_soc_wh, energy_gids_wh))),"
    " (SELECT iif(count(*) = 0, 0, sum(part.battery_wh)) FROM part CROSS JOIN charge_raw"
    " ON charge_raw.id = part.charge WHERE part.day IS NULL AND charge_raw.car = ?1"
    " AND charge_raw.from_ms < ?3 AND charge_raw.to_ms >= ?2)"
    " FROM outing_raw WHERE car = ?1 AND day IS NULL AND from_ms < ?3 AND to_ms >= ?2";

static int64_t read_sum(sqlite3_stmt *select, int number)
{
    return sqlite3_column_type(select, number) == SQLITE_NULL ? DIARY_NONE
                                                              : sqlite3_column_int64(select, number);
}

static struct diary_day read_day(sqlite3_stmt *select)
{
    struct diary_day day = {
        .day = sqlite3_column_int(select, 0),
        .distance_mm = read_sum(select, 1),
        .used_wh = read_sum(select, 2),
        .battery_wh = read_sum(select, 3),
        .charger_wh = read_sum(select, 4),
        .wall_wh = read_sum(select, 5),
        .cost_m = read_sum(select, 6),
        .charges = sqlite3_column_int64(select, 8),
        .outings = sqlite3_column_int64(select, 9),
    };
    snprintf(day.currency, sizeof(day.currency), "%s", (const char *)sqlite3_column_text(select, 7));
    return day;
}

static void add_sum(int64_t *sum, int64_t more)
{
    if (more != DIARY_NONE)
        *sum = *sum == DIARY_NONE ? more : *sum + more;
}

static void add_day(struct diary_day *month, const struct diary_day *day)
{
    add_sum(&month->distance_mm, day->distance_mm);
    add_sum(&month->used_wh, day->used_wh);
    add_sum(&month->battery_wh, day->battery_wh);
    add_sum(&month->charger_wh, day->charger_wh);
    add_sum(&month->wall_wh, day->wall_wh);
    add_sum(&month->cost_m, day->cost_m);
    if (!month->currency[0])
        memcpy(month->currency, day->currency, sizeof(month->currency));
    month->charges += day->charges;
    month->outings += day->outings;
}

static int32_t first_of_month(int32_t day)
{
    return day - day_split(day).day + 1;
}

/* Takes days newest first; stops at the one that begins item limit + 1. */
static int collect(sqlite3_stmt *select, const struct store_question *question, struct diary_day *items,
                   struct store_answer *answer)
{
    int rc;

    while ((rc = sqlite3_step(select)) == SQLITE_ROW) {
        struct diary_day day = read_day(select);
        if (question->subject == STORE_ASK_MONTHS)
            day.day = first_of_month(day.day);
        if (answer->count > 0 && items[answer->count - 1].day == day.day) {
            add_day(&items[answer->count - 1], &day);
            continue;
        }
        if (answer->count == question->limit) {
            answer->next = items[answer->count - 1].day;
            return SQLITE_DONE;
        }
        items[answer->count++] = day;
    }
    return rc;
}

static int ask_unattributed(struct database *database, const struct store_question *question,
                            struct store_answer *answer, struct err *err)
{
    sqlite3_stmt *select = database_prepare(database, unattributed_sql, err);

    if (!select)
        return -1;
    sqlite3_bind_text(select, 1, question->car, -1, SQLITE_STATIC);
    sqlite3_bind_int64(select, 2, question->from_ms);
    sqlite3_bind_int64(select, 3, question->to_ms ? question->to_ms : INT64_MAX);
    int rc = sqlite3_step(select);
    if (rc != SQLITE_ROW) {
        database_fail(database, "unattributed", err);
    } else {
        answer->unattributed_mm = read_sum(select, 0);
        answer->unattributed_wh = read_sum(select, 1);
        answer->unattributed_battery_wh = read_sum(select, 2);
    }
    sqlite3_finalize(select);
    return rc == SQLITE_ROW ? 0 : -1;
}

int days_ask(struct database *database, const struct store_question *question, struct store_answer *answer,
             struct err *err)
{
    int64_t first = question->from_day > DAY_FIRST ? question->from_day : DAY_FIRST;
    int64_t last = question->to_day < DAY_LAST ? question->to_day : DAY_LAST;
    struct diary_day *items = calloc(question->limit, sizeof(*items));
    sqlite3_stmt *select = items ? database_prepare(database, days_sql, err) : NULL;

    answer->items = items;
    if (!select)
        return items ? -1 : err_set(err, "out of memory");
    if (question->before != 0 && question->before <= last)
        last = question->before - 1;
    sqlite3_bind_text(select, 1, question->car, -1, SQLITE_STATIC);
    sqlite3_bind_int64(select, 2, first);
    sqlite3_bind_int64(select, 3, last);
    int rc = collect(select, question, items, answer);
    if (rc != SQLITE_DONE)
        database_fail(database, "days", err);
    sqlite3_finalize(select);
    return rc == SQLITE_DONE ? ask_unattributed(database, question, answer, err) : -1;
}
