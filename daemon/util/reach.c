/* The thread and its starter share one block, which goes with whoever leaves it last. Signals are the loop's:
 * the thread has them blocked as its starter has. */
#include "util/reach.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>

#define STACK_BYTES (64 * 1024)

struct reach {
    atomic_int users;
    atomic_bool has_answered;
    char folder[];
};

static void leave(struct reach *reach)
{
    if (atomic_fetch_sub(&reach->users, 1) == 1)
        free(reach);
}

/* What the kernel remembers of a folder is no answer: how full the disk is it has to ask for. */
static void *ask(void *arg)
{
    struct reach *reach = arg;
    struct statvfs status;
    int fd = open(reach->folder, O_RDONLY | O_CLOEXEC);

    if (fd >= 0) {
        fstatvfs(fd, &status);
        close(fd);
    }
    atomic_store(&reach->has_answered, true);
    leave(reach);
    return NULL;
}

static int start(struct reach *reach)
{
    pthread_attr_t attributes;
    pthread_t thread;

    if (pthread_attr_init(&attributes) != 0)
        return -1;
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    pthread_attr_setstacksize(&attributes, STACK_BYTES);
    int rc = pthread_create(&thread, &attributes, ask, reach);
    pthread_attr_destroy(&attributes);
    return rc;
}

struct reach *reach_new(const char *folder)
{
    size_t bytes = strlen(folder) + 1;
    struct reach *reach = malloc(sizeof(*reach) + bytes);

    if (!reach)
        return NULL;
    atomic_init(&reach->users, 2);
    atomic_init(&reach->has_answered, false);
    memcpy(reach->folder, folder, bytes);
    if (start(reach) == 0)
        return reach;
    free(reach);
    return NULL;
}

bool reach_has_answered(const struct reach *reach)
{
    return atomic_load(&reach->has_answered);
}

void reach_free(struct reach *reach)
{
    if (reach)
        leave(reach);
}
