/* LeafSpy's figures as the car's signals. It knows no presence; this is how one follows from a row:
 *
 *   plug in, a charge mode, and the charger gives power or current flows in   charging
 *   gear R, N, D or B                                                         driving
 *   else, power switch on or not told                                         on
 *   else                                                                      awake
 *
 * LeafSpy counts the current out of the battery; garaged into it. */
#include "diary/import/leafspy_signals.h"

#include "car/reading.h"

#include <assert.h>

#define PLUG_IN     2
#define GEAR_OF_P   1
#define FLOWS_IN_MA 500 /* what a car at rest takes or gives is less */

static const struct {
    enum signal_id signal;
    enum leafspy_column column;
    int64_t per_unit; /* of the vocabulary's */
} plain[] = {
    {SIGNAL_SOC, LEAFSPY_SOC, 100},
    {SIGNAL_GIDS, LEAFSPY_GIDS, 1},
    {SIGNAL_SOH, LEAFSPY_SOH, 100},
    {SIGNAL_HX, LEAFSPY_HX, 100},
    {SIGNAL_PACK_CAPACITY, LEAFSPY_CAPACITY, 1000},
    {SIGNAL_PACK_VOLTAGE, LEAFSPY_PACK_VOLTAGE, 1000},
    {SIGNAL_PACK_CURRENT, LEAFSPY_PACK_CURRENT, -1000},
    {SIGNAL_CELL_MIN, LEAFSPY_CELL_MIN, 1000},
    {SIGNAL_CELL_MAX, LEAFSPY_CELL_MAX, 1000},
    {SIGNAL_PACK_TEMP_1, LEAFSPY_TEMPERATURE_1, 1000},
    {SIGNAL_PACK_TEMP_2, LEAFSPY_TEMPERATURE_2, 1000},
    {SIGNAL_PACK_TEMP_3, LEAFSPY_TEMPERATURE_3, 1000},
    {SIGNAL_PACK_TEMP_4, LEAFSPY_TEMPERATURE_4, 1000},
    {SIGNAL_CHARGE_MODE, LEAFSPY_CHARGE_MODE, 1},
    {SIGNAL_CHARGER_POWER, LEAFSPY_CHARGER, 1000},
    {SIGNAL_COUNT_DC, LEAFSPY_COUNT_DC, 1},
    {SIGNAL_COUNT_AC, LEAFSPY_COUNT_AC, 1},
    {SIGNAL_ODOMETER, LEAFSPY_ODOMETER, 1000000},
    {SIGNAL_AUX_VOLTAGE, LEAFSPY_AUX_VOLTAGE, 1000},
};

static_assert(sizeof(plain) / sizeof(plain[0]) + 5 <= LEAFSPY_SIGNALS_MAX, "there is room");

static int64_t value_of(const struct leafspy_row *row, enum leafspy_column column, int64_t otherwise)
{
    return row->value[column] == LEAFSPY_NONE ? otherwise : row->value[column];
}

static bool is_charging(const struct leafspy_row *row)
{
    return value_of(row, LEAFSPY_PLUG, 0) == PLUG_IN && value_of(row, LEAFSPY_CHARGE_MODE, 0) > 0 &&
           (value_of(row, LEAFSPY_CHARGER, 0) > 0 || value_of(row, LEAFSPY_PACK_CURRENT, 0) < -FLOWS_IN_MA);
}

enum presence leafspy_presence(const struct leafspy_row *row)
{
    if (is_charging(row))
        return PRESENCE_CHARGING;
    if (value_of(row, LEAFSPY_GEAR, 0) > GEAR_OF_P)
        return PRESENCE_DRIVING;
    return value_of(row, LEAFSPY_POWER, 1) ? PRESENCE_ON : PRESENCE_AWAKE;
}

/* The signal's own steps, rounded half away from zero. */
static int64_t steps_of(enum signal_id signal, int64_t value, int64_t per_unit)
{
    int64_t steps = value * diary_steps_per_unit(vocabulary[signal].resolution);
    int64_t unit = per_unit < 0 ? -per_unit : per_unit;

    if (per_unit < 0)
        steps = -steps;
    return (steps < 0 ? steps - unit / 2 : steps + unit / 2) / unit;
}

static void add(const struct leafspy_row *row, enum signal_id signal, int64_t value, int64_t per_unit,
                struct diary_row *out, size_t *count)
{
    if (value == LEAFSPY_NONE)
        return;
    out[(*count)++] = (struct diary_row){.signal = signal,
                                         .utc_ms = row->utc_s * 1000,
                                         .known = true,
                                         .quality = QUALITY_OK,
                                         .steps = steps_of(signal, value, per_unit)};
}

/* The mean of the sensors that there are: 24 kWh packs have three. */
static int64_t temperature(const struct leafspy_row *row)
{
    int64_t sum = 0, count = 0;

    for (int i = LEAFSPY_TEMPERATURE_1; i <= LEAFSPY_TEMPERATURE_4; i++) {
        if (row->value[i] == LEAFSPY_NONE)
            continue;
        sum += row->value[i];
        count++;
    }
    return count > 0 ? sum / count : LEAFSPY_NONE;
}

static int64_t spread(const struct leafspy_row *row)
{
    int64_t max = row->value[LEAFSPY_CELL_MAX], min = row->value[LEAFSPY_CELL_MIN];

    return max == LEAFSPY_NONE || min == LEAFSPY_NONE || max < min ? LEAFSPY_NONE : max - min;
}

static int64_t gear(const struct leafspy_row *row)
{
    static const int64_t gears[] = {LEAFSPY_NONE, GEAR_P,       GEAR_R,       GEAR_N,
                                    GEAR_D,       LEAFSPY_NONE, LEAFSPY_NONE, GEAR_B};

    return gears[value_of(row, LEAFSPY_GEAR, 0)];
}

size_t leafspy_signals(const struct leafspy_row *row, struct diary_row out[LEAFSPY_SIGNALS_MAX])
{
    int64_t plug = row->value[LEAFSPY_PLUG];
    bool tells_charging = plug != LEAFSPY_NONE && row->value[LEAFSPY_CHARGE_MODE] != LEAFSPY_NONE;
    size_t count = 0;

    for (size_t i = 0; i < sizeof(plain) / sizeof(plain[0]); i++)
        add(row, plain[i].signal, row->value[plain[i].column], plain[i].per_unit, out, &count);
    add(row, SIGNAL_CELL_SPREAD, spread(row), 1000, out, &count);
    add(row, SIGNAL_PACK_TEMP, temperature(row), 1000, out, &count);
    add(row, SIGNAL_PLUGGED, plug == LEAFSPY_NONE ? LEAFSPY_NONE : plug == PLUG_IN, 1, out, &count);
    add(row, SIGNAL_CHARGING, tells_charging ? is_charging(row) : LEAFSPY_NONE, 1, out, &count);
    add(row, SIGNAL_GEAR, gear(row), 1, out, &count);
    return count;
}
