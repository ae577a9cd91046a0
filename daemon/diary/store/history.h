/* One signal over a span of time, reduced to as many points as were asked for. */
#ifndef DIARY_STORE_HISTORY_H
#define DIARY_STORE_HISTORY_H

#include "diary/store/store.h"

struct readings;

/* The smallest round step in seconds that cuts `span_s` into at most `points` pieces. */
int64_t history_step(int64_t span_s, unsigned points);

/* Fills `points` (room for STORE_POINTS_MAX + 1) and history. A signal that was never stored has no points.
 */
int history_read(struct readings *readings, const struct store_history_request *request,
                 struct store_point *points, struct store_history *history, struct err *err);

#endif
