/* garagectl export (CONTRACT 13). */
#ifndef TOOLS_EXPORT_H
#define TOOLS_EXPORT_H

#include "tools/tool.h"

tool_fn tool_export;

#endif
