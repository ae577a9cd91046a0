/* How many requests without a session a source is served: 600 at once, then 50 a second. A page that is opened makes a
 * dozen. What is refused anyway is not counted (it costs no more than saying so would), nor what comes with a session:
 * this is no way to shut the owner out. Pure. */
#ifndef EXPORT_WEB_RATE_H
#define EXPORT_WEB_RATE_H

#include "access/penalty.h"

#include <stdbool.h>
#include <stdint.h>

#define WEB_RATE_SOURCES 64
#define WEB_RATE_BURST   600
#define WEB_RATE_SECOND  50

struct web_rate {
    struct penalty_source source;
    int64_t empty_ns; /* when all of it will be forgotten */
};

struct web_rates {
    struct web_rate sources[WEB_RATE_SOURCES];
};

/* Counts a request; false when there were too many. When the table is full the source that is quiet for
 * longest is forgotten. */
bool web_rate_take(struct web_rates *rates, const struct penalty_source *source, int64_t now_ns);

#endif
