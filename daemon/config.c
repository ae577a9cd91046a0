/* Reads garaged.conf: its text (util/conftext), what libconfig must not see (util/core/confscan), then tree
 * against table (config_walk). Never writes it, never follows includes, holds no secrets. */
#include "config.h"

#include "config_private.h"

#include "util/conftext.h"
#include "util/core/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MESSAGE_MAX 600

void config_report(struct config_report *report, unsigned line, const char *item, const char *value,
                   const char *format, ...)
{
    char memory[MESSAGE_MAX];
    char reason[MESSAGE_MAX / 2];
    struct buf message;
    va_list args;

    report->count++;
    if (report->count > CONFIG_MISTAKE_MAX)
        return;
    va_start(args, format);
    vsnprintf(reason, sizeof(reason), format, args);
    va_end(args);
    buf_init(&message, memory, sizeof(memory));
    buf_add_text(&message, report->file);
    if (line > 0)
        buf_add_format(&message, ":%u", line);
    if (item)
        buf_add_format(&message, ": %s", item);
    if (value)
        buf_add_format(&message, ": %s", value[0] != '\0' ? value : "\"\"");
    buf_add_format(&message, ": %s", reason);
    report->fn(report->ctx, memory);
    if (report->count == CONFIG_MISTAKE_MAX)
        report->fn(report->ctx, "(only the first mistakes are shown)");
}

/* `text` is conftext's. */
static void parse_text(struct config *config, const char *text, size_t len, struct config_report *report)
{
    struct confscan scan;

    confscan_run(&scan, text, len);
    if (scan.is_fatal)
        config_report(report, scan.mistakes[0].line, NULL, NULL, "%s", scan.mistakes[0].reason);
    else
        config_walk(config, text, &scan, report);
}

/* Frees `text`; NULL: err says why there is none. */
static int finish(struct config *config, char *text, size_t len, const struct err *err,
                  struct config_report *report)
{
    memset(config, 0, sizeof(*config));
    if (text)
        parse_text(config, text, len, report);
    else
        config_report(report, 0, NULL, NULL, "%s", err->text);
    free(text);
    return report->count;
}

int config_parse(struct config *config, const char *text, size_t len, const char *name,
                 config_mistake_fn *mistake, void *ctx)
{
    struct config_report report = {.file = name, .fn = mistake, .ctx = ctx};
    struct err err;
    char *copy = conftext_copy(text, len, CONFIG_FILE_BYTES, &len, &err);

    return finish(config, copy, len, &err, &report);
}

int config_load(struct config *config, const char *path, config_mistake_fn *mistake, void *ctx)
{
    struct config_report report = {.file = path, .fn = mistake, .ctx = ctx};
    struct err err;
    size_t len = 0;
    char *text = conftext_read_guarded(path, CONFIG_FILE_BYTES, &len, &err);

    return finish(config, text, len, &err, &report);
}

bool config_car_is_wired(const struct config_car *car)
{
    switch (car->adapter) {
    case CONFIG_ADAPTER_ELM327:
        return false;
    case CONFIG_ADAPTER_SLCAN:
        return car->port[0] == '/';
    case CONFIG_ADAPTER_SOCKETCAN:
    case CONFIG_ADAPTER_REPLAY:
        break;
    }
    return true;
}
