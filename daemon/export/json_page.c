/* Items are written one by one, so that a page of a thousand never stands in memory as objects. What an item
 * says is json_diary's. */
#include "export/json_page.h"

#include "export/json_csv.h"
#include "export/json_value.h"
#include "util/core/day.h"

#include <stdio.h>
#include <stdlib.h>

#define MONTH_TEXT_LEN 7 /* "2026-11" */
#define YEAR_TEXT_LEN  4

static json_t *day_value(int64_t day, size_t len)
{
    char text[DAY_TEXT_SIZE];

    if (day < INT32_MIN || day > INT32_MAX)
        return json_null();
    day_text((int32_t)day, text);
    return json_stringn(text, len);
}

json_t *json_page_next(const struct json_page *page)
{
    if (page->next == 0)
        return json_null();
    switch (json_diary_mark(page->kind)) {
    case JSON_DIARY_BY_YEAR:
        return day_value(page->next, YEAR_TEXT_LEN);
    case JSON_DIARY_BY_MONTH:
        return day_value(page->next, MONTH_TEXT_LEN);
    case JSON_DIARY_BY_DAY:
        return day_value(page->next, DAY_TEXT_SIZE - 1);
    case JSON_DIARY_BY_ID:
        break;
    }
    return json_integer(page->next);
}

static const void *shown_item(const struct json_page *page, const void *item)
{
    if (page->kind != JSON_DIARY_CHARGE || page->open == NULL)
        return item;
    return ((const struct diary_charge *)item)->id == page->open->id ? page->open : item;
}

typedef void put_item_fn(FILE *out, const json_t *item, bool is_first);

static void put_items(FILE *out, const struct json_page *page, put_item_fn *put)
{
    size_t size = json_diary_size(page->kind);

    for (size_t i = 0; i < page->count; i++) {
        const void *item = (const char *)page->items + i * size;
        json_t *object = json_diary_item(page->kind, shown_item(page, item), page->zone);

        put(out, object, i == 0 && page->before == 0);
        json_decref(object);
    }
}

/* A member of the page; takes over the value. */
static void put_member(FILE *out, const char *before, json_t *value)
{
    fputs(before, out);
    json_dumpf(value, out, JSON_VALUE_FLAGS | JSON_ENCODE_ANY);
    json_decref(value);
}

static void put_object(FILE *out, const json_t *item, bool is_first)
{
    fputs(is_first ? "" : ",", out);
    json_dumpf(item, out, JSON_VALUE_FLAGS);
}

static bool is_of_days(enum json_diary_kind kind)
{
    return kind == JSON_DIARY_DAY || kind == JSON_DIARY_MONTH || kind == JSON_DIARY_YEAR;
}

static void put_head(FILE *out, const struct json_page *page)
{
    put_member(out, "{\"car\":", json_string(page->car));
    put_member(out, ",\"zone\":", json_string(page->zone->name));
    fputs(",\"items\":[", out);
}

static void put_end(FILE *out, const struct json_page *page)
{
    put_member(out, "],\"next\":", json_page_next(page));
    if (is_of_days(page->kind))
        put_member(out, ",\"unattributed\":",
                   json_diary_item(JSON_DIARY_SUMS, &page->unattributed, page->zone));
    fputs("}", out);
}

static void put_text(FILE *out, const struct json_page *page)
{
    if (page->before == 0)
        put_head(out, page);
    put_items(out, page, put_object);
    if (!page->goes_on)
        put_end(out, page);
}

static void put_row(FILE *out, const json_t *item, bool is_first)
{
    json_t *object = (json_t *)(uintptr_t)item; /* jansson's iterator wants it mutable */
    const char *key;
    json_t *value;
    bool is_first_cell = true;

    (void)is_first;
    json_object_foreach(object, key, value)
    {
        fputs(is_first_cell ? "" : ",", out);
        json_csv_cell(out, value);
        is_first_cell = false;
    }
    fputs("\r\n", out);
}

static void put_columns(FILE *out, const struct json_page *page)
{
    for (size_t i = 0; json_diary_key(page->kind, i) != NULL; i++)
        fprintf(out, "%s%s", i == 0 ? "" : ",", json_diary_key(page->kind, i));
    fputs("\r\n", out);
}

static void put_csv(FILE *out, const struct json_page *page)
{
    if (page->before == 0)
        put_columns(out, page);
    put_items(out, page, put_row);
}

static char *write_page(const struct json_page *page, void (*put)(FILE *out, const struct json_page *page))
{
    char *text = NULL;
    size_t len = 0;
    FILE *out = open_memstream(&text, &len);

    if (out == NULL)
        return NULL;
    put(out, page);
    if (fclose(out) == 0)
        return text;
    free(text);
    return NULL;
}

char *json_page_text(const struct json_page *page)
{
    return write_page(page, put_text);
}

char *json_page_csv(const struct json_page *page)
{
    return write_page(page, put_csv);
}
