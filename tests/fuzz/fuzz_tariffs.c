/* The body of PUT tariffs: whatever is taken can be written and read again, and prices something. */
#include "export/json_tariffs.h"

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define FROM_MS INT64_C(1770000000000)
#define WEEK_MS INT64_C(604800000)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct tariffs tariffs, again;
    struct err err;

    if (json_tariffs_read((const char *)data, size, &tariffs, &err) != 0)
        return 0;
    char *text = json_tariffs(&tariffs);
    if (size > JSON_TARIFFS_MAX / 2) {
        free(text);
        return 0;
    }
    assert(text && json_tariffs_read(text, strlen(text), &again, &err) == 0);
    char *same = json_tariffs(&again);
    assert(same && strcmp(text, same) == 0);
    struct tariff_cost cost;
    struct zone zone;
    zone_set_utc(&zone);
    if (tariff_range(&tariffs, &zone, FROM_MS, FROM_MS + WEEK_MS, 10000, &cost))
        assert(cost.cost_m >= 0 && (cost.cost_max_m == TARIFF_NONE || cost.cost_max_m > cost.cost_m));
    free(text);
    free(same);
    return 0;
}
