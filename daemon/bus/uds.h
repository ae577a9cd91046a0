/* Diagnostic services: questions and the answers that belong to them (KWP 0x21, UDS 0x22; others only to be recognised). */
#ifndef BUS_UDS_H
#define BUS_UDS_H

#include <stddef.h>
#include <stdint.h>

/* A reassembled answer. `payload` begins with the response service byte (0x61, 0x62, 0x7F) and belongs to the caller. */
struct uds_answer {
    int64_t time_ns;
    uint16_t from; /* the identifier it came on */
    uint16_t to;   /* the identifier that was asked; 0 when the question is not known */
    const uint8_t *payload;
    size_t len;         /* bytes that are there */
    size_t full_length; /* the length its first frame announced; more than len when `enough` ended it early */
};

#endif
