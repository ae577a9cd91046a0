/* garagectl status: asks the running daemon how it is and prints it, a few lines a car. */
#include "tools/status.h"

#include "export/json_value.h"
#include "tools/control_client.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

static const char usage[] = "Usage: garagectl [--config FILE] status [--json]\n"
                            "\n"
                            "Prints how cars, diary, broker and sandbox are, as the running daemon sees them.\n";

static const char *text_of(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));

    return text ? text : "";
}

/* "up", or "down: why". */
static void print_state(const char *what, const char *state, const char *reason)
{
    printf("%s %s%s%s\n", what, state, *reason ? ": " : "", reason);
}

static void print_car(const char *id, const json_t *car)
{
    const json_t *soc = json_object_get(car, "soc");
    const json_t *notice;
    size_t i;

    printf("%s: %s", id, text_of(car, "state"));
    if (json_is_number(soc))
        printf(", %g %%", json_number_value(soc));
    if (*text_of(car, "state_reason"))
        printf(" (%s)", text_of(car, "state_reason"));
    putchar('\n');
    print_state("  dongle", text_of(car, "link"), text_of(car, "link_reason"));
    if (*text_of(car, "recording_until"))
        printf("  recording until %s\n", text_of(car, "recording_until"));
    json_array_foreach(json_object_get(car, "notices"), i, notice)
    {
        printf("  notice: %s\n", json_string_value(notice));
    }
}

static void print_backups(const json_t *backups)
{
    const char *newest = text_of(backups, "newest"), *reason = text_of(backups, "reason");

    if (!json_is_object(backups))
        puts("backups off");
    else
        printf("backups %" JSON_INTEGER_FORMAT "%s%s%s%s\n",
               json_integer_value(json_object_get(backups, "count")), *newest ? ", newest " : "", newest,
               *reason ? ": " : "", reason);
}

static void print_sandbox(const json_t *sandbox)
{
    const json_t *failed = json_object_get(sandbox, "failed"), *words;
    size_t i;

    if (!json_is_true(json_object_get(sandbox, "checked")))
        puts("sandbox not checked: started by hand");
    else if (json_array_size(failed) == 0)
        printf("sandbox ok, memory bounded by %s\n", text_of(sandbox, "limit"));
    json_array_foreach(failed, i, words)
    {
        printf("sandbox not as promised: %s\n", json_string_value(words));
    }
}

static void print_certificate(const json_t *certificate)
{
    if (json_is_object(certificate))
        printf("certificate until %s, SHA-256 of its key %s\n", text_of(certificate, "until"),
               text_of(certificate, "key_sha256"));
}

/* Who else may be at the broker, and what they may overhear. */
static void print_doubts(const json_t *mqtt)
{
    if (json_is_true(json_object_get(mqtt, "anonymous")))
        puts("mqtt: the broker serves everybody who reaches it, without user and password");
    if (json_is_true(json_object_get(mqtt, "plain")))
        puts("mqtt: user and password cross the network unencrypted: set mqtt.tls");
}

static void print_status(json_t *status)
{
    const char *id;
    json_t *car;

    json_object_foreach(json_object_get(status, "cars"), id, car)
    {
        print_car(id, car);
    }
    const json_t *diary = json_object_get(status, "diary"), *mqtt = json_object_get(status, "mqtt");
    print_state("diary", text_of(diary, "state"), text_of(diary, "reason"));
    print_state("mqtt", text_of(mqtt, "state"), text_of(mqtt, "reason"));
    print_doubts(mqtt);
    print_backups(json_object_get(status, "backups"));
    print_certificate(json_object_get(status, "certificate"));
    print_sandbox(json_object_get(status, "sandbox"));
    if (strcmp(text_of(status, "clock"), "ok") != 0)
        puts("the clock is not set");
}

int tool_status(const struct tool_options *options, int argc, char **argv)
{
    bool as_json = argc == 2 && strcmp(argv[1], "--json") == 0;
    json_t *answer;

    if (argc == 2 && strcmp(argv[1], "--help") == 0) {
        fputs(usage, stdout);
        return EX_OK;
    }
    if (argc != 1 && !as_json) {
        fputs(usage, stderr);
        return EX_USAGE;
    }
    int code = control_ask(options->config, json_pack("{s:s}", "command", "status"), &answer);
    if (code == EX_OK && as_json) {
        json_dumpf(answer, stdout, JSON_VALUE_FLAGS);
        putchar('\n');
    } else if (code == EX_OK) {
        print_status(answer);
    }
    json_decref(answer);
    return code;
}
