/* Preloaded: no more than THREADS threads beside the first one (S09). */
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>

static int count_threads(void)
{
    DIR *tasks = opendir("/proc/self/task");
    int count = -3; /* the first thread, "." and ".." */

    while (tasks && readdir(tasks))
        count++;
    if (tasks)
        closedir(tasks);
    return count;
}

int pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*fn)(void *), void *ctx)
{
    int (*real)(pthread_t *, const pthread_attr_t *, void *(*)(void *), void *);
    const char *limit = getenv("THREADS");

    if (limit && count_threads() >= atoi(limit))
        return EAGAIN;
    *(void **)&real = dlsym(RTLD_NEXT, "pthread_create");
    return real(thread, attributes, fn, ctx);
}
