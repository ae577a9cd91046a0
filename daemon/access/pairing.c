/* The pairing code's life. Knows neither users nor passwords; whoever has root on the machine opens it. */
#include "access/pairing.h"
#include "access/secret.h"
#include "util/core/time.h"

#include <stdio.h>
#include <string.h>

static void set_code(struct pairing *pairing, uint32_t number)
{
    memset(pairing, 0, sizeof(*pairing));
    snprintf(pairing->code, sizeof(pairing->code), "%0*u", PAIRING_DIGITS,
             (unsigned)(number % PAIRING_CODES));
}

void pairing_open(struct pairing *pairing, uint32_t number, int64_t now_ns)
{
    set_code(pairing, number);
    pairing->until_ns = now_ns + PAIRING_VALID_MIN * NS_PER_MIN;
    pairing->tries_left = PAIRING_TRIES;
}

void pairing_open_for_ever(struct pairing *pairing, uint32_t number)
{
    set_code(pairing, number);
    pairing->until_ns = TIME_NONE;
}

bool pairing_take(struct pairing *pairing, const char *code, int64_t now_ns)
{
    bool for_ever = pairing->until_ns == TIME_NONE;

    if (pairing->code[0] == '\0' || pairing->taken)
        return false;
    if (!for_ever && now_ns >= pairing->until_ns) {
        pairing_close(pairing);
        return false;
    }
    if (secret_equal(code, pairing->code)) {
        pairing->taken = !for_ever;
        return true;
    }
    if (!for_ever && --pairing->tries_left <= 0)
        pairing_close(pairing);
    return false;
}

void pairing_release(struct pairing *pairing)
{
    pairing->taken = false;
}

void pairing_close(struct pairing *pairing)
{
    if (pairing->until_ns == TIME_NONE)
        return;
    secret_wipe(pairing, sizeof(*pairing));
}
