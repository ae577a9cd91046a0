/* What is told of the page's certificate. Pure. */
#ifndef EXPORT_JSON_CERTIFICATE_H
#define EXPORT_JSON_CERTIFICATE_H

#include "access/certificate.h"

#include <jansson.h>

/* {"file","key_sha256","certificate_sha256","names":[...],"until"}: the hashes in hexadecimal digits, the
 * time in UTC (null: it can't be read). */
json_t *json_certificate(const struct certificate *certificate, const char *file);

#endif
