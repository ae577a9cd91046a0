/* Lines are gathered and written once a second or when there are many. The first write that fails ends it:
 * what stands in the file until then is whole lines. Knows neither where the file is nor who asked for it. */
#include "recorder.h"

#include "adapter/candump.h"
#include "car/mask.h"
#include "util/clock.h"
#include "util/core/buf.h"
#include "util/outlet.h"

#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define TICK_NS      (1 * NS_PER_S)
#define GATHER_BYTES ((size_t)64 * 1024) /* also what a slow reader may lag behind */
#define INTERFACE    "can0"

struct recorder {
    struct recorder_settings settings;
    struct recorder_events events;
    void *ctx;
    struct outlet outlet; /* its fd is -1 until it is taken over */
    bool is_over;
    struct loop_timer *tick;
    struct mask *mask;
    int64_t from_ns, until_ns;
    int64_t utc_minus_boot_ns; /* one for the whole file: its times never jump */
    size_t gathered;
    size_t half_line; /* bytes behind the last line's end that was written */
    struct recorder_result result;
    char note[RECORDER_WORDS / 2];
    char bytes[GATHER_BYTES];
};

/* ---- its end ---- */

static void write_words(struct recorder *recorder, const char *words)
{
    struct recorder_result *result = &recorder->result;
    int64_t seconds = (clock_boot_ns() - recorder->from_ns + NS_PER_S / 2) / NS_PER_S;
    struct buf text;

    buf_init(&text, result->words, sizeof(result->words));
    if (result->frames == 0)
        buf_add_text(&text, "nothing was heard");
    else
        buf_add_format(&text, "%" PRIu64 " frames", result->frames);
    buf_add_format(&text, " in %" PRId64 " s", seconds);
    if (*words)
        buf_add_format(&text, "; ended early: %s", words);
    if (recorder->note[0])
        buf_add_format(&text, "; %s", recorder->note);
}

/* The last thing that is done with a recording: whoever is told frees it. */
static void finish(struct recorder *recorder, const char *words)
{
    if (recorder->is_over)
        return;
    recorder->is_over = true;
    loop_timer_stop(recorder->tick);
    write_words(recorder, words);
    recorder->events.ended(recorder->ctx, &recorder->result);
}

/* ---- writing ---- */

/* A card that was full in the middle of a line: half a frame would be read as another one. */
static void cut_half_line(struct recorder *recorder)
{
    off_t end = lseek(recorder->outlet.fd, 0, SEEK_CUR);

    if (recorder->outlet.is_socket || end < (off_t)recorder->half_line ||
        ftruncate(recorder->outlet.fd, end - (off_t)recorder->half_line) != 0)
        return;
    recorder->result.bytes -= recorder->half_line;
    recorder->half_line = 0;
}

static void count_written(struct recorder *recorder, size_t done)
{
    const char *newline = memrchr(recorder->bytes, '\n', done);

    recorder->half_line =
        newline ? (size_t)(recorder->bytes + done - 1 - newline) : recorder->half_line + done;
    recorder->result.bytes += done;
}

/* What a slow reader does not take stays gathered. 0, or the error. */
static int flush(struct recorder *recorder)
{
    while (recorder->gathered > 0) {
        ssize_t done = outlet_write(&recorder->outlet, recorder->bytes, recorder->gathered);

        if (done < 0 && errno == EAGAIN)
            return 0;
        if (done < 0) {
            int error = errno;
            cut_half_line(recorder);
            return error;
        }
        count_written(recorder, (size_t)done);
        recorder->gathered -= (size_t)done;
        memmove(recorder->bytes, recorder->bytes + done, recorder->gathered);
    }
    return 0;
}

static void gather(struct recorder *recorder, const char *text, size_t len)
{
    memcpy(recorder->bytes + recorder->gathered, text, len);
    recorder->gathered += len;
}

static bool is_full(const struct recorder *recorder)
{
    return sizeof(recorder->bytes) - recorder->gathered < CANDUMP_LINE_MAX;
}

static bool is_too_long(const struct recorder *recorder)
{
    int64_t bytes = (int64_t)(recorder->result.bytes + recorder->gathered);

    return recorder->settings.bytes_max > 0 && bytes > recorder->settings.bytes_max - CANDUMP_LINE_MAX;
}

/* False: it has ended, and is gone. */
static bool write_out(struct recorder *recorder)
{
    int error = flush(recorder);

    if (!error && !is_full(recorder))
        return true;
    finish(recorder, error ? outlet_words(error) : "whoever takes it is too slow");
    return false;
}

static void write_head(struct recorder *recorder)
{
    char head[CANDUMP_LINE_MAX];

    int len = snprintf(head, sizeof(head),
                       "# car %s, by garaged " GARAGED_VERSION
                       ": what was heard and sent; VIN and serial numbers are hidden (XXXX)\n",
                       recorder->settings.car);
    gather(recorder, head, (size_t)len);
}

/* ---- time ---- */

static void ticked(void *ctx, int64_t now_ns)
{
    struct recorder *recorder = ctx;
    int64_t whole_ns = recorder->until_ns - recorder->from_ns;

    if (now_ns >= recorder->until_ns) {
        recorder_end(recorder, "");
        return;
    }
    loop_timer_start(recorder->tick,
                     now_ns + TICK_NS < recorder->until_ns ? now_ns + TICK_NS : recorder->until_ns);
    if (write_out(recorder) && recorder->events.progress)
        recorder->events.progress(recorder->ctx, (double)(now_ns - recorder->from_ns) / (double)whole_ns);
}

/* ---- the object ---- */

struct recorder *recorder_new(struct loop *loop, const struct recorder_settings *settings, int fd,
                              const struct recorder_events *events, void *ctx, struct err *err)
{
    struct outlet outlet;

    if (outlet_judge(&outlet, fd, err))
        return NULL;
    struct recorder *recorder = calloc(1, sizeof(*recorder));
    if (!recorder) {
        err_set(err, "out of memory");
        return NULL;
    }
    int64_t now_ns = clock_boot_ns();
    recorder->settings = *settings;
    recorder->events = *events;
    recorder->ctx = ctx;
    recorder->outlet.fd = -1;
    recorder->from_ns = now_ns;
    recorder->until_ns = now_ns + settings->seconds * NS_PER_S;
    recorder->utc_minus_boot_ns = clock_utc_minus_boot_ns();
    recorder->mask = mask_new(settings->definition);
    recorder->tick = loop_timer_new(loop, ticked, recorder);
    if (!recorder->mask || !recorder->tick) {
        recorder_free(recorder);
        err_set(err, "out of memory");
        return NULL;
    }
    recorder->outlet = outlet;
    write_head(recorder);
    loop_timer_start(recorder->tick, now_ns + TICK_NS);
    return recorder;
}

void recorder_free(struct recorder *recorder)
{
    if (!recorder)
        return;
    loop_timer_free(recorder->tick);
    mask_free(recorder->mask);
    if (recorder->outlet.fd >= 0)
        close(recorder->outlet.fd);
    free(recorder);
}

void recorder_take(struct recorder *recorder, const struct frame *frame)
{
    struct frame shown = *frame;
    char line[CANDUMP_LINE_MAX];

    if (recorder->is_over)
        return;
    recorder->result.hidden += mask_frame(recorder->mask, &shown);
    recorder->result.frames++;
    gather(recorder, line,
           candump_write(line, &shown, frame->time_ns + recorder->utc_minus_boot_ns, INTERFACE));
    if (is_too_long(recorder))
        recorder_end(recorder, "the file is as large as it may be");
    else if (is_full(recorder))
        write_out(recorder);
}

void recorder_note(struct recorder *recorder, const char *words)
{
    if (!recorder->note[0])
        snprintf(recorder->note, sizeof(recorder->note), "%s", words);
}

void recorder_end(struct recorder *recorder, const char *words)
{
    int error = flush(recorder);

    finish(recorder, error ? outlet_words(error) : words);
}
