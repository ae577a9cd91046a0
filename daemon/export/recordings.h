/* The folder of the recordings that the page asked for: their names, how many there may be, the oldest given
 * up for a new one. */
#ifndef EXPORT_RECORDINGS_H
#define EXPORT_RECORDINGS_H

#include "util/core/err.h"
#include "util/core/zone.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define RECORDINGS_FILES_MAX  20
#define RECORDINGS_BYTES_MAX  (INT64_C(64) * 1024 * 1024) /* together */
#define RECORDING_BYTES_MAX   (INT64_C(8) * 1024 * 1024)  /* one of them: about two minutes of a busy bus */
#define RECORDING_SECONDS_MAX 600
#define RECORDINGS_SPARE      (INT64_C(64) * 1024 * 1024) /* of the disk, which is the diary's first */
#define RECORDING_NAME_SIZE   40                          /* "leaf-20261122-075501.log" and NUL */

struct recording_file {
    char name[RECORDING_NAME_SIZE];
    int64_t bytes;
    int64_t utc_ns; /* when it was written last */
};

/* CAR-YYYYMMDD-HHMMSS.log, and nothing else: no path leads out of the folder. */
bool recordings_is_name(const char *name);

/* Makes room and a new file (mode 0600), named after the moment. Returns its descriptor for writing, or -1
 * with err. */
int recordings_create(const char *folder, const char *car, const struct zone *zone, int64_t utc_ns,
                      char name[RECORDING_NAME_SIZE], struct err *err);

/* Those there are, newest first. Returns how many; a folder that isn't there has none. */
size_t recordings_list(const char *folder, struct recording_file files[RECORDINGS_FILES_MAX]);

/* Opens one for reading; -1 if there is none of that name. */
int recordings_open(const char *folder, const char *name);
void recordings_remove(const char *folder, const char *name);

#endif
