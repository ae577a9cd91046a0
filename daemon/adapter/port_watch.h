/* Sees by inotify that a device is plugged in or pulled, so that nobody has to wait for the next try. Without
 * inotify nothing is told, and the tries go on as ever. */
#ifndef ADAPTER_PORT_WATCH_H
#define ADAPTER_PORT_WATCH_H

#include "util/loop.h"

#include <stdbool.h>

struct port_watch;

/* Something appeared at the path, vanished from it, became another file, or got another owner or mode. */
typedef void port_watch_fn(void *ctx);

/* `path` is absolute, may be a symbolic link, need not exist, and lives as long as the watch. NULL when that
 * can't be watched. */
struct port_watch *port_watch_new(struct loop *loop, const char *path, port_watch_fn *changed, void *ctx);
void port_watch_free(struct port_watch *watch);

/* Whether something was there when it was looked last. */
bool port_watch_is_there(const struct port_watch *watch);

#endif
