/* What garaged itself is doing (CONTRACT 6: GET system). Pure. */
#ifndef EXPORT_JSON_SYSTEM_H
#define EXPORT_JSON_SYSTEM_H

#include "diary/store/store.h"
#include "export/json_value.h"
#include "export/view.h"

#include <stddef.h>
#include <stdint.h>

struct json_queue {
    const char *name;
    int64_t waiting, most;
    int64_t dropped; /* -1: nothing is ever dropped here */
};

/* Who came to the page's door and was sent away. */
struct json_door {
    int64_t refused_peers;    /* by their address */
    int64_t relayed;          /* requests by a proxy that nobody named; 0: garaged is not exposed */
    int64_t relayed_since_ns; /* on the clock of now->boot_ns */
    const struct json_moment *now;
};

struct json_system {
    const char *version;
    int64_t uptime_s;
    int64_t memory_kb;                /* resident; -1: not known */
    const struct view *view;          /* for the cars' counters */
    const struct store_answer *files; /* of STORE_ASK_FILES; NULL: the store can't say now */
    const struct json_queue *queues;
    size_t queue_count;
    const struct json_door *door;
    int64_t processor_ms;                         /* used since the start; -1: not known */
    int64_t disk_free_bytes, disk_bytes;          /* of the state folder's disk; -1: not known */
};

/* The same as an object. */
json_t *json_system_object(const struct json_system *system);

/* A text that the caller frees, or NULL without memory. */
char *json_system(const struct json_system *system);

#endif
