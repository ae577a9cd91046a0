/* Not written yet: makes the adapter table complete. */
#include "adapter/adapter_private.h"

static int socketcan_start(struct adapter *adapter, const struct adapter_settings *settings, struct err *err)
{
    (void)adapter;
    return err_set(err, "adapter: %s: not built yet", settings->kind);
}

static void socketcan_stop(struct adapter *adapter)
{
    (void)adapter;
}

const struct adapter_kind adapter_socketcan = {
    .name = "socketcan",
    .size = sizeof(struct adapter),
    .start = socketcan_start,
    .stop = socketcan_stop,
};
