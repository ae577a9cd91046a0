/* Follows the messages of each identifier as far as needed to know whose rest a frame is. A consecutive frame
 * is shown only if its message was seen from the first frame on without a gap, and holds no secret. Checks no
 * lengths beyond that: a message may be as broken as it likes. */
#include "car/mask.h"

#include "bus/isotp.h"

#include <stdlib.h>
#include <string.h>

#define DIAGNOSTIC_FIRST 0x700 /* below, cars broadcast, unless the definition knows of an answer there */

/* The message that is under way on an identifier. */
struct talk {
    bool is_open;
    bool is_secret;
    uint8_t next; /* sequence number */
    int left;     /* bytes to come */
    int64_t time_ns;
};

struct mask {
    const struct definition *definition;
    struct talk talks[FRAME_ID_MAX + 1];
};

struct mask *mask_new(const struct definition *definition)
{
    struct mask *mask = calloc(1, sizeof(*mask));

    if (mask)
        mask->definition = definition;
    return mask;
}

void mask_free(struct mask *mask)
{
    free(mask);
}

static struct talk *talk_of(struct mask *mask, unsigned id)
{
    return &mask->talks[id];
}

/* ---- what is a secret ---- */

/* Services whose messages tell who the car is, whatever the definition says: the first `echo` bytes repeat
 * the question. */
static const struct rule {
    uint8_t service;
    uint8_t first, last; /* of the byte behind it */
    size_t echo;
} rules[] = {
    {0x61, 0x80, 0x9F, 2}, /* 21 81 VIN, 21 83 part number, 21 84 serial number */
    {0x62, 0xF1, 0xF1, 3}, /* 22 F1 90 VIN and its neighbours */
    {0x49, 0x00, 0xFF, 2}, /* 09 02 VIN, 09 04, 09 06, 09 0A */
    {0x5A, 0x00, 0xFF, 2}, /* 1A 90 */
    {0x2E, 0x00, 0xFF, 3}, /* somebody writes one */
    {0x3B, 0x00, 0xFF, 2},
};

static const struct rule *find_rule(const uint8_t *payload, size_t len)
{
    for (size_t i = 0; len > 0 && i < sizeof(rules) / sizeof(rules[0]); i++) {
        bool is_it = len < 2 || (payload[1] >= rules[i].first && payload[1] <= rules[i].last);

        if (rules[i].service == payload[0] && is_it)
            return &rules[i];
    }
    return NULL;
}

/* How many bytes of the message may be shown; SIZE_MAX: all. What is too short to be recognised is hidden. */
static size_t judge(const struct mask *mask, uint16_t id, const uint8_t *payload, size_t len)
{
    const struct rule *rule = find_rule(payload, len);

    if (rule)
        return rule->echo;
    if (definition_carries_text(mask->definition, id, payload, len))
        return payload[0] == 0x62 ? 3 : 2;
    return SIZE_MAX;
}

/* ---- hiding ---- */

static bool hide_from(struct frame *frame, size_t first)
{
    if (first >= frame->len)
        return false;
    memset(frame->data + first, MASK_BYTE, frame->len - first);
    return true;
}

/* Behind the end of a message there is padding, always the same byte, or something that is none of ours. */
static bool hide_rest(struct frame *frame, size_t first)
{
    for (size_t i = first + 1; i < frame->len; i++) {
        if (frame->data[i] != frame->data[first])
            return hide_from(frame, first);
    }
    return false;
}

/* ---- the frames ---- */

static void forget(struct mask *mask, unsigned id)
{
    if (id <= FRAME_ID_MAX)
        talk_of(mask, id)->is_open = false;
}

/* A new question: what its ECU was saying is over, also if the end of it was not heard. */
static void take_question(struct mask *mask, uint16_t id)
{
    size_t count = definition_request_count(mask->definition);

    for (size_t i = 0; i < count; i++) {
        const struct definition_request *request = definition_request(mask->definition, i);

        if (request->to == id)
            forget(mask, request->from);
    }
    forget(mask, id + 8U);
    for (unsigned each = 0x7E8; id == 0x7DF && each <= 0x7EF; each++)
        forget(mask, each);
}

static bool take_single(struct mask *mask, struct frame *frame)
{
    size_t len = frame->data[0];

    forget(mask, frame->id);
    if (len == 0 || len > ISOTP_SINGLE_MAX || frame->len < 2)
        return hide_from(frame, 1);
    if ((frame->data[1] & 0x40) == 0)
        take_question(mask, frame->id);
    size_t shown = judge(mask, frame->id, frame->data + 1, len < frame->len - 1U ? len : frame->len - 1U);
    return shown != SIZE_MAX ? hide_from(frame, 1 + shown) : hide_rest(frame, 1 + len);
}

static bool take_first(struct mask *mask, struct frame *frame)
{
    struct talk *talk = talk_of(mask, frame->id);

    if (frame->len < 2 + 3) {
        talk->is_open = false;
        return hide_from(frame, 2);
    }
    size_t shown = judge(mask, frame->id, frame->data + 2, frame->len - 2U);
    *talk = (struct talk){
        .is_open = true,
        .is_secret = shown != SIZE_MAX,
        .next = 1,
        .left = ((frame->data[0] & 0x0F) << 8 | frame->data[1]) - (frame->len - 2),
        .time_ns = frame->time_ns,
    };
    return talk->is_secret && hide_from(frame, 2 + shown);
}

static bool is_next(const struct talk *talk, const struct frame *frame)
{
    bool is_late = frame->time_ns != TIME_NONE && talk->time_ns != TIME_NONE &&
                   (frame->time_ns - talk->time_ns > ISOTP_N_CR_NS || frame->time_ns < talk->time_ns);

    return talk->is_open && talk->left > 0 && !is_late && (frame->data[0] & 0x0F) == talk->next;
}

static bool take_consecutive(struct mask *mask, struct frame *frame)
{
    struct talk *talk = talk_of(mask, frame->id);

    if (!is_next(talk, frame)) {
        talk->is_open = false;
        return hide_from(frame, 1);
    }
    talk->next = (talk->next + 1) & 0x0F;
    talk->left -= ISOTP_CONSECUTIVE_MAX;
    talk->time_ns = frame->time_ns;
    if (talk->is_secret)
        return hide_from(frame, 1);
    return talk->left < 0 && hide_rest(frame, (size_t)(1 + ISOTP_CONSECUTIVE_MAX + talk->left));
}

static bool is_broadcast(const struct mask *mask, unsigned id)
{
    return id < DIAGNOSTIC_FIRST && !definition_answers_on(mask->definition, (uint16_t)id);
}

bool mask_frame(struct mask *mask, struct frame *frame)
{
    if (frame->id > FRAME_ID_MAX || frame->len == 0)
        return false;
    if (is_broadcast(mask, frame->id))
        return definition_broadcasts_text(mask->definition, frame->id) && hide_from(frame, 0);
    switch (frame->data[0] >> 4) {
    case 0:
        return take_single(mask, frame);
    case 1:
        return take_first(mask, frame);
    case 2:
        return take_consecutive(mask, frame);
    case 3: /* flow control: three bytes */
        return hide_rest(frame, 3);
    default: /* no such type: perhaps a letter of somebody's name */
        return hide_from(frame, 0);
    }
}
