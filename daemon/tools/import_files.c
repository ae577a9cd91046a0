/* Reads files row by row and counts. Keeps one number a row, to find rows that are there twice; does not keep
 * values. */
#include "tools/import_files.h"

#include "diary/import/carwings.h"
#include "diary/store/import.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define NS_PER_S 1000000000LL
#define TRIPS    1000000 /* a CARWINGS key is the time and the trip */

static void reject(struct import_report *report, const char *file, unsigned line, const char *reason,
                   struct csv_field found)
{
    if (report->rejected_count < IMPORT_REJECTED_MAX) {
        struct import_rejected *rejected = &report->rejected[report->rejected_count];

        rejected->file = file;
        rejected->line = line;
        snprintf(rejected->reason, sizeof(rejected->reason), "%s", reason);
        if (found.len > 0) /* what a stranger wrote: letters only */
            snprintf(rejected->reason, sizeof(rejected->reason), "%s; found: %.*s", reason,
                     (int)(found.len > 60 ? 60 : found.len), found.text);
        for (char *c = rejected->reason; *c; c++)
            *c = *c < ' ' || *c > '~' ? '?' : *c;
    }
    report->rejected_count++;
}

static int add_row(struct import_report *report, int64_t time_s, int64_t key, struct err *err)
{
    if (report->count == report->room) {
        size_t room = report->room > 0 ? report->room * 2 : 4096;
        int64_t *keys = realloc(report->keys, room * sizeof(*keys));

        if (!keys)
            return err_set(err, "out of memory");
        report->keys = keys;
        report->room = room;
    }
    if (report->count == 0 || time_s < report->first_s)
        report->first_s = time_s;
    if (report->count == 0 || time_s > report->last_s)
        report->last_s = time_s;
    report->keys[report->count++] = key;
    return 0;
}

static int read_leafspy(struct import_report *report, const struct import_source *source, const char *file,
                        struct csv *csv, struct err *err)
{
    struct leafspy_layout layout;
    struct leafspy_row leafspy;
    struct csv_row row;

    leafspy_layout_init(&layout, source->mm_per_unit);
    memcpy(layout.vin, report->vin, sizeof(layout.vin));
    while (csv_next(csv, &row)) {
        bool is_header = !row.reason && leafspy_is_header(&row);
        const char *reason = is_header ? leafspy_read_header(&layout, &row)
                                       : leafspy_read_row(&layout, &row, source->zone, &leafspy);

        if (reason)
            reject(report, file, row.line, reason, (struct csv_field){0});
        if (reason && is_header)
            return 0;
        if (!reason && !is_header && add_row(report, leafspy.utc_s, leafspy.utc_s, err))
            return -1;
    }
    memcpy(report->vin, layout.vin, sizeof(report->vin));
    return 0;
}

static int read_carwings(struct import_report *report, const char *file, struct csv *csv, struct err *err)
{
    struct carwings_layout layout;
    struct carwings_row trip;
    struct csv_row row;
    struct csv header = *csv;

    if (!csv_next(csv, &row))
        return 0;
    const char *reason = carwings_read_header(&layout, &row);

    if (reason) {
        const char *text = header.text + header.at;
        const char *end = memchr(text, '\n', header.len - header.at);

        reject(report, file, row.line, reason,
               (struct csv_field){text, end ? (size_t)(end - text) : header.len - header.at});
        return 0;
    }
    while (csv_next(csv, &row)) {
        reason = carwings_read_row(&layout, &row, &trip);
        if (reason)
            reject(report, file, row.line, reason, (struct csv_field){0});
        else if (add_row(report, trip.local_s, trip.local_s * TRIPS + trip.trip, err))
            return -1;
    }
    return 0;
}

/* Nobody may ever write into a pipe: it is not waited for. */
static FILE *open_file(const char *file, struct err *err)
{
    int fd = open(file, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    FILE *in = fd >= 0 ? fdopen(fd, "r") : NULL;
    struct stat status;

    if (in && fstat(fd, &status) == 0 && S_ISREG(status.st_mode))
        return in;
    err_set(err, "%s: %s", file, in ? "not a regular file" : strerror(errno));
    if (in)
        fclose(in);
    else if (fd >= 0)
        close(fd);
    return NULL;
}

static int read_all(const char *file, char **text, size_t *len, struct err *err)
{
    FILE *in = open_file(file, err);

    if (!in)
        return -1;
    *text = malloc(IMPORT_FILE_MAX + 1);
    *len = *text ? fread(*text, 1, IMPORT_FILE_MAX + 1, in) : 0;
    bool is_bad = !*text || ferror(in) || *len > IMPORT_FILE_MAX;

    fclose(in);
    if (!is_bad)
        return 0;
    free(*text);
    return err_set(err, "%s: cannot be read, or is larger than %d MiB", file, IMPORT_FILE_MAX / 1024 / 1024);
}

int import_read_file(struct import_report *report, const struct import_source *source,
                     struct import_file *file, struct err *err)
{
    size_t before = report->count;
    char *text;
    size_t len;
    struct csv csv;

    if (read_all(file->name, &text, &len, err))
        return -1;
    csv_init(&csv, text, len);
    report->files++;
    int result = source->is_carwings ? read_carwings(report, file->name, &csv, err)
                                     : read_leafspy(report, source, file->name, &csv, err);

    file->rows = report->count - before;
    file->first_s = file->rows > 0 ? report->keys[before] : 0; /* a log's key is its time */
    free(text);
    return result;
}

static int compare_keys(const void *a, const void *b)
{
    int64_t left = *(const int64_t *)a, right = *(const int64_t *)b;

    return (left > right) - (left < right);
}

static size_t count_duplicates(struct import_report *report)
{
    size_t duplicates = 0;

    if (report->count > 0)
        qsort(report->keys, report->count, sizeof(*report->keys), compare_keys);
    for (size_t i = 1; i < report->count; i++)
        duplicates += report->keys[i] == report->keys[i - 1];
    return duplicates;
}

/* A CARWINGS table says the local day and no zone: no offset is shown then. */
static void time_text(const struct import_source *source, int64_t time_s, char text[ZONE_TIME_TEXT_SIZE])
{
    struct zone utc;

    zone_set_utc(&utc);
    zone_time_text(source->zone && !source->is_carwings ? source->zone : &utc, time_s * NS_PER_S, text);
    if (source->is_carwings)
        text[19] = '\0';
}

/* A file's name may be any bytes, JSON is not. */
static json_t *name_json(const char *name)
{
    json_t *text = json_string(name);
    char *plain = text ? NULL : strdup(name);

    for (char *c = plain; c && *c; c++)
        *c = *c < ' ' || *c > '~' ? '?' : *c;
    if (plain)
        text = json_string(plain);
    free(plain);
    return text ? text : json_null();
}

static size_t shown_of(const struct import_report *report)
{
    return report->rejected_count < IMPORT_REJECTED_MAX ? report->rejected_count : IMPORT_REJECTED_MAX;
}

static json_t *added_json(const struct import_added *added)
{
    return json_pack("{s:I, s:I, s:I, s:I, s:I, s:I, s:I}", "readings", (json_int_t)added->readings,
                     "charges", (json_int_t)added->charges, "outings", (json_int_t)added->outings, "health",
                     (json_int_t)added->health, "cells", (json_int_t)added->cells, "known",
                     (json_int_t)added->known, "later", (json_int_t)added->later);
}

static void print_json(const struct import_report *report, size_t duplicates, const char *first,
                       const char *last, const struct import_added *added)
{
    json_t *rejected = json_array();

    for (size_t i = 0; i < shown_of(report); i++) {
        const struct import_rejected *line = &report->rejected[i];

        json_array_append_new(rejected, json_pack("{s:o,s:I,s:s}", "file", name_json(line->file), "line",
                                                  (json_int_t)line->line, "reason", line->reason));
    }
    json_t *object =
        json_pack("{s:I,s:I,s:I,s:s?,s:s?,s:I,s:o}", "files", (json_int_t)report->files, "rows",
                  (json_int_t)report->count, "duplicates", (json_int_t)duplicates, "first", first, "last",
                  last, "rejected_count", (json_int_t)report->rejected_count, "rejected", rejected);

    json_object_set_new(object, "added", added ? added_json(added) : json_null());
    json_dumpf(object, stdout, JSON_COMPACT);
    putchar('\n');
    json_decref(object);
}

static void print_added(const struct import_added *added)
{
    if (!added) {
        puts("nothing was written");
        return;
    }
    printf("added: readings %" PRId64 ", charges %" PRId64 ", outings %" PRId64
           ", days of battery health %" PRId64 ", cells %" PRId64 "\n",
           added->readings, added->charges, added->outings, added->health, added->cells);
    printf("left alone: %" PRId64 " that the diary has", added->known);
    if (added->later > 0)
        printf(", %" PRId64 " rows of a time that garaged watches itself", added->later);
    puts("");
}

void import_print(struct import_report *report, const struct import_source *source,
                  const struct import_added *added, bool as_json)
{
    char first[ZONE_TIME_TEXT_SIZE], last[ZONE_TIME_TEXT_SIZE];
    size_t duplicates = count_duplicates(report);
    bool is_any = report->count > 0;

    time_text(source, report->first_s, first);
    time_text(source, report->last_s, last);
    if (as_json) {
        print_json(report, duplicates, is_any ? first : NULL, is_any ? last : NULL, added);
        return;
    }
    printf("files %zu, rows %zu, of them twice %zu, rejected lines %zu\n", report->files, report->count,
           duplicates, report->rejected_count);
    if (is_any)
        printf("from %s to %s\n", first, last);
    for (size_t i = 0; i < shown_of(report); i++)
        printf("%s:%u: %s\n", report->rejected[i].file, report->rejected[i].line, report->rejected[i].reason);
    if (report->rejected_count > IMPORT_REJECTED_MAX)
        printf("and %zu more\n", report->rejected_count - IMPORT_REJECTED_MAX);
    print_added(added);
}
