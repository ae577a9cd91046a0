/* A leaky bucket for each source, kept as the moment at which it is empty (the generic cell rate algorithm).
 */
#include "export/web_rate.h"

#include "util/core/time.h"

#include <stddef.h>

#define STEP_NS (NS_PER_S / WEB_RATE_SECOND)

static struct web_rate *find(struct web_rates *rates, const struct penalty_source *source)
{
    struct web_rate *quietest = &rates->sources[0];

    for (size_t i = 0; i < WEB_RATE_SOURCES; i++) {
        struct web_rate *rate = &rates->sources[i];

        if (penalty_same_source(&rate->source, source))
            return rate;
        if (rate->empty_ns < quietest->empty_ns)
            quietest = rate;
    }
    *quietest = (struct web_rate){.source = *source};
    return quietest;
}

bool web_rate_take(struct web_rates *rates, const struct penalty_source *source, int64_t now_ns)
{
    struct web_rate *rate = find(rates, source);
    int64_t begin_ns = rate->empty_ns > now_ns ? rate->empty_ns : now_ns;

    if (begin_ns - now_ns > (WEB_RATE_BURST - 1) * STEP_NS)
        return false;
    rate->empty_ns = begin_ns + STEP_NS;
    return true;
}
