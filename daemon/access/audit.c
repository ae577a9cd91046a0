/* Rows and their chain. Does not store. */
#include "access/audit.h"

#include "util/core/time.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define LIMIT_BURST    20
#define LIMIT_REFILL_S 60

static void copy_clean(char *to, size_t size, const char *from)
{
    snprintf(to, size, "%s", from);
    for (char *at = to; *at != '\0'; at++) {
        if ((unsigned char)*at < 0x20 || *at == 0x7F)
            *at = '?';
    }
}

void audit_fill(struct audit_row *row, const struct audit_event *event)
{
    copy_clean(row->who, sizeof(row->who), event->who);
    copy_clean(row->from, sizeof(row->from), event->from);
    copy_clean(row->what, sizeof(row->what), event->what);
    copy_clean(row->detail, sizeof(row->detail), event->detail);
    row->is_ok = !event->is_failure;
}

/* Each text with its length before it, so that no two rows read alike. */
int audit_hash(const struct audit_row *row, const unsigned char before[SECRET_BYTES],
               unsigned char hash[SECRET_BYTES], struct err *err)
{
    char bytes[SECRET_BYTES + 512];
    char *text = bytes + SECRET_BYTES;

    memcpy(bytes, before, SECRET_BYTES);
    int len = snprintf(text, sizeof(bytes) - SECRET_BYTES,
                       "%" PRId64 " %" PRId64 " %d %d %zu:%s %zu:%s %zu:%s %zu:%s", row->id, row->utc_ms,
                       row->clock_right, row->is_ok, strlen(row->who), row->who, strlen(row->from), row->from,
                       strlen(row->what), row->what, strlen(row->detail), row->detail);
    return secret_hash(bytes, SECRET_BYTES + (size_t)len, hash, err);
}

bool audit_may_tell(struct audit_limit *limit, int64_t now_ns)
{
    int64_t forgotten = (now_ns - limit->at_ns) / (LIMIT_REFILL_S * NS_PER_S);

    if (forgotten > 0) {
        limit->used = forgotten > limit->used ? 0 : limit->used - (int)forgotten;
        limit->at_ns = now_ns;
    }
    if (limit->used >= LIMIT_BURST) {
        limit->left_out++;
        return false;
    }
    limit->used++;
    return true;
}
