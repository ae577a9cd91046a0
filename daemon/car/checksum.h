/* The checksums that protect some broadcast frames (FACTS 1). All look at eight bytes. */
#ifndef CAR_CHECKSUM_H
#define CAR_CHECKSUM_H

#include <stdbool.h>
#include <stdint.h>

/* CRC-8, polynomial 0x85, initial 0, not reflected, over d0..d6; d7 holds it. */
bool checksum_crc85(const uint8_t data[8]);

/* The nibbles of d0..d6 and the high one of d7, plus k, modulo 16; the low nibble of d7 holds it. */
bool checksum_nibbles(const uint8_t data[8], uint8_t k);

/* d0 + ... + d6 + k modulo 256; d7 holds it. */
bool checksum_sum(const uint8_t data[8], uint8_t k);

#endif
