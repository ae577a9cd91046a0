/* LeafSpy's columns: by their names, or, in a file without header, in the order all known versions share up
 * to the epoch (later ones only added behind it). Does not read files. A row of the wrong length is torn, or
 * two that were joined: none of its values can be trusted. */
#include "tools/leafspy.h"

#define EPOCH_MIN_S 1262304000 /* 2010, the first LEAF */
#define EPOCH_MAX_S 4102444800 /* 2100 */
#define MM_PER_KM   1000000
#define MM_PER_MILE 1609344
#define PERCENT_MAX 12000 /* 0.01 %: a new pack may show a little over 100 */

static const struct {
    const char *name;
    int usual; /* where it stands in a file without header */
} columns[LEAFSPY_COLUMN_COUNT] = {
    [LEAFSPY_TIME] = {"Date/Time", 0},
    [LEAFSPY_EPOCH] = {"epoch time", 134},
    [LEAFSPY_SOC] = {"SOC", 6},
    [LEAFSPY_SOH] = {"SOH", 131},
    [LEAFSPY_PACK_VOLTAGE] = {"Pack Volts", 8},
    [LEAFSPY_PACK_CURRENT] = {"Pack Amps", 9},
    [LEAFSPY_ODOMETER] = {"Odo(km)", 123},
};

void leafspy_layout_init(struct leafspy_layout *layout, int64_t mm_per_unit)
{
    *layout = (struct leafspy_layout){.first_cell = 23, .mm_per_unit = mm_per_unit};
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
    for (int i = 0; i < LEAFSPY_COLUMN_COUNT; i++)
        layout->at[i] = find_column(row, columns[i].name);
    find_odometer(layout, row);
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

static int64_t utc_of_local(const struct zone *zone, int64_t local_s)
{
    const int64_t ns = 1000000000;
    int64_t guess_s = local_s - zone_offset_s(zone, local_s * ns);

    return local_s - zone_offset_s(zone, guess_s * ns);
}

static const char *take_time(const struct leafspy_layout *layout, const struct csv_row *row,
                             const struct zone *zone, struct leafspy_row *out)
{
    int64_t local_s;

    if (!take_number(row, layout->at[LEAFSPY_EPOCH], 0, &out->utc_s))
        return "the epoch time is no number";
    if (out->utc_s == LEAFSPY_NONE) {
        if (!zone)
            return "no epoch time: say where the car was with --zone";
        if (layout->at[LEAFSPY_TIME] < 0 || !csv_local_time(row->fields[layout->at[LEAFSPY_TIME]], &local_s))
            return "the date is none";
        if (local_s < EPOCH_MIN_S || local_s > EPOCH_MAX_S)
            return "the time is not of this century";
        out->utc_s = utc_of_local(zone, local_s);
    }
    return out->utc_s < EPOCH_MIN_S || out->utc_s > EPOCH_MAX_S ? "the time is not of this century" : NULL;
}

/* A minus sign marks a cell whose shunt is on: the voltage is the number. */
static bool take_cells(const struct leafspy_layout *layout, const struct csv_row *row,
                       struct leafspy_row *out)
{
    for (int i = 0; i < LEAFSPY_CELLS; i++) {
        int64_t *cell = &out->cells_mv[i];

        if (!take_number(row, layout->first_cell < 0 ? -1 : layout->first_cell + i, 0, cell))
            return false;
        if (*cell < 0 && *cell != LEAFSPY_NONE)
            *cell = -*cell;
        if (*cell > 5000)
            return false;
    }
    return true;
}

static bool is_percent(int64_t value)
{
    return value == LEAFSPY_NONE || (value >= 0 && value <= PERCENT_MAX);
}

static const char *take_values(const struct leafspy_layout *layout, const struct csv_row *row,
                               struct leafspy_row *out)
{
    const int *at = layout->at;

    if (!take_number(row, at[LEAFSPY_SOC], 0, &out->soc_cpct))
        return "the SOC is no number";
    if (out->soc_cpct != LEAFSPY_NONE)
        out->soc_cpct = (out->soc_cpct + 50) / 100; /* LeafSpy writes 0.0001 % */
    if (!take_number(row, at[LEAFSPY_SOH], 2, &out->soh_cpct) || !is_percent(out->soh_cpct))
        return "the SOH is no percentage";
    if (!is_percent(out->soc_cpct))
        return "the SOC is no percentage";
    if (!take_number(row, at[LEAFSPY_PACK_VOLTAGE], 3, &out->pack_mv) ||
        !take_number(row, at[LEAFSPY_PACK_CURRENT], 3, &out->pack_ma))
        return "voltage or current is no number";
    if (!take_number(row, at[LEAFSPY_ODOMETER], 0, &out->odometer_mm) || out->odometer_mm > 10000000)
        return "the odometer is no distance";
    if (out->odometer_mm != LEAFSPY_NONE)
        out->odometer_mm *= layout->mm_per_unit;
    return take_cells(layout, row, out) ? NULL : "a cell has no voltage a cell can have";
}

const char *leafspy_read_row(const struct leafspy_layout *layout, const struct csv_row *row,
                             const struct zone *zone, struct leafspy_row *out)
{
    size_t least = layout->columns > 0 ? layout->columns : LEAFSPY_COLUMNS_MIN;
    size_t most = layout->columns > 0 ? layout->columns + 1 : LEAFSPY_COLUMNS_MAX;

    if (row->reason)
        return row->reason;
    if (row->count < least)
        return "torn: columns are missing";
    if (row->count > most)
        return "torn: too many columns, two lines in one";
    const char *reason = take_time(layout, row, zone, out);

    return reason ? reason : take_values(layout, row, out);
}
