/* The client of the control socket. Waits ten seconds for an answer, or for the next progress line. */
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

/* One byte at least goes with a descriptor: here the whole request does. */
static bool send_text(int fd, char *text, size_t len, int passed)
{
    union {
        struct cmsghdr align;
        char bytes[CMSG_SPACE(sizeof(int))];
    } control = {0};
    struct iovec part = {text, len};
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};

    if (passed >= 0) {
        message.msg_control = control.bytes;
        message.msg_controllen = sizeof(control.bytes);
        struct cmsghdr *header = CMSG_FIRSTHDR(&message);
        header->cmsg_level = SOL_SOCKET;
        header->cmsg_type = SCM_RIGHTS;
        header->cmsg_len = CMSG_LEN(sizeof(passed));
        memcpy(CMSG_DATA(header), &passed, sizeof(passed));
    }
    return sendmsg(fd, &message, MSG_NOSIGNAL) == (ssize_t)len;
}

static void send_request(int fd, const json_t *request, int passed)
{
    char *text = json_dumps(request, JSON_COMPACT);
    size_t len = text ? strlen(text) : 0;

    if (text)
        text[len++] = '\n'; /* in place of the NUL */
    if (!text || !send_text(fd, text, len, passed))
        shutdown(fd, SHUT_WR); /* it will not wait for the rest */
    free(text);
}

/* What the daemon says, line by line. */
struct reader {
    int fd;
    size_t len;
    char text[ANSWER_BYTES];
};

/* The next line; NULL: it is cut, or not an object, or nothing came in time. */
static json_t *read_line(struct reader *reader)
{
    char *end;

    while (!(end = memchr(reader->text, '\n', reader->len))) {
        ssize_t got = recv(reader->fd, reader->text + reader->len, sizeof(reader->text) - reader->len, 0);
        if (got <= 0)
            return NULL;
        reader->len += (size_t)got;
    }
    size_t line = (size_t)(end - reader->text) + 1;
    json_t *object = json_loadb(reader->text, line, 0, NULL);
    reader->len -= line;
    memmove(reader->text, reader->text + line, reader->len);
    return object;
}

static json_t *read_answer(int fd, control_progress_fn *progress)
{
    struct reader *reader = calloc(1, sizeof(*reader));
    json_t *line = NULL;
    const json_t *done;

    if (!reader)
        return NULL;
    reader->fd = fd;
    while ((line = read_line(reader)) && (done = json_object_get(line, "progress"))) {
        if (progress)
            progress(json_number_value(done));
        json_decref(line);
    }
    free(reader);
    return line;
}

static int ask(const char *config_path, const json_t *request, int passed, control_progress_fn *progress,
               json_t **answer, struct err *err)
{
    const struct timeval limit = {.tv_sec = ANSWER_WAIT_S};
    int fd = connect_daemon(config_path);

    *answer = NULL;
    if (fd < 0)
        return err_set(
            err,
            "garaged does not answer: is it running, with this configuration, and are you its user or root?");
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
    send_request(fd, request, passed); /* a house that is busy says so, and does not listen */
    *answer = read_answer(fd, progress);
    close(fd);
    if (!json_is_object(*answer))
        return err_set(err, "garaged closed the connection");
    const char *error = json_string_value(json_object_get(*answer, "error"));
    return error ? err_set(err, "%s", error) : 0;
}

int control_try(const char *config_path, const json_t *request, json_t **answer, struct err *err)
{
    return ask(config_path, request, -1, NULL, answer, err);
}

int control_ask_with(const char *config_path, json_t *request, int passed, control_progress_fn *progress,
                     json_t **answer)
{
    struct err err;
    int result = ask(config_path, request, passed, progress, answer, &err);

    json_decref(request);
    if (result == 0)
        return EX_OK;
    fprintf(stderr, "%sgaragectl: %s\n", progress ? "\r\x1b[K" : "", err.text);
    return EX_UNAVAILABLE;
}

int control_ask(const char *config_path, json_t *request, json_t **answer)
{
    return control_ask_with(config_path, request, -1, NULL, answer);
}
