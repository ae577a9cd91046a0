/* A tiny line server on a UNIX socket. Answers each request at once, or when its long work is done; a client
 * has one request under way. The peer's uid is the permission: the file's mode alone would depend on the
 * folder it lies in. */
#include "access/control.h"

#include "access/secret.h"
#include "util/clock.h"

#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#define ACCEPT_AGAIN_NS (1 * NS_PER_S)

struct control_job {
    bool is_open;
    control_gone_fn *gone;
    void *ctx;
};

struct client {
    struct control_job job; /* first: a job is its client */
    struct control *control;
    int fd;
    struct loop_watch *watch;
    char request[CONTROL_REQUEST_BYTES];
    size_t len;
    int passed; /* the descriptor that came with the request, or -1 */
};

struct control {
    struct loop *loop;
    const struct control_command *commands;
    void *ctx;
    int fd;
    struct loop_watch *watch;
    struct loop_timer *accept_again;
    char path[sizeof(((struct sockaddr_un *)0)->sun_path)];
    struct client clients[CONTROL_CLIENT_MAX];
};

static void close_passed(struct client *client)
{
    if (client->passed >= 0)
        close(client->passed);
    client->passed = -1;
}

static void drop_client(struct client *client)
{
    struct control_job job = client->job;

    loop_watch_free(client->watch);
    if (client->fd >= 0)
        close(client->fd);
    close_passed(client);
    client->watch = NULL;
    client->fd = -1;
    client->len = 0;
    client->job = (struct control_job){0};
    if (job.is_open && job.gone)
        job.gone(job.ctx);
}

static const struct control_command *find_command(const struct control *control, const json_t *request)
{
    const char *name = json_string_value(json_object_get(request, "command"));

    for (const struct control_command *command = control->commands; name && command->name; command++)
        if (strcmp(command->name, name) == 0)
            return command;
    return NULL;
}

static int begin_job(struct client *client, const struct control_command *command, const json_t *request,
                     struct err *err)
{
    struct control *control = client->control;

    client->job.is_open = true;
    if (command->begin(control->ctx, request, client->passed, &client->job, err)) {
        client->job = (struct control_job){0};
        return -1;
    }
    client->passed = -1;
    return 0;
}

static int do_request(struct client *client, const json_t *request, json_t *answer, struct err *err)
{
    struct control *control = client->control;
    const struct control_command *command = find_command(control, request);

    if (!command)
        return err_set(err, "no such command");
    if (command->begin)
        return begin_job(client, command, request, err);
    return command->fn(control->ctx, request, answer, err);
}

void control_job_listen(struct control_job *job, control_gone_fn *gone, void *ctx)
{
    job->gone = gone;
    job->ctx = ctx;
}

/* An answer fits the socket's buffer; a client that doesn't read it is dropped. */
static void send_answer(struct client *client, const json_t *answer)
{
    char *text = json_dumps(answer, JSON_COMPACT | JSON_REAL_PRECISION(15));
    size_t len = text ? strlen(text) : 0;

    if (text)
        text[len++] = '\n'; /* in place of the NUL */
    if (!text || send(client->fd, text, len, MSG_DONTWAIT | MSG_NOSIGNAL) != (ssize_t)len)
        drop_client(client);
    free(text);
}

void control_job_progress(struct control_job *job, double done)
{
    json_t *line = json_pack("{s:f}", "progress", round(done * 1000) / 1000);

    send_answer((struct client *)job, line);
    json_decref(line);
}

void control_job_end(struct control_job *job, json_t *answer)
{
    *job = (struct control_job){0};
    send_answer((struct client *)job, answer);
    json_decref(answer);
}

static void answer_line(struct client *client, const char *line, size_t len)
{
    json_t *request = json_loadb(line, len, JSON_REJECT_DUPLICATES, NULL);
    json_t *answer = json_object();
    struct err err;

    if (!json_is_object(request))
        json_object_set_new(answer, "error", json_string("one JSON object a line"));
    else if (do_request(client, request, answer, &err))
        json_object_set_new(answer, "error", json_string(err.text));
    close_passed(client);
    if (!client->job.is_open)
        send_answer(client, answer);
    json_decref(answer);
    json_decref(request);
}

static void answer_lines(struct client *client)
{
    char *end;

    while (client->fd >= 0 && !client->job.is_open && (end = memchr(client->request, '\n', client->len))) {
        size_t line = (size_t)(end - client->request);
        answer_line(client, client->request, line);
        if (client->fd < 0)
            return;
        secret_wipe(client->request, line); /* a password may have been in it */
        client->len -= line + 1;
        memmove(client->request, end + 1, client->len);
    }
    if (client->len == sizeof(client->request))
        drop_client(client);
}

/* The last descriptor of a request counts, the others are closed. */
static void keep_passed(struct client *client, struct msghdr *message)
{
    const struct cmsghdr *part = CMSG_FIRSTHDR(message);

    if (!part || part->cmsg_level != SOL_SOCKET || part->cmsg_type != SCM_RIGHTS)
        return;
    for (size_t at = 0; CMSG_LEN(at + sizeof(int)) <= part->cmsg_len; at += sizeof(int)) {
        close_passed(client);
        memcpy(&client->passed, CMSG_DATA(part) + at, sizeof(int));
    }
}

/* There is room for one descriptor and, where the kernel aligns, for a second one; it closes any more. */
static ssize_t receive(struct client *client)
{
    union {
        struct cmsghdr align;
        char bytes[CMSG_SPACE(sizeof(int))];
    } control = {0};
    struct iovec part = {client->request + client->len, sizeof(client->request) - client->len};
    struct msghdr message = {.msg_iov = &part,
                             .msg_iovlen = 1,
                             .msg_control = control.bytes,
                             .msg_controllen = sizeof(control.bytes)};
    ssize_t got = recvmsg(client->fd, &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);

    if (got >= 0)
        keep_passed(client, &message);
    return got;
}

/* While its work is under way a client has nothing to say: that it leaves is all that is heard. */
static void client_ready(void *ctx, uint32_t events)
{
    struct client *client = ctx;
    ssize_t got = receive(client);

    (void)events;
    if (got < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    if (got <= 0 || client->job.is_open) {
        drop_client(client);
        return;
    }
    client->len += (size_t)got;
    answer_lines(client);
}

static bool is_allowed(int fd)
{
    struct ucred peer;
    socklen_t len = sizeof(peer);

    if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &len) != 0)
        return false;
    return peer.uid == 0 || peer.uid == getuid();
}

static struct client *free_client(struct control *control)
{
    for (size_t i = 0; i < CONTROL_CLIENT_MAX; i++)
        if (control->clients[i].fd < 0)
            return &control->clients[i];
    return NULL;
}

static void watch_listener(struct control *control, uint32_t events)
{
    struct err err;

    loop_watch_set(control->watch, events, &err);
}

static void accept_again(void *ctx, int64_t now_ns)
{
    (void)now_ns;
    watch_listener(ctx, EPOLLIN);
}

/* Out of descriptors: a listen socket that stays readable would keep the loop spinning. */
static void pause_accepting(struct control *control)
{
    watch_listener(control, 0);
    loop_timer_start(control->accept_again, clock_boot_ns() + ACCEPT_AGAIN_NS);
}

/* Strangers hear nothing. */
static void refuse(int fd)
{
    static const char busy[] = "{\"error\":\"too much is under way: try again later\"}\n";

    if (is_allowed(fd))
        (void)!send(fd, busy, sizeof(busy) - 1, MSG_DONTWAIT | MSG_NOSIGNAL);
    close(fd);
}

static void accept_client(void *ctx, uint32_t events)
{
    struct control *control = ctx;
    struct client *client = free_client(control);
    int fd = accept4(control->fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
    struct err err;

    (void)events;
    if (fd < 0 && errno != EAGAIN && errno != EINTR)
        pause_accepting(control);
    if (fd < 0)
        return;
    if (!client || !is_allowed(fd)) {
        refuse(fd);
        return;
    }
    client->fd = fd;
    client->watch = loop_watch_new(control->loop, fd, EPOLLIN, client_ready, client, &err);
    if (!client->watch)
        drop_client(client);
}

static int listen_at(struct control *control, struct err *err)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};

    memcpy(address.sun_path, control->path, sizeof(address.sun_path));
    unlink(control->path);
    control->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    mode_t before = umask(0177);
    int rc = control->fd < 0 ? -1 : bind(control->fd, (const struct sockaddr *)&address, sizeof(address));
    int bind_errno = errno;
    umask(before);
    if (rc != 0)
        return err_set(err, "%s: %s", control->path, strerror(bind_errno));
    if (listen(control->fd, CONTROL_CLIENT_MAX) != 0)
        return err_set(err, "%s: %s", control->path, strerror(errno));
    return 0;
}

struct control *control_new(struct loop *loop, const char *path, const struct control_command *commands,
                            void *ctx, struct err *err)
{
    struct control *control = calloc(1, sizeof(*control));

    if (!control || strlen(path) >= sizeof(control->path)) {
        err_set(err, "the control socket %s: out of memory, or its path is too long", path);
        free(control);
        return NULL;
    }
    control->loop = loop;
    control->commands = commands;
    control->ctx = ctx;
    control->fd = -1;
    snprintf(control->path, sizeof(control->path), "%s", path);
    for (size_t i = 0; i < CONTROL_CLIENT_MAX; i++)
        control->clients[i] = (struct client){.control = control, .fd = -1, .passed = -1};
    control->accept_again = loop_timer_new(loop, accept_again, control);
    if (!control->accept_again)
        err_set(err, "the control socket: out of memory");
    else if (listen_at(control, err) == 0)
        control->watch = loop_watch_new(loop, control->fd, EPOLLIN, accept_client, control, err);
    if (control->watch)
        return control;
    control_free(control);
    return NULL;
}

void control_free(struct control *control)
{
    if (!control)
        return;
    for (size_t i = 0; i < CONTROL_CLIENT_MAX; i++)
        drop_client(&control->clients[i]);
    loop_watch_free(control->watch);
    loop_timer_free(control->accept_again);
    if (control->fd >= 0) {
        close(control->fd);
        unlink(control->path);
    }
    free(control);
}
