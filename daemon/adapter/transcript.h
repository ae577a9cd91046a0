/* A transcript of an ELM327: a line that begins with '>' is what the host sent, any other what the adapter
 * answered. Pure; follows the host's settings that change what lines mean (ATSH, ATD, ATCAF, ATZ). */
#ifndef ADAPTER_TRANSCRIPT_H
#define ADAPTER_TRANSCRIPT_H

#include "adapter/elm_line.h"

#define TRANSCRIPT_COMMAND_MAX 32 /* of the host, without blanks; longer ones are not followed */

struct transcript {
    bool header_known;
    uint16_t header; /* identifier of the host's questions */
    bool length_digit;
    enum elm_formatting formatting;
    size_t command_len;
    char command[TRANSCRIPT_COMMAND_MAX]; /* the host's last one: an adapter may echo it */
};

enum transcript_result {
    TRANSCRIPT_NOTHING, /* texts, settings, echo, prompts */
    TRANSCRIPT_FRAME,   /* from the adapter */
    TRANSCRIPT_ASKED,   /* the host put this frame on the bus */
    TRANSCRIPT_ENDED,   /* the host sent something else to the bus: what was under way is over */
    TRANSCRIPT_DAMAGED,
    TRANSCRIPT_CUT,
    TRANSCRIPT_GARBAGE,
};

void transcript_init(struct transcript *transcript);

/* Whether a file that begins with this line is of this form. */
bool transcript_recognise(const char *line, size_t len);

/* Takes a line (without its end). `frame` (without time) is set for TRANSCRIPT_FRAME and TRANSCRIPT_ASKED. */
enum transcript_result transcript_take(struct transcript *transcript, const char *line, size_t len,
                                       struct frame *frame);

#endif
