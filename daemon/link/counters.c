/* Names of the counters. Counting itself is done by whoever sees the fact. */
#include "link/counters.h"

#include "link/record.h"

_Static_assert(COUNTER_COUNT <= RECORD_COUNTER_MAX, "all counters must fit into one record");

static const char *const names[COUNTER_COUNT] = {
    [COUNTER_FRAMES_SENT] = "frames_sent",
    [COUNTER_POLLS] = "polls",
    [COUNTER_WAKEUPS] = "wakeups",
    [COUNTER_BYTES] = "bytes",
    [COUNTER_FRAMES_HEARD] = "frames_heard",
    [COUNTER_ANSWERS] = "answers",
    [COUNTER_TIMEOUTS] = "timeouts",
    [COUNTER_NEGATIVE] = "negative",
    [COUNTER_SEQUENCE] = "sequence",
    [COUNTER_CHECKSUM] = "checksum",
    [COUNTER_LENGTH] = "length",
    [COUNTER_RANGE] = "range",
    [COUNTER_UNKNOWN] = "unknown",
    [COUNTER_DISPUTED] = "disputed",
    [COUNTER_GATE_REFUSED] = "gate_refused",
    [COUNTER_DROPPED_RECORDS] = "dropped_records",
    [COUNTER_PORT_BYTES] = "port_bytes",
    [COUNTER_PROCESS_WAKEUPS] = "process_wakeups",
    [COUNTER_LINK_DOWNS] = "link_downs",
    [COUNTER_STARTED_US] = "started_us",
};

const char *counter_name(enum counter counter)
{
    return names[counter];
}
