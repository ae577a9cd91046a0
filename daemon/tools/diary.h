/* garagectl diary (CONTRACT 13). */
#ifndef TOOLS_DIARY_H
#define TOOLS_DIARY_H

#include "tools/tool.h"

tool_fn tool_diary;

#endif
