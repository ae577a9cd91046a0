/* Reads the request, has the store do the work, passes on how far it is, also while it waits for its turn:
 * garagectl gives up on a silent house. The zone comes as a table: only before the first thread starts can a
 * zone be looked up by name. */
#include "home_import.h"

#include "diary/store/import.h"
#include "home_trackers.h"
#include "util/clock.h"
#include "util/log.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define TICK_NS      (1 * NS_PER_S)
#define MM_PER_KM    1000000
#define MM_PER_MILE  1609344
#define OFFSET_MAX_S (26 * 3600)
#define TIME_MAX_S   INT64_C(9000000000) /* the year 2255 */

/* ---- the request ---- */

static int take_span(struct zone *zone, const json_t *span, struct err *err)
{
    json_int_t from_s, offset_s;
    json_error_t unused;

    if (zone->count == ZONE_SPAN_MAX ||
        json_unpack_ex((json_t *)(uintptr_t)span, &unused, JSON_STRICT, "[I,I]", &from_s, &offset_s) ||
        from_s < -TIME_MAX_S || from_s > TIME_MAX_S || offset_s < -OFFSET_MAX_S || offset_s > OFFSET_MAX_S)
        return err_set(err, "zone: not a table of [from, offset]");
    if (zone->count > 0 && from_s * NS_PER_S <= zone->spans[zone->count - 1].from_ns)
        return err_set(err, "zone: not in the order of time");
    zone->spans[zone->count] = (struct zone_span){from_s * NS_PER_S, (int32_t)offset_s};
    zone->count++;
    return 0;
}

static int take_zone(struct import_order *order, const json_t *spans, struct err *err)
{
    if (!spans || json_is_null(spans))
        return 0;
    for (size_t i = 0; i < json_array_size(spans); i++)
        if (take_span(&order->zone, json_array_get(spans, i), err))
            return -1;
    if (order->zone.count == 0)
        return err_set(err, "zone: not a table of [from, offset]");
    order->zone.spans[0].from_ns = INT64_MIN;
    order->has_zone = true;
    return 0;
}

static int take_words(struct import_order *order, const json_t *request, struct err *err)
{
    const char *source = json_string_value(json_object_get(request, "source"));
    const char *odometer = json_string_value(json_object_get(request, "odometer"));

    if (!source || (strcmp(source, "leafspy") != 0 && strcmp(source, "carwings") != 0))
        return err_set(err, "source: neither leafspy nor carwings");
    order->is_carwings = strcmp(source, "carwings") == 0;
    if (odometer && strcmp(odometer, "km") != 0 && strcmp(odometer, "mi") != 0)
        return err_set(err, "odometer: neither km nor mi");
    order->mm_per_unit = odometer && strcmp(odometer, "mi") == 0 ? MM_PER_MILE : MM_PER_KM;
    return 0;
}

/* ---- waiting for it ---- */

struct waiting {
    struct store *store;
    struct control_job *job;
    struct loop_timer *tick;
    double done;
};

static void free_waiting(struct waiting *waiting)
{
    loop_timer_free(waiting->tick);
    free(waiting);
}

static void client_is_gone(void *ctx)
{
    struct waiting *waiting = ctx;

    store_end_work(waiting->store, waiting);
    free_waiting(waiting);
}

static void progressed(void *ctx, double done)
{
    struct waiting *waiting = ctx;

    waiting->done = done;
}

static json_t *answer_of(const struct import_result *result)
{
    return json_pack("{s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I}", "rows", (json_int_t)result->rows,
                     "rejected", (json_int_t)result->rejected, "later", (json_int_t)result->later, "readings",
                     (json_int_t)result->readings, "charges", (json_int_t)result->charges, "outings",
                     (json_int_t)result->outings, "health", (json_int_t)result->health, "cells",
                     (json_int_t)result->cells, "known", (json_int_t)result->known);
}

static void ended(void *ctx, const struct work *work, const char *why)
{
    struct waiting *waiting = ctx;
    struct control_job *job = waiting->job;
    const struct import_result result = import_result(work);

    free_waiting(waiting);
    if (why)
        log_warning("diary", "an import ended after %" PRId64 " readings: %s", result.readings, why);
    else
        log_info("diary",
                 "imported: %" PRId64 " readings, %" PRId64 " charges, %" PRId64 " outings of %" PRId64
                 " rows",
                 result.readings, result.charges, result.outings, result.rows);
    control_job_end(job, why ? json_pack("{s:s}", "error", why) : answer_of(&result));
}

static void ticked(void *ctx, int64_t now_ns)
{
    struct waiting *waiting = ctx;

    loop_timer_start(waiting->tick, now_ns + TICK_NS);
    control_job_progress(waiting->job, waiting->done); /* the client may be dropped inside */
}

static int begin(const struct home_import_parts *parts, const struct import_order *order,
                 struct control_job *job, struct err *err)
{
    static const struct work_events events = {progressed, ended};
    struct waiting *waiting = calloc(1, sizeof(*waiting));
    struct work *work = waiting ? import_new(order) : NULL;

    if (!work)
        close(order->fd);
    else
        *waiting = (struct waiting){
            .store = parts->store, .job = job, .tick = loop_timer_new(parts->loop, ticked, waiting)};
    if (!work || !waiting->tick || store_begin_work(parts->store, work, &events, waiting)) {
        if (work && !waiting->tick)
            work->free(work);
        if (waiting)
            free_waiting(waiting);
        return err_set(err, "too much is under way: try again later");
    }
    control_job_listen(job, client_is_gone, waiting);
    loop_timer_start(waiting->tick, clock_boot_ns() + TICK_NS);
    return 0;
}

int home_import_begin(const struct home_import_parts *parts, const json_t *request, int fd,
                      struct control_job *job, struct err *err)
{
    struct import_order order = {.settings = home_trackers_settings(parts->car, parts->zone),
                                 .now_ms = clock_utc_ns() / NS_PER_MS};

    if (fd < 0)
        return err_set(err, "no file");
    if (take_words(&order, request, err) || take_zone(&order, json_object_get(request, "zone"), err))
        return -1;
    order.fd = fcntl(fd, F_DUPFD_CLOEXEC, 0); /* the request's is ours only if this goes well */
    if (order.fd < 0)
        return err_set(err, "no descriptor is free");
    if (begin(parts, &order, job, err))
        return -1;
    close(fd);
    return 0;
}
