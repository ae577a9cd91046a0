/* Comparisons of hashes, of which zeros are none. What follows from them is the house's. */
#include "diary/identity.h"

#include <string.h>

static bool is_there(const uint8_t hash[DIARY_HASH_BYTES])
{
    static const uint8_t none[DIARY_HASH_BYTES];

    return memcmp(hash, none, sizeof(none)) != 0;
}

static enum identity_verdict compare(const uint8_t own[DIARY_HASH_BYTES],
                                     const uint8_t heard[DIARY_HASH_BYTES])
{
    if (!is_there(own) || !is_there(heard))
        return IDENTITY_UNKNOWN;
    return memcmp(own, heard, DIARY_HASH_BYTES) == 0 ? IDENTITY_SAME : IDENTITY_OTHER;
}

enum identity_verdict identity_judge(const struct diary_identity *own, const struct diary_identity *heard)
{
    enum identity_verdict vin = compare(own->vin, heard->vin);
    enum identity_verdict battery = compare(own->battery, heard->battery);

    if (vin == IDENTITY_OTHER || battery == IDENTITY_OTHER)
        return IDENTITY_OTHER;
    return vin == IDENTITY_SAME || battery == IDENTITY_SAME ? IDENTITY_SAME : IDENTITY_UNKNOWN;
}

static bool learn(uint8_t known[DIARY_HASH_BYTES], const uint8_t heard[DIARY_HASH_BYTES])
{
    if (is_there(known) || !is_there(heard))
        return false;
    memcpy(known, heard, DIARY_HASH_BYTES);
    return true;
}

bool identity_learn(struct diary_identity *known, const struct diary_identity *heard)
{
    bool has_vin = learn(known->vin, heard->vin);
    bool has_battery = learn(known->battery, heard->battery);

    return has_vin || has_battery;
}

int64_t identity_serial(const struct diary_identity *earlier, size_t count,
                        const struct diary_identity *heard)
{
    int64_t highest = 0;

    for (size_t i = 0; i < count; i++) {
        if (earlier[i].status != DIARY_IDENTITY_ACCEPTED)
            continue;
        if (compare(earlier[i].battery, heard->battery) == IDENTITY_SAME)
            return earlier[i].serial;
        if (earlier[i].serial > highest)
            highest = earlier[i].serial;
    }
    return highest + 1;
}
