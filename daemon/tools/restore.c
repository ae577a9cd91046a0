/* garagectl restore: finds the diary, becomes its owner and has the store do it. Needs garaged to be stopped.
 */
#include "tools/restore.h"

#include "diary/store/restore.h"
#include "tools/state_folder.h"

#include <getopt.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <sysexits.h>

static const char usage[] =
    "Usage: garagectl [--config FILE] restore [--damaged] [--json] BACKUP\n"
    "\n"
    "Puts a backup (of `garagectl backup`, or a nightly copy: diary-DATE.db in diary.backup_dir, else in "
    "backups/ of\n"
    "the state folder) in the diary's place. Stop garaged first, and start it again afterwards.\n"
    "The backup is only read; one that holds anything but a diary is refused. The old diary stays in the "
    "state\n"
    "folder as diary.db.before-restore-TIME. Single readings, users and passwords stay as they are; what "
    "happened\n"
    "since the backup is concluded again from the readings when garaged starts.\n"
    "\n"
    "  --damaged   restore what can be read of a damaged diary (diary.db.damaged-TIME); a copy of the night "
    "before\n"
    "              is the better one, for what happened since comes from the readings\n"
    "  --json      the result as one JSON object\n"
    "\n"
    "Exit codes: 0 restored, 64 usage, 65 refused, 66 no such file, 74 the card, 75 garaged is running,\n"
    "78 configuration.\n";

struct arguments {
    const char *file;
    bool is_damaged, as_json;
};

/* 0: go on; otherwise *code is the exit code. */
static int parse_arguments(int argc, char **argv, struct arguments *arguments, int *code)
{
    static const struct option longs[] = {
        {"damaged", no_argument, NULL, 'd'},
        {"json", no_argument, NULL, 'j'},
        {"help", no_argument, NULL, 'h'},
        {NULL, 0, NULL, 0},
    };
    bool is_right = true;
    int option;

    *arguments = (struct arguments){0};
    *code = EX_USAGE;
    optind = 0; /* begins anew: main() has used it */
    while ((option = getopt_long(argc, argv, "", longs, NULL)) != -1) {
        if (option == 'j')
            arguments->as_json = true;
        else if (option == 'd')
            arguments->is_damaged = true;
        else if (option == 'h')
            *code = EX_OK;
        else
            is_right = false;
    }
    if (*code != EX_OK && is_right && optind == argc - 1) {
        arguments->file = argv[optind];
        return 0;
    }
    fputs(usage, *code == EX_OK ? stdout : stderr);
    return -1;
}

static void print_json(const struct restore_told *told)
{
    const char *quote = told->kept[0] ? "\"" : "";

    printf("{\"rows\":%" PRId64 ",\"kept\":%s%s%s,\"torn\":%" PRId64 ",\"passed_over\":%" PRId64 "}\n",
           told->rows, quote, told->kept[0] ? told->kept : "null", quote, told->torn, told->passed_over);
}

static void print_words(const struct restore_told *told)
{
    printf("restored: %" PRId64 " rows\n", told->rows);
    if (told->torn > 0)
        printf("%" PRId64 " of its tables could not be read whole\n", told->torn);
    if (told->passed_over > 0)
        printf("%" PRId64 " rows were passed over: garaged can't have written them\n", told->passed_over);
    if (told->kept[0])
        printf("the old diary is %s\n", told->kept);
}

static int tell(const struct arguments *arguments, enum restore result, const struct restore_told *told,
                const struct err *err)
{
    static const int codes[] = {[RESTORE_DONE] = EX_OK,
                                [RESTORE_MISSING] = EX_NOINPUT,
                                [RESTORE_REFUSED] = EX_DATAERR,
                                [RESTORE_BUSY] = EX_TEMPFAIL,
                                [RESTORE_FAILED] = EX_IOERR};

    if (result != RESTORE_DONE)
        fprintf(stderr, "garagectl restore: %s: %s%s\n", arguments->file, err->text,
                result == RESTORE_BUSY ? "; stop it first" : "");
    else if (arguments->as_json)
        print_json(told);
    else
        print_words(told);
    return codes[result];
}

int tool_restore(const struct tool_options *options, int argc, char **argv)
{
    char folder[CONFIG_TEXT_MAX];
    struct arguments arguments;
    struct restore_told told = {0};
    enum restore result;
    struct err err;
    int code;

    if (parse_arguments(argc, argv, &arguments, &code))
        return code;
    code = state_folder_find(options->config, folder);
    if (code != EX_OK)
        return code;
    struct restoring *restoring = restore_open(arguments.file, &result, &err);
    if (restoring && arguments.is_damaged)
        restore_salvage(restoring);
    if (restoring && (code = state_folder_become_owner(folder)) == EX_OK)
        result = restore_into(restoring, folder, &told, &err);
    restore_close(restoring);
    return code == EX_OK ? tell(&arguments, result, &told, &err) : code;
}
