/* Error texts. Keeps no list and no code numbers: who fails says it in words, once. */
#include "util/core/err.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

int err_set(struct err *err, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    vsnprintf(err->text, sizeof(err->text), format, args);
    va_end(args);
    return -1;
}

int err_prefix(struct err *err, const char *format, ...)
{
    char prefix[ERR_TEXT_MAX];
    char text[ERR_TEXT_MAX];
    va_list args;

    va_start(args, format);
    vsnprintf(prefix, sizeof(prefix), format, args);
    va_end(args);
    memcpy(text, err->text, sizeof(text));
    size_t used = strlen(prefix);
    memcpy(err->text, prefix, used + 1);
    strncat(err->text, text, sizeof(err->text) - used - 1);
    return -1;
}
