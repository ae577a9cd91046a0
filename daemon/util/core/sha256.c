/* The standard's own steps, block by block, no table beyond its constants. Compared with OpenSSL's in
 * tests/unit/test_sha256.c. Not written for speed: a few dozen bytes an hour come by. */
#include "util/core/sha256.h"

#include <string.h>

#define BLOCK_BYTES  64
#define LENGTH_BYTES 8
#define ROUNDS       64

struct sha256_state {
    uint32_t hash[8];
    uint8_t block[BLOCK_BYTES];
    size_t used; /* of the block */
    uint64_t total;
};

/* The first 32 bits of the fractional parts of the cube roots of the first 64 primes. */
static const uint32_t constants[ROUNDS] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};

static uint32_t rotate(uint32_t word, unsigned by)
{
    return word >> by | word << (32 - by);
}

static void expand(const uint8_t block[BLOCK_BYTES], uint32_t words[ROUNDS])
{
    for (size_t i = 0; i < 16; i++)
        words[i] = (uint32_t)block[4 * i] << 24 | (uint32_t)block[4 * i + 1] << 16 |
                   (uint32_t)block[4 * i + 2] << 8 | block[4 * i + 3];
    for (size_t i = 16; i < ROUNDS; i++) {
        uint32_t early = words[i - 15], late = words[i - 2];
        words[i] = words[i - 16] + (rotate(early, 7) ^ rotate(early, 18) ^ early >> 3) + words[i - 7] +
                   (rotate(late, 17) ^ rotate(late, 19) ^ late >> 10);
    }
}

static void turn(uint32_t h[8], uint32_t word)
{
    uint32_t choice = (h[4] & h[5]) ^ (~h[4] & h[6]);
    uint32_t majority = (h[0] & h[1]) ^ (h[0] & h[2]) ^ (h[1] & h[2]);
    uint32_t first = h[7] + (rotate(h[4], 6) ^ rotate(h[4], 11) ^ rotate(h[4], 25)) + choice + word;
    uint32_t second = (rotate(h[0], 2) ^ rotate(h[0], 13) ^ rotate(h[0], 22)) + majority;

    memmove(h + 1, h, 7 * sizeof(h[0]));
    h[4] += first;
    h[0] = first + second;
}

static void take_block(struct sha256_state *state)
{
    uint32_t words[ROUNDS], h[8];

    expand(state->block, words);
    memcpy(h, state->hash, sizeof(h));
    for (size_t i = 0; i < ROUNDS; i++)
        turn(h, constants[i] + words[i]);
    for (size_t i = 0; i < 8; i++)
        state->hash[i] += h[i];
    state->used = 0;
}

static void begin(struct sha256_state *state)
{
    /* of the square roots of the first eight primes */
    static const uint32_t first[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                      0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};

    memset(state, 0, sizeof(*state));
    memcpy(state->hash, first, sizeof(first));
}

static void add(struct sha256_state *state, const uint8_t *bytes, size_t len)
{
    state->total += len;
    for (size_t i = 0; i < len; i++) {
        state->block[state->used++] = bytes[i];
        if (state->used == BLOCK_BYTES)
            take_block(state);
    }
}

/* One bit, zeros, and the length in bits at the end of a block. */
static void end(struct sha256_state *state, uint8_t hash[SHA256_BYTES])
{
    uint64_t bits = state->total * 8;
    uint8_t length[LENGTH_BYTES];
    static const uint8_t one = 0x80, zero = 0;

    for (size_t i = 0; i < LENGTH_BYTES; i++)
        length[i] = (uint8_t)(bits >> (8 * (LENGTH_BYTES - 1 - i)));
    add(state, &one, 1);
    while (state->used != BLOCK_BYTES - LENGTH_BYTES)
        add(state, &zero, 1);
    add(state, length, LENGTH_BYTES);
    for (size_t i = 0; i < SHA256_BYTES; i++)
        hash[i] = (uint8_t)(state->hash[i / 4] >> (24 - 8 * (i % 4)));
}

void sha256(const uint8_t *bytes, size_t len, uint8_t hash[SHA256_BYTES])
{
    struct sha256_state state;

    begin(&state);
    add(&state, bytes, len);
    end(&state, hash);
}

/* The key, filled up with zeros to a block, each byte turned by `pad`. */
static void add_key(struct sha256_state *state, const uint8_t key[SHA256_BYTES], uint8_t pad)
{
    uint8_t block[BLOCK_BYTES];

    for (size_t i = 0; i < BLOCK_BYTES; i++)
        block[i] = (uint8_t)((i < SHA256_BYTES ? key[i] : 0) ^ pad);
    add(state, block, sizeof(block));
}

void sha256_hmac(const uint8_t key[SHA256_BYTES], const uint8_t *bytes, size_t len,
                 uint8_t hash[SHA256_BYTES])
{
    struct sha256_state state;
    uint8_t inner[SHA256_BYTES];

    begin(&state);
    add_key(&state, key, 0x36);
    add(&state, bytes, len);
    end(&state, inner);
    begin(&state);
    add_key(&state, key, 0x5c);
    add(&state, inner, sizeof(inner));
    end(&state, hash);
}
