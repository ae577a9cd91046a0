/* Cuts a libconfig text into words: strings (\" and \\ are pairs, any other backslash stands alone), the
 * three kinds of comment, names, numbers. Understands no grammar: that stays libconfig's.
 * tests/fuzz/fuzz_config.c holds the two together. */
#include "util/core/conflex.h"

#include <stdbool.h>
#include <string.h>

#define DIGITS  "0123456789"
#define LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"

void conflex_init(struct conflex *lexer, const char *text, size_t len)
{
    *lexer = (struct conflex){.text = text, .len = len, .line = 1};
}

/* The byte `ahead` of the current one, 0 behind the end. */
static char peek(const struct conflex *lexer, size_t ahead)
{
    return lexer->len - lexer->at > ahead ? lexer->text[lexer->at + ahead] : '\0';
}

static bool is_at_end(const struct conflex *lexer)
{
    return lexer->at >= lexer->len;
}

static bool is_in(const char *set, char byte)
{
    return byte != '\0' && strchr(set, byte);
}

static void skip(struct conflex *lexer, size_t count)
{
    for (; count > 0 && !is_at_end(lexer); count--) {
        if (lexer->text[lexer->at++] == '\n')
            lexer->line++;
    }
}

static void skip_while(struct conflex *lexer, const char *set)
{
    while (is_in(set, peek(lexer, 0)))
        skip(lexer, 1);
}

static void skip_line(struct conflex *lexer)
{
    while (!is_at_end(lexer) && peek(lexer, 0) != '\n')
        skip(lexer, 1);
}

/* Behind the closing sign; false if there is none. */
static bool skip_block_comment(struct conflex *lexer)
{
    skip(lexer, 2);
    while (!is_at_end(lexer)) {
        if (peek(lexer, 0) == '*' && peek(lexer, 1) == '/') {
            skip(lexer, 2);
            return true;
        }
        skip(lexer, 1);
    }
    return false;
}

/* A string that libconfig would carry on into the next line is a forgotten quote: it would pair with the next
 * string's, and the mistake would show many lines later. */
static bool skip_string(struct conflex *lexer)
{
    skip(lexer, 1);
    while (!is_at_end(lexer) && peek(lexer, 0) != '\n') {
        bool is_pair = peek(lexer, 0) == '\\' && is_in("\"\\", peek(lexer, 1));
        bool is_closing = peek(lexer, 0) == '"';
        skip(lexer, is_pair ? 2 : 1);
        if (is_closing)
            return true;
    }
    return false;
}

/* Blanks and comments; false inside a comment that does not end. */
static bool skip_to_word(struct conflex *lexer)
{
    for (;;) {
        skip_while(lexer, " \t\r\n\f");
        bool is_slash = peek(lexer, 0) == '/';
        if (peek(lexer, 0) == '#' || (is_slash && peek(lexer, 1) == '/'))
            skip_line(lexer);
        else if (!is_slash || peek(lexer, 1) != '*')
            return true;
        else if (!skip_block_comment(lexer))
            return false;
    }
}

static enum conflex_kind skip_word(struct conflex *lexer)
{
    char first = peek(lexer, 0);

    if (is_at_end(lexer))
        return CONFLEX_END;
    if (first == '"')
        return skip_string(lexer) ? CONFLEX_STRING : CONFLEX_OPEN_STRING;
    if (is_in(LETTERS "*", first)) {
        skip_while(lexer, LETTERS DIGITS "*_-");
        return CONFLEX_NAME;
    }
    if (is_in(DIGITS "+-.", first)) {
        skip_while(lexer, LETTERS DIGITS "*_+-.");
        return CONFLEX_NUMBER;
    }
    skip(lexer, 1);
    return CONFLEX_SIGN;
}

struct conflex_token conflex_next(struct conflex *lexer)
{
    struct conflex before = *lexer;
    struct conflex_token token;
    bool is_word = skip_to_word(lexer);

    if (is_word)
        before = *lexer;
    token.kind = is_word ? skip_word(lexer) : CONFLEX_OPEN_COMMENT;
    token.text = before.text + before.at;
    token.len = lexer->at - before.at;
    token.line = before.line;
    return token;
}
