/* The loan is a pause of the car: garaged ends it by itself when nobody does. */
#include "tools/doctor_lender.h"

#include "tools/control_client.h"

#include <stdio.h>

enum doctor_lender doctor_lend(const char *config, const char *car, int seconds, char *words, size_t size)
{
    struct err err = {""};
    json_t *answer;
    json_t *request = json_pack("{s:s, s:s, s:i, s:b}", "command", "pause", "car", car, "seconds", seconds,
                                "unless_paused", seconds > 0);
    int result = control_try(config, request, &answer, &err);
    bool is_there = answer != NULL;

    json_decref(request);
    json_decref(answer);
    snprintf(words, size, "%s", err.text);
    if (result == 0)
        return DOCTOR_LENT;
    return is_there ? DOCTOR_NOT_LENT : DOCTOR_NO_DAEMON;
}
