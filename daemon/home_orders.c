/* Passes each order on to the car it is for. Judges nothing: who may ask was judged before, whether it can be
 * done is the car's. */
#include "home_orders.h"

#include "export/recordings.h"
#include "util/clock.h"

#include <stdio.h>
#include <unistd.h>

static int pause_car(void *ctx, size_t car, int64_t seconds, struct err *err)
{
    const struct home_orders *house = ctx;

    return home_car_pause(house->halves[car], seconds, err);
}

static int accept(void *ctx, size_t car, struct err *err)
{
    const struct home_orders *house = ctx;

    return home_diary_accept(house->diary, car, clock_utc_ns() / NS_PER_MS, err);
}

static int record(void *ctx, size_t car, int64_t seconds, int fd, const struct recorder_events *events,
                  void *events_ctx, struct err *err)
{
    const struct home_orders *house = ctx;
    const struct home_record_order order = {
        .seconds = seconds, .fd = fd, .events = events, .ctx = events_ctx};

    return home_record_begin(home_car_recording(house->halves[car]), &order, err);
}

static void forget(void *ctx, size_t car)
{
    const struct home_orders *house = ctx;

    home_record_forget(home_car_recording(house->halves[car]));
}

static int backup(void *ctx, orders_copied_fn *copied, void *copied_ctx, uint64_t request, struct err *err)
{
    const struct home_orders *house = ctx;
    const struct home_upkeep_wish wish = {copied, copied_ctx, request};

    return home_upkeep_copy_now(house->upkeep, &wish, clock_boot_ns(), clock_utc_ns(), err);
}

/* Nothing old is given up for one that can't be begun. */
static int record_file(void *ctx, size_t car, int64_t seconds, struct err *err)
{
    const struct home_orders *house = ctx;
    struct home_record *recording = home_car_recording(house->halves[car]);
    struct home_record_order order = {.seconds = seconds, .bytes_max = RECORDING_BYTES_MAX};
    char name[RECORDING_NAME_SIZE];

    if (home_record_judge(recording, seconds, err))
        return -1;
    order.fd = recordings_create(house->recordings, house->view->cars[car].id, house->zone, clock_utc_ns(),
                                 name, err);
    if (order.fd < 0)
        return -1;
    if (home_record_begin(recording, &order, err) == 0)
        return 0;
    close(order.fd);
    recordings_remove(house->recordings, name);
    return -1;
}

void home_orders_begin(struct home_orders *house, struct home_car *const *halves, struct home_diary *diary,
                       const struct view *view, const struct zone *zone, const char *state_dir)
{
    *house = (struct home_orders){.halves = halves, .diary = diary, .view = view, .zone = zone};
    snprintf(house->recordings, sizeof(house->recordings), "%s/recordings", state_dir);
    house->orders = (struct orders){
        .ctx = house,
        .pause = pause_car,
        .accept = accept,
        .record = record,
        .forget = forget,
        .record_file = record_file,
        .backup = backup,
        .recordings = house->recordings,
    };
}
