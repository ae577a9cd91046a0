/* Counts what SQLite writes: database, write-ahead log and checkpoints alike. Runs on the store's thread
 * only. */
#ifndef DIARY_STORE_WRITTEN_H
#define DIARY_STORE_WRITTEN_H

#include "util/core/zone.h"

struct written;

/* NULL only without memory or without SQLite's own way to files. `zone` outlives it; NULL: UTC. */
struct written *written_new(const struct zone *zone);
void written_free(struct written *written);

/* The way to files to open databases with; they are closed before written_free. */
const char *written_vfs(const struct written *written);

/* Bytes written since the last local midnight, or since the start. */
int64_t written_today(struct written *written);

#endif
