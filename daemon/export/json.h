/* What goes to browsers, as text (CONTRACT 4, 7, 8). Pure: the moment is an argument. Every function returns
 * a text that the caller frees, or NULL without memory. */
#ifndef EXPORT_JSON_H
#define EXPORT_JSON_H

#include "export/json_value.h"
#include "export/view.h"

#include <stdint.h>

#define JSON_HEARD_NEVER INT64_MAX

/* The whole state; of one car when `car` isn't NULL. */
char *json_state(const struct view *view, const struct view_car *car, const struct json_moment *now);

/* One car of it, as an object. */
json_t *json_state_car(const struct view *view, const struct view_car *car, const struct json_moment *now);

/* The websocket's messages. */
char *json_live_state(const struct view *view, const struct json_moment *now);

/* What changed after sequence number `since`. Signals heard after `heard_ns` (CLOCK_BOOTTIME) are repeated
 * although their value is the same, so that the reader's ages stay right; JSON_HEARD_NEVER for none. */
char *json_live_change(const struct view *view, uint64_t since, int64_t heard_ns,
                       const struct json_moment *now);

/* `data` is a JSON object as text, or NULL for an empty one. */
char *json_live_event(const struct view *view, const char *car, const char *event, const char *data,
                      const struct json_moment *now);

/* {"error":{"code","message"}} */
char *json_error(const char *code, const char *message);

/* The answer to login, pair and GET session. `plain`: it goes through the house in clear. */
char *json_session(const char *user, const char *role, const char *csrf, bool plain);

#endif
