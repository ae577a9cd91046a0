/* candump lines: what is taken for a frame stands in the line, digit by digit. */
#include "adapter/candump.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct frame frame;
    struct candump_interface interface;
    char expected[32];
    size_t len = 0;

    if (candump_parse((const char *)data, size, &frame, &interface) != CANDUMP_FRAME)
        return 0;
    if (frame.id > FRAME_ID_MAX || frame.len > FRAME_DATA_MAX || frame.time_ns < 0)
        abort();
    len = (size_t)sprintf(expected, " %03X#", frame.id);
    for (unsigned i = 0; i < frame.len; i++)
        len += (size_t)sprintf(expected + len, "%02X", frame.data[i]);
    char line[CANDUMP_LINE_MAX + 1];

    for (size_t i = 0; i < size; i++)
        line[i] = (char)(data[i] >= 'a' && data[i] <= 'f' ? data[i] - 'a' + 'A' : data[i]);
    line[size] = '\0';
    if (!strstr(line, expected) || !candump_recognise((const char *)data, size))
        abort();
    return 0;
}
