/* What the two halves of the disk share: cutdisk.c keeps files and cuts, cutvfs.c speaks SQLite. */
#ifndef TESTS_LIFE_CUTVFS_PRIVATE_H
#define TESTS_LIFE_CUTVFS_PRIVATE_H

#include "cutvfs.h"

#include "../simulator/random.h"

#include <sqlite3.h>
#include <stdatomic.h>
#include <stddef.h>

#define CUT_NAMES_MAX  16
#define CUT_NAME_BYTES 64
#define CUT_SHM_MAX    8

struct cut_bytes {
    unsigned char *data;
    size_t size, room;
};

struct cut_inode {
    struct cut_inode *next;
    struct cut_bytes now, kept; /* as programs see it; as it was synced */
    void *shm[CUT_SHM_MAX];
};

struct cut_name {
    char text[CUT_NAME_BYTES]; /* "": free */
    struct cut_inode *inode;
};

enum cut_kind { CUT_WRITE, CUT_TRUNCATE, CUT_CREATE, CUT_REMOVE };

/* Not synced yet. */
struct cut_change {
    struct cut_change *next;
    enum cut_kind kind;
    struct cut_inode *inode;
    size_t offset, len; /* WRITE; TRUNCATE: offset is the new size */
    char name[CUT_NAME_BYTES];
    unsigned char data[];
};

struct cut_disk {
    sqlite3_vfs vfs; /* its pAppData is the disk */
    struct sim_random random;
    struct cut_inode *inodes;
    struct cut_name now[CUT_NAMES_MAX], kept[CUT_NAMES_MAX];
    struct cut_change *first, **end;
    uint64_t calls, cut_at; /* 0: no cut is planned */
    atomic_bool is_dead;
    struct cut_counts counts;
};

/* Counts a change or sync; true: the power fails in it. */
bool cut_disk_fails(struct cut_disk *disk);

/* Each changes what is seen now and remembers it as not synced. False without memory. */
bool cut_disk_write(struct cut_disk *disk, struct cut_inode *inode, const void *data, size_t len,
                    size_t offset);
bool cut_disk_truncate(struct cut_disk *disk, struct cut_inode *inode, size_t size);
struct cut_inode *cut_disk_create(struct cut_disk *disk, const char *name);
bool cut_disk_remove(struct cut_disk *disk, const char *name);

/* NULL: there is none. */
struct cut_inode *cut_disk_find(struct cut_disk *disk, const char *name);

/* What was changed of the file, or of the folder (NULL), is safe. */
void cut_disk_sync(struct cut_disk *disk, const struct cut_inode *inode);

void cut_inode_forget_shm(struct cut_inode *inode);

#endif
