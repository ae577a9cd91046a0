/* What the diary has of the same time, watched or imported before, stays as it is and nothing is put beside
 * it: so nothing is counted twice, and a second import adds nothing. But a log may know better than one that
 * was imported before: it was written in what was a pause between two, or it is the same one, longer by now.
 * Then what was imported before makes room, unless somebody typed into it. */
#include "diary/store/import_private.h"

#define OUTINGS_MEANWHILE                                                                                    \
    " FROM outing_raw WHERE car = ?1 AND (from_ms = ?2 OR (from_ms < ?3 AND to_ms > ?2"                      \
    " AND NOT (?4 AND flags & 128 AND to_ms = ?3)))"
#define CHARGES_MEANWHILE                                                                                    \
    " FROM charge_raw WHERE car = ?1 AND (from_ms = ?2 OR (from_ms < ?3 AND coalesce(to_ms, from_ms) > ?2))"

/* What an item says of its time, and how to find the like. */
struct claim {
    int64_t from_ms, to_ms;
    unsigned flags;
    const char *find, *remove; /* of those that are there: from_ms, to_ms, flags, is_typed */
};

static sqlite3_stmt *prepare(const struct import *import, struct database *database, const char *sql,
                             const struct claim *claim, struct err *err)
{
    sqlite3_stmt *statement = database_prepare(database, sql, err);

    if (!statement)
        return NULL;
    sqlite3_bind_text(statement, 1, import->order.settings.car, -1, SQLITE_STATIC);
    sqlite3_bind_int64(statement, 2, claim->from_ms);
    sqlite3_bind_int64(statement, 3, claim->to_ms);
    sqlite3_bind_int(statement, 4, import->order.is_carwings); /* charges have none */
    return statement;
}

/* ---- who knows better ---- */

static bool has_row_within(const struct import *import, int64_t from_ms, int64_t to_ms)
{
    size_t low = 0, high = import->row_count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (import->rows[middle].utc_s * 1000 > from_ms)
            high = middle;
        else
            low = middle + 1;
    }
    return low < import->row_count && import->rows[low].utc_s * 1000 < to_ms;
}

static bool is_outdone(const struct import *import, const struct claim *old, const struct claim *new)
{
    if (!(old->flags & DIARY_FLAG_IMPORTED))
        return false;
    if (old->flags & DIARY_FLAG_UNHEARD)
        return has_row_within(import, old->from_ms, old->to_ms);
    return !(new->flags &DIARY_FLAG_UNHEARD) && old->from_ms == new->from_ms && old->to_ms < new->to_ms;
}

/* ---- what is there ---- */

/* 1: something that stays, 0: nothing, or all of it is outdone; -1 with err. */
static int find_what_stays(const struct import *import, struct database *database, const struct claim *claim,
                           bool *is_any, struct err *err)
{
    sqlite3_stmt *find = prepare(import, database, claim->find, claim, err);
    int rc = SQLITE_ROW;
    bool stays = false;

    *is_any = false;
    while (find && !stays && (rc = sqlite3_step(find)) == SQLITE_ROW) {
        const struct claim old = {.from_ms = sqlite3_column_int64(find, 0),
                                  .to_ms = sqlite3_column_int64(find, 1),
                                  .flags = (unsigned)sqlite3_column_int(find, 2)};
        stays = sqlite3_column_int(find, 3) || !is_outdone(import, &old, claim);
        *is_any = true;
    }
    if (rc != SQLITE_ROW && rc != SQLITE_DONE)
        database_fail(database, "look for what is known", err);
    sqlite3_finalize(find);
    return !find || (rc != SQLITE_ROW && rc != SQLITE_DONE) ? -1 : stays;
}

static int make_room(const struct import *import, struct database *database, const struct claim *claim,
                     struct err *err)
{
    bool is_any;
    int stays = find_what_stays(import, database, claim, &is_any, err);

    if (stays != 0 || !is_any)
        return stays;
    sqlite3_stmt *remove = prepare(import, database, claim->remove, claim, err);
    int rc = remove ? database_step(database, remove, "make room for what a log knows better", err) : -1;

    sqlite3_finalize(remove);
    return rc;
}

static int is_there(const struct import *import, struct database *database, const char *sql, int64_t when,
                    struct err *err)
{
    const struct claim claim = {.from_ms = when, .find = sql};
    bool is_any;

    return find_what_stays(import, database, &claim, &is_any, err);
}

int import_is_known(const struct import *import, struct database *database, const struct diary_entry *entry,
                    struct err *err)
{
    struct claim claim = {.from_ms = entry->outing.from_ms,
                          .to_ms = entry->outing.to_ms,
                          .flags = entry->outing.flags,
                          .find = "SELECT from_ms, to_ms, flags, tags <> ''" OUTINGS_MEANWHILE,
                          .remove = "DELETE" OUTINGS_MEANWHILE};

    switch (entry->kind) {
    case DIARY_HEALTH:
        return is_there(import, database, "SELECT 0, 0, 0, 1 FROM health WHERE car = ?1 AND day = ?2",
                        entry->health.day, err);
    case DIARY_CELLS:
        return is_there(import, database, "SELECT 0, 0, 0, 1 FROM cells WHERE car = ?1 AND at_ms = ?2",
                        entry->cells.at_ms, err);
    case DIARY_CHARGE:
        claim = (struct claim){.from_ms = entry->charge.from_ms,
                               .to_ms = entry->charge.to_ms,
                               .flags = entry->charge.flags,
                               .find = "SELECT from_ms, to_ms, flags, place <> '' OR note <> '' OR"
                                       " wall_wh IS NOT NULL OR cost_from = 'typed'" CHARGES_MEANWHILE,
                               .remove = "DELETE" CHARGES_MEANWHILE};
        break;
    default:
        break;
    }
    return claim.to_ms > import->items_limit_ms ? 1 : make_room(import, database, &claim, err);
}

/* ---- a log that was cut within a drive ---- */

/* A trip of a table, which tells no SOC, was not watched. */
static const char find_told[] =
    "WITH watched AS (SELECT from_ms, to_ms FROM outing_raw WHERE car = ?1 AND from_ms < ?3 AND to_ms > ?2"
    " AND flags & 128 AND NOT flags & 256 AND soc_to IS NOT NULL UNION ALL SELECT from_ms, to_ms"
    " FROM charge_raw WHERE car = ?1 AND from_ms < ?3 AND to_ms > ?2 AND flags & 128 AND NOT flags & 256)"
    " SELECT coalesce((SELECT max(to_ms) FROM watched WHERE from_ms < ?2 AND to_ms < ?3), ?2),"
    " coalesce((SELECT min(from_ms) FROM watched WHERE from_ms > ?2 AND to_ms > ?3), ?3)";

int import_find_untold(const struct import *import, struct database *database, size_t *from, size_t *to,
                       struct err *err)
{
    const struct claim log = {.from_ms = import->rows[0].utc_s * 1000,
                              .to_ms = import->rows[import->row_count - 1].utc_s * 1000};
    sqlite3_stmt *find = prepare(import, database, find_told, &log, err);

    if (!find)
        return -1;
    int rc = sqlite3_step(find);
    int64_t from_ms = sqlite3_column_int64(find, 0), to_ms = sqlite3_column_int64(find, 1);
    if (rc != SQLITE_ROW)
        database_fail(database, "look for what was told", err);
    sqlite3_finalize(find);
    *from = 0;
    while (*from < import->row_count && import->rows[*from].utc_s * 1000 < from_ms)
        ++*from;
    *to = import->row_count;
    while (*to > *from && import->rows[*to - 1].utc_s * 1000 > to_ms)
        --*to;
    return rc == SQLITE_ROW ? 0 : -1;
}
