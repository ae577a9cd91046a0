/* garagectl certificate: what a browser should see before anybody tells it to go on. The running daemon is
 * asked first: it knows what it shows. Nobody there: what it would show. Makes none. */
#include "tools/certificate.h"

#include "access/certificate_files.h"
#include "config.h"
#include "export/json_certificate.h"
#include "export/json_value.h"
#include "tools/control_client.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

static const char usage[] =
    "Usage: garagectl [--config FILE] certificate [--json]\n"
    "\n"
    "Prints the SHA-256 fingerprints of the page's certificate. That of its key (browsers call it the "
    "public\n"
    "key's) stays when the certificate is renewed. Compare before you tell a browser to trust it.\n"
    "\n"
    "Exit codes: 0 printed, 64 usage, 66 there is none yet, 69 garaged speaks no TLS, 78 configuration.\n";

static void print_mistake(void *ctx, const char *text)
{
    (void)ctx;
    fprintf(stderr, "%s\n", text);
}

/* Where garaged would look for it. */
static int find_paths(const char *config_path, struct certificate_paths *paths, struct err *err)
{
    const char *given = getenv("STATE_DIRECTORY");
    struct config *config = calloc(1, sizeof(*config));
    int code = config && config_load(config, config_path, print_mistake, NULL) == 0 ? EX_OK : EX_CONFIG;

    if (code != EX_OK)
        err_set(err, "%s can't be used", config_path);
    else if (certificate_paths_find(paths, given && *given ? given : config->state, config->web.cert_file,
                                    config->web.key_file, err))
        code = EX_CONFIG;
    free(config);
    return code;
}

static int read_file(const char *config_path, json_t **told, struct err *err)
{
    struct certificate_paths paths;
    int code = find_paths(config_path, &paths, err);

    if (code != EX_OK)
        return code;
    struct certificate *certificate = certificate_read(paths.cert, NULL, err);
    if (!certificate)
        return EX_NOINPUT;
    *told = json_certificate(certificate, paths.cert);
    certificate_free(certificate);
    return EX_OK;
}

static int find(const char *config_path, json_t **told, struct err *err)
{
    json_t *request = json_pack("{s:s}", "command", "certificate");
    int status = control_try(config_path, request, told, err);
    bool is_there = *told != NULL;

    json_decref(request);
    if (status == 0)
        return EX_OK;
    json_decref(*told);
    *told = NULL;
    return is_there ? EX_UNAVAILABLE : read_file(config_path, told, err);
}

static const char *text_of(const json_t *told, const char *key)
{
    const char *text = json_string_value(json_object_get(told, key));

    return text ? text : "?";
}

static void print_told(const json_t *told)
{
    const json_t *name;
    size_t i;

    printf("SHA-256 of the key          %s\n", text_of(told, "key_sha256"));
    printf("SHA-256 of the certificate  %s\n", text_of(told, "certificate_sha256"));
    printf("holds until                 %s\n", text_of(told, "until"));
    printf("for                        ");
    json_array_foreach(json_object_get(told, "names"), i, name)
    {
        printf(" %s", json_string_value(name));
    }
    printf("\nfile                        %s\n", text_of(told, "file"));
}

int tool_certificate(const struct tool_options *options, int argc, char **argv)
{
    bool as_json = argc == 2 && strcmp(argv[1], "--json") == 0;
    json_t *told = NULL;
    struct err err;

    if (argc == 2 && strcmp(argv[1], "--help") == 0) {
        fputs(usage, stdout);
        return EX_OK;
    }
    if (argc != 1 && !as_json) {
        fputs(usage, stderr);
        return EX_USAGE;
    }
    int code = find(options->config, &told, &err);
    if (code != EX_OK) {
        fprintf(stderr, "garagectl: %s\n", err.text);
    } else if (as_json) {
        json_dumpf(told, stdout, JSON_VALUE_FLAGS);
        putchar('\n');
    } else {
        print_told(told);
    }
    json_decref(told);
    return code;
}
