/* "limit" is null where nothing was looked at, and "none" where nothing bounds the memory. */
#include "export/json_sandbox.h"

json_t *json_sandbox(const struct sandbox_report *report)
{
    bool is_checked = report && report->is_checked;
    bool is_bounded = is_checked && report->limit_bytes != SANDBOX_NO_LIMIT;
    json_t *failed = json_array();

    for (size_t i = 0; is_checked && i < report->failed_count; i++)
        json_array_append_new(failed, json_string(report->failed[i]));
    return json_pack("{s:b, s:o, s:s?, s:o}", "checked", is_checked, "failed", failed, "limit",
                     is_checked ? report->limit : NULL, "limit_bytes",
                     is_bounded ? json_integer(report->limit_bytes) : json_null());
}
