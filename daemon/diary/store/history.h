/* One signal over a span of time, reduced to as many points as were asked for. */
#ifndef DIARY_STORE_HISTORY_H
#define DIARY_STORE_HISTORY_H

#include "diary/store/store.h"

struct database;

/* A reading's key: milliseconds since 1970 above, the series' row in the lowest 12 bits. */
int64_t history_key(int64_t utc_ns, int64_t series_row);
int64_t history_key_time(int64_t key); /* utc_ns, to the millisecond */

/* The smallest round step in seconds that cuts `span_s` into at most `points` pieces. */
int64_t history_step(int64_t span_s, unsigned points);

/* Fills `points` (room for STORE_POINTS_MAX + 1) and history. A signal that was never stored has no points.
 */
int history_read(struct database *database, const struct store_history_request *request,
                 struct store_point *points, struct store_history *history, struct err *err);

#endif
