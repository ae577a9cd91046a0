/* A scanner over libconfig's tokens that looks at numbers and directives only; syntax is libconfig's own
 * business. */
#include "car/definition_text.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define TOKEN_MAX 64

struct scan {
    const char *at;
    const char *name;
    int line;
    struct err *err;
};

static void step(struct scan *scan)
{
    if (*scan->at == '\n')
        scan->line++;
    scan->at++;
}

static void skip_line(struct scan *scan)
{
    while (*scan->at != '\0' && *scan->at != '\n')
        step(scan);
}

static void skip_comment(struct scan *scan)
{
    scan->at += 2;
    while (*scan->at != '\0' && strncmp(scan->at, "*/", 2) != 0)
        step(scan);
    if (*scan->at != '\0')
        scan->at += 2;
}

static void skip_string(struct scan *scan)
{
    step(scan);
    while (*scan->at != '\0' && *scan->at != '"') {
        if (*scan->at == '\\' && scan->at[1] != '\0')
            step(scan);
        step(scan);
    }
    if (*scan->at == '"')
        step(scan);
}

static bool is_name_start(char c)
{
    return isalpha((unsigned char)c) || c == '*' || c == '_';
}

static bool is_name_part(char c)
{
    return isalnum((unsigned char)c) || c == '*' || c == '_' || c == '-';
}

static int refuse(const struct scan *scan, const char *token, const char *reason)
{
    return err_set(scan->err, "%s:%d: %s: %s", scan->name, scan->line, token, reason);
}

static int check_integer(const struct scan *scan, const char *token, bool hex)
{
    const char *digits = token + (*token == '-' || *token == '+');
    char *end;

    if (!hex && digits[0] == '0' && isdigit((unsigned char)digits[1]))
        return refuse(scan, token, "a number does not begin with 0");
    errno = 0;
    long long value = strtoll(token, &end, hex ? 16 : 10);
    bool wide = *end == 'L';
    if (errno == ERANGE || (!wide && (value < INT32_MIN || value > INT32_MAX)))
        return refuse(scan, token,
                      wide ? "too large" : "too large (an L behind it makes it a 64-bit number)");
    return 0;
}

static int check_float(const struct scan *scan, const char *token)
{
    if (!isfinite(strtod(token, NULL)))
        return refuse(scan, token, "too large");
    return 0;
}

/* A run of characters that begins like a number. What is no number at all is left to libconfig's syntax
 * error. */
static int check_number(struct scan *scan)
{
    char token[TOKEN_MAX];
    size_t len = 0;
    bool hex = scan->at[0] == '0' && (scan->at[1] == 'x' || scan->at[1] == 'X');

    while (isalnum((unsigned char)*scan->at) || *scan->at == '.' ||
           ((*scan->at == '-' || *scan->at == '+') &&
            (len == 0 || (!hex && tolower((unsigned char)scan->at[-1]) == 'e')))) {
        if (len == TOKEN_MAX - 1) {
            token[16] = '\0';
            return refuse(scan, token, "too long for a number");
        }
        token[len++] = *scan->at;
        scan->at++;
    }
    token[len] = '\0';
    if (!hex && strpbrk(token, ".eE"))
        return check_float(scan, token);
    return check_integer(scan, token, hex);
}

static int check_token(struct scan *scan)
{
    const char *at = scan->at;

    if (*at == '@')
        return refuse(scan, "@include", "a definition is one file");
    if (*at == '#' || strncmp(at, "//", 2) == 0)
        skip_line(scan);
    else if (strncmp(at, "/*", 2) == 0)
        skip_comment(scan);
    else if (*at == '"')
        skip_string(scan);
    else if (isdigit((unsigned char)*at) || *at == '.' || *at == '-' || *at == '+')
        return check_number(scan);
    else if (is_name_start(*at))
        while (is_name_part(*scan->at))
            scan->at++;
    else
        step(scan);
    return 0;
}

int definition_text_check(const char *text, const char *name, struct err *err)
{
    struct scan scan = {.at = text, .name = name, .line = 1, .err = err};

    while (*scan.at != '\0') {
        if (check_token(&scan) < 0)
            return -1;
    }
    return 0;
}
