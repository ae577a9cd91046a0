/* Rows that both the trackers and a person write. A row is changed in its place, so that its parts stay; what
 * is allowed to be typed was judged before. */
#include "diary/store/typed.h"

#include "diary/store/table.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* The row that an entry of this id or, when it has none, of this beginning replaces: see table_put(). */
static int find_same(struct database *database, const struct table *table, const char *car, int64_t id,
                     int64_t from_ms, void *kept, struct err *err)
{
    return id != 0 ? table_find(database, table, car, "id", id, kept, err)
                   : table_find(database, table, car, "from_ms", from_ms, kept, err);
}

int typed_keep(struct database *database, struct diary_entry *entry, struct err *err)
{
    struct diary_charge *charge = &entry->charge, charge_kept;
    struct diary_outing *outing = &entry->outing, outing_kept;
    int found = 0;

    if (entry->kind == DIARY_CHARGE) {
        found =
            find_same(database, &table_charge, entry->car, charge->id, charge->from_ms, &charge_kept, err);
        if (found > 0)
            diary_keep_typed(charge, &charge_kept);
    } else if (entry->kind == DIARY_OUTING) {
        found =
            find_same(database, &table_outing, entry->car, outing->id, outing->from_ms, &outing_kept, err);
        if (found > 0)
            memcpy(outing->tags, outing_kept.tags, sizeof(outing->tags));
    }
    return found < 0 ? -1 : 0;
}

/* Reads the item of `edit` into `item`; 1, 0 when there is none, -1. */
static int find_item(struct database *database, const struct table *table, const struct store_edit *edit,
                     void *item, struct err *err)
{
    return table_find(database, table, edit->car, "id", edit->id, item, err);
}

static int write_item(struct database *database, const struct table *table, const struct store_edit *edit,
                      const void *item, struct err *err)
{
    if (edit->only_looks)
        return 1;
    return table_change(database, table, edit->car, item, err) == 0 ? 1 : -1;
}

static int write_charge(struct database *database, const struct store_edit *edit, struct diary_entry *entry,
                        struct err *err)
{
    int found = find_item(database, &table_charge, edit, &entry->charge, err);

    entry->kind = DIARY_CHARGE;
    if (found <= 0)
        return found;
    diary_type_charge(&entry->charge, edit->typed);
    return write_item(database, &table_charge, edit, &entry->charge, err);
}

static int write_outing(struct database *database, const struct store_edit *edit, struct diary_entry *entry,
                        struct err *err)
{
    int found = find_item(database, &table_outing, edit, &entry->outing, err);

    entry->kind = DIARY_OUTING;
    if (found <= 0)
        return found;
    diary_type_outing(&entry->outing, edit->typed);
    return write_item(database, &table_outing, edit, &entry->outing, err);
}

int typed_write(struct database *database, const struct store_edit *edit, struct store_answer *answer,
                struct err *err)
{
    struct diary_entry *entry = calloc(1, sizeof(*entry));

    assert(edit->typed && (edit->subject == STORE_ASK_CHARGE || edit->subject == STORE_ASK_OUTINGS));
    if (!entry)
        return err_set(err, "out of memory");
    answer->items = entry;
    memcpy(entry->car, edit->car, sizeof(entry->car));
    if (entries_find_car(database, edit->car, &answer->is_known, err))
        return -1;
    int found = edit->subject == STORE_ASK_CHARGE ? write_charge(database, edit, entry, err)
                                                  : write_outing(database, edit, entry, err);
    answer->count = found > 0;
    return found < 0 ? -1 : 0;
}
