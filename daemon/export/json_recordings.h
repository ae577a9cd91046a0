/* GET recordings, and the answers to POST pause and record, as text. Pure. */
#ifndef EXPORT_JSON_RECORDINGS_H
#define EXPORT_JSON_RECORDINGS_H

#include "export/json_value.h"
#include "export/recordings.h"

/* The files there are, their limits, and how each car's last recording ended. The caller frees it; NULL
 * without memory. */
char *json_recordings(const struct view *view, const struct recording_file *files, size_t count,
                      const struct zone *zone);

/* {"car":"leaf","paused_until":...}; 0: null. */
char *json_order(const struct view *view, const char *car, const char *name, int64_t until_boot_ns,
                 const struct json_moment *now);

#endif
