/* Listening in slices: one group of identifiers at a time, filter first, then ATMA, ended by one blank. Never
 * without a filter. Remembers how long the frames of each identifier are, so that a line that lost its end is
 * not taken for a frame. */
#include "adapter/elm327_private.h"

#include <stdio.h>
#include <string.h>

#define SLICE_NS        (1 * NS_PER_S)
#define SLICE_SILENT_NS (10 * NS_PER_S) /* nothing heard for a while: fewer turns cost fewer wake-ups */
#define SILENT_NS       (10 * NS_PER_S)
#define NARROW_NS       (10 * NS_PER_MIN) /* since the last overflow */
#define PAUSE_NS        (1 * NS_PER_S)    /* after the adapter ended a slice by itself */
#define MISSES_MAX      2
#define STOP_NS         (1 * NS_PER_S) /* for the prompt after a blank, twice */

bool elm327_listens(const struct elm327 *elm)
{
    return elm->slices.count > 0 && !elm327_has(elm, ELM327_QUIRK_NO_MONITOR) &&
           !elm327_has(elm, ELM327_QUIRK_NO_AIM);
}

/* For longer than a whole round of turns. */
static bool listen_is_silent(const struct elm327 *elm)
{
    return elm->now_ns - elm->heard_frame_ns > SILENT_NS + (int64_t)elm->slices.count * SLICE_NS;
}

/* In turn; in silence every other turn is for the slice that was heard last: it is likely to be heard first
 * again. And each lasts twice as long: filters that stay need no command. */
static void listen_advance(struct elm327 *elm)
{
    if (elm->pass.active) {
        elm327_pass_advance(elm);
        return;
    }
    elm->stays = listen_is_silent(elm) && !elm->stays;
    if (elm->stays) {
        return;
    }
    bool was_loud = elm->slice == elm->loud_slice || elm->loud_slice >= elm->slices.count;
    if (listen_is_silent(elm) && !was_loud) {
        elm->slice = elm->loud_slice;
        return;
    }
    elm->turn = (elm->turn + 1) % elm->slices.count;
    elm->slice = elm->turn;
}

static bool listen_takes_turns(const struct elm327 *elm)
{
    return elm->slices.count > (elm->pass.active ? elm->pass.span : 1);
}

static int64_t listen_slice_end(const struct elm327 *elm)
{
    bool hurry = !listen_is_silent(elm) && listen_takes_turns(elm);
    int64_t end = elm->now_ns + (hurry ? SLICE_NS : SLICE_SILENT_NS);
    return elm->voltage_ns < end ? elm->voltage_ns : end;
}

static void listen_monitor(struct elm327 *elm)
{
    snprintf(elm->command, sizeof(elm->command), elm->pass.active ? "STM" : "ATMA");
    elm327_type_begin(elm, ELM327_FLIGHT_MONITOR);
    elm->stopping = false;
    elm->nudged = false;
    elm->slice_end_ns = listen_slice_end(elm);
}

/* What was narrowed for a flood is wide again when it is long over: so many groups take long turns. */
static void listen_widen(struct elm327 *elm)
{
    if (elm->narrowed_ns != TIME_NONE && elm->now_ns - elm->narrowed_ns > NARROW_NS) {
        elm327_listen_init(elm);
    }
}

static void listen_next(struct elm327 *elm)
{
    const struct elm327_slice *slice = &elm->slices.slices[elm->slice];
    if (elm->question.pending || !elm327_listens(elm)) {
        elm->job = ELM327_JOB_IDLE;
        return;
    }
    if (elm->pass.active) {
        if (!elm327_pass_aim(elm)) {
            listen_monitor(elm);
        }
        return;
    }
    while (elm327_has(elm, ELM327_QUIRK_NO_MASK) && elm327_slices_split(&elm->slices, elm->slice)) {
        /* until the slice is a single identifier */
    }
    if (!elm327_aim(elm, slice->filter, slice->mask)) {
        listen_monitor(elm);
    }
}

void elm327_listen_init(struct elm327 *elm)
{
    struct elm327_slices old = elm->slices;
    elm327_slices_init(&elm->slices, old.ids, old.id_count);
    elm->narrowed_ns = TIME_NONE;
    elm->loud_slice = ELM327_SLICE_MAX;
    elm->turn = elm327_slices_widest(&elm->slices);
    elm->slice = elm->turn;
    elm327_pass_init(elm);
}

void elm327_listen_begin(struct elm327 *elm)
{
    elm->job = ELM327_JOB_LISTEN;
    listen_widen(elm);
    elm327_pass_choose(elm);
    listen_next(elm);
}

/* A frame shorter than eight bytes is believed when the last one of its identifier had the same length. One
 * that was longer before has probably lost its end, and others beside it more than that. */
static bool listen_length_fits(struct elm327 *elm, size_t index, uint8_t len)
{
    uint8_t *usual = &elm->lengths[index];
    uint8_t *odd = &elm->odd_lengths[index];
    if (len == *usual || len == *odd || (*usual == 0 && len == FRAME_DATA_MAX)) {
        *usual = len;
        *odd = 0;
        return true;
    }
    *odd = len;
    if (*usual != 0) {
        elm327_doubt(elm);
    }
    return false;
}

static bool listen_is_aimed(const struct elm327 *elm, uint16_t id)
{
    const struct elm327_slice *slice = &elm->slices.slices[elm->slice];
    return elm->pass.active ? elm327_pass_has(elm, id) : (id & slice->mask) == slice->filter;
}

void elm327_listen_frame(struct elm327 *elm, const struct frame *frame)
{
    int index = elm327_slices_find(&elm->slices, frame->id);
    /* What ends after the blank was sent may be glued to a STOPPED that lost its beginning. */
    if (elm->stopping || !listen_is_aimed(elm, frame->id)) {
        elm327_count(elm, ADAPTER_LATE);
        return;
    }
    if (index < 0) {
        return; /* the filter is wider than the list */
    }
    if (!listen_length_fits(elm, (size_t)index, frame->len)) {
        return;
    }
    elm->heard_frame_ns = elm->now_ns;
    elm->loud_slice = elm->slice;
    elm->pass.heard = true;
    if (elm->slice_end_ns > elm->now_ns + SLICE_NS && listen_takes_turns(elm)) {
        elm->slice_end_ns = elm->now_ns + SLICE_NS;
    }
    elm->events.frame(elm->ctx, frame);
}

/* The adapter heard more than it could pass on: the same slice again, cut in two. One that can't be cut takes
 * its turn. */
static void listen_overflowed(struct elm327 *elm)
{
    elm327_count(elm, ADAPTER_OVERFLOWS);
    elm->narrowed_ns = elm->now_ns;
    if (elm->pass.active && elm327_pass_narrow(elm)) {
        return;
    }
    if (!elm327_slices_split(&elm->slices, elm->slice)) {
        listen_advance(elm);
        elm->listen_ns = elm->now_ns + PAUSE_NS;
    }
}

/* OK or ? in answer to ATMA: an adapter that cannot monitor (WiCAN's says OK to anything that begins with
 * ATM). */
static void listen_ended_by_itself(struct elm327 *elm)
{
    bool refused = elm->reply.ok || elm->reply.refused;
    elm->monitor_misses = refused ? elm->monitor_misses + 1 : 0;
    if (elm->monitor_misses >= MISSES_MAX) {
        elm->monitor_misses = 0;
        elm327_add_quirk(elm, elm->pass.active ? ELM327_QUIRK_NO_PASS_FILTERS : ELM327_QUIRK_NO_MONITOR);
    }
    elm->listen_ns = elm->now_ns + PAUSE_NS;
}

static void listen_ended(struct elm327 *elm)
{
    bool asked = elm->stopping;
    elm->stopping = false;
    elm->job = ELM327_JOB_IDLE;
    elm->listen_ns = elm->now_ns;
    if (elm327_text_recovery(elm->reply.trouble) == ELM327_RECOVERY_HEAR_LESS) {
        listen_overflowed(elm);
        return;
    }
    elm327_pass_ended(elm);
    listen_advance(elm);
    if (!asked) {
        listen_ended_by_itself(elm);
    }
}

void elm327_listen_reply(struct elm327 *elm)
{
    const struct elm327_slice *slice = &elm->slices.slices[elm->slice];
    if (elm->flight == ELM327_FLIGHT_MONITOR) {
        listen_ended(elm);
    } else if (strncmp(elm->command, "STFAP", 5) == 0 || elm->pass.active) {
        if (elm327_pass_reply(elm)) {
            listen_next(elm);
        }
    } else if (elm327_aim_reply(elm, slice->filter, slice->mask)) {
        listen_next(elm);
    }
}

void elm327_listen_stop(struct elm327 *elm)
{
    if (elm->waiting && !elm->typing && elm->flight == ELM327_FLIGHT_MONITOR && !elm->stopping) {
        elm->stopping = true;
        elm->stop_ns = elm->now_ns + STOP_NS;
        elm->events.write(elm->ctx, " ", 1);
    }
}

/* The slice is over, or the blank that ended it was lost. */
void elm327_listen_tick(struct elm327 *elm)
{
    if (!elm->stopping) {
        elm327_listen_stop(elm);
        return;
    }
    elm->nudged = true;
    elm->stop_ns = elm->now_ns + STOP_NS;
    elm->events.write(elm->ctx, " ", 1);
}

int64_t elm327_listen_deadline(const struct elm327 *elm)
{
    return elm->stopping ? elm->stop_ns : elm->slice_end_ns;
}
