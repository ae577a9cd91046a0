/* Back-off for ports: short waits as long as somebody may be plugging, long ones when nobody is. */
#include "adapter/reopen.h"

#define DELAY_LONG_MAX_NS (45 * NS_PER_S)

static const int64_t DELAYS_NS[] = {1 * NS_PER_S, 1 * NS_PER_S, 2 * NS_PER_S, 4 * NS_PER_S};
#define DELAY_LAST (sizeof(DELAYS_NS) / sizeof(DELAYS_NS[0]) - 1)

void reopen_reset(struct reopen *reopen)
{
    reopen->attempts = 0;
    reopen->since_ns = TIME_NONE;
}

void reopen_begun(struct reopen *reopen, int64_t now_ns)
{
    if (reopen->attempts == 0) {
        reopen->since_ns = now_ns;
    }
    if (reopen->attempts < UINT32_MAX) {
        reopen->attempts++;
    }
}

static int64_t reopen_outage_ns(const struct reopen *reopen, int64_t now_ns)
{
    return reopen->attempts > 0 ? now_ns - reopen->since_ns : 0;
}

bool reopen_is_long(const struct reopen *reopen, int64_t now_ns)
{
    return reopen_outage_ns(reopen, now_ns) > REOPEN_SHORT_NS;
}

/* After the first ten minutes the wait grows with the outage. */
int64_t reopen_delay_ns(const struct reopen *reopen, int64_t now_ns)
{
    int64_t delay_ns = DELAYS_NS[reopen->attempts < DELAY_LAST ? reopen->attempts : DELAY_LAST];
    if (reopen_is_long(reopen, now_ns)) {
        delay_ns += (reopen_outage_ns(reopen, now_ns) - REOPEN_SHORT_NS) / 8;
    }
    return delay_ns < DELAY_LONG_MAX_NS ? delay_ns : DELAY_LONG_MAX_NS;
}
