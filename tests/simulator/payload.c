/* Rounding and clamping in one place. Knows no signal. */
#include "payload.h"

#include <assert.h>
#include <math.h>
#include <string.h>

static void payload_add(struct sim_payload *payload, uint8_t byte)
{
    assert(payload->len < SIM_PAYLOAD_MAX);
    payload->data[payload->len] = byte;
    payload->len++;
}

void sim_put(struct sim_payload *payload, int64_t value, unsigned bytes)
{
    for (unsigned i = bytes; i-- > 0;)
        payload_add(payload, (uint8_t)((uint64_t)value >> (8 * i) & 0xFF));
}

uint32_t sim_raw(double value, double scale, unsigned bits)
{
    double top = ldexp(1.0, (int)bits) - 1.0;

    return (uint32_t)llround(fmin(top, fmax(0.0, value / scale)));
}

void sim_put_scaled(struct sim_payload *payload, double value, double scale, unsigned bytes)
{
    sim_put(payload, sim_raw(value, scale, 8 * bytes), bytes);
}

void sim_put_scaled_signed(struct sim_payload *payload, double value, double scale, unsigned bytes)
{
    double top = ldexp(1.0, (int)(8 * bytes - 1)) - 1.0;

    sim_put(payload, llround(fmin(top, fmax(-top, value / scale))), bytes);
}

void sim_put_text(struct sim_payload *payload, const char *text)
{
    for (size_t i = 0; i < strlen(text); i++)
        payload_add(payload, (uint8_t)text[i]);
}

void sim_put_until(struct sim_payload *payload, uint8_t filler, size_t len)
{
    while (payload->len < len)
        payload_add(payload, filler);
}
