/* Outings: an absence in which the odometer or SOC changed. Told once the charge counters were heard after
 * it, or five minutes later: they know of charges that nobody here saw. Energy is a difference of what was in
 * the battery, so it is not known when something came in between. */
#include "diary/private.h"

#define COUNTERS_MS    (5 * MS_PER_MIN)
#define ERRAND_MS      (10 * MS_PER_MIN) /* nobody drives out and charges in less */
#define CHARGED_SOC    100               /* 1 %: more than driving downhill gives */
#define COUNT_JUMP_MAX 1000
#define MM_PER_KM      1000000
#define LITTLE_WH_KM   60 /* no LEAF has driven a way there and back on less */
#define FAR_KM         10

static bool is_waiting(const struct diary *diary)
{
    return diary->memory.outing.to_ms != DIARY_NONE;
}

static bool is_counted(const struct diary *diary, enum heard heard, int64_t count_from)
{
    return count_from == DIARY_NONE || heard_since(diary, heard, diary->memory.outing.back_ms);
}

static bool is_complete(const struct diary *diary)
{
    const struct outing_memory *outing = &diary->memory.outing;

    if (outing->to_ms - outing->from_ms < ERRAND_MS || diary->anchor.at_ms >= outing->to_ms + COUNTERS_MS)
        return true;
    return is_counted(diary, HEARD_COUNT_AC, outing->count_ac) &&
           is_counted(diary, HEARD_COUNT_DC, outing->count_dc);
}

/* Beyond what charges at home may have added. A counter that falls or leaps is no witness. */
static bool rose_unseen(const struct diary *diary, enum heard heard, int64_t from, int64_t at_home)
{
    int64_t to = heard_now(diary, heard);

    if (from == DIARY_NONE || to == DIARY_NONE)
        return false;
    return to - from > at_home && to - from < COUNT_JUMP_MAX;
}

/* Nobody heard all of it, and it took less than the way needs. */
static bool used_too_little(const struct diary *diary, int64_t wh)
{
    const struct outing_memory *outing = &diary->memory.outing;

    if (!outing->unheard || wh == DIARY_NONE || outing->distance_mm == DIARY_NONE)
        return false;
    int64_t km = outing->distance_mm / MM_PER_KM;
    return km >= FAR_KM && wh < km * LITTLE_WH_KM;
}

/* On an errand a counter that rises was late. */
static bool was_charged(const struct diary *diary)
{
    const struct outing_memory *outing = &diary->memory.outing;
    bool has_time = outing->to_ms - outing->from_ms >= ERRAND_MS;

    if (outing->soc_from != DIARY_NONE && outing->soc_to != DIARY_NONE &&
        outing->soc_to - outing->soc_from >= CHARGED_SOC)
        return true;
    return has_time && (rose_unseen(diary, HEARD_COUNT_AC, outing->count_ac, outing->home_ac) ||
                        rose_unseen(diary, HEARD_COUNT_DC, outing->count_dc, outing->home_dc));
}

/* What was used; a battery that holds more than before tells nothing. */
static int64_t used(int64_t from, int64_t to)
{
    return from == DIARY_NONE || to == DIARY_NONE || to > from ? DIARY_NONE : from - to;
}

static void fill_energy(const struct diary *diary, struct diary_outing *outing,
                        const struct outing_memory *from)
{
    bool estimated = false;
    int64_t capacity = diary_capacity(diary, from->capacity_mah, &estimated);
    int64_t gids = used(from->gids_from, from->gids_to);

    outing->energy_soc_wh = diary_soc_wh(diary, used(from->soc_from, from->soc_to), capacity);
    if (gids != DIARY_NONE && diary->settings.wh_per_gid > 0)
        outing->energy_gids_wh = gids * diary->settings.wh_per_gid;
    if (estimated && outing->energy_soc_wh != DIARY_NONE)
        outing->flags |= DIARY_FLAG_ESTIMATED;
}

static void tell(struct diary *diary)
{
    const struct outing_memory *from = &diary->memory.outing;
    struct diary_entry entry = {
        .kind = DIARY_OUTING,
        .outing = {.from_ms = from->from_ms,
                   .to_ms = from->to_ms,
                   .distance_mm = from->distance_mm,
                   .soc_from = from->soc_from,
                   .soc_to = from->soc_to,
                   .energy_soc_wh = DIARY_NONE,
                   .energy_gids_wh = DIARY_NONE,
                   .day = diary_day_of_window(diary, from->from_ms, from->to_ms)},
    };

    fill_energy(diary, &entry.outing, from);
    if (was_charged(diary) || used_too_little(diary, entry.outing.energy_soc_wh)) {
        entry.outing.energy_soc_wh = entry.outing.energy_gids_wh = DIARY_NONE;
        entry.outing.flags = DIARY_FLAG_CHARGED_ELSEWHERE;
    }
    if (entry.outing.distance_mm == 0)
        entry.outing.flags |= DIARY_FLAG_STANDBY;
    diary->memory.outing.to_ms = DIARY_NONE;
    diary_emit(diary, &entry);
}

void outing_note(struct diary *diary, const struct outing_memory *outing)
{
    if (is_waiting(diary))
        tell(diary);
    diary->memory.outing = *outing;
}

void outing_settle(struct diary *diary)
{
    if (is_waiting(diary) && is_complete(diary))
        tell(diary);
}

int64_t outing_due(const struct diary *diary)
{
    return is_waiting(diary) ? diary->memory.outing.to_ms + COUNTERS_MS : INT64_MAX;
}
