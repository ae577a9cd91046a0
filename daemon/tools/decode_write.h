/* Readings as JSON lines (CONTRACT 2). */
#ifndef TOOLS_DECODE_WRITE_H
#define TOOLS_DECODE_WRITE_H

#include "car/definition.h"
#include "car/reading.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct decode_writer;

/* Writes to `out`, which stays the caller's. With `changes_only` a reading is written when its value differs
 * from the last one of the same signal and source. NULL only without memory. */
struct decode_writer *decode_writer_new(const struct definition *definition, FILE *out, bool changes_only);
void decode_writer_free(struct decode_writer *writer);

/* Writes one reading (a reading_fn); texts are never written. */
void decode_writer_take(void *ctx, const struct reading *reading);

/* Objects written so far. */
uint64_t decode_writer_count(const struct decode_writer *writer);

/* -1 with err when not everything could be written (a full disk, no memory). Flushes. */
int decode_writer_finish(struct decode_writer *writer, struct err *err);

#endif
