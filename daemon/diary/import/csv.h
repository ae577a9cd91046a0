/* Rows of a CSV text (RFC 4180) that somebody else wrote: torn, joined, with any line end. Pure. */
#ifndef DIARY_IMPORT_CSV_H
#define DIARY_IMPORT_CSV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CSV_FIELDS_MAX 256
#define CSV_ROW_MAX    8192 /* bytes; the longest known row, LeafSpy's, has 1,300 */

struct csv_field {
    const char *text; /* not terminated */
    size_t len;
};

struct csv_row {
    unsigned line; /* where it begins, from 1 */
    size_t count;
    struct csv_field fields[CSV_FIELDS_MAX];
    const char *reason; /* why the row cannot be used; NULL: it can */
};

struct csv {
    char *text;
    size_t len;
    size_t at;
    unsigned line; /* of the next byte */
};

/* Begins at the text, behind a byte order mark. Quoted fields are unquoted in place: the text changes. */
void csv_init(struct csv *csv, char *text, size_t len);

/* The next row that is not empty; false at the end. After a row with a reason it goes on with the next line.
 */
bool csv_next(struct csv *csv, struct csv_row *row);

/* Whether the field reads `text`, whatever its case and the blanks around it. */
bool csv_is(struct csv_field field, const char *text);

/* A decimal number times 10^decimals (at most 9), rounded half away from zero. False if it is none, or beyond
 * 10^15. */
bool csv_decimal(struct csv_field field, unsigned decimals, int64_t *value);

/* The day and time of "MM/DD/YYYY HH:MM:SS", "YYYY-MM-DD HH:MM:SS" or either without a time: seconds since
 * 1970 as the clock of the place showed them. */
bool csv_local_time(struct csv_field field, int64_t *local_s);

#endif
