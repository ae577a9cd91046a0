/* Not written yet: makes the adapter table complete. */
#include "adapter/adapter_private.h"

static int elm327_start(struct adapter *adapter, const struct adapter_settings *settings, struct err *err)
{
    (void)adapter;
    return err_set(err, "adapter: %s: not built yet", settings->kind);
}

static void elm327_stop(struct adapter *adapter)
{
    (void)adapter;
}

const struct adapter_kind adapter_elm327 = {
    .name = "elm327",
    .size = sizeof(struct adapter),
    .start = elm327_start,
    .stop = elm327_stop,
};
