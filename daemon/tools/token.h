/* garagectl token. */
#ifndef TOOLS_TOKEN_H
#define TOOLS_TOKEN_H

#include "tools/tool.h"

tool_fn tool_token;

#endif
