/* garagectl pair (CONTRACT 8). */
#ifndef TOOLS_PAIR_H
#define TOOLS_PAIR_H

#include "tools/tool.h"

tool_fn tool_pair;

#endif
