/* One line of JSON a reading. Values mostly repeat, and printing a double is the dearest thing here: so for
 * each pair of signal and source the text behind the time is kept and used again while the value stays the
 * same. Does not round, does not judge, and never prints a text of the car (VIN, serials). */
#include "tools/decode_write.h"

#include "util/core/buf.h"
#include "util/core/time.h"

#include <assert.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define SLOT_TEXT_MAX  320
#define NUMBER_MAX     32
#define ARRAY_TEXT_MAX (SIGNAL_ELEMENT_MAX * NUMBER_MAX + SLOT_TEXT_MAX)
#define TIME_TEXT_MAX  40

/* The last reading of a signal from a source. */
struct slot {
    bool known, has_raw;
    enum quality quality;
    double value;
    int64_t raw;
    size_t count;     /* of an array */
    double *elements; /* NULL for other kinds */
    char *text;       /* what stands behind the time, with the end of line */
    size_t text_len;
};

struct decode_writer {
    const struct definition *definition;
    FILE *out;
    bool changes_only;
    bool failed; /* out of memory */
    uint64_t count;
    int64_t time_ns; /* of `time_text`: the readings of a frame share it */
    size_t time_len;
    char time_text[TIME_TEXT_MAX];
    size_t sources;
    struct slot *slots[]; /* by signal * sources + source; NULL: nothing yet */
};

struct decode_writer *decode_writer_new(const struct definition *definition, FILE *out, bool changes_only)
{
    size_t sources = definition_source_count(definition);
    size_t slots = definition_signal_count(definition) * sources;
    struct decode_writer *writer = calloc(1, sizeof(*writer) + slots * sizeof(writer->slots[0]));

    if (!writer)
        return NULL;
    writer->definition = definition;
    writer->out = out;
    writer->changes_only = changes_only;
    writer->sources = sources;
    return writer;
}

static void slot_free(struct slot *slot)
{
    if (!slot)
        return;
    free(slot->elements);
    free(slot->text);
    free(slot);
}

void decode_writer_free(struct decode_writer *writer)
{
    if (!writer)
        return;
    size_t slots = definition_signal_count(writer->definition) * writer->sources;

    for (size_t i = 0; i < slots; i++)
        slot_free(writer->slots[i]);
    free(writer);
}

uint64_t decode_writer_count(const struct decode_writer *writer)
{
    return writer->count;
}

static struct slot *slot_new(bool array)
{
    struct slot *slot = calloc(1, sizeof(*slot));

    if (!slot)
        return NULL;
    slot->text = malloc(array ? ARRAY_TEXT_MAX : SLOT_TEXT_MAX);
    slot->elements = array ? calloc(SIGNAL_ELEMENT_MAX, sizeof(*slot->elements)) : NULL;
    if (slot->text && (slot->elements || !array))
        return slot;
    slot_free(slot);
    return NULL;
}

static void add_text(struct buf *buf, const char *text)
{
    buf_add_text(buf, "\"");
    for (; *text != '\0'; text++) {
        if (*text == '"' || *text == '\\')
            buf_add_format(buf, "\\%c", *text);
        else if ((unsigned char)*text < 0x20)
            buf_add_format(buf, "\\u%04x", (unsigned)*text);
        else
            buf_add(buf, text, 1);
    }
    buf_add_text(buf, "\"");
}

static void add_number(struct buf *buf, double value)
{
    if (isfinite(value))
        buf_add_format(buf, "%.15g", value + 0.0); /* never -0 */
    else
        buf_add_text(buf, "null");
}

static void add_elements(struct buf *buf, const struct reading *reading)
{
    buf_add_text(buf, "[");
    for (size_t i = 0; i < reading->count; i++) {
        if (i > 0)
            buf_add_text(buf, ",");
        add_number(buf, reading->elements[i]);
    }
    buf_add_text(buf, "]");
}

static void add_word(struct buf *buf, const struct signal *signal, double value)
{
    for (size_t i = 0; signal->words && signal->words[i]; i++) {
        if ((double)i == value) {
            add_text(buf, signal->words[i]);
            return;
        }
    }
    buf_add_text(buf, "null");
}

static void add_value(struct buf *buf, const struct signal *signal, const struct reading *reading)
{
    if (!reading->known) {
        buf_add_text(buf, "null");
        return;
    }
    switch (signal->kind) {
    case SIGNAL_KIND_NUMBER:
        add_number(buf, reading->value);
        break;
    case SIGNAL_KIND_BOOL:
        buf_add_text(buf, reading->value != 0 ? "true" : "false");
        break;
    case SIGNAL_KIND_WORD:
        add_word(buf, signal, reading->value);
        break;
    case SIGNAL_KIND_ARRAY:
        add_elements(buf, reading);
        break;
    case SIGNAL_KIND_TEXT:
        buf_add_text(buf, "null");
        break;
    }
}

static void slot_print(const struct decode_writer *writer, struct slot *slot, const struct reading *reading)
{
    const struct signal *signal = definition_signal(writer->definition, reading->signal);
    struct buf buf;

    buf_init(&buf, slot->text, slot->elements ? ARRAY_TEXT_MAX : SLOT_TEXT_MAX);
    buf_add_text(&buf, ",\"signal\":");
    add_text(&buf, signal->name);
    buf_add_text(&buf, ",\"value\":");
    add_value(&buf, signal, reading);
    buf_add_text(&buf, ",\"unit\":");
    add_text(&buf, signal->unit);
    buf_add_text(&buf, ",\"source\":");
    add_text(&buf, definition_source(writer->definition, reading->source));
    if (reading->has_raw && signal->kind != SIGNAL_KIND_ARRAY)
        buf_add_format(&buf, ",\"raw\":%lld", (long long)reading->raw);
    if (reading->quality != QUALITY_OK) {
        buf_add_text(&buf, ",\"quality\":");
        add_text(&buf, quality_name(reading->quality));
    }
    buf_add_text(&buf, "}\n");
    slot->text_len = buf.len;
}

static bool same_elements(const struct slot *slot, const struct reading *reading)
{
    size_t bytes = reading->count * sizeof(*slot->elements);

    if (!slot->elements)
        return true;
    return slot->count == reading->count && memcmp(slot->elements, reading->elements, bytes) == 0;
}

static bool same_value(const struct slot *slot, const struct reading *reading)
{
    if (slot->known != reading->known)
        return false;
    return !reading->known || (slot->value == reading->value && same_elements(slot, reading));
}

static bool same_text(const struct slot *slot, const struct reading *reading)
{
    return slot->quality == reading->quality && slot->has_raw == reading->has_raw &&
           slot->raw == reading->raw;
}

static void slot_keep(struct slot *slot, const struct reading *reading)
{
    slot->known = reading->known;
    slot->has_raw = reading->has_raw;
    slot->quality = reading->quality;
    slot->value = reading->value;
    slot->raw = reading->raw;
    slot->count = reading->count;
    assert(!slot->elements || reading->count <= SIGNAL_ELEMENT_MAX);
    if (slot->elements && reading->known)
        memcpy(slot->elements, reading->elements, reading->count * sizeof(*slot->elements));
}

/* Seconds with up to six decimals; what is finer is left away. */
static void print_time(struct decode_writer *writer, int64_t time_ns)
{
    struct buf buf;

    buf_init(&buf, writer->time_text, sizeof(writer->time_text));
    if (time_ns == TIME_NONE) {
        buf_add_text(&buf, "{\"t\":null");
    } else {
        buf_add_format(&buf, "{\"t\":%lld.%06lld", (long long)(time_ns / NS_PER_S),
                       (long long)(time_ns % NS_PER_S / NS_PER_US));
        while (buf.data[buf.len - 1] == '0')
            buf.len--;
        if (buf.data[buf.len - 1] == '.')
            buf.len--;
    }
    writer->time_ns = time_ns;
    writer->time_len = buf.len;
}

static void write_line(struct decode_writer *writer, const struct slot *slot, int64_t time_ns)
{
    if (writer->time_len == 0 || writer->time_ns != time_ns)
        print_time(writer, time_ns);
    fwrite(writer->time_text, 1, writer->time_len, writer->out);
    fwrite(slot->text, 1, slot->text_len, writer->out);
    writer->count++;
}

void decode_writer_take(void *ctx, const struct reading *reading)
{
    struct decode_writer *writer = ctx;
    const struct signal *signal = definition_signal(writer->definition, reading->signal);
    struct slot **place = &writer->slots[reading->signal * writer->sources + reading->source];

    if (signal->kind == SIGNAL_KIND_TEXT)
        return;
    bool first = !*place;

    if (first)
        *place = slot_new(signal->kind == SIGNAL_KIND_ARRAY);
    if (!*place) {
        writer->failed = true;
        return;
    }
    bool same = !first && same_value(*place, reading);

    if (!same || !same_text(*place, reading)) {
        slot_print(writer, *place, reading);
        slot_keep(*place, reading);
    }
    if (!same || !writer->changes_only)
        write_line(writer, *place, reading->time_ns);
}

int decode_writer_finish(struct decode_writer *writer, struct err *err)
{
    if (writer->failed)
        return err_set(err, "out of memory");
    if (fflush(writer->out) != 0 || ferror(writer->out))
        return err_set(err, "%s", strerror(errno));
    return 0;
}
