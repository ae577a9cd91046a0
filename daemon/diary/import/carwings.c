/* The columns of a CARWINGS export, by their names; blanks, signs and case in a name do not count. Does not
 * read files. Miles per kWh and CO2 follow from the others and are only known by name. */
#include "diary/import/carwings.h"

#include <ctype.h>
#include <string.h>

#define NAME_MAX_LEN 40
#define MM_PER_MILE  1609344
#define DATE_MIN_S   1262304000 /* 2010, the first LEAF */
#define DATE_MAX_S   4102444800 /* 2100 */
#define TRIP_MAX     999999
#define MILES_MAX    10000000 /* thousandths: 10,000 miles in a trip are none */
#define WH_MAX       1000000

static const char *const names[CARWINGS_COLUMN_COUNT][4] = {
    [CARWINGS_DATE] = {"date", "tripdate"},
    [CARWINGS_TRIP] = {"tripid", "trip", "tripnumber"},
    [CARWINGS_TOTAL] = {"kwhtotal", "totalkwh", "totalelectricityconsumptionkwh"},
    [CARWINGS_USED] = {"kwhused", "usedkwh", "used"},
    [CARWINGS_REGENERATED] = {"kwhregenerated", "regeneratedkwh", "kwhregen", "regenerated"},
    [CARWINGS_MILES] = {"miles", "distancemiles", "traveldistancemiles"},
    [CARWINGS_EFFICIENCY] = {"mileskwh", "milesperkwh"},
    [CARWINGS_CO2] = {"co2", "co2kg", "co2emissions"},
};

static void fold_name(struct csv_field field, char folded[NAME_MAX_LEN])
{
    size_t len = 0;

    for (size_t i = 0; i < field.len && len + 1 < NAME_MAX_LEN; i++) {
        if (isalnum((unsigned char)field.text[i]))
            folded[len++] = (char)tolower((unsigned char)field.text[i]);
    }
    folded[len] = '\0';
}

static int column_of(struct csv_field field)
{
    char folded[NAME_MAX_LEN];

    fold_name(field, folded);
    for (int i = 0; i < CARWINGS_COLUMN_COUNT; i++) {
        for (int k = 0; k < 4 && names[i][k]; k++) {
            if (strcmp(names[i][k], folded) == 0)
                return i;
        }
    }
    return -1;
}

const char *carwings_read_header(struct carwings_layout *layout, const struct csv_row *row)
{
    if (row->reason)
        return row->reason;
    layout->columns = row->count;
    for (int i = 0; i < CARWINGS_COLUMN_COUNT; i++)
        layout->at[i] = -1;
    for (size_t i = 0; i < row->count; i++) {
        int column = column_of(row->fields[i]);

        if (column < 0)
            return "unknown column";
        if (layout->at[column] >= 0)
            return "the same column twice";
        layout->at[column] = (int)i;
    }
    bool is_enough =
        layout->at[CARWINGS_DATE] >= 0 && layout->at[CARWINGS_TRIP] >= 0 && layout->at[CARWINGS_MILES] >= 0;

    return is_enough ? NULL : "date, trip id or miles missing";
}

/* A number from 0 to `max` times 10^decimals; 0 where the table has no such column. */
static bool take_number(const struct csv_row *row, int at, unsigned decimals, int64_t max, int64_t *value)
{
    *value = 0;
    return at < 0 || (csv_decimal(row->fields[at], decimals, value) && *value >= 0 && *value <= max);
}

const char *carwings_read_row(const struct carwings_layout *layout, const struct csv_row *row,
                              struct carwings_row *out)
{
    const int *at = layout->at;
    int64_t milli_miles;

    if (row->reason)
        return row->reason;
    if (row->count != layout->columns)
        return "torn: not as many columns as the header";
    if (!csv_local_time(row->fields[at[CARWINGS_DATE]], &out->local_s))
        return "the date is none";
    if (out->local_s < DATE_MIN_S || out->local_s > DATE_MAX_S)
        return "the date is not of this century";
    if (!take_number(row, at[CARWINGS_TRIP], 0, TRIP_MAX, &out->trip))
        return "the trip id is no number";
    if (!take_number(row, at[CARWINGS_TOTAL], 3, WH_MAX, &out->total_wh) ||
        !take_number(row, at[CARWINGS_USED], 3, WH_MAX, &out->used_wh) ||
        !take_number(row, at[CARWINGS_REGENERATED], 3, WH_MAX, &out->regenerated_wh))
        return "an energy is no number of kWh";
    if (!take_number(row, at[CARWINGS_MILES], 3, MILES_MAX, &milli_miles))
        return "the miles are no distance";
    out->distance_mm = milli_miles * MM_PER_MILE / 1000;
    return NULL;
}

int64_t carwings_used_wh(const struct carwings_layout *layout, const struct carwings_row *trip)
{
    int64_t wh = CARWINGS_NONE;

    if (layout->at[CARWINGS_TOTAL] >= 0)
        wh = trip->total_wh;
    else if (layout->at[CARWINGS_USED] >= 0)
        wh = trip->used_wh - trip->regenerated_wh;
    return wh < 0 ? CARWINGS_NONE : wh;
}
