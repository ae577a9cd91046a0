/* Decides when; how a copy is made is diary/store/copy's and access's. The first chance after three at night
 * is taken: a house that is off at night makes its copy in the morning. */
#include "home_upkeep.h"

#include "diary/store/copy.h"
#include "diary/store/retention.h"
#include "util/core/day.h"
#include "util/core/time.h"
#include "util/log.h"
#include "util/reach.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NIGHT_NS    (3 * NS_PER_H)  /* after local midnight: nobody drives, many charge */
#define AGAIN_NS    NS_PER_H        /* after a failure */
#define PATIENCE_NS (10 * NS_PER_S) /* with a folder on another disk */
#define KEEP_ASKED  7               /* copies, where none are made at night */

_Static_assert(CONFIG_CAR_MAX <= RETENTION_CAR_MAX, "each car's trackers are spared");

struct home_upkeep {
    struct home_upkeep_parts parts;
    char folder[COPIES_PATH_MAX];
    char day[DAY_TEXT_SIZE]; /* the copy that is being made */
    int32_t due_day, done_day;
    int32_t purge_day, purged_day;
    int64_t purged_rows;
    bool is_busy, has_looked, has_told_disk;
    struct reach *reach; /* the folder is being asked whether it is there */
    bool is_silent;      /* it was, for too long */
    int64_t asked_ns;
    int64_t not_before_ns; /* boot time */
    struct home_upkeep_wish wish; /* `copied` NULL: nobody asked */
    int64_t bytes;                /* of the last copy */
    int64_t now_ns;
};

static void tell_reason(struct home_upkeep *upkeep, const char *reason)
{
    struct view_backups *backups = &upkeep->parts.view->backups;

    snprintf(backups->reason, sizeof(backups->reason), "%.190s", reason);
}

/* What lies there; and, once, that it does not help against what kills most diaries. */
static void take_found(struct home_upkeep *upkeep, const struct copies_found *found)
{
    static const char same_disk[] = "same disk as the diary: no protection against a dead card";
    struct view_backups *backups = &upkeep->parts.view->backups;

    memcpy(backups->newest, found->newest, sizeof(backups->newest));
    backups->count = found->count;
    tell_reason(upkeep, found->same_disk ? same_disk : "");
    if (found->same_disk && !upkeep->has_told_disk)
        log_notice("backups", "%.200s: %s (backup_dir names another folder)", upkeep->folder, same_disk);
    upkeep->has_told_disk = found->same_disk;
}

static void answer_wish(struct home_upkeep *upkeep, const char *why)
{
    const struct home_upkeep_wish wish = upkeep->wish;
    char name[sizeof(COPY_NAME) + DAY_TEXT_SIZE + sizeof(".db")];

    if (!wish.copied)
        return;
    upkeep->wish.copied = NULL;
    snprintf(name, sizeof(name), COPY_NAME "-%s.db", upkeep->day);
    wish.copied(wish.ctx, wish.request, &(struct orders_copy){why, name, upkeep->bytes});
}

static void end(struct home_upkeep *upkeep, const char *why)
{
    struct err reason;

    upkeep->is_busy = false;
    answer_wish(upkeep, why);
    if (!why) {
        upkeep->done_day = upkeep->due_day;
        log_info("backups", "%s: diary and access copied to %.200s", upkeep->day, upkeep->folder);
        return;
    }
    err_set(&reason, "no copy of %s: %s", upkeep->day, why);
    if (strncmp(upkeep->parts.view->backups.reason, reason.text, 100) != 0)
        log_warning("backups", "%s; tried again every hour", reason.text);
    tell_reason(upkeep, reason.text);
    upkeep->not_before_ns = upkeep->now_ns + AGAIN_NS;
}

static size_t keep_of(const struct home_upkeep *upkeep)
{
    int keep = upkeep->parts.config->backups;

    return keep > 0 ? (size_t)keep : KEEP_ASKED;
}

static void access_copied(void *ctx, const char *why)
{
    end(ctx, why);
}

static void diary_copied(void *ctx, const struct work *work, const char *why)
{
    struct home_upkeep *upkeep = ctx;
    struct access_copy copy = {.keep = keep_of(upkeep)};

    if (!why)
        take_found(upkeep, copy_found(work));
    upkeep->bytes = copy_bytes(work);
    if (!why && upkeep->day[0] == '\0') {
        upkeep->is_busy = false;
        upkeep->has_looked = true;
        return;
    }
    memcpy(copy.folder, upkeep->folder, sizeof(copy.folder));
    memcpy(copy.day, upkeep->day, sizeof(copy.day));
    if (why)
        end(upkeep, why);
    else if (access_copy(upkeep->parts.access, &copy, access_copied, upkeep) != 0)
        end(upkeep, "access.db is busy");
}

/* A folder on a network disk that is gone would keep the store's thread, and the diary with it, for ever. */
static bool folder_answers(struct home_upkeep *upkeep)
{
    struct err reason;

    if (!upkeep->parts.config->backup_dir[0])
        return true; /* it lies beside the diary */
    if (!upkeep->reach) {
        upkeep->reach = reach_new(upkeep->folder);
        upkeep->asked_ns = upkeep->now_ns;
    } else if (reach_has_answered(upkeep->reach)) {
        reach_free(upkeep->reach);
        upkeep->reach = NULL;
        upkeep->is_silent = false;
        return true;
    } else if (!upkeep->is_silent && upkeep->now_ns - upkeep->asked_ns >= PATIENCE_NS) {
        upkeep->is_silent = true;
        err_set(&reason, "no copy: %.150s does not answer", upkeep->folder);
        log_warning("backups", "%s; gone on with when it does", reason.text);
        tell_reason(upkeep, reason.text);
        answer_wish(upkeep, reason.text);
    }
    return false;
}

/* `day` "": only looks. On the store's thread: the folder may be slow. */
static void begin_copy(struct home_upkeep *upkeep, const char *day)
{
    static const struct work_events events = {.ended = diary_copied};
    struct copy_order order = {.keep = keep_of(upkeep), .fd = -1, .anew = upkeep->wish.copied != NULL};

    snprintf(upkeep->day, sizeof(upkeep->day), "%s", day);
    memcpy(order.folder, upkeep->folder, sizeof(order.folder));
    memcpy(order.day, upkeep->day, sizeof(order.day));
    struct work *work = copy_new(&order);
    upkeep->is_busy = true;
    if (!work || store_begin_work(upkeep->parts.store, work, &events, upkeep) != 0)
        end(upkeep, "the store is busy");
}

/* ---- readings ---- */

static void purged(void *ctx, const struct work *work, const char *why)
{
    struct home_upkeep *upkeep = ctx;

    upkeep->is_busy = false;
    upkeep->purged_rows += retention_rows(work);
    if (why)
        log_warning("diary", "old readings were not deleted: %s; tried again tomorrow", why);
    if (!why && retention_has_more(work))
        return;
    upkeep->purged_day = upkeep->purge_day;
    if (upkeep->purged_rows > 0)
        log_notice("diary", "%" PRId64 " readings older than %d days were deleted", upkeep->purged_rows,
                   upkeep->parts.config->keep_readings_days);
    upkeep->purged_rows = 0;
}

static void begin_purge(struct home_upkeep *upkeep, int32_t day)
{
    static const struct work_events events = {.ended = purged};
    const struct home_upkeep_parts *parts = &upkeep->parts;
    const int32_t keep = parts->config->keep_readings_days;
    struct retention_order order = {
        .before_ms = zone_day_start_ns(parts->zone, day - keep) / NS_PER_MS,
        .keep_ms = keep * (24 * NS_PER_H / NS_PER_MS),
        .car_count = parts->view->car_count,
    };

    for (size_t i = 0; i < order.car_count; i++)
        snprintf(order.cars[i], sizeof(order.cars[i]), "%s", parts->view->cars[i].id);
    struct work *work = retention_new(&order);
    upkeep->purge_day = day;
    upkeep->is_busy = work && store_begin_work(parts->store, work, &events, upkeep) == 0;
    if (!upkeep->is_busy)
        upkeep->not_before_ns = upkeep->now_ns + AGAIN_NS;
}

/* ---- when ---- */

static bool is_night(const struct home_upkeep *upkeep, int32_t day, int64_t utc_ns)
{
    const struct home_upkeep_parts *parts = &upkeep->parts;

    return parts->view->clock_right && utc_ns >= zone_day_start_ns(parts->zone, day) + NIGHT_NS;
}

static void begin_due_copy(struct home_upkeep *upkeep, int32_t day)
{
    char text[DAY_TEXT_SIZE] = "";

    if (!folder_answers(upkeep))
        return;
    if (upkeep->has_looked || upkeep->wish.copied) {
        upkeep->due_day = day;
        day_text(day, text);
    }
    begin_copy(upkeep, text);
}

static void do_next(struct home_upkeep *upkeep, int32_t day, int64_t utc_ns)
{
    const struct config_diary *config = upkeep->parts.config;
    bool is_due = is_night(upkeep, day, utc_ns);

    if (upkeep->wish.copied)
        begin_due_copy(upkeep, day);
    else if (is_due && config->keep_readings_days > 0 && day != upkeep->purged_day)
        begin_purge(upkeep, day);
    else if (config->backups > 0 && (!upkeep->has_looked || (is_due && day != upkeep->done_day)))
        begin_due_copy(upkeep, day);
}

void home_upkeep_advance(struct home_upkeep *upkeep, int64_t boot_ns, int64_t utc_minus_boot_ns)
{
    const struct home_upkeep_parts *parts = &upkeep->parts;
    int64_t utc_ns = boot_ns + utc_minus_boot_ns;

    upkeep->now_ns = boot_ns;
    bool may_begin = upkeep->wish.copied || boot_ns >= upkeep->not_before_ns;
    if (!upkeep->is_busy && strcmp(parts->view->diary_state, "ok") == 0 && may_begin)
        do_next(upkeep, zone_day_of(parts->zone, utc_ns), utc_ns);
}

/* NULL: it can be begun. */
static const char *judge_wish(const struct home_upkeep *upkeep)
{
    const struct view *view = upkeep->parts.view;

    if (upkeep->is_busy || upkeep->wish.copied)
        return "its files are being copied or cleared already";
    if (upkeep->is_silent)
        return "the folder of the copies does not answer";
    if (strcmp(view->diary_state, "ok") != 0)
        return "the diary can't be read now";
    return view->clock_right ? NULL : "the clock is not set: the copy would bear a wrong date";
}

int home_upkeep_copy_now(struct home_upkeep *upkeep, const struct home_upkeep_wish *wish, int64_t boot_ns,
                         int64_t utc_ns, struct err *err)
{
    const char *why = judge_wish(upkeep);

    if (why)
        return err_set(err, "%s", why);
    upkeep->wish = *wish;
    upkeep->now_ns = boot_ns;
    do_next(upkeep, zone_day_of(upkeep->parts.zone, utc_ns), utc_ns);
    return 0;
}

bool home_upkeep_is_busy(const struct home_upkeep *upkeep)
{
    return upkeep->is_busy || (upkeep->reach && !upkeep->is_silent);
}

struct home_upkeep *home_upkeep_new(const struct home_upkeep_parts *parts)
{
    struct home_upkeep *upkeep = calloc(1, sizeof(*upkeep));

    if (!upkeep)
        return NULL;
    upkeep->parts = *parts;
    if (parts->config->backup_dir[0])
        snprintf(upkeep->folder, sizeof(upkeep->folder), "%s", parts->config->backup_dir);
    else
        snprintf(upkeep->folder, sizeof(upkeep->folder), "%s/backups", parts->state_dir);
    if (parts->config->backups > 0)
        parts->view->backups.folder = upkeep->folder;
    upkeep->done_day = upkeep->purged_day = INT32_MIN;
    return upkeep;
}

void home_upkeep_free(struct home_upkeep *upkeep)
{
    if (!upkeep)
        return;
    upkeep->parts.view->backups.folder = NULL;
    store_end_work(upkeep->parts.store, upkeep);
    reach_free(upkeep->reach);
    free(upkeep);
}
