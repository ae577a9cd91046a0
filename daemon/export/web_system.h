/* What GET system says, for whoever says it, too. */
#ifndef EXPORT_WEB_SYSTEM_H
#define EXPORT_WEB_SYSTEM_H

#include "export/json_system.h"

struct web;

/* All that `system` points to, but the view and the files. */
struct web_system_facts {
    struct json_queue queues[3];
    struct json_door door;
    struct json_moment now;
    struct json_system system;
};

/* `files`: of STORE_ASK_FILES; NULL: the store can't say now. */
void web_system_gather(const struct web *web, const struct store_answer *files, struct web_system_facts *facts);

#endif
