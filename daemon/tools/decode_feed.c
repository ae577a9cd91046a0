/* The recording's frames on their way to readings. What is a question, an answer or a broadcast follows from
 * the identifiers in the vehicle definition; nothing is guessed. An answer is decoded by what itself repeats
 * of its question; the question before it, where the recording has it, only names who was asked. Reads no
 * file and prints nothing. */
#include "tools/decode_feed.h"

#include "bus/isotp.h"
#include "car/state.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define ADVANCE_NS NS_PER_S /* how often the state is told the time */
#define REWIND_NS  NS_PER_S /* a jump back by more begins another recording */

enum role { ROLE_BROADCAST, ROLE_ANSWER, ROLE_QUESTION };

struct asked {
    bool open;
    struct uds_question question;
};

struct feed_bus {
    struct isotp *isotp;
    size_t next_asked;
    struct asked asked[FEED_ASKED_MAX];
};

struct feed {
    const struct definition *definition;
    int generation;
    reading_fn *sink;
    void *ctx;
    struct decoder *decoder;
    struct state *state;
    int64_t advanced_ns; /* TIME_NONE: never */
    bool insist;
    struct feed_counts counts;
    struct feed_bus buses[FEED_BUSES_MAX];
    uint8_t roles[FRAME_ID_MAX + 1]; /* enum role */
};

static void assign_roles(struct feed *feed)
{
    for (size_t i = 0; i < definition_request_count(feed->definition); i++) {
        const struct definition_request *request = definition_request(feed->definition, i);

        feed->roles[request->to] = ROLE_QUESTION;
    }
    for (uint16_t id = 0; id <= FRAME_ID_MAX; id++) {
        if (definition_answers_on(feed->definition, id))
            feed->roles[id] = ROLE_ANSWER;
    }
}

struct feed *feed_new(const struct definition *definition, int generation, reading_fn *sink, void *ctx)
{
    struct feed *feed = calloc(1, sizeof(*feed));
    bool complete = true;

    if (!feed)
        return NULL;
    feed->definition = definition;
    feed->generation = generation;
    feed->sink = sink;
    feed->ctx = ctx;
    feed->advanced_ns = TIME_NONE;
    feed->decoder = decoder_new(definition, generation);
    feed->state = state_new(definition, generation);
    for (unsigned i = 0; i < FEED_BUSES_MAX; i++) {
        feed->buses[i].isotp = isotp_new(0, 0);
        complete = complete && feed->buses[i].isotp;
    }
    if (!complete || !feed->decoder || !feed->state) {
        feed_free(feed);
        return NULL;
    }
    assign_roles(feed);
    return feed;
}

void feed_free(struct feed *feed)
{
    if (!feed)
        return;
    for (unsigned i = 0; i < FEED_BUSES_MAX; i++)
        isotp_free(feed->buses[i].isotp);
    state_free(feed->state);
    decoder_free(feed->decoder);
    free(feed);
}

const struct feed_counts *feed_counts(const struct feed *feed)
{
    return &feed->counts;
}

void feed_reject(struct feed *feed, enum decode_reason reason, uint64_t count)
{
    feed->counts.rejected[reason] += count;
}

static void count_reason(struct feed *feed, enum decode_reason reason)
{
    if (reason != DECODE_OK)
        feed_reject(feed, reason, 1);
}

/* Why a message was given up, in the words of the summary. */
static enum decode_reason reason_of(enum isotp_result result)
{
    switch (result) {
    case ISOTP_SEQUENCE:
        return DECODE_SEQUENCE;
    case ISOTP_LENGTH:
    case ISOTP_TIMEOUT:
    case ISOTP_OVERFLOW:
        return DECODE_LENGTH;
    case ISOTP_IGNORED:
    case ISOTP_PARTIAL:
    case ISOTP_COMPLETE:
        break;
    }
    return DECODE_OK;
}

static void take_reading(void *ctx, const struct reading *reading)
{
    struct feed *feed = ctx;
    const struct signal *signal = definition_signal(feed->definition, reading->signal);
    struct reading judged = *reading;

    if (reading->time_ns != TIME_NONE && signal->tolerance > 0)
        judged.quality = state_judge(feed->state, reading);
    feed->sink(feed->ctx, &judged);
}

static void bus_break(struct feed *feed, struct feed_bus *bus)
{
    feed_reject(feed, DECODE_LENGTH, isotp_reset(bus->isotp));
    for (size_t i = 0; i < FEED_ASKED_MAX; i++)
        bus->asked[i].open = false;
}

static void break_all(struct feed *feed)
{
    for (unsigned i = 0; i < FEED_BUSES_MAX; i++)
        bus_break(feed, &feed->buses[i]);
}

/* Behind a jump back in time another recording begins, perhaps of another car: neither half an answer nor
 * what was learnt before it counts. */
static void begin_anew(struct feed *feed)
{
    struct decoder *decoder = decoder_new(feed->definition, feed->generation);
    struct state *state = state_new(feed->definition, feed->generation);

    break_all(feed);
    if (!decoder || !state) { /* out of memory: goes on with what it has */
        decoder_free(decoder);
        state_free(state);
        return;
    }
    decoder_free(feed->decoder);
    state_free(feed->state);
    feed->decoder = decoder;
    feed->state = state;
}

static void advance(struct feed *feed, int64_t now_ns)
{
    if (now_ns == TIME_NONE)
        return;
    if (feed->advanced_ns != TIME_NONE && now_ns >= feed->advanced_ns &&
        now_ns - feed->advanced_ns < ADVANCE_NS)
        return;
    if (feed->advanced_ns != TIME_NONE && now_ns < feed->advanced_ns) {
        if (feed->advanced_ns - now_ns < REWIND_NS)
            return;
        begin_anew(feed);
    }
    feed->advanced_ns = now_ns;
    state_advance(feed->state, now_ns);
}

/* The identifier on which the ECU that is asked on `to` answers; 0: none is known. */
static uint16_t answer_id(const struct feed *feed, uint16_t to)
{
    for (size_t i = 0; i < definition_request_count(feed->definition); i++) {
        const struct definition_request *request = definition_request(feed->definition, i);

        if (request->to == to)
            return request->from;
    }
    return 0;
}

static void remember_question(struct feed *feed, struct feed_bus *bus, const struct frame *frame)
{
    struct uds_question question;

    if (!uds_question_parse(frame, &question) || question.ask[0] == UDS_TESTER_PRESENT)
        return;
    question.from = answer_id(feed, question.to);
    if (isotp_drop(bus->isotp, question.from))
        feed_reject(feed, DECODE_LENGTH, 1);
    size_t place = 0;

    while (place < FEED_ASKED_MAX &&
           !(bus->asked[place].open && bus->asked[place].question.to == question.to))
        place++;
    if (place == FEED_ASKED_MAX)
        place = bus->next_asked++ % FEED_ASKED_MAX;
    bus->asked[place] = (struct asked){.open = true, .question = question};
}

/* The identifier that was asked, 0 when no question in the recording belongs to this answer. */
static uint16_t find_question(struct feed_bus *bus, const struct isotp_message *message)
{
    for (size_t i = 0; i < FEED_ASKED_MAX; i++) {
        struct asked *asked = &bus->asked[i];

        if (!asked->open)
            continue;
        switch (uds_match(&asked->question, message->id, message->payload, message->len)) {
        case UDS_NOT_OURS:
            continue;
        case UDS_ANSWER:
        case UDS_REFUSED:
            asked->open = false;
            return asked->question.to;
        case UDS_PENDING:
            return asked->question.to;
        }
    }
    return 0;
}

static void take_message(struct feed *feed, struct feed_bus *bus, const struct isotp_message *message)
{
    struct uds_answer answer = {
        .time_ns = message->time_ns,
        .from = message->id,
        .to = find_question(bus, message),
        .payload = message->payload,
        .len = message->len,
        .full_length = message->full_length,
    };

    if (feed->insist && answer.to == 0)
        count_reason(feed, DECODE_UNKNOWN);
    else
        count_reason(feed, decoder_take_answer(feed->decoder, &answer, take_reading, feed));
}

/* How many bytes of the answer that begins with this frame are enough; 0: all. */
static size_t enough_of(const struct feed *feed, const struct frame *frame)
{
    const uint8_t *bytes;
    size_t len = isotp_peek(frame, &bytes);

    if (len < ISOTP_FIRST_BYTES)
        return 0;
    for (size_t i = 0; i < definition_request_count(feed->definition); i++) {
        const struct definition_request *request = definition_request(feed->definition, i);
        struct uds_question question = {.from = request->from, .ask_len = request->ask_len};

        if (request->enough == 0)
            continue;
        memcpy(question.ask, request->ask, request->ask_len);
        if (uds_match(&question, frame->id, bytes, len) == UDS_ANSWER)
            return request->enough;
    }
    return 0;
}

static void take_answer_frame(struct feed *feed, struct feed_bus *bus, const struct frame *frame)
{
    struct isotp_outcome outcome;

    isotp_take(bus->isotp, frame, enough_of(feed, frame), &outcome);
    count_reason(feed, reason_of(outcome.dropped));
    count_reason(feed, reason_of(outcome.result));
    if (outcome.result == ISOTP_COMPLETE)
        take_message(feed, bus, &outcome.message);
}

void feed_take(struct feed *feed, unsigned bus, const struct frame *frame)
{
    assert(bus < FEED_BUSES_MAX && frame->id <= FRAME_ID_MAX);
    feed->counts.frames++;
    advance(feed, frame->time_ns);
    switch ((enum role)feed->roles[frame->id]) {
    case ROLE_BROADCAST:
        count_reason(feed, decoder_take_frame(feed->decoder, frame, take_reading, feed));
        break;
    case ROLE_ANSWER:
        take_answer_frame(feed, &feed->buses[bus], frame);
        break;
    case ROLE_QUESTION:
        remember_question(feed, &feed->buses[bus], frame);
        break;
    }
}

void feed_lose(struct feed *feed, unsigned bus, uint16_t id)
{
    assert(bus < FEED_BUSES_MAX && id <= FRAME_ID_MAX);
    feed_reject(feed, DECODE_LENGTH, 1);
    isotp_drop(feed->buses[bus].isotp, feed->roles[id] == ROLE_QUESTION ? answer_id(feed, id) : id);
}

void feed_ask(struct feed *feed, const struct frame *frame)
{
    feed_break(feed);
    remember_question(feed, &feed->buses[0], frame);
}

void feed_insist(struct feed *feed)
{
    feed->insist = true;
}

void feed_break(struct feed *feed)
{
    feed->insist = false;
    bus_break(feed, &feed->buses[0]);
}

void feed_finish(struct feed *feed)
{
    break_all(feed);
}
