/* The page's files, read into memory once at the start: what is served is what was found then, by exact name,
 * so no request ever reaches the file system. A NAME.gz beside a file is served to who takes gzip. Files
 * below assets/ carry a hash in their name and never change. */
#include "export/web_private.h"
#include "util/log.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FILES_MAX  128
#define BYTES_MAX  ((size_t)4 * 1024 * 1024)
#define DEPTH_MAX  3
#define NAME_BYTES 160
#define CACHE_EVER "public, max-age=31536000, immutable"

struct asset {
    char name[NAME_BYTES]; /* "/index.html" */
    char etag[24];
    char *bytes;
    size_t len;
};

struct web_assets {
    struct asset files[FILES_MAX];
    size_t count;
    size_t bytes;
};

static const char *type_of(const char *name)
{
    static const struct {
        const char *ending, *type;
    } types[] = {{".html", "text/html; charset=utf-8"},
                 {".js", "text/javascript; charset=utf-8"},
                 {".css", "text/css; charset=utf-8"},
                 {".svg", "image/svg+xml"},
                 {".png", "image/png"},
                 {".ico", "image/x-icon"},
                 {".webmanifest", "application/manifest+json"},
                 {".json", "application/json"},
                 {".txt", "text/plain; charset=utf-8"},
                 {".woff2", "font/woff2"}};
    const char *dot = strrchr(name, '.');

    for (size_t i = 0; dot != NULL && i < sizeof(types) / sizeof(types[0]); i++) {
        if (strcmp(dot, types[i].ending) == 0)
            return types[i].type;
    }
    return "application/octet-stream";
}

static int read_all(int fd, char *bytes, size_t len)
{
    size_t done = 0;

    while (done < len) {
        ssize_t got = read(fd, bytes + done, len - done);

        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return -1;
        done += (size_t)got;
    }
    return 0;
}

/* Quoted, from the first half of the contents' SHA-256. */
static int set_etag(struct asset *asset, struct err *err)
{
    unsigned char hash[SECRET_BYTES];
    char text[SECRET_TEXT];

    if (secret_hash(asset->bytes, asset->len, hash, err) != 0)
        return -1;
    secret_to_text(hash, text);
    snprintf(asset->etag, sizeof(asset->etag), "\"%.16s\"", text);
    return 0;
}

static int add_file(struct web_assets *assets, int folder, const char *entry, const char *name,
                    struct err *err)
{
    struct asset *asset = &assets->files[assets->count];
    int fd = openat(folder, entry, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    struct stat stat;
    int status;

    if (fd < 0 || fstat(fd, &stat) != 0) {
        err_set(err, "%s: %s", name, strerror(errno));
        if (fd >= 0)
            close(fd);
        return -1;
    }
    asset->len = (size_t)stat.st_size;
    if (assets->count == FILES_MAX || asset->len > BYTES_MAX - assets->bytes) {
        close(fd);
        return err_set(err, "%s: the page has more than %d files or %zu bytes", name, FILES_MAX, BYTES_MAX);
    }
    snprintf(asset->name, sizeof(asset->name), "%s", name);
    asset->bytes = malloc(asset->len + 1);
    status = asset->bytes == NULL ? -1 : read_all(fd, asset->bytes, asset->len);
    close(fd);
    assets->count++;
    assets->bytes += asset->len;
    return status == 0 ? set_etag(asset, err) : err_set(err, "%s: can't be read", name);
}

static int add_folder(struct web_assets *assets, int folder, const char *prefix, int depth, struct err *err);

/* Takes over nothing: symbolic links, hidden files and anything else odd is left out. */
static int add_entry(struct web_assets *assets, int folder, const char *prefix, const char *entry, int depth,
                     struct err *err)
{
    char name[NAME_BYTES];
    struct stat stat;
    int len = snprintf(name, sizeof(name), "%s/%s", prefix, entry);

    if (entry[0] == '.' || len >= (int)sizeof(name) ||
        fstatat(folder, entry, &stat, AT_SYMLINK_NOFOLLOW) != 0)
        return 0;
    if (S_ISREG(stat.st_mode))
        return assets->count == FILES_MAX ? err_set(err, "the page has more than %d files", FILES_MAX)
                                          : add_file(assets, folder, entry, name, err);
    if (S_ISDIR(stat.st_mode) && depth < DEPTH_MAX) {
        int fd = openat(folder, entry, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);

        return fd < 0 ? 0 : add_folder(assets, fd, name, depth + 1, err);
    }
    return 0;
}

/* Closes `folder`. */
static int add_folder(struct web_assets *assets, int folder, const char *prefix, int depth, struct err *err)
{
    DIR *stream = fdopendir(folder);
    const struct dirent *entry;
    int status = 0;

    if (stream == NULL) {
        close(folder);
        return err_set(err, "%s: %s", prefix, strerror(errno));
    }
    while (status == 0 && (entry = readdir(stream)) != NULL)
        status = add_entry(assets, dirfd(stream), prefix, entry->d_name, depth, err);
    closedir(stream);
    return status;
}

struct web_assets *web_assets_new(const char *folder, struct err *err)
{
    struct web_assets *assets = calloc(1, sizeof(*assets));
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

    if (assets == NULL) {
        err_set(err, "out of memory");
    } else if (fd < 0) {
        log_warning("web", "no page to show: %s: %s", folder, strerror(errno));
        return assets;
    } else if (add_folder(assets, fd, "", 1, err) == 0) {
        return assets;
    }
    web_assets_free(assets);
    return NULL;
}

void web_assets_free(struct web_assets *assets)
{
    if (assets == NULL)
        return;
    for (size_t i = 0; i < assets->count; i++)
        free(assets->files[i].bytes);
    free(assets);
}

static const struct asset *find_asset(const struct web_assets *assets, const char *name)
{
    for (size_t i = 0; i < assets->count; i++) {
        if (strcmp(assets->files[i].name, name) == 0)
            return &assets->files[i];
    }
    return NULL;
}

static const struct asset *find_packed(const struct web_assets *assets, const char *name)
{
    char packed[WEB_PATH_BYTES + 4];

    snprintf(packed, sizeof(packed), "%s.gz", name);
    return find_asset(assets, packed);
}

void web_assets_get(struct web_connection *connection)
{
    const struct web_assets *assets = connection->web->assets;
    const char *name = strcmp(connection->path, "/") == 0 ? "/index.html" : connection->path;
    const struct asset *asset = find_asset(assets, name);
    const struct asset *packed = asset == NULL ? NULL : find_packed(assets, name);
    const struct asset *sent = packed != NULL && connection->takes_gzip ? packed : asset;
    bool is_known;

    if (asset == NULL) {
        web_reply_error(connection, 404, "not_found", "there is nothing here");
        return;
    }
    is_known = web_list_has(connection->none_match, sent->etag);
    web_reply_begin(connection, is_known ? 304 : 200,
                    strncmp(name, "/assets/", 8) == 0 ? CACHE_EVER : "no-cache");
    web_reply_header(connection, "ETag", sent->etag);
    if (packed != NULL)
        web_reply_header(connection, "Vary", "Accept-Encoding");
    if (sent == packed)
        web_reply_header(connection, "Content-Encoding", "gzip");
    if (is_known)
        web_reply_end(connection, NULL, "", 0);
    else
        web_reply_end(connection, type_of(name), sent->bytes, sent->len);
}
