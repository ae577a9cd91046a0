/* Rows of the audit, for the page and garagectl. Pure. */
#ifndef EXPORT_JSON_AUDIT_H
#define EXPORT_JSON_AUDIT_H

#include "access/store.h"
#include "export/json_value.h"

/* {"items":[{"id","time","who","from","what","detail","ok"}],"next":ID|null}, newest first. */
json_t *json_audit(const struct audit_list *list, const struct json_moment *now);

/* {"first","last","hash","bad":ID|null} */
json_t *json_audit_verdict(const struct audit_verdict *verdict);

#endif
