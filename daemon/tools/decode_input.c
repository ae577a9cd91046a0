/* Recognises the form of a recording by its first line and takes it apart line by line. Every line that
 * should have carried a frame and does not is counted: cut short as `length`, damaged on the way as
 * `checksum`, anything else as `unknown`. Knows nothing of cars. */
#include "tools/decode_input.h"

#include "adapter/candump.h"
#include "adapter/transcript.h"
#include "tools/jsonlines.h"
#include "util/lines.h"

#include <stdlib.h>
#include <string.h>

struct input;
typedef void take_line_fn(struct input *input, const char *line, size_t len);
typedef bool recognise_fn(const char *line, size_t len);

struct input {
    struct feed *feed;
    take_line_fn *take; /* NULL: the form is not known yet */
    unsigned interface_count;
    char interfaces[FEED_BUSES_MAX][CANDUMP_INTERFACE_MAX + 1];
    struct transcript transcript;
    struct jsonlines_reply reply;
};

/* The bus behind an interface's name, or -1 when there are too many. */
static int find_bus(struct input *input, const struct candump_interface *interface)
{
    for (unsigned i = 0; i < input->interface_count; i++) {
        const char *name = input->interfaces[i];

        if (memcmp(name, interface->name, interface->len) == 0 && name[interface->len] == '\0')
            return (int)i;
    }
    if (input->interface_count == FEED_BUSES_MAX)
        return -1;
    memcpy(input->interfaces[input->interface_count], interface->name, interface->len);
    return (int)input->interface_count++;
}

static void take_bus_frame(struct input *input, const struct candump_interface *interface,
                           const struct frame *frame)
{
    int bus = find_bus(input, interface);

    if (bus < 0)
        feed_reject(input->feed, DECODE_UNKNOWN, 1);
    else
        feed_take(input->feed, (unsigned)bus, frame);
}

static void take_cut(struct input *input, const struct candump_interface *interface, uint16_t id)
{
    int bus = id == CANDUMP_ID_NONE ? -1 : find_bus(input, interface);

    if (bus < 0)
        feed_reject(input->feed, DECODE_LENGTH, 1);
    else
        feed_lose(input->feed, (unsigned)bus, id);
}

static void take_candump(struct input *input, const char *line, size_t len)
{
    struct frame frame;
    struct candump_interface interface;

    switch (candump_parse(line, len, &frame, &interface)) {
    case CANDUMP_FRAME:
        take_bus_frame(input, &interface, &frame);
        break;
    case CANDUMP_CUT:
        take_cut(input, &interface, frame.id);
        break;
    case CANDUMP_OTHER:
    case CANDUMP_GARBAGE:
        feed_reject(input->feed, DECODE_UNKNOWN, 1);
        break;
    }
}

static void take_transcript(struct input *input, const char *line, size_t len)
{
    struct frame frame;

    switch (transcript_take(&input->transcript, line, len, &frame)) {
    case TRANSCRIPT_NOTHING:
        break;
    case TRANSCRIPT_FRAME:
        feed_take(input->feed, 0, &frame);
        break;
    case TRANSCRIPT_ASKED:
        feed_ask(input->feed, &frame);
        break;
    case TRANSCRIPT_ENDED:
        feed_break(input->feed);
        break;
    case TRANSCRIPT_DAMAGED:
        feed_reject(input->feed, DECODE_CHECKSUM, 1);
        break;
    case TRANSCRIPT_CUT:
        feed_reject(input->feed, DECODE_LENGTH, 1);
        break;
    case TRANSCRIPT_GARBAGE:
        feed_reject(input->feed, DECODE_UNKNOWN, 1);
        break;
    }
}

static void take_reply_line(struct input *input, enum elm_line kind, const struct frame *frame)
{
    switch (kind) {
    case ELM_LINE_EMPTY:
    case ELM_LINE_TEXT:
        break;
    case ELM_LINE_FRAME:
        if (input->reply.rx >= 0 && frame->id != input->reply.rx)
            feed_reject(input->feed, DECODE_UNKNOWN, 1);
        else
            feed_take(input->feed, 0, frame);
        break;
    case ELM_LINE_DAMAGED:
        feed_reject(input->feed, DECODE_CHECKSUM, 1);
        break;
    case ELM_LINE_CUT:
        feed_reject(input->feed, DECODE_LENGTH, 1);
        break;
    case ELM_LINE_GARBAGE:
        feed_reject(input->feed, DECODE_UNKNOWN, 1);
        break;
    }
}

static void take_jsonlines(struct input *input, const char *line, size_t len)
{
    const struct jsonlines_reply *reply = &input->reply;

    if (jsonlines_parse(line, len, &input->reply)) {
        feed_reject(input->feed, jsonlines_recognise(line, len) ? DECODE_LENGTH : DECODE_UNKNOWN, 1);
        return;
    }
    if (reply->asked) {
        feed_ask(input->feed, &reply->question);
        feed_insist(input->feed);
    }
    for (size_t i = 0; i < reply->count; i++)
        take_reply_line(input, reply->kinds[i], &reply->frames[i]);
    feed_reject(input->feed, DECODE_LENGTH, reply->left_out);
    feed_break(input->feed);
}

struct form {
    recognise_fn *recognise;
    take_line_fn *take;
};

/* In this order: digits may begin a transcript, but neither '(' nor '{' does. */
static const struct form forms[] = {
    {candump_recognise, take_candump},
    {jsonlines_recognise, take_jsonlines},
    {transcript_recognise, take_transcript},
};

static take_line_fn *find_form(const char *line, size_t len)
{
    for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
        if (forms[i].recognise(line, len))
            return forms[i].take;
    }
    return NULL;
}

/* Comments, and lines of blanks. */
static bool says_nothing(const char *line, size_t len)
{
    if (line[0] == '#')
        return true;
    while (len > 0 && (*line == ' ' || *line == '\t')) {
        line++;
        len--;
    }
    return len == 0;
}

/* Some editors put a mark before the first line. */
static void skip_mark(const char **line, size_t *len)
{
    static const char mark[] = {'\xEF', '\xBB', '\xBF'};

    if (*len > sizeof(mark) && memcmp(*line, mark, sizeof(mark)) == 0) {
        *line += sizeof(mark);
        *len -= sizeof(mark);
    }
}

/* Takes a line; false when it is the first that says something and its form is not known. */
static bool take_line(struct input *input, const char *line, size_t len)
{
    if (!input->take)
        skip_mark(&line, &len);
    if (says_nothing(line, len))
        return true;
    if (!input->take)
        input->take = find_form(line, len);
    if (!input->take)
        return false;
    input->take(input, line, len);
    return true;
}

/* A line that is too long to be looked at; false when it was the first. */
static bool skip_line(struct input *input)
{
    feed_reject(input->feed, DECODE_LENGTH, 1);
    return input->take;
}

static enum decode_input_result read_lines(struct input *input, struct lines *lines, struct err *err)
{
    const char *line;
    size_t len;

    for (;;) {
        bool known = true;

        switch (lines_next(lines, &line, &len, err)) {
        case LINES_LINE:
            known = take_line(input, line, len);
            break;
        case LINES_TOO_LONG:
            known = skip_line(input);
            break;
        case LINES_END:
            feed_finish(input->feed);
            return input->take ? DECODE_INPUT_OK : DECODE_INPUT_NO_FORM;
        case LINES_FAILED:
            return DECODE_INPUT_UNREADABLE;
        }
        if (!known)
            return DECODE_INPUT_NO_FORM;
    }
}

enum decode_input_result decode_input_run(int fd, struct feed *feed, struct err *err)
{
    struct input *input = calloc(1, sizeof(*input));
    struct lines *lines = lines_new(fd);
    enum decode_input_result result = DECODE_INPUT_UNREADABLE;

    if (input && lines) {
        input->feed = feed;
        transcript_init(&input->transcript);
        result = read_lines(input, lines, err);
    } else {
        err_set(err, "out of memory");
    }
    lines_free(lines);
    free(input);
    return result;
}
