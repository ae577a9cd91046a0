/* What one frame or answer says beyond its fields (CONTRACT 2): charging from charge_mode, power from volts
 * and amps, the cells' extremes; and the context that later readings need. What needs several sources is the
 * state's. */
#include "car/decoder_private.h"

#include <math.h>

static void emit(const struct run *run, const struct reading *like, uint16_t signal, bool known, double value)
{
    struct reading reading = {
        .signal = signal,
        .source = like->source,
        .quality = like->quality,
        .known = known,
        .value = known ? value : 0,
        .time_ns = like->time_ns,
    };

    run->sink(run->ctx, &reading);
}

static void follow_charge_mode(const struct run *run, const struct reading *mode)
{
    struct reading reading = *mode;

    reading.signal = SIGNAL_CHARGING;
    reading.value = mode->value > CHARGE_MODE_NONE;
    run->sink(run->ctx, &reading);
}

void run_follow(struct run *run, const struct field *field, const struct reading *reading)
{
    switch (field->role) {
    case ROLE_NONE:
        break;
    case ROLE_VOLTS:
        run->volts = *reading;
        run->has_volts = true;
        break;
    case ROLE_AMPS:
        run->amps = *reading;
        run->has_amps = true;
        break;
    case ROLE_CHARGE_MODE:
        follow_charge_mode(run, reading);
        break;
    case ROLE_UNIT_FLAG:
        run->decoder->unit_known = reading->known;
        run->decoder->miles = reading->known && reading->value != 0;
        break;
    }
}

void run_follow_cells(struct run *run, const struct reading *cells)
{
    double min = INFINITY;
    double max = -INFINITY;

    for (size_t i = 0; i < cells->count; i++) {
        min = fmin(min, cells->elements[i]);
        max = fmax(max, cells->elements[i]);
    }
    emit(run, cells, SIGNAL_CELL_MIN, isfinite(min), min);
    emit(run, cells, SIGNAL_CELL_MAX, isfinite(max), max);
    /* The difference of two decimal numbers is made decimal again: 0.013 and not 0.0130000000000003. */
    emit(run, cells, SIGNAL_CELL_SPREAD, isfinite(max), round((max - min) * 1e9) / 1e9);
}

void run_finish(struct run *run)
{
    if (!run->has_volts || !run->has_amps)
        return;
    bool known = run->volts.known && run->amps.known;
    emit(run, &run->volts, SIGNAL_PACK_POWER, known, run->volts.value * run->amps.value / 1000);
}
