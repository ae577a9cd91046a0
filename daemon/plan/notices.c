/* One table of notices: the words, and the rule that raises and clears each. A rule hears only what is known:
 * what is not known raises nothing and clears nothing. Tells nobody and keeps nothing over a restart. */
#include "plan/notices.h"

#include "util/core/time.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define UNKNOWN       INT64_MIN
#define AUX_LOW_NS    (1 * NS_PER_MIN) /* so long low at rest: a door's lock costs more for a moment */
#define AUX_RISE_MV   300
#define LOST_NS       (10 * NS_PER_MIN)
#define SOC_RISE      300 /* 0.01 % */
#define MINUTES_A_DAY 1440
#define LATE_MINUTES  120 /* after the owner's minute: also where the clocks skip that hour */
#define LIFE_NS       (12 * NS_PER_H)
#define TEXT_BYTES    160

struct notices {
    bool is_raised[NOTICE_KIND_COUNT];
    int64_t raised_ns[NOTICE_KIND_COUNT];
    char texts[NOTICE_KIND_COUNT][TEXT_BYTES]; /* as told last */
    enum presence presence;                    /* the last one known */
    bool has_moved_on;                         /* it has just become charging, driving or away */
    int64_t aux_low_ns; /* of the first low reading in a row; TIME_NONE: the last one was not low */
    bool stood;         /* the car slept or charged in the garage when it was last in reach */
    int64_t down_ns;    /* since when the dongle has not answered; TIME_NONE: it does, or not known */
    bool was_plug_judged;
    int32_t plug_day; /* the last one judged */
};

enum verdict { VERDICT_NONE, VERDICT_RAISE, VERDICT_CLEAR };

struct question {
    struct notices *notices;
    const struct notice_wishes *wishes;
    const struct notice_evidence *evidence;
};

/* ---- the rules ---- */

static enum verdict judge_finished(const struct question *question)
{
    if (question->evidence->charge_finished)
        return VERDICT_RAISE;
    bool is_over = question->notices->has_moved_on || question->evidence->charge_interrupted;
    return is_over ? VERDICT_CLEAR : VERDICT_NONE;
}

static enum verdict judge_interrupted(const struct question *question)
{
    if (question->evidence->charge_interrupted)
        return VERDICT_RAISE;
    bool is_over = question->notices->has_moved_on || question->evidence->charge_finished;
    return is_over ? VERDICT_CLEAR : VERDICT_NONE;
}

static enum verdict judge_aux_low(const struct question *question)
{
    const struct notice_evidence *evidence = question->evidence;
    struct notices *notices = question->notices;

    if (!evidence->aux_at_rest)
        notices->aux_low_ns = TIME_NONE; /* what was low before is no part of this rest */
    if (evidence->aux_mv == UNKNOWN || !evidence->aux_at_rest)
        return VERDICT_NONE;
    if (evidence->aux_mv >= question->wishes->aux_low_mv) {
        notices->aux_low_ns = TIME_NONE;
        return evidence->aux_mv >= question->wishes->aux_low_mv + AUX_RISE_MV ? VERDICT_CLEAR : VERDICT_NONE;
    }
    if (notices->aux_low_ns == TIME_NONE)
        notices->aux_low_ns = evidence->aux_boot_ns;
    return evidence->aux_boot_ns - notices->aux_low_ns >= AUX_LOW_NS ? VERDICT_RAISE : VERDICT_NONE;
}

static enum verdict judge_dongle_lost(const struct question *question)
{
    const struct notices *notices = question->notices;

    if (question->evidence->reachable == TRI_TRUE)
        return VERDICT_CLEAR;
    if (!notices->stood || notices->down_ns == TIME_NONE)
        return VERDICT_NONE;
    return question->evidence->boot_ns - notices->down_ns >= LOST_NS ? VERDICT_RAISE : VERDICT_NONE;
}

static enum verdict judge_soc_low(const struct question *question)
{
    const struct notice_evidence *evidence = question->evidence;
    bool is_parked = evidence->presence == PRESENCE_ASLEEP || evidence->presence == PRESENCE_AWAKE;

    if (evidence->soc == UNKNOWN)
        return VERDICT_NONE;
    if (evidence->soc >= question->wishes->soc_low + SOC_RISE)
        return VERDICT_CLEAR;
    bool is_low = evidence->soc < question->wishes->soc_low;
    return is_low && is_parked && evidence->charging != TRI_TRUE ? VERDICT_RAISE : VERDICT_NONE;
}

/* The day of the owner's minute that lies less than LATE_MINUTES back and was not judged yet: the minute may
 * have been missed, and where clocks go back it comes twice. */
static bool find_plug_day(const struct question *question, int32_t *day)
{
    const struct notice_evidence *evidence = question->evidence;
    const struct notices *notices = question->notices;
    int wish = question->wishes->not_plugged_minute;

    if (wish < 0 || evidence->minute_of_day < 0)
        return false;
    int late = (evidence->minute_of_day - wish + MINUTES_A_DAY) % MINUTES_A_DAY;
    *day = evidence->minute_of_day >= wish ? evidence->day : evidence->day - 1;
    return late < LATE_MINUTES && !(notices->was_plug_judged && notices->plug_day == *day);
}

/* A car that is awake may have just come home, its driver on the way to the plug. */
static enum verdict judge_not_plugged(const struct question *question)
{
    const struct notice_evidence *evidence = question->evidence;
    int32_t day;

    if (evidence->presence == PRESENCE_ASLEEP && evidence->garage == TRI_TRUE &&
        evidence->plugged == TRI_FALSE && find_plug_day(question, &day)) {
        question->notices->was_plug_judged = true;
        question->notices->plug_day = day;
        return VERDICT_RAISE;
    }
    if (evidence->plugged == TRI_TRUE || evidence->charging == TRI_TRUE || evidence->garage == TRI_FALSE)
        return VERDICT_CLEAR;
    return VERDICT_NONE;
}

static enum verdict judge_identity(const struct question *question)
{
    return question->evidence->identity_changed ? VERDICT_RAISE : VERDICT_CLEAR;
}

/* ---- the table ---- */

enum figure { FIGURE_NONE, FIGURE_SOC, FIGURE_AUX };

static const struct row {
    const char *name;
    const char *text;
    enum figure figure; /* said after the text when it is known */
    bool is_event;      /* happens in a moment: ends by itself after LIFE_NS */
    enum verdict (*judge)(const struct question *question);
} rows[NOTICE_KIND_COUNT] = {
    [NOTICE_CHARGE_FINISHED] = {"charge_finished", "The charge is finished", FIGURE_SOC, true,
                                judge_finished},
    [NOTICE_CHARGE_INTERRUPTED] = {"charge_interrupted", "The charge was interrupted", FIGURE_SOC, true,
                                   judge_interrupted},
    [NOTICE_AUX_LOW] = {"aux_low", "The 12 V battery is low", FIGURE_AUX, false, judge_aux_low},
    [NOTICE_DONGLE_LOST] = {"dongle_lost",
                            "The dongle has not answered for ten minutes though the car stood in the garage",
                            FIGURE_NONE, false, judge_dongle_lost},
    [NOTICE_SOC_LOW] = {"soc_low", "The battery is low", FIGURE_SOC, false, judge_soc_low},
    [NOTICE_NOT_PLUGGED] = {"not_plugged", "The car stands in the garage and is not plugged in", FIGURE_SOC,
                            true, judge_not_plugged},
    [NOTICE_IDENTITY_CHANGED] = {"identity_changed",
                                 "Another car or another battery than the diary's: nothing is stored until "
                                 "you run garagectl car accept",
                                 FIGURE_NONE, false, judge_identity},
};

const char *notice_name(enum notice_kind kind)
{
    assert(kind < NOTICE_KIND_COUNT);
    return rows[kind].name;
}

static void write_text(const struct row *row, const struct notice_evidence *evidence, char text[TEXT_BYTES])
{
    if (row->figure == FIGURE_SOC && evidence->soc != UNKNOWN) {
        snprintf(text, TEXT_BYTES, "%s: %d %%", row->text, (int)((evidence->soc + 50) / 100));
    } else if (row->figure == FIGURE_AUX && evidence->aux_mv != UNKNOWN) {
        int tenths = (int)(evidence->aux_mv / 100); /* rounded down: never the limit itself */
        snprintf(text, TEXT_BYTES, "%s: %d.%d V", row->text, tenths / 10, tenths % 10);
    } else {
        snprintf(text, TEXT_BYTES, "%s", row->text);
    }
}

/* ---- what is remembered ---- */

static void follow_presence(struct notices *notices, const struct notice_evidence *evidence)
{
    enum presence now = evidence->presence;
    bool is_elsewhere = now == PRESENCE_CHARGING || now == PRESENCE_DRIVING || now == PRESENCE_AWAY;

    notices->has_moved_on = is_elsewhere && now != notices->presence;
    if (now != PRESENCE_UNKNOWN)
        notices->presence = now;
}

static void follow_dongle(struct notices *notices, const struct notice_evidence *evidence)
{
    bool is_still = evidence->presence == PRESENCE_ASLEEP || evidence->presence == PRESENCE_CHARGING;

    if (evidence->reachable == TRI_TRUE && evidence->presence != PRESENCE_UNKNOWN)
        notices->stood = is_still && evidence->garage == TRI_TRUE;
    if (evidence->reachable != TRI_FALSE)
        notices->down_ns = TIME_NONE;
    else if (notices->down_ns == TIME_NONE)
        notices->down_ns = evidence->boot_ns;
}

struct notice_wishes notice_wishes_default(void)
{
    return (struct notice_wishes){.soc_low = 2000, .aux_low_mv = 12000, .not_plugged_minute = -1};
}

struct notices *notices_new(void)
{
    struct notices *notices = calloc(1, sizeof(*notices));

    if (!notices)
        return NULL;
    notices->aux_low_ns = TIME_NONE;
    notices->down_ns = TIME_NONE;
    return notices;
}

void notices_free(struct notices *notices)
{
    free(notices);
}

/* ---- the decision ---- */

static void end_notice(struct notices *notices, enum notice_kind kind, notice_fn *fn, void *ctx)
{
    if (!notices->is_raised[kind])
        return;
    notices->is_raised[kind] = false;
    fn(ctx, kind, NOTICE_CLEARED, "");
}

/* An event that happens again is a new notice; a state that lasts is not, but its figure may have changed. */
static void begin_notice(const struct question *question, enum notice_kind kind, notice_fn *fn, void *ctx)
{
    struct notices *notices = question->notices;
    bool lasts = notices->is_raised[kind] && !rows[kind].is_event;
    char text[TEXT_BYTES];

    write_text(&rows[kind], question->evidence, text);
    if (lasts && strcmp(text, notices->texts[kind]) == 0)
        return;
    memcpy(notices->texts[kind], text, sizeof(text));
    if (lasts) {
        fn(ctx, kind, NOTICE_RETOLD, text);
        return;
    }
    end_notice(notices, kind, fn, ctx);
    notices->is_raised[kind] = true;
    notices->raised_ns[kind] = question->evidence->boot_ns;
    fn(ctx, kind, NOTICE_RAISED, text);
}

void notices_advance(struct notices *notices, const struct notice_wishes *wishes,
                     const struct notice_evidence *evidence, notice_fn *fn, void *ctx)
{
    const struct question question = {notices, wishes, evidence};

    follow_presence(notices, evidence);
    follow_dongle(notices, evidence);
    for (enum notice_kind kind = 0; kind < NOTICE_KIND_COUNT; kind++) {
        enum verdict verdict = rows[kind].judge(&question);
        bool is_stale = rows[kind].is_event && evidence->boot_ns - notices->raised_ns[kind] >= LIFE_NS;

        if (wishes->silenced[kind] || (verdict == VERDICT_NONE && is_stale))
            verdict = VERDICT_CLEAR;
        if (verdict == VERDICT_RAISE)
            begin_notice(&question, kind, fn, ctx);
        else if (verdict == VERDICT_CLEAR)
            end_notice(notices, kind, fn, ctx);
    }
}
