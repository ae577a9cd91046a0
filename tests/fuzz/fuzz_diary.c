/* Rows as a damaged file may hold them, eleven bytes each: nothing overflows, nothing lasts less than no
 * time, and the days of a charge add up to it. */
#include "diary/diary.h"
#include "util/core/zone.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define ROW_BYTES 11

static void demand(int truth)
{
    if (!truth)
        abort();
}

static void check_charge(const struct diary_entry *entry)
{
    int64_t battery_wh = 0;

    demand(entry->charge.to_ms >= entry->charge.from_ms);
    demand(entry->part_count >= 1 && entry->part_count <= DIARY_PART_MAX);
    for (size_t i = 0; i < entry->part_count && entry->charge.battery_wh != DIARY_NONE; i++)
        battery_wh += entry->parts[i].battery_wh == DIARY_NONE ? 0 : entry->parts[i].battery_wh;
    demand(entry->charge.battery_wh == DIARY_NONE || battery_wh == entry->charge.battery_wh);
}

static void check(void *ctx, const struct diary_entry *entry)
{
    (void)ctx;
    if (entry->kind == DIARY_CHARGE)
        check_charge(entry);
    if (entry->kind == DIARY_OUTING) {
        demand(entry->outing.to_ms >= entry->outing.from_ms);
        demand(entry->outing.distance_mm == DIARY_NONE || entry->outing.distance_mm >= 0);
    }
    if (entry->kind == DIARY_STAY)
        demand(entry->stay.to_ms >= entry->stay.from_ms);
    if (entry->kind == DIARY_CONTACT)
        demand(entry->contact.to_ms >= entry->contact.from_ms);
}

/* A step of time, small most often; a signal; a value, small most often. */
static struct diary_row row_of(const uint8_t *bytes, int64_t *now_ms)
{
    int32_t step, steps;

    memcpy(&step, bytes, sizeof(step));
    memcpy(&steps, bytes + 4, sizeof(steps));
    int64_t step_ms = bytes[8] & 1 ? (int64_t)step * 100000 : step % 100000;
    *now_ms += step_ms;
    return (struct diary_row){.signal = bytes[9] % (DIARY_SIGNAL_END + 1),
                              .utc_ms = *now_ms,
                              .known = bytes[8] & 2,
                              .quality = bytes[10] % 5,
                              .steps = bytes[8] & 4 ? steps : bytes[10] % 8 + (bytes[8] >> 4)};
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct zone *zone = calloc(1, sizeof(*zone));
    struct diary_settings settings = {.car = "leaf", .zone = zone, .wh_per_ah = 355, .wh_per_gid = 80};
    int64_t now_ms = INT64_C(1795327200000);

    zone_set_utc(zone);
    struct diary *diary = diary_new(&settings, NULL, NULL, check, NULL);
    for (; size >= ROW_BYTES; data += ROW_BYTES, size -= ROW_BYTES) {
        struct diary_row row = row_of(data, &now_ms);
        diary_take(diary, &row);
    }
    diary_advance(diary, now_ms + 86400000);
    diary_free(diary);
    free(zone);
    return 0;
}
