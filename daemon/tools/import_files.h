/* What files of an import hold, counted. */
#ifndef TOOLS_IMPORT_FILES_H
#define TOOLS_IMPORT_FILES_H

#include "diary/import/leafspy.h"
#include "util/core/err.h"
#include "util/core/zone.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define IMPORT_REJECTED_MAX 20 /* that are shown one by one */

struct import_source {
    bool is_carwings;        /* else LeafSpy */
    const struct zone *zone; /* NULL: not said */
    int64_t mm_per_unit;     /* odometer of logs without header */
};

struct import_rejected {
    const char *file;
    unsigned line;
    char reason[96];
};

struct import_report {
    size_t files;
    size_t count;  /* rows that can be used, duplicates too */
    int64_t *keys; /* of these: what makes a row the same as another */
    size_t room;
    int64_t first_s;
    int64_t last_s;
    char vin[LEAFSPY_VIN + 1]; /* of the first log that told one: all are of one car */
    size_t rejected_count;
    struct import_rejected rejected[IMPORT_REJECTED_MAX];
};

/* One of the files, as it was read. */
struct import_file {
    const char *name;
    size_t rows; /* that can be used */
    int64_t first_s;
};

/* Reads the file of that name and adds it to the report, which begins as zeros. The name must live as long as
 * the report. */
int import_read_file(struct import_report *report, const struct import_source *source,
                     struct import_file *file, struct err *err);

/* What garaged added, summed up over the files. */
struct import_added {
    int64_t readings, charges, outings, health, cells;
    int64_t known; /* items that the diary had */
    int64_t later; /* rows of a time that garaged itself watches */
};

/* Prints it; its keys are sorted on the way. `added` is NULL for a dry run. */
void import_print(struct import_report *report, const struct import_source *source,
                  const struct import_added *added, bool as_json);

#endif
