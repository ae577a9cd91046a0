/* garagectl audit. */
#ifndef TOOLS_AUDIT_H
#define TOOLS_AUDIT_H

#include "tools/tool.h"

tool_fn tool_audit;

#endif
