/* Records to bytes and back, version 1, frozen: tests/unit/test_record.c holds the golden bytes of every
 * kind. Little-endian, packed; a text is one length byte and printable ASCII without NUL; a double is its
 * IEEE 754 bits. Whoever reads does not trust whoever wrote: every length and enumeration is checked and
 * nothing may follow the last field. What an index means (signal, source) only the owner of the definition
 * can judge. */
#include "link/record.h"

#include "util/core/time.h"

#include <math.h>
#include <string.h>

/* Largest values of enums that live in stages which link must not include; the test compares them. */
#define QUALITY_LAST  4
#define LINK_LAST     RECORD_LINK_LENT
#define PRESENCE_LAST 6
#define TRI_LAST      2
#define LEVEL_LAST    4

#define TIME_NS_MAX (100 * 365 * 24 * NS_PER_H) /* no computer runs for a hundred years */

#define FLAG_KNOWN   0x01
#define FLAG_HAS_RAW 0x02

struct writer {
    uint8_t *bytes;
    size_t len;
};

struct reader {
    const uint8_t *bytes;
    size_t len;
    size_t at;
    bool bad;
};

static void put(struct writer *writer, uint64_t value, size_t size)
{
    for (size_t i = 0; i < size; i++)
        writer->bytes[writer->len++] = (uint8_t)(value >> (8 * i));
}

static void put_bytes(struct writer *writer, const uint8_t *bytes, size_t len)
{
    memcpy(writer->bytes + writer->len, bytes, len);
    writer->len += len;
}

static void put_double(struct writer *writer, double value)
{
    uint64_t bits;

    memcpy(&bits, &value, sizeof(bits));
    put(writer, bits, 8);
}

static bool is_printable(uint8_t byte)
{
    return byte >= 0x20 && byte < 0x7F;
}

/* `cap` counts the NUL. What the reader would refuse is written as '?'. */
static void put_text(struct writer *writer, const char *text, size_t cap)
{
    size_t len = strnlen(text, cap - 1);

    put(writer, len, 1);
    for (size_t i = 0; i < len; i++)
        put(writer, is_printable((uint8_t)text[i]) ? (uint8_t)text[i] : '?', 1);
}

static uint64_t get(struct reader *reader, size_t size)
{
    uint64_t value = 0;

    if (reader->bad || reader->len - reader->at < size) {
        reader->bad = true;
        return 0;
    }
    for (size_t i = 0; i < size; i++)
        value |= (uint64_t)reader->bytes[reader->at++] << (8 * i);
    return value;
}

static uint64_t get_up_to(struct reader *reader, size_t size, uint64_t last)
{
    uint64_t value = get(reader, size);

    if (value > last) {
        reader->bad = true;
        return 0;
    }
    return value;
}

static int64_t get_signed(struct reader *reader)
{
    uint64_t bits = get(reader, 8);
    int64_t value;

    memcpy(&value, &bits, sizeof(value));
    return value;
}

/* CLOCK_BOOTTIME of a reading: a moment since the start, so that sums with it can't overflow. */
static int64_t get_time(struct reader *reader)
{
    int64_t time_ns = get_signed(reader);

    reader->bad = reader->bad || time_ns < 0 || time_ns > TIME_NS_MAX;
    return time_ns;
}

static void get_bytes(struct reader *reader, uint8_t *bytes, size_t len)
{
    for (size_t i = 0; i < len; i++)
        bytes[i] = (uint8_t)get(reader, 1);
}

static double get_double(struct reader *reader)
{
    uint64_t bits = get(reader, 8);
    double value;

    memcpy(&value, &bits, sizeof(value));
    if (!isfinite(value))
        reader->bad = true;
    return value;
}

static void get_text(struct reader *reader, char *text, size_t cap)
{
    size_t len = (size_t)get_up_to(reader, 1, cap - 1);

    for (size_t i = 0; i < len; i++) {
        uint8_t byte = (uint8_t)get(reader, 1);
        if (!is_printable(byte))
            reader->bad = true;
        text[i] = (char)byte;
    }
    text[len] = '\0';
}

static void put_hello(struct writer *w, const struct record_hello *hello)
{
    put_text(w, hello->car, sizeof(hello->car));
    put_text(w, hello->generation, sizeof(hello->generation));
    put_text(w, hello->adapter, sizeof(hello->adapter));
    put(w, hello->capabilities, 4);
    put(w, hello->definition_hash, 8);
}

static void get_hello(struct reader *r, struct record_hello *hello)
{
    get_text(r, hello->car, sizeof(hello->car));
    get_text(r, hello->generation, sizeof(hello->generation));
    get_text(r, hello->adapter, sizeof(hello->adapter));
    hello->capabilities = (uint32_t)get(r, 4);
    hello->definition_hash = get(r, 8);
}

static void put_identity(struct writer *w, const struct record_identity *identity)
{
    put_bytes(w, identity->vin_hash, sizeof(identity->vin_hash));
    put_bytes(w, identity->battery_hash, sizeof(identity->battery_hash));
}

static void get_identity(struct reader *r, struct record_identity *identity)
{
    get_bytes(r, identity->vin_hash, sizeof(identity->vin_hash));
    get_bytes(r, identity->battery_hash, sizeof(identity->battery_hash));
}

/* An unknown value travels as 0, and so does a raw that is not there: no bytes carry what is not meant. */
static void put_signal(struct writer *w, const struct record_signal *signal)
{
    bool known = signal->known && isfinite(signal->value);

    put(w, signal->signal, 2);
    put(w, signal->source, 2);
    put(w, signal->quality, 1);
    put(w, (known ? FLAG_KNOWN : 0) | (signal->has_raw ? FLAG_HAS_RAW : 0), 1);
    put_double(w, known ? signal->value : 0.0);
    put(w, signal->has_raw ? (uint64_t)signal->raw : 0, 8);
    put(w, (uint64_t)signal->boot_ns, 8);
}

static void get_signal(struct reader *r, struct record_signal *signal)
{
    signal->signal = (uint16_t)get(r, 2);
    signal->source = (uint16_t)get(r, 2);
    signal->quality = (uint8_t)get_up_to(r, 1, QUALITY_LAST);
    unsigned flags = (unsigned)get_up_to(r, 1, FLAG_KNOWN | FLAG_HAS_RAW);
    signal->known = flags & FLAG_KNOWN;
    signal->has_raw = flags & FLAG_HAS_RAW;
    signal->value = get_double(r);
    signal->raw = get_signed(r);
    signal->boot_ns = get_time(r);
}

static void put_dispute(struct writer *w, const struct record_dispute *dispute)
{
    put(w, dispute->signal, 2);
    put(w, dispute->source, 2);
    put(w, dispute->active ? 1 : 0, 1);
    put_double(w, dispute->active ? dispute->value : 0.0);
    put(w, (uint64_t)dispute->boot_ns, 8);
}

static void get_dispute(struct reader *r, struct record_dispute *dispute)
{
    dispute->signal = (uint16_t)get(r, 2);
    dispute->source = (uint16_t)get(r, 2);
    dispute->active = get_up_to(r, 1, 1) != 0;
    dispute->value = get_double(r);
    dispute->boot_ns = get_time(r);
}

static void put_array(struct writer *w, const struct record_array *array)
{
    size_t count = array->count < RECORD_ELEMENT_MAX ? array->count : RECORD_ELEMENT_MAX;

    put(w, array->signal, 2);
    put(w, array->source, 2);
    put(w, array->quality, 1);
    put(w, (uint64_t)array->boot_ns, 8);
    put(w, count, 1);
    for (size_t i = 0; i < count; i++)
        put(w, array->elements[i], 2);
}

static void get_array(struct reader *r, struct record_array *array)
{
    array->signal = (uint16_t)get(r, 2);
    array->source = (uint16_t)get(r, 2);
    array->quality = (uint8_t)get_up_to(r, 1, QUALITY_LAST);
    array->boot_ns = get_time(r);
    array->count = (uint16_t)get_up_to(r, 1, RECORD_ELEMENT_MAX);
    for (size_t i = 0; i < array->count; i++)
        array->elements[i] = (uint16_t)get(r, 2);
}

static void put_car(struct writer *w, const struct record_car *car)
{
    put(w, car->presence, 1);
    put(w, car->garage, 1);
    put(w, (uint64_t)car->since_boot_ns, 8);
    put_text(w, car->reason, sizeof(car->reason));
}

static void get_car(struct reader *r, struct record_car *car)
{
    car->presence = (uint8_t)get_up_to(r, 1, PRESENCE_LAST);
    car->garage = (uint8_t)get_up_to(r, 1, TRI_LAST);
    car->since_boot_ns = get_signed(r);
    get_text(r, car->reason, sizeof(car->reason));
}

static void put_counters(struct writer *w, const struct record_counters *counters)
{
    size_t count = counters->count < RECORD_COUNTER_MAX ? counters->count : RECORD_COUNTER_MAX;

    put(w, count, 1);
    for (size_t i = 0; i < count; i++)
        put(w, counters->values[i], 8);
}

static void get_counters(struct reader *r, struct record_counters *counters)
{
    counters->count = (uint16_t)get_up_to(r, 1, RECORD_COUNTER_MAX);
    for (size_t i = 0; i < counters->count; i++)
        counters->values[i] = get(r, 8);
}

static void put_frame(struct writer *w, const struct frame *frame)
{
    size_t len = frame->len < FRAME_DATA_MAX ? frame->len : FRAME_DATA_MAX;

    put(w, (uint64_t)frame->time_ns, 8);
    put(w, frame->id, 2);
    put(w, len, 1);
    put_bytes(w, frame->data, len);
}

static void get_frame(struct reader *r, struct frame *frame)
{
    frame->time_ns = get_signed(r);
    frame->id = (uint16_t)get_up_to(r, 2, FRAME_ID_MAX);
    frame->len = (uint8_t)get_up_to(r, 1, FRAME_DATA_MAX);
    get_bytes(r, frame->data, frame->len);
}

static void put_body(struct writer *w, const struct record *record)
{
    switch (record->kind) {
    case RECORD_HELLO:
        put_hello(w, &record->hello);
        break;
    case RECORD_IDENTITY:
        put_identity(w, &record->identity);
        break;
    case RECORD_SIGNAL:
        put_signal(w, &record->signal);
        break;
    case RECORD_ARRAY:
        put_array(w, &record->array);
        break;
    case RECORD_DISPUTE:
        put_dispute(w, &record->dispute);
        break;
    case RECORD_LINK:
        put(w, record->link.state, 1);
        put_text(w, record->link.reason, sizeof(record->link.reason));
        break;
    case RECORD_CAR:
        put_car(w, &record->car);
        break;
    case RECORD_COUNTERS:
        put_counters(w, &record->counters);
        break;
    case RECORD_TEXT:
    case RECORD_LIMITS:
        put(w, record->text.level, 1);
        put_text(w, record->text.text, sizeof(record->text.text));
        break;
    case RECORD_FRAME:
        put_frame(w, &record->frame);
        break;
    case RECORD_COMMAND:
        put(w, record->command.id, 4);
        put_text(w, record->command.name, sizeof(record->command.name));
        break;
    case RECORD_WATCH:
        put(w, record->watch.seconds, 4);
        break;
    case RECORD_PAUSE:
        put(w, record->pause.seconds, 4);
        break;
    case RECORD_BEAT:
    case RECORD_REFRESH:
        break;
    }
}

/* False: this kind is not known. */
static bool get_body(struct reader *r, struct record *record)
{
    switch (record->kind) {
    case RECORD_HELLO:
        get_hello(r, &record->hello);
        return true;
    case RECORD_IDENTITY:
        get_identity(r, &record->identity);
        return true;
    case RECORD_SIGNAL:
        get_signal(r, &record->signal);
        return true;
    case RECORD_ARRAY:
        get_array(r, &record->array);
        return true;
    case RECORD_DISPUTE:
        get_dispute(r, &record->dispute);
        return true;
    case RECORD_LINK:
        record->link.state = (uint8_t)get_up_to(r, 1, LINK_LAST);
        get_text(r, record->link.reason, sizeof(record->link.reason));
        return true;
    case RECORD_CAR:
        get_car(r, &record->car);
        return true;
    case RECORD_COUNTERS:
        get_counters(r, &record->counters);
        return true;
    case RECORD_TEXT:
    case RECORD_LIMITS:
        record->text.level = (uint8_t)get_up_to(r, 1, LEVEL_LAST);
        get_text(r, record->text.text, sizeof(record->text.text));
        return true;
    case RECORD_FRAME:
        get_frame(r, &record->frame);
        return true;
    case RECORD_COMMAND:
        record->command.id = (uint32_t)get(r, 4);
        get_text(r, record->command.name, sizeof(record->command.name));
        return true;
    case RECORD_WATCH:
        record->watch.seconds = (uint32_t)get(r, 4);
        return true;
    case RECORD_PAUSE:
        record->pause.seconds = (uint32_t)get(r, 4);
        return true;
    case RECORD_BEAT:
    case RECORD_REFRESH:
        return true;
    }
    return false;
}

size_t record_encode(const struct record *record, uint8_t *bytes)
{
    struct writer writer = {.bytes = bytes, .len = 0};

    put(&writer, RECORD_VERSION, 2);
    put(&writer, record->kind, 2);
    put_body(&writer, record);
    return writer.len;
}

enum record_status record_decode(struct record *record, const uint8_t *bytes, size_t len)
{
    struct reader reader = {.bytes = bytes, .len = len};

    memset(record, 0, sizeof(*record));
    uint64_t version = get(&reader, 2);
    record->kind = (enum record_kind)get(&reader, 2);
    if (reader.bad || len > RECORD_BYTES_MAX)
        return RECORD_MALFORMED;
    if (version != RECORD_VERSION)
        return RECORD_OTHER_VERSION;
    if (!get_body(&reader, record))
        return RECORD_UNKNOWN_KIND;
    return reader.bad || reader.at != reader.len ? RECORD_MALFORMED : RECORD_OK;
}
