/* The SocketCAN adapter: one raw socket with kernel filters for the identifiers worth hearing. Survives an
 * interface that is not there, goes down, or goes away, and a controller that has met too many errors: then
 * it is quiet for a minute at least. Sets no bit rate, brings no interface up, restarts no controller: that
 * is root's. */
#include "adapter/adapter_private.h"
#include "adapter/reopen.h"
#include "adapter/socketcan_frame.h"
#include "adapter/socketcan_link.h"
#include "adapter/socketcan_receive.h"
#include "adapter/socketcan_words.h"
#include "util/clock.h"

#include <errno.h>
#include <linux/can/error.h>
#include <linux/can/raw.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#define IDS_MAX        256               /* filters; the kernel takes 512 */
#define RECEIVE_BYTES  (2 * 1024 * 1024) /* half a second of a full bus; the default is 64 ms */
#define BATCHES_A_TURN 4
#define REST_NS        (5 * NS_PER_MS)
#define ERRORS_OF_INTEREST                                                                                   \
    (CAN_ERR_BUSOFF | CAN_ERR_RESTARTED | CAN_ERR_CRTL | CAN_ERR_BUSERROR | CAN_ERR_ACK)
#define QUIET_NS (60 * NS_PER_S) /* nothing is sent after trouble on the bus */
#define HEARD_NS (10 * NS_PER_S) /* so long a frame shows that the bus can be read */

struct socketcan_adapter {
    struct adapter base;
    char interface[IFNAMSIZ];
    int fd;
    struct loop_watch *watch;
    struct loop_timer *retry; /* runs while the link is down */
    struct loop_timer *rest;  /* runs while nothing is read */
    int news_fd;              /* -1: changes of interfaces are not told */
    struct loop_watch *news;
    struct reopen delay;
    bool listen_only;       /* as configured */
    bool troubled;          /* down by what the controller met: a frame that is heard ends it */
    int64_t heard_ns;       /* the last frame; TIME_NONE */
    int64_t quiet_until_ns; /* TIME_NONE: a frame may be sent */
    uint16_t ids[IDS_MAX];
    size_t id_count;
    uint32_t lost; /* as the kernel counts for this socket */
};

static struct socketcan_adapter *socketcan_of(struct adapter *adapter)
{
    return (struct socketcan_adapter *)adapter;
}

static void socketcan_close(struct socketcan_adapter *can)
{
    loop_watch_free(can->watch);
    can->watch = NULL;
    if (can->fd >= 0) {
        close(can->fd);
    }
    can->fd = -1;
    can->lost = 0;
}

static void socketcan_down(struct socketcan_adapter *can, const char *words)
{
    char reason[ADAPTER_REASON_MAX];
    int64_t now_ns = clock_boot_ns();
    snprintf(reason, sizeof(reason), "%s: %s", can->interface, words);
    reopen_begun(&can->delay, now_ns);
    loop_timer_start(can->retry, now_ns + reopen_delay_ns(&can->delay, now_ns));
    adapter_report_link(&can->base, ADAPTER_LINK_DOWN, reason);
}

static bool socketcan_is_quiet(const struct socketcan_adapter *can, int64_t now_ns)
{
    return can->quiet_until_ns != TIME_NONE && now_ns < can->quiet_until_ns;
}

/* What this interface can't do. */
static void socketcan_describe(struct socketcan_adapter *can, const struct socketcan_link *link)
{
    struct adapter *adapter = &can->base;
    bool can_send = !can->listen_only && !link->listen_only;
    const char *name = can->interface;
    adapter->capabilities = ADAPTER_LISTENS | ADAPTER_HEARS_ALL | (can_send ? ADAPTER_CAN_SEND : 0U);
    snprintf(adapter->description, sizeof(adapter->description), "SocketCAN %s", name);
    adapter->limits[0] = '\0';
    if (link->listen_only && !can->listen_only) {
        snprintf(
            adapter->limits, sizeof(adapter->limits),
            "%s is in listen-only mode: the car can't be asked (ip link set %s type can listen-only off)",
            name, name);
    } else if (can->listen_only && !link->listen_only && link->state != SOCKETCAN_UNKNOWN) {
        snprintf(adapter->limits, sizeof(adapter->limits),
                 "nothing is sent, but %s still acknowledges what it hears (ip link set %s type can "
                 "listen-only on "
                 "ends that, too)",
                 name, name);
    }
}

static void socketcan_up(struct socketcan_adapter *can, const struct socketcan_link *link)
{
    loop_timer_stop(can->retry);
    reopen_reset(&can->delay);
    can->troubled = false;
    socketcan_describe(can, link);
    adapter_report_link(&can->base, ADAPTER_LINK_UP, "");
    if (socketcan_is_quiet(can, clock_boot_ns())) {
        loop_timer_start(can->retry, can->quiet_until_ns);
    } else {
        can->quiet_until_ns = TIME_NONE;
        if (can->base.capabilities & ADAPTER_CAN_SEND) {
            adapter_report_ready(&can->base);
        }
    }
}

static int socketcan_filter(struct socketcan_adapter *can, struct err *err)
{
    struct can_filter filters[IDS_MAX];
    socketcan_filters(can->ids, can->id_count, filters);
    socklen_t len = (socklen_t)(can->id_count * sizeof(filters[0]));
    if (setsockopt(can->fd, SOL_CAN_RAW, CAN_RAW_FILTER, filters, len)) {
        return err_set(err, "filters: %s", socketcan_words(errno));
    }
    return 0;
}

/* Time stamps, loss count and a large buffer make it better; without them it works, too. */
static void socketcan_tune(int fd)
{
    const int on = 1;
    const int bytes = RECEIVE_BYTES;
    const can_err_mask_t errors = ERRORS_OF_INTEREST;
    setsockopt(fd, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof(on));
    setsockopt(fd, SOL_SOCKET, SO_RXQ_OVFL, &on, sizeof(on));
    setsockopt(fd, SOL_CAN_RAW, CAN_RAW_ERR_FILTER, &errors, sizeof(errors));
    if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &bytes, sizeof(bytes))) {
        setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof(bytes));
    }
}

static int socketcan_bind(struct socketcan_adapter *can, struct err *err)
{
    struct sockaddr_can address = {.can_family = AF_CAN};
    address.can_ifindex = (int)if_nametoindex(can->interface);
    if (address.can_ifindex == 0) {
        return err_set(err, "%s", socketcan_words(errno));
    }
    if (bind(can->fd, (const struct sockaddr *)&address, sizeof(address))) {
        return err_set(err, "%s", socketcan_words(errno));
    }
    return 0;
}

static void on_readable(void *ctx, uint32_t events);

static int socketcan_open(struct socketcan_adapter *can, struct err *err)
{
    can->fd = socket(AF_CAN, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, CAN_RAW);
    if (can->fd < 0) {
        return err_set(err, "%s", socketcan_words(errno));
    }
    socketcan_tune(can->fd);
    if (socketcan_filter(can, err) || socketcan_bind(can, err)) {
        return -1;
    }
    can->watch = loop_watch_new(can->base.loop, can->fd, EPOLLIN, on_readable, can, err);
    return can->watch ? 0 : -1;
}

/* 0: up and running; else the errno that says why not. */
static int socketcan_state(const struct socketcan_adapter *can)
{
    struct ifreq request = {0};
    memcpy(request.ifr_name, can->interface, sizeof(request.ifr_name));
    if (ioctl(can->fd, SIOCGIFFLAGS, &request)) {
        return errno;
    }
    const int wanted = IFF_UP | IFF_RUNNING;
    return (request.ifr_flags & wanted) == wanted ? 0 : ENETDOWN;
}

static void socketcan_suffer(struct socketcan_adapter *can, const char *words)
{
    can->troubled = true;
    socketcan_down(can, words);
}

/* The interface is there: what keeps it from being used, if anything. */
static void socketcan_judge(struct socketcan_adapter *can, int error, int64_t now_ns)
{
    struct socketcan_link link;
    char words[ADAPTER_REASON_MAX];
    bool heard = can->heard_ns != TIME_NONE && now_ns - can->heard_ns < HEARD_NS;
    socketcan_link_read(if_nametoindex(can->interface), &link);
    if (link.state == SOCKETCAN_OFF) {
        socketcan_suffer(can, WORDS_OFF);
    } else if (error) {
        socketcan_down(can, socketcan_words(error));
    } else if (link.bitrate && link.bitrate != SOCKETCAN_BITRATE) {
        snprintf(words, sizeof(words), "its bit rate is %u, the car's is %u", link.bitrate,
                 SOCKETCAN_BITRATE);
        socketcan_down(can, words);
    } else if (link.state == SOCKETCAN_PASSIVE && !heard) {
        socketcan_suffer(can, WORDS_UNACKNOWLEDGED);
    } else {
        socketcan_up(can, &link);
    }
}

static void on_retry(void *ctx, int64_t now_ns)
{
    struct socketcan_adapter *can = ctx;
    struct err err;
    if (can->fd < 0 && socketcan_open(can, &err)) {
        socketcan_close(can);
        socketcan_down(can, err.text);
        return;
    }
    int error = socketcan_state(can);
    if (error && error != ENETDOWN) {
        socketcan_close(can);
        socketcan_down(can, socketcan_words(error));
    } else {
        socketcan_judge(can, error, now_ns);
    }
}

/* The interface went down, or away: then the socket is bound to nothing and a new one is needed. */
static void socketcan_failed(struct socketcan_adapter *can, int error)
{
    if (error != ENETDOWN) {
        socketcan_close(can);
    }
    adapter_count(&can->base, ADAPTER_REOPENS, 1);
    socketcan_down(can, socketcan_words(error));
}

/* Nothing is sent for a while; then the interface is looked at again. */
static void socketcan_be_quiet(struct socketcan_adapter *can)
{
    can->quiet_until_ns = clock_boot_ns() + QUIET_NS;
    if (can->base.link == ADAPTER_LINK_UP) {
        loop_timer_start(can->retry, can->quiet_until_ns);
    }
}

static void socketcan_heard_trouble(struct socketcan_adapter *can, enum socketcan_trouble trouble)
{
    adapter_count(&can->base, ADAPTER_BUS_ERRORS, trouble != SOCKETCAN_RESTARTED);
    switch (trouble) {
    case SOCKETCAN_BUS_OFF:
        socketcan_be_quiet(can);
        socketcan_suffer(can, WORDS_OFF);
        break;
    case SOCKETCAN_UNREADABLE:
        socketcan_be_quiet(can);
        socketcan_suffer(can, WORDS_UNREAD);
        break;
    case SOCKETCAN_UNACKNOWLEDGED:
        socketcan_be_quiet(can);
        socketcan_suffer(can, WORDS_UNACKNOWLEDGED);
        break;
    case SOCKETCAN_WARNING:
        socketcan_be_quiet(can);
        break;
    case SOCKETCAN_RESTARTED:
        loop_timer_start(can->retry, clock_boot_ns());
        break;
    case SOCKETCAN_OVERFLOW:
        adapter_count(&can->base, ADAPTER_OVERFLOWS, 1);
        break;
    case SOCKETCAN_BUS_ERROR:
    case SOCKETCAN_NO_TROUBLE:
        break;
    }
}

/* An error-passive controller hears as well as another, and stays so until it sends. */
static void socketcan_heard_car(struct socketcan_adapter *can, int64_t now_ns)
{
    can->heard_ns = now_ns;
    if (can->troubled) {
        can->troubled = false;
        loop_timer_start(can->retry, now_ns);
    }
}

static void socketcan_heard_frame(struct socketcan_adapter *can, const struct socketcan_receipt *receipt)
{
    struct frame frame;
    int64_t now_ns = clock_boot_ns();
    if (!socketcan_from_kernel(&receipt->frame, &frame)) {
        adapter_count(&can->base, ADAPTER_GARBAGE, 1);
        return;
    }
    frame.time_ns = receipt->stamp_utc_ns == TIME_NONE
                        ? now_ns
                        : socketcan_boot_ns(receipt->stamp_utc_ns, clock_utc_ns(), now_ns);
    adapter_count(&can->base, ADAPTER_BYTES, frame.len);
    socketcan_heard_car(can, now_ns);
    adapter_report_frame(&can->base, &frame);
}

static void socketcan_heard(struct socketcan_adapter *can, const struct socketcan_receipt *receipt)
{
    if (receipt->has_lost && receipt->lost != can->lost) {
        adapter_count(&can->base, ADAPTER_OVERFLOWS, receipt->lost - can->lost);
        can->lost = receipt->lost;
    }
    enum socketcan_trouble trouble = socketcan_trouble(&receipt->frame);
    if (trouble != SOCKETCAN_NO_TROUBLE) {
        socketcan_heard_trouble(can, trouble);
    } else {
        socketcan_heard_frame(can, receipt);
    }
}

/* Reads one batch. False when no more is to be read now. */
static bool socketcan_read(struct socketcan_adapter *can)
{
    struct socketcan_receipt receipts[SOCKETCAN_BATCH];
    int count = socketcan_receive(can->fd, receipts);
    if (count < 0) {
        socketcan_failed(can, errno);
        return false;
    }
    for (int i = 0; i < count && can->fd >= 0; i++) {
        if (receipts[i].is_whole) {
            socketcan_heard(can, &receipts[i]);
        }
    }
    return count == SOCKETCAN_BATCH && can->fd >= 0;
}

/* A wake-up for each frame of a lively bus would cost more than all that is done with it: the next ones wait
 * in the socket for a moment. */
static void on_readable(void *ctx, uint32_t events)
{
    struct socketcan_adapter *can = ctx;
    struct err err;
    bool more = true;
    (void)events;
    for (int i = 0; i < BATCHES_A_TURN && more; i++) {
        more = socketcan_read(can);
    }
    if (!more && can->watch && loop_watch_set(can->watch, 0, &err) == 0) {
        loop_timer_start(can->rest, clock_boot_ns() + REST_NS);
    }
}

static void on_rested(void *ctx, int64_t now_ns)
{
    struct socketcan_adapter *can = ctx;
    struct err err;
    (void)now_ns;
    if (can->watch && loop_watch_set(can->watch, EPOLLIN, &err)) {
        socketcan_close(can);
        socketcan_down(can, err.text);
    }
}

/* Some interface came, went or changed: if it is ours, nobody has to wait for the next try. */
static void on_news(void *ctx, uint32_t events)
{
    struct socketcan_adapter *can = ctx;
    (void)events;
    socketcan_link_drain(can->news_fd);
    if (can->base.link != ADAPTER_LINK_UP && !can->base.paused) {
        loop_timer_start(can->retry, clock_boot_ns());
    }
}

/* The adapter's kind */

static int socketcan_start(struct adapter *adapter, const struct adapter_settings *settings, struct err *err)
{
    struct socketcan_adapter *can = socketcan_of(adapter);
    can->fd = -1;
    can->news_fd = -1;
    size_t len = strlen(settings->port);
    if (len == 0 || len >= IFNAMSIZ || strpbrk(settings->port, "/: \t")) {
        return err_set(err, "%s: not the name of a CAN interface", settings->port);
    }
    if (settings->listen_count > IDS_MAX / 2) {
        return err_set(err, "more than %d identifiers to listen to", IDS_MAX / 2);
    }
    memcpy(can->interface, settings->port, len + 1);
    for (size_t i = 0; i < settings->listen_count; i++) {
        can->ids[can->id_count++] = settings->listen_ids[i];
    }
    can->listen_only = settings->listen_only;
    can->heard_ns = TIME_NONE;
    can->quiet_until_ns = TIME_NONE;
    socketcan_describe(can, &(struct socketcan_link){.state = SOCKETCAN_UNKNOWN});
    adapter->description[0] = '\0';
    can->retry = loop_timer_new(adapter->loop, on_retry, can);
    can->rest = loop_timer_new(adapter->loop, on_rested, can);
    if (!can->retry || !can->rest) {
        return err_set(err, "out of memory");
    }
    reopen_reset(&can->delay);
    loop_timer_start(can->retry, clock_boot_ns());
    can->news_fd = socketcan_link_watch();
    if (can->news_fd >= 0) {
        can->news = loop_watch_new(adapter->loop, can->news_fd, EPOLLIN, on_news, can, err);
    }
    return can->news_fd < 0 || can->news ? 0 : -1;
}

static void socketcan_stop(struct adapter *adapter)
{
    struct socketcan_adapter *can = socketcan_of(adapter);
    socketcan_close(can);
    loop_timer_free(can->retry);
    loop_timer_free(can->rest);
    loop_watch_free(can->news);
    if (can->news_fd >= 0) {
        close(can->news_fd);
    }
}

/* Answers come on identifiers that nobody broadcasts: the filter learns them. */
static int socketcan_listen_to(struct socketcan_adapter *can, uint16_t id, struct err *err)
{
    for (size_t i = 0; i < can->id_count; i++) {
        if (can->ids[i] == id) {
            return 0;
        }
    }
    if (can->id_count == IDS_MAX) {
        return err_set(err, "more than %d identifiers to listen to", IDS_MAX);
    }
    can->ids[can->id_count++] = id;
    return socketcan_filter(can, err);
}

static int socketcan_send(struct adapter *adapter, const struct frame *frame, uint16_t answer_id,
                          struct err *err)
{
    struct socketcan_adapter *can = socketcan_of(adapter);
    struct can_frame kernel;
    if (socketcan_listen_to(can, answer_id, err)) {
        return -1;
    }
    socketcan_to_kernel(frame, &kernel);
    if (write(can->fd, &kernel, sizeof(kernel)) != (ssize_t)sizeof(kernel)) {
        return err_set(err, "%s: %s", can->interface, socketcan_words(errno));
    }
    adapter_count(adapter, ADAPTER_FRAMES_OUT, 1);
    adapter_count(adapter, ADAPTER_BYTES, frame->len);
    return 0;
}

static bool socketcan_is_ready(const struct adapter *adapter)
{
    const struct socketcan_adapter *can = (const struct socketcan_adapter *)adapter;
    return can->fd >= 0 && (adapter->capabilities & ADAPTER_CAN_SEND) &&
           !socketcan_is_quiet(can, clock_boot_ns());
}

static void socketcan_pause(struct adapter *adapter)
{
    struct socketcan_adapter *can = socketcan_of(adapter);
    socketcan_close(can);
    loop_timer_stop(can->retry);
}

static void socketcan_resume(struct adapter *adapter)
{
    struct socketcan_adapter *can = socketcan_of(adapter);
    reopen_reset(&can->delay);
    loop_timer_start(can->retry, clock_boot_ns());
}

const struct adapter_kind adapter_socketcan = {
    .name = "socketcan",
    .size = sizeof(struct socketcan_adapter),
    .start = socketcan_start,
    .stop = socketcan_stop,
    .send = socketcan_send,
    .is_ready = socketcan_is_ready,
    .pause = socketcan_pause,
    .resume = socketcan_resume,
};
