/* What the core has to say to the owner: why nothing newer is known, and why nothing may be commanded.
 * Decides nothing. */
#include "probe_private.h"

#include <stdio.h>

/* "ZE1", or "AZE0 or eNV200". */
static void name_generations(const struct definition *definition, uint32_t mask, char *text, size_t size)
{
    size_t used = 0;

    text[0] = '\0';
    for (size_t i = 0; i < definition_generation_count(definition) && used < size; i++) {
        if (mask & UINT32_C(1) << i)
            used += (size_t)snprintf(text + used, size - used, "%s%s", used > 0 ? " or " : "",
                                     definition_generation(definition, i)->id);
    }
}

/* 0: what is heard and answered fits the configured generation. */
static int tell_mismatch(const struct probe_core *core, char *text, size_t size)
{
    const struct definition *definition = core->settings.definition;
    uint32_t seen = decoder_mismatch(core->decoder);
    char names[64];

    if (seen == 0)
        return 0;
    name_generations(definition, seen, names, sizeof(names));
    return snprintf(text, size, "configured as %s, but the car talks like %s: correct its generation",
                    definition_generation(definition, (size_t)core->settings.generation)->id, names);
}

void probe_core_reason(const struct probe_core *core, char *text, size_t size)
{
    const struct supply *supply = manners_supply(core->manners);
    const char *reason = presence_reason_text(core->presence.reason);

    if (core->presence.contact && tell_mismatch(core, text, size) > 0)
        return;
    if (core->verdict == MANNERS_LOW && core->presence.contact)
        snprintf(text, size, "%s (%.1f V%s)", manners_verdict_text(core->verdict), supply_volts(supply),
                 supply_is_calibrated(supply) ? "" : ", voltmeter not calibrated");
    else if (*reason == '\0' && core->verdict == MANNERS_NOT_WANTED)
        snprintf(text, size, "%s", manners_verdict_text(core->verdict));
    else if (core->presence.reason == PRESENCE_REASON_SILENT_OFF && !core->contact.has_voltmeter)
        snprintf(text, size, "%s; without a voltmeter it is asked every ten minutes", reason);
    else
        snprintf(text, size, "%s", reason);
}

void probe_core_contradiction(const struct probe_core *core, char *text, size_t size)
{
    text[0] = '\0';
    tell_mismatch(core, text, size);
}

/* An idle telematics unit is no contradiction, but commands of two would mix. */
static bool has_rival(const struct probe_core *core)
{
    return core->rival_ns != TIME_NONE && core->now_ns - core->rival_ns < PROBE_RIVAL_NS;
}

void probe_core_command_limit(const struct probe_core *core, char *text, size_t size)
{
    probe_core_contradiction(core, text, size);
    if (text[0] != '\0')
        return;
    if (has_rival(core))
        snprintf(text, size, "%s is on the bus and commands the car itself", core->rival);
    else if (core->generation == DEFINITION_GENERATION_AUTO)
        snprintf(text, size, "the car's generation is not known");
    else if (!core->settings.poll || !core->contact.can_send)
        snprintf(text, size, "nothing can be sent to this car");
}

void probe_core_refusal(const struct probe_core *core, char *text, size_t size)
{
    char limit[160];

    probe_core_command_limit(core, limit, sizeof(limit));
    snprintf(text, size, "a command was asked for, but %s", *limit ? limit : "this version has none");
}
