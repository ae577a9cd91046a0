/* Cuts a text into rows and fields. Does not know what a column means, nor does it read files. A quote that
 * never closes costs its own line, not the rest of the file. */
#include "diary/import/csv.h"

#include "util/core/day.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#define DECIMAL_MAX 1000000000000000 /* 10^15 */
#define TIME_MAX    32
#define DAY_S       86400

void csv_init(struct csv *csv, char *text, size_t len)
{
    bool has_mark = len >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0;

    *csv = (struct csv){.text = text, .len = len, .at = has_mark ? 3 : 0, .line = 1};
}

static bool is_end_of_line(const struct csv *csv, size_t at)
{
    return at >= csv->len || csv->text[at] == '\n' ||
           (csv->text[at] == '\r' && (at + 1 == csv->len || csv->text[at + 1] == '\n'));
}

/* A quoted field from csv->at; false when its quote does not close within the row. */
static bool take_quoted(struct csv *csv, size_t end, struct csv_field *field)
{
    char *out = csv->text + csv->at + 1;
    size_t i = csv->at + 1;
    bool is_closed = false;

    *field = (struct csv_field){.text = out};
    for (; i < end && !is_closed; i++) {
        bool is_quote = csv->text[i] == '"';
        bool is_doubled = is_quote && i + 1 < end && csv->text[i + 1] == '"';

        is_closed = is_quote && !is_doubled;
        if (is_closed)
            continue;
        i += is_doubled;
        csv->line += csv->text[i] == '\n';
        *out++ = csv->text[i];
    }
    field->len = (size_t)(out - field->text);
    csv->at = i;
    return is_closed && (is_end_of_line(csv, i) || csv->text[i] == ',');
}

static void take_plain(struct csv *csv, struct csv_field *field)
{
    size_t from = csv->at;

    while (!is_end_of_line(csv, csv->at) && csv->text[csv->at] != ',')
        csv->at++;
    *field = (struct csv_field){.text = csv->text + from, .len = csv->at - from};
}

static const char *take_row(struct csv *csv, struct csv_row *row, size_t end)
{
    struct csv_field field;

    for (;;) {
        if (csv->at < csv->len && csv->text[csv->at] == '"') {
            if (!take_quoted(csv, end, &field))
                return "a quote is not closed";
        } else {
            take_plain(csv, &field);
        }
        if (row->count == CSV_FIELDS_MAX)
            return "too many columns";
        if (memchr(field.text, '\0', field.len))
            return "a NUL byte";
        row->fields[row->count++] = field;
        if (is_end_of_line(csv, csv->at))
            return NULL;
        csv->at++;
    }
}

static void skip_line(struct csv *csv)
{
    char *end = memchr(csv->text + csv->at, '\n', csv->len - csv->at);

    csv->at = end ? (size_t)(end - csv->text) + 1 : csv->len;
    csv->line++;
}

bool csv_next(struct csv *csv, struct csv_row *row)
{
    while (csv->at < csv->len && is_end_of_line(csv, csv->at))
        skip_line(csv);
    if (csv->at >= csv->len)
        return false;
    size_t begin = csv->at;
    size_t end = csv->len - begin > CSV_ROW_MAX ? begin + CSV_ROW_MAX : csv->len;

    row->line = csv->line;
    row->count = 0;
    row->reason = take_row(csv, row, end);
    if (!row->reason && csv->at - begin > CSV_ROW_MAX)
        row->reason = "the line is too long";
    if (row->reason) {
        csv->at = begin;
        csv->line = row->line;
    }
    skip_line(csv);
    return true;
}

static struct csv_field trim(struct csv_field field)
{
    while (field.len > 0 && (*field.text == ' ' || *field.text == '\t')) {
        field.text++;
        field.len--;
    }
    while (field.len > 0 && (field.text[field.len - 1] == ' ' || field.text[field.len - 1] == '\t'))
        field.len--;
    return field;
}

bool csv_is(struct csv_field field, const char *text)
{
    field = trim(field);
    return field.len == strlen(text) && strncasecmp(field.text, text, field.len) == 0;
}

/* Digits from *at on into *value; `wanted` of them are kept, the next rounds. */
static bool take_fraction(struct csv_field field, size_t at, unsigned wanted, int64_t *value)
{
    bool rounds_up = false;

    for (unsigned i = 0; at < field.len || i < wanted; at++, i++) {
        int digit = at < field.len ? field.text[at] - '0' : 0;

        if (digit < 0 || digit > 9)
            return false;
        if (i == wanted)
            rounds_up = digit >= 5;
        if (i < wanted)
            *value = *value * 10 + digit;
        if (*value > DECIMAL_MAX)
            return false;
    }
    *value += rounds_up;
    return true;
}

bool csv_decimal(struct csv_field field, unsigned decimals, int64_t *value)
{
    assert(decimals <= 9);
    field = trim(field);
    bool is_negative = field.len > 0 && *field.text == '-';
    size_t first = is_negative, at = first;
    int64_t whole = 0;

    for (; at < field.len && field.text[at] >= '0' && field.text[at] <= '9'; at++) {
        whole = whole * 10 + (field.text[at] - '0');
        if (whole > DECIMAL_MAX)
            return false;
    }
    if (at == first || (at < field.len && field.text[at] != '.'))
        return false;
    if (!take_fraction(field, at < field.len ? at + 1 : at, decimals, &whole))
        return false;
    *value = is_negative ? -whole : whole;
    return true;
}

bool csv_local_time(struct csv_field field, int64_t *local_s)
{
    char text[TIME_MAX];
    int year, month, day, hour = 0, minute = 0, second = 0, day_end = 0, end = 0;

    field = trim(field);
    if (field.len >= sizeof(text))
        return false;
    memcpy(text, field.text, field.len);
    text[field.len] = '\0';
    bool is_known = sscanf(text, "%4d-%2d-%2d%n", &year, &month, &day, &day_end) == 3 ||
                    sscanf(text, "%2d/%2d/%4d%n", &month, &day, &year, &day_end) == 3;

    if (!is_known || year < 1970 || !day_exists(year, month, day))
        return false;
    if (text[day_end] != '\0' &&
        (sscanf(text + day_end, " %2d:%2d:%2d%n", &hour, &minute, &second, &end) != 3 ||
         text[day_end + end] != '\0'))
        return false;
    if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59)
        return false;
    *local_s = (int64_t)day_make(year, month, day) * DAY_S + hour * 3600 + minute * 60 + second;
    return true;
}
