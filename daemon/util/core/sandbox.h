/* What the units promise of a garaged that was taken over (packaging/garaged.service): which of it holds,
 * judged from what was tried. Pure: util/sandbox_look does the trying. */
#ifndef UTIL_CORE_SANDBOX_H
#define UTIL_CORE_SANDBOX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What must not be possible; each is named after the line of the unit that forbids it. */
enum sandbox_deed {
    SANDBOX_WRITE_SYSTEM,
    SANDBOX_READ_HOMES,
    SANDBOX_SHARE_TMP,
    SANDBOX_OPEN_DEVICES,
    SANDBOX_RUN_FILES,
    SANDBOX_WRITE_CGROUPS,
    SANDBOX_WRITE_TUNABLES,
    SANDBOX_READ_KERNEL_LOG,
    SANDBOX_READ_MODULES,
    SANDBOX_SHARE_HOSTNAME,
    SANDBOX_SEE_PROCESSES,
    SANDBOX_SEE_MACHINE,
    SANDBOX_SHARE_USERS,
    SANDBOX_MAKE_SETUID,
    SANDBOX_CHANGE_PERSONALITY,
    SANDBOX_WRITE_CODE,
    SANDBOX_ENTER_NAMESPACE,
    SANDBOX_CALL_DEBUG,
    SANDBOX_CALL_PRIVILEGED,
    SANDBOX_CALL_RESOURCES,
    SANDBOX_OPEN_FAMILIES,
    SANDBOX_SEE_NETWORK,
    SANDBOX_SEND_OUT,
    SANDBOX_DEED_COUNT
};

enum sandbox_result { SANDBOX_NOT_TRIED, SANDBOX_REFUSED, SANDBOX_DONE };

#define SANDBOX_NO_LIMIT INT64_MAX

struct sandbox_facts {
    bool was_killed;                            /* what is forbidden is to be refused, not punished */
    int64_t seccomp, no_new_privs;              /* of /proc/self/status; -1: not known */
    uint64_t capabilities;                      /* those it has and those it could get */
    uint8_t tried[SANDBOX_DEED_COUNT];          /* enum sandbox_result */
    int64_t core_limit, data_limit, file_limit; /* what can't be raised; SANDBOX_NO_LIMIT */
    int64_t memory_max, tasks_max; /* of the control group; SANDBOX_NO_LIMIT; -1: the controller is off */
    bool is_folder_open;           /* the state folder, to others */
};

#define SANDBOX_FAILED_MAX 40

struct sandbox_report {
    bool is_checked; /* false: started by hand, where nothing was promised */
    size_t failed_count;
    const char *failed[SANDBOX_FAILED_MAX]; /* in words, the unit's line in brackets */
    const char *limit;                      /* what bounds the memory: "MemoryMax", "LimitDATA", "none" */
    int64_t limit_bytes;                    /* SANDBOX_NO_LIMIT: nothing does */
};

/* What does not hold. */
void sandbox_judge(const struct sandbox_facts *facts, struct sandbox_report *report);

#endif
