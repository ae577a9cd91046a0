/* A faster serial line with STN chips (STBR): it says OK at the old speed, then its name at the new one, and
 * wants a line end within 75 ms, else it goes back by itself. Tried once after the port was opened; nothing
 * is stored in the chip (no STWBR), and a reset brings the old speed back. */
#include "adapter/elm327_private.h"

#include <string.h>

#define NAME_NS (500 * NS_PER_MS) /* for the name, and for the OK behind the line end */

void elm327_allow_speed(struct elm327 *elm, bool allowed)
{
    elm->speed_allowed = allowed;
    elm->may_be_fast |= allowed;
    elm->speed = ELM327_SPEED_OPENED;
}

void elm327_speed_begin(struct elm327 *elm)
{
    elm->speed_allowed = false;
    elm->speed = ELM327_SPEED_ASKED;
}

bool elm327_speed_line(struct elm327 *elm, enum elm327_text text, const char *line)
{
    if (elm->speed == ELM327_SPEED_ASKED && text == ELM327_TEXT_OK) {
        elm->speed = ELM327_SPEED_NAMED;
        elm327_expect(elm);
        elm->silence_ns = NAME_NS;
        elm->events.speed(elm->ctx, ELM327_FAST_BAUD);
        return true;
    }
    if (elm->speed == ELM327_SPEED_NAMED && strncmp(line, "STN", 3) == 0) {
        elm->speed = ELM327_SPEED_AGREED;
        elm327_expect(elm);
        elm->silence_ns = NAME_NS;
        elm->events.write(elm->ctx, "\r", 1);
        return true;
    }
    return false;
}

bool elm327_speed_reply(struct elm327 *elm)
{
    if (elm->speed == ELM327_SPEED_AGREED && elm->reply.ok) {
        elm->speed = ELM327_SPEED_FAST;
        return true;
    }
    if (elm->speed == ELM327_SPEED_ASKED && elm->reply.refused) {
        elm->speed = ELM327_SPEED_OPENED;
        return true;
    }
    return false;
}

void elm327_speed_reset(struct elm327 *elm)
{
    if (elm->speed > ELM327_SPEED_ASKED) {
        elm->events.speed(elm->ctx, 0);
    }
    elm->speed = ELM327_SPEED_OPENED;
}

/* Nobody answers: it is looked for at the other speed, where it may be from before, or from a process that
 * was killed. */
void elm327_speed_seek(struct elm327 *elm)
{
    bool fast = elm->speed == ELM327_SPEED_FAST;
    elm327_speed_reset(elm);
    if (elm->may_be_fast && !fast) {
        elm->speed = ELM327_SPEED_FAST;
        elm->events.speed(elm->ctx, ELM327_FAST_BAUD);
    }
}

/* A switch that failed half-way is over: the chip is back at the old speed. A fast line stays fast until the
 * reset that begins the start-up, or until nobody answers there. */
void elm327_speed_restart(struct elm327 *elm)
{
    if (elm->speed != ELM327_SPEED_FAST) {
        elm327_speed_reset(elm);
    }
}
