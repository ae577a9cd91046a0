/* The cells, once a local day, from a car at rest: under load their voltages say more of the load than of
 * them. */
#include "diary/private.h"

static bool is_at_rest(const struct diary *diary)
{
    return !diary->memory.driving && diary->memory.charge.phase == 0 && charge_heard(diary) != TRI_TRUE;
}

void cells_settle(struct diary *diary)
{
    struct diary_entry entry = {.kind = DIARY_CELLS, .cells = diary->cells};
    int32_t day = diary_day(diary, diary->anchor.at_ms);

    if (diary->cells.count == 0)
        return;
    diary->cells.count = 0;
    if (!is_at_rest(diary) || diary->anchor.cells_day == day)
        return;
    diary->anchor.cells_day = day;
    diary_emit(diary, &entry);
}
