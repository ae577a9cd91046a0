/* The usual speeds, the commonest first: 38400 and 115200 are those of nearly all ELM327 with a serial chip,
 * 9600 that of the old ones, 500000 and more of STN adapters that were told to. */
#include "adapter/speeds.h"

static const int SPEEDS[] = {38400, 115200, 9600, 500000, 230400, 57600, 1000000, 2000000, 460800, 921600};
#define SPEED_COUNT (sizeof(SPEEDS) / sizeof(SPEEDS[0]))

void speeds_init(struct speeds *speeds, int configured)
{
    *speeds = (struct speeds){.fixed = configured, .elsewhere = true};
}

int speeds_current(const struct speeds *speeds)
{
    if (speeds->fixed) {
        return speeds->fixed;
    }
    return speeds->elsewhere ? SPEEDS[speeds->next] : speeds->known;
}

void speeds_worked(struct speeds *speeds)
{
    speeds->known = speeds_current(speeds);
    speeds->elsewhere = false;
    speeds->doubts = 0;
}

/* Moves to the next speed of the list that is not the known one. True: the list is through. */
static bool speeds_step(struct speeds *speeds)
{
    size_t before = speeds->next;
    do {
        speeds->next = (speeds->next + 1) % SPEED_COUNT;
    } while (SPEEDS[speeds->next] == speeds->known);
    return speeds->next <= before;
}

bool speeds_failed(struct speeds *speeds)
{
    if (speeds->fixed) {
        return false;
    }
    if (speeds->known == 0) {
        return !speeds_step(speeds);
    }
    if (speeds->elsewhere) {
        speeds->elsewhere = false;
        return true;
    }
    if (speeds->doubts == 0) {
        return false;
    }
    speeds->doubts--;
    speeds->elsewhere = true;
    speeds_step(speeds);
    return true;
}

void speeds_doubt(struct speeds *speeds)
{
    if (speeds->known) {
        speeds->doubts = (int)SPEED_COUNT - 1;
    }
}
