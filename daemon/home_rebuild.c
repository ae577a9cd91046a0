/* Says what came of it. What is done is diary/store/rebuild's. */
#include "home_rebuild.h"

#include "diary/store/rebuild.h"
#include "home_waiting.h"
#include "util/log.h"

#include <inttypes.h>

static json_t *answer(const struct work *work, const char *why)
{
    int64_t hours = rebuild_hours(work);

    if (why) {
        log_warning("diary", "the rebuild ended after %" PRId64 " hours: %s", hours, why);
        return json_pack("{s:s}", "error", why);
    }
    log_notice("diary", "%" PRId64 " hours were summed up again from their readings", hours);
    return json_pack("{s:I}", "hours", (json_int_t)hours);
}

int home_rebuild_begin(struct loop *loop, struct store *store, struct control_job *job, struct err *err)
{
    return home_waiting_begin(loop, store, rebuild_new(), answer, job, err);
}
