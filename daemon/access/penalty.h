/* How often a source may be wrong: 5 failed logins at once, then one every 66 s (at most 60 an hour), and 20
 * a minute from all sources together. No account is ever locked and sessions are not touched, so this is no
 * way to shut the owner out of a page that is open. Pure. */
#ifndef ACCESS_PENALTY_H
#define ACCESS_PENALTY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PENALTY_SOURCES      64
#define PENALTY_BURST        5
#define PENALTY_REFILL_S     66
#define PENALTY_ALL_BURST    20
#define PENALTY_ALL_REFILL_S 3

/* An IPv4 address, or the first 64 bits of an IPv6 one: what one household or attacker holds. */
struct penalty_source {
    uint8_t family; /* 4 or 6 */
    uint8_t prefix[8];
};

/* Whether both are one household or attacker. */
bool penalty_same_source(const struct penalty_source *a, const struct penalty_source *b);

/* "192.168.1.20", or "fd00:0:0:1::/64". */
void penalty_source_write(const struct penalty_source *source, char *text, size_t size);

struct penalty_bucket {
    struct penalty_source source;
    int used; /* tries not yet forgotten */
    int64_t at_ns;
};

struct penalties {
    struct penalty_bucket sources[PENALTY_SOURCES];
    struct penalty_bucket all;
};

/* Counts a try. 0 when it may be evaluated, else the seconds to wait. */
int penalty_try(struct penalties *penalties, const struct penalty_source *source, int64_t now_ns);

/* The try was right after all: it is not held against the source. */
void penalty_forgive(struct penalties *penalties, const struct penalty_source *source, int64_t now_ns);

#endif
