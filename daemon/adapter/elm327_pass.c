/* The pass filters of STN chips (STFAP, STFCP, STM): several groups of identifiers at once instead of one
 * after the other. They are used where the chip takes them; and where nothing is heard through them, the next
 * group is listened to in the common way: a chip that hears so and not through its filters is listened to the
 * common way for good. */
#include "adapter/elm327_private.h"

#include <string.h>

#define SPAN_MAX   8
#define MISSES_MAX 3
#define DOUBT_NS   (2 * NS_PER_S) /* without a frame; a question may have cut it short */

void elm327_pass_init(struct elm327 *elm)
{
    size_t count = elm->slices.count;
    elm->pass = (struct elm327_pass){.span = count < SPAN_MAX ? count : SPAN_MAX};
    elm->set.pass_first = ELM327_NOT_SET;
}

void elm327_pass_choose(struct elm327 *elm)
{
    elm->pass.active =
        !elm327_has(elm, ELM327_QUIRK_NO_PASS_FILTERS) && !elm->pass.doubted && elm->pass.span > 1;
    elm->pass.heard = false;
    elm->pass.step = 0;
    elm->pass.cleared = false;
    if (elm->pass.active) {
        elm->slice = elm->pass.turn;
    } else if (elm->pass.doubted) {
        elm->turn = (elm->turn + 1) % elm->slices.count;
        elm->slice = elm->turn;
    }
}

void elm327_pass_advance(struct elm327 *elm)
{
    size_t next = elm->pass.turn + elm->pass.span;
    elm->pass.turn = next < elm->slices.count ? next : 0;
}

/* How many slices are heard from elm->slice on: the last span may be shorter. */
static size_t pass_count(const struct elm327 *elm)
{
    size_t left = elm->slices.count - elm->slice;
    return left < elm->pass.span ? left : elm->pass.span;
}

bool elm327_pass_aim(struct elm327 *elm)
{
    if (elm->set.pass_first == elm->slice) {
        return false;
    }
    if (!elm->pass.cleared) {
        elm327_command(elm, "STFCP");
        return true;
    }
    if (elm->pass.step == pass_count(elm)) {
        elm->set.pass_first = (uint16_t)elm->slice;
        return false;
    }
    const struct elm327_slice *slice = &elm->slices.slices[elm->slice + elm->pass.step];
    elm->set.passes = true;
    elm327_command(elm, "STFAP%03X,%03X", slice->filter, slice->mask);
    return true;
}

/* Cleared or not, the common filters are set anew: what the one sort does to the other is not written. */
void elm327_pass_clear_reply(struct elm327 *elm)
{
    if (elm->reply.refused) {
        elm327_add_quirk(elm, ELM327_QUIRK_NO_PASS_FILTERS);
    }
    elm->set.passes = false;
    elm->set.pass_first = ELM327_NOT_SET;
    elm->set.filter = ELM327_NOT_SET;
    elm->set.mask = ELM327_NOT_SET;
}

/* No room for so many filters, or none at all. */
static void pass_refused(struct elm327 *elm)
{
    bool full = elm->reply.trouble == ELM327_TEXT_OUT_OF_MEMORY;
    if (!full || !elm327_pass_narrow(elm)) {
        elm327_add_quirk(elm, ELM327_QUIRK_NO_PASS_FILTERS);
    }
    elm327_pass_choose(elm);
}

bool elm327_pass_reply(struct elm327 *elm)
{
    if (strcmp(elm->command, "STFCP") == 0) {
        elm327_pass_clear_reply(elm);
        elm327_pass_choose(elm);
        elm->pass.cleared = true;
    } else if (elm->reply.ok) {
        elm->pass.step++;
    } else if (elm->reply.refused || elm->reply.trouble == ELM327_TEXT_OUT_OF_MEMORY) {
        pass_refused(elm);
    } else {
        elm327_restart(elm, "the adapter's answers make no sense");
        return false;
    }
    return true;
}

void elm327_pass_ended(struct elm327 *elm)
{
    struct elm327_pass *pass = &elm->pass;
    if (pass->active) {
        pass->doubted = !pass->heard && elm->now_ns - elm->sent_ns > DOUBT_NS;
        pass->misses = pass->heard ? 0 : pass->misses;
        return;
    }
    if (pass->doubted && pass->heard && ++pass->misses >= MISSES_MAX) {
        elm327_add_quirk(elm, ELM327_QUIRK_NO_PASS_FILTERS);
    }
    pass->doubted = false;
}

bool elm327_pass_narrow(struct elm327 *elm)
{
    if (elm->pass.span < 2) {
        return false;
    }
    elm->pass.span /= 2;
    elm->set.pass_first = ELM327_NOT_SET;
    return true;
}

bool elm327_pass_has(const struct elm327 *elm, uint16_t id)
{
    size_t count = pass_count(elm);
    for (size_t i = 0; i < count; i++) {
        const struct elm327_slice *slice = &elm->slices.slices[elm->slice + i];
        if ((id & slice->mask) == slice->filter) {
            return true;
        }
    }
    return false;
}
