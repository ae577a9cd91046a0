/* Quotes where it must be quoted, guards where a cell could be a formula. Rows and columns are the caller's.
 */
#include "export/json_csv.h"

#include "export/json_value.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* Sign, digits, point, digits: what we write ourselves, and what an owner may type. */
static bool is_number(const char *text)
{
    text += strspn(text, "+-") == 1;
    size_t whole = strspn(text, "0123456789");
    text += whole;
    if (*text != '.')
        return whole > 0 && *text == '\0';
    size_t fraction = strspn(text + 1, "0123456789");
    return fraction > 0 && text[1 + fraction] == '\0';
}

static bool is_formula(const char *text)
{
    return *text != '\0' && strchr("=+-@", *text) != NULL && !is_number(text);
}

void json_csv_text(FILE *out, const char *text)
{
    const char *guard = is_formula(text) ? "'" : "";

    if (strpbrk(text, ",\"\r\n") == NULL) {
        fprintf(out, "%s%s", guard, text);
        return;
    }
    fprintf(out, "\"%s", guard);
    for (; *text != '\0'; text++) {
        if (*text == '"')
            fputc('"', out);
        fputc(*text, out);
    }
    fputc('"', out);
}

static const char *word_of(const json_t *value)
{
    if (json_is_boolean(value))
        return json_is_true(value) ? "true" : "false";
    return json_is_string(value) ? json_string_value(value) : "";
}

/* Joined first, so that the list is one cell to the quotes and the guard. */
static void put_list(FILE *out, const json_t *list)
{
    char *text = NULL;
    size_t len = 0;
    FILE *joined = open_memstream(&text, &len);
    size_t index;
    json_t *element;

    if (joined == NULL)
        return;
    json_array_foreach(list, index, element)
    {
        fputs(index > 0 ? " " : "", joined);
        if (json_is_number(element))
            json_dumpf(element, joined, JSON_VALUE_FLAGS | JSON_ENCODE_ANY);
        else
            fputs(word_of(element), joined);
    }
    if (fclose(joined) == 0)
        json_csv_text(out, text);
    free(text);
}

void json_csv_cell(FILE *out, const json_t *value)
{
    if (json_is_number(value))
        json_dumpf(value, out, JSON_VALUE_FLAGS | JSON_ENCODE_ANY);
    else if (json_is_array(value))
        put_list(out, value);
    else
        json_csv_text(out, word_of(value));
}
