/* Queries of the diary's routes. The first line is the list ("charges"), the rest the query. */
#include "export/web_ask.h"
#include "export/web_query.h"

#include <assert.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void judge(const char *name, const char *query)
{
    struct view_car car = {.id = "leaf"};
    struct view view = {.cars = &car, .car_count = 1};
    struct web_ask ask;
    struct zone zone;
    char path[64], value[24];

    zone_set_utc(&zone);
    if (web_query_text(query, name, value, sizeof(value)) == WEB_QUERY_THERE)
        assert(strchr(value, '&') == NULL && strstr(query, value) != NULL);
    if (strcmp(name, "totals") == 0 && web_ask_totals(&ask, query, &view, &zone) == NULL)
        assert(ask.question.from_ms <= ask.question.to_ms);
    snprintf(path, sizeof(path), "/api/v1/%s", name);
    const struct web_list *list = web_ask_list(path);
    if (list == NULL || web_ask_read(&ask, list, query, &view, &zone) != NULL)
        return;
    assert(ask.car == &car ? strcmp(ask.question.car, "leaf") == 0 : ask.car == NULL && ask.question.car[0]);
    assert(ask.question.limit >= 1 && ask.question.limit <= STORE_LIMIT_MAX);
    assert(ask.question.before >= 0);
    assert(ask.question.from_day <= ask.question.to_day && ask.question.from_ms <= ask.question.to_ms);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = malloc(size + 1);
    char *line;

    if (text == NULL)
        return 0;
    memcpy(text, data, size);
    text[size] = '\0';
    line = strchr(text, '\n');
    if (line != NULL) {
        *line = '\0';
        judge(text, line + 1);
    }
    free(text);
    return 0;
}
