/* One trip of the table that Nissan's CARWINGS site gave its owners, in the diary's units. Pure. */
#ifndef DIARY_IMPORT_CARWINGS_H
#define DIARY_IMPORT_CARWINGS_H

#include "diary/import/csv.h"

enum carwings_column {
    CARWINGS_DATE,
    CARWINGS_TRIP,
    CARWINGS_TOTAL,
    CARWINGS_USED,
    CARWINGS_REGENERATED,
    CARWINGS_MILES,
    CARWINGS_EFFICIENCY,
    CARWINGS_CO2,
    CARWINGS_COLUMN_COUNT
};

struct carwings_layout {
    size_t columns;
    int at[CARWINGS_COLUMN_COUNT]; /* -1: not there */
};

struct carwings_row {
    int64_t local_s; /* the day as the car's place had it; midnight where the table has no time */
    int64_t trip;
    int64_t total_wh;
    int64_t used_wh;
    int64_t regenerated_wh;
    int64_t distance_mm;
};

/* Reads the header. NULL, or what is the matter with it. */
const char *carwings_read_header(struct carwings_layout *layout, const struct csv_row *row);

/* Reads a row. NULL, or why it is rejected. */
const char *carwings_read_row(const struct carwings_layout *layout, const struct csv_row *row,
                              struct carwings_row *out);

#define CARWINGS_NONE INT64_MIN

/* What the trip took from the battery: Nissan's total is what was used without what was regenerated.
 * CARWINGS_NONE where the table does not tell. */
int64_t carwings_used_wh(const struct carwings_layout *layout, const struct carwings_row *trip);

#endif
