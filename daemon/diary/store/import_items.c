/* What follows from an import, into diary.db. What that has already is import_known's to find out. */
#include "diary/store/import_private.h"
#include "diary/store/table.h"
#include "util/clock.h"

#include <stdlib.h>
#include <string.h>

#define ITEMS_ROOM 64

/* ---- garaged's own time ---- */

static int read_anchor(struct database *database, const char *car, struct diary_anchor *anchor,
                       bool *is_there, struct err *err)
{
    sqlite3_stmt *select = table_select(database, &table_anchor, "WHERE car = ?1", err);

    if (!select)
        return -1;
    sqlite3_bind_text(select, 1, car, -1, SQLITE_STATIC);
    int rc = sqlite3_step(select);
    *is_there = rc == SQLITE_ROW;
    if (*is_there)
        table_read(&table_anchor, select, anchor);
    else if (rc != SQLITE_DONE)
        database_fail(database, "anchor", err);
    sqlite3_finalize(select);
    return *is_there || rc == SQLITE_DONE ? 0 : -1;
}

static int begin_anchor(struct import *import, struct database *database, struct err *err)
{
    struct diary_anchor anchor = diary_first_anchor();
    int64_t id;

    anchor.at_ms = import->limit_ms;
    if (database_begin(database, err) ||
        table_put(database, &table_anchor, import->order.settings.car, &anchor, &id, err))
        return -1;
    return database_commit(database, err);
}

static int find_limit(struct import *import, const struct work_place *place, struct err *err)
{
    struct database *database = &place->entries->file.database;
    struct diary_anchor anchor;
    int64_t first_ms;
    bool is_there;

    import->limit_ms = import->items_limit_ms = import->order.now_ms;
    if (read_anchor(database, import->order.settings.car, &anchor, &is_there, err))
        return -1;
    if (is_there && anchor.at_ms != DIARY_NONE) {
        import->limit_ms = import->items_limit_ms = anchor.at_ms;
        if (anchor.rest_ms != DIARY_NONE && anchor.rest_ms < anchor.at_ms)
            import->items_limit_ms = anchor.rest_ms;
        return 0;
    }
    if (import_find_first(place->readings, import->order.settings.car, &first_ms, err))
        return -1;
    if (first_ms < import->limit_ms)
        import->limit_ms = import->items_limit_ms = first_ms;
    return begin_anchor(import, database, err);
}

int import_find_limit(struct import *import, const struct work_place *place, struct err *err)
{
    struct file *file = &place->entries->file;

    file_write(&place->readings->file);
    file_write(file);
    if (!file_is_open(file) || file->trouble != TROUBLE_NONE)
        return err_set(err, "diary.db can't be written now: %s", file->reason);
    if (!file_is_open(&place->readings->file))
        return err_set(err, "readings.db can't be read now: %s", place->readings->file.reason);
    if (find_limit(import, place, err) == 0)
        return 0;
    database_rollback(&file->database);
    return -1;
}

/* ---- what is to be added ---- */

static bool is_interesting(const struct diary_entry *entry)
{
    return entry->kind == DIARY_OUTING || entry->kind == DIARY_HEALTH || entry->kind == DIARY_CELLS ||
           (entry->kind == DIARY_CHARGE && entry->charge.status != DIARY_OPEN);
}

void import_note(void *ctx, const struct diary_entry *entry)
{
    struct import *import = ctx;

    if (!is_interesting(entry))
        return;
    import->has_too_many_items |= import->item_count == IMPORT_ITEMS_MAX;
    if (import->has_too_many_items)
        return;
    if (import->item_count == import->item_room) {
        size_t room = import->item_room > 0 ? 2 * import->item_room : ITEMS_ROOM;
        struct diary_entry *items = realloc(import->items, room * sizeof(*items));
        if (!items) {
            import->has_too_many_items = true; /* for the memory that there is */
            return;
        }
        import->items = items;
        import->item_room = room;
    }
    struct diary_entry *item = &import->items[import->item_count++];
    *item = *entry;
    if (entry->kind == DIARY_OUTING)
        item->outing.flags |= DIARY_FLAG_IMPORTED;
    if (entry->kind == DIARY_CHARGE) {
        item->charge.id = 0;
        item->charge.flags |= DIARY_FLAG_IMPORTED;
    }
}

/* ---- adding ---- */

static void count_item(struct import_result *result, enum diary_kind kind)
{
    result->outings += kind == DIARY_OUTING;
    result->charges += kind == DIARY_CHARGE;
    result->health += kind == DIARY_HEALTH;
    result->cells += kind == DIARY_CELLS;
}

static int add_item(struct import *import, struct database *database, struct err *err)
{
    struct diary_entry *entry = &import->items[import->next_item];
    int known = import_is_known(import, database, entry, err);

    if (known < 0 || (known == 0 && entries_put_item(database, entry, err)))
        return -1;
    if (known)
        import->result.known++;
    else
        count_item(&import->result, entry->kind);
    import->next_item++;
    return 0;
}

int import_add_items(struct import *import, struct entries *entries, struct err *err)
{
    struct file *file = &entries->file;
    struct import_result before = import->result;
    int64_t until_ns = clock_monotonic_ns() + IMPORT_SLICE_NS;
    int rc = 0;

    if (!file_is_open(file) || file->trouble != TROUBLE_NONE)
        return err_set(err, "diary.db can't be written now: %s", file->reason);
    if (database_begin(&file->database, err))
        return -1;
    while (rc == 0 && import->next_item < import->item_count && clock_monotonic_ns() < until_ns)
        rc = add_item(import, &file->database, err);
    if (rc || database_commit(&file->database, err)) {
        database_rollback(&file->database);
        import->result = before;
        return -1;
    }
    return import->next_item < import->item_count;
}
