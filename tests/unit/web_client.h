/* A client for the tests of the web server: sends exactly the bytes it is told, reads what comes. */
#ifndef TESTS_WEB_CLIENT_H
#define TESTS_WEB_CLIENT_H

#include "web_house.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdarg.h>
#include <sys/socket.h>
#include <sys/time.h>

#define CLIENT_WAIT_S 10

struct reply {
    int status; /* 0: closed without an answer */
    char head[4096];
    char *body;
    size_t body_len;
};

static inline int client_connect(const struct house *house)
{
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)house->port)};
    struct timeval wait = {.tv_sec = CLIENT_WAIT_S};

    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof(wait));
    if (connect(fd, (struct sockaddr *)&address, sizeof(address)) != 0)
        fail_msg("connect: %s", strerror(errno));
    return fd;
}

static inline void client_send(int fd, const void *bytes, size_t len)
{
    const char *at = bytes;

    while (len > 0) {
        ssize_t sent = send(fd, at, len, MSG_NOSIGNAL);

        if (sent <= 0)
            return; /* the server may close when it has heard enough */
        at += sent;
        len -= (size_t)sent;
    }
}

/* Reads one byte at a time up to the blank line: nothing of what follows is lost. */
static inline bool client_read_head(int fd, struct reply *reply)
{
    size_t len = 0;

    while (len < sizeof(reply->head) - 1 && recv(fd, reply->head + len, 1, 0) == 1) {
        len++;
        reply->head[len] = '\0';
        if (len >= 4 && strcmp(reply->head + len - 4, "\r\n\r\n") == 0)
            return true;
    }
    return false;
}

static inline struct reply client_read(int fd, bool has_body)
{
    struct reply reply = {.status = 0};
    const char *length;

    if (!client_read_head(fd, &reply) || sscanf(reply.head, "HTTP/1.1 %d", &reply.status) != 1)
        return reply;
    length = strcasestr(reply.head, "\r\nContent-Length: ");
    reply.body_len = length == NULL || !has_body ? 0 : (size_t)atol(length + 18);
    reply.body = calloc(1, reply.body_len + 1);
    for (size_t got = 0; got < reply.body_len;) {
        ssize_t n = recv(fd, reply.body + got, reply.body_len - got, 0);

        assert_true(n > 0);
        got += (size_t)n;
    }
    return reply;
}

static inline bool client_is_closed(int fd)
{
    char byte;
    ssize_t got = recv(fd, &byte, 1, 0);

    return got == 0 || (got < 0 && errno == ECONNRESET);
}

/* One request on a connection of its own. "%H" stands for the right Host header. */
static inline struct reply client_ask_bytes(const struct house *house, const char *request, size_t len)
{
    int fd = client_connect(house);
    struct reply reply;

    client_send(fd, request, len);
    reply = client_read(fd, strncmp(request, "HEAD", 4) != 0);
    close(fd);
    return reply;
}

static inline struct reply client_ask(const struct house *house, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
static inline struct reply client_ask(const struct house *house, const char *format, ...)
{
    char *request = malloc(100000);
    struct reply reply;
    va_list args;
    int len;

    va_start(args, format);
    len = vsnprintf(request, 100000, format, args);
    va_end(args);
    assert_true(len < 100000);
    reply = client_ask_bytes(house, request, (size_t)len);
    free(request);
    return reply;
}

/* GET with our Host, the session's cookie if there is one, and more headers ("" or "Name: value\r\n"). */
static inline struct reply client_get(const struct house *house, const char *path, const char *headers)
{
    return client_ask(house, "GET %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nCookie: garaged=%s\r\n%s\r\n", path,
                      house->port, house->cookie, headers);
}

static inline struct reply client_post(const struct house *house, const char *path, const char *headers,
                                       const char *body)
{
    return client_ask(
        house,
        "POST %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nCookie: garaged=%s\r\nContent-Type: application/json\r\n"
        "Content-Length: %zu\r\n%s\r\n%s",
        path, house->port, house->cookie, strlen(body), headers, body);
}

/* PUT with the session's CSRF token. */
static inline struct reply client_put(const struct house *house, const char *path, const char *body)
{
    return client_ask(
        house,
        "PUT %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nCookie: garaged=%s\r\nContent-Type: application/json\r\n"
        "Content-Length: %zu\r\nX-CSRF-Token: %s\r\n\r\n%s",
        path, house->port, house->cookie, strlen(body), house->csrf, body);
}

/* PATCH the same way, with the Content-Type and token that are given. */
static inline struct reply client_patch_as(const struct house *house, const char *path, const char *type,
                                           const char *csrf, const char *body)
{
    return client_ask(house,
                      "PATCH %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nCookie: garaged=%s\r\nContent-Type: %s\r\n"
                      "Content-Length: %zu\r\nX-CSRF-Token: %s\r\n\r\n%s",
                      path, house->port, house->cookie, type, strlen(body), csrf, body);
}

static inline struct reply client_patch(const struct house *house, const char *path, const char *body)
{
    return client_patch_as(house, path, "application/json", house->csrf, body);
}

static inline void reply_free(struct reply *reply)
{
    free(reply->body);
    reply->body = NULL;
}

/* Asserts the status (one of two) and forgets the reply. */
static inline void assert_status_of(struct reply reply, int status, const char *file, int line)
{
    if (reply.status != status) {
        print_error("%s:%d: status %d, body %s\n", file, line, reply.status, reply.body ? reply.body : "-");
        _fail(file, line);
    }
    reply_free(&reply);
}
#define assert_status(reply, status) assert_status_of(reply, status, __FILE__, __LINE__)

/* Closed, or a 4xx. */
static inline void assert_refused(struct reply reply)
{
    int status = reply.status;

    reply_free(&reply);
    assert_true(status == 0 || status / 100 == 4);
}

static inline bool reply_has(const struct reply *reply, const char *header_line)
{
    char wanted[600];

    snprintf(wanted, sizeof(wanted), "\r\n%s\r\n", header_line);
    return strstr(reply->head, wanted) != NULL;
}

/* Logs in with the demo's code. */
static inline void client_log_in(struct house *house)
{
    char body[64];
    struct reply reply;

    snprintf(body, sizeof(body), "{\"code\":\"%s\"}", house->code);
    reply = client_post(house, "/api/v1/pair", "", body);
    assert_int_equal(reply.status, 201);
    assert_int_equal(sscanf(strstr(reply.head, "garaged="), "garaged=%64[0-9a-f]", house->cookie), 1);
    assert_int_equal(sscanf(strstr(reply.body, "\"csrf\":\""), "\"csrf\":\"%64[0-9a-f]", house->csrf), 1);
    reply_free(&reply);
}

#endif
