/* Times only: sends nothing and reads no clock. */
#include "link/beats.h"

#include "util/core/time.h"

void beats_told(struct beats *beats, int64_t now_ns)
{
    beats->told_ns = now_ns;
    beats->sent = 0;
}

static int64_t silence_ns(const struct beats *beats)
{
    return (beats->end == LINK_END_CAR ? BEATS_PATIENCE_MS : BEATS_SILENCE_MS) * NS_PER_MS;
}

bool beats_is_dead(const struct beats *beats, int64_t now_ns)
{
    return now_ns - beats->heard_ns >= silence_ns(beats);
}

bool beats_is_to_answer(const struct beats *beats)
{
    return beats->end == LINK_END_HOME && beats->heard_ns - beats->told_ns >= BEATS_ANSWER_MS * NS_PER_MS;
}

/* On whole seconds, as all that may wait does: what falls together costs one wake-up. */
int64_t beats_next_ns(const struct beats *beats, int64_t now_ns)
{
    bool is_busy = beats->sent >= BEATS_BUSY_RECORDS;
    int64_t interval_ns = (is_busy ? BEATS_BUSY_MS : BEATS_QUIET_MS) * NS_PER_MS;

    if (beats->end == LINK_END_HOME)
        return beats->heard_ns + silence_ns(beats);
    return (now_ns / interval_ns + 1) * interval_ns;
}
