/* Keeps the view's sequence numbers honest: a number is taken when, and only when, a reader would see a
 * difference. The age of a value is no change. Does not know where values come from. */
#include "export/view.h"

#include "util/core/time.h"

#include <math.h>
#include <string.h>

/* Two values that print the same are the same. */
static bool looks_equal(const struct state_value *a, const struct state_value *b, double resolution)
{
    if (a->known != b->known || a->quality != b->quality || a->source != b->source || a->heard != b->heard)
        return false;
    if (!a->known)
        return true;
    if (resolution <= 0)
        return a->value == b->value;
    return round(a->value / resolution) == round(b->value / resolution);
}

bool view_take_value(struct view *view, struct view_car *car, size_t index, const struct state_value *value)
{
    struct state_value *kept = &car->values[index];
    bool changed = !looks_equal(kept, value, definition_signal(car->definition, index)->resolution);
    uint64_t sequence = kept->changed;

    *kept = *value;
    kept->changed = changed ? ++view->sequence : sequence;
    return changed;
}

/* The same number on the screen, or both missing. */
static bool is_same_element(double a, double b, double resolution)
{
    return (isnan(a) && isnan(b)) || round(a / resolution) == round(b / resolution);
}

static bool keep_elements(struct view_car *car, const double *elements, size_t count, double resolution)
{
    bool same = count == car->element_count;

    for (size_t i = 0; i < count; i++) {
        same = same && is_same_element(car->elements[i], elements[i], resolution);
        car->elements[i] = elements[i];
    }
    car->element_count = count;
    return same;
}

bool view_take_cells(struct view *view, struct view_car *car, const struct state_value *value,
                     const double *elements, size_t count)
{
    double resolution = definition_signal(car->definition, SIGNAL_CELLS)->resolution;
    bool same = keep_elements(car, elements, count, resolution);

    if (view_take_value(view, car, SIGNAL_CELLS, value))
        return true;
    if (!same)
        car->values[SIGNAL_CELLS].changed = ++view->sequence;
    return !same;
}

void view_touch_car(struct view *view, struct view_car *car)
{
    car->head_changed = ++view->sequence;
}

void view_touch_diary(struct view *view, struct view_car *car)
{
    car->diary_changed = ++view->sequence;
}

void view_touch_head(struct view *view)
{
    view->head_changed = ++view->sequence;
}

static bool advance_car(struct view *view, struct view_car *car, int64_t boot_ns)
{
    size_t count = definition_signal_count(car->definition);
    bool changed = false;

    for (size_t i = 0; i < count; i++) {
        struct state_value *value = &car->values[i];
        double fresh_s = definition_signal(car->definition, i)->fresh_s;
        if (!value->heard || value->quality == QUALITY_OLD || fresh_s <= 0)
            continue;
        if (boot_ns - value->time_ns <= (int64_t)(fresh_s * (double)NS_PER_S))
            continue;
        value->quality = QUALITY_OLD;
        value->changed = ++view->sequence;
        changed = true;
    }
    return changed;
}

bool view_advance(struct view *view, int64_t boot_ns)
{
    bool changed = false;

    for (size_t i = 0; i < view->car_count; i++)
        if (advance_car(view, &view->cars[i], boot_ns))
            changed = true;
    return changed;
}

const struct view_car *view_find_car(const struct view *view, const char *id)
{
    for (size_t i = 0; i < view->car_count; i++) {
        if (strcmp(view->cars[i].id, id) == 0)
            return &view->cars[i];
    }
    return NULL;
}

static bool is_present(const struct state_value *value)
{
    return value->heard && value->known && value->quality != QUALITY_OLD;
}

size_t view_soc_signal(const struct view_car *car)
{
    const struct state_value *dash = &car->values[SIGNAL_SOC_DASH];

    if (!dash->heard || !dash->known)
        return SIGNAL_SOC;
    return is_present(&car->values[SIGNAL_SOC]) && !is_present(dash) ? SIGNAL_SOC : SIGNAL_SOC_DASH;
}
