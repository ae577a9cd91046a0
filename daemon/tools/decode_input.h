/* A recording of any of the three forms (CONTRACT 2), line by line, into a feed. */
#ifndef TOOLS_DECODE_INPUT_H
#define TOOLS_DECODE_INPUT_H

#include "tools/decode_feed.h"
#include "util/core/err.h"

enum decode_input_result {
    DECODE_INPUT_OK,
    DECODE_INPUT_NO_FORM,    /* the first line is of none of the three forms */
    DECODE_INPUT_UNREADABLE, /* err says why */
};

/* Reads `fd` to its end. Memory does not grow with the file. */
enum decode_input_result decode_input_run(int fd, struct feed *feed, struct err *err);

#endif
