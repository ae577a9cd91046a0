/* garagectl doctor (CONTRACT 13). */
#ifndef TOOLS_DOCTOR_H
#define TOOLS_DOCTOR_H

#include "tools/tool.h"

tool_fn tool_doctor;

#endif
