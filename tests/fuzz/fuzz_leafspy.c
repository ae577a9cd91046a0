/* Logs of LeafSpy: every field lies in the text, and a row that is taken has values a car can have. */
#include "diary/import/leafspy.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_fields(const struct csv *csv, const struct csv_row *row)
{
    for (size_t i = 0; i < row->count; i++) {
        if (row->fields[i].text < csv->text ||
            row->fields[i].text + row->fields[i].len > csv->text + csv->len)
            abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = malloc(size + 1);
    struct leafspy_layout layout;
    struct leafspy_row out;
    struct csv_row row;
    struct csv csv;

    if (!text)
        return 0;
    memcpy(text, data, size);
    csv_init(&csv, text, size);
    leafspy_layout_init(&layout, 1000000);
    while (csv_next(&csv, &row)) {
        check_fields(&csv, &row);
        if (!row.reason && leafspy_is_header(&row)) {
            if (leafspy_read_header(&layout, &row))
                break;
        } else if (!leafspy_read_row(&layout, &row, NULL, &out) && out.value[LEAFSPY_SOC] > 12000) {
            abort();
        }
    }
    free(text);
    return 0;
}
