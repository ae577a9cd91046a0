/* The child does the deeds and says by a pipe what came of each: where they end the program, that ends the
 * child. Every deed is one that can do no harm: it names nothing that exists, or changes nothing. */
#include "util/sandbox_look.h"

#include "util/log.h"
#include "util/sandbox_deeds.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* Terminals of people have the one or the other in their environment, a service of ours has both. */
bool sandbox_is_promised(void)
{
    const char *invocation = getenv("INVOCATION_ID"), *notify = getenv("NOTIFY_SOCKET");

    return invocation && *invocation && notify && *notify;
}

static int64_t number_of(const char *text, const char *name, int base)
{
    const char *line = strstr(text, name);

    return line ? (int64_t)strtoull(line + strlen(name), NULL, base) : -1;
}

static size_t read_text(const char *path, char *text, size_t size)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t len = fd < 0 ? 0 : read(fd, text, size - 1);

    if (fd >= 0)
        close(fd);
    text[len > 0 ? len : 0] = '\0';
    return len > 0 ? (size_t)len : 0;
}

static void look_at_status(struct sandbox_facts *facts)
{
    char text[8192];

    read_text("/proc/self/status", text, sizeof(text));
    facts->seccomp = number_of(text, "\nSeccomp:", 10);
    facts->no_new_privs = number_of(text, "\nNoNewPrivs:", 10);
    facts->capabilities = (uint64_t)(number_of(text, "\nCapEff:", 16) | number_of(text, "\nCapPrm:", 16) |
                                     number_of(text, "\nCapBnd:", 16) | number_of(text, "\nCapAmb:", 16));
}

/* glibc's type of the resource is its own enumeration. */
static int64_t hard_limit(__rlimit_resource_t resource)
{
    struct rlimit limit;

    return getrlimit(resource, &limit) != 0 || limit.rlim_max == RLIM_INFINITY ? SANDBOX_NO_LIMIT
                                                                               : (int64_t)limit.rlim_max;
}

/* A file of our control group: "max" or a number. */
static int64_t group_limit(const char *name)
{
    char text[1024], path[1200];

    read_text("/proc/self/cgroup", text, sizeof(text));
    char *group = strstr(text, "0::/");
    if (!group)
        return -1;
    group[strcspn(group, "\n")] = '\0';
    snprintf(path, sizeof(path), "/sys/fs/cgroup%s/%s", group + strlen("0::"), name);
    if (read_text(path, text, sizeof(text)) == 0)
        return -1;
    return strncmp(text, "max", 3) == 0 ? SANDBOX_NO_LIMIT : (int64_t)strtoll(text, NULL, 10);
}

static void look_at_limits(const char *state_dir, struct sandbox_facts *facts)
{
    struct stat folder;

    facts->core_limit = hard_limit(RLIMIT_CORE);
    facts->data_limit = hard_limit(RLIMIT_DATA);
    facts->file_limit = hard_limit(RLIMIT_NOFILE);
    facts->memory_max = group_limit("memory.max");
    facts->tasks_max = group_limit("pids.max");
    facts->is_folder_open = stat(state_dir, &folder) == 0 && (folder.st_mode & (S_IRWXG | S_IRWXO));
}

static void read_results(int fd, struct sandbox_facts *facts)
{
    size_t len = 0;
    ssize_t got;

    while ((got = read(fd, facts->tried + len, sizeof(facts->tried) - len)) > 0)
        len += (size_t)got;
}

/* A child that can't be made leaves the deeds untried. */
static void try_deeds(const struct sandbox_allowed *allowed, struct sandbox_facts *facts)
{
    int ends[2], status = 0;

    if (pipe2(ends, O_CLOEXEC) != 0)
        return;
    pid_t child = fork();
    if (child == 0) {
        sandbox_deeds_try(allowed, ends[1]);
        _exit(0);
    }
    close(ends[1]);
    if (child > 0) {
        read_results(ends[0], facts);
        waitpid(child, &status, 0);
    }
    close(ends[0]);
    facts->was_killed = WIFSIGNALED(status);
}

void sandbox_look(const struct sandbox_allowed *allowed, const char *state_dir, struct sandbox_report *report)
{
    struct sandbox_facts facts = {0};

    memset(report, 0, sizeof(*report));
    report->limit = "none";
    report->limit_bytes = SANDBOX_NO_LIMIT;
    if (!sandbox_is_promised())
        return;
    look_at_status(&facts);
    look_at_limits(state_dir, &facts);
    try_deeds(allowed, &facts);
    sandbox_judge(&facts, report);
}

void sandbox_log(const struct sandbox_report *report)
{
    for (size_t i = 0; i < report->failed_count; i++)
        log_warning("sandbox", "not as promised: %s", report->failed[i]);
    if (!report->is_checked)
        log_debug("sandbox", "not checked: started by hand");
    else if (report->limit_bytes == SANDBOX_NO_LIMIT)
        log_info("sandbox", "memory is bounded by nothing");
    else
        log_info("sandbox", "memory is bounded by %s, %" PRId64 " MiB", report->limit,
                 report->limit_bytes >> 20);
}
