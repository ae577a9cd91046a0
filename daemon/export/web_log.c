/* GET /api/v1/log: the last lines of garaged's own log. The car half's stand in it as garaged was told them. */
#include "export/web_private.h"
#include "util/logbook.h"

#include "export/masking.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

static json_t *line_object(const struct web *web, struct logbook_line *line)
{
    const struct json_moment now = web_now(web);

    masking_hide_vins(line->text);
    return json_pack("{s:o, s:s, s:o}", "t", json_value_time(web->view, &now, line->boot_ns), "level",
                     log_level_name(line->level), "text", json_value_text(line->text, strlen(line->text)));
}

json_t *web_log_items(const struct web *web)
{
    struct logbook_line *lines = web->logbook == NULL ? NULL : calloc(LOGBOOK_LINES, sizeof(*lines));
    size_t count = lines == NULL ? 0 : logbook_read(web->logbook, lines);
    json_t *items = json_array();

    for (size_t i = 0; i < count; i++)
        json_array_append_new(items, line_object(web, &lines[i]));
    free(lines);
    return items;
}

void web_log_get(struct web_connection *connection)
{
    json_t *object = json_pack("{s:o}", "items", web_log_items(connection->web));
    char *text = json_dumps(object, JSON_VALUE_FLAGS);

    json_decref(object);
    web_reply_begin(connection, 200, "no-store");
    web_reply_json(connection, text);
}
