/* Does one deed after the other when its time has come. What they are is planned in owner_plan.c. */
#include "owner.h"

#include "util/core/time.h"

#include <assert.h>
#include <string.h>

#define LOOK_S 20 /* how often he looks at a charge */

void owner_init(struct owner *owner, uint64_t seed, const struct zone *zone, int32_t first_day,
                int32_t last_day)
{
    *owner = (struct owner){.zone = zone, .last_day = last_day, .planned = first_day};
    sim_random_init(&owner->random, seed);
}

void owner_add(struct owner *owner, const struct deed *deed)
{
    assert(owner->first + owner->count < OWNER_DEEDS_MAX);
    owner->deeds[owner->first + owner->count++] = *deed;
}

static int64_t plans_at_s(const struct owner *owner, int32_t day)
{
    return zone_day_start_ns(owner->zone, day) / NS_PER_S + OWNER_PLANS_AT_S;
}

static void plan(struct owner *owner, const struct sim_model *model, int64_t utc_s)
{
    while (owner->count == 0 && utc_s >= plans_at_s(owner, owner->planned + 1)) {
        owner->first = 0;
        owner->planned++;
        if (owner->planned < owner->last_day)
            owner->planned = owner_plan(owner, model, owner->planned);
    }
}

static bool holds(const struct deed *deed, const struct sim_model *model)
{
    switch (deed->wait) {
    case DEED_KM_LEFT:
        return model->state != SIM_DRIVING || model->drive_left_km <= deed->until;
    case DEED_ARRIVED:
        return model->state != SIM_DRIVING;
    case DEED_SOC:
        return model->charge.state != SIM_CHARGE_RUNNING || model->battery.soc >= deed->until;
    case DEED_AT_ONCE:
        break;
    }
    return true;
}

static bool is_too_late(const struct deed *deed, int64_t utc_s)
{
    return deed->no_later_s != 0 && utc_s >= deed->no_later_s;
}

static void drop(struct owner *owner, size_t count)
{
    count = count < owner->count ? count : owner->count;
    owner->first += count;
    owner->count -= count;
    owner->waited_s = 0;
}

/* When the deed may be done, its condition holding; 0: its condition doesn't. */
static int64_t due_s(const struct owner *owner, const struct deed *deed)
{
    int64_t due = (deed->wait == DEED_AT_ONCE ? owner->last_s : owner->waited_s) + deed->after_s;

    return due > deed->at_s ? due : deed->at_s;
}

bool owner_take(struct owner *owner, const struct sim_model *model, int64_t utc_s, struct deed *deed)
{
    plan(owner, model, utc_s);
    if (owner->count == 0)
        return false;
    *deed = owner->deeds[owner->first];
    bool late = is_too_late(deed, utc_s);
    if (!late && !holds(deed, model))
        return false;
    if (owner->waited_s == 0)
        owner->waited_s = utc_s;
    if (!late && utc_s < due_s(owner, deed))
        return false;
    if (deed->skip_above > 0 && model->battery.soc > deed->skip_above) {
        drop(owner, 1 + deed->skip);
        return owner_take(owner, model, utc_s, deed);
    }
    drop(owner, 1);
    owner->last_s = utc_s;
    return true;
}

int64_t owner_next_s(const struct owner *owner, const struct sim_model *model, int64_t utc_s)
{
    const struct deed *deed = &owner->deeds[owner->first];
    int64_t next;

    if (owner->count == 0)
        return plans_at_s(owner, owner->planned + 1);
    if (holds(deed, model))
        next = due_s(owner, deed);
    else
        next = utc_s + (deed->wait == DEED_SOC ? LOOK_S : 1);
    return next > utc_s ? next : utc_s + 1;
}
