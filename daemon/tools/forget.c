/* garagectl forget: asks the owner, has a running garaged end, and erases. What lies where is forget_places'.
 */
#include "tools/forget.h"

#include "config.h"
#include "tools/control_client.h"
#include "tools/forget_places.h"
#include "tools/state_folder.h"
#include "util/lockfile.h"

#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#define CAR_HALF_FOLDER "/var/lib/garaged-car" /* of the units: StateDirectory= */
#define HOME_FOLDER     "/var/lib/garaged"
#define TRIES_MAX       300 /* until a garaged that was asked to end has ended */
#define TRY_US          100000

static const char usage[] =
    "Usage: garagectl [--config FILE] forget (--car ID | --all [--access]) [--free-space] [--yes] [--json]\n"
    "\n"
    "Erases for good, backups included. A running garaged ends first (systemd starts it again afterwards).\n"
    "\n"
    "  --car ID      one car: its rows in the diary, the readings and every backup, and its recordings\n"
    "  --all         everything: diary, readings, backups, recordings, tariffs, settings of the page, and "
    "the key by which\n"
    "                the car is known again\n"
    "  --access      with --all: users, sessions, tokens and their log, and the certificate's key, too\n"
    "  --free-space  overwrites the free space of the disk, too, where deleted files may have left "
    "something; slow, and\n"
    "                nobody can write there meanwhile\n"
    "  --yes         does not ask\n"
    "  --json        the result as one JSON object\n"
    "\n"
    "What is overwritten may still lie in spare cells of a flash card, which no program reaches: destroy the "
    "card. What was\n"
    "exported, copied or sent to the MQTT broker is not here to be erased.\n"
    "\n"
    "Exit codes: 0 forgotten, 64 usage or not confirmed, 74 the card, 75 garaged does not end, 78 "
    "configuration.\n";

struct arguments {
    struct forget_order order;
    bool is_all, is_sure, as_json, is_help;
};

static bool is_id(const char *text)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789_";
    size_t len = strlen(text);

    return len > 0 && len <= 16 && strspn(text, letters) == len && *text >= 'a';
}

static bool take_option(struct arguments *arguments, int option)
{
    switch (option) {
    case 'c':
        arguments->order.car = optarg;
        return is_id(optarg);
    case 'a':
        return arguments->is_all = true;
    case 'x':
        return arguments->order.with_access = true;
    case 'f':
        return arguments->order.with_free_space = true;
    case 'y':
        return arguments->is_sure = true;
    case 'j':
        return arguments->as_json = true;
    case 'h':
        return arguments->is_help = true;
    default:
        return false;
    }
}

static int parse_arguments(int argc, char **argv, struct arguments *arguments)
{
    static const struct option longs[] = {
        {"car", required_argument, NULL, 'c'}, {"all", no_argument, NULL, 'a'},
        {"access", no_argument, NULL, 'x'},    {"free-space", no_argument, NULL, 'f'},
        {"yes", no_argument, NULL, 'y'},       {"json", no_argument, NULL, 'j'},
        {"help", no_argument, NULL, 'h'},      {NULL, 0, NULL, 0},
    };
    bool is_right = true;
    int option;

    optind = 0; /* begins anew: main() has used it */
    while ((option = getopt_long(argc, argv, "", longs, NULL)) != -1)
        is_right = take_option(arguments, option) && is_right;
    bool has_one = arguments->is_all != (arguments->order.car != NULL);
    bool fits = !arguments->order.with_access || arguments->is_all;
    return is_right && optind == argc && (arguments->is_help || (has_one && fits)) ? 0 : -1;
}

bool forget_is_confirmed(const char *word)
{
    char line[64] = "";

    fprintf(stderr, "This can't be undone, and takes the backups, too. Type %s to go on: ", word);
    if (!fgets(line, sizeof(line), stdin))
        line[0] = '\0';
    line[strcspn(line, "\n")] = '\0';
    if (strcmp(line, word) == 0)
        return true;
    fputs("garagectl: nothing was forgotten\n", stderr);
    return false;
}

static bool is_confirmed(const struct arguments *arguments)
{
    return arguments->is_sure || forget_is_confirmed(arguments->is_all ? "everything" : arguments->order.car);
}

/* ---- while garaged is stopped ---- */

/* What it still has in memory it writes while it ends. Nobody there: nothing to end. */
static void ask_to_end(const struct tool_options *options, const struct arguments *arguments)
{
    json_t *request = json_pack("{s:s, s:s?}", "command", "forget", "car", arguments->order.car);
    json_t *answer;
    struct err err;

    control_try(options->config, request, &answer, &err);
    json_decref(answer);
    json_decref(request);
}

static int take_lock(const char *folder, int *lock, struct err *err)
{
    enum lockfile taken = lockfile_take(folder, lock, err);

    for (int i = 0; taken == LOCKFILE_BUSY && i < TRIES_MAX; i++) {
        usleep(TRY_US);
        taken = lockfile_take(folder, lock, err);
    }
    if (taken == LOCKFILE_TAKEN)
        return EX_OK;
    fprintf(stderr, "garagectl forget: %s\n", err->text);
    return taken == LOCKFILE_BUSY ? EX_TEMPFAIL : EX_IOERR;
}

static void print_told(const struct arguments *arguments, const struct forget_told *told)
{
    if (arguments->as_json) {
        printf("{\"rows\":%" PRId64 ",\"files\":%" PRId64 ",\"bytes\":%" PRId64 ",\"given_up\":%" PRId64
               ",\"lacks_backups\":%s}\n",
               told->rows, told->files, told->bytes, told->given_up, told->lacks_backups ? "true" : "false");
        return;
    }
    printf("forgotten: %" PRId64 " rows, %" PRId64 " files\n", told->rows, told->files);
    if (told->given_up > 0)
        printf("%" PRId64 " of the files were copies that can't be read any more: they are gone whole\n",
               told->given_up);
}

static int erase(const struct arguments *arguments, bool is_installed)
{
    struct forget_told told = {0};
    struct err err;
    int rc = 0;

    if (is_installed && arguments->is_all && geteuid() == 0)
        rc = forget_key(CAR_HALF_FOLDER, &told, &err);
    int code = rc ? EX_IOERR : state_folder_become_owner(arguments->order.state_dir);
    if (code == EX_NOPERM)
        return code;
    if (rc == 0)
        rc = forget_places(&arguments->order, &told, &err);
    if (rc)
        fprintf(stderr, "garagectl forget: %s\n", err.text);
    print_told(arguments, &told);
    if (told.lacks_backups)
        fprintf(stderr, "garagectl forget: %s is not there: the backups in it remain\n",
                arguments->order.backup_dir);
    return rc ? EX_IOERR : EX_OK;
}

static int forget(const struct tool_options *options, struct arguments *arguments, const char *folder)
{
    bool is_installed = strcmp(folder, HOME_FOLDER) == 0;
    struct err err;
    int lock = -1;

    ask_to_end(options, arguments);
    int code = take_lock(folder, &lock, &err);
    if (code == EX_OK)
        code = erase(arguments, is_installed);
    if (lock >= 0)
        close(lock);
    if (code == EX_OK)
        fputs("start garaged again, and the car halves with it: systemctl restart garaged 'garaged-car@*'\n",
              stderr);
    return code;
}

static void print_mistake(void *ctx, const char *text)
{
    (void)ctx;
    fprintf(stderr, "%s\n", text);
}

int tool_forget(const struct tool_options *options, int argc, char **argv)
{
    struct arguments arguments = {0};
    char folder[CONFIG_TEXT_MAX];

    if (parse_arguments(argc, argv, &arguments) || arguments.is_help) {
        fputs(usage, arguments.is_help ? stdout : stderr);
        return arguments.is_help ? EX_OK : EX_USAGE;
    }
    struct config *config = calloc(1, sizeof(*config));
    int code = config && config_load(config, options->config, print_mistake, NULL) == 0 ? EX_OK : EX_CONFIG;
    if (code == EX_OK)
        code = state_folder_find(options->config, folder);
    if (code == EX_OK) {
        arguments.order.state_dir = folder;
        arguments.order.backup_dir = config->diary.backup_dir;
        code = is_confirmed(&arguments) ? forget(options, &arguments, folder) : EX_USAGE;
    }
    free(config);
    return code;
}
