/* One line of a JSON-lines file of replies:
 * {"tx":"79B","rx":"7BB","request":"2101","lines":["7BB1029...",...]}. Pure but for jansson's memory while it
 * parses. */
#ifndef TOOLS_JSONLINES_H
#define TOOLS_JSONLINES_H

#include "adapter/elm_line.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define JSONLINES_FRAMES_MAX 160 /* 1,024 bytes take 147 */

struct jsonlines_reply {
    bool asked;            /* `question` is known */
    struct frame question; /* as it stood on the bus */
    int rx;                /* identifier the answer must have, -1: not said */
    size_t count;
    enum elm_line kinds[JSONLINES_FRAMES_MAX]; /* of each element of "lines" */
    struct frame frames[JSONLINES_FRAMES_MAX]; /* where its kind is ELM_LINE_FRAME */
    size_t left_out;                           /* elements over JSONLINES_FRAMES_MAX, or no strings */
};

/* Whether a file that begins with this line is of this form: an object that has, or would have, one of the
 * four members. */
bool jsonlines_recognise(const char *line, size_t len);

/* Reads a line. -1 when it is no object with an array "lines", or what it says besides makes no sense. */
int jsonlines_parse(const char *line, size_t len, struct jsonlines_reply *reply);

#endif
