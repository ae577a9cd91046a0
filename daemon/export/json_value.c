/* One value, one time. Which of them make up a message is json.c's. */
#include "export/json_value.h"
#include "util/core/time.h"
#include "util/core/utf8.h"

#include <math.h>
#include <string.h>

#define KEY_SHOWN_MAX 40
#define INTEGER_MAX 9007199254740992.0 /* 2^53: what a double, and JavaScript, counts exactly */

json_t *json_value_number(double value, double resolution)
{
    if (!isfinite(value))
        return json_null();
    if (resolution > 0)
        value = round(value / resolution) * resolution;
    if (value == 0)
        value = 0; /* never -0.0 */
    if (resolution >= 1 && value == floor(value) && fabs(value) < INTEGER_MAX)
        return json_integer((json_int_t)value);
    return json_real(value);
}

json_t *json_value_text(const char *text, size_t len)
{
    size_t clean = 0;

    for (size_t step = 1; step > 0; clean += step)
        step = utf8_char_length(text + clean, len - clean);
    return json_stringn(text, clean);
}

const char *json_value_key(const char *key)
{
    return strlen(key) <= KEY_SHOWN_MAX && utf8_is_clean(key, strlen(key)) ? key : "an item with a long name";
}

static json_t *word_value(const struct signal *signal, double value)
{
    size_t index = value < 0 ? 0 : (size_t)value;

    for (size_t i = 0; signal->words != NULL && signal->words[i] != NULL; i++) {
        if (i == index)
            return json_string(signal->words[i]);
    }
    return json_null();
}

static json_t *array_value(const struct view_car *car, const struct signal *signal)
{
    json_t *array = json_array();

    for (size_t i = 0; i < car->element_count; i++)
        json_array_append_new(array, json_value_number(car->elements[i], signal->resolution));
    return array;
}

json_t *json_value_signal(const struct view_car *car, size_t index)
{
    const struct signal *signal = definition_signal(car->definition, index);
    const struct state_value *value = &car->values[index];

    if (!value->heard || !value->known)
        return json_null();
    switch (signal->kind) {
    case SIGNAL_KIND_NUMBER:
        return json_value_number(value->value, signal->resolution);
    case SIGNAL_KIND_BOOL:
        return json_boolean(value->value != 0);
    case SIGNAL_KIND_WORD:
        return word_value(signal, value->value);
    case SIGNAL_KIND_ARRAY:
        return array_value(car, signal);
    case SIGNAL_KIND_TEXT:
        break;
    }
    return json_null();
}

bool json_value_is_shown(const struct view_car *car, size_t index)
{
    const struct signal *signal = definition_signal(car->definition, index);

    if (signal->kind == SIGNAL_KIND_TEXT || (signal->kind == SIGNAL_KIND_ARRAY && index != SIGNAL_CELLS))
        return false;
    if (car->values[index].heard)
        return true;
    return !signal->raw && definition_delivers(car->definition, car->generation, index);
}

json_t *json_value_time(const struct view *view, const struct json_moment *now, int64_t boot_ns)
{
    char text[ZONE_TIME_TEXT_SIZE];

    if (!view->clock_right)
        return json_null();
    zone_time_text(now->zone, boot_ns + (now->utc_ns - now->boot_ns), text);
    return json_string(text);
}

json_t *json_value_anonymous(const struct view_mqtt *mqtt)
{
    return mqtt->is_probed ? json_boolean(mqtt->is_anonymous) : json_null();
}
