/* One signal over a span of time, reduced to as many points as were asked for. */
#ifndef DIARY_STORE_HISTORY_H
#define DIARY_STORE_HISTORY_H

#include "diary/store/readings.h"

/* The smallest round step in seconds that cuts `span_s` into at most `points` pieces. */
int64_t history_step(int64_t span_s, unsigned points);

/* Items are struct store_point. A signal that was never stored has none. */
int history_ask(struct readings *readings, const struct store_history_request *request,
                struct store_answer *answer, int64_t *step_s, struct err *err);

#endif
