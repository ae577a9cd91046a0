/* Path finding, from the place of the running program. Does not read configuration and does not check that
 * what it names can be read: who opens it says so better. A path that does not fit is cut, and opening it
 * fails. */
#include "util/paths.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* The running program's own path; "" when the system won't say. */
static void find_program(char *path, size_t size)
{
    ssize_t len = readlink("/proc/self/exe", path, size - 1);

    path[len > 0 ? len : 0] = '\0';
}

/* The source tree that the program was built in; false when it was not, or the tree is gone. */
static bool find_tree(char *tree, size_t size)
{
    char marker[PATHS_MAX + 32];

    find_program(tree, size);
    for (char *end = strrchr(tree, '/'); end; end = strrchr(tree, '/')) {
        *end = '\0';
        if (strcmp(end + 1, "build") != 0)
            continue;
        snprintf(marker, sizeof(marker), "%s/config/vehicles", tree);
        return access(marker, R_OK | X_OK) == 0;
    }
    return false;
}

void paths_vehicles(char *paths, size_t size, const char *data)
{
    char tree[PATHS_MAX];

    if (data)
        snprintf(paths, size, "%s:%s/vehicles", PATHS_OWN_VEHICLES, data);
    else if (find_tree(tree, sizeof(tree)))
        snprintf(paths, size, "%s:%s/config/vehicles", PATHS_OWN_VEHICLES, tree);
    else
        snprintf(paths, size, "%s:%s/vehicles", PATHS_OWN_VEHICLES, PATHS_DATA);
}

void paths_web(char *path, size_t size, const char *data)
{
    char tree[PATHS_MAX];

    if (data)
        snprintf(path, size, "%s/web", data);
    else if (find_tree(tree, sizeof(tree)))
        snprintf(path, size, "%s/build/web", tree);
    else
        snprintf(path, size, "%s/web", PATHS_DATA);
}

void paths_program(char *path, size_t size, const char *name)
{
    char beside[PATHS_MAX];

    find_program(beside, sizeof(beside));
    char *slash = strrchr(beside, '/');

    if (slash) {
        *slash = '\0';
        snprintf(path, size, "%s/%s", beside, name);
        if (access(path, X_OK) == 0)
            return;
    }
    snprintf(path, size, "%s/%s", PATHS_LIBEXEC, name);
}
