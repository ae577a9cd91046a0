/* GET /metrics, in the format that the scraper asks for. Who may ask is decided where it is for every route:
 * a session now, a token when there are tokens. */
#include "export/metrics.h"
#include "export/web_private.h"
#include "util/clock.h"

void web_metrics_get(struct web_connection *connection)
{
    enum metrics_format format =
        connection->takes_openmetrics ? METRICS_FORMAT_OPENMETRICS : METRICS_FORMAT_TEXT;

    web_reply_begin(connection, 200, "no-store");
    web_reply_header(connection, "Vary", "Accept");
    web_reply_text(connection, metrics_content_type(format),
                   metrics_text(connection->web->view, format, clock_boot_ns()));
}
