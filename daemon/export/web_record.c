/* GET /api/v1/recordings and /api/v1/recordings/NAME: those that the page asked for. A file goes out from
 * where it lies; it is never read into memory as a whole. */
#include "export/json_recordings.h"
#include "export/recordings.h"
#include "export/web_private.h"

#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

void web_recordings_get(struct web_connection *connection)
{
    const struct web *web = connection->web;
    struct recording_file files[RECORDINGS_FILES_MAX];
    size_t count = recordings_list(web->orders->recordings, files);

    web_reply_begin(connection, 200, "no-store");
    web_reply_json(connection, json_recordings(web->view, files, count, web->zone));
}

static void reply_nothing(struct web_connection *connection)
{
    web_reply_error(connection, 404, "not_found", "there is no such recording");
}

static void send_head(struct web_connection *connection, const char *name)
{
    char disposition[RECORDING_NAME_SIZE + 32];

    snprintf(disposition, sizeof(disposition), "attachment; filename=\"%s\"", name);
    web_reply_begin(connection, 200, "no-store");
    web_reply_header(connection, "Content-Disposition", disposition);
}

/* Nobody ever shortens one: what is mapped stays there, also when its name is removed. */
static void send_file(struct web_connection *connection, const char *name, int fd, size_t len)
{
    void *map = len == 0 ? NULL : mmap(NULL, len, PROT_READ, MAP_PRIVATE, fd, 0);

    if (map == MAP_FAILED) {
        web_reply_error(connection, 503, "busy", "the recording can't be read now");
        return;
    }
    send_head(connection, name);
    web_reply_end(connection, "text/plain; charset=utf-8", map == NULL ? "" : map, len);
    connection->reply.map = map;
    connection->reply.map_len = len;
}

void web_recording_get(struct web_connection *connection)
{
    char name[RECORDING_NAME_SIZE];
    struct stat status;

    snprintf(name, sizeof(name), "%s", strrchr(connection->path, '/') + 1);
    int fd = recordings_open(connection->web->orders->recordings, name);
    if (fd < 0) {
        reply_nothing(connection);
        return;
    }
    if (fstat(fd, &status) == 0 && S_ISREG(status.st_mode) && status.st_size <= RECORDING_BYTES_MAX)
        send_file(connection, name, fd, (size_t)status.st_size);
    else
        reply_nothing(connection);
    close(fd);
}
