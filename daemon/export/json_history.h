/* The answer to GET history (CONTRACT 5). Pure. */
#ifndef EXPORT_JSON_HISTORY_H
#define EXPORT_JSON_HISTORY_H

#include "car/signal.h"
#include "diary/store/store.h"
#include "util/core/zone.h"

/* A text that the caller frees, or NULL without memory. */
char *json_history(const struct store_history_request *request, const struct store_history *history,
                   const struct signal *signal, const struct zone *zone);

#endif
