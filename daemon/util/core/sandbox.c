/* A table of promises, and which fact speaks for each. Says nothing of what could not be tried: a kernel
 * without IPv6 is no broken promise. */
#include "util/core/sandbox.h"

#include <assert.h>
#include <string.h>

#define FILES_MOST 1024 /* systemd's own hard limit is half a million */
#define TASKS_MOST 64

static const char *const broken[SANDBOX_DEED_COUNT] = {
    [SANDBOX_WRITE_SYSTEM] = "the system's files can be written (ProtectSystem=strict)",
    [SANDBOX_READ_HOMES] = "people's folders can be read (ProtectHome=yes)",
    [SANDBOX_SHARE_TMP] = "/tmp is shared with other programs (PrivateTmp=yes)",
    [SANDBOX_OPEN_DEVICES] = "there are devices in /dev (PrivateDevices=yes, DevicePolicy=closed)",
    [SANDBOX_RUN_FILES] = "other programs can be run (NoExecPaths=/)",
    [SANDBOX_WRITE_CGROUPS] = "control groups can be written (ProtectControlGroups=yes)",
    [SANDBOX_WRITE_TUNABLES] = "the kernel's settings can be written (ProtectKernelTunables=yes)",
    [SANDBOX_READ_KERNEL_LOG] = "the kernel's log is there (ProtectKernelLogs=yes)",
    [SANDBOX_READ_MODULES] = "the kernel's modules can be read (ProtectKernelModules=yes)",
    [SANDBOX_SHARE_HOSTNAME] = "the host's name is shared (ProtectHostname=yes)",
    [SANDBOX_SEE_PROCESSES] = "other programs can be seen (ProtectProc=invisible)",
    [SANDBOX_SEE_MACHINE] = "more of /proc than processes can be seen (ProcSubset=pid)",
    [SANDBOX_SHARE_USERS] = "the users are the host's (PrivateUsers=yes)",
    [SANDBOX_MAKE_SETUID] = "set-user-ID files can be made (RestrictSUIDSGID=yes)",
    [SANDBOX_CHANGE_PERSONALITY] = "the personality can be changed (LockPersonality=yes)",
    [SANDBOX_WRITE_CODE] = "memory can be written and run (MemoryDenyWriteExecute=yes)",
    [SANDBOX_ENTER_NAMESPACE] = "namespaces can be entered (RestrictNamespaces=yes)",
    [SANDBOX_CALL_DEBUG] = "other programs can be traced (SystemCallFilter=@system-service)",
    [SANDBOX_CALL_PRIVILEGED] = "privileged system calls are let through (SystemCallFilter=~@privileged)",
    [SANDBOX_CALL_RESOURCES] = "system calls for priorities are let through (SystemCallFilter=~@resources)",
    [SANDBOX_OPEN_FAMILIES] = "sockets can be opened that are not needed (RestrictAddressFamilies=)",
    [SANDBOX_SEE_NETWORK] = "the host's network is there (PrivateNetwork=yes)",
    [SANDBOX_SEND_OUT] = "the internet can be reached (IPAddressDeny=any)",
};

static void add(struct sandbox_report *report, bool is_broken, const char *words)
{
    assert(report->failed_count < SANDBOX_FAILED_MAX);
    if (is_broken)
        report->failed[report->failed_count++] = words;
}

static void judge_limits(const struct sandbox_facts *facts, struct sandbox_report *report)
{
    bool has_group = facts->memory_max >= 0 && facts->memory_max != SANDBOX_NO_LIMIT;
    bool has_data = facts->data_limit != SANDBOX_NO_LIMIT;

    add(report, facts->memory_max == SANDBOX_NO_LIMIT, "memory has no bound (MemoryMax=)");
    add(report, !has_data, "the program's data have no bound (LimitDATA=)");
    add(report, facts->tasks_max > TASKS_MOST, "processes have no bound (TasksMax=)");
    add(report, facts->file_limit > FILES_MOST, "open files have no bound (LimitNOFILE=)");
    add(report, facts->core_limit != 0, "a crash writes the memory to a file (LimitCORE=0)");
    report->limit = has_group ? "MemoryMax" : has_data ? "LimitDATA" : "none";
    report->limit_bytes = has_group ? facts->memory_max : facts->data_limit;
}

void sandbox_judge(const struct sandbox_facts *facts, struct sandbox_report *report)
{
    memset(report, 0, sizeof(*report));
    report->is_checked = true;
    add(report, facts->seccomp != 2, "system calls are not filtered (SystemCallFilter=)");
    add(report, facts->no_new_privs != 1, "privileges can be gained (NoNewPrivileges=yes)");
    add(report, facts->capabilities != 0, "it has capabilities (CapabilityBoundingSet=)");
    add(report, facts->was_killed, "what is forbidden ends the program (SystemCallErrorNumber=EPERM)");
    for (size_t i = 0; i < SANDBOX_DEED_COUNT; i++)
        add(report, facts->tried[i] == SANDBOX_DONE, broken[i]);
    add(report, facts->is_folder_open, "others can read the state folder (StateDirectoryMode=0700)");
    judge_limits(facts, report);
}
