/* GET /api/v1/diagnostics: one object for whoever is to help: how garaged is set, what it runs on, what it
 * counts, what the car says, its last lines; of persons and places nothing. Pure. */
#ifndef EXPORT_JSON_DIAGNOSTICS_H
#define EXPORT_JSON_DIAGNOSTICS_H

#include "config.h"
#include "export/json_system.h"
#include "export/masking.h"

struct json_library {
    const char *name, *version;
};

struct json_diagnostics {
    const struct json_system *system;
    const struct json_library *libraries;
    size_t library_count;
    const struct config *config; /* NULL: not known */
    const struct masking *masking;
    json_t *traffic; /* {"CAR":[days]}; these two are taken over */
    json_t *log;     /* [{"t","level","text"}] */
    const struct json_moment *now;
};

/* A text that the caller frees, or NULL without memory. */
char *json_diagnostics(const struct json_diagnostics *diagnostics);

#endif
