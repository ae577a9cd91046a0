/* What the car process counts, in the order of RECORD_COUNTERS and of CONTRACT 6. Names are only ever added
 * at the end. */
#ifndef LINK_COUNTERS_H
#define LINK_COUNTERS_H

/* clang-format off */
enum counter {
    /* what the car felt of us: all four are zero on a sleeping car at rest voltage (DESIGN 5.5) */
    COUNTER_FRAMES_SENT,     /* frames put on the bus, flow control included */
    COUNTER_POLLS,           /* questions among them */
    COUNTER_WAKEUPS,         /* questions to a car that was not heard at that moment: the probes of silent cars */
    COUNTER_BYTES,           /* data bytes put on the bus */
    /* what came back */
    COUNTER_FRAMES_HEARD, COUNTER_ANSWERS, COUNTER_TIMEOUTS, COUNTER_NEGATIVE,
    /* what was not believed, by reason */
    COUNTER_SEQUENCE, COUNTER_CHECKSUM, COUNTER_LENGTH, COUNTER_RANGE, COUNTER_UNKNOWN, COUNTER_DISPUTED,
    /* what was held back */
    COUNTER_GATE_REFUSED, COUNTER_DROPPED_RECORDS,
    /* what the process costs */
    COUNTER_PORT_BYTES,      /* bytes to and from the dongle */
    COUNTER_PROCESS_WAKEUPS, /* how often the event loop returned */
    COUNTER_LINK_DOWNS,      /* how often the dongle was lost, not lent */
    COUNTER_STARTED_US,      /* no count: when all these began, so that a new run is told from an old one */
    COUNTER_COUNT
};
/* clang-format on */

/* "frames_sent", ... as CONTRACT 6 prints them. */
const char *counter_name(enum counter counter);

#endif
