/* garagectl car accept: the owner's word that the diary goes on with the car, or the battery, that is there
 * now. */
#include "tools/car.h"
#include "tools/control_client.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#define TRIES_MAX 100 /* until it is on the card */
#define TRY_US    100000

static const char usage[] =
    "Usage: garagectl [--config FILE] car accept ID\n"
    "\n"
    "When another car or another battery than the diary's answers, nothing of it is stored. This says that "
    "it\n"
    "is right: the diary goes on with what is there now, a new battery under a number of its own.\n";

/* What the daemon says of the car's identity after this: "changed" while its row is on its way to the card.
 */
static int ask(const struct tool_options *options, const char *id, char *identity, size_t size)
{
    json_t *answer;
    int code = control_ask(options->config, json_pack("{s:s, s:s}", "command", "accept", "car", id), &answer);
    const char *word = json_string_value(json_object_get(answer, "identity"));

    snprintf(identity, size, "%s", word ? word : "unknown");
    json_decref(answer);
    return code;
}

static int accept_car(const struct tool_options *options, const char *id)
{
    bool was_changed = false;
    char identity[16];

    for (int i = 0; i < TRIES_MAX; i++) {
        int code = ask(options, id, identity, sizeof(identity));
        if (code != EX_OK)
            return code;
        if (strcmp(identity, "changed") != 0) {
            printf("%s: %s\n", id,
                   was_changed ? "accepted: the diary goes on with it"
                               : "nothing to accept: no other car or battery was heard");
            return EX_OK;
        }
        was_changed = true;
        usleep(TRY_US);
    }
    fprintf(stderr, "garagectl car accept: %s: accepted, but the card has not taken it yet\n", id);
    return EX_TEMPFAIL;
}

int tool_car_accept(const struct tool_options *options, int argc, char **argv)
{
    if (argc == 2 && strcmp(argv[1], "--help") == 0) {
        fputs(usage, stdout);
        return EX_OK;
    }
    if (argc == 2)
        return accept_car(options, argv[1]);
    fputs(usage, stderr);
    return EX_USAGE;
}
