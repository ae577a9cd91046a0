/* The table of quirks (leaf/ELM327_CLONES.md has who saw them). Those found in use are found by
 * elm327_learn.c, those found by asking in elm327_start.c and where a command is refused. Knows no dialogue.
 */
#include "adapter/elm327_quirk.h"

#include <stdio.h>
#include <string.h>

/* In the order of what is lost by them. */
static const struct elm327_quirk_row ROWS[ELM327_QUIRK_COUNT] = {
    [ELM327_QUIRK_NO_AIM] =
        {"refuses ATCRA and ATCF or ATCM", "asks nothing, listens to nothing",
         "This adapter cannot be told whom to hear: the car's answers do not get through."},
    [ELM327_QUIRK_NO_FLOW_CONTROL] = {"refuses ATFCSH, ATFCSD or ATFCSM",
                                      "switches its own flow control off, which goes to nobody",
                                      "This adapter cannot receive long answers: cell voltages and other "
                                      "battery details are not available."},
    [ELM327_QUIRK_CUTS_LONG] =
        {"long answers end early, and none was ever whole: it sends no flow control, or keeps the rest back",
         "goes on asking",
         "This adapter cannot receive long answers: cell voltages and other battery details are not "
         "available."},
    [ELM327_QUIRK_SHORTENS] =
        {"no request of three bytes is ever answered while those of two between them are",
         "asks with two bytes only, and tries again each hour",
         "This adapter seems to shorten requests: what has to be asked with three bytes (plug, charger, "
         "gear) is "
         "not available."},
    [ELM327_QUIRK_FREEZES] =
        {"falls silent or restarts within the answer to the same request twice, while others are answered",
         "leaves that request out for an hour",
         "This adapter hangs on long answers: the request that does it is left out, so some battery details "
         "are "
         "missing."},
    [ELM327_QUIRK_NO_MONITOR] = {"refuses ATMA, or says OK to it", "asks only",
                                 "This adapter cannot listen: it can only ask."},
    [ELM327_QUIRK_NO_VOLTMETER] = {"refuses ATRV, or no voltage comes three times",
                                   "asks for it each ten minutes; a silent car is asked rarely",
                                   "This adapter cannot measure the 12 V battery."},
    [ELM327_QUIRK_FORMATS_ITSELF] = {"refuses ATCAF0", "leaves the length byte out, as the adapter adds it",
                                     ""},
    [ELM327_QUIRK_FORMATS_UNASKED] = {"agrees to ATCAF0, and yet a unit twice refuses the length byte as a "
                                      "service, or the adapter thrice eight bytes",
                                      "leaves the length byte out", ""},
    [ELM327_QUIRK_NO_ADDRESS] = {"refuses ATCRA", "uses ATCF and ATCM instead", ""},
    [ELM327_QUIRK_NO_MASK] = {"refuses ATCF or ATCM", "listens to one identifier at a time", ""},
    [ELM327_QUIRK_NOT_SILENT] = {"refuses ATCSM1", "nothing: it may acknowledge frames while it listens", ""},
    [ELM327_QUIRK_NO_PASS_FILTERS] =
        {"is no STN chip, or refuses STFCP, STFAP or STM, or hears less with them",
         "listens to one group of identifiers after the other", ""},
    [ELM327_QUIRK_ECHOES_LATE] =
        {"what is typed does not come back before the line ends",
         "compares it afterwards: the first byte lost on the way to it goes unnoticed until then", ""},
    [ELM327_QUIRK_NUL_BYTES] = {"sends NUL bytes", "leaves them out", ""},
};

const struct elm327_quirk_row *elm327_quirk_row(enum elm327_quirk quirk)
{
    return &ROWS[quirk];
}

void elm327_quirk_words(unsigned quirks, char *words, size_t size)
{
    size_t used = 0;
    words[0] = '\0';
    for (size_t i = 0; i < ELM327_QUIRK_COUNT; i++) {
        const char *sentence = ROWS[i].words;
        size_t need = strlen(sentence) + (used > 0 ? 1 : 0);
        if (!(quirks & 1U << i) || need + used >= size || strstr(words, sentence)) {
            continue;
        }
        used += (size_t)snprintf(words + used, size - used, "%s%s", used > 0 ? " " : "", sentence);
    }
}
