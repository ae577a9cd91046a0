/* Messages of a meter: the first byte chooses its settings. Whatever is taken is a figure that can be. */
#include "diary/item.h"
#include "export/json_meter.h"

#include <assert.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct config_car car = {.meter_kind = CONFIG_METER_ENERGY};
    int64_t value = -1;
    struct err err;

    if (size == 0)
        return 0;
    if (data[0] & 1)
        car.meter_kind = CONFIG_METER_POWER;
    car.meter_unit = (enum config_meter_unit)(data[0] >> 1 & 3);
    if (data[0] & 8)
        strcpy(car.meter_field, "ENERGY.Total");
    int64_t most = data[0] & 1 ? DIARY_WALL_POWER_MAX : DIARY_WALL_ENERGY_MAX;
    if (json_meter_read(&car, (const char *)data + 1, size - 1, &value, &err) == 0)
        assert(value >= 0 && value <= most);
    else
        assert(value == -1 && err.text[0] != '\0');
    return 0;
}
