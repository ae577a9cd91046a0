/* garagectl forget */
#ifndef TOOLS_FORGET_H
#define TOOLS_FORGET_H

#include "tools/tool.h"

#include <stdbool.h>

tool_fn tool_forget;

/* Has the owner type the word; false, and said: it was another one. */
bool forget_is_confirmed(const char *word);

#endif
