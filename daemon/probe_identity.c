/* Two hashes and what they are waiting for. Where the key comes from is probe_key's, when texts are asked for
 * the core's, and what follows from another identity the home's. */
#include "probe_identity.h"

#include <stdlib.h>
#include <string.h>

#define NAME_MAX_BYTES 64
#define NAME_MIN_BYTES 6 /* shorter is a fragment or a factory's blank */
#define DOUBTS_MAX     3 /* a contact: who says something else each time is not asked for ever */

struct hash {
    bool is_known;
    uint8_t bytes[SHA256_BYTES];
};

struct item {
    struct hash said;     /* heard last, not believed yet */
    struct hash before;   /* believed in an earlier contact: once more is enough */
    struct hash believed; /* in this one */
    unsigned doubts;
};

struct probe_identity {
    uint8_t key[SHA256_BYTES];
    struct item items[DEFINITION_IDENTITY_COUNT];
};

struct probe_identity *probe_identity_new(const uint8_t key[SHA256_BYTES])
{
    struct probe_identity *identity = calloc(1, sizeof(*identity));

    if (identity)
        memcpy(identity->key, key, sizeof(identity->key));
    return identity;
}

void probe_identity_free(struct probe_identity *identity)
{
    free(identity);
}

void probe_identity_forget(struct probe_identity *identity)
{
    for (size_t i = 0; i < DEFINITION_IDENTITY_COUNT; i++) {
        struct item *item = &identity->items[i];
        if (item->believed.is_known)
            item->before = item->believed;
        item->believed.is_known = false;
        item->said.is_known = false;
        item->doubts = 0;
    }
}

/* ---- from a text to a hash ---- */

static bool is_alike(const uint8_t *name, size_t len)
{
    for (size_t i = 1; i < len; i++) {
        if (name[i] != name[0])
            return false;
    }
    return true;
}

/* Letters and digits only, capital: padding (00, FF, blanks) and strays (1B on the AZE0) are no part of a
 * name. 0 when nothing worth the name is left. */
static size_t normalise(const uint8_t *bytes, size_t len, uint8_t name[NAME_MAX_BYTES])
{
    size_t kept = 0;

    for (size_t i = 0; i < len && kept < NAME_MAX_BYTES; i++) {
        bool is_lower = bytes[i] >= 'a' && bytes[i] <= 'z';
        uint8_t byte = (uint8_t)(is_lower ? bytes[i] - 'a' + 'A' : bytes[i]);
        if ((byte >= 'A' && byte <= 'Z') || (byte >= '0' && byte <= '9'))
            name[kept++] = byte;
    }
    return kept < NAME_MIN_BYTES || is_alike(name, kept) ? 0 : kept;
}

/* Whose name it is goes into the hash: a serial number that reads like a VIN is none. */
static bool make_hash(const struct probe_identity *identity, enum definition_identity whose,
                      const uint8_t *bytes, size_t len, struct hash *hash)
{
    uint8_t message[1 + NAME_MAX_BYTES];
    size_t kept = normalise(bytes, len, message + 1);

    message[0] = (uint8_t)whose;
    hash->is_known = kept > 0;
    if (kept > 0)
        sha256_hmac(identity->key, message, 1 + kept, hash->bytes);
    explicit_bzero(message, sizeof(message));
    return hash->is_known;
}

/* ---- believing ---- */

static bool is_same(const struct hash *one, const struct hash *other)
{
    return one->is_known && other->is_known && memcmp(one->bytes, other->bytes, SHA256_BYTES) == 0;
}

void probe_identity_take(struct probe_identity *identity, enum definition_identity whose,
                         const uint8_t *bytes, size_t len)
{
    struct item *item = &identity->items[whose];
    struct hash now;

    if (!make_hash(identity, whose, bytes, len, &now))
        return;
    if (is_same(&now, &item->said) || is_same(&now, &item->before) || is_same(&now, &item->believed)) {
        item->believed = now;
        item->said.is_known = false;
    } else {
        item->said = now;
        item->doubts++;
    }
}

bool probe_identity_is_open(const struct probe_identity *identity, enum definition_identity whose)
{
    const struct item *item = &identity->items[whose];

    return item->said.is_known && item->doubts <= DOUBTS_MAX;
}

static void fill(const struct item *item, uint8_t hash[SHA256_BYTES])
{
    memset(hash, 0, SHA256_BYTES);
    if (item->believed.is_known)
        memcpy(hash, item->believed.bytes, SHA256_BYTES);
}

void probe_identity_fill(const struct probe_identity *identity, struct record_identity *record)
{
    fill(&identity->items[DEFINITION_IDENTITY_CAR], record->vin_hash);
    fill(&identity->items[DEFINITION_IDENTITY_BATTERY], record->battery_hash);
}
