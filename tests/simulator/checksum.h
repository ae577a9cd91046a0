/* The three protections that LEAF frames carry (FACTS section 1), from the sender's side. */
#ifndef SIM_CHECKSUM_H
#define SIM_CHECKSUM_H

#include <stddef.h>
#include <stdint.h>

/* CRC-8, polynomial 0x85, initial 0, not reflected: 55B. */
uint8_t sim_crc85(const uint8_t *bytes, size_t len);

/* Nibbles of d0..d6 and of the high half of d7, plus `k`, modulo 16: the low half of d7 of 390 (k = 12). */
uint8_t sim_nibble_sum(const uint8_t data[8], unsigned k);

/* Sum of d0..d6 plus `k`, modulo 256: d7 of 284 (k = 0x86). */
uint8_t sim_byte_sum(const uint8_t data[8], unsigned k);

#endif
