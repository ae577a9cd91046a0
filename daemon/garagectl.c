/* garagectl: the owner's tool. Finds the sub-command and runs it; what each does is in tools/, one file a
 * sub-command. */
#include "tools/audit.h"
#include "tools/backup.h"
#include "tools/car.h"
#include "tools/certificate.h"
#include "tools/decode.h"
#include "tools/diary.h"
#include "tools/doctor.h"
#include "tools/export.h"
#include "tools/forget.h"
#include "tools/import.h"
#include "tools/pair.h"
#include "tools/record.h"
#include "tools/restore.h"
#include "tools/session.h"
#include "tools/status.h"
#include "tools/token.h"
#include "tools/tool.h"
#include "tools/user.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

struct tool {
    const char *name;
    const char *help;
    tool_fn *run;
};

static const struct tool tools[] = {
    {"audit", "who came in, failed to, and changed what", tool_audit},
    {"backup", "copy the diary into one file, while it is in use", tool_backup},
    {"car", "the cars: list them, lend a dongle to another program", tool_car},
    {"certificate", "by what a browser knows that it speaks with this house", tool_certificate},
    {"decode", "print what a recording says, one JSON object a reading", tool_decode},
    {"diary", "sum up the readings again", tool_diary},
    {"doctor", "say what is wrong with a dongle", tool_doctor},
    {"export", "write days, charges, outings or readings as CSV or JSON", tool_export},
    {"forget", "erase a car, or everything, backups included", tool_forget},
    {"import", "read logs of LeafSpy or CARWINGS into the diary", tool_import},
    {"pair", "print a code that makes the first (or a new) admin", tool_pair},
    {"record", "write what is on a car's bus to a file", tool_record},
    {"restore", "put a backup in the diary's place, while garaged is stopped", tool_restore},
    {"session", "list who is logged in, and end sessions", tool_session},
    {"status", "how the house is, in a few lines", tool_status},
    {"token", "keys for programs: add, list, revoke", tool_token},
    {"user", "who may come in: add, list, passwd, role, remove", tool_user},
};

#define TOOL_COUNT (sizeof(tools) / sizeof(tools[0]))

static void print_usage(FILE *out)
{
    fputs("Usage: garagectl [--config FILE] SUB-COMMAND ...\n"
          "\n"
          "  --config FILE   the configuration (default: /etc/garaged/garaged.conf)\n"
          "  --help          this text; after a sub-command: how to use it\n"
          "  --version       the version\n"
          "\n"
          "Sub-commands:\n",
          out);
    for (size_t i = 0; i < TOOL_COUNT; i++)
        fprintf(out, "  %-15s %s\n", tools[i].name, tools[i].help);
}

static const struct tool *find_tool(const char *name)
{
    for (size_t i = 0; i < TOOL_COUNT; i++) {
        if (strcmp(tools[i].name, name) == 0)
            return &tools[i];
    }
    return NULL;
}

/* Parses what stands before the sub-command. 0: go on at optind; otherwise *code is the exit code. */
static int parse_options(struct tool_options *options, int argc, char **argv, int *code)
{
    static const struct option longs[] = {
        {"config", required_argument, NULL, 'c'},
        {"help", no_argument, NULL, 'h'},
        {"version", no_argument, NULL, 'v'},
        {NULL, 0, NULL, 0},
    };
    int option;

    *options = (struct tool_options){.config = "/etc/garaged/garaged.conf"};
    *code = EX_OK;
    while ((option = getopt_long(argc, argv, "+", longs, NULL)) != -1) {
        switch (option) {
        case 'c':
            options->config = optarg;
            break;
        case 'h':
            print_usage(stdout);
            return -1;
        case 'v':
            puts("garagectl " GARAGED_VERSION);
            return -1;
        default:
            *code = EX_USAGE;
            return -1;
        }
    }
    return 0;
}

/* What did not get out was not done. */
static int flushed(int code)
{
    if (code != EX_OK || (fflush(stdout) == 0 && !ferror(stdout)))
        return code;
    fprintf(stderr, "garagectl: the output can't be written: %s\n", strerror(errno));
    return EX_IOERR;
}

/* Whoever closed one of the first three would have a socket of ours in its place. */
static void fill_standard(void)
{
    int fd = open("/dev/null", O_RDONLY);

    while (fd >= 0 && fd <= STDERR_FILENO)
        fd = open("/dev/null", O_RDONLY);
    if (fd >= 0)
        close(fd);
}

int main(int argc, char **argv)
{
    struct tool_options options;
    int code;

    fill_standard();
    if (parse_options(&options, argc, argv, &code))
        return code;
    if (optind == argc) {
        print_usage(stderr);
        return EX_USAGE;
    }
    int first = optind;
    const struct tool *tool = find_tool(argv[first]);

    if (!tool) {
        fprintf(stderr, "garagectl: %s: no such sub-command; `garagectl --help` lists them\n", argv[first]);
        return EX_USAGE;
    }
    return flushed(tool->run(&options, argc - first, argv + first));
}
