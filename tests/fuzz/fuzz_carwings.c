/* CARWINGS tables: a trip that is taken has no negative energy or distance. */
#include "diary/import/carwings.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = malloc(size + 1);
    struct carwings_layout layout;
    struct carwings_row trip;
    struct csv_row row;
    struct csv csv;

    if (!text)
        return 0;
    memcpy(text, data, size);
    csv_init(&csv, text, size);
    if (csv_next(&csv, &row) && !carwings_read_header(&layout, &row)) {
        while (csv_next(&csv, &row)) {
            if (!carwings_read_row(&layout, &row, &trip) &&
                (trip.total_wh < 0 || trip.used_wh < 0 || trip.distance_mm < 0))
                abort();
        }
    }
    free(text);
    return 0;
}
