/* Takes no lock: who works in the folder does. */
#include "tools/state_folder.h"

#include <errno.h>
#include <grp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

static void print_mistake(void *ctx, const char *text)
{
    (void)ctx;
    fprintf(stderr, "%s\n", text);
}

int state_folder_find(const char *config_path, char folder[CONFIG_TEXT_MAX])
{
    const char *given = getenv("STATE_DIRECTORY");
    struct config *config = calloc(1, sizeof(*config));
    int mistakes = config ? config_load(config, config_path, print_mistake, NULL) : 1;

    snprintf(folder, CONFIG_TEXT_MAX, "%s", given && *given ? given : mistakes ? "" : config->state);
    free(config);
    return mistakes ? EX_CONFIG : EX_OK;
}

static int become(uid_t user, gid_t group)
{
    return setgroups(0, NULL) == 0 && setresgid(group, group, group) == 0 && setresuid(user, user, user) == 0
               ? 0
               : -1;
}

int state_folder_become_owner(const char *folder)
{
    struct stat status;

    if (stat(folder, &status) != 0 ||
        (geteuid() == 0 && status.st_uid != 0 && become(status.st_uid, status.st_gid) != 0)) {
        fprintf(stderr, "garagectl: %s: %s\n", folder, strerror(errno));
        return EX_NOPERM;
    }
    umask(0077);
    return EX_OK;
}
