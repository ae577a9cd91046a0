/* GET /api/v1/recordings and /api/v1/recordings/NAME: those that the page asked for. A file goes out from
 * where it lies, piece by piece. */
#include "export/json_recordings.h"
#include "export/recordings.h"
#include "export/web_private.h"

#include <stdio.h>
#include <string.h>
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
    if (fstat(fd, &status) != 0 || !S_ISREG(status.st_mode) || status.st_size > RECORDING_BYTES_MAX) {
        close(fd);
        reply_nothing(connection);
        return;
    }
    send_head(connection, name);
    web_reply_file(connection, "text/plain; charset=utf-8", fd, (size_t)status.st_size);
}
