/* One setting of libconfig's tree against its row of the table: typed, judged, stored; or said, with what
 * stands there and why it will not do. Knows nothing of the tree around it. */
#include "config_private.h"

#include "util/core/buf.h"
#include "util/core/utf8.h"

#include <libconfig.h>
#include <stdio.h>
#include <string.h>

#define VALUE_MAX 64

#define CUT_MARK "..."

/* Text as one harmless word of a message, cut to what a line can bear. */
static void show_text(struct buf *value, const char *text)
{
    size_t len = strlen(text);
    size_t at = 0;

    while (at < len) {
        size_t length = utf8_char_length(text + at, len - at);
        bool is_shown = length > 0 && !utf8_is_control(text + at, length);
        if (value->len + length + strlen(CUT_MARK "\"") >= value->cap) {
            buf_add_text(value, CUT_MARK);
            return;
        }
        buf_add(value, is_shown ? text + at : "?", is_shown ? length : 1);
        at += length > 0 ? length : 1;
    }
}

/* With a point or an exponent: 8080.0 is another mistake than 8080. */
static void show_float(struct buf *value, double number)
{
    buf_add_format(value, "%.15g", number);
    if (!strpbrk(value->data, ".en"))
        buf_add_text(value, ".0");
}

static void show_value(const config_setting_t *setting, char memory[VALUE_MAX])
{
    struct buf value;

    buf_init(&value, memory, VALUE_MAX);
    switch (config_setting_type(setting)) {
    case CONFIG_TYPE_INT:
        buf_add_format(&value, "%d", config_setting_get_int(setting));
        break;
    case CONFIG_TYPE_INT64:
        buf_add_format(&value, "%lld", config_setting_get_int64(setting));
        break;
    case CONFIG_TYPE_FLOAT:
        show_float(&value, config_setting_get_float(setting));
        break;
    case CONFIG_TYPE_BOOL:
        buf_add_text(&value, config_setting_get_bool(setting) ? "true" : "false");
        break;
    case CONFIG_TYPE_STRING:
        buf_add_text(&value, "\"");
        show_text(&value, config_setting_get_string(setting));
        buf_add_text(&value, "\"");
        break;
    case CONFIG_TYPE_GROUP:
        buf_add_text(&value, "{ ... }");
        break;
    default:
        buf_add_text(&value, "( ... )");
        break;
    }
}

void config_say_wrong_type(struct config_report *report, const struct config_place *place, const char *reason)
{
    char value[VALUE_MAX];

    show_value(place->setting, value);
    config_report(report, place->line, place->item, value, "%s", reason);
}

static void say_wrong_text(struct config_report *report, const struct config_place *place, const char *text,
                           const char *reason)
{
    char memory[VALUE_MAX];
    struct buf value;

    buf_init(&value, memory, sizeof(memory));
    show_text(&value, text);
    config_report(report, place->line, place->item, memory, "%s", reason);
}

/* ---- values ---- */

/* The text if it may be stored in `size` bytes, else NULL, said. */
static const char *judge_text(struct config_report *report, const struct config_place *place,
                              const struct config_row *row, size_t size)
{
    const char *text = config_setting_get_string(place->setting);

    if (!utf8_is_clean(text, strlen(text))) {
        say_wrong_text(report, place, text, "contains bytes that are no text");
        return NULL;
    }
    if (strlen(text) >= size) {
        char value[VALUE_MAX];
        show_value(place->setting, value);
        config_report(report, place->line, place->item, value, "longer than %zu bytes", size - 1);
        return NULL;
    }
    const char *reason = row->check ? row->check(text) : NULL;
    if (reason)
        say_wrong_text(report, place, text, reason);
    return reason ? NULL : text;
}

static void take_text(struct config_report *report, const struct config_place *place,
                      const struct config_row *row, void *base)
{
    if (config_setting_type(place->setting) != CONFIG_TYPE_STRING) {
        config_say_wrong_type(report, place, "not a text in quotes");
        return;
    }
    const char *text = judge_text(report, place, row, row->size);
    if (text)
        memcpy(config_row_place(row, base), text, strlen(text) + 1);
}

static void say_no_choice(struct config_report *report, const struct config_place *place,
                          const struct config_row *row, const char *value)
{
    char memory[200];
    struct buf list;

    buf_init(&list, memory, sizeof(memory));
    for (size_t i = 0; row->words && row->words[i]; i++)
        buf_add_format(&list, "%s%s", i > 0 ? ", " : "", row->words[i]);
    for (size_t i = 0; row->choices && row->choices[i] >= 0; i++)
        buf_add_format(&list, "%s%d", i > 0 ? ", " : "", row->choices[i]);
    config_report(report, place->line, place->item, value, "not one of %s", memory);
}

static void take_word(struct config_report *report, const struct config_place *place,
                      const struct config_row *row, void *base)
{
    char value[VALUE_MAX];
    struct buf shown;

    if (config_setting_type(place->setting) != CONFIG_TYPE_STRING) {
        config_say_wrong_type(report, place, "not a text in quotes");
        return;
    }
    for (int i = 0; row->words[i]; i++) {
        if (strcmp(row->words[i], config_setting_get_string(place->setting)) == 0) {
            memcpy(config_row_place(row, base), &i, sizeof(i));
            return;
        }
    }
    buf_init(&shown, value, sizeof(value));
    show_text(&shown, config_setting_get_string(place->setting));
    say_no_choice(report, place, row, value);
}

static bool is_choice(const int *choices, long long number)
{
    for (; *choices >= 0; choices++) {
        if (*choices == number)
            return true;
    }
    return false;
}

static void take_number(struct config_report *report, const struct config_place *place,
                        const struct config_row *row, void *base)
{
    int type = config_setting_type(place->setting);
    char value[VALUE_MAX];

    if (type != CONFIG_TYPE_INT && type != CONFIG_TYPE_INT64) {
        config_say_wrong_type(report, place, "not a whole number");
        return;
    }
    long long wide = config_setting_get_int64(place->setting);
    show_value(place->setting, value);
    if (row->choices && !is_choice(row->choices, wide)) {
        say_no_choice(report, place, row, value);
        return;
    }
    if (!row->choices && (wide < row->min || wide > row->max)) {
        config_report(report, place->line, place->item, value, "not within %d..%d", row->min, row->max);
        return;
    }
    int number = (int)wide;
    memcpy(config_row_place(row, base), &number, sizeof(number));
}

static void take_flag(struct config_report *report, const struct config_place *place,
                      const struct config_row *row, void *base)
{
    if (config_setting_type(place->setting) != CONFIG_TYPE_BOOL)
        config_say_wrong_type(report, place, "neither true nor false");
    else
        *(bool *)config_row_place(row, base) = config_setting_get_bool(place->setting) == CONFIG_TRUE;
}

static void take_list_item(struct config_report *report, const struct config_place *place,
                           const struct config_row *row, struct config_list *list)
{
    if (config_setting_type(place->setting) != CONFIG_TYPE_STRING) {
        config_say_wrong_type(report, place, "not a text in quotes");
        return;
    }
    const char *text = judge_text(report, place, row, CONFIG_TEXT_MAX);
    if (text)
        memcpy(list->items[list->count++], text, strlen(text) + 1);
}

static void take_texts(struct config_report *report, const struct config_place *place,
                       const struct config_row *row, void *base)
{
    struct config_list *list = config_row_place(row, base);
    int length = config_setting_length(place->setting);

    if (config_setting_type(place->setting) != CONFIG_TYPE_STRING &&
        !config_setting_is_list(place->setting) && !config_setting_is_array(place->setting)) {
        config_say_wrong_type(report, place, "neither a text in quotes nor a list of them");
        return;
    }
    list->count = 0;
    if (config_setting_type(place->setting) == CONFIG_TYPE_STRING)
        take_list_item(report, place, row, list);
    if (length > CONFIG_LIST_MAX) {
        config_report(report, place->line, place->item, NULL, "more than %d", CONFIG_LIST_MAX);
        length = CONFIG_LIST_MAX;
    }
    for (int i = 0; i < length; i++) {
        const config_setting_t *element = config_setting_get_elem(place->setting, (unsigned)i);
        struct config_place item = {.setting = element, .line = config_setting_source_line(element)};
        snprintf(item.item, sizeof(item.item), "%.100s[%d]", place->item, i);
        take_list_item(report, &item, row, list);
    }
}

void config_take_value(struct config_report *report, const struct config_place *place,
                       const struct config_row *row, void *base)
{
    switch (row->kind) {
    case CONFIG_TEXT:
        take_text(report, place, row, base);
        break;
    case CONFIG_WORD:
        take_word(report, place, row, base);
        break;
    case CONFIG_NUMBER:
        take_number(report, place, row, base);
        break;
    case CONFIG_FLAG:
        take_flag(report, place, row, base);
        break;
    case CONFIG_TEXTS:
        take_texts(report, place, row, base);
        break;
    }
}
