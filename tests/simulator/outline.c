/* Ring buffer with a clock. Knows nothing of what it carries but where lines end. */
#include "outline.h"

#include "util/core/time.h"

#include <string.h>

void sim_outline_init(struct sim_outline *outline, double bytes_per_s, size_t piece)
{
    sim_outline_clear(outline);
    outline->free_ns = TIME_NONE;
    outline->bytes_per_s = bytes_per_s;
    outline->most = piece > 0 && piece < SIM_OUTLINE_CHUNK ? piece : SIM_OUTLINE_CHUNK;
}

void sim_outline_clear(struct sim_outline *outline)
{
    outline->first = 0;
    outline->len = 0;
}

void sim_outline_stall(struct sim_outline *outline, int64_t ns)
{
    outline->free_ns += ns;
}

size_t sim_outline_queued(const struct sim_outline *outline)
{
    return outline->len;
}

void sim_outline_put(struct sim_outline *outline, const char *bytes, size_t len, int64_t now_ns)
{
    if (outline->len == 0 && outline->free_ns < now_ns)
        outline->free_ns = now_ns;
    for (size_t i = 0; i < len && outline->len < SIM_OUTLINE_CAP; i++) {
        outline->bytes[(outline->first + outline->len) % SIM_OUTLINE_CAP] = bytes[i];
        outline->len++;
    }
}

static char outline_at(const struct sim_outline *outline, size_t index)
{
    return outline->bytes[(outline->first + index) % SIM_OUTLINE_CAP];
}

static bool outline_is_end(char byte)
{
    return byte == '\r' || byte == '\n' || byte == '>' || byte == '\a';
}

/* A line with all the ends and the prompt that follow it at once. */
static bool outline_ends_piece(const struct sim_outline *outline, size_t index)
{
    if (!outline_is_end(outline_at(outline, index)))
        return false;
    return index + 1 >= outline->len || !outline_is_end(outline_at(outline, index + 1));
}

static size_t outline_piece(const struct sim_outline *outline, int64_t byte_ns)
{
    size_t len = 0;

    if (byte_ns > 0)
        return outline->len > 0 ? 1 : 0;
    while (len < outline->len && len < outline->most) {
        len++;
        if (outline_ends_piece(outline, len - 1))
            break;
    }
    return len;
}

static int64_t outline_arrives(const struct sim_outline *outline, size_t len, int64_t byte_ns)
{
    if (byte_ns > 0)
        return outline->free_ns + byte_ns;
    return outline->free_ns + (int64_t)((double)len / outline->bytes_per_s * (double)NS_PER_S);
}

int64_t sim_outline_next(const struct sim_outline *outline, int64_t byte_ns)
{
    size_t len = outline_piece(outline, byte_ns);

    return len == 0 ? TIME_NONE : outline_arrives(outline, len, byte_ns);
}

size_t sim_outline_take(struct sim_outline *outline, int64_t byte_ns, char piece[SIM_OUTLINE_CHUNK])
{
    size_t len = outline_piece(outline, byte_ns);

    for (size_t i = 0; i < len; i++)
        piece[i] = outline_at(outline, i);
    outline->free_ns = outline_arrives(outline, len, byte_ns);
    outline->first = (outline->first + len) % SIM_OUTLINE_CAP;
    outline->len -= len;
    return len;
}
