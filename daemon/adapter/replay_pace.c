/* The clockwork of a replay: deadlines add up from the recording's own differences, so lateness does not.
 * Reads no clock. */
#include "adapter/replay_pace.h"

void replay_pace_begin(struct replay_pace *pace, double speed, int64_t now_ns)
{
    *pace = (struct replay_pace){.speed = speed, .recorded_ns = TIME_NONE, .due_ns = now_ns};
}

int64_t replay_pace_due(struct replay_pace *pace, int64_t recorded_ns, int64_t now_ns)
{
    int64_t gap_ns = 0;

    if (pace->recorded_ns != TIME_NONE && recorded_ns > pace->recorded_ns)
        gap_ns = recorded_ns - pace->recorded_ns;
    if (gap_ns > REPLAY_GAP_MAX_NS)
        gap_ns = REPLAY_GAP_MAX_NS;
    pace->recorded_ns = recorded_ns;
    if (pace->speed > 0)
        pace->due_ns += (int64_t)((double)gap_ns / pace->speed);
    else
        pace->due_ns = now_ns;
    return pace->due_ns;
}

void replay_pace_resume(struct replay_pace *pace, int64_t now_ns)
{
    if (pace->due_ns < now_ns)
        pace->due_ns = now_ns;
}
