/* garagectl certificate. */
#ifndef TOOLS_CERTIFICATE_H
#define TOOLS_CERTIFICATE_H

#include "tools/tool.h"

tool_fn tool_certificate;

#endif
