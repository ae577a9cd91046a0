/* Logs of LeafSpy: every field lies in the text, a row that is taken has values a car can have, and the
 * trackers make of the rows what they can. */
#include "diary/import/leafspy_log.h"

#include <stdlib.h>
#include <string.h>

#define ROWS_MAX 64

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_fields(const struct csv *csv, const struct csv_row *row)
{
    for (size_t i = 0; i < row->count; i++) {
        if (row->fields[i].text < csv->text ||
            row->fields[i].text + row->fields[i].len > csv->text + csv->len)
            abort();
    }
}

static void check_entry(void *ctx, const struct diary_entry *entry)
{
    (void)ctx;
    if (entry->kind == DIARY_OUTING && entry->outing.from_ms > entry->outing.to_ms)
        abort();
}

static void tell(struct leafspy_row *rows, size_t count)
{
    struct diary_settings settings = {.car = "leaf", .wh_per_ah = 355, .wh_per_gid = 80};
    struct zone zone;

    zone_set_utc(&zone);
    settings.zone = &zone;
    count = leafspy_log_sort(rows, count);
    if (count > 0)
        leafspy_log_tell(&settings, rows, count, check_entry, NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = malloc(size + 1);
    struct leafspy_layout layout;
    struct leafspy_row rows[ROWS_MAX];
    size_t count = 0;
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
        } else if (count < ROWS_MAX && !leafspy_read_row(&layout, &row, NULL, &rows[count])) {
            if (rows[count++].value[LEAFSPY_SOC] > 12000)
                abort();
        }
    }
    tell(rows, count);
    free(text);
    return 0;
}
