/* Differences of the model's own sums. What an outing used is what left the pack, less what came back in
 * driving. */
#include "truth.h"

#include "../simulator/figures.h"

#include "util/core/day.h"
#include "util/core/time.h"

#include <inttypes.h>
#include <math.h>

static struct truth_sum sum_now(const struct sim_model *model, int64_t utc_s)
{
    return (struct truth_sum){.from_s = utc_s,
                              .net_wh = model->battery.net_wh,
                              .battery_wh = model->charge.battery_wh,
                              .charger_wh = model->charge.charger_wh,
                              .km = sim_odometer_km(model),
                              .soc = model->battery.soc,
                              .mode = model->charge.mode};
}

void truth_init(struct truth *truth, FILE *file, const struct zone *zone, const struct sim_model *model,
                int64_t utc_s)
{
    *truth = (struct truth){.file = file, .zone = zone, .day = sum_now(model, utc_s)};
    truth->today = zone_day_of(zone, utc_s * NS_PER_S);
}

static long long whole(double value)
{
    return llround(value);
}

static void put_span(const struct truth *truth, const char *kind, unsigned number,
                     const struct truth_sum *from, const struct truth_sum *to)
{
    fprintf(truth->file,
            "{\"%s\":%u,\"from_ms\":%" PRId64 ",\"to_ms\":%" PRId64
            ",\"soc_from\":%lld,\"soc_to\":%lld,\"odometer_from_km\":%lld,\"odometer_to_km\":%lld",
            kind, number, from->from_s * 1000, to->from_s * 1000, whole(from->soc * 100),
            whole(to->soc * 100), (long long)from->km, (long long)to->km);
}

static void end_charge(struct truth *truth, const struct sim_model *model, const struct truth_sum *now)
{
    static const char *const modes[] = {"none", "ac1", "ac2", "dc"};
    const struct truth_sum *from = &truth->charge;

    if (!truth->file)
        return;
    put_span(truth, "charge", truth->charges, from, now);
    fprintf(truth->file, ",\"mode\":\"%s\",\"place\":\"%s\",\"battery_wh\":%lld,\"charger_wh\":%lld}\n",
            modes[from->mode], model->away ? "away" : "home", whole(now->battery_wh - from->battery_wh),
            whole(now->charger_wh - from->charger_wh));
}

static void end_outing(struct truth *truth, const struct truth_sum *now)
{
    const struct truth_sum *from = &truth->outing;
    double charged_wh = now->battery_wh - from->battery_wh;

    if (!truth->file)
        return;
    put_span(truth, "outing", truth->outings, from, now);
    fprintf(truth->file, ",\"distance_m\":%lld,\"used_wh\":%lld,\"charged_wh\":%lld}\n",
            whole((now->km - from->km) * 1000), whole(charged_wh - (now->net_wh - from->net_wh)),
            whole(charged_wh));
}

static void end_day(struct truth *truth, const struct sim_model *model, const struct truth_sum *now)
{
    const struct truth_sum *from = &truth->day;
    double charged_wh = now->battery_wh - from->battery_wh;
    char text[DAY_TEXT_SIZE];

    if (!truth->file)
        return;
    day_text(truth->today, text);
    fprintf(truth->file,
            "{\"day\":\"%s\",\"distance_m\":%lld,\"odometer_km\":%lld,\"soc\":%lld,\"soh\":%lld,\"capacity_"
            "mah\":%lld,"
            "\"gids_max\":%u,\"used_wh\":%lld,\"charged_wh\":%lld,\"ambient_mc\":%lld}\n",
            text, whole((now->km - from->km) * 1000), (long long)now->km, whole(now->soc * 100),
            whole(model->battery.soh * 100), whole(model->battery.ah * 1000), sim_gids_full(model),
            whole(charged_wh - (now->net_wh - from->net_wh)), whole(charged_wh),
            whole(sim_ambient_mean_c(model) * 1000));
}

static void look_at_charge(struct truth *truth, const struct sim_model *model, const struct truth_sum *now)
{
    bool is_charging = model->charge.state == SIM_CHARGE_RUNNING;

    if (is_charging == truth->is_charging)
        return;
    truth->is_charging = is_charging;
    if (is_charging) {
        truth->charges++;
        truth->charge = *now;
    } else {
        end_charge(truth, model, now);
    }
}

void truth_look(struct truth *truth, const struct sim_model *model, int64_t utc_s)
{
    struct truth_sum now = sum_now(model, utc_s);
    int32_t today = zone_day_of(truth->zone, utc_s * NS_PER_S);

    look_at_charge(truth, model, &now);
    if (model->away && !truth->is_away) {
        truth->outings++;
        truth->outing = now;
    }
    if (!model->away && truth->is_away)
        end_outing(truth, &now);
    truth->is_away = model->away;
    if (today == truth->today)
        return;
    end_day(truth, model, &now);
    truth->today = today;
    truth->day = now;
}

void truth_mishap(const struct truth *truth, const char *name, int64_t from_s, int64_t to_s)
{
    if (truth->file)
        fprintf(truth->file, "{\"mishap\":\"%s\",\"from_ms\":%" PRId64 ",\"to_ms\":%" PRId64 "}\n", name,
                from_s * 1000, to_s * 1000);
}
