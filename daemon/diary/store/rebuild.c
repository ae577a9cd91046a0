/* Decides how much a slice does and when all is done; what a roll-up is, is rollup.c's. Each slice is whole
 * in itself, so a rebuild that is broken off has harmed nothing and the next one begins anew. Days and months
 * need none: they are summed up whenever they are asked for. */
#include "diary/store/rebuild.h"

#include "diary/store/readings.h"
#include "util/clock.h"

#include <stdlib.h>

#define SLICE_NS (20 * NS_PER_MS)

struct rebuild {
    struct work work;
    bool has_begun;
    int64_t first_hour, next_hour;
    int64_t hours; /* summed up */
};

/* Nothing of the rows' own transaction is mixed with ours. */
static int begin(const struct work_place *place, struct err *err)
{
    struct file *file = &place->readings->file;

    file_write(file);
    if (!file_is_open(file) || file->trouble != TROUBLE_NONE)
        return err_set(err, "readings.db can't be written now: %s", file->reason);
    return database_begin(&file->database, err);
}

static int sum_up_slice(struct rebuild *rebuild, struct rollup *rollup, struct err *err)
{
    int64_t until_ns = clock_monotonic_ns() + SLICE_NS;
    int rc = 1;

    if (!rebuild->has_begun && rollup_begin_again(rollup, &rebuild->first_hour, err))
        return -1;
    if (!rebuild->has_begun)
        rebuild->next_hour = rebuild->first_hour;
    rebuild->has_begun = true;
    while (rc == 1 && clock_monotonic_ns() < until_ns) {
        rc = rollup_next_again(rollup, &rebuild->next_hour, err);
        rebuild->hours += rc == 1;
    }
    return rc;
}

static double done_of(const struct rebuild *rebuild, const struct rollup *rollup)
{
    int64_t whole = rollup->newest_hour - rebuild->first_hour;

    return whole > 0 ? (double)(rebuild->next_hour - rebuild->first_hour) / (double)whole : 1;
}

static enum work_step step(struct work *work, const struct work_place *place, struct err *err)
{
    struct rebuild *rebuild = (struct rebuild *)work;
    struct rollup *rollup = &place->readings->rollup;

    if (begin(place, err))
        return WORK_FAILED;
    int rc = sum_up_slice(rebuild, rollup, err);
    if (rc >= 0 && database_commit(&place->readings->file.database, err))
        rc = -1;
    if (rc < 0) {
        database_rollback(&place->readings->file.database);
        return WORK_FAILED;
    }
    work->done = done_of(rebuild, rollup);
    return rc == 1 ? WORK_GOES_ON : WORK_DONE;
}

static void free_rebuild(struct work *work)
{
    free(work);
}

struct work *rebuild_new(void)
{
    struct rebuild *rebuild = calloc(1, sizeof(*rebuild));

    if (!rebuild)
        return NULL;
    rebuild->work.step = step;
    rebuild->work.free = free_rebuild;
    return &rebuild->work;
}

int64_t rebuild_hours(const struct work *work)
{
    return ((const struct rebuild *)work)->hours;
}
