/* One row of a log that LeafSpy wrote, in the diary's units. Pure. */
#ifndef TOOLS_LEAFSPY_H
#define TOOLS_LEAFSPY_H

#include "tools/csv.h"
#include "util/core/zone.h"

#define LEAFSPY_COLUMNS_MIN 152
#define LEAFSPY_COLUMNS_MAX 160 /* rows of the newest known version have one more than their header names */
#define LEAFSPY_CELLS       96
#define LEAFSPY_NONE        INT64_MIN /* the log says "na", "none" or nothing */

enum leafspy_column {
    LEAFSPY_TIME,
    LEAFSPY_EPOCH,
    LEAFSPY_SOC,
    LEAFSPY_SOH,
    LEAFSPY_PACK_VOLTAGE,
    LEAFSPY_PACK_CURRENT,
    LEAFSPY_ODOMETER,
    LEAFSPY_COLUMN_COUNT
};

struct leafspy_layout {
    size_t columns;               /* that the header names; 0: there is none */
    int at[LEAFSPY_COLUMN_COUNT]; /* -1: not there */
    int first_cell;
    int64_t mm_per_unit; /* of the odometer */
};

struct leafspy_row {
    int64_t utc_s;
    int64_t soc_cpct; /* 0.01 % */
    int64_t soh_cpct;
    int64_t pack_mv;
    int64_t pack_ma;
    int64_t odometer_mm;
    int64_t cells_mv[LEAFSPY_CELLS];
};

/* The columns of a file without header, whose odometer counts in units of mm_per_unit. */
void leafspy_layout_init(struct leafspy_layout *layout, int64_t mm_per_unit);

/* Whether the row is a header. */
bool leafspy_is_header(const struct csv_row *row);

/* Reads the header. NULL, or why no row below it can be used. */
const char *leafspy_read_header(struct leafspy_layout *layout, const struct csv_row *row);

/* Reads a row; zone (NULL: not known) is for logs without an epoch. NULL, or why the row is rejected. */
const char *leafspy_read_row(const struct leafspy_layout *layout, const struct csv_row *row,
                             const struct zone *zone, struct leafspy_row *out);

#endif
