/* garagectl decode (CONTRACT 2). */
#ifndef TOOLS_DECODE_H
#define TOOLS_DECODE_H

#include "tools/tool.h"

tool_fn tool_decode;

#endif
