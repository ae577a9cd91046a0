/* The parameters of a request's query, read strictly: what is there and can't be read is a mistake, never
 * taken for absent. Pure. Fuzzed. */
#ifndef EXPORT_WEB_QUERY_H
#define EXPORT_WEB_QUERY_H

#include "export/view.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum web_query { WEB_QUERY_ABSENT, WEB_QUERY_THERE, WEB_QUERY_TOO_LONG };

/* The value of the first NAME=value; "" unless it is there. */
enum web_query web_query_text(const char *query, const char *name, char *value, size_t size);

/* Each leaves its result as it was when the parameter is absent, and returns false when it is there and is
 * not one: digits only, a day that exists ("2026-11-22"), the first day of a month ("2026-11") or year
 * ("2026"), an RFC 3339 time. */
bool web_query_number(const char *query, const char *name, int64_t min, int64_t max, int64_t *number);
bool web_query_day(const char *query, const char *name, int32_t *day);
bool web_query_month(const char *query, const char *name, int32_t *day);
bool web_query_year(const char *query, const char *name, int32_t *day);
bool web_query_time(const char *query, const char *name, int64_t *utc_ns);

/* The car that is asked for: the one that is named, or the only one. NULL when it can't be told. */
const struct view_car *web_query_car(const char *query, const struct view *view);

#endif
