/* One CAN frame with an 11-bit identifier, by value. */
#ifndef BUS_FRAME_H
#define BUS_FRAME_H

#include <stdint.h>

#define FRAME_DATA_MAX 8
#define FRAME_ID_MAX   0x7FF

struct frame {
    int64_t time_ns; /* when it was on the bus, on the clock of whoever listened; TIME_NONE if not known */
    uint16_t id;
    uint8_t len; /* 0..FRAME_DATA_MAX */
    uint8_t data[FRAME_DATA_MAX];
};

#endif
