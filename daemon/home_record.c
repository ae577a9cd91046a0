/* Judges whether a recording can be begun and says so in words; keeps what the page shows of it. The lines
 * themselves are recorder.c's. */
#include "home_record.h"

#include "link/record.h"
#include "util/clock.h"
#include "util/log.h"

#include <stdio.h>
#include <stdlib.h>

struct home_record {
    struct home_record_parts parts;
    struct recorder *recording; /* NULL: none */
    struct home_record_order order;
};

static struct view_car *car_of(const struct home_record *record)
{
    return &record->parts.view->cars[record->parts.index];
}

static void show(struct home_record *record, int64_t until_boot_ns, const char *words)
{
    struct view_car *car = car_of(record);

    car->recording_until_boot_ns = until_boot_ns;
    snprintf(car->recording_words, sizeof(car->recording_words), "%s", words);
    view_touch_car(record->parts.view, car);
    record->parts.changed(record->parts.ctx);
}

static void stop(struct home_record *record)
{
    recorder_free(record->recording);
    record->recording = NULL;
    record->parts.watch(record->parts.ctx, 0);
}

static void progressed(void *ctx, double done)
{
    struct home_record *record = ctx;
    const struct home_record_order order = record->order;

    if (order.events && order.events->progress)
        order.events->progress(order.ctx, done);
}

static void ended(void *ctx, const struct recorder_result *told)
{
    struct home_record *record = ctx;
    const struct recorder_result result = *told; /* it goes with the recording */
    const struct home_record_order order = record->order;

    stop(record);
    log_notice("record", "%s: %s", car_of(record)->id, result.words);
    show(record, 0, result.words);
    if (order.events)
        order.events->ended(order.ctx, &result);
}

struct home_record *home_record_new(const struct home_record_parts *parts, struct err *err)
{
    struct home_record *record = calloc(1, sizeof(*record));

    if (record)
        record->parts = *parts;
    else
        err_set(err, "out of memory");
    return record;
}

void home_record_free(struct home_record *record)
{
    if (record)
        recorder_free(record->recording);
    free(record);
}

int home_record_judge(const struct home_record *record, int64_t seconds, struct err *err)
{
    const struct view_car *car = car_of(record);

    if (seconds < 1 || seconds > RECORD_WATCH_MAX_S)
        return err_set(err, "a recording lasts from 1 to %d seconds", RECORD_WATCH_MAX_S);
    if (record->recording)
        return err_set(err, "a recording of %s is under way", car->id);
    if (car->link != VIEW_LINK_UP)
        return err_set(err, "there is nothing to record: %s",
                       car->link_reason[0] ? car->link_reason : "the dongle is being started");
    return 0;
}

int home_record_begin(struct home_record *record, const struct home_record_order *order, struct err *err)
{
    static const struct recorder_events events = {progressed, ended};
    const struct recorder_settings settings = {
        .car = car_of(record)->id,
        .definition = car_of(record)->definition,
        .seconds = order->seconds,
        .bytes_max = order->bytes_max,
    };

    if (home_record_judge(record, order->seconds, err))
        return -1;
    record->order = *order;
    record->recording = recorder_new(record->parts.loop, &settings, order->fd, &events, record, err);
    if (!record->recording)
        return -1;
    record->parts.watch(record->parts.ctx, order->seconds);
    show(record, clock_boot_ns() + order->seconds * NS_PER_S, "");
    return 0;
}

void home_record_take(struct home_record *record, const struct frame *frame)
{
    if (record->recording)
        recorder_take(record->recording, frame);
}

void home_record_note(struct home_record *record, const char *words)
{
    if (record->recording)
        recorder_note(record->recording, words);
}

void home_record_end(struct home_record *record, const char *words)
{
    if (record->recording)
        recorder_end(record->recording, words);
}

void home_record_forget(struct home_record *record)
{
    if (!record->recording)
        return;
    stop(record);
    show(record, 0, "broken off");
}
