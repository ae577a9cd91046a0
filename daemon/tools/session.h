/* garagectl session. */
#ifndef TOOLS_SESSION_H
#define TOOLS_SESSION_H

#include "tools/tool.h"

tool_fn tool_session;

#endif
