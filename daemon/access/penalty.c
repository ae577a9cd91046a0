/* Leaky buckets of failed logins by source. When the table is full the source is forgotten that has nothing to
 * answer for any more: the bucket of all sees to it that there always is one. */
#include "access/penalty.h"
#include "util/core/time.h"

#include <arpa/inet.h>
#include <assert.h>
#include <stdio.h>
#include <string.h>

/* As many tries as are held against anybody at one time. */
static_assert(PENALTY_SOURCES > PENALTY_ALL_BURST + PENALTY_REFILL_S / PENALTY_ALL_REFILL_S + 1,
              "a source that has something to answer for is never forgotten");

static void leak(struct penalty_bucket *bucket, int64_t refill_s, int64_t now_ns)
{
    int64_t refill_ns = refill_s * NS_PER_S;
    int64_t steps = (now_ns - bucket->at_ns) / refill_ns;

    if (steps >= bucket->used) {
        bucket->used = 0;
        bucket->at_ns = now_ns;
        return;
    }
    bucket->used -= (int)steps;
    bucket->at_ns += steps * refill_ns;
}

static int seconds_to_wait(const struct penalty_bucket *bucket, int64_t refill_s, int64_t now_ns)
{
    int64_t next_ns = bucket->at_ns + refill_s * NS_PER_S;

    return (int)((next_ns - now_ns + NS_PER_S - 1) / NS_PER_S);
}

bool penalty_same_source(const struct penalty_source *a, const struct penalty_source *b)
{
    return a->family == b->family && memcmp(a->prefix, b->prefix, sizeof(a->prefix)) == 0;
}

/* When the last try of the source is forgotten. */
static int64_t clear_ns(const struct penalty_bucket *bucket)
{
    return bucket->at_ns + bucket->used * PENALTY_REFILL_S * NS_PER_S;
}

static struct penalty_bucket *find_bucket(struct penalties *penalties, const struct penalty_source *source)
{
    struct penalty_bucket *clearest = &penalties->sources[0];

    for (size_t i = 0; i < PENALTY_SOURCES; i++) {
        struct penalty_bucket *bucket = &penalties->sources[i];

        if (penalty_same_source(&bucket->source, source))
            return bucket;
        if (clear_ns(bucket) < clear_ns(clearest))
            clearest = bucket;
    }
    memset(clearest, 0, sizeof(*clearest));
    clearest->source = *source;
    return clearest;
}

int penalty_try(struct penalties *penalties, const struct penalty_source *source, int64_t now_ns)
{
    struct penalty_bucket *bucket = find_bucket(penalties, source);

    leak(bucket, PENALTY_REFILL_S, now_ns);
    leak(&penalties->all, PENALTY_ALL_REFILL_S, now_ns);
    if (bucket->used >= PENALTY_BURST)
        return seconds_to_wait(bucket, PENALTY_REFILL_S, now_ns);
    if (penalties->all.used >= PENALTY_ALL_BURST)
        return seconds_to_wait(&penalties->all, PENALTY_ALL_REFILL_S, now_ns);
    bucket->used++;
    penalties->all.used++;
    return 0;
}

void penalty_forgive(struct penalties *penalties, const struct penalty_source *source, int64_t now_ns)
{
    struct penalty_bucket *bucket = find_bucket(penalties, source);

    leak(bucket, PENALTY_REFILL_S, now_ns);
    leak(&penalties->all, PENALTY_ALL_REFILL_S, now_ns);
    if (bucket->used > 0)
        bucket->used--;
    if (penalties->all.used > 0)
        penalties->all.used--;
}

void penalty_source_write(const struct penalty_source *source, char *text, size_t size)
{
    unsigned char bytes[16] = {0};
    char address[INET6_ADDRSTRLEN] = "";

    memcpy(bytes, source->prefix, sizeof(source->prefix));
    if (source->family == 6) {
        inet_ntop(AF_INET6, bytes, address, sizeof(address));
        snprintf(text, size, "%s/64", address);
    } else {
        inet_ntop(AF_INET, bytes, address, sizeof(address));
        snprintf(text, size, "%s", address);
    }
}
