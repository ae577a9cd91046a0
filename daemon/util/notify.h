/* What systemd is told: READY, STATUS, STOPPING, and the watchdog's beat from the loop. Silent without
 * systemd. */
#ifndef UTIL_NOTIFY_H
#define UTIL_NOTIFY_H

#include "util/loop.h"

struct notify;

#define NOTIFY_PARTS_MAX 8

/* How often a part has turned, any number that changes; and a request to turn once more soon. */
typedef unsigned notify_turns_fn(void *ctx);

/* Starts to beat from `loop` if systemd asks for it ($WATCHDOG_USEC): the beat proves that the loop turns. */
struct notify *notify_new(struct loop *loop, struct err *err);
void notify_free(struct notify *notify);

/* From now on the beat also proves that this part turns at least once in `patience_ns`. If it does not, that
 * is logged and systemd is asked to end us at once. `name` and ctx outlive the loop's turns. */
void notify_add_part(struct notify *notify, const char *name, int64_t patience_ns, notify_turns_fn *turns,
                     void *ctx);

/* The daemon serves; the daemon is on its way out. */
void notify_ready(struct notify *notify);
void notify_stopping(struct notify *notify);

/* One line for `systemctl status`; sent when it differs from the last one. */
void notify_status(struct notify *notify, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* The listening socket that systemd passed to this process (socket activation), close-on-exec; -1: none. */
int notify_listening_socket(void);

#endif
