/* What an ELM327 says instead of an answer, or in the middle of one, as the texts of its data sheet (v2.2
 * pages 87 to 89), of STN chips and of clones go. */
#include "elm327_private.h"

enum text_way {
    TEXT_ENDS,   /* it ends what is under way */
    TEXT_LINE,   /* a line of its own: it goes on */
    TEXT_SUFFIX, /* behind the next frame, on its line */
    TEXT_RESETS, /* it ends what is under way, and all settings are lost */
};

static const struct {
    const char *text;
    enum text_way way;
} texts[SIM_FAULT_TEXTS_MAX] = {
    {"NO DATA", TEXT_ENDS},
    {"STOPPED", TEXT_ENDS},
    {"BUFFER FULL", TEXT_ENDS},
    {"CAN ERROR", TEXT_ENDS},
    {"BUS BUSY", TEXT_ENDS},
    {"BUS ERROR", TEXT_ENDS},
    {"FB ERROR", TEXT_ENDS},
    {"DATA ERROR", TEXT_ENDS},
    {"UNABLE TO CONNECT", TEXT_ENDS},
    {"?", TEXT_ENDS},
    {"OK", TEXT_ENDS},
    {"OUT OF MEMORY", TEXT_ENDS},
    {"FC RX TIMEOUT", TEXT_ENDS},
    {"NOT CONNECTED", TEXT_ENDS},
    {"BUS INIT: ...ERROR", TEXT_ENDS},
    {"SEARCHING...", TEXT_LINE},
    {"ACT ALERT", TEXT_LINE},
    {"!ACT ALERT", TEXT_LINE},
    {"LP ALERT", TEXT_LINE},
    {"!LP ALERT", TEXT_LINE},
    {"<RX ERROR", TEXT_SUFFIX},
    {"<DATA ERROR", TEXT_SUFFIX},
    {"LV RESET", TEXT_RESETS},
    {"ERR94", TEXT_RESETS},
    {"ELM327 v1.5", TEXT_RESETS},
};

void sim_elm_text(void *dongle, unsigned index, int64_t now_ns)
{
    struct sim_elm327 *elm = dongle;

    if (index >= SIM_FAULT_TEXTS_MAX || elm->state == SIM_ELM_RESETTING)
        return;
    elm->now_ns = now_ns;
    switch (texts[index].way) {
    case TEXT_SUFFIX:
        elm->suffix = texts[index].text;
        return;
    case TEXT_LINE:
        sim_elm_write(elm, texts[index].text);
        sim_elm_write(elm, "\r");
        return;
    case TEXT_RESETS:
        sim_elm_defaults(elm);
        elm->last[0] = '\0';
        break;
    case TEXT_ENDS:
        break;
    }
    sim_elm_reply(elm, texts[index].text);
}
