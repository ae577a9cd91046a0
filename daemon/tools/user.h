/* garagectl user. */
#ifndef TOOLS_USER_H
#define TOOLS_USER_H

#include "tools/tool.h"

tool_fn tool_user;

#endif
