/* What the car gained over a rest goes to the spells in which the meter counted, each its share by what it
 * took. When a spell begins and ends, and what became of it before, is
 * meter_charge.c's. */
#include "diary/private.h"

#include <string.h>

#define UNSEEN_WH 2000 /* no car hides as much below 2 % */

/* What went through the meter and was not shared yet. */
static int64_t unshared(const struct spell *spell)
{
    return spell->wh - spell->shared_wh;
}

static bool has_present(const struct diary *diary)
{
    const struct meter_memory *meter = &diary->memory.meter;

    bool is_before = meter_is_watched(diary) && diary->memory.charge.from_ms >= diary->memory.rested_ms;

    return meter_is_on(diary) && (meter->is_told || is_before);
}

static int64_t total_unshared(const struct diary *diary)
{
    const struct meter_memory *meter = &diary->memory.meter;
    int64_t total = has_present(diary) ? unshared(&meter->now) : 0;

    for (int64_t i = 0; i < meter->count; i++)
        total += unshared(&meter->spells[i]);
    return total;
}

struct sharing {
    const struct gain *gain;
    int64_t before_wh, total_wh;
    bool is_alone;
};

/* Rounded where shares meet, so that they add up to the whole. */
static int64_t up_to(const struct sharing *sharing, int64_t whole, int64_t wh)
{
    return diary_round(whole * wh, sharing->total_wh);
}

static void take_share(struct spell *spell, struct sharing *sharing)
{
    const struct gain *gain = sharing->gain;
    int64_t before_wh = sharing->before_wh;
    int64_t to_wh = sharing->before_wh += unshared(spell);

    if (spell->soc_from == DIARY_NONE)
        spell->soc_from = gain->soc_from + up_to(sharing, gain->soc, before_wh);
    spell->soc_to = gain->soc_from + up_to(sharing, gain->soc, to_wh);
    if (gain->wh != DIARY_NONE) {
        int64_t wh = up_to(sharing, gain->wh, to_wh) - up_to(sharing, gain->wh, before_wh);
        spell->battery_wh = spell->battery_wh == DIARY_NONE ? wh : spell->battery_wh + wh;
    }
    spell->shared_wh = spell->wh;
    spell->flags &= ~(int64_t)DIARY_FLAG_IMPLAUSIBLE;
    if (gain->is_estimated || !sharing->is_alone)
        spell->flags |= DIARY_FLAG_ESTIMATED;
}

static bool is_doubtful(const struct gain *gain, const struct spell *spell)
{
    return gain->is_known && !gain->is_due && spell->battery_wh == DIARY_NONE && spell->wh >= UNSEEN_WH;
}

void meter_tell_shared(struct diary *diary)
{
    struct meter_memory *meter = &diary->memory.meter;

    while (meter->shared_count > 0) {
        const struct spell spell = meter->spells[0];
        meter->shared_count--;
        memmove(meter->spells, meter->spells + 1, (size_t)meter->shared_count * sizeof(spell));
        meter_tell(diary, &spell, (enum diary_status)spell.status, 0);
    }
}

bool meter_share(struct diary *diary, const struct gain *gain)
{
    struct meter_memory *meter = &diary->memory.meter;
    if (gain->is_due && meter_is_watched(diary))
        meter_split(diary);
    struct sharing sharing = {gain, 0, total_unshared(diary),
                              meter->count + (has_present(diary) ? 1 : 0) == 1};
    bool is_shared = gain->is_due && sharing.total_wh > 0;

    for (int64_t i = 0; i < meter->count; i++) {
        struct spell spell = meter->spells[i];
        bool is_other = !is_shared && is_doubtful(gain, &spell);
        if (is_shared)
            take_share(&spell, &sharing);
        spell.flags |= is_other ? DIARY_FLAG_IMPLAUSIBLE : 0;
        if (is_shared || is_other)
            meter->spells[meter->shared_count++] = spell;
    }
    meter->count = 0;
    if (is_shared && has_present(diary))
        take_share(&meter->now, &sharing);
    meter_tell_shared(diary);
    return is_shared;
}

void meter_forget_spells(struct diary *diary)
{
    diary->memory.meter.count = 0;
}
