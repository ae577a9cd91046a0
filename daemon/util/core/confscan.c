/* Judges the words that util/core/conflex cuts: numbers, includes, depth, what is not closed. Follows
 * brackets and keys only to name the item; whether they match is libconfig's to say. */
#include "util/core/confscan.h"

#include "util/core/buf.h"
#include "util/core/conflex.h"

#include <errno.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define NUMBER_LEN_MAX 60
#define KEY_MAX        32

#define OUT_OF_INT   "out of range, numbers reach from -2147483648 to 2147483647"
#define OUT_OF_INT64 "out of range, even for a number with L"
#define NOT_A_NUMBER "not a number"

struct level {
    bool is_list;
    unsigned index;    /* in a list */
    char key[KEY_MAX]; /* in a group: the last one seen */
};

struct scanner {
    struct confscan *scan;
    struct level levels[CONFSCAN_DEPTH_MAX + 1];
    size_t depth;
};

/* ---- numbers ---- */

static const char *judge_hex(const char *digits, bool is_long)
{
    char *end;

    errno = 0;
    unsigned long long value = strtoull(digits, &end, 16);
    if (digits[0] == '\0' || strspn(digits, "0123456789abcdefABCDEF") != strlen(digits))
        return NOT_A_NUMBER;
    if (errno != 0 || value > INT64_MAX)
        return is_long ? OUT_OF_INT64 : OUT_OF_INT;
    return is_long || value <= INT32_MAX ? NULL : OUT_OF_INT;
}

static const char *judge_decimal(const char *number, bool is_long)
{
    const char *digits = number + (number[0] == '-' || number[0] == '+' ? 1 : 0);

    if (digits[0] == '\0')
        return NOT_A_NUMBER;
    if (digits[0] == '0' && digits[1] != '\0')
        return "begins with 0, which some versions of libconfig take as octal";
    errno = 0;
    long long value = strtoll(number, NULL, 10);
    if (errno != 0)
        return is_long ? OUT_OF_INT64 : OUT_OF_INT;
    return is_long || (value >= INT32_MIN && value <= INT32_MAX) ? NULL : OUT_OF_INT;
}

static const char *judge_float(const char *number)
{
    char *end;
    double value = strtod(number, &end);

    if (*end != '\0' || end == number)
        return NOT_A_NUMBER;
    return isfinite(value) ? NULL : "out of range";
}

const char *confscan_judge_number(const char *word, size_t len)
{
    char number[NUMBER_LEN_MAX + 1];
    bool is_long = false;

    if (len > NUMBER_LEN_MAX)
        return "too long for a number";
    memcpy(number, word, len);
    number[len] = '\0';
    if (strspn(number, "0123456789.eE+-") == len && strpbrk(number, ".eE"))
        return judge_float(number);
    for (int i = 0; i < 2 && len > 0 && number[len - 1] == 'L'; i++) {
        number[--len] = '\0';
        is_long = true;
    }
    if (number[0] == '0' && (number[1] == 'x' || number[1] == 'X'))
        return judge_hex(number + 2, is_long);
    if (strspn(number, "0123456789+-") != len || strpbrk(number + (len > 0), "+-"))
        return NOT_A_NUMBER;
    return judge_decimal(number, is_long);
}

/* ---- where it stands ---- */

static void name_item(const struct scanner *scanner, char item[CONFSCAN_ITEM_MAX])
{
    struct buf name;

    buf_init(&name, item, CONFSCAN_ITEM_MAX);
    for (size_t i = 0; i <= scanner->depth; i++) {
        const struct level *level = &scanner->levels[i];
        if (level->is_list)
            buf_add_format(&name, "[%u]", level->index);
        else
            buf_add_format(&name, "%s%s", name.len > 0 ? "." : "", level->key);
    }
}

static void copy_cut(char *to, size_t size, const char *from, size_t len)
{
    if (len >= size)
        len = size - 1;
    memcpy(to, from, len);
    to[len] = '\0';
}

static void add_mistake(struct scanner *scanner, const struct conflex_token *token, const char *reason)
{
    struct confscan *scan = scanner->scan;

    if (scan->count == CONFSCAN_MISTAKE_MAX)
        return;
    struct confscan_mistake *mistake = &scan->mistakes[scan->count++];
    mistake->line = token->line;
    mistake->reason = reason;
    name_item(scanner, mistake->item);
    copy_cut(mistake->value, sizeof(mistake->value), token->text, token->len);
}

/* Libconfig must not see the text: this is the only thing to say. Always returns false. */
static bool refuse(struct scanner *scanner, unsigned line, const char *reason)
{
    struct confscan *scan = scanner->scan;

    scan->is_fatal = true;
    scan->mistakes[0] = (struct confscan_mistake){.line = line, .reason = reason};
    scan->count = 1;
    return false;
}

/* ---- words ---- */

static bool take_opening(struct scanner *scanner, const struct conflex_token *token, bool is_list)
{
    if (scanner->depth == CONFSCAN_DEPTH_MAX)
        return refuse(scanner, token->line, "nested too deeply");
    scanner->levels[++scanner->depth] = (struct level){.is_list = is_list};
    return true;
}

static bool take_sign(struct scanner *scanner, const struct conflex_token *token)
{
    switch (token->text[0]) {
    case '{':
        return take_opening(scanner, token, false);
    case '(':
    case '[':
        return take_opening(scanner, token, true);
    case '}':
    case ')':
    case ']':
        if (scanner->depth > 0)
            scanner->depth--;
        return true;
    case ',':
        scanner->levels[scanner->depth].index++;
        return true;
    case '@':
        return refuse(scanner, token->line, "@include is not allowed: one file holds everything");
    default:
        return true;
    }
}

/* "\x00" would end the string for whoever reads it. Behind a pair of backslashes it is no escape. */
static bool has_escaped_nul(const struct conflex_token *token)
{
    for (size_t i = 0; i + 3 < token->len; i++) {
        if (token->text[i] != '\\')
            continue;
        if (token->text[i + 1] == '\\')
            i++;
        else if ((token->text[i + 1] | 0x20) == 'x' && memcmp(token->text + i + 2, "00", 2) == 0)
            return true;
    }
    return false;
}

static bool take(struct scanner *scanner, const struct conflex_token *token)
{
    const char *reason;

    switch (token->kind) {
    case CONFLEX_END:
        break;
    case CONFLEX_NAME:
        copy_cut(scanner->levels[scanner->depth].key, KEY_MAX, token->text, token->len);
        break;
    case CONFLEX_NUMBER:
        reason = confscan_judge_number(token->text, token->len);
        if (reason)
            add_mistake(scanner, token, reason);
        break;
    case CONFLEX_STRING:
        if (has_escaped_nul(token))
            return refuse(scanner, token->line, "a string contains \\x00");
        break;
    case CONFLEX_SIGN:
        return take_sign(scanner, token);
    case CONFLEX_OPEN_STRING:
        return refuse(scanner, token->line, "the string that begins here has no closing \" in its line");
    case CONFLEX_OPEN_COMMENT:
        return refuse(scanner, token->line, "the comment that begins here has no closing */");
    }
    return true;
}

static unsigned line_of(const char *text, const char *byte)
{
    unsigned line = 1;

    for (; text < byte; text++)
        line += *text == '\n' ? 1 : 0;
    return line;
}

bool confscan_run(struct confscan *scan, const char *text, size_t len)
{
    struct scanner scanner = {.scan = scan};
    struct conflex lexer;
    struct conflex_token token;
    const char *nul = memchr(text, '\0', len);

    memset(scan, 0, sizeof(*scan));
    if (nul)
        return refuse(&scanner, line_of(text, nul), "a NUL byte: this is no text");
    conflex_init(&lexer, text, len);
    do {
        token = conflex_next(&lexer);
        if (!take(&scanner, &token))
            return false;
    } while (token.kind != CONFLEX_END);
    return scan->count == 0;
}
