/* State to records. Keeps what was said last, slot by slot and signal by signal, and says what differs. */
#include "probe_report.h"

#include "util/log.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum slot { SLOT_HELLO, SLOT_LINK, SLOT_LIMITS, SLOT_IDENTITY, SLOT_CAR, SLOT_COUNTERS, SLOT_COUNT };

struct told {
    int64_t sent_ns;  /* TIME_NONE: never */
    uint64_t changed; /* state_value.changed that was told */
    int64_t time_ns;  /* state_value.time_ns that was told */
    bool disputed;
};

struct probe_report {
    const struct definition *definition;
    struct record wanted[SLOT_COUNT];
    struct record said[SLOT_COUNT];
    bool was_said[SLOT_COUNT];
    char contradiction[RECORD_TEXT_MAX]; /* as said last */
    bool blocked;                        /* the socket is full: nothing more in this run */
    bool relaxed;                        /* nobody drives */
    int64_t counted_ns;
    int64_t next_ns;
    struct told signals[];
};

struct probe_report *probe_report_new(const struct definition *definition)
{
    size_t count = definition_signal_count(definition);
    struct probe_report *report = calloc(1, sizeof(*report) + count * sizeof(report->signals[0]));

    if (!report)
        return NULL;
    report->definition = definition;
    report->wanted[SLOT_HELLO].kind = RECORD_HELLO;
    report->wanted[SLOT_LINK].kind = RECORD_LINK;
    report->wanted[SLOT_LIMITS].kind = RECORD_LIMITS;
    report->wanted[SLOT_IDENTITY].kind = RECORD_IDENTITY;
    report->wanted[SLOT_CAR].kind = RECORD_CAR;
    report->wanted[SLOT_COUNTERS].kind = RECORD_COUNTERS;
    probe_report_restart(report);
    return report;
}

void probe_report_free(struct probe_report *report)
{
    free(report);
}

void probe_report_restart(struct probe_report *report)
{
    size_t count = definition_signal_count(report->definition);

    memset(report->was_said, 0, sizeof(report->was_said));
    report->counted_ns = TIME_NONE;
    for (size_t i = 0; i < count; i++)
        report->signals[i] = (struct told){.sent_ns = TIME_NONE};
}

void probe_report_set(struct probe_report *report, const struct record *record)
{
    for (size_t i = 0; i < SLOT_COUNT; i++) {
        if (report->wanted[i].kind == record->kind)
            report->wanted[i] = *record;
    }
}

/* ---- slots ---- */

static bool is_same(const struct record *left, const struct record *right)
{
    uint8_t a[RECORD_BYTES_MAX];
    uint8_t b[RECORD_BYTES_MAX];
    size_t len = record_encode(left, a);

    return len == record_encode(right, b) && memcmp(a, b, len) == 0;
}

static void say(struct probe_report *report, enum slot slot, report_send_fn *send, void *ctx)
{
    const struct record *record = &report->wanted[slot];

    if (report->blocked || (report->was_said[slot] && is_same(record, &report->said[slot])))
        return;
    if (!send(ctx, record)) {
        report->blocked = true;
        return;
    }
    report->said[slot] = *record;
    report->was_said[slot] = true;
}

static void fill_capabilities(struct record_hello *hello, const struct probe_core *core)
{
    char limit[RECORD_TEXT_MAX];

    probe_core_command_limit(core, limit, sizeof(limit));
    hello->capabilities &= ~(uint32_t)RECORD_CAN_COMMAND;
    if (limit[0] == '\0')
        hello->capabilities |= RECORD_CAN_COMMAND;
}

static void fill_hello(struct probe_report *report, const struct probe_core *core)
{
    struct record_hello *hello = &report->wanted[SLOT_HELLO].hello;
    int generation = probe_core_generation(core);

    hello->generation[0] = '\0';
    if (generation != DEFINITION_GENERATION_AUTO)
        snprintf(hello->generation, sizeof(hello->generation), "%s",
                 definition_generation(report->definition, (size_t)generation)->id);
    fill_capabilities(hello, core);
}

static void fill_car(struct probe_report *report, const struct probe_core *core)
{
    const struct presence_state *presence = probe_core_presence(core);
    struct record_car *car = &report->wanted[SLOT_CAR].car;

    memset(car, 0, sizeof(*car));
    car->presence = (uint8_t)presence->presence;
    car->garage = (uint8_t)presence->garage;
    car->since_boot_ns = presence->since_ns;
    probe_core_reason(core, car->reason, sizeof(car->reason));
}

static void fill_counters(struct probe_report *report, const struct probe_core *core)
{
    struct record_counters *counters = &report->wanted[SLOT_COUNTERS].counters;

    counters->count = COUNTER_COUNT;
    for (int i = 0; i < COUNTER_DROPPED_RECORDS; i++)
        counters->values[i] = probe_core_counter(core, (enum counter)i);
    counters->values[COUNTER_LINK_DOWNS] = probe_core_counter(core, COUNTER_LINK_DOWNS);
    counters->values[COUNTER_STARTED_US] = probe_core_counter(core, COUNTER_STARTED_US);
}

/* Zeros say nothing to a peer that was told nothing else. */
static void say_identity(struct probe_report *report, const struct probe_core *core, report_send_fn *send,
                         void *ctx)
{
    static const struct record_identity nobody;
    struct record_identity *identity = &report->wanted[SLOT_IDENTITY].identity;

    probe_core_identity(core, identity);
    if (report->was_said[SLOT_IDENTITY] || memcmp(identity, &nobody, sizeof(nobody)) != 0)
        say(report, SLOT_IDENTITY, send, ctx);
}

/* That the car is another one than configured, or has another master: once, for the log. */
static void say_contradiction(struct probe_report *report, const struct probe_core *core,
                              report_send_fn *send, void *ctx)
{
    struct record record = {.kind = RECORD_TEXT, .text = {.level = LOG_LEVEL_NOTICE}};

    probe_core_contradiction(core, record.text.text, sizeof(record.text.text));
    if (strcmp(record.text.text, report->contradiction) == 0 || report->blocked)
        return;
    if (record.text.text[0] != '\0' && !send(ctx, &record)) {
        report->blocked = true;
        return;
    }
    snprintf(report->contradiction, sizeof(report->contradiction), "%s", record.text.text);
}

void probe_report_refuse_command(const struct probe_core *core, report_send_fn *send, void *ctx)
{
    struct record record = {.kind = RECORD_TEXT, .text = {.level = LOG_LEVEL_WARNING}};

    probe_core_refusal(core, record.text.text, sizeof(record.text.text));
    send(ctx, &record);
}

static void say_slots(struct probe_report *report, const struct probe_core *core, report_send_fn *send,
                      void *ctx, int64_t now_ns)
{
    fill_hello(report, core);
    fill_car(report, core);
    say(report, SLOT_HELLO, send, ctx);
    say(report, SLOT_LINK, send, ctx);
    if (report->was_said[SLOT_LIMITS] || report->wanted[SLOT_LIMITS].text.text[0])
        say(report, SLOT_LIMITS, send, ctx);
    say_identity(report, core, send, ctx);
    say(report, SLOT_CAR, send, ctx);
    say_contradiction(report, core, send, ctx);
    if (report->counted_ns != TIME_NONE && now_ns - report->counted_ns < REPORT_COUNTERS_NS)
        return;
    report->counted_ns = now_ns;
    fill_counters(report, core);
    say(report, SLOT_COUNTERS, send, ctx);
}

/* ---- values ---- */

static void fill_signal(struct record *record, size_t index, const struct state_value *value)
{
    *record = (struct record){.kind = RECORD_SIGNAL,
                              .signal = {.signal = (uint16_t)index,
                                         .source = value->source,
                                         .quality = (uint8_t)value->quality,
                                         .known = value->known,
                                         .has_raw = value->has_raw,
                                         .value = value->value,
                                         .raw = value->raw,
                                         .boot_ns = value->time_ns}};
}

static uint16_t steps_of(double element, double resolution)
{
    double steps = round(element / resolution);

    return steps >= 0 && steps < RECORD_ELEMENT_MISSING ? (uint16_t)steps
                                                        : RECORD_ELEMENT_MISSING; /* also NAN */
}

static void fill_array(struct record *record, const struct probe_report *report,
                       const struct probe_core *core, size_t index, const struct state_value *value)
{
    double resolution = definition_signal(report->definition, index)->resolution;
    size_t count = 0;
    const double *elements = state_elements(probe_core_state(core), index, &count);

    *record = (struct record){.kind = RECORD_ARRAY,
                              .array = {.signal = (uint16_t)index,
                                        .source = value->source,
                                        .quality = (uint8_t)value->quality,
                                        .boot_ns = value->time_ns}};
    if (!elements || !value->known)
        return;
    record->array.count = (uint16_t)(count < RECORD_ELEMENT_MAX ? count : RECORD_ELEMENT_MAX);
    for (size_t i = 0; i < record->array.count; i++)
        record->array.elements[i] = steps_of(elements[i], resolution);
}

/* The next multiple of `step`: what may wait falls together in one wake-up. */
static int64_t next_step(int64_t time_ns, int64_t step)
{
    return (time_ns / step + 1) * step;
}

/* When the value is to be told; INT64_MAX: it was. */
static int64_t due_ns(const struct told *told, const struct state_value *value, bool relaxed)
{
    if (told->sent_ns == TIME_NONE)
        return INT64_MIN;
    if (value->changed != told->changed)
        return relaxed ? next_step(told->sent_ns, REPORT_RELAXED_NS) : told->sent_ns + REPORT_VALUE_NS;
    return value->time_ns != told->time_ns ? next_step(told->sent_ns, REPORT_REFRESH_NS) : INT64_MAX;
}

/* What the second source says, or that the two agree again. */
static bool say_dispute(const struct probe_core *core, size_t index, report_send_fn *send, void *ctx,
                        bool active)
{
    struct record record = {.kind = RECORD_DISPUTE, .dispute = {.signal = (uint16_t)index, .active = active}};
    struct state_dispute dispute;

    if (active && state_disputed(probe_core_state(core), index, &dispute)) {
        record.dispute.source = dispute.other_source;
        record.dispute.value = dispute.other_value;
    }
    record.dispute.boot_ns = state_get(probe_core_state(core), index)->time_ns;
    return send(ctx, &record);
}

static void say_signal(struct probe_report *report, const struct probe_core *core, size_t index,
                       report_send_fn *send, void *ctx, int64_t now_ns)
{
    const struct state_value *value = state_get(probe_core_state(core), index);
    enum signal_kind kind = definition_signal(report->definition, index)->kind;
    struct told *told = &report->signals[index];
    struct record record;

    if (!value->heard || kind == SIGNAL_KIND_TEXT)
        return;
    int64_t due = due_ns(told, value, report->relaxed);
    if (due > now_ns) {
        report->next_ns = due < report->next_ns ? due : report->next_ns;
        return;
    }
    if (kind == SIGNAL_KIND_ARRAY)
        fill_array(&record, report, core, index, value);
    else
        fill_signal(&record, index, value);
    bool disputed = state_disputed(probe_core_state(core), index, NULL);
    report->blocked = !send(ctx, &record) ||
                      ((disputed || told->disputed) && !say_dispute(core, index, send, ctx, disputed));
    if (!report->blocked)
        *told = (struct told){
            .sent_ns = now_ns, .changed = value->changed, .time_ns = value->time_ns, .disputed = disputed};
}

int64_t probe_report_run(struct probe_report *report, const struct probe_core *core, report_send_fn *send,
                         void *ctx, int64_t now_ns)
{
    size_t count = definition_signal_count(report->definition);

    enum presence presence = probe_core_presence(core)->presence;

    report->blocked = false;
    report->relaxed = presence != PRESENCE_ON && presence != PRESENCE_DRIVING;
    report->next_ns = INT64_MAX;
    say_slots(report, core, send, ctx, now_ns);
    for (size_t i = 0; i < count && !report->blocked; i++)
        say_signal(report, core, i, send, ctx, now_ns);
    return report->next_ns;
}
