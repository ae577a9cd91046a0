/* The control socket: bytes of garagectl in pieces, as a byte below 0x08 cuts them. Each line is answered
 * with one line of JSON, no more lines are answered than came, and who says too much is closed. */
#include "access/control.h"

#include <assert.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define ANSWERS_BYTES 65536

static int say_again(void *ctx, const json_t *request, json_t *answer, struct err *err)
{
    const json_t *text = json_object_get(request, "text");

    (void)ctx;
    if (text == NULL)
        return err_set(err, "text is missing");
    json_object_set_new(answer, "text", json_deep_copy(text));
    return 0;
}

static int begin_work(void *ctx, const json_t *request, int fd, struct control_job *job, struct err *err)
{
    (void)ctx;
    (void)job;
    return json_object_get(request, "fd") == NULL && fd < 0 ? err_set(err, "no file") : err_set(err, "busy");
}

static const struct control_command commands[] = {
    {.name = "again", .fn = say_again}, {.name = "work", .begin = begin_work}, {.name = NULL}};

static int connect_to(const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

    snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
    assert(connect(fd, (struct sockaddr *)&address, sizeof(address)) == 0);
    return fd;
}

static void turn(struct loop *loop)
{
    struct err err;

    for (int i = 0; i < 2; i++)
        loop_turn(loop, 0, &err);
}

/* Every line of the answers is an object; returns how many there are. */
static size_t count_answers(char *answers, size_t len)
{
    size_t count = 0;

    for (char *line = answers, *end; (end = memchr(line, '\n', len - (size_t)(line - answers)));
         line = end + 1) {
        json_t *answer = json_loadb(line, (size_t)(end - line), JSON_ALLOW_NUL, NULL);

        assert(json_is_object(answer));
        json_decref(answer);
        count++;
    }
    return count;
}

static void talk(struct loop *loop, int fd, const uint8_t *data, size_t size)
{
    char *answers = malloc(ANSWERS_BYTES);
    size_t lines = 0, len = 0;

    turn(loop);
    for (size_t at = 0, piece; at < size; at += piece + 1) {
        for (piece = 0; at + piece < size && data[at + piece] >= 8; piece++)
            lines += data[at + piece] == '\n';
        if (piece > 0)
            (void)!send(fd, data + at, piece, MSG_NOSIGNAL);
        turn(loop);
        ssize_t got = answers ? recv(fd, answers + len, ANSWERS_BYTES - len, 0) : 0;
        len += got > 0 ? (size_t)got : 0;
    }
    if (answers)
        assert(count_answers(answers, len) <= lines);
    free(answers);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char folder[] = "/tmp/garaged-fuzz-XXXXXX", path[64];
    struct err err;
    struct loop *loop = loop_new(&err);

    if (size > 16384 || loop == NULL || mkdtemp(folder) == NULL) {
        loop_free(loop);
        return 0;
    }
    snprintf(path, sizeof(path), "%s/control", folder);
    struct control *control = control_new(loop, path, commands, NULL, &err);
    assert(control != NULL);
    int fd = connect_to(path);
    talk(loop, fd, data, size);
    close(fd);
    turn(loop);
    control_free(control);
    loop_free(loop);
    rmdir(folder);
    return 0;
}
