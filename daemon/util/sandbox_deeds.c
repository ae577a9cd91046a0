/* A deed is done when the kernel let it through, whatever else was wrong with it: system calls are made with
 * arguments that no kernel accepts, so that only a filter answers EPERM. Nothing is created, changed or
 * ended; what is sent goes to addresses that belong to nobody (RFC 5737). */
#include "util/sandbox_deeds.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <netinet/in.h>
#include <arpa/inet.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/personality.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#define HOST_NAMES "uts:[4026531838]" /* the first one: PROC_UTS_INIT_INO of every kernel */

typedef bool deed_fn(const struct sandbox_allowed *allowed);

static bool is_filtered(void)
{
    return errno == EPERM;
}

/* ---- files ---- */

static bool is_writable_mount(const char *path)
{
    struct statvfs status;

    return statvfs(path, &status) == 0 && !(status.f_flag & ST_RDONLY);
}

static bool can_list(const char *path)
{
    DIR *folder = opendir(path);

    if (folder)
        closedir(folder);
    return folder != NULL;
}

static bool write_system(const struct sandbox_allowed *allowed)
{
    static const char *const places[] = {"/", "/etc", "/usr", "/var", "/boot", "/opt", "/srv"};

    (void)allowed;
    for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++)
        if (is_writable_mount(places[i]))
            return true;
    return false;
}

static bool read_homes(const struct sandbox_allowed *allowed)
{
    (void)allowed;
    return can_list("/home") || can_list("/root") || can_list("/run/user");
}

struct mount {
    char root[2048], point[2048], options[512], kind[32];
};

/* The next line of /proc/self/mountinfo. */
static bool read_mount(FILE *mounts, struct mount *mount)
{
    char line[8192];

    while (mounts && fgets(line, sizeof(line), mounts)) {
        const char *kind = strstr(line, " - ");
        if (kind && sscanf(kind, " - %31s", mount->kind) == 1 &&
            sscanf(line, "%*s %*s %*s %2047s %2047s %511s", mount->root, mount->point, mount->options) == 3)
            return true;
    }
    return false;
}

/* systemd puts a folder of its own over both. */
static bool share_tmp(const struct sandbox_allowed *allowed)
{
    FILE *mounts = fopen("/proc/self/mountinfo", "re");
    struct mount mount;
    int own = 0;

    (void)allowed;
    while (read_mount(mounts, &mount))
        own += (strcmp(mount.point, "/tmp") == 0 || strcmp(mount.point, "/var/tmp") == 0) &&
               strstr(mount.root, "systemd-private-");
    if (mounts)
        fclose(mounts);
    return own < 2;
}

static bool is_plain_device(const char *name)
{
    static const char *const plain[] = {"null", "zero", "full", "random", "urandom", "tty", "ptmx"};

    for (size_t i = 0; i < sizeof(plain) / sizeof(plain[0]); i++)
        if (strcmp(name, plain[i]) == 0)
            return true;
    return false;
}

static bool has_devices(void)
{
    DIR *folder = opendir("/dev");
    const struct dirent *entry;
    bool has = access("/dev/console", F_OK) == 0;

    while (folder && (entry = readdir(folder)))
        has =
            has || ((entry->d_type == DT_CHR || entry->d_type == DT_BLK) && !is_plain_device(entry->d_name));
    if (folder)
        closedir(folder);
    return has;
}

/* Those that anybody may open, or whose opening changes nothing. */
static bool opens_devices(void)
{
    static const char *const paths[] = {"/dev/mem", "/dev/kmsg", "/dev/net/tun", "/dev/fuse", "/dev/port"};
    bool has = false;

    for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
        int fd = open(paths[i], O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
        has = has || fd >= 0;
        if (fd >= 0)
            close(fd);
    }
    return has;
}

static bool open_devices(const struct sandbox_allowed *allowed)
{
    return opens_devices() || (!allowed->dongle && has_devices());
}

static bool run_files(const struct sandbox_allowed *allowed)
{
    struct statvfs status;

    (void)allowed;
    return statvfs("/", &status) == 0 && !(status.f_flag & ST_NOEXEC);
}

/* ---- the kernel ---- */

static bool write_cgroups(const struct sandbox_allowed *allowed)
{
    FILE *mounts = fopen("/proc/self/mountinfo", "re");
    struct mount mount;
    bool has = false;

    (void)allowed;
    while (read_mount(mounts, &mount))
        has = has || (strncmp(mount.kind, "cgroup", 6) == 0 && strncmp(mount.options, "rw", 2) == 0);
    if (mounts)
        fclose(mounts);
    return has;
}

static bool write_tunables(const struct sandbox_allowed *allowed)
{
    (void)allowed;
    return is_writable_mount("/proc/sys") || is_writable_mount("/sys");
}

/* What is hidden has no permissions left. */
static bool read_kernel_log(const struct sandbox_allowed *allowed)
{
    struct stat status;

    (void)allowed;
    return stat("/proc/kmsg", &status) == 0 && (status.st_mode & 0777);
}

static bool read_modules(const struct sandbox_allowed *allowed)
{
    (void)allowed;
    return can_list("/usr/lib/modules");
}

static bool share_hostname(const struct sandbox_allowed *allowed)
{
    char name[64];
    ssize_t len = readlink("/proc/self/ns/uts", name, sizeof(name) - 1);

    (void)allowed;
    name[len > 0 ? len : 0] = '\0';
    return strcmp(name, HOST_NAMES) == 0;
}

static bool see_processes(const struct sandbox_allowed *allowed)
{
    (void)allowed;
    return access("/proc/1", F_OK) == 0;
}

static bool see_machine(const struct sandbox_allowed *allowed)
{
    return !allowed->machine && access("/proc/meminfo", F_OK) == 0;
}

/* The host's users are one range from 0 on, as long as it can be. */
static bool share_users(const struct sandbox_allowed *allowed)
{
    FILE *map = fopen("/proc/self/uid_map", "re");
    unsigned long long inside, outside, count = 0;
    int found = map ? fscanf(map, "%llu %llu %llu", &inside, &outside, &count) : 0;

    (void)allowed;
    if (map)
        fclose(map);
    return found == 3 && count == UINT32_MAX;
}

static bool make_setuid(const struct sandbox_allowed *allowed)
{
    (void)allowed;
    return chmod("", S_ISUID | S_IRWXU) == 0 || !is_filtered();
}

static bool change_personality(const struct sandbox_allowed *allowed)
{
    (void)allowed;
    return personality(ADDR_NO_RANDOMIZE) >= 0; /* of a child that runs nothing more */
}

static bool write_code(const struct sandbox_allowed *allowed)
{
    (void)allowed;
    return mmap(NULL, 1, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) !=
           MAP_FAILED;
}

static bool enter_namespace(const struct sandbox_allowed *allowed)
{
    (void)allowed;
    return setns(-1, CLONE_NEWUSER) == 0 || !is_filtered();
}

static bool call_debug(const struct sandbox_allowed *allowed)
{
    (void)allowed;
    return ptrace(PTRACE_DETACH, INT_MAX, NULL, NULL) == 0 || !is_filtered();
}

static bool call_privileged(const struct sandbox_allowed *allowed)
{
    (void)allowed;
    return chown("", (uid_t)-1, (gid_t)-1) == 0 || !is_filtered();
}

static bool call_resources(const struct sandbox_allowed *allowed)
{
    (void)allowed;
    return setpriority((__typeof__(PRIO_PROCESS))INT_MAX, 0, 0) == 0 || !is_filtered();
}

/* ---- the network ---- */

static bool can_open(int family, int type)
{
    int fd = socket(family, type | SOCK_CLOEXEC, 0);

    if (fd >= 0)
        close(fd);
    return fd >= 0;
}

static bool open_families(const struct sandbox_allowed *allowed)
{
    return can_open(AF_PACKET, SOCK_DGRAM) || can_open(AF_VSOCK, SOCK_STREAM) ||
           (!allowed->netlink && can_open(AF_NETLINK, SOCK_RAW)) ||
           (!allowed->internet && can_open(AF_INET, SOCK_DGRAM));
}

static bool see_network(const struct sandbox_allowed *allowed)
{
    FILE *devices = fopen("/proc/self/net/dev", "re");
    char line[512], name[64];
    bool sees = false;

    while (devices && fgets(line, sizeof(line), devices))
        sees =
            sees || (sscanf(line, " %63[^:|]:", name) == 1 && strchr(line, ':') && strcmp(name, "lo") != 0);
    if (devices)
        fclose(devices);
    return sees && !allowed->internet && !allowed->network;
}

/* A packet that the control group's filter drops is refused at once; TCP would try on for minutes. */
static bool can_send(const char *address)
{
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(9)};
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

    if (fd < 0 || inet_pton(AF_INET, address, &to.sin_addr) != 1)
        return false;
    bool is_sent = sendto(fd, "", 1, MSG_DONTWAIT, (const struct sockaddr *)&to, sizeof(to)) >= 0;
    close(fd);
    return is_sent;
}

static bool send_out(const struct sandbox_allowed *allowed)
{
    (void)allowed;
    return can_send("192.0.2.1") || can_send("198.51.100.1");
}

void sandbox_deeds_try(const struct sandbox_allowed *allowed, int fd)
{
    static deed_fn *const deeds[SANDBOX_DEED_COUNT] = {
        [SANDBOX_WRITE_SYSTEM] = write_system,
        [SANDBOX_READ_HOMES] = read_homes,
        [SANDBOX_SHARE_TMP] = share_tmp,
        [SANDBOX_OPEN_DEVICES] = open_devices,
        [SANDBOX_RUN_FILES] = run_files,
        [SANDBOX_WRITE_CGROUPS] = write_cgroups,
        [SANDBOX_WRITE_TUNABLES] = write_tunables,
        [SANDBOX_READ_KERNEL_LOG] = read_kernel_log,
        [SANDBOX_READ_MODULES] = read_modules,
        [SANDBOX_SHARE_HOSTNAME] = share_hostname,
        [SANDBOX_SEE_PROCESSES] = see_processes,
        [SANDBOX_SEE_MACHINE] = see_machine,
        [SANDBOX_SHARE_USERS] = share_users,
        [SANDBOX_MAKE_SETUID] = make_setuid,
        [SANDBOX_CHANGE_PERSONALITY] = change_personality,
        [SANDBOX_WRITE_CODE] = write_code,
        [SANDBOX_ENTER_NAMESPACE] = enter_namespace,
        [SANDBOX_CALL_DEBUG] = call_debug,
        [SANDBOX_CALL_PRIVILEGED] = call_privileged,
        [SANDBOX_CALL_RESOURCES] = call_resources,
        [SANDBOX_OPEN_FAMILIES] = open_families,
        [SANDBOX_SEE_NETWORK] = see_network,
        [SANDBOX_SEND_OUT] = send_out,
    };

    for (size_t i = 0; i < SANDBOX_DEED_COUNT; i++) {
        unsigned char result = deeds[i](allowed) ? SANDBOX_DONE : SANDBOX_REFUSED;
        if (write(fd, &result, 1) != 1)
            return;
    }
}
