/* Written bit by bit, not with the tables of the decoder it is used to test. */
#include "checksum.h"

static uint8_t crc85_byte(uint8_t crc, uint8_t byte)
{
    unsigned value = crc ^ byte;

    for (int bit = 0; bit < 8; bit++)
        value = (value & 0x80) ? (value << 1) ^ 0x85 : value << 1;
    return (uint8_t)(value & 0xFF);
}

uint8_t sim_crc85(const uint8_t *bytes, size_t len)
{
    uint8_t crc = 0;

    for (size_t i = 0; i < len; i++)
        crc = crc85_byte(crc, bytes[i]);
    return crc;
}

uint8_t sim_nibble_sum(const uint8_t data[8], unsigned k)
{
    unsigned sum = k + (data[7] >> 4);

    for (int i = 0; i < 7; i++)
        sum += (unsigned)(data[i] >> 4) + (data[i] & 0xFU);
    return (uint8_t)(sum & 0xF);
}

uint8_t sim_byte_sum(const uint8_t data[8], unsigned k)
{
    unsigned sum = k;

    for (int i = 0; i < 7; i++)
        sum += data[i];
    return (uint8_t)(sum & 0xFF);
}
