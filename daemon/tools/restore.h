/* garagectl restore. */
#ifndef TOOLS_RESTORE_H
#define TOOLS_RESTORE_H

#include "tools/tool.h"

tool_fn tool_restore;

#endif
