/* What is asked of diary.db: lists newest first, totals, anchor, preferences. Sums are in
 * days.c. */
#include "diary/store/days.h"
#include "diary/store/entries.h"
#include "diary/store/measured.h"
#include "diary/store/table.h"
#include "util/core/time.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define RECENT_MS (30 * INT64_C(86400000))

/* How the items of a subject are found: ?1 car, ?2 before, ?3 from, ?4 to, ?5 one more than the limit. Which
 * column `before` of the next question counts is `paged_by`. */
struct list {
    const struct table *table;
    const char *tail;
    size_t paged_by; /* column */
    bool by_day;
};

/* A whole time without an end needs none said. */
static int64_t end_ms(const struct store_question *question)
{
    return question->to_ms ? question->to_ms : INT64_MAX;
}

static void bind_question(sqlite3_stmt *select, const struct list *list,
                          const struct store_question *question)
{
    sqlite3_bind_text(select, 1, question->car, -1, SQLITE_STATIC);
    sqlite3_bind_int64(select, 2, question->before);
    sqlite3_bind_int64(select, 3, list->by_day ? question->from_day : question->from_ms);
    sqlite3_bind_int64(select, 4, list->by_day ? question->to_day : end_ms(question));
    sqlite3_bind_int64(select, 5, (int64_t)question->limit + 1);
}

static int64_t page_key(const struct list *list, const char *item)
{
    const struct column *column = &list->table->columns[list->paged_by];
    int64_t key = 0;
    int32_t day = 0;

    if (column->type == COLUMN_DAY) {
        memcpy(&day, item + column->offset, sizeof(day));
        return day;
    }
    memcpy(&key, item + column->offset, sizeof(key));
    return key;
}

static int ask_list(struct database *database, const struct list *list, const struct store_question *question,
                    struct store_answer *answer, struct err *err)
{
    char *items = calloc(question->limit, list->table->item_bytes);
    sqlite3_stmt *select = table_select(database, list->table, list->tail, err);
    int rc;

    answer->items = items;
    if (!select || !items) {
        sqlite3_finalize(select);
        return items ? -1 : err_set(err, "out of memory");
    }
    bind_question(select, list, question);
    while ((rc = sqlite3_step(select)) == SQLITE_ROW && answer->count < question->limit)
        table_read(list->table, select, items + answer->count++ * list->table->item_bytes);
    if (rc == SQLITE_ROW)
        answer->next = page_key(list, items + (answer->count - 1) * list->table->item_bytes);
    else if (rc != SQLITE_DONE)
        database_fail(database, list->table->name, err);
    sqlite3_finalize(select);
    return rc == SQLITE_ROW || rc == SQLITE_DONE ? 0 : -1;
}

#define BY_TIME(table, end_ms)                                                                               \
    "WHERE car = ?1 AND from_ms < ?4 AND " end_ms " >= ?3 AND (?2 = 0 OR (from_ms, id) <"                    \
    " (SELECT from_ms, id FROM " table " WHERE id = ?2)) ORDER BY from_ms DESC, id DESC LIMIT ?5"
#define BY_DAY "WHERE car = ?1 AND day BETWEEN ?3 AND ?4 AND (?2 = 0 OR day < ?2) ORDER BY day DESC LIMIT ?5"
/* Identities without those that are gone, of which there may be any number. */
#define STANDING "WHERE car = ?1 AND status <> 2 AND (?2 = 0 OR id < ?2) ORDER BY id DESC LIMIT ?5"
static_assert(DIARY_IDENTITY_GONE == 2, "as STANDING has it");
#define BY_MOMENT                                                                                            \
    "WHERE car = ?1 AND at_ms >= ?3 AND at_ms < ?4 AND (?2 = 0 OR at_ms < ?2) ORDER BY at_ms DESC LIMIT ?5"

/* Of a charge that is open nobody knows the end: it goes on. */
#define OPEN_END "iif(status = 0, ?4, coalesce(to_ms, from_ms))"

/* NULL: the subject is no list. */
static const struct list *find_list(enum store_subject subject)
{
    static const struct list charges = {&table_charge, BY_TIME("charge_raw", OPEN_END), 0, false};
    static const struct list outings = {&table_outing, BY_TIME("outing_raw", "to_ms"), 0, false};
    static const struct list battery = {&table_health, BY_DAY, 0, true};
    static const struct list cells = {&table_cells, BY_MOMENT, 0, false};
    static const struct list traffic = {&table_traffic, BY_DAY, 0, true};
    static const struct list identities = {&table_identity, STANDING, 0, false};

    switch (subject) {
    case STORE_ASK_CHARGES:
        return &charges;
    case STORE_ASK_OUTINGS:
        return &outings;
    case STORE_ASK_BATTERY:
        return &battery;
    case STORE_ASK_CELLS:
        return &cells;
    case STORE_ASK_TRAFFIC:
        return &traffic;
    case STORE_ASK_IDENTITIES:
        return &identities;
    default:
        return NULL;
    }
}

static int ask_battery(struct database *database, const struct list *list,
                       const struct store_question *question, struct store_answer *answer, struct err *err)
{
    if (ask_list(database, list, question, answer, err))
        return -1;
    struct diary_health *days = (struct diary_health *)(uintptr_t)answer->items; /* ask_list's, still ours */
    return measured_fill(database, question->car, days, answer->count, err);
}

/* The one row of a table that `tail` finds by ?1, the car, and ?2, the id asked for; or none. */
static int ask_one(struct database *database, const struct table *table, const char *tail,
                   const struct store_question *question, struct store_answer *answer, struct err *err)
{
    void *item = calloc(1, table->item_bytes);
    sqlite3_stmt *select = table_select(database, table, tail, err);

    answer->items = item;
    if (!select || !item) {
        sqlite3_finalize(select);
        return item ? -1 : err_set(err, "out of memory");
    }
    sqlite3_bind_text(select, 1, question->car, -1, SQLITE_STATIC);
    sqlite3_bind_int64(select, 2, question->id);
    int rc = sqlite3_step(select);
    answer->count = rc == SQLITE_ROW;
    if (rc == SQLITE_ROW)
        table_read(table, select, item);
    else if (rc != SQLITE_DONE)
        database_fail(database, table->name, err);
    sqlite3_finalize(select);
    return rc == SQLITE_ROW || rc == SQLITE_DONE ? 0 : -1;
}

/* Only what is over counts, and nothing takes away: these are counters. */
static const char totals_sql[] =
    "SELECT (SELECT sum(max(battery_wh, 0)) FROM charge_raw WHERE car = ?1 AND status <> 0),"
    " sum(max(coalesce(energy_soc_wh, energy_gids_wh), 0)), sum(max(distance_mm, 0)), count(*),"
    " sum(coalesce(energy_soc_wh, energy_gids_wh)) FILTER (WHERE from_ms >= newest - ?2),"
    " sum(distance_mm) FILTER (WHERE from_ms >= newest - ?2"
    " AND coalesce(energy_soc_wh, energy_gids_wh) IS NOT NULL)"
    " FROM outing_raw, (SELECT max(to_ms) AS newest FROM outing_raw WHERE car = ?1) WHERE car = ?1";

static int ask_totals(struct database *database, const struct store_question *question,
                      struct store_answer *answer, struct err *err)
{
    struct diary_totals *totals = calloc(1, sizeof(*totals));
    sqlite3_stmt *select = totals ? database_prepare(database, totals_sql, err) : NULL;

    answer->items = totals;
    if (!select)
        return totals ? -1 : err_set(err, "out of memory");
    sqlite3_bind_text(select, 1, question->car, -1, SQLITE_STATIC);
    sqlite3_bind_int64(select, 2, RECENT_MS);
    int rc = sqlite3_step(select);
    answer->count = rc == SQLITE_ROW;
    if (rc == SQLITE_ROW)
        *totals = (struct diary_totals){
            sqlite3_column_int64(select, 0), sqlite3_column_int64(select, 1), sqlite3_column_int64(select, 2),
            sqlite3_column_int64(select, 3), sqlite3_column_int64(select, 4), sqlite3_column_int64(select, 5),
        };
    else
        database_fail(database, "totals", err);
    sqlite3_finalize(select);
    return rc == SQLITE_ROW ? 0 : -1;
}

/* A text of the owner's, or none. */
static int ask_text(struct database *database, const struct store_question *question,
                    struct store_answer *answer, struct err *err)
{
    const char *sql = question->subject == STORE_ASK_TARIFFS ? "SELECT json FROM tariff"
                                                             : "SELECT json FROM preference WHERE car = ?";
    sqlite3_stmt *select = database_prepare(database, sql, err);

    if (!select)
        return -1;
    sqlite3_bind_text(select, 1, question->car, -1, SQLITE_STATIC);
    int rc = sqlite3_step(select);
    const char *text = rc == SQLITE_ROW ? (const char *)sqlite3_column_text(select, 0) : NULL;
    answer->items = text ? strdup(text) : NULL;
    answer->count = answer->items != NULL;
    if (rc != SQLITE_ROW && rc != SQLITE_DONE)
        database_fail(database, "a text of the owner's", err);
    else if (rc == SQLITE_ROW && !answer->items)
        rc = err_set(err, "out of memory");
    sqlite3_finalize(select);
    return rc == SQLITE_ROW || rc == SQLITE_DONE ? 0 : -1;
}

/* Each entry came with an anchor of its car. */
int entries_find_car(struct database *database, const char *car, bool *is_known, struct err *err)
{
    sqlite3_stmt *find = database_prepare(database, "SELECT 1 FROM anchor WHERE car = ?", err);

    if (!find)
        return -1;
    sqlite3_bind_text(find, 1, car, -1, SQLITE_STATIC);
    int rc = sqlite3_step(find);
    *is_known = rc == SQLITE_ROW;
    if (rc != SQLITE_ROW && rc != SQLITE_DONE)
        database_fail(database, "find a car", err);
    sqlite3_finalize(find);
    return rc == SQLITE_ROW || rc == SQLITE_DONE ? 0 : -1;
}

int entries_ask(struct entries *entries, const struct store_question *question, const struct zone *zone,
                struct store_answer *answer, struct err *err)
{
    struct database *database = &entries->file.database;
    const struct list *list = find_list(question->subject);

    if (entries_find_car(database, question->car, &answer->is_known, err))
        return -1;
    if (question->subject == STORE_ASK_BATTERY)
        return ask_battery(database, list, question, answer, err);
    if (list)
        return ask_list(database, list, question, answer, err);
    switch (question->subject) {
    case STORE_ASK_DAYS:
    case STORE_ASK_MONTHS:
    case STORE_ASK_YEARS:
        return days_ask(database, question, zone, answer, err);
    case STORE_ASK_SUMS:
        return days_ask_sums(database, question, answer, err);
    case STORE_ASK_CHARGE:
        return ask_one(database, &table_charge, "WHERE car = ?1 AND id = ?2", question, answer, err);
    case STORE_ASK_ANCHOR:
        return ask_one(database, &table_anchor, "WHERE car = ?1", question, answer, err);
    case STORE_ASK_TOTALS:
        return ask_totals(database, question, answer, err);
    case STORE_ASK_PREFERENCES:
    case STORE_ASK_TARIFFS:
        return ask_text(database, question, answer, err);
    default:
        return err_set(err, "nothing of diary.db was asked for");
    }
}
