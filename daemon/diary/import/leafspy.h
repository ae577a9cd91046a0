/* One row of a log that LeafSpy wrote, in the diary's units. Pure. */
#ifndef DIARY_IMPORT_LEAFSPY_H
#define DIARY_IMPORT_LEAFSPY_H

#include "diary/import/csv.h"
#include "util/core/zone.h"

#define LEAFSPY_COLUMNS_MIN 152
#define LEAFSPY_COLUMNS_MAX 160 /* rows of the newest known version have one more than its header names */
#define LEAFSPY_CELLS       96
#define LEAFSPY_VIN         17        /* characters */
#define LEAFSPY_NONE        INT64_MIN /* the log says "na", "none" or nothing, or what no car can say */

/* Columns that are read, and what a row's `value` of them counts. */
enum leafspy_column {
    LEAFSPY_TIME,
    LEAFSPY_EPOCH,
    LEAFSPY_SOC,          /* 0.01 % */
    LEAFSPY_SOH,          /* 0.01 % */
    LEAFSPY_PACK_VOLTAGE, /* mV */
    LEAFSPY_PACK_CURRENT, /* mA out of the battery, as LeafSpy has it */
    LEAFSPY_ODOMETER,     /* mm */
    LEAFSPY_GIDS,
    LEAFSPY_CAPACITY,      /* mAh */
    LEAFSPY_HX,            /* 0.01 % */
    LEAFSPY_CELL_MAX,      /* mV */
    LEAFSPY_CELL_MIN,      /* mV */
    LEAFSPY_TEMPERATURE_1, /* 1/1000 degree */
    LEAFSPY_TEMPERATURE_2,
    LEAFSPY_TEMPERATURE_3,
    LEAFSPY_TEMPERATURE_4,
    LEAFSPY_AUX_VOLTAGE, /* mV */
    LEAFSPY_COUNT_DC,
    LEAFSPY_COUNT_AC,
    LEAFSPY_PLUG,        /* 0 out, 1 half in, 2 in */
    LEAFSPY_CHARGE_MODE, /* 0 none, 1 and 2 AC, 3 quick */
    LEAFSPY_CHARGER,     /* W */
    LEAFSPY_GEAR,        /* 1 P, 2 R, 3 N, 4 D, 7 B; 0: the car is off */
    LEAFSPY_POWER,       /* 1: on */
    LEAFSPY_COLUMN_COUNT
};

struct leafspy_layout {
    size_t columns; /* that the header names, or the first row has; 0: neither was seen */
    bool has_header;
    int at[LEAFSPY_COLUMN_COUNT]; /* -1: not there */
    int first_cell;
    int vin_at;                /* -1: not there */
    char vin[LEAFSPY_VIN + 1]; /* of the car whose log it is; "": no row has told */
    int64_t mm_per_unit;       /* of the odometer */
    int64_t last_utc_s;        /* of the row before; LEAFSPY_NONE: there is none */
};

struct leafspy_row {
    int64_t utc_s;
    int64_t value[LEAFSPY_COLUMN_COUNT]; /* LEAFSPY_NONE: not known */
    uint16_t cells_mv[LEAFSPY_CELLS];    /* 0: not known */
};

/* The columns of a file without header, whose odometer counts in units of mm_per_unit. */
void leafspy_layout_init(struct leafspy_layout *layout, int64_t mm_per_unit);

/* Whether the row is a header. */
bool leafspy_is_header(const struct csv_row *row);

/* Reads the header. NULL, or why no row below it can be used. */
const char *leafspy_read_header(struct leafspy_layout *layout, const struct csv_row *row);

/* Reads a row; zone (NULL: not known) is for logs without an epoch. NULL, or why the row is rejected. */
const char *leafspy_read_row(struct leafspy_layout *layout, const struct csv_row *row,
                             const struct zone *zone, struct leafspy_row *out);

#endif
