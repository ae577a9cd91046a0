/* Lines are gathered and written once a second or when there are many. The first write that fails ends it:
 * what stands in the file until then is whole lines. Knows neither where the file is nor who asked for it. */
#include "recording.h"

#include "adapter/candump.h"
#include "car/mask.h"
#include "util/clock.h"
#include "util/core/buf.h"

#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#define TICK_NS      (1 * NS_PER_S)
#define GATHER_BYTES ((size_t)64 * 1024) /* also what a slow reader may lag behind */
#define INTERFACE    "can0"

struct recording {
    struct recording_settings settings;
    struct recording_events events;
    void *ctx;
    int fd;
    bool is_socket, is_over;
    struct loop_timer *tick;
    struct mask *mask;
    int64_t from_ns, until_ns;
    int64_t utc_minus_boot_ns; /* one for the whole file: its times never jump */
    size_t gathered;
    struct recording_result result;
    char note[RECORDING_WORDS / 2];
    char bytes[GATHER_BYTES];
};

/* ---- its end ---- */

static void write_words(struct recording *recording, const char *words)
{
    struct recording_result *result = &recording->result;
    int64_t seconds = (clock_boot_ns() - recording->from_ns + NS_PER_S / 2) / NS_PER_S;
    struct buf text;

    buf_init(&text, result->words, sizeof(result->words));
    if (result->frames == 0)
        buf_add_text(&text, "nothing was heard");
    else
        buf_add_format(&text, "%" PRIu64 " frames", result->frames);
    buf_add_format(&text, " in %" PRId64 " s", seconds);
    if (*words)
        buf_add_format(&text, "; ended early: %s", words);
    if (recording->note[0])
        buf_add_format(&text, "; %s", recording->note);
}

/* The last thing that is done with a recording: whoever is told frees it. */
static void finish(struct recording *recording, const char *words)
{
    if (recording->is_over)
        return;
    recording->is_over = true;
    loop_timer_stop(recording->tick);
    write_words(recording, words);
    recording->events.ended(recording->ctx, &recording->result);
}

/* ---- writing ---- */

static const char *words_of(int error)
{
    switch (error) {
    case ENOSPC:
    case EDQUOT:
        return "the disk is full";
    case EPIPE:
    case ECONNRESET:
        return "nobody takes it any more";
    default:
        return strerror(error);
    }
}

static ssize_t write_some(const struct recording *recording)
{
    return recording->is_socket
               ? send(recording->fd, recording->bytes, recording->gathered, MSG_DONTWAIT | MSG_NOSIGNAL)
               : write(recording->fd, recording->bytes, recording->gathered);
}

/* What a slow reader does not take stays gathered. 0, or the error. */
static int flush(struct recording *recording)
{
    while (recording->gathered > 0) {
        ssize_t done = write_some(recording);

        if (done < 0 && errno == EINTR)
            continue;
        if (done < 0)
            return errno == EAGAIN ? 0 : errno;
        recording->result.bytes += (uint64_t)done;
        recording->gathered -= (size_t)done;
        memmove(recording->bytes, recording->bytes + done, recording->gathered);
    }
    return 0;
}

static void gather(struct recording *recording, const char *text, size_t len)
{
    memcpy(recording->bytes + recording->gathered, text, len);
    recording->gathered += len;
}

static bool is_full(const struct recording *recording)
{
    return sizeof(recording->bytes) - recording->gathered < CANDUMP_LINE_MAX;
}

static bool is_too_long(const struct recording *recording)
{
    int64_t bytes = (int64_t)(recording->result.bytes + recording->gathered);

    return recording->settings.bytes_max > 0 && bytes > recording->settings.bytes_max - CANDUMP_LINE_MAX;
}

/* False: it has ended, and is gone. */
static bool write_out(struct recording *recording)
{
    int error = flush(recording);

    if (!error && !is_full(recording))
        return true;
    finish(recording, error ? words_of(error) : "whoever takes it is too slow");
    return false;
}

static void write_head(struct recording *recording)
{
    char head[CANDUMP_LINE_MAX];

    int len = snprintf(head, sizeof(head),
                       "# car %s, by garaged " GARAGED_VERSION
                       ": what was heard and sent; VIN and serial numbers are hidden (XXXX)\n",
                       recording->settings.car);
    gather(recording, head, (size_t)len);
}

/* ---- time ---- */

static void ticked(void *ctx, int64_t now_ns)
{
    struct recording *recording = ctx;
    int64_t whole_ns = recording->until_ns - recording->from_ns;

    if (now_ns >= recording->until_ns) {
        recording_end(recording, "");
        return;
    }
    loop_timer_start(recording->tick,
                     now_ns + TICK_NS < recording->until_ns ? now_ns + TICK_NS : recording->until_ns);
    if (write_out(recording) && recording->events.progress)
        recording->events.progress(recording->ctx, (double)(now_ns - recording->from_ns) / (double)whole_ns);
}

/* ---- the object ---- */

static int judge_descriptor(int fd, bool *is_socket, struct err *err)
{
    struct stat status;

    if (fd < 0 || fstat(fd, &status) != 0)
        return err_set(err, "no file came with the request");
    *is_socket = S_ISSOCK(status.st_mode);
    if (!*is_socket && !S_ISREG(status.st_mode))
        return err_set(err, "neither a file nor a socket: it could keep the house waiting");
    return 0;
}

struct recording *recording_new(struct loop *loop, const struct recording_settings *settings, int fd,
                                const struct recording_events *events, void *ctx, struct err *err)
{
    bool is_socket = false;

    if (judge_descriptor(fd, &is_socket, err))
        return NULL;
    struct recording *recording = calloc(1, sizeof(*recording));
    if (!recording) {
        err_set(err, "out of memory");
        return NULL;
    }
    int64_t now_ns = clock_boot_ns();
    recording->settings = *settings;
    recording->events = *events;
    recording->ctx = ctx;
    recording->fd = -1;
    recording->is_socket = is_socket;
    recording->from_ns = now_ns;
    recording->until_ns = now_ns + settings->seconds * NS_PER_S;
    recording->utc_minus_boot_ns = clock_utc_ns() - now_ns;
    recording->mask = mask_new(settings->definition);
    recording->tick = loop_timer_new(loop, ticked, recording);
    if (!recording->mask || !recording->tick) {
        recording_free(recording);
        err_set(err, "out of memory");
        return NULL;
    }
    recording->fd = fd;
    write_head(recording);
    loop_timer_start(recording->tick, now_ns + TICK_NS);
    return recording;
}

void recording_free(struct recording *recording)
{
    if (!recording)
        return;
    loop_timer_free(recording->tick);
    mask_free(recording->mask);
    if (recording->fd >= 0)
        close(recording->fd);
    free(recording);
}

void recording_take(struct recording *recording, const struct frame *frame)
{
    struct frame shown = *frame;
    char line[CANDUMP_LINE_MAX];

    if (recording->is_over)
        return;
    recording->result.hidden += mask_frame(recording->mask, &shown);
    recording->result.frames++;
    gather(recording, line,
           candump_write(line, &shown, frame->time_ns + recording->utc_minus_boot_ns, INTERFACE));
    if (is_too_long(recording))
        recording_end(recording, "the file is as large as it may be");
    else if (is_full(recording))
        write_out(recording);
}

void recording_note(struct recording *recording, const char *words)
{
    if (!recording->note[0])
        snprintf(recording->note, sizeof(recording->note), "%s", words);
}

void recording_end(struct recording *recording, const char *words)
{
    int error = flush(recording);

    finish(recording, error ? words_of(error) : words);
}
