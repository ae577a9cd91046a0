/* Contacts: from when the dongle answers to when it no longer does. A dongle that is out of reach for less
 * than ten minutes was never gone. */
#include "diary/private.h"

#define GONE_MS (10 * MS_PER_MIN)

static void begin(struct diary *diary)
{
    diary->anchor.contact_ms = diary->anchor.at_ms;
    diary->memory.contact_from_mm = DIARY_NONE;
}

/* What was heard since the contact began, not what is remembered from before. */
static int64_t odometer_of_contact(const struct diary *diary)
{
    bool heard = heard_since(diary, HEARD_ODOMETER, diary->anchor.contact_ms);

    return heard ? heard_now(diary, HEARD_ODOMETER) : DIARY_NONE;
}

static void end(struct diary *diary)
{
    struct diary_entry entry = {
        .kind = DIARY_CONTACT,
        .contact = {.from_ms = diary->anchor.contact_ms,
                    .to_ms = diary->memory.lost_ms,
                    .odometer_from_mm = diary->memory.contact_from_mm,
                    .odometer_to_mm = odometer_of_contact(diary)},
    };

    diary->anchor.contact_ms = DIARY_NONE;
    diary->memory.lost_ms = DIARY_NONE;
    diary_emit(diary, &entry);
}

/* Nobody listened any more: the contact may have ended with the last row. */
static bool is_unheard(const struct diary *diary)
{
    return heard_now(diary, HEARD_REACHABLE) != 1;
}

void contact_settle(struct diary *diary)
{
    struct memory *memory = &diary->memory;

    if (diary->anchor.contact_ms != DIARY_NONE && is_unheard(diary) && memory->lost_ms == DIARY_NONE)
        memory->lost_ms = heard_here(diary, HEARD_REACHABLE) ? diary->anchor.at_ms : memory->row_ms;
    if (diary->anchor.contact_ms != DIARY_NONE && memory->contact_from_mm == DIARY_NONE)
        memory->contact_from_mm = odometer_of_contact(diary);
    if (memory->lost_ms != DIARY_NONE && diary->anchor.at_ms >= memory->lost_ms + GONE_MS)
        end(diary);
    if (is_unheard(diary))
        return;
    memory->lost_ms = DIARY_NONE;
    if (diary->anchor.contact_ms == DIARY_NONE)
        begin(diary);
}

int64_t contact_due(const struct diary *diary)
{
    return diary->memory.lost_ms == DIARY_NONE ? INT64_MAX : diary->memory.lost_ms + GONE_MS;
}
