/* Writes the exposition family by family, as the format wants it: all samples of a family stand together, so
 * the cars are the inner loop. Texts of definitions (raw signals) and serial numbers are never told. */
#include "export/metrics.h"

#include "link/counters.h"
#include "util/core/buf.h"
#include "util/core/time.h"
#include "util/core/utf8.h"

#include <assert.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define FIRST_BYTES ((size_t)16 * 1024)
#define NAME_BYTES  96

enum type { TYPE_GAUGE, TYPE_COUNTER, TYPE_STATESET, TYPE_INFO };

struct writer {
    struct buf buf;
    const struct view *view;
    int64_t boot_ns;
    bool is_open; /* OpenMetrics */
    /* the family in work */
    char family[NAME_BYTES];
    const char *unit, *help; /* NULL: none */
    enum type type;
    bool is_described; /* a family without a sample is not mentioned at all */
};

static const char *type_word(const struct writer *writer)
{
    if (writer->type == TYPE_COUNTER)
        return "counter";
    if (!writer->is_open || writer->type == TYPE_GAUGE)
        return "gauge"; /* the text format knows of no stateset and no info */
    return writer->type == TYPE_INFO ? "info" : "stateset";
}

static const char *sample_suffix(enum type type)
{
    if (type == TYPE_COUNTER)
        return "_total";
    return type == TYPE_INFO ? "_info" : "";
}

/* OpenMetrics describes the family, the text format the sample. */
static void describe(struct writer *writer)
{
    const char *suffix = writer->is_open ? "" : sample_suffix(writer->type);

    writer->is_described = true;
    buf_add_format(&writer->buf, "# TYPE %s%s %s\n", writer->family, suffix, type_word(writer));
    if (writer->is_open && writer->unit)
        buf_add_format(&writer->buf, "# UNIT %s %s\n", writer->family, writer->unit);
    if (writer->help)
        buf_add_format(&writer->buf, "# HELP %s%s %s\n", writer->family, suffix, writer->help);
}

static bool ends_with(const char *text, const char *end)
{
    size_t len = strlen(text), end_len = strlen(end);

    return len >= end_len && strcmp(text + len - end_len, end) == 0;
}

/* The unit ends the name, but not twice: charge_minutes. */
static void begin_family(struct writer *writer, enum type type, const char *name, const char *unit,
                         const char *help)
{
    struct buf family;

    buf_init(&family, writer->family, sizeof(writer->family));
    buf_add_format(&family, "garaged_%s", name);
    if (unit && !ends_with(name, unit))
        buf_add_format(&family, "_%s", unit);
    assert(!family.cut);
    writer->type = type;
    writer->unit = unit;
    writer->help = help;
    writer->is_described = false;
}

/* What is no text, or a control character, becomes a question mark; a newline is told as such. */
static void add_escaped(struct buf *buf, const char *text)
{
    size_t len = strlen(text), step;

    for (size_t at = 0; at < len; at += step) {
        size_t length = utf8_char_length(text + at, len - at);

        step = length > 0 ? length : 1;
        if (text[at] == '\n')
            buf_add_text(buf, "\\n");
        else if (length == 0 || utf8_is_control(text + at, length))
            buf_add_text(buf, "?");
        else if (text[at] == '"' || text[at] == '\\')
            buf_add_format(buf, "\\%c", text[at]);
        else
            buf_add(buf, text + at, length);
    }
}

static void add_label(struct buf *buf, const char *name, const char *value)
{
    buf_add_format(buf, "%s=\"", name);
    add_escaped(buf, value);
    buf_add_text(buf, "\"");
}

/* The sample's name and its first label; the caller adds labels and ends it. */
static void begin_sample(struct writer *writer, const char *label, const char *value)
{
    if (!writer->is_described)
        describe(writer);
    buf_add_format(&writer->buf, "%s%s{", writer->family, sample_suffix(writer->type));
    add_label(&writer->buf, label, value);
}

static void add_more(struct writer *writer, const char *label, const char *value)
{
    buf_add_text(&writer->buf, ",");
    add_label(&writer->buf, label, value);
}

static void end_sample(struct writer *writer, double value)
{
    buf_add_format(&writer->buf, "} %.15g\n", value);
}

static double rounded(double value, double resolution)
{
    if (resolution > 0)
        value = round(value / resolution) * resolution;
    return value == 0 ? 0 : value; /* never -0 */
}

/* One sample a word, of which the present one is 1. */
static void add_states(struct writer *writer, const struct view_car *car, const char *const *words,
                       size_t present)
{
    for (size_t i = 0; words[i] != NULL; i++) {
        begin_sample(writer, "car", car->id);
        add_more(writer, writer->family, words[i]);
        end_sample(writer, i == present);
    }
}

static void add_cells(struct writer *writer, const struct view_car *car, double resolution)
{
    char cell[12];
    struct buf number;

    for (size_t i = 0; i < car->element_count; i++) {
        if (!isfinite(car->elements[i]))
            continue;
        buf_init(&number, cell, sizeof(cell));
        buf_add_format(&number, "%zu", i + 1);
        begin_sample(writer, "car", car->id);
        add_more(writer, "cell", cell);
        end_sample(writer, rounded(car->elements[i], resolution));
    }
}

/* What stands for the present. */
static bool is_present(const struct state_value *value)
{
    return value->heard && value->known && value->quality != QUALITY_OLD;
}

static void add_signal(struct writer *writer, const struct view_car *car, size_t index)
{
    const struct signal *signal = &vocabulary[index];
    const struct state_value *value = &car->values[index];

    if (!is_present(value))
        return;
    if (signal->kind == SIGNAL_KIND_ARRAY) {
        add_cells(writer, car, signal->resolution);
    } else if (!isfinite(value->value)) {
        return;
    } else if (signal->kind == SIGNAL_KIND_WORD) {
        add_states(writer, car, signal->words, value->value < 0 ? 0 : (size_t)value->value);
    } else {
        begin_sample(writer, "car", car->id);
        end_sample(writer, rounded(value->value, signal->resolution));
    }
}

static const char *unit_word(const char *unit)
{
    static const struct {
        const char *unit, *word;
    } rows[] = {
        {"%", "percent"},
        {"GID", "gids"},
        {"Ah", "ampere_hours"},
        {"V", "volts"},
        {"kWh", "kilowatt_hours"},
        {"A", "amperes"},
        {"kW", "kilowatts"},
        {"°C", "celsius"},
        {"min", "minutes"},
        {"km", "kilometers"},
        {"km/h", "kilometers_per_hour"},
        {"kPa", "kilopascals"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        if (strcmp(rows[i].unit, unit) == 0)
            return rows[i].word;
    }
    assert(unit[0] == '\0'); /* a unit that is new in the vocabulary needs a row */
    return NULL;
}

static void add_signals(struct writer *writer)
{
    for (size_t i = 0; i < SIGNAL_VOCABULARY_COUNT; i++) {
        const struct signal *signal = &vocabulary[i];
        enum type type = signal->kind == SIGNAL_KIND_WORD ? TYPE_STATESET : TYPE_GAUGE;

        begin_family(writer, type, signal->name, unit_word(signal->unit), NULL);
        for (size_t c = 0; c < writer->view->car_count; c++)
            add_signal(writer, &writer->view->cars[c], i);
    }
}

/* Also of what is too old for a sample: an alarm on a silent car needs it. */
static void add_ages(struct writer *writer)
{
    begin_family(writer, TYPE_GAUGE, "signal_age", "seconds", "since the signal was last heard");
    for (size_t c = 0; c < writer->view->car_count; c++) {
        const struct view_car *car = &writer->view->cars[c];

        for (size_t i = 0; i < SIGNAL_VOCABULARY_COUNT; i++) {
            int64_t age_ns = writer->boot_ns - car->values[i].time_ns;

            if (!car->values[i].heard)
                continue;
            begin_sample(writer, "car", car->id);
            add_more(writer, "signal", vocabulary[i].name);
            end_sample(writer, age_ns > 0 ? (double)(age_ns / NS_PER_S) : 0);
        }
    }
}

static void add_links(struct writer *writer)
{
    static const char *const words[] = {
        [VIEW_LINK_UP] = "up", [VIEW_LINK_DOWN] = "down", [VIEW_LINK_STARTING] = "starting", NULL};

    begin_family(writer, TYPE_STATESET, "link", NULL, "whether the dongle answers");
    for (size_t c = 0; c < writer->view->car_count; c++)
        add_states(writer, &writer->view->cars[c], words, writer->view->cars[c].link);
}

static void add_presences(struct writer *writer)
{
    const char *words[PRESENCE_COUNT + 1] = {NULL};

    for (enum presence i = 0; i < PRESENCE_COUNT; i++)
        words[i] = presence_name(i);
    begin_family(writer, TYPE_STATESET, "presence", NULL, "what the car is doing");
    for (size_t c = 0; c < writer->view->car_count; c++)
        add_states(writer, &writer->view->cars[c], words, writer->view->cars[c].presence);
}

/* They begin at zero with each run of the car half; scrapers know a fall for that. */
static void add_counters(struct writer *writer)
{
    for (enum counter i = 0; i < COUNTER_STARTED_US; i++) {
        begin_family(writer, TYPE_COUNTER, counter_name(i), NULL, NULL);
        for (size_t c = 0; c < writer->view->car_count; c++) {
            if (!writer->view->cars[c].has_half)
                continue;
            begin_sample(writer, "car", writer->view->cars[c].id);
            buf_add_format(&writer->buf, "} %" PRIu64 "\n", writer->view->cars[c].counters[i]);
        }
    }
}

static void add_infos(struct writer *writer)
{
    begin_family(writer, TYPE_INFO, "build", NULL, NULL);
    begin_sample(writer, "version", GARAGED_VERSION);
    add_more(writer, "demo", writer->view->demo ? "true" : "false");
    end_sample(writer, 1);
    begin_family(writer, TYPE_INFO, "car", NULL, NULL);
    for (size_t c = 0; c < writer->view->car_count; c++) {
        begin_sample(writer, "car", writer->view->cars[c].id);
        add_more(writer, "name", writer->view->cars[c].name);
        add_more(writer, "adapter", writer->view->cars[c].adapter);
        end_sample(writer, 1);
    }
}

static void write_all(struct writer *writer)
{
    add_infos(writer);
    add_links(writer);
    add_presences(writer);
    add_signals(writer);
    add_ages(writer);
    add_counters(writer);
    if (writer->is_open)
        buf_add_text(&writer->buf, "# EOF\n");
}

const char *metrics_content_type(enum metrics_format format)
{
    return format == METRICS_FORMAT_OPENMETRICS ? "application/openmetrics-text; version=1.0.0; charset=utf-8"
                                                : "text/plain; version=0.0.4; charset=utf-8";
}

char *metrics_text(const struct view *view, enum metrics_format format, int64_t boot_ns)
{
    struct writer writer = {
        .view = view, .boot_ns = boot_ns, .is_open = format == METRICS_FORMAT_OPENMETRICS};

    for (size_t size = FIRST_BYTES; size <= METRICS_BYTES_MAX; size *= 2) {
        char *text = malloc(size);

        if (text == NULL)
            return NULL;
        buf_init(&writer.buf, text, size);
        write_all(&writer);
        if (!writer.buf.cut)
            return text;
        free(text);
    }
    return NULL;
}
