/* garagectl backup. */
#ifndef TOOLS_BACKUP_H
#define TOOLS_BACKUP_H

#include "tools/tool.h"

tool_fn tool_backup;

#endif
