/* The lists that `garagectl user|token|session list` print. */
#ifndef TOOLS_ACCESS_LIST_H
#define TOOLS_ACCESS_LIST_H

#include "tools/tool.h"

#include <jansson.h>

typedef void access_list_line_fn(const json_t *item);

/* Asks for the list and prints a line an item, or all of it as JSON. Returns an exit code of sysexits.h. */
int access_list_print(const struct tool_options *options, const char *what, int as_json,
                      access_list_line_fn *print);

/* The item's text, "-" when there is none. */
const char *access_list_text(const json_t *item, const char *key);

#endif
