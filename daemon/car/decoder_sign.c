/* Which generation the car is, by hints: lengths of answers, sensors that are there or not, frames that only
 * some cars send. One hint alone decides nothing: a line may be garbled, a pack may come from another car.
 * Two sources that agree do, unless a third speaks against what is left. Against the owner's own word two
 * units of the car must speak: a pack alone may have been exchanged. */
#include "car/decoder_private.h"

#define FRAMES_IN_A_ROW 3 /* a frame is less than an answer to our own question */
#define ENOUGH          2

/* What speaks against each generation. */
struct tally {
    unsigned sources[DEFINITION_GENERATION_MAX];
    unsigned units[DEFINITION_GENERATION_MAX];
};

void decoder_forget_signs(struct decoder *decoder)
{
    for (size_t i = 0; i < decoder->definition->source_count; i++) /* "adapter": decoder_hint()'s */
        decoder->shown[i] = (struct shown){.generations = definition_all(decoder->definition)};
}

static bool speaks_against(const struct decoder *decoder, size_t source, size_t generation)
{
    return (decoder->shown[source].generations & UINT32_C(1) << generation) == 0;
}

/* Answers of one unit come on one identifier. */
static bool is_first_of_unit(const struct decoder *decoder, size_t source, size_t generation)
{
    const struct source *sources = decoder->definition->sources;

    for (size_t i = 0; i < source; i++) {
        if (sources[i].id == sources[source].id && speaks_against(decoder, i, generation))
            return false;
    }
    return true;
}

static void count_source(const struct decoder *decoder, size_t source, struct tally *tally)
{
    unsigned weight = decoder->definition->sources[source].tells ? ENOUGH : 1;

    for (size_t g = 0; g < decoder->definition->generation_count; g++) {
        if (!speaks_against(decoder, source, g))
            continue;
        tally->sources[g] += weight;
        tally->units[g] += is_first_of_unit(decoder, source, g) ? weight : weight - 1;
    }
}

/* The generations against which fewer than `enough` sources speak. */
static uint32_t fewer(const struct decoder *decoder, const struct tally *tally, unsigned enough)
{
    uint32_t mask = 0;

    for (size_t g = 0; g < decoder->definition->generation_count; g++)
        mask |= tally->sources[g] < enough ? UINT32_C(1) << g : 0;
    return mask;
}

static void weigh(struct decoder *decoder)
{
    struct tally tally = {{0}, {0}};

    for (size_t i = 0; i < decoder->definition->source_count; i++)
        count_source(decoder, i, &tally);
    uint32_t clean = fewer(decoder, &tally, 1);
    if (decoder->configured < 0) {
        decoder_narrow(decoder, clean ? fewer(decoder, &tally, ENOUGH) : 0);
        return;
    }
    decoder->mismatch = tally.units[decoder->configured] >= ENOUGH ? clean : 0;
    decoder->possible = UINT32_C(1) << decoder->configured | decoder->mismatch;
}

static bool holds(const struct run *run, const struct sign *sign)
{
    if (sign->lengths.count > 0 &&
        !definition_has_value(run->decoder->definition, &sign->lengths, (int64_t)run->full_length))
        return false;
    return run->len >= sign->need && run_conditions_hold(run, &sign->when);
}

/* What this frame or answer says; 0: nothing, or nonsense. */
static uint32_t told(const struct run *run)
{
    const struct definition *definition = run->decoder->definition;
    uint32_t mask = run->source->generations;
    bool any = run->source->tells;

    for (unsigned i = 0; i < run->source->signs.count; i++) {
        const struct sign *sign = &definition->signs[run->source->signs.first + i];
        if (!holds(run, sign))
            continue;
        mask &= sign->generations;
        any = true;
    }
    return any ? mask : 0;
}

/* Of sure sources that exclude each other, those that did not speak last begin anew to be believed. */
static void contradict(struct decoder *decoder, const struct source *source)
{
    for (size_t i = 0; i < decoder->definition->file_sources; i++) {
        const struct source *other = &decoder->definition->sources[i];
        if (other->tells && (other->generations & source->generations) == 0)
            decoder->shown[i].times = 0;
    }
}

void run_learn_car(struct run *run)
{
    struct shown *shown = &run->decoder->shown[run->source - run->decoder->definition->sources];
    uint32_t mask = told(run);
    unsigned needed = run->source->request == DEFINITION_NONE ? FRAMES_IN_A_ROW : 1;

    if (mask == 0)
        return;
    if (run->source->tells)
        contradict(run->decoder, run->source);
    if (mask != shown->latest)
        shown->times = 0;
    shown->latest = mask;
    if (shown->times < needed)
        shown->times++;
    if (shown->times < needed || shown->generations == mask)
        return;
    shown->generations = mask;
    weigh(run->decoder);
}

void decoder_hint(struct decoder *decoder, uint32_t generations)
{
    struct shown *shown = &decoder->shown[definition_source_adapter(decoder->definition)];
    uint32_t known = generations & definition_all(decoder->definition);

    if (decoder->configured >= 0 || known == 0 || shown->generations == known)
        return;
    shown->generations = known;
    weigh(decoder);
}

uint32_t decoder_mismatch(const struct decoder *decoder)
{
    return decoder->mismatch;
}
