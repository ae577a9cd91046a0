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

/* PREFIX/share/garaged of the PREFIX that the program was installed below; otherwise the usual one. */
static void find_share(char *share, size_t size)
{
    find_program(share, size);
    for (char *end = strrchr(share, '/'); end; end = strrchr(share, '/')) {
        snprintf(end, size - (size_t)(end - share), "/share/garaged/vehicles");
        if (access(share, R_OK | X_OK) == 0) {
            *strrchr(share, '/') = '\0';
            return;
        }
        *end = '\0';
    }
    snprintf(share, size, "%s", PATHS_DATA);
}

void paths_vehicles(char *paths, size_t size, const char *data)
{
    char found[PATHS_MAX];

    if (!data && find_tree(found, sizeof(found))) {
        snprintf(paths, size, "%s:%s/config/vehicles", PATHS_OWN_VEHICLES, found);
        return;
    }
    if (!data)
        find_share(found, sizeof(found));
    snprintf(paths, size, "%s:%s/vehicles", PATHS_OWN_VEHICLES, data ? data : found);
}

void paths_web(char *path, size_t size, const char *data)
{
    char found[PATHS_MAX];

    if (!data && find_tree(found, sizeof(found))) {
        snprintf(path, size, "%s/build/web", found);
        return;
    }
    if (!data)
        find_share(found, sizeof(found));
    snprintf(path, size, "%s/web", data ? data : found);
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
