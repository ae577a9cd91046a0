/* garagectl import: what other programs wrote down about the car. */
#ifndef TOOLS_IMPORT_H
#define TOOLS_IMPORT_H

#include "tools/tool.h"

tool_fn tool_import;

#endif
