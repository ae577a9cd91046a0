/* What was found of the unit's promises, as JSON: for GET system and for `garagectl status --json`. Pure. */
#ifndef EXPORT_JSON_SANDBOX_H
#define EXPORT_JSON_SANDBOX_H

#include "util/core/sandbox.h"

#include <jansson.h>

/* {"checked":true,"failed":["..."],"limit":"MemoryMax","limit_bytes":134217728}; NULL as a report: not
 * checked. */
json_t *json_sandbox(const struct sandbox_report *report);

#endif
