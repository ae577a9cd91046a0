/* Nothing here knows a protocol but for what ends an answer. */
#include "talk.h"

#include "util/core/time.h"

#include <stdlib.h>
#include <string.h>

#define PATIENCE_NS (5 * NS_PER_S)

static void on_bytes(void *ctx, const char *bytes, size_t len)
{
    struct sim_talk *talk = ctx;

    if (len > SIM_TALK_TEXT_MAX - 1 - talk->len)
        len = SIM_TALK_TEXT_MAX - 1 - talk->len;
    memcpy(talk->text + talk->len, bytes, len);
    talk->len += len;
    talk->text[talk->len] = '\0';
}

static void on_sent(void *ctx, const struct sim_frame *frame)
{
    struct sim_talk *talk = ctx;

    if (talk->sent_count < SIM_TALK_SENT_MAX)
        talk->sent[talk->sent_count] = *frame;
    talk->sent_count++;
}

static void on_reachable(void *ctx, bool reachable)
{
    struct sim_talk *talk = ctx;

    if (!reachable)
        talk->contacts_lost++;
}

static int talk_start(struct sim_talk *talk, const struct sim_options *options, const char *text)
{
    const struct sim_events events = {.bytes = on_bytes, .sent = on_sent, .reachable = on_reachable};
    struct sim_options with = *options;
    struct sim_scenario *scenario = malloc(sizeof(*scenario));
    struct err err;

    if (!scenario)
        return -1;
    with.scenario = scenario;
    if (sim_scenario_parse(scenario, text, "test", &err) == 0)
        talk->sim = sim_new(&with, &events, talk, 0, &err);
    free(scenario);
    return talk->sim ? 0 : -1;
}

struct sim_talk *sim_talk_new(const struct sim_options *options, const char *scenario)
{
    struct sim_talk *talk = calloc(1, sizeof(*talk));

    if (talk && talk_start(talk, options, scenario) == 0)
        return talk;
    free(talk);
    return NULL;
}

void sim_talk_free(struct sim_talk *talk)
{
    if (!talk)
        return;
    sim_free(talk->sim);
    free(talk);
}

void sim_talk_run_ms(struct sim_talk *talk, int64_t ms)
{
    talk->now_ns += ms * NS_PER_MS;
    sim_advance(talk->sim, talk->now_ns);
}

void sim_talk_clear(struct sim_talk *talk)
{
    talk->len = 0;
    talk->text[0] = '\0';
}

void sim_talk_write(struct sim_talk *talk, const char *bytes)
{
    sim_bytes_in(talk->sim, bytes, strlen(bytes), talk->now_ns);
}

static bool talk_is_answered(const struct sim_talk *talk)
{
    char last = talk->len > 0 ? talk->text[talk->len - 1] : '\0';

    return last == '>' || last == '\a';
}

const char *sim_talk_say(struct sim_talk *talk, const char *line)
{
    int64_t limit_ns = talk->now_ns + PATIENCE_NS;

    sim_talk_clear(talk);
    sim_talk_write(talk, line);
    sim_talk_write(talk, "\r");
    for (;;) {
        int64_t next_ns = sim_next(talk->sim);

        if (talk_is_answered(talk) || next_ns == TIME_NONE || next_ns > limit_ns)
            break;
        if (next_ns > talk->now_ns)
            talk->now_ns = next_ns;
        sim_advance(talk->sim, talk->now_ns);
    }
    return talk->text;
}

const char *sim_talk_last_sent(const struct sim_talk *talk, char text[SIM_FRAME_TEXT_MAX])
{
    text[0] = '\0';
    if (talk->sent_count > 0 && talk->sent_count <= SIM_TALK_SENT_MAX)
        sim_frame_format(&talk->sent[talk->sent_count - 1], text);
    return text;
}
