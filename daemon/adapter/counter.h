/* What an adapter counts since adapter_new(). */
#ifndef ADAPTER_COUNTER_H
#define ADAPTER_COUNTER_H

enum adapter_counter {
    ADAPTER_BYTES,      /* both ways */
    ADAPTER_FRAMES_IN,  /* reported to the owner */
    ADAPTER_FRAMES_OUT, /* handed to the bus; an ELM327's own flow control is not among them */
    ADAPTER_GARBAGE,    /* lines that are neither a frame nor a known text */
    ADAPTER_LATE,       /* frames that came when nobody had asked for them, or on another identifier */
    ADAPTER_OVERFLOWS,  /* losses: BUFFER FULL, or frames that a socket had no room for */
    ADAPTER_TIMEOUTS,   /* the dongle did not answer in time */
    ADAPTER_RESETS,     /* the dongle started again by itself */
    ADAPTER_REOPENS,    /* the port was opened again */
    ADAPTER_BUS_ERRORS, /* the dongle reports trouble on the bus */
    ADAPTER_COUNTER_COUNT
};

#endif
