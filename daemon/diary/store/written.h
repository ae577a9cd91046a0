/* What SQLite writes: how many bytes, database, write-ahead log and checkpoints alike, and why it could not.
 * Runs on the store's thread only. */
#ifndef DIARY_STORE_WRITTEN_H
#define DIARY_STORE_WRITTEN_H

#include "util/core/zone.h"

#include <stdint.h>

#define WRITTEN_FAILED_READS 0x67617264 /* sqlite3_file_control: how many reads of all files failed, uint64_t */

struct written;

/* NULL only without memory or without SQLite's own way to files. `zone` outlives it; NULL: UTC. */
struct written *written_new(const struct zone *zone);
void written_free(struct written *written);

/* The way to files to open databases with; they are closed before written_free. Its xGetLastError is
 * the errno of the last failure to open, write or sync. */
const char *written_vfs(const struct written *written);

/* Bytes written since the last local midnight, or since the start. */
int64_t written_today(struct written *written);

/* The same of the whole day before; -1: it was not counted from its beginning. */
int64_t written_yesterday(struct written *written);

#endif
