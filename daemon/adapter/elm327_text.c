/* The texts of the ELM327 data sheet (v2.2, pages 87-89), of STN chips and of clones, and what follows from
 * each. Does not know what was asked: that "ELM327 v1.5" is welcome after ATZ and a reset in mid-stream is
 * decided by the dialogue. */
#include "adapter/elm327_text.h"

#include <ctype.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

enum match { MATCH_WHOLE, MATCH_BEGIN, MATCH_INSIDE };

struct text_row {
    const char *pattern;
    enum match match;
    enum elm327_text text;
};

/* The first that matches wins. INSIDE where a clone glues the text to a line that it broke off. */
static const struct text_row TEXTS[] = {
    {"OK", MATCH_WHOLE, ELM327_TEXT_OK},
    {"?", MATCH_WHOLE, ELM327_TEXT_NOT_UNDERSTOOD},
    {"LV RESET", MATCH_INSIDE, ELM327_TEXT_LV_RESET},
    {"ELM327 V", MATCH_INSIDE, ELM327_TEXT_BANNER},
    {"ACT ALERT", MATCH_INSIDE, ELM327_TEXT_ACT_ALERT},
    {"LP ALERT", MATCH_INSIDE, ELM327_TEXT_LP_ALERT},
    {"BUFFER FULL", MATCH_INSIDE, ELM327_TEXT_BUFFER_FULL},
    {"OUT OF MEMORY", MATCH_INSIDE, ELM327_TEXT_OUT_OF_MEMORY},
    {"UNABLE TO CONNECT", MATCH_INSIDE, ELM327_TEXT_UNABLE_TO_CONNECT},
    {"NOT CONNECTED", MATCH_INSIDE, ELM327_TEXT_NOT_CONNECTED},
    {"FC RX TIMEOUT", MATCH_INSIDE, ELM327_TEXT_FC_RX_TIMEOUT},
    {"RX ERROR", MATCH_INSIDE, ELM327_TEXT_RX_ERROR},
    {"UART RX OVERFLOW", MATCH_INSIDE, ELM327_TEXT_RX_OVERFLOW},
    {"DATA ERROR", MATCH_INSIDE, ELM327_TEXT_DATA_ERROR},
    {"CAN ERROR", MATCH_INSIDE, ELM327_TEXT_CAN_ERROR},
    {"BUS ERROR", MATCH_INSIDE, ELM327_TEXT_BUS_ERROR},
    {"BUS BUSY", MATCH_INSIDE, ELM327_TEXT_BUS_BUSY},
    {"BUS INIT", MATCH_BEGIN, ELM327_TEXT_BUS_INIT},
    {"FB ERROR", MATCH_INSIDE, ELM327_TEXT_FB_ERROR},
    {"NO DATA", MATCH_INSIDE, ELM327_TEXT_NO_DATA},
    {"STOPPED", MATCH_INSIDE, ELM327_TEXT_STOPPED},
    {"SEARCHING", MATCH_BEGIN, ELM327_TEXT_SEARCHING},
    {"ERR", MATCH_BEGIN, ELM327_TEXT_ERR},
};

struct meaning_row {
    enum elm327_recovery recovery;
    const char *words;
};

static const struct meaning_row MEANINGS[ELM327_TEXT_COUNT] = {
    [ELM327_TEXT_OTHER] = {ELM327_RECOVERY_NONE, "said something unknown"},
    [ELM327_TEXT_OK] = {ELM327_RECOVERY_NONE, "agreed"},
    [ELM327_TEXT_NOT_UNDERSTOOD] = {ELM327_RECOVERY_NONE, "does not know a command"},
    [ELM327_TEXT_SEARCHING] = {ELM327_RECOVERY_NONE, "searches for a protocol"},
    [ELM327_TEXT_NO_DATA] = {ELM327_RECOVERY_NO_ANSWER, "got no answer from the car"},
    [ELM327_TEXT_STOPPED] = {ELM327_RECOVERY_NO_ANSWER, "was interrupted"},
    [ELM327_TEXT_BUS_BUSY] = {ELM327_RECOVERY_BUS_TROUBLE, "found the bus busy"},
    [ELM327_TEXT_BUS_ERROR] = {ELM327_RECOVERY_BUS_TROUBLE, "found a wiring or signal fault on the bus"},
    [ELM327_TEXT_BUS_INIT] = {ELM327_RECOVERY_BUS_TROUBLE, "could not start the bus"},
    [ELM327_TEXT_CAN_ERROR] = {ELM327_RECOVERY_BUS_TROUBLE, "was not heard by anyone on the bus"},
    [ELM327_TEXT_DATA_ERROR] = {ELM327_RECOVERY_BUS_TROUBLE, "received a damaged answer"},
    [ELM327_TEXT_RX_ERROR] = {ELM327_RECOVERY_BUS_TROUBLE, "received a damaged frame"},
    [ELM327_TEXT_FB_ERROR] = {ELM327_RECOVERY_BUS_TROUBLE, "could not drive the bus: check its plug"},
    [ELM327_TEXT_UNABLE_TO_CONNECT] = {ELM327_RECOVERY_BUS_TROUBLE, "found no car"},
    [ELM327_TEXT_NOT_CONNECTED] = {ELM327_RECOVERY_BUS_TROUBLE, "found no car"},
    [ELM327_TEXT_FC_RX_TIMEOUT] = {ELM327_RECOVERY_NO_ANSWER, "waited for flow control in vain"},
    [ELM327_TEXT_RX_OVERFLOW] = {ELM327_RECOVERY_NO_ANSWER, "was told more than it could take"},
    [ELM327_TEXT_BUFFER_FULL] = {ELM327_RECOVERY_HEAR_LESS, "heard more than it could pass on"},
    [ELM327_TEXT_OUT_OF_MEMORY] = {ELM327_RECOVERY_HEAR_LESS, "ran out of memory"},
    [ELM327_TEXT_LV_RESET] = {ELM327_RECOVERY_START_AGAIN, "restarted because its supply dipped"},
    [ELM327_TEXT_ACT_ALERT] = {ELM327_RECOVERY_START_AGAIN, "was about to go to sleep"},
    [ELM327_TEXT_LP_ALERT] = {ELM327_RECOVERY_START_AGAIN, "was going to sleep"},
    [ELM327_TEXT_ERR] = {ELM327_RECOVERY_START_AGAIN, "reported an internal error"},
    [ELM327_TEXT_BANNER] = {ELM327_RECOVERY_START_AGAIN, "restarted by itself"},
};

/* What follows `pattern` at the beginning of `line`, NULL when it does not begin so. Blanks on either side
 * and case make no difference: with ATS0 some clones leave blanks out of their texts, too. */
static const char *text_after(const char *line, const char *pattern)
{
    for (;; line++, pattern++) {
        line += strspn(line, " ");
        pattern += strspn(pattern, " ");
        if (*pattern == '\0') {
            return line;
        }
        if (toupper((unsigned char)*line) != *pattern) {
            return NULL;
        }
    }
}

static bool text_matches(const char *line, const struct text_row *row)
{
    const char *rest = text_after(line, row->pattern);
    while (row->match == MATCH_INSIDE && !rest && *line) {
        line++;
        rest = text_after(line, row->pattern);
    }
    return rest && (row->match != MATCH_WHOLE || *rest == '\0');
}

enum elm327_text elm327_text_find(const char *line)
{
    line += strspn(line, " ");
    for (size_t i = 0; i < sizeof(TEXTS) / sizeof(TEXTS[0]); i++) {
        if (text_matches(line, &TEXTS[i])) {
            return TEXTS[i].text;
        }
    }
    return ELM327_TEXT_OTHER;
}

enum elm327_recovery elm327_text_recovery(enum elm327_text text)
{
    return MEANINGS[text].recovery;
}

const char *elm327_text_words(enum elm327_text text)
{
    return MEANINGS[text].words;
}
