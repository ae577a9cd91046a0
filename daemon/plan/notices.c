/* The table of notices and what raises each. */
#include "plan/notices.h"

#include <stdlib.h>

struct notices {
    bool is_raised[NOTICE_KIND_COUNT];
};

static const char *const names[NOTICE_KIND_COUNT] = {
    "charge_finished", "charge_interrupted", "aux_low", "dongle_lost", "soc_low", "not_plugged"};

const char *notice_name(enum notice_kind kind)
{
    return names[kind];
}

struct notice_wishes notice_wishes_default(void)
{
    return (struct notice_wishes){.soc_low = 2000, .aux_low_mv = 12000, .not_plugged_minute = -1};
}

struct notices *notices_new(void)
{
    return calloc(1, sizeof(struct notices));
}

void notices_free(struct notices *notices)
{
    free(notices);
}

void notices_advance(struct notices *notices, const struct notice_wishes *wishes,
                     const struct notice_evidence *evidence, notice_fn *fn, void *ctx)
{
    (void)notices;
    (void)wishes;
    (void)evidence;
    (void)fn;
    (void)ctx;
}
