/* Where garaged writes what garagectl asked it for: a new file, or our stdout. */
#ifndef TOOLS_OUTGOING_H
#define TOOLS_OUTGOING_H

#include <stdbool.h>

struct outgoing {
    const char *tool;  /* for messages: "garagectl record" */
    const char *path;  /* "-": stdout; a file must not be there yet */
    bool keeps_a_part; /* what was written until it failed is of use */
};

/* Asks garaged to write into `fd`. An exit code. */
typedef int outgoing_fn(void *ctx, int fd);

/* Opens it, has `fn` ask, and closes it. The exit code of `fn`, or why it was not called. */
int outgoing_run(const struct outgoing *outgoing, outgoing_fn *fn, void *ctx);

#endif
