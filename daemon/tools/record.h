/* garagectl record (CONTRACT 13). */
#ifndef TOOLS_RECORD_H
#define TOOLS_RECORD_H

#include "tools/tool.h"

tool_fn tool_record;

#endif
