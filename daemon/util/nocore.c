/* The limit of core files, for whoever starts garaged by hand. Does not hide the process from a debugger. */
#include "util/nocore.h"

#include <sys/resource.h>

void nocore_set(void)
{
    const struct rlimit none = {0};

    setrlimit(RLIMIT_CORE, &none); /* to lower a limit is anybody's right */
}
