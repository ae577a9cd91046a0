/* access/control: the socket garagectl talks to. */
#include "access/control.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

struct server {
    char folder[32];
    char path[64];
    struct loop *loop;
    struct control *control;
    struct work *work;
};

static int say_twice(void *ctx, const json_t *request, json_t *answer, struct err *err)
{
    const char *text = json_string_value(json_object_get(request, "text"));

    (void)ctx;
    if (!text)
        return err_set(err, "text is missing");
    json_object_set_new(answer, "text", json_sprintf("%s%s", text, text));
    return 0;
}

/* Long work: one at a time, whose end the test decides. */
struct work {
    struct control_job *job;
    int fd;
    unsigned gone;
};

static void work_is_gone(void *ctx)
{
    struct work *work = ctx;

    work->job = NULL;
    work->gone++;
}

static int begin_work(void *ctx, const json_t *request, int fd, struct control_job *job, struct err *err);

static const struct control_command commands[] = {
    {.name = "twice", .fn = say_twice}, {.name = "work", .begin = begin_work}, {.name = NULL}};

static int begin_work(void *ctx, const json_t *request, int fd, struct control_job *job, struct err *err)
{
    struct server *server = ctx;

    (void)request;
    if (fd < 0)
        return err_set(err, "no file came with the request");
    server->work->job = job;
    server->work->fd = fd;
    control_job_listen(job, work_is_gone, server->work);
    return 0;
}

static void start(struct server *server)
{
    struct err err;

    strcpy(server->folder, "/tmp/garaged-ctl-XXXXXX");
    assert_non_null(mkdtemp(server->folder));
    snprintf(server->path, sizeof(server->path), "%s/control.sock", server->folder);
    server->loop = loop_new(&err);
    server->control = control_new(server->loop, server->path, commands, server, &err);
    assert_non_null(server->control);
}

static void stop(struct server *server)
{
    control_free(server->control);
    loop_free(server->loop);
    assert_int_equal(access(server->path, F_OK), -1);
    rmdir(server->folder);
}

static int connect_to(const struct server *server)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);

    strcpy(address.sun_path, server->path);
    assert_int_equal(connect(fd, (struct sockaddr *)&address, sizeof(address)), 0);
    return fd;
}

/* Sends `text`, turns the loop, returns what came back ("" when the connection was closed). */
static const char *exchange(struct server *server, int fd, const char *text, char *answer, size_t size)
{
    struct err err;

    assert_int_equal(send(fd, text, strlen(text), MSG_NOSIGNAL), (ssize_t)strlen(text));
    for (int i = 0; i < 10; i++)
        loop_turn(server->loop, 10, &err);
    ssize_t got = recv(fd, answer, size - 1, MSG_DONTWAIT);
    answer[got > 0 ? got : 0] = '\0';
    return answer;
}

static void answers_a_line_with_a_line(void **state)
{
    (void)state;
    struct server server;
    char answer[256];

    start(&server);
    int fd = connect_to(&server);
    assert_string_equal(
        exchange(&server, fd, "{\"command\":\"twice\",\"text\":\"ab\"}\n", answer, sizeof(answer)),
        "{\"text\":\"abab\"}\n");
    assert_string_equal(
        exchange(&server, fd, "{\"command\":\"twice\"}\n{\"command\":\"x\"}\n", answer, sizeof(answer)),
        "{\"error\":\"text is missing\"}\n{\"error\":\"no such command\"}\n");
    assert_string_equal(exchange(&server, fd, "garbage\n", answer, sizeof(answer)),
                        "{\"error\":\"one JSON object a line\"}\n");
    close(fd);
    stop(&server);
}

static void send_with(int fd, const char *text, int passed, int count)
{
    int passed_fds[2] = {passed, passed};
    union {
        struct cmsghdr align;
        char bytes[CMSG_SPACE(sizeof(passed_fds))];
    } control = {0};
    size_t size = (size_t)count * sizeof(int);
    struct iovec part = {(void *)(uintptr_t)text, strlen(text)};
    struct msghdr message = {
        .msg_iov = &part, .msg_iovlen = 1, .msg_control = control.bytes, .msg_controllen = CMSG_SPACE(size)};
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);

    *header = (struct cmsghdr){.cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS, .cmsg_len = CMSG_LEN(size)};
    memcpy(CMSG_DATA(header), passed_fds, size);
    assert_int_equal(sendmsg(fd, &message, 0), (ssize_t)part.iov_len);
}

static unsigned open_descriptors(void)
{
    unsigned count = 0;

    for (int fd = 0; fd < 256; fd++)
        count += fcntl(fd, F_GETFD) >= 0;
    return count;
}

static void turn(struct server *server)
{
    struct err err;

    for (int i = 0; i < 5; i++)
        loop_turn(server->loop, 5, &err);
}

static void long_work_says_how_far_it_is_and_answers_later(void **state)
{
    (void)state;
    struct work work = {.fd = -1};
    struct server server = {.work = &work};
    char answer[256] = "";

    start(&server);
    int fd = connect_to(&server);
    send_with(fd, "{\"command\":\"work\"}\n", STDOUT_FILENO, 1);
    turn(&server);
    assert_non_null(work.job);
    assert_true(work.fd > STDERR_FILENO);
    assert_true(fcntl(work.fd, F_GETFD) & FD_CLOEXEC);
    control_job_progress(work.job, 0.41234);
    control_job_end(work.job, json_pack("{s:s}", "text", "done"));
    assert_int_equal(recv(fd, answer, sizeof(answer) - 1, MSG_DONTWAIT), 35);
    assert_string_equal(answer, "{\"progress\":0.412}\n{\"text\":\"done\"}\n");
    /* and the connection goes on */
    assert_string_equal(exchange(&server, fd, "{\"command\":\"work\"}\n", answer, sizeof(answer)),
                        "{\"error\":\"no file came with the request\"}\n");
    assert_int_equal(work.gone, 0);
    close(work.fd);
    close(fd);
    stop(&server);
}

static void work_is_told_that_its_client_left(void **state)
{
    (void)state;
    struct work work = {.fd = -1};
    struct server server = {.work = &work};

    start(&server);
    for (int i = 0; i < 2; i++) { /* hangs up, or speaks out of turn */
        int fd = connect_to(&server);
        send_with(fd, "{\"command\":\"work\"}\n", STDOUT_FILENO, 1);
        turn(&server);
        assert_non_null(work.job);
        close(work.fd);
        if (i == 0)
            close(fd);
        else
            assert_int_equal(send(fd, "{}\n", 3, 0), 3);
        turn(&server);
        assert_null(work.job);
        if (i == 1)
            close(fd);
    }
    assert_int_equal(work.gone, 2);
    stop(&server);
}

/* Descriptors that nobody asked for, too many of them, and those of a job that is not begun. */
static void no_descriptor_is_left_open(void **state)
{
    (void)state;
    struct server server = {0};
    char answer[256];

    start(&server);
    int fd = connect_to(&server);
    turn(&server);
    unsigned before = open_descriptors();
    send_with(fd, "{\"command\":\"twice\",\"text\":\"a\"}\n", STDOUT_FILENO, 1);
    send_with(fd, "{\"command\":\"twice\",\"text\":\"a\"}\n", STDOUT_FILENO, 2);
    send_with(fd, "garb", STDOUT_FILENO, 1);
    send_with(fd, "age\n", STDOUT_FILENO, 1);
    turn(&server);
    assert_true(recv(fd, answer, sizeof(answer), MSG_DONTWAIT) > 0);
    assert_int_equal(open_descriptors(), before);
    close(fd);
    stop(&server);
}

static void its_file_is_for_the_owner_only(void **state)
{
    (void)state;
    struct server server;
    struct stat status;

    start(&server);
    assert_int_equal(stat(server.path, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0600);
    stop(&server);
}

static void an_endless_line_ends_the_connection(void **state)
{
    (void)state;
    struct server server;
    static char endless[CONTROL_REQUEST_BYTES + 1];
    char answer[256];

    start(&server);
    memset(endless, 'x', CONTROL_REQUEST_BYTES);
    int fd = connect_to(&server);
    assert_string_equal(exchange(&server, fd, endless, answer, sizeof(answer)), "");
    assert_int_equal(recv(fd, answer, sizeof(answer), MSG_DONTWAIT), 0);
    close(fd);
    stop(&server);
}

static void too_many_clients_are_turned_away(void **state)
{
    (void)state;
    struct server server;
    int fds[CONTROL_CLIENT_MAX + 1];
    char answer[256];
    struct err err;

    start(&server);
    for (int i = 0; i <= CONTROL_CLIENT_MAX; i++)
        fds[i] = connect_to(&server);
    for (int i = 0; i < 20; i++)
        loop_turn(server.loop, 10, &err);
    ssize_t got = recv(fds[CONTROL_CLIENT_MAX], answer, sizeof(answer) - 1, MSG_DONTWAIT);
    assert_true(got > 0);
    answer[got] = '\0';
    assert_non_null(strstr(answer, "try again later"));
    assert_int_equal(recv(fds[CONTROL_CLIENT_MAX], answer, sizeof(answer), MSG_DONTWAIT), 0);
    for (int i = 0; i <= CONTROL_CLIENT_MAX; i++)
        close(fds[i]);
    stop(&server);
}

/* A listen socket that can't be emptied must not keep the loop turning; later it is. */
static void out_of_descriptors_does_not_spin(void **state)
{
    struct server server;
    struct rlimit before, tight;
    struct err err;

    (void)state;
    start(&server);
    int fd = connect_to(&server);
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
    tight = (struct rlimit){.rlim_cur = (rlim_t)fd + 1, .rlim_max = before.rlim_max};
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &tight), 0);
    loop_turn(server.loop, 0, &err);
    struct pollfd ready = {.fd = loop_fd(server.loop), .events = POLLIN};
    assert_int_equal(poll(&ready, 1, 0), 0);
    setrlimit(RLIMIT_NOFILE, &before);
    char answer[64];
    assert_int_equal(send(fd, "{}\n", 3, MSG_NOSIGNAL), 3);
    while (recv(fd, answer, sizeof(answer), MSG_DONTWAIT) < 0)
        assert_int_equal(loop_turn(server.loop, 2000, &err), 0);
    close(fd);
    stop(&server);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(answers_a_line_with_a_line),
        cmocka_unit_test(long_work_says_how_far_it_is_and_answers_later),
        cmocka_unit_test(work_is_told_that_its_client_left),
        cmocka_unit_test(no_descriptor_is_left_open),
        cmocka_unit_test(out_of_descriptors_does_not_spin),
        cmocka_unit_test(its_file_is_for_the_owner_only),
        cmocka_unit_test(an_endless_line_ends_the_connection),
        cmocka_unit_test(too_many_clients_are_turned_away),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
