/* The code that makes the first admin: 8 digits, valid 10 minutes, 5 tries, used once. Pure: the code comes
 * from outside. In the demo one code stays valid until exit and logs in by itself. */
#ifndef ACCESS_PAIRING_H
#define ACCESS_PAIRING_H

#include <stdbool.h>
#include <stdint.h>

#define PAIRING_DIGITS    8
#define PAIRING_CODES     100000000 /* 10 to the power of PAIRING_DIGITS */
#define PAIRING_TRIES     5
#define PAIRING_VALID_MIN 10

struct pairing {
    char code[PAIRING_DIGITS + 1]; /* "" when closed */
    int64_t until_ns;              /* CLOCK_BOOTTIME; TIME_NONE: for ever (demo) */
    int tries_left;
    bool taken; /* a right code is being turned into a user right now */
};

/* Opens with a new code; an older one dies. */
void pairing_open(struct pairing *pairing, uint32_t number, int64_t now_ns);

/* Opens for good, without a limit of tries (the caller's penalties limit them). */
void pairing_open_for_ever(struct pairing *pairing, uint32_t number);

/* Compares. A right code of the first kind is held (nobody else can use it) until pairing_close or
 * pairing_release. */
bool pairing_take(struct pairing *pairing, const char *code, int64_t now_ns);

/* The user could not be kept: the code may be tried again. */
void pairing_release(struct pairing *pairing);

/* Used up. A code that is valid for ever stays. */
void pairing_close(struct pairing *pairing);

#endif
