/* A websocket client for the tests, and what they do to the server meanwhile. */
#ifndef TESTS_WEB_SOCKET_H
#define TESTS_WEB_SOCKET_H

#include "web_client.h"

#include <poll.h>

struct piece {
    int opcode; /* -1: the connection ended */
    char *text;
    size_t len;
};

static inline struct reply upgrade(const struct house *house, int fd, const char *path, const char *headers)
{
    char request[1024];

    snprintf(
        request, sizeof(request),
        "GET %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nCookie: garaged=%s\r\nConnection: keep-alive, Upgrade\r\n"
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n%s\r\n",
        path, house->port, house->cookie, headers);
    client_send(fd, request, strlen(request));
    return client_read(fd, true);
}

/* A websocket with our cookie and Origin. */
static inline int open_live(const struct house *house, const char *headers)
{
    char all[256];
    int fd = client_connect(house);
    struct reply reply;

    snprintf(all, sizeof(all), "Upgrade: websocket\r\nOrigin: http://127.0.0.1:%d\r\n%s", house->port,
             headers);
    reply = upgrade(house, fd, "/api/v1/live", all);
    assert_int_equal(reply.status, 101);
    reply_free(&reply);
    return fd;
}

static inline bool read_exactly(int fd, void *bytes, size_t len)
{
    char *at = bytes;

    while (len > 0) {
        ssize_t got = recv(fd, at, len, 0);

        if (got <= 0)
            return false;
        at += got;
        len -= (size_t)got;
    }
    return true;
}

static inline struct piece read_frame(int fd)
{
    struct piece piece = {.opcode = -1};
    unsigned char head[2], more[8];

    if (!read_exactly(fd, head, 2))
        return piece;
    piece.len = head[1] & 127;
    if (piece.len >= 126) {
        size_t bytes = piece.len == 126 ? 2 : 8;

        if (!read_exactly(fd, more, bytes))
            return piece;
        piece.len = 0;
        for (size_t i = 0; i < bytes; i++)
            piece.len = piece.len << 8 | more[i];
    }
    piece.text = calloc(1, piece.len + 1);
    if (read_exactly(fd, piece.text, piece.len))
        piece.opcode = head[0] & 15;
    return piece;
}

/* The next text message; must be of that type and hold that text. */
static inline void expect_message(int fd, const char *type, const char *text)
{
    struct piece piece = read_frame(fd);
    char wanted[64];

    assert_int_equal(piece.opcode, 1);
    snprintf(wanted, sizeof(wanted), "{\"type\":\"%s\",", type);
    if (strncmp(piece.text, wanted, strlen(wanted)) != 0 || strstr(piece.text, text) == NULL)
        fail_msg("%s %s: %s", type, text, piece.text);
    free(piece.text);
}

/* The close code that comes, after any other frames; 0: closed without one. */
static inline int read_close(int fd)
{
    for (;;) {
        struct piece piece = read_frame(fd);
        int code = piece.opcode == 8 && piece.len >= 2
                       ? (unsigned char)piece.text[0] << 8 | (unsigned char)piece.text[1]
                       : 0;

        free(piece.text);
        if (piece.opcode == 8 || piece.opcode == -1)
            return code;
    }
}

static inline void send_frame(int fd, int first, const void *bytes, size_t len)
{
    unsigned char head[14] = {(unsigned char)first};
    unsigned char *masked = malloc(len + 1);
    size_t head_len = 2;

    if (len < 126) {
        head[1] = (unsigned char)(0x80 | len);
    } else {
        head[1] = 0x80 | 126;
        head[2] = (unsigned char)(len >> 8);
        head[3] = (unsigned char)len;
        head_len = 4;
    }
    memcpy(head + head_len, "\x01\x02\x03\x04", 4);
    for (size_t i = 0; i < len; i++)
        masked[i] = (unsigned char)(((const unsigned char *)bytes)[i] ^ head[head_len + i % 4]);
    client_send(fd, head, head_len + 4);
    client_send(fd, masked, len);
    free(masked);
}

struct step {
    double soc;
    int64_t at_ns;
};

static inline void set_soc(struct house *house, void *arg)
{
    struct step *step = arg;

    step->at_ns = clock_boot_ns();
    if (sample_take(&house->sample, 0, SIGNAL_SOC, step->soc, step->at_ns))
        web_changed(house->web);
}

static inline void tell_event(struct house *house, void *arg)
{
    web_event(house->web, "leaf", arg, "{\"n\":1}");
}

static inline bool has_bytes(int fd, int wait_ms)
{
    struct pollfd pollfd = {.fd = fd, .events = POLLIN};

    return poll(&pollfd, 1, wait_ms) == 1;
}

static inline void read_wakeups(struct house *house, void *arg)
{
    *(uint64_t *)arg = house->wakeups;
}

static inline uint64_t wakeups_of(struct house *house)
{
    uint64_t wakeups = 0;

    house_do(house, read_wakeups, &wakeups);
    return wakeups;
}

#endif
