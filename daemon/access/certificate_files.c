/* The pair in force. Opens no socket and knows no OpenSSL: keys and certificates are certificate.c's. */
#include "access/certificate_files.h"

#include "util/log.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define DAY_S   INT64_C(86400)
#define RENEW_S (60 * DAY_S) /* before its end */
#define WARN_S  (14 * DAY_S) /* the same of the owner's, which he has to renew */

/* What tells one state of a file from another. */
struct file_state {
    dev_t device;
    ino_t inode;
    off_t size;
    struct timespec changed;
};

struct certificate_files {
    struct certificate_paths paths;
    struct certificate_paths shown; /* of what is in force */
    struct certificate *in_force;
    struct file_state cert, key; /* as they were when they were read */
    int64_t warned_s;            /* of its end */
    bool is_unwritten;           /* our own, in memory only */
};

int certificate_paths_find(struct certificate_paths *paths, const char *state_dir, const char *cert_file,
                           const char *key_file, struct err *err)
{
    int cert_len, key_len;

    paths->are_own = cert_file[0] == '\0' && key_file[0] == '\0';
    if (!paths->are_own && (cert_file[0] == '\0' || key_file[0] == '\0'))
        return err_set(err, "web.cert_file and web.key_file: name both or none");
    if (paths->are_own) {
        cert_len = snprintf(paths->cert, sizeof(paths->cert), "%s/tls.crt", state_dir);
        key_len = snprintf(paths->key, sizeof(paths->key), "%s/tls.key", state_dir);
    } else {
        cert_len = snprintf(paths->cert, sizeof(paths->cert), "%s", cert_file);
        key_len = snprintf(paths->key, sizeof(paths->key), "%s", key_file);
    }
    if (cert_len >= (int)sizeof(paths->cert) || key_len >= (int)sizeof(paths->key))
        return err_set(err, "the certificate's path is too long");
    return 0;
}

static struct file_state state_of(const char *path)
{
    struct file_state state;
    struct stat status;

    memset(&state, 0, sizeof(state));
    if (stat(path, &status) != 0)
        return state;
    state.device = status.st_dev;
    state.inode = status.st_ino;
    state.size = status.st_size;
    state.changed = status.st_ctim;
    return state;
}

static bool is_same(const struct file_state *a, const struct file_state *b)
{
    return a->device == b->device && a->inode == b->inode && a->size == b->size &&
           a->changed.tv_sec == b->changed.tv_sec && a->changed.tv_nsec == b->changed.tv_nsec;
}

static void put_in_force(struct certificate_files *files, struct certificate *certificate,
                         const struct certificate_paths *paths)
{
    certificate_free(files->in_force);
    files->in_force = certificate;
    files->shown = *paths;
}

/* ---- the owner's ---- */

/* The state is the one before the reading: what changes meanwhile is read next time. */
static int read_files(struct certificate_files *files, struct err *err)
{
    struct certificate *read;

    files->cert = state_of(files->paths.cert);
    files->key = state_of(files->paths.key);
    read = certificate_read(files->paths.cert, files->paths.key, err);
    if (read == NULL)
        return -1;
    put_in_force(files, read, &files->paths);
    return 0;
}

/* Once a day. */
static void warn_of_end(struct certificate_files *files, const struct certificate_time *time)
{
    int64_t left_s = certificate_end_s(files->in_force) - time->now_s;

    if (!time->is_right || left_s >= WARN_S || time->now_s - files->warned_s < DAY_S)
        return;
    files->warned_s = time->now_s;
    if (left_s < 0)
        log_warning("web", "%s has ended: browsers refuse it", files->shown.cert);
    else
        log_warning("web", "%s ends in %d days", files->shown.cert, (int)(left_s / DAY_S));
}

static int read_again(struct certificate_files *files, struct err *err)
{
    struct file_state cert = state_of(files->paths.cert), key = state_of(files->paths.key);

    if (is_same(&cert, &files->cert) && is_same(&key, &files->key))
        return 0;
    return read_files(files, err) == 0 ? 1 : -1;
}

/* ---- our own ---- */

/* A folder that is full or read-only now may be neither later: said once, tried again at each look. */
static void write_own(struct certificate_files *files)
{
    bool was_unwritten = files->is_unwritten;
    struct err err;

    files->is_unwritten = certificate_write(files->in_force, files->paths.cert, files->paths.key, &err) != 0;
    if (files->is_unwritten && !was_unwritten)
        log_warning("web", "the certificate is kept in memory only: %s", err.text);
    else if (!files->is_unwritten && was_unwritten)
        log_info("web", "%s: the certificate could be written now", files->paths.cert);
}

/* With the key of `old`; NULL: with a new one. */
static int make(struct certificate_files *files, const struct certificate *old,
                const struct certificate_names *names, const struct certificate_time *time, struct err *err)
{
    int64_t from_s = time->now_s > time->built_s ? time->now_s : time->built_s;
    struct certificate *made = certificate_make(old, names, from_s, err);

    if (made == NULL)
        return -1;
    put_in_force(files, made, &files->paths);
    write_own(files);
    return 0;
}

/* A key that can't be used, or that others could read, is none: the house needs a door all the same. It is
 * kept beside, for whoever wants to know what became of it. */
static void set_key_aside(struct certificate_files *files, const struct certificate_time *time,
                          const struct err *why)
{
    char aside[CERTIFICATE_FILES_PATH_BYTES + 32];

    snprintf(aside, sizeof(aside), "%s.refused-%" PRId64, files->paths.key, time->now_s);
    log_error("web",
              "%s: the page gets a new key: browsers will warn of it once, compare garagectl certificate",
              why->text);
    if (rename(files->paths.key, aside) == 0)
        log_warning("web", "the old one is now %s", aside);
}

/* A key that is there stays ours even if its certificate is gone or broken. */
static int make_first(struct certificate_files *files, const struct certificate_names *names,
                      const struct certificate_time *time, struct err *err)
{
    struct certificate *kept = NULL;
    int status;

    if (access(files->paths.key, F_OK) == 0 || errno != ENOENT) {
        kept = certificate_read(NULL, files->paths.key, err);
        if (kept == NULL)
            set_key_aside(files, time, err);
    }
    status = make(files, kept, names, time, err);
    certificate_free(kept);
    return status;
}

static bool is_due(const struct certificate_files *files, const struct certificate_names *names,
                   const struct certificate_time *time)
{
    return time->is_right && (certificate_end_s(files->in_force) - time->now_s < RENEW_S ||
                              !certificate_covers(files->in_force, names));
}

static int renew(struct certificate_files *files, const struct certificate_names *names,
                 const struct certificate_time *time, struct err *err)
{
    if (files->is_unwritten)
        write_own(files);
    if (!is_due(files, names, time))
        return 0;
    return make(files, files->in_force, names, time, err) == 0 ? 1 : -1;
}

static int begin_own(struct certificate_files *files, const struct certificate_names *names,
                     const struct certificate_time *time, struct err *err)
{
    if (read_files(files, err) == 0)
        return renew(files, names, time, err) < 0 ? -1 : 0;
    return make_first(files, names, time, err);
}

/* A renewal that went wrong must not keep the house from starting after a power cut. */
static int begin_owners(struct certificate_files *files, const struct certificate_paths *spare,
                        const struct certificate_names *names, const struct certificate_time *time,
                        struct err *err)
{
    struct certificate_files own = {.in_force = NULL};

    if (read_files(files, err) == 0)
        return 0;
    if (spare == NULL)
        return -1;
    log_error("web", "%s: until that is mended the page shows a certificate of our own", err->text);
    own.paths = *spare;
    if (begin_own(&own, names, time, err) != 0)
        return -1;
    put_in_force(files, own.in_force, spare);
    return 0;
}

struct certificate_files *certificate_files_new(const struct certificate_paths *paths,
                                                const struct certificate_paths *spare,
                                                const struct certificate_names *names,
                                                const struct certificate_time *time, struct err *err)
{
    struct certificate_files *files = calloc(1, sizeof(*files));
    int status;

    if (files == NULL) {
        err_set(err, "out of memory");
        return NULL;
    }
    files->paths = *paths;
    if (paths->are_own)
        status = begin_own(files, names, time, err);
    else
        status = begin_owners(files, spare, names, time, err);
    if (status == 0)
        return files;
    certificate_files_free(files);
    return NULL;
}

void certificate_files_free(struct certificate_files *files)
{
    if (files == NULL)
        return;
    certificate_free(files->in_force);
    free(files);
}

struct certificate *const *certificate_files_in_force(const struct certificate_files *files)
{
    return &files->in_force;
}

const struct certificate_paths *certificate_files_paths(const struct certificate_files *files)
{
    return &files->shown;
}

int certificate_files_look(struct certificate_files *files, const struct certificate_names *names,
                           const struct certificate_time *time, struct err *err)
{
    int status = files->paths.are_own ? renew(files, names, time, err) : read_again(files, err);

    if (!files->shown.are_own)
        warn_of_end(files, time);
    return status;
}
