/* Medians, of which a charge measured badly moves neither. Which charges are of which battery is the store's.
 */
#include "diary/capacity.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define SOC_FULL    10000   /* 0.01 % */
#define FULL_WH_MAX 1000000 /* no car's battery; keeps the sums small */
#define UNFIT       (DIARY_FLAG_GAPS | DIARY_FLAG_ESTIMATED | DIARY_FLAG_IMPLAUSIBLE)

static bool is_fit(const struct diary_charge *charge)
{
    return charge->status == DIARY_CLOSED && charge->how == DIARY_WATCHED && !(charge->flags & UNFIT);
}

int64_t capacity_of_charge(const struct diary_charge *charge)
{
    bool has_soc = charge->soc_from >= 0 && charge->soc_to >= 0 && charge->soc_to <= SOC_FULL;

    if (!is_fit(charge) || !has_soc || charge->soc_to - charge->soc_from < CAPACITY_RISE_MIN)
        return DIARY_NONE;
    if (charge->battery_wh <= 0 || charge->battery_wh > FULL_WH_MAX)
        return DIARY_NONE; /* DIARY_NONE is among them */
    int64_t rise = charge->soc_to - charge->soc_from;
    return (charge->battery_wh * SOC_FULL + rise / 2) / rise;
}

static int by_size(const void *a, const void *b)
{
    const int64_t *left = a, *right = b;

    return (*left > *right) - (*left < *right);
}

/* Sorts them. */
static int64_t find_median(int64_t *values, size_t count)
{
    qsort(values, count, sizeof(values[0]), by_size);
    return (values[(count - 1) / 2] + values[count / 2]) / 2;
}

struct capacity capacity_measure(const int64_t *full_wh, size_t count)
{
    struct capacity capacity = {DIARY_NONE, DIARY_NONE, (int64_t)count};
    int64_t values[CAPACITY_CHARGES];

    assert(count <= CAPACITY_CHARGES);
    if (count == 0)
        return capacity;
    memcpy(values, full_wh, count * sizeof(values[0]));
    capacity.wh = find_median(values, count);
    for (size_t i = 0; i < count; i++)
        values[i] = llabs(full_wh[i] - capacity.wh);
    if (count >= CAPACITY_SCATTER_MIN)
        capacity.scatter_wh = find_median(values, count);
    return capacity;
}
