/* One function a key. jansson refuses NaN, 1e999, bad UTF-8, NUL and what is there twice by itself. Control
 * characters are refused here: texts go into CSV, logs and MQTT as well. */
#include "export/json_typed.h"

#include "export/json_value.h"
#include "util/core/utf8.h"

#include <jansson.h>
#include <math.h>
#include <string.h>

#define WALL_KWH_MAX   200.0 /* three times the biggest battery */
#define COST_MAX       10e6  /* there are currencies of small units */
#define WH_PER_KWH     1000
#define COST_M_PER_ONE 100000

typedef int typed_read_fn(const json_t *value, struct diary_typed *typed, struct err *err);

struct typed_key {
    const char *name;
    typed_read_fn *read;
};

/* ---- the keys ---- */

static int read_text(const json_t *value, char *text, size_t size, struct err *err)
{
    const char *from = json_is_null(value) ? "" : json_string_value(value);

    if (from == NULL)
        return err_set(err, "neither a text nor null");
    if (strlen(from) >= size)
        return err_set(err, "longer than %zu bytes", size - 1);
    if (!utf8_is_clean(from, strlen(from)))
        return err_set(err, "has control characters");
    memset(text, 0, size);
    memcpy(text, from, strlen(from));
    return 0;
}

static int read_place(const json_t *value, struct diary_typed *typed, struct err *err)
{
    typed->is_place = true;
    return read_text(value, typed->place, sizeof(typed->place), err);
}

static int read_note(const json_t *value, struct diary_typed *typed, struct err *err)
{
    typed->is_note = true;
    return read_text(value, typed->note, sizeof(typed->note), err);
}

static int read_figure(const json_t *value, double most, double per_unit, int64_t *figure, struct err *err)
{
    double number = json_number_value(value);

    *figure = DIARY_NONE;
    if (json_is_null(value))
        return 0;
    if (!json_is_number(value) || !(number >= 0 && number <= most))
        return err_set(err, "neither null nor a number from 0 to %.0f", most);
    *figure = llround(number * per_unit);
    return 0;
}

static int read_wall(const json_t *value, struct diary_typed *typed, struct err *err)
{
    typed->is_wall = true;
    return read_figure(value, WALL_KWH_MAX, WH_PER_KWH, &typed->wall_wh, err);
}

static int read_cost(const json_t *value, struct diary_typed *typed, struct err *err)
{
    typed->is_cost = true;
    return read_figure(value, COST_MAX, COST_M_PER_ONE, &typed->cost_m, err);
}

/* The diary joins tags by blanks. */
static int add_tag(const json_t *value, char *tags, size_t size, struct err *err)
{
    const char *tag = json_string_value(value);
    size_t len = strlen(tags);

    if (tag == NULL || tag[0] == '\0' || strlen(tag) > JSON_TYPED_TAG_BYTES_MAX)
        return err_set(err, "a tag is a text of 1 to %d bytes", JSON_TYPED_TAG_BYTES_MAX);
    if (strchr(tag, ' ') != NULL || !utf8_is_clean(tag, strlen(tag)))
        return err_set(err, "a tag has no blanks and no control characters");
    if (len + 1 + strlen(tag) >= size)
        return err_set(err, "together longer than %zu bytes", size - 1);
    if (len > 0)
        tags[len++] = ' ';
    memcpy(tags + len, tag, strlen(tag) + 1);
    return 0;
}

static int read_tags(const json_t *value, struct diary_typed *typed, struct err *err)
{
    size_t index;
    json_t *tag;

    typed->is_tags = true;
    if (json_is_null(value))
        return 0;
    if (!json_is_array(value) || json_array_size(value) > JSON_TYPED_TAGS_MAX)
        return err_set(err, "neither null nor a list of at most %d tags", JSON_TYPED_TAGS_MAX);
    json_array_foreach(value, index, tag)
    {
        if (add_tag(tag, typed->tags, sizeof(typed->tags), err))
            return -1;
    }
    return 0;
}

/* ---- the object ---- */

static int read_key(const struct typed_key *keys, const char *name, const json_t *value,
                    struct diary_typed *typed, struct err *err)
{
    for (; keys->name != NULL; keys++) {
        if (strcmp(keys->name, name) == 0)
            return keys->read(value, typed, err);
    }
    return err_set(err, "unknown");
}

static int read_keys(const struct typed_key *keys, json_t *object, struct diary_typed *typed, struct err *err)
{
    const char *name;
    json_t *value;

    if (!json_is_object(object))
        return err_set(err, "the body is not a JSON object");
    json_object_foreach(object, name, value)
    {
        if (read_key(keys, name, value, typed, err))
            return err_prefix(err, "%s: ", json_value_key(name));
    }
    return 0;
}

static int read_body(const struct typed_key *keys, const char *text, size_t len, struct diary_typed *typed,
                     struct err *err)
{
    json_error_t error;
    json_t *object = json_loadb(text, len, JSON_REJECT_DUPLICATES, &error);

    *typed = (struct diary_typed){.wall_wh = DIARY_NONE, .cost_m = DIARY_NONE};
    if (object == NULL)
        return err_set(err, "the body is not JSON: line %d", error.line);
    int status = read_keys(keys, object, typed, err);
    json_decref(object);
    return status;
}

int json_typed_read_charge(const char *text, size_t len, struct diary_typed *typed, struct err *err)
{
    static const struct typed_key keys[] = {
        {"place", read_place}, {"note", read_note}, {"wall_kwh", read_wall},
        {"cost", read_cost},   {NULL, NULL},
    };

    return read_body(keys, text, len, typed, err);
}

int json_typed_read_outing(const char *text, size_t len, struct diary_typed *typed, struct err *err)
{
    static const struct typed_key keys[] = {{"tags", read_tags}, {NULL, NULL}};

    return read_body(keys, text, len, typed, err);
}
