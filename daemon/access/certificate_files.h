/* Which certificate the web server shows: the owner's files, or one of our own in the state folder; when it
 * is made, renewed and read again. Looks at no clock: the time is given. */
#ifndef ACCESS_CERTIFICATE_FILES_H
#define ACCESS_CERTIFICATE_FILES_H

#include "access/certificate.h"
#include "util/core/err.h"

#include <stdbool.h>
#include <stdint.h>

#define CERTIFICATE_FILES_PATH_BYTES 512

/* Where a pair is. */
struct certificate_paths {
    char cert[CERTIFICATE_FILES_PATH_BYTES], key[CERTIFICATE_FILES_PATH_BYTES];
    bool are_own; /* ours to write */
};

/* The owner's when he named both, otherwise tls.crt and tls.key of the state folder (cert_file, key_file "").
 */
int certificate_paths_find(struct certificate_paths *paths, const char *state_dir, const char *cert_file,
                           const char *key_file, struct err *err);

struct certificate_files;

struct certificate_time {
    int64_t now_s;   /* UTC */
    int64_t built_s; /* no right clock shows less */
    bool is_right;
};

/* The pair that is there, or a new one for these names. A folder that can't be written to costs only that the
 * key is another one after the next start, and is tried again. A key of ours that is damaged, or that others
 * could read, is set aside. While the owner's pair is broken, `spare` (our own) is shown;
 * NULL: there is none. NULL with err. */
struct certificate_files *certificate_files_new(const struct certificate_paths *paths,
                                                const struct certificate_paths *spare,
                                                const struct certificate_names *names,
                                                const struct certificate_time *time, struct err *err);
void certificate_files_free(struct certificate_files *files);

/* What connections get that begin now: the pointer changes, its place does not. */
struct certificate *const *certificate_files_in_force(const struct certificate_files *files);
/* Where that is. */
const struct certificate_paths *certificate_files_paths(const struct certificate_files *files);

/* To be called now and then. The owner's files are read again when they have changed. Ours is renewed, with
 * its key, when the clock is right and it ends soon or lacks a name. 1: another one is in force; 0; -1 with
 * err, once for each state of the files: the old one stays. */
int certificate_files_look(struct certificate_files *files, const struct certificate_names *names,
                           const struct certificate_time *time, struct err *err);

#endif
