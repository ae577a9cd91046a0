/* One line of `candump -L`: "(SECONDS.MICROS) IFACE ID#HEX", perhaps with " R" or " T" behind it. Pure. */
#ifndef ADAPTER_CANDUMP_H
#define ADAPTER_CANDUMP_H

#include "bus/frame.h"

#include <stdbool.h>
#include <stddef.h>

#define CANDUMP_LINE_MAX      256 /* a CAN FD line has at most 176 */
#define CANDUMP_INTERFACE_MAX 15
#define CANDUMP_SECONDS_MAX   9000000000 /* year 2255; nanoseconds still fit 64 bits */

enum candump_result {
    CANDUMP_FRAME,
    CANDUMP_OTHER,   /* well-formed but none of ours: 29-bit identifier, remote, CAN FD, error frame */
    CANDUMP_CUT,     /* begins as a frame and doesn't end as one */
    CANDUMP_GARBAGE, /* anything else */
};

/* The interface's name inside the line. */
struct candump_interface {
    const char *name;
    size_t len;
};

/* Whether a file that begins with this line is of this form: "(SECONDS.MICROS) ". */
bool candump_recognise(const char *line, size_t len);

#define CANDUMP_ID_NONE UINT16_MAX

/* Writes the frame as a line with its end, as `candump -L` does; returns its length. `utc_ns` counts from
 * 1970. */
size_t candump_write(char line[CANDUMP_LINE_MAX], const struct frame *frame, int64_t utc_ns,
                     const char *interface);

/* Reads a line (without its end). With CANDUMP_FRAME `frame` and `interface` are set; the time counts from
 * 1970. With CANDUMP_CUT the frame's id is what could be read of it, with the interface, or CANDUMP_ID_NONE.
 */
enum candump_result candump_parse(const char *line, size_t len, struct frame *frame,
                                  struct candump_interface *interface);

#endif
