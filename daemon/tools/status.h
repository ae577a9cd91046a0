/* garagectl status (CONTRACT 13). */
#ifndef TOOLS_STATUS_H
#define TOOLS_STATUS_H

#include "tools/tool.h"

tool_fn tool_status;

#endif
