/* One end of the record socket. Keeps no queue of its own: the socket's buffer is the queue, and what does
 * not fit is dropped and counted; the sender knows what it could not send and goes on when there is room. A
 * record of another version ends the link: both ends find out by the other's first beat. Does not reconnect:
 * the owner does. */
#include "link/link.h"

#include "util/clock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* The kernel may grant less; a whole snapshot is about 200 records. */
#define SEND_BUFFER_BYTES (512 * 1024)
#define READ_BURST_MAX    64 /* records taken in one turn, so that nobody starves the loop */

struct link {
    struct loop *loop;
    struct loop_watch *watch;
    struct loop_timer *timer;
    int fd;
    struct beats beats;
    struct link_events events;
    void *ctx;
    bool down;
    bool full; /* waiting for EPOLLOUT */
    bool busy; /* inside socket_ready: link_free leaves the memory to it */
    bool freed;
    uint64_t dropped;
};

static bool socket_send(struct link *link, const struct record *record)
{
    uint8_t bytes[RECORD_BYTES_MAX];
    size_t len = record_encode(record, bytes);

    return send(link->fd, bytes, len, MSG_DONTWAIT | MSG_NOSIGNAL) == (ssize_t)len;
}

static void watch_for(struct link *link, uint32_t events)
{
    struct err err;

    loop_watch_set(link->watch, events, &err);
}

/* The last thing that is done with a link: the callback may free it. */
static void go_down(struct link *link, const char *reason)
{
    if (link->down)
        return;
    link->down = true;
    loop_timer_stop(link->timer);
    loop_watch_free(link->watch);
    link->watch = NULL;
    link->events.down(link->ctx, reason);
}

bool link_send(struct link *link, const struct record *record)
{
    if (!link->down && !link->full && socket_send(link, record)) {
        link->beats.sent++;
        return true;
    }
    link->dropped++;
    if (!link->down && !link->full) {
        link->full = true;
        watch_for(link, EPOLLIN | EPOLLOUT);
    }
    return false;
}

static void send_beat(struct link *link, int64_t now_ns)
{
    struct record beat = {.kind = RECORD_BEAT};

    beats_told(&link->beats, now_ns);
    socket_send(link, &beat); /* a full socket is no reason to count a beat as lost */
}

static void timer_fired(void *ctx, int64_t now_ns)
{
    struct link *link = ctx;

    if (beats_is_dead(&link->beats, now_ns)) {
        go_down(link, "the other half does not answer");
        return;
    }
    int64_t next_ns = beats_next_ns(&link->beats, now_ns);
    if (link->beats.end == LINK_END_CAR)
        send_beat(link, now_ns);
    loop_timer_start(link->timer, next_ns);
}

static void take_other_version(struct link *link, const uint8_t *bytes)
{
    char reason[RECORD_TEXT_MAX];

    send_beat(link, link->beats.heard_ns); /* so that the other end learns it too, whoever was first */
    snprintf(reason, sizeof(reason),
             "the other half speaks records of version %u, this one of version %u: update both",
             bytes[0] | (unsigned)bytes[1] << 8, (unsigned)RECORD_VERSION);
    go_down(link, reason);
}

static void take_beat(struct link *link)
{
    if (beats_is_to_answer(&link->beats))
        send_beat(link, link->beats.heard_ns);
    if (link->beats.end == LINK_END_HOME)
        loop_timer_start(link->timer, beats_next_ns(&link->beats, link->beats.heard_ns));
}

static void take_bytes(struct link *link, const uint8_t *bytes, size_t len)
{
    struct record record;

    link->beats.heard_ns = clock_boot_ns();
    switch (record_decode(&record, bytes, len)) {
    case RECORD_OK:
        if (record.kind == RECORD_BEAT)
            take_beat(link);
        else
            link->events.record(link->ctx, &record);
        break;
    case RECORD_UNKNOWN_KIND:
        break;
    case RECORD_OTHER_VERSION:
        take_other_version(link, bytes);
        break;
    case RECORD_MALFORMED:
        link->dropped++;
        break;
    }
}

/* Takes one record. False when there is none for now, or no link any more. */
static bool read_one(struct link *link)
{
    uint8_t bytes[RECORD_BYTES_MAX + 1];
    ssize_t got = recv(link->fd, bytes, sizeof(bytes), MSG_DONTWAIT);

    if (got > 0) {
        take_bytes(link, bytes, (size_t)got);
        return true;
    }
    if (got < 0 && (errno == EAGAIN || errno == EINTR))
        return false;
    go_down(link, "the other half has closed the connection");
    return false;
}

static void read_burst(struct link *link)
{
    for (int i = 0; i < READ_BURST_MAX; i++) {
        if (!read_one(link) || link->freed || link->down)
            return;
    }
}

static void have_room(struct link *link)
{
    link->full = false;
    watch_for(link, EPOLLIN);
    if (link->events.writable)
        link->events.writable(link->ctx);
}

static void socket_ready(void *ctx, uint32_t events)
{
    struct link *link = ctx;

    link->busy = true;
    if (events & (EPOLLIN | EPOLLHUP | EPOLLERR))
        read_burst(link);
    if ((events & EPOLLOUT) && !link->freed && !link->down)
        have_room(link);
    link->busy = false;
    if (link->freed)
        free(link);
}

struct link *link_new(struct loop *loop, int fd, enum link_end end, const struct link_events *events,
                      void *ctx, struct err *err)
{
    int bytes = SEND_BUFFER_BYTES;
    struct link *link = calloc(1, sizeof(*link));

    if (!link) {
        err_set(err, "link: out of memory");
        return NULL;
    }
    *link = (struct link){.loop = loop, .fd = -1, .beats.end = end, .events = *events, .ctx = ctx};
    link->beats.heard_ns = clock_boot_ns();
    link->timer = loop_timer_new(loop, timer_fired, link);
    if (!link->timer) {
        err_set(err, "link: out of memory");
        goto fail;
    }
    if (fcntl(fd, F_SETFL, O_NONBLOCK) < 0) {
        err_set(err, "link: descriptor %d: %s", fd, strerror(errno));
        goto fail;
    }
    link->watch = loop_watch_new(loop, fd, EPOLLIN, socket_ready, link, err);
    if (!link->watch) {
        err_prefix(err, "link: ");
        goto fail;
    }
    setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &bytes, sizeof(bytes)); /* less is no error */
    link->fd = fd;
    send_beat(link, link->beats.heard_ns);
    loop_timer_start(link->timer, beats_next_ns(&link->beats, link->beats.heard_ns));
    return link;
fail:
    link_free(link);
    return NULL;
}

void link_free(struct link *link)
{
    if (!link)
        return;
    loop_watch_free(link->watch);
    loop_timer_free(link->timer);
    if (link->fd >= 0)
        close(link->fd);
    link->freed = true;
    if (!link->busy)
        free(link);
}

uint64_t link_dropped(const struct link *link)
{
    return link->dropped;
}

int link_pair(int ends[2], struct err *err)
{
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0)
        return err_set(err, "socketpair: %s", strerror(errno));
    fcntl(ends[1], F_SETFD, 0);
    return 0;
}
