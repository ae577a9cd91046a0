/* Knows no column: each sub-command prints its own line. */
#include "tools/access_list.h"

#include "export/json_value.h"
#include "tools/control_client.h"

#include <stdio.h>
#include <sysexits.h>

int access_list_print(const struct tool_options *options, const char *what, int as_json,
                      access_list_line_fn *print)
{
    const json_t *item;
    json_t *answer;
    size_t i;
    int code =
        control_ask(options->config, json_pack("{s:s, s:s}", "command", "list", "what", what), &answer);

    if (code == EX_OK && as_json) {
        json_dumpf(answer, stdout, JSON_VALUE_FLAGS);
        putchar('\n');
    } else if (code == EX_OK) {
        json_array_foreach(json_object_get(answer, "items"), i, item)
        {
            print(item);
        }
    }
    json_decref(answer);
    return code;
}

const char *access_list_text(const json_t *item, const char *key)
{
    const char *text = json_string_value(json_object_get(item, key));

    return text && *text ? text : "-";
}
