/* A charger loses a tenth. Where the car charges while it is away is not this plug. */
#include "plug.h"

#include <math.h>

#define LOSS 1.1

void plug_look(struct plug *plug, const struct sim_model *model, int64_t utc_s)
{
    double car_wh = model->away ? 0 : (model->charge.charger_wh - plug->charger_wh) * LOSS;
    bool charges = !model->away && model->charge.state == SIM_CHARGE_RUNNING;

    plug->charger_wh = model->charge.charger_wh;
    if (plug->looked_s > 0) {
        plug->car_wh += car_wh;
        plug->wh += car_wh + plug->base_w * (double)(utc_s - plug->looked_s) / 3600;
    }
    plug->watts = plug->base_w + (charges ? model->charge.output_kw * 1000 * LOSS : 0);
    plug->looked_s = utc_s;
}

int64_t plug_wall_wh(int64_t charger_wh)
{
    return llround((double)charger_wh * LOSS);
}

bool plug_tells(struct plug *plug, int64_t utc_s, int64_t *value)
{
    if (utc_s < plug->next_s)
        return false;
    plug->next_s = utc_s + plug->every_s;
    *value = plug->step_wh > 0 ? (int64_t)floor(plug->wh / (double)plug->step_wh) * plug->step_wh
                               : llround(plug->watts);
    return true;
}
