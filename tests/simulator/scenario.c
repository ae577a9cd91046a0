/* Reading scenarios. Playing them is sim.c's. */
#include "scenario.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SECONDS_MAX (10.0 * 366 * 86400)
#define FILE_MAX    (64 * 1024)
#define WORDS_MAX   3
#define BLANKS      " \t\r"

static const struct {
    const char *name;
    enum sim_action action;
    double value_max; /* 0: takes no value */
} actions[] = {
    {"asleep", SIM_ACT_ASLEEP, 0}, {"awake", SIM_ACT_AWAKE, 0},     {"on", SIM_ACT_ON, 0},
    {"drive", SIM_ACT_DRIVE, 500}, {"charge", SIM_ACT_CHARGE, 100}, {"unplug", SIM_ACT_UNPLUG, 0},
    {"plug", SIM_ACT_PLUG, 0},     {"away", SIM_ACT_AWAY, 0},       {"back", SIM_ACT_BACK, 0},
};

#define ACTION_COUNT (sizeof(actions) / sizeof(actions[0]))

static const char default_text[] = "0    awake\n"
                                   "2    on\n"
                                   "90   charge 6.6\n"
                                   "3600 unplug\n"
                                   "3630 on\n"
                                   "3660 drive 12\n"
                                   "3720 away\n"
                                   "5400 back\n"
                                   "5460 awake\n"
                                   "5520 charge 6.6\n"
                                   "20000 unplug\n";

/* One line on its way in. */
struct scenario_place {
    const char *name;
    unsigned line;
};

static int place_err(const struct scenario_place *place, struct err *err, const char *word,
                     const char *reason)
{
    return err_set(err, "%s:%u: %s: %s", place->name, place->line, word, reason);
}

static int scenario_number(const struct scenario_place *place, const char *word, double max, double *value,
                           struct err *err)
{
    char *end = NULL;

    *value = strtod(word, &end);
    if (end == word || *end != '\0' || !isfinite(*value))
        return place_err(place, err, word, "not a number");
    if (*value < 0 || *value > max)
        return place_err(place, err, word, "out of range");
    return 0;
}

static int scenario_value(const struct scenario_place *place, const char *const *words, size_t count,
                          double max, double *value, struct err *err)
{
    *value = 0;
    if (max <= 0)
        return count == 2 ? 0 : place_err(place, err, words[2], "this action takes no value");
    if (count < 3)
        return place_err(place, err, words[1], "needs a value");
    if (scenario_number(place, words[2], max, value, err) != 0)
        return -1;
    return *value > 0 ? 0 : place_err(place, err, words[2], "must be more than 0");
}

static int scenario_find_action(const char *word, size_t *index)
{
    for (*index = 0; *index < ACTION_COUNT; (*index)++)
        if (strcmp(actions[*index].name, word) == 0)
            return 0;
    return -1;
}

static int scenario_add(struct sim_scenario *scenario, const struct scenario_place *place,
                        const char *const *words, size_t count, struct err *err)
{
    double seconds;
    size_t action;

    if (scenario_number(place, words[0], SECONDS_MAX, &seconds, err) != 0)
        return -1;
    if (count < 2)
        return place_err(place, err, words[0], "an action is missing");
    if (scenario_find_action(words[1], &action) != 0)
        return place_err(place, err, words[1],
                         "not one of asleep, awake, on, drive, charge, plug, unplug, away, back");
    if (scenario->count >= SIM_SCENARIO_MAX)
        return place_err(place, err, words[0], "more than 1000 lines");
    struct sim_scenario_line *line = &scenario->lines[scenario->count];
    line->at_ms = llround(seconds * 1000.0);
    line->action = actions[action].action;
    if (scenario->count > 0 && line->at_ms < line[-1].at_ms)
        return place_err(place, err, words[0], "earlier than the line before");
    if (scenario_value(place, words, count, actions[action].value_max, &line->value, err) != 0)
        return -1;
    scenario->count++;
    return 0;
}

static int scenario_parse_line(struct sim_scenario *scenario, const struct scenario_place *place, char *text,
                               struct err *err)
{
    const char *words[WORDS_MAX];
    size_t count = 0;
    char *rest = NULL;

    text[strcspn(text, "#")] = '\0';
    for (char *word = strtok_r(text, BLANKS, &rest); word; word = strtok_r(NULL, BLANKS, &rest)) {
        if (count >= WORDS_MAX)
            return place_err(place, err, word, "one word too many");
        words[count] = word;
        count++;
    }
    return count == 0 ? 0 : scenario_add(scenario, place, words, count, err);
}

int sim_scenario_parse(struct sim_scenario *scenario, const char *text, const char *name, struct err *err)
{
    struct scenario_place place = {.name = name, .line = 0};

    scenario->count = 0;
    while (*text != '\0') {
        size_t len = strcspn(text, "\n");
        char line[SIM_SCENARIO_LINE_MAX];

        place.line++;
        if (len >= sizeof(line))
            return place_err(&place, err, "line", "longer than 199 characters");
        memcpy(line, text, len);
        line[len] = '\0';
        if (scenario_parse_line(scenario, &place, line, err) != 0)
            return -1;
        text += len + (text[len] == '\n');
    }
    return 0;
}

void sim_scenario_default(struct sim_scenario *scenario)
{
    struct err err;

    if (sim_scenario_parse(scenario, default_text, "default", &err) != 0)
        abort(); /* a unit test parses it too */
}

static int scenario_read(FILE *file, char *text, size_t cap, const char *path, struct err *err)
{
    size_t len = fread(text, 1, cap, file);

    if (ferror(file))
        return err_set(err, "%s: %s", path, strerror(errno));
    if (len == cap)
        return err_set(err, "%s: longer than 64 KiB", path);
    if (memchr(text, '\0', len))
        return err_set(err, "%s: NUL byte", path);
    text[len] = '\0';
    return 0;
}

int sim_scenario_load(struct sim_scenario *scenario, const char *path, struct err *err)
{
    FILE *file = fopen(path, "re");
    char *text = malloc(FILE_MAX + 1);
    int result = -1;

    if (!file)
        err_set(err, "%s: %s", path, strerror(errno));
    else if (!text)
        err_set(err, "%s: out of memory", path);
    else
        result = scenario_read(file, text, FILE_MAX + 1, path, err);
    if (result == 0)
        result = sim_scenario_parse(scenario, text, path, err);
    free(text);
    if (file)
        fclose(file);
    return result;
}
