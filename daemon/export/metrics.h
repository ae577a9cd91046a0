/* What Prometheus and its like scrape at GET /metrics: the view as OpenMetrics 1.0.0, or for a reader that
 * does not ask for that in Prometheus' text format 0.0.4. One metric a signal of the vocabulary, in the
 * vocabulary's unit (the page and MQTT show the same figures), which its name ends with. Unknown and old
 * values have no sample: a scraper would take them for measured now. Pure. */
#ifndef EXPORT_METRICS_H
#define EXPORT_METRICS_H

#include "export/view.h"

#include <stddef.h>
#include <stdint.h>

#define METRICS_BYTES_MAX ((size_t)1024 * 1024)

enum metrics_format { METRICS_FORMAT_TEXT, METRICS_FORMAT_OPENMETRICS };

/* The Content-Type of a format. */
const char *metrics_content_type(enum metrics_format format);

/* The whole exposition, a text that the caller frees; NULL without memory, or when METRICS_BYTES_MAX does not
 * hold it: half of one is none. */
char *metrics_text(const struct view *view, enum metrics_format format, int64_t boot_ns);

#endif
