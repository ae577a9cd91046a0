/* Puts the view into a line for people. Names what is missing, and of the car only what is best known. */
#include "home_status.h"

#include "util/core/buf.h"

static void add_car(struct buf *line, const struct view_car *car)
{
    const struct state_value *soc = &car->values[view_soc_signal(car)];

    buf_add_format(line, "%s: %s", car->id, presence_name(car->presence));
    if (soc->heard && soc->known)
        buf_add_format(line, ", %.0f %%", soc->value);
    if (car->link_reason[0] != '\0')
        buf_add_format(line, ", %s", car->link_reason);
    buf_add_text(line, "; ");
}

void home_status_write(const struct view *view, char *text, size_t size)
{
    struct buf line;

    buf_init(&line, text, size);
    for (size_t i = 0; i < view->car_count; i++)
        add_car(&line, &view->cars[i]);
    if (view->car_count == 0)
        buf_add_text(&line, "no car configured; ");
    buf_add_format(&line, "diary %s; mqtt %s", view->diary_state, view->mqtt.state);
    if (!view->clock_right)
        buf_add_text(&line, "; the clock is not set");
}
