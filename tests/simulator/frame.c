/* Frames as text. Reads none: each dongle protocol has its own form. */
#include "frame.h"

#include "util/core/buf.h"

void sim_frame_format(const struct sim_frame *frame, char text[SIM_FRAME_TEXT_MAX])
{
    struct buf buf;

    buf_init(&buf, text, SIM_FRAME_TEXT_MAX);
    buf_add_format(&buf, frame->extended ? "%08X#" : "%03X#", frame->id);
    if (frame->remote) {
        buf_add_text(&buf, "R");
        return;
    }
    for (unsigned i = 0; i < frame->len; i++)
        buf_add_format(&buf, "%02X", frame->data[i]);
}
