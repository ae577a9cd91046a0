/* Judges what came and says what became of it. What is done is diary/store/copy's. */
#include "home_backup.h"

#include "diary/store/copy.h"
#include "home_waiting.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static json_t *answer(const struct work *work, const char *why)
{
    if (why)
        return json_pack("{s:s}", "error", why);
    return json_pack("{s:I}", "bytes", (json_int_t)copy_bytes(work));
}

/* The store's thread writes to it: a pipe could keep it waiting for ever. */
static bool is_plain_file(int fd)
{
    struct stat status;

    return fd >= 0 && fstat(fd, &status) == 0 && S_ISREG(status.st_mode);
}

int home_backup_begin(struct loop *loop, struct store *store, const char *folder, int fd,
                      struct control_job *job, struct err *err)
{
    struct copy_order order = {0};

    if (!is_plain_file(fd))
        return err_set(err, "a backup needs a file to go to");
    snprintf(order.folder, sizeof(order.folder), "%s", folder);
    order.fd = fcntl(fd, F_DUPFD_CLOEXEC, 0); /* the work closes its own, also when it can't be begun */
    if (order.fd < 0)
        return err_set(err, "%s", strerror(errno));
    if (home_waiting_begin(loop, store, copy_new(&order), answer, job, err))
        return -1;
    close(fd);
    return 0;
}
