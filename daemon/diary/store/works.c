/* Long works take turns in the order in which they came. Knows none of them. */
#include "diary/store/works.h"

#include <assert.h>
#include <string.h>

void works_add(struct works *works, struct work *work)
{
    assert(works->count < STORE_WORK_MAX);
    works->waiting[works->count++] = work;
}

int64_t works_due_ns(const struct works *works)
{
    return works->count > 0 ? works->waiting[0]->due_ns : INT64_MAX;
}

static void next_turn(struct works *works)
{
    works->count--;
    memmove(works->waiting, works->waiting + 1, works->count * sizeof(works->waiting[0]));
    works->told_percent = 0;
}

struct works_result works_step(struct works *works, const struct work_place *place)
{
    struct work *work = works->waiting[0];
    struct works_result result = {.work = work, .step = WORK_FAILED};

    if (atomic_load(&work->is_off))
        err_set(&result.err, "nobody waits for it any more");
    else
        result.step = work->step(work, place, &result.err);
    result.done = work->done;
    if (result.step != WORK_GOES_ON) {
        next_turn(works);
        return result;
    }
    int percent = (int)(work->done * 100);
    if (percent <= works->told_percent)
        result.work = NULL;
    works->told_percent = percent > works->told_percent ? percent : works->told_percent;
    return result;
}

struct works_result works_drop(struct works *works)
{
    struct works_result result = {.step = WORK_FAILED};

    if (works->count == 0)
        return result;
    result.work = works->waiting[0];
    err_set(&result.err, "garaged ends");
    next_turn(works);
    return result;
}
