/* What STN chips know beyond the ELM327: their name and pass filters. */
#include "elm327_private.h"

#include <stdio.h>
#include <string.h>

/* "5B3,7FF". */
static bool st_add_filter(struct sim_elm_settings *settings, const char *arg)
{
    char id[SIM_ELM_LINE_MAX];
    const char *comma = strchr(arg, ',');

    if (!comma || settings->passes >= SIM_ELM_PASS_MAX)
        return false;
    snprintf(id, sizeof(id), "%.*s", (int)(comma - arg), arg);
    if (!sim_elm_parse_hex(id, &settings->pass[settings->passes].id) ||
        !sim_elm_parse_hex(comma + 1, &settings->pass[settings->passes].mask))
        return false;
    settings->passes++;
    return true;
}

static bool st_filter(struct sim_elm327 *elm, const char *text)
{
    if (strncmp(text, "FAP", 3) == 0)
        return st_add_filter(&elm->settings, text + 3);
    if (strcmp(text, "FCP") != 0)
        return false;
    elm->settings.passes = 0;
    return true;
}

void sim_elm_st_command(struct sim_elm327 *elm, const char *text)
{
    if (strcmp(text, "I") == 0)
        sim_elm_reply(elm, elm->adapter->device);
    else if (!sim_elm_has_way(elm, SIM_WAY_PASS_FILTERS))
        sim_elm_reply(elm, "?");
    else if (strcmp(text, "M") == 0)
        sim_elm_monitor(elm, true);
    else
        sim_elm_reply(elm, st_filter(elm, text) ? "OK" : "?");
}
