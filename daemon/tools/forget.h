/* garagectl forget */
#ifndef TOOLS_FORGET_H
#define TOOLS_FORGET_H

#include "tools/tool.h"

tool_fn tool_forget;

#endif
