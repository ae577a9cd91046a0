/* Not written yet: makes the adapter table complete. */
#include "adapter/adapter_private.h"

static int replay_start(struct adapter *adapter, const struct adapter_settings *settings, struct err *err)
{
    (void)adapter;
    return err_set(err, "adapter: %s: not built yet", settings->kind);
}

static void replay_stop(struct adapter *adapter)
{
    (void)adapter;
}

const struct adapter_kind adapter_replay = {
    .name = "replay",
    .size = sizeof(struct adapter),
    .start = replay_start,
    .stop = replay_stop,
};
