/* An answer under construction: big-endian numbers one after the other, from the response service byte on. */
#ifndef SIM_PAYLOAD_H
#define SIM_PAYLOAD_H

#include <stddef.h>
#include <stdint.h>

#define SIM_PAYLOAD_MAX 400

struct sim_payload {
    size_t len;
    uint8_t data[SIM_PAYLOAD_MAX];
};

/* Appends the low `bytes` (1..4) of `value`, most significant first. */
void sim_put(struct sim_payload *payload, int64_t value, unsigned bytes);

/* Appends value / scale, rounded; a value outside what the bytes can hold is clamped to it. */
void sim_put_scaled(struct sim_payload *payload, double value, double scale, unsigned bytes);
void sim_put_scaled_signed(struct sim_payload *payload, double value, double scale, unsigned bytes);

void sim_put_text(struct sim_payload *payload, const char *text);

/* Appends `filler` until there are `len` bytes. */
void sim_put_until(struct sim_payload *payload, uint8_t filler, size_t len);

/* value / scale, rounded, within 0..2^bits - 1. */
uint32_t sim_raw(double value, double scale, unsigned bits);

#endif
