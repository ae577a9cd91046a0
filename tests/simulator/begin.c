/* One table of names for reading and for writing. Knows nothing of lives. */
#include "begin.h"

#include "figures.h"

#include <errno.h>
#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LINE_MAX_BYTES 80

static const struct {
    const char *name;
    size_t offset;
    double min, max;
} names[] = {
    {"odometer", offsetof(struct sim_begin, odometer), 0, 999999},
    {"soc", offsetof(struct sim_begin, soc), 0, 100},
    {"soh", offsetof(struct sim_begin, soh), 1, 100},
    {"hx", offsetof(struct sim_begin, hx), 1, 250},
    {"count_ac", offsetof(struct sim_begin, count_ac), 0, 65535},
    {"count_dc", offsetof(struct sim_begin, count_dc), 0, 65535},
    {"aux_charge", offsetof(struct sim_begin, aux_charge), 0, 1},
    {"pack_c", offsetof(struct sim_begin, pack_c), -40, 60},
    {"mean_c", offsetof(struct sim_begin, mean_c), -40, 50},
};

#define NAME_COUNT (sizeof(names) / sizeof(names[0]))

static double *field_of(struct sim_begin *begin, size_t index)
{
    return (double *)(void *)((char *)begin + names[index].offset);
}

static int take_line(struct sim_begin *begin, const char *path, unsigned number, char *line, struct err *err)
{
    char *value = strchr(line, ' ');
    char *end = NULL;

    line[strcspn(line, "\n")] = '\0';
    if (!value)
        return err_set(err, "%s:%u: %s: not NAME NUMBER", path, number, line);
    *value++ = '\0';
    for (size_t i = 0; i < NAME_COUNT; i++) {
        if (strcmp(names[i].name, line) != 0)
            continue;
        double parsed = strtod(value, &end);
        if (end == value || *end != '\0' || !(parsed >= names[i].min && parsed <= names[i].max))
            return err_set(err, "%s:%u: %s: not within %g and %g", path, number, value, names[i].min,
                           names[i].max);
        *field_of(begin, i) = parsed;
        return 0;
    }
    return err_set(err, "%s:%u: %s: unknown", path, number, line);
}

static int take_lines(struct sim_begin *begin, const char *path, FILE *file, struct err *err)
{
    char line[LINE_MAX_BYTES];

    for (unsigned number = 1; fgets(line, sizeof(line), file); number++)
        if (take_line(begin, path, number, line, err) != 0)
            return -1;
    for (size_t i = 0; i < NAME_COUNT; i++)
        if (isnan(*field_of(begin, i)))
            return err_set(err, "%s: %s is missing", path, names[i].name);
    return 0;
}

int sim_begin_load(struct sim_begin *begin, const char *path, struct err *err)
{
    FILE *file = fopen(path, "re");

    if (!file)
        return err_set(err, "%s: %s", path, strerror(errno));
    for (size_t i = 0; i < NAME_COUNT; i++)
        *field_of(begin, i) = NAN;
    int rc = take_lines(begin, path, file, err);
    fclose(file);
    return rc;
}

int sim_begin_save(const struct sim_begin *begin, const char *path, struct err *err)
{
    struct sim_begin copy = *begin;
    FILE *file = fopen(path, "we");

    if (!file)
        return err_set(err, "%s: %s", path, strerror(errno));
    for (size_t i = 0; i < NAME_COUNT; i++)
        fprintf(file, "%s %.10g\n", names[i].name, *field_of(&copy, i));
    if (fclose(file) != 0)
        return err_set(err, "%s: %s", path, strerror(errno));
    return 0;
}

struct sim_begin sim_begin_of(const struct sim_model *model)
{
    return (struct sim_begin){
        .odometer = model->odometer,
        .soc = model->battery.soc,
        .soh = model->battery.soh,
        .hx = model->battery.hx,
        .count_ac = model->charge.count_ac,
        .count_dc = model->charge.count_dc,
        .aux_charge = model->supply.charge,
        .pack_c = model->battery.temp_c,
        .mean_c = sim_ambient_mean_c(model),
    };
}

void sim_begin_apply(const struct sim_begin *begin, struct sim_model *model)
{
    model->odometer = begin->odometer;
    model->battery.soc = begin->soc;
    sim_battery_set_health(&model->battery, begin->soh, begin->hx);
    model->battery.volts = sim_battery_open_volts(begin->soc);
    model->battery.temp_c = begin->pack_c;
    model->charge.count_ac = (unsigned)begin->count_ac;
    model->charge.count_dc = (unsigned)begin->count_dc;
    model->supply.charge = begin->aux_charge;
    model->weather.mean_c = begin->mean_c;
    model->climate.ambient_c = sim_ambient_c(model);
    model->climate.cabin_c = model->climate.ambient_c;
}
