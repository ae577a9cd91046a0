/* CSV as RFC 4180 has it, safe to open in a spreadsheet (CONTRACT 6). Pure. */
#ifndef EXPORT_JSON_CSV_H
#define EXPORT_JSON_CSV_H

#include <jansson.h>
#include <stdio.h>

/* One cell: a number with a decimal point, a text, true or false, nothing for null, a list's elements joined
 * by blanks. A text that a spreadsheet would run as a formula gets a leading '. */
void json_csv_cell(FILE *out, const json_t *value);

/* The same for a text. */
void json_csv_text(FILE *out, const char *text);

#endif
