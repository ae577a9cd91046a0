/* garagectl car (CONTRACT 13). */
#ifndef TOOLS_CAR_H
#define TOOLS_CAR_H

#include "tools/tool.h"

tool_fn tool_car;

/* Its sub-commands: argv[0] is the sub-command's name. */
tool_fn tool_car_accept, tool_car_list, tool_car_pause, tool_car_remove;

#endif
