/* Looks through /proc for descriptors of the device. Sees other users' programs only when run as root. */
#include "tools/doctor_port.h"

#include "util/core/buf.h"

#include <dirent.h>
#include <grp.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PATH_BYTES 320 /* /proc/PID/fd/NUMBER */

static bool is_number(const char *text)
{
    return text[0] != '\0' && text[strspn(text, "0123456789")] == '\0';
}

static bool has_open(const char *pid, dev_t device)
{
    char path[PATH_BYTES];
    struct stat status;
    const struct dirent *entry;
    bool found = false;

    snprintf(path, sizeof(path), "/proc/%s/fd", pid);
    DIR *folder = opendir(path);
    while (folder && !found && (entry = readdir(folder))) {
        if (!is_number(entry->d_name))
            continue;
        snprintf(path, sizeof(path), "/proc/%.20s/fd/%.20s", pid, entry->d_name);
        found = stat(path, &status) == 0 && S_ISCHR(status.st_mode) && status.st_rdev == device;
    }
    if (folder)
        closedir(folder);
    return found;
}

static void add_user(struct buf *text, const char *pid)
{
    char path[PATH_BYTES];
    char name[64] = "";

    snprintf(path, sizeof(path), "/proc/%s/comm", pid);
    FILE *file = fopen(path, "re");
    if (file && fgets(name, sizeof(name), file))
        name[strcspn(name, "\n")] = '\0';
    if (file)
        fclose(file);
    buf_add_format(text, "%s%s %s", text->len > 0 ? ", " : "", name, pid);
}

void doctor_port_users(const char *path, char *text, size_t size)
{
    struct buf users;
    struct stat device;
    const struct dirent *entry;

    buf_init(&users, text, size);
    if (path[0] != '/' || stat(path, &device) || !S_ISCHR(device.st_mode))
        return;
    DIR *folder = opendir("/proc");
    while (folder && (entry = readdir(folder))) {
        if (is_number(entry->d_name) && has_open(entry->d_name, device.st_rdev))
            add_user(&users, entry->d_name);
    }
    if (folder)
        closedir(folder);
}

void doctor_port_group(const char *path, char *text, size_t size)
{
    struct stat device;

    text[0] = '\0';
    if (path[0] != '/' || stat(path, &device))
        return;
    const struct group *group = getgrgid(device.st_gid);
    if (group && device.st_gid != 0)
        snprintf(text, size, "%s", group->gr_name);
}
