/* LeafSpy's columns: by their names, or, in a file without header, in the order all known versions share up
 * to the epoch (later ones only added behind it). Does not read files. A row of the wrong length is torn, or
 * two that were joined: none of its values can be trusted. Ambient, tyres and speed are left out: the log
 * does not say in which unit they are. */
#include "diary/import/leafspy.h"

#include <string.h>

#define EPOCH_MIN_S 1262304000 /* 2010, the first LEAF */
#define EPOCH_MAX_S 4102444800 /* 2100 */
#define NAMES_SHORT 159        /* the version with so many names writes one field more */
#define MM_PER_KM   1000000
#define MM_PER_MILE 1609344
#define NS_PER_SEC  INT64_C(1000000000)
#define VIN_USUAL   120

/* A number in the log times 10^decimals is divided by `divisor`. Beyond min and max (of the divided one) the
 * row is rejected, or, where LeafSpy is known to write what the car did not say, the value alone. */
static const struct {
    const char *name;
    int usual; /* where it stands in a file without header */
    unsigned decimals;
    int64_t divisor, min, max;
    const char *rejects; /* NULL: only the value is dropped */
} columns[LEAFSPY_COLUMN_COUNT] = {
    [LEAFSPY_TIME] = {.name = "Date/Time", .usual = 0},
    [LEAFSPY_EPOCH] = {.name = "epoch time", .usual = 134},
    [LEAFSPY_SOC] = {"SOC", 6, 0, 100, 1, 12000, "the SOC is no percentage"}, /* a new pack may show more */
    [LEAFSPY_SOH] = {"SOH", 131, 2, 1, 1, 12000, "the SOH is no percentage"},
    [LEAFSPY_PACK_VOLTAGE] = {"Pack Volts", 8, 3, 1, 0, 500000, NULL},
    [LEAFSPY_PACK_CURRENT] = {"Pack Amps", 9, 3, 1, -1000000, 1000000, NULL},
    [LEAFSPY_ODOMETER] = {"Odo(km)", 123, 0, 1, 1, 2000000, "the odometer is no distance"},
    [LEAFSPY_GIDS] = {"Gids", 5, 0, 1, 1, 1000, NULL},
    [LEAFSPY_CAPACITY] = {"AHr", 7, 0, 10, 1000, 300000, NULL},
    [LEAFSPY_HX] = {"Hx", 121, 2, 1, 1, 25000, NULL},
    [LEAFSPY_CELL_MAX] = {"Max CP mV", 10, 0, 1, 1, 5000, NULL},
    [LEAFSPY_CELL_MIN] = {"Min CP mV", 11, 0, 1, 1, 5000, NULL},
    [LEAFSPY_TEMPERATURE_1] = {"Pack T1 C", 16, 3, 1, -45000, 100000, NULL},
    [LEAFSPY_TEMPERATURE_2] = {"Pack T2 C", 18, 3, 1, -45000, 100000, NULL},
    [LEAFSPY_TEMPERATURE_3] = {"Pack T3 C", 20, 3, 1, -45000, 100000, NULL},
    [LEAFSPY_TEMPERATURE_4] = {"Pack T4 C", 22, 3, 1, -45000, 100000, NULL},
    [LEAFSPY_AUX_VOLTAGE] = {"12v Bat Volts", 122, 3, 1, 1, 20000, NULL},
    [LEAFSPY_COUNT_DC] = {"QC", 124, 0, 1, 0, 65534, NULL},
    [LEAFSPY_COUNT_AC] = {"L1/L2", 125, 0, 1, 0, 65534, NULL},
    [LEAFSPY_PLUG] = {"Plug State", 141, 0, 1, 0, 2, NULL},
    [LEAFSPY_CHARGE_MODE] = {"Charge Mode", 142, 0, 1, 0, 3, NULL},
    [LEAFSPY_CHARGER] = {"OBC Out Pwr", 143, 0, 1, 0, 150000, NULL},
    [LEAFSPY_GEAR] = {"Gear", 144, 0, 1, 0, 7, NULL},
    [LEAFSPY_POWER] = {"Power SW", 148, 0, 1, 0, 1, NULL},
};

void leafspy_layout_init(struct leafspy_layout *layout, int64_t mm_per_unit)
{
    *layout = (struct leafspy_layout){
        .first_cell = 23, .vin_at = VIN_USUAL, .mm_per_unit = mm_per_unit, .last_utc_s = LEAFSPY_NONE};
    for (int i = 0; i < LEAFSPY_COLUMN_COUNT; i++)
        layout->at[i] = columns[i].usual;
}

bool leafspy_is_header(const struct csv_row *row)
{
    return row->count > 0 && csv_is(row->fields[0], columns[LEAFSPY_TIME].name);
}

static int find_column(const struct csv_row *row, const char *name)
{
    for (size_t i = 0; i < row->count; i++) {
        if (csv_is(row->fields[i], name))
            return (int)i;
    }
    return -1;
}

static void find_odometer(struct leafspy_layout *layout, const struct csv_row *row)
{
    static const char *const miles[] = {"Odo(mi)", "Odo(miles)"};

    layout->mm_per_unit = MM_PER_KM;
    for (size_t i = 0; i < 2 && layout->at[LEAFSPY_ODOMETER] < 0; i++) {
        layout->at[LEAFSPY_ODOMETER] = find_column(row, miles[i]);
        layout->mm_per_unit = MM_PER_MILE;
    }
}

const char *leafspy_read_header(struct leafspy_layout *layout, const struct csv_row *row)
{
    if (row->count < LEAFSPY_COLUMNS_MIN || row->count > LEAFSPY_COLUMNS_MAX)
        return "the header has not 152 to 160 columns";
    layout->columns = row->count;
    layout->has_header = true;
    for (int i = 0; i < LEAFSPY_COLUMN_COUNT; i++)
        layout->at[i] = find_column(row, columns[i].name);
    find_odometer(layout, row);
    layout->vin_at = find_column(row, "VIN");
    layout->first_cell = find_column(row, "CP1");
    if (layout->first_cell >= 0 && find_column(row, "CP96") != layout->first_cell + LEAFSPY_CELLS - 1)
        return "the header's cells are not CP1 to CP96";
    if (layout->at[LEAFSPY_SOC] < 0)
        return "the header has no column SOC";
    return NULL;
}

static bool is_absent(struct csv_field field)
{
    return csv_is(field, "") || csv_is(field, "na") || csv_is(field, "none");
}

/* A number times 10^decimals, LEAFSPY_NONE where the log has none; false if it is something else. */
static bool take_number(const struct csv_row *row, int at, unsigned decimals, int64_t *value)
{
    *value = LEAFSPY_NONE;
    if (at < 0 || (size_t)at >= row->count || is_absent(row->fields[at]))
        return true;
    return csv_decimal(row->fields[at], decimals, value);
}

static bool is_shown_as(const struct zone *zone, int64_t utc_s, int64_t local_s)
{
    return utc_s + zone_offset_s(zone, utc_s * NS_PER_SEC) == local_s;
}

/* An hour that clocks show twice: the earlier one, unless the row before was later. */
static int64_t utc_of_local(const struct zone *zone, int64_t local_s, int64_t last_utc_s)
{
    int64_t guess_s = local_s - zone_offset_s(zone, local_s * NS_PER_SEC);
    int64_t utc_s = local_s - zone_offset_s(zone, guess_s * NS_PER_SEC);
    const int64_t steps_s[] = {-3600, -1800, 1800, 3600};

    for (size_t i = 0; i < 2; i++)
        if (is_shown_as(zone, utc_s + steps_s[i], local_s)) {
            utc_s += steps_s[i];
            break;
        }
    for (size_t i = 2; i < 4; i++)
        if (utc_s < last_utc_s && is_shown_as(zone, utc_s + steps_s[i], local_s))
            return utc_s + steps_s[i];
    return utc_s;
}

static const char *take_time(struct leafspy_layout *layout, const struct csv_row *row,
                             const struct zone *zone, struct leafspy_row *out)
{
    int at = layout->at[LEAFSPY_TIME];
    int64_t local_s;

    if (!take_number(row, layout->at[LEAFSPY_EPOCH], 0, &out->utc_s))
        return "the epoch time is no number";
    if (out->utc_s == LEAFSPY_NONE) {
        if (!zone)
            return "no epoch time: say where the car was with --zone";
        if (at < 0 || (size_t)at >= row->count || !csv_local_time(row->fields[at], &local_s))
            return "the date is none";
        if (local_s < EPOCH_MIN_S || local_s > EPOCH_MAX_S)
            return "the time is not of this century";
        out->utc_s = utc_of_local(zone, local_s, layout->last_utc_s);
    }
    return out->utc_s < EPOCH_MIN_S || out->utc_s > EPOCH_MAX_S ? "the time is not of this century" : NULL;
}

/* A minus sign marks a cell whose shunt is on: the voltage is the number. */
static bool take_cells(const struct leafspy_layout *layout, const struct csv_row *row,
                       struct leafspy_row *out)
{
    for (int i = 0; i < LEAFSPY_CELLS; i++) {
        int64_t cell;

        if (!take_number(row, layout->first_cell < 0 ? -1 : layout->first_cell + i, 0, &cell))
            return false;
        cell = cell == LEAFSPY_NONE ? 0 : cell < 0 ? -cell : cell;
        if (cell > 5000)
            return false;
        out->cells_mv[i] = (uint16_t)cell;
    }
    return true;
}

static const char *take_value(const struct leafspy_layout *layout, const struct csv_row *row, int column,
                              int64_t *value)
{
    const int64_t divisor = columns[column].divisor;

    if (!take_number(row, layout->at[column], columns[column].decimals, value))
        return columns[column].rejects ? columns[column].rejects : "a value is no number";
    if (*value == LEAFSPY_NONE)
        return NULL;
    *value = (*value < 0 ? *value - divisor / 2 : *value + divisor / 2) / divisor;
    if (*value >= columns[column].min && *value <= columns[column].max)
        return NULL;
    bool is_unread = *value == 0; /* no car has 0 % or 0 km: it was not asked yet */
    *value = LEAFSPY_NONE;
    return is_unread ? NULL : columns[column].rejects;
}

static const char *take_values(const struct leafspy_layout *layout, const struct csv_row *row,
                               struct leafspy_row *out)
{
    out->value[LEAFSPY_TIME] = out->value[LEAFSPY_EPOCH] = LEAFSPY_NONE;
    for (int i = LEAFSPY_SOC; i < LEAFSPY_COLUMN_COUNT; i++) {
        const char *reason = take_value(layout, row, i, &out->value[i]);

        if (reason)
            return reason;
    }
    if (out->value[LEAFSPY_ODOMETER] != LEAFSPY_NONE)
        out->value[LEAFSPY_ODOMETER] *= layout->mm_per_unit;
    return take_cells(layout, row, out) ? NULL : "a cell has no voltage a cell can have";
}

/* A decimal comma makes two fields of one. */
static const char *judge_length(const struct leafspy_layout *layout, size_t count)
{
    size_t least = layout->columns > 0 ? layout->columns : LEAFSPY_COLUMNS_MIN;
    size_t most = layout->columns > 0
                      ? layout->columns + (layout->has_header && layout->columns == NAMES_SHORT)
                      : LEAFSPY_COLUMNS_MAX;

    if (count < least)
        return "torn: columns are missing";
    return count > most ? "torn: too many columns, two lines in one" : NULL;
}

/* Whose row it is, where it tells: NULL, or the car's VIN. */
static const char *vin_of(const struct leafspy_layout *layout, const struct csv_row *row)
{
    int at = layout->vin_at;

    return at >= 0 && (size_t)at < row->count && row->fields[at].len == LEAFSPY_VIN ? row->fields[at].text
                                                                                    : NULL;
}

/* Two cars in one phone: their ways and charges would become those of one car. */
static const char *judge_car(const struct leafspy_layout *layout, const struct csv_row *row)
{
    const char *vin = vin_of(layout, row);

    return vin && layout->vin[0] && memcmp(layout->vin, vin, LEAFSPY_VIN) != 0 ? "another car's VIN" : NULL;
}

const char *leafspy_read_row(struct leafspy_layout *layout, const struct csv_row *row,
                             const struct zone *zone, struct leafspy_row *out)
{
    const char *reason = row->reason ? row->reason : judge_length(layout, row->count);

    if (!reason)
        reason = judge_car(layout, row);
    if (!reason)
        reason = take_time(layout, row, zone, out);
    if (!reason)
        reason = take_values(layout, row, out);
    if (reason)
        return reason;
    if (layout->columns == 0)
        layout->columns = row->count;
    if (vin_of(layout, row))
        memcpy(layout->vin, vin_of(layout, row), LEAFSPY_VIN);
    layout->last_utc_s = out->utc_s;
    return NULL;
}
