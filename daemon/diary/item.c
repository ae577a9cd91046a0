/* The words and steps of what the diary keeps. Knows no tracker and no table. */
#include "diary/item.h"

#include <math.h>

static const char *const flag_names[] = {"gaps",      "restarted",   "charged_elsewhere",
                                         "estimated", "implausible", "interrupted"};

const char *diary_flag_name(unsigned bit)
{
    return bit < sizeof(flag_names) / sizeof(flag_names[0]) ? flag_names[bit] : NULL;
}

int64_t diary_steps_per_unit(double resolution)
{
    if (resolution <= 0 || resolution >= 1)
        return 1;
    return (int64_t)round(1 / resolution);
}
