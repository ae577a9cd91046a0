/* Only garaged can look from inside: this program runs outside of the sandbox. */
#include "tools/doctor_sandbox.h"

#include "tools/control_client.h"

#include <stdarg.h>
#include <stdio.h>

static struct doctor_finding find(enum doctor_level level, const char *advice, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static struct doctor_finding find(enum doctor_level level, const char *advice, const char *format, ...)
{
    struct doctor_finding finding = {.level = level};
    va_list args;

    va_start(args, format);
    vsnprintf(finding.text, sizeof(finding.text), format, args);
    va_end(args);
    snprintf(finding.advice, sizeof(finding.advice), "%s", advice);
    return finding;
}

static size_t judge(const json_t *sandbox, struct doctor_finding *findings)
{
    const json_t *failed = json_object_get(sandbox, "failed");
    const char *limit = json_string_value(json_object_get(sandbox, "limit"));
    size_t count = 0, i;
    const json_t *words;

    if (!json_is_true(json_object_get(sandbox, "checked"))) {
        findings[0] = find(DOCTOR_NOTE, "", "garaged's sandbox is not checked: it was started by hand");
        return 1;
    }
    json_array_foreach(failed, i, words)
    {
        if (count < DOCTOR_SANDBOX_MAX)
            findings[count++] =
                find(DOCTOR_PROBLEM, "the unit's line in brackets: systemctl cat garaged.service",
                     "garaged's sandbox: %.200s", json_string_value(words));
    }
    if (count == 0)
        findings[count++] = find(DOCTOR_OK, "", "garaged's sandbox holds; memory is bounded by %.40s",
                                 limit ? limit : "none");
    return count;
}

size_t doctor_sandbox(const char *config, struct doctor_finding *findings)
{
    json_t *request = json_pack("{s:s}", "command", "status"), *answer;
    struct err err;
    size_t count = 0;

    if (control_try(config, request, &answer, &err) == 0 &&
        json_is_object(json_object_get(answer, "sandbox")))
        count = judge(json_object_get(answer, "sandbox"), findings);
    json_decref(answer);
    json_decref(request);
    return count;
}
