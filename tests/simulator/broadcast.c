/* Timetable. Periods are those measured in FACTS 1; the filler rows stand for the other traffic of the bus,
 * of which only identifier, length and period are like the real one. */
#include "broadcast.h"

#include "broadcast_encode.h"

#include "util/core/time.h"

#include <string.h>

struct broadcast_row {
    uint32_t id;
    uint16_t period_ms;
    uint8_t len;
    unsigned cars;
    sim_encode_fn *encode;
};

static const struct broadcast_row rows[] = {
    {0x284, 20, 8, SIM_PRE_ZE1, sim_encode_284},     {0x285, 20, 8, SIM_PRE_ZE1, sim_encode_285},
    {0x292, 20, 8, SIM_PRE_ZE1, sim_encode_292},     {0x355, 40, 8, SIM_PRE_ZE1, sim_encode_355},
    {0x421, 60, 3, SIM_PRE_ZE1, sim_encode_421},     {0x358, 100, 8, SIM_PRE_ZE1, sim_encode_358},
    {0x35D, 100, 8, SIM_PRE_ZE1, sim_encode_35d},    {0x385, 100, 8, SIM_PRE_ZE1, sim_encode_385},
    {0x50D, 100, 8, SIM_PRE_ZE1, sim_encode_50d},    {0x510, 100, 8, SIM_PRE_ZE1, sim_encode_510},
    {0x54A, 100, 8, SIM_PRE_ZE1, sim_encode_54a},    {0x54B, 100, 8, SIM_PRE_ZE1, sim_encode_54b},
    {0x5A9, 100, 8, SIM_PRE_ZE1, sim_encode_5a9},    {0x5B3, 100, 8, SIM_PRE_ZE1, sim_encode_5b3},
    {0x5C5, 100, 8, SIM_PRE_ZE1, sim_encode_5c5},    {0x60D, 100, 8, SIM_PRE_ZE1, sim_encode_60d},
    {0x625, 100, 6, SIM_PRE_ZE1, sim_encode_625},    {0x5C0, 500, 8, SIM_PRE_ZE1, sim_encode_5c0},
    {0x5F9, 500, 8, SIM_PRE_ZE1, sim_encode_5f9},    {0x390, 100, 8, SIM_LATE_CAR, sim_encode_390},
    {0x55B, 100, 8, SIM_LATE_CAR, sim_encode_55b},   {0x56E, 100, 4, SIM_LATE_CAR, sim_encode_56e},
    {0x5BC, 100, 8, SIM_LATE_CAR, sim_encode_5bc},   {0x59E, 500, 8, SIM_ENV200_40, sim_encode_59e},
    {0x002, 10, 5, SIM_PRE_ZE1, sim_encode_filler},  {0x174, 10, 8, SIM_PRE_ZE1, sim_encode_filler},
    {0x176, 10, 7, SIM_PRE_ZE1, sim_encode_filler},  {0x180, 10, 8, SIM_PRE_ZE1, sim_encode_filler},
    {0x1CB, 10, 7, SIM_PRE_ZE1, sim_encode_filler},  {0x1CC, 10, 4, SIM_PRE_ZE1, sim_encode_filler},
    {0x1D5, 10, 5, SIM_PRE_ZE1, sim_encode_filler},  {0x1D6, 10, 8, SIM_PRE_ZE1, sim_encode_filler},
    {0x2DE, 10, 8, SIM_PRE_ZE1, sim_encode_filler},  {0x215, 20, 6, SIM_PRE_ZE1, sim_encode_filler},
    {0x216, 20, 2, SIM_PRE_ZE1, sim_encode_filler},  {0x245, 20, 8, SIM_PRE_ZE1, sim_encode_filler},
    {0x260, 20, 4, SIM_PRE_ZE1, sim_encode_filler},  {0x280, 20, 8, SIM_PRE_ZE1, sim_encode_filler},
    {0x300, 20, 1, SIM_PRE_ZE1, sim_encode_filler},  {0x354, 40, 8, SIM_PRE_ZE1, sim_encode_filler},
    {0x351, 100, 8, SIM_PRE_ZE1, sim_encode_filler}, {0x551, 100, 8, SIM_PRE_ZE1, sim_encode_filler},
    {0x5E3, 500, 5, SIM_PRE_ZE1, sim_encode_filler},
};

#define ROW_COUNT (sizeof(rows) / sizeof(rows[0]))

_Static_assert(ROW_COUNT <= SIM_BROADCAST_MAX, "more broadcast rows than places for their times");

static int64_t row_period_ns(const struct broadcast_row *row)
{
    return row->period_ms * NS_PER_MS;
}

/* Rows of one period are spread over it. */
static int64_t row_phase_ns(const struct broadcast_row *row)
{
    return (row->id * 7919 * NS_PER_US) % row_period_ns(row);
}

static int64_t row_first_after(const struct broadcast_row *row, int64_t now_ns)
{
    int64_t period_ns = row_period_ns(row);
    int64_t phase_ns = row_phase_ns(row);

    if (now_ns < phase_ns)
        return phase_ns;
    return phase_ns + ((now_ns - phase_ns) / period_ns + 1) * period_ns;
}

static void broadcast_find_first(struct sim_broadcast *broadcast)
{
    broadcast->first = 0;
    for (size_t i = 1; i < ROW_COUNT; i++) {
        int64_t due_ns = broadcast->due_ns[i];
        int64_t best_ns = broadcast->due_ns[broadcast->first];

        if (due_ns != TIME_NONE && (best_ns == TIME_NONE || due_ns < best_ns))
            broadcast->first = i;
    }
}

void sim_broadcast_init(struct sim_broadcast *broadcast, const struct sim_variant *variant)
{
    broadcast->variant = variant;
    sim_broadcast_stop(broadcast);
}

void sim_broadcast_listen(struct sim_broadcast *broadcast, sim_hears_fn *hears, void *ctx, int64_t now_ns)
{
    for (size_t i = 0; i < ROW_COUNT; i++) {
        bool heard = (rows[i].cars & broadcast->variant->mask) && hears(ctx, rows[i].id);

        broadcast->due_ns[i] = heard ? row_first_after(&rows[i], now_ns) : TIME_NONE;
    }
    broadcast_find_first(broadcast);
}

void sim_broadcast_stop(struct sim_broadcast *broadcast)
{
    for (size_t i = 0; i < SIM_BROADCAST_MAX; i++)
        broadcast->due_ns[i] = TIME_NONE;
    broadcast->first = 0;
}

int64_t sim_broadcast_next(const struct sim_broadcast *broadcast)
{
    return broadcast->due_ns[broadcast->first];
}

static void row_encode(const struct broadcast_row *row, const struct sim_model *model, int64_t tick,
                       struct sim_frame *frame)
{
    memset(frame, 0, sizeof(*frame));
    frame->id = row->id;
    frame->len = row->len;
    row->encode(model, tick, frame->data);
    memset(frame->data + row->len, 0, (size_t)(SIM_FRAME_DATA_MAX - row->len));
}

void sim_broadcast_take(struct sim_broadcast *broadcast, const struct sim_model *model,
                        struct sim_frame *frame)
{
    const struct broadcast_row *row = &rows[broadcast->first];
    int64_t due_ns = broadcast->due_ns[broadcast->first];

    row_encode(row, model, due_ns / row_period_ns(row), frame);
    frame->time_ns = due_ns;
    broadcast->due_ns[broadcast->first] = due_ns + row_period_ns(row);
    broadcast_find_first(broadcast);
}

bool sim_broadcast_encode(const struct sim_model *model, uint32_t id, int64_t tick, struct sim_frame *frame)
{
    for (size_t i = 0; i < ROW_COUNT; i++) {
        if (rows[i].id != id || !(rows[i].cars & model->variant->mask))
            continue;
        row_encode(&rows[i], model, tick, frame);
        return true;
    }
    return false;
}
