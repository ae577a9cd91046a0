/* A small evaluator for the expressions of ../shared/leaf/signals.json: C operators over d[n] or p[n]. For
 * tests only: the definition's own grammar has no expressions, and is checked against these. */
#ifndef TESTS_EXPRESSION_H
#define TESTS_EXPRESSION_H

#include <ctype.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

struct expression {
    const char *at;
    const uint8_t *bytes;
    size_t len;
    bool failed; /* no expression, or a byte that isn't there */
};

static inline int64_t expression_binary(struct expression *e, int lowest);

static inline void expression_blanks(struct expression *e)
{
    while (isspace((unsigned char)*e->at))
        e->at++;
}

/* A byte, a number, or something in brackets. */
static inline int64_t expression_primary(struct expression *e)
{
    char *end;
    int64_t value;

    expression_blanks(e);
    if (*e->at == '(') {
        e->at++;
        value = expression_binary(e, 0);
        expression_blanks(e);
        e->failed = e->failed || *e->at != ')';
        e->at += *e->at == ')';
        return value;
    }
    if ((*e->at == 'd' || *e->at == 'p') && e->at[1] == '[') {
        size_t index = strtoul(e->at + 2, &end, 10);
        e->failed = e->failed || *end != ']' || index >= e->len;
        e->at = end + (*end == ']');
        return e->failed ? 0 : e->bytes[index];
    }
    value = strtoll(e->at, &end, 0);
    e->failed = e->failed || end == e->at;
    e->at = end;
    return value;
}

/* The operator at this place and how strongly it binds; 0 when there is none. */
static inline int expression_operator(const char *at, const char **text)
{
    static const struct {
        const char *text;
        int strength;
    } operators[] = {{"<<", 5}, {">>", 5}, {"==", 3}, {"!=", 3}, {"|", 1}, {"&", 2}, {"+", 6}, {"-", 6}};

    for (size_t i = 0; i < sizeof(operators) / sizeof(operators[0]); i++) {
        if (strncmp(at, operators[i].text, strlen(operators[i].text)) == 0) {
            *text = operators[i].text;
            return operators[i].strength;
        }
    }
    return 0;
}

static inline int64_t expression_apply(const char *operator, int64_t left, int64_t right)
{
    switch (operator[0]) {
    case '<':
        return (int64_t)((uint64_t)left << right);
    case '>':
        return (int64_t)((uint64_t)left >> right);
    case '=':
        return left == right;
    case '!':
        return left != right;
    case '|':
        return left | right;
    case '&':
        return left & right;
    case '+':
        return left + right;
    default:
        return left - right;
    }
}

static inline int64_t expression_binary(struct expression *e, int lowest)
{
    int64_t left = expression_primary(e);
    const char *operator = "";

    expression_blanks(e);
    for (int strength = expression_operator(e->at, &operator); strength > lowest && !e->failed;
         strength = expression_operator(e->at, &operator)) {
        e->at += strlen(operator);
        left = expression_apply(operator, left, expression_binary(e, strength));
        expression_blanks(e);
    }
    return left;
}

/* False when the text is no expression over these bytes. */
static inline bool expression_evaluate(const char *text, const uint8_t *bytes, size_t len, int64_t *value)
{
    struct expression e = {.at = text, .bytes = bytes, .len = len};

    *value = expression_binary(&e, 0);
    return !e.failed && *e.at == '\0';
}

#endif
