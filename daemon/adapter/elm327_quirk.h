/* What an ELM327's clones cannot do or do wrong: one table with how each quirk is found, what the driver does
 * about it and what the owner loses. Pure. */
#ifndef ADAPTER_ELM327_QUIRK_H
#define ADAPTER_ELM327_QUIRK_H

#include <stdbool.h>
#include <stddef.h>

enum elm327_quirk {
    ELM327_QUIRK_NO_AIM,
    ELM327_QUIRK_NO_FLOW_CONTROL,
    ELM327_QUIRK_CUTS_LONG,
    ELM327_QUIRK_SHORTENS,
    ELM327_QUIRK_FREEZES,
    ELM327_QUIRK_NO_MONITOR,
    ELM327_QUIRK_NO_VOLTMETER,
    ELM327_QUIRK_FORMATS_ITSELF,
    ELM327_QUIRK_FORMATS_UNASKED,
    ELM327_QUIRK_NO_ADDRESS,
    ELM327_QUIRK_NO_MASK,
    ELM327_QUIRK_NOT_SILENT,
    ELM327_QUIRK_NO_PASS_FILTERS,
    ELM327_QUIRK_ECHOES_LATE,
    ELM327_QUIRK_NUL_BYTES,
    ELM327_QUIRK_COUNT
};

struct elm327_quirk_row {
    const char *found; /* by which behaviour; never by the version it claims */
    const char *done;  /* what the driver does about it */
    const char *words; /* what the owner loses, a whole sentence; "" when nothing */
};

/* The row of a quirk. */
const struct elm327_quirk_row *elm327_quirk_row(enum elm327_quirk quirk);

/* The owner's sentences for a set of quirks (bit 1 << quirk), the gravest first, as many as fit whole; ""
 * when nothing is missing. */
void elm327_quirk_words(unsigned quirks, char *words, size_t size);

#endif
