/* The client of the control socket. Waits ten seconds for an answer; long work with progress lines is not
 * here yet. */
#include "tools/control_client.h"

#include "config.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <sysexits.h>
#include <unistd.h>

#define ANSWER_BYTES  65536
#define ANSWER_WAIT_S 10

static int try_connect(const char *folder)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    int len = snprintf(address.sun_path, sizeof(address.sun_path), "%s/control.sock", folder);

    if (fd >= 0 && len < (int)sizeof(address.sun_path) &&
        connect(fd, (const struct sockaddr *)&address, sizeof(address)) == 0)
        return fd;
    if (fd >= 0)
        close(fd);
    return -1;
}

static void ignore_mistake(void *ctx, const char *text)
{
    (void)ctx;
    (void)text;
}

/* A daemon in the foreground has its socket in the file's `state`, one under systemd in /run/garaged. The
 * former is tried first: it is the one that this very configuration names. */
static int connect_daemon(const char *config_path)
{
    const char *runtime = getenv("RUNTIME_DIRECTORY");
    struct config *config = calloc(1, sizeof(*config));
    int fd = runtime ? try_connect(runtime) : -1;

    if (fd < 0 && config && config_load(config, config_path, ignore_mistake, NULL) == 0)
        fd = try_connect(config->state);
    free(config);
    return fd < 0 ? try_connect("/run/garaged") : fd;
}

static int send_request(int fd, const json_t *request)
{
    char *text = json_dumps(request, JSON_COMPACT);
    size_t len = text ? strlen(text) : 0;

    if (text)
        text[len++] = '\n'; /* in place of the NUL */
    bool is_sent = text && send(fd, text, len, MSG_NOSIGNAL) == (ssize_t)len;
    free(text);
    return is_sent ? 0 : -1;
}

static int exchange(int fd, const json_t *request, char *answer)
{
    const struct timeval limit = {.tv_sec = ANSWER_WAIT_S};
    size_t len = 0;

    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
    if (send_request(fd, request))
        return -1;
    while (!memchr(answer, '\n', len)) {
        ssize_t got = recv(fd, answer + len, ANSWER_BYTES - 1 - len, 0);
        if (got <= 0)
            return -1;
        len += (size_t)got;
    }
    answer[len] = '\0';
    return 0;
}

int control_try(const char *config_path, const json_t *request, json_t **answer, struct err *err)
{
    char *text = calloc(1, ANSWER_BYTES);
    int fd = connect_daemon(config_path);

    *answer = NULL;
    if (fd < 0 || !text) {
        free(text);
        return err_set(
            err,
            "garaged does not answer: is it running, with this configuration, and are you its user or root?");
    }
    if (exchange(fd, request, text) == 0)
        *answer = json_loads(text, 0, NULL);
    close(fd);
    free(text);
    if (!json_is_object(*answer))
        return err_set(err, "garaged closed the connection");
    const char *error = json_string_value(json_object_get(*answer, "error"));
    return error ? err_set(err, "%s", error) : 0;
}

int control_ask(const char *config_path, json_t *request, json_t **answer)
{
    struct err err;
    int result = control_try(config_path, request, answer, &err);

    json_decref(request);
    if (result == 0)
        return EX_OK;
    fprintf(stderr, "garagectl: %s\n", err.text);
    return EX_UNAVAILABLE;
}
