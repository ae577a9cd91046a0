/* What faults do to the bytes between dongle and host. */
#include "faults.h"

#include "util/core/time.h"

#include <ctype.h>
#include <string.h>

#define STALL_CHANCE 5 /* per cent of the pieces */

typedef size_t spoil_fn(struct sim_faults *faults, char *bytes, size_t len, unsigned number);

/* Cuts the line somewhere and keeps its end. */
static size_t spoil_cut(struct sim_faults *faults, char *bytes, size_t len, unsigned number)
{
    size_t kept = sim_random_below(&faults->random, (unsigned)len);

    (void)number;
    if (bytes[len - 1] != '\r')
        return len;
    bytes[kept] = '\r';
    return kept + 1;
}

static size_t spoil_some(struct sim_faults *faults, char *bytes, size_t len, unsigned number)
{
    (void)number;
    for (unsigned n = 1 + sim_random_below(&faults->random, 4); n > 0; n--)
        bytes[sim_random_below(&faults->random, (unsigned)len)] =
            (char)sim_random_below(&faults->random, 256);
    return len;
}

static size_t spoil_insert(struct sim_faults *faults, char *bytes, size_t len, char byte)
{
    size_t at = sim_random_below(&faults->random, (unsigned)len);

    if (len >= SIM_FAULT_PIECE_MAX)
        return len;
    memmove(bytes + at + 1, bytes + at, len - at);
    bytes[at] = byte;
    return len + 1;
}

static size_t spoil_nul(struct sim_faults *faults, char *bytes, size_t len, unsigned number)
{
    (void)number;
    return spoil_insert(faults, bytes, len, '\0');
}

static size_t spoil_not_text(struct sim_faults *faults, char *bytes, size_t len, unsigned number)
{
    (void)number;
    return spoil_insert(faults, bytes, len, (char)(0x80 + sim_random_below(&faults->random, 0x80)));
}

/* Keeps what is not `byte`, or all but `percent` of it. */
static size_t spoil_drop(struct sim_faults *faults, char *bytes, size_t len, int byte, unsigned percent)
{
    size_t kept = 0;

    for (size_t i = 0; i < len; i++) {
        bool meant = byte < 0 || bytes[i] == (char)byte;

        if (meant && sim_random_chance(&faults->random, percent))
            continue;
        bytes[kept] = bytes[i];
        kept++;
    }
    return kept;
}

static size_t spoil_lose_5(struct sim_faults *faults, char *bytes, size_t len, unsigned number)
{
    (void)number;
    return spoil_drop(faults, bytes, len, -1, 5);
}

static size_t spoil_lose_50(struct sim_faults *faults, char *bytes, size_t len, unsigned number)
{
    (void)number;
    return spoil_drop(faults, bytes, len, -1, 50);
}

static size_t spoil_lose_ends(struct sim_faults *faults, char *bytes, size_t len, unsigned number)
{
    (void)number;
    return spoil_drop(faults, bytes, len, '\r', 25);
}

static size_t spoil_lose_prompts(struct sim_faults *faults, char *bytes, size_t len, unsigned number)
{
    (void)number;
    return spoil_drop(faults, bytes, len, '>', 100);
}

static size_t spoil_all(struct sim_faults *faults, char *bytes, size_t len, unsigned number)
{
    (void)faults;
    (void)bytes;
    (void)len;
    (void)number;
    return 0;
}

static size_t spoil_lower_case(struct sim_faults *faults, char *bytes, size_t len, unsigned number)
{
    (void)faults;
    (void)number;
    for (size_t i = 0; i < len; i++)
        bytes[i] = (char)tolower((unsigned char)bytes[i]);
    return len;
}

static size_t spoil_lf(struct sim_faults *faults, char *bytes, size_t len, unsigned number)
{
    (void)faults;
    (void)number;
    for (size_t i = 0; i < len; i++)
        bytes[i] = bytes[i] == '\r' ? '\n' : bytes[i];
    return len;
}

static size_t spoil_crlf(struct sim_faults *faults, char *bytes, size_t len, unsigned number)
{
    (void)faults;
    (void)number;
    for (size_t i = 0; i < len && len < SIM_FAULT_PIECE_MAX; i++) {
        if (bytes[i] != '\r')
            continue;
        memmove(bytes + i + 1, bytes + i, len - i);
        bytes[i + 1] = '\n';
        i++;
        len++;
    }
    return len;
}

static size_t spoil_bel(struct sim_faults *faults, char *bytes, size_t len, unsigned number)
{
    (void)faults;
    (void)number;
    if (bytes[len - 1] != '\r' || len >= SIM_FAULT_PIECE_MAX)
        return len;
    bytes[len] = '\a';
    return len + 1;
}

/* The prompt is the last byte of its piece. */
static size_t spoil_prompts(struct sim_faults *faults, char *bytes, size_t len, unsigned number)
{
    (void)faults;
    if (bytes[len - 1] != '>')
        return len;
    for (; number > 1 && len < SIM_FAULT_PIECE_MAX; number--)
        bytes[len++] = '>';
    return len;
}

/* One after the other, each in so many per cent of the pieces. */
static const struct {
    enum sim_fault fault;
    unsigned percent;
    spoil_fn *spoil;
} spoilers[] = {
    {SIM_FAULT_SILENT, 100, spoil_all},
    {SIM_FAULT_HALF_LINES, 25, spoil_cut},
    {SIM_FAULT_GARBAGE, 25, spoil_some},
    {SIM_FAULT_NUL, 50, spoil_nul},
    {SIM_FAULT_NOT_TEXT, 10, spoil_not_text},
    {SIM_FAULT_LOWER_CASE, 100, spoil_lower_case},
    {SIM_FAULT_NO_PROMPT, 100, spoil_lose_prompts},
    {SIM_FAULT_PROMPTS, 100, spoil_prompts},
    {SIM_FAULT_LOST_CR, 100, spoil_lose_ends},
    {SIM_FAULT_BEL, 25, spoil_bel},
    {SIM_FAULT_LF, 100, spoil_lf},
    {SIM_FAULT_CRLF, 100, spoil_crlf},
    {SIM_FAULT_LOST_BYTES_5, 100, spoil_lose_5},
    {SIM_FAULT_LOST_BYTES_50, 100, spoil_lose_50},
};

size_t sim_faults_bytes(struct sim_faults *faults, char bytes[SIM_FAULT_PIECE_MAX], size_t len,
                        int64_t now_ns)
{
    unsigned number;

    if (faults->count == 0)
        return len;
    for (size_t i = 0; i < sizeof(spoilers) / sizeof(spoilers[0]) && len > 0; i++) {
        if (!sim_faults_number(faults, spoilers[i].fault, now_ns, &number))
            continue;
        if (sim_random_chance(&faults->random, spoilers[i].percent))
            len = spoilers[i].spoil(faults, bytes, len, number);
    }
    return len;
}

bool sim_faults_deaf(struct sim_faults *faults, int64_t now_ns)
{
    if (sim_faults_active(faults, SIM_FAULT_DEAF_50, now_ns) && sim_random_chance(&faults->random, 50))
        return true;
    return sim_faults_active(faults, SIM_FAULT_DEAF_5, now_ns) && sim_random_chance(&faults->random, 5);
}

int64_t sim_faults_stall_ns(struct sim_faults *faults, int64_t now_ns)
{
    unsigned milliseconds;

    if (!sim_faults_number(faults, SIM_FAULT_STALL, now_ns, &milliseconds))
        return 0;
    faults->stalled = !faults->stalled && sim_random_chance(&faults->random, STALL_CHANCE);
    return faults->stalled ? milliseconds * NS_PER_MS : 0;
}

int64_t sim_faults_byte_ns(const struct sim_faults *faults, int64_t now_ns)
{
    unsigned milliseconds;

    return sim_faults_number(faults, SIM_FAULT_SLOW, now_ns, &milliseconds) ? milliseconds * NS_PER_MS : 0;
}
