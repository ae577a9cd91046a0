/* A recording as an adapter: plays a log of `candump -L` at its own pace (or faster), then reports that it
 * has ended. It can't send, has no voltmeter, and other forms of recordings are for `garagectl decode`.
 * Frames are stamped with the time at which they are due on the loop's clock, as if the car stood here now.
 * All interfaces of the log are one bus. */
#include "adapter/adapter_private.h"

#include "adapter/candump.h"
#include "adapter/replay_pace.h"
#include "util/clock.h"
#include "util/lines.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define REPLAY_LINES_A_TURN 256 /* then the loop gets its turn */
#define REPLAY_START_NS     (10 * NS_PER_MS)
#define REPLAY_STEP_NS      (5 * NS_PER_MS) /* frames that are due so close together are played in one turn */

struct replay {
    struct adapter adapter;
    int fd; /* -1: not open */
    struct lines *lines;
    struct loop_timer *timer;
    struct replay_pace pace;
    double speed;
    bool begun, ended;
    bool has_frame; /* `frame` waits for its time */
    struct frame frame;
};

static struct replay *replay_of(struct adapter *adapter)
{
    return (struct replay *)adapter;
}

static void replay_end(struct replay *replay, const char *reason)
{
    replay->ended = true;
    adapter_report_link(&replay->adapter, ADAPTER_LINK_DOWN, reason);
}

static void replay_take_line(struct replay *replay, const char *line, size_t len, int64_t now_ns)
{
    struct candump_interface interface;

    adapter_count(&replay->adapter, ADAPTER_BYTES, len);
    if (line[0] == '#')
        return;
    if (candump_parse(line, len, &replay->frame, &interface) != CANDUMP_FRAME) {
        adapter_count(&replay->adapter, ADAPTER_GARBAGE, 1);
        return;
    }
    replay->frame.time_ns = replay_pace_due(&replay->pace, replay->frame.time_ns, now_ns);
    replay->has_frame = true;
}

/* Reads one line. False when there is none: the recording has ended. */
static bool replay_read(struct replay *replay, int64_t now_ns)
{
    const char *line;
    size_t len;
    struct err err;

    switch (lines_next(replay->lines, &line, &len, &err)) {
    case LINES_LINE:
        replay_take_line(replay, line, len, now_ns);
        break;
    case LINES_TOO_LONG:
        adapter_count(&replay->adapter, ADAPTER_GARBAGE, 1);
        break;
    case LINES_END:
        replay_end(replay, "the recording has ended");
        return false;
    case LINES_FAILED:
        err_prefix(&err, "the recording can't be read on: ");
        replay_end(replay, err.text);
        return false;
    }
    return true;
}

/* When to play on: at once after a full turn, else when a frame is due, but no sooner than a step: a wake-up for
 * each frame of a full bus would cost more than all that is done with it. */
static int64_t replay_next(const struct replay *replay, int64_t now_ns)
{
    if (!replay->has_frame || replay->frame.time_ns <= now_ns)
        return now_ns;
    if (replay->frame.time_ns < now_ns + REPLAY_STEP_NS)
        return now_ns + REPLAY_STEP_NS;
    return replay->frame.time_ns;
}

/* Reads and plays what is due, at most REPLAY_LINES_A_TURN. */
static void replay_play(struct replay *replay, int64_t now_ns)
{
    for (unsigned i = 0; i < REPLAY_LINES_A_TURN && !replay->adapter.paused; i++) {
        if (!replay->has_frame && !replay_read(replay, now_ns))
            return;
        if (replay->has_frame && replay->frame.time_ns > now_ns)
            break;
        if (!replay->has_frame)
            continue;
        replay->has_frame = false;
        adapter_report_frame(&replay->adapter, &replay->frame);
    }
    if (!replay->adapter.paused)
        loop_timer_start(replay->timer, replay_next(replay, now_ns));
}

static void replay_timer(void *ctx, int64_t now_ns)
{
    struct replay *replay = ctx;

    if (!replay->begun) {
        replay->begun = true;
        replay_pace_begin(&replay->pace, replay->speed, now_ns);
    }
    adapter_report_link(&replay->adapter, ADAPTER_LINK_UP, "");
    replay_play(replay, now_ns);
}

static int replay_open(struct replay *replay, const char *path, struct err *err)
{
    struct stat status;

    replay->fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (replay->fd < 0)
        return err_set(err, "%s: %s", path, strerror(errno));
    if (fstat(replay->fd, &status) != 0 || !S_ISREG(status.st_mode))
        return err_set(err, "%s: no file that can be replayed", path);
    return 0;
}

static int replay_start(struct adapter *adapter, const struct adapter_settings *settings, struct err *err)
{
    struct replay *replay = replay_of(adapter);

    replay->fd = -1;
    replay->speed = settings->replay_speed;
    if (!isfinite(replay->speed) || replay->speed < 0)
        return err_set(err, "replay: the speed must be 0 or more");
    if (replay_open(replay, settings->port, err))
        return -1;
    replay->lines = lines_new(replay->fd);
    replay->timer = loop_timer_new(adapter->loop, replay_timer, replay);
    if (!replay->lines || !replay->timer)
        return err_set(err, "replay: out of memory");
    adapter->capabilities = ADAPTER_LISTENS | ADAPTER_HEARS_ALL;
    snprintf(adapter->description, sizeof(adapter->description), "a recording");
    loop_timer_start(replay->timer, clock_boot_ns() + REPLAY_START_NS);
    return 0;
}

static void replay_stop(struct adapter *adapter)
{
    struct replay *replay = replay_of(adapter);

    if (replay->timer)
        loop_timer_free(replay->timer);
    lines_free(replay->lines);
    if (replay->fd >= 0)
        close(replay->fd);
}

static int replay_send(struct adapter *adapter, const struct frame *frame, uint16_t answer_id,
                       struct err *err)
{
    (void)adapter;
    (void)frame;
    (void)answer_id;
    return err_set(err, "a recording can't be asked");
}

static bool replay_is_ready(const struct adapter *adapter)
{
    (void)adapter;
    return false;
}

static void replay_pause(struct adapter *adapter)
{
    loop_timer_stop(replay_of(adapter)->timer);
}

static void replay_resume(struct adapter *adapter)
{
    struct replay *replay = replay_of(adapter);
    int64_t now_ns = clock_boot_ns();

    if (replay->ended) {
        replay_end(replay, "the recording has ended");
        return;
    }
    if (replay->begun)
        replay_pace_resume(&replay->pace, now_ns);
    if (replay->has_frame && replay->frame.time_ns < now_ns)
        replay->frame.time_ns = now_ns;
    loop_timer_start(replay->timer, now_ns);
}

const struct adapter_kind adapter_replay = {
    .name = "replay",
    .size = sizeof(struct replay),
    .start = replay_start,
    .stop = replay_stop,
    .send = replay_send,
    .is_ready = replay_is_ready,
    .pause = replay_pause,
    .resume = replay_resume,
};
