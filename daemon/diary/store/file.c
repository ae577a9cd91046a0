/* The one place that decides about a file that fails: what a failure means, when to try again, when to begin
 * anew. Loses nothing itself: what was not made to last stays with the owner. */
#include "diary/store/file.h"

#include "util/clock.h"

#include <stdio.h>
#include <string.h>

void file_init(struct file *file, const struct database_kind *kind, const struct database_place *place,
               const struct file_owner *owner, void *ctx)
{
    *file = (struct file){.database.kind = kind, .place = place, .owner = owner, .ctx = ctx};
}

bool file_is_open(const struct file *file)
{
    return file->database.sqlite != NULL;
}

void file_close(struct file *file)
{
    if (!file_is_open(file))
        return;
    file->owner->closing(file->ctx);
    database_close(&file->database);
    file->owner->undone(file->ctx);
}

void file_want_write(struct file *file, int64_t at_ns)
{
    if (file->trouble == TROUBLE_NONE && at_ns < file->due_ns)
        file->due_ns = at_ns;
}

static void wait_longer(struct file *file)
{
    file->pause_ns = file->pause_ns ? 2 * file->pause_ns : FILE_PAUSE_MIN_S * NS_PER_S;
    if (file->pause_ns > FILE_PAUSE_MAX_S * NS_PER_S)
        file->pause_ns = FILE_PAUSE_MAX_S * NS_PER_S;
    file->due_ns = clock_monotonic_ns() + file->pause_ns;
}

/* The first damage is mended at once; a file that can't even be set aside has to wait like any other. */
static void set_aside(struct file *file, bool is_first)
{
    struct err told;

    file_close(file);
    if (database_set_aside(file->database.kind, file->place, &told) == 0)
        snprintf(file->notice, sizeof(file->notice), "%s", told.text);
    else
        snprintf(file->reason, sizeof(file->reason), "%s", told.text);
    if (is_first)
        file->due_ns = clock_monotonic_ns();
}

void file_fail(struct file *file, const struct err *err)
{
    bool is_first = file->pause_ns == 0;

    enum trouble trouble = file->database.trouble ? file->database.trouble : TROUBLE_OTHER;

    if (trouble != file->trouble) /* the next try may fail at another place: the same trouble */
        snprintf(file->reason, sizeof(file->reason), "%s %s: %.400s", file->database.kind->name,
                 trouble_name(trouble), err->text);
    file->trouble = trouble;
    wait_longer(file);
    database_rollback(&file->database);
    file->owner->undone(file->ctx);
    if (file->trouble == TROUBLE_DAMAGED)
        set_aside(file, is_first);
}

static int open_file(struct file *file)
{
    struct err err;

    if (database_open(&file->database, file->database.kind, file->place, &err) == 0 &&
        file->owner->opened(file->ctx, &err) == 0)
        return 0;
    file_fail(file, &err);
    if (file->trouble == TROUBLE_NEWER)
        file->owner->opened(file->ctx, &err); /* what a newer one still has can be asked for */
    else
        file_close(file);
    return -1;
}

/* Somebody deleted the file or put another in its place: what is written goes to nobody. */
static void leave_moved(struct file *file)
{
    if (!file_is_open(file) || !database_has_moved(&file->database))
        return;
    file_close(file);
    snprintf(file->notice, sizeof(file->notice), "%s was removed or replaced while it was open: begun again",
             file->database.kind->name);
}

static void try_write(struct file *file)
{
    struct err err;

    leave_moved(file);
    if (file->trouble == TROUBLE_IO)
        file_close(file); /* its descriptors may be dead */
    if (file->trouble == TROUBLE_NEWER && file_is_open(file)) {
        wait_longer(file);
        return;
    }
    if (!file_is_open(file) && open_file(file))
        return;
    file->due_ns = FILE_NEVER_NS;
    file->database.trouble = TROUBLE_NONE;
    /* Perhaps nothing waits to be written: a trouble is over when something was. */
    if (file->owner->write(file->ctx, &err) || (file->trouble && database_prove(&file->database, &err))) {
        file_fail(file, &err);
        return;
    }
    file->trouble = TROUBLE_NONE;
    file->reason[0] = '\0';
    file->pause_ns = 0;
}

void file_write(struct file *file)
{
    try_write(file);
    if (file->trouble == TROUBLE_DAMAGED && !file_is_open(file)) /* set aside by now */
        try_write(file);
}
