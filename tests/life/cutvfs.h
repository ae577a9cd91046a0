/* A disk in memory whose power can be cut at any moment: SQLite's default way to files while it exists. It
 * knows of each file what was synced and, in order, what was changed since. A cut keeps of the latter what
 * chance gives: each sector of a write, each truncation, each name made or removed for itself, so that writes
 * are lost, torn and swapped. Names are safe when the folder was synced, as SQLite's own way to files does it
 * on Linux: with the first sync of a new journal, and with a removal that asks for it. One connection a file
 * at a time. */
#ifndef TESTS_LIFE_CUTVFS_H
#define TESTS_LIFE_CUTVFS_H

#include <stdbool.h>
#include <stdint.h>

#define CUT_SECTOR_BYTES 512

struct cut_disk;

/* What the cuts did so far. */
struct cut_counts {
    uint64_t cuts, sectors_lost, sectors_torn, sectors_kept, truncations_lost, names_lost;
};

/* An empty disk; NULL without memory. */
struct cut_disk *cut_disk_new(uint64_t seed);

/* All files are closed. */
void cut_disk_free(struct cut_disk *disk);

/* The power fails at the `nth` change or sync from now on, in its midst; from then on everything fails. */
void cut_disk_arm(struct cut_disk *disk, unsigned nth);

/* The power fails now, if it did not yet. */
void cut_disk_cut(struct cut_disk *disk);
bool cut_disk_is_dead(const struct cut_disk *disk);

/* The power is back, on what is left. All files are closed. */
void cut_disk_revive(struct cut_disk *disk);

/* How many changes and syncs there were since the disk is new. */
uint64_t cut_disk_calls(const struct cut_disk *disk);
struct cut_counts cut_disk_counts(const struct cut_disk *disk);

#endif
