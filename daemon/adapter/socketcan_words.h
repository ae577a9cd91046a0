/* What is wrong with a CAN interface, for the owner. */
#ifndef ADAPTER_SOCKETCAN_WORDS_H
#define ADAPTER_SOCKETCAN_WORDS_H

#define WORDS_OFF    "bus off: the controller met too many errors (another bit rate, or a wiring fault)"
#define WORDS_UNREAD "error-passive: what is on the bus can't be read (another bit rate, or a wiring fault)"
#define WORDS_UNACKNOWLEDGED                                                                                 \
    "error-passive: nobody acknowledges (the car sleeps, another bit rate, or nobody else is on the bus)"

/* Words for an errno of the interface's socket. */
const char *socketcan_words(int error);

#endif
