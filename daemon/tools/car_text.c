/* Reads words, not lines, as libconfig does. A text that is no configuration has no car in it, or one whose
 * removal the caller finds out to be wrong. */
#include "tools/car_text.h"

#include "util/core/conflex.h"

#include <string.h>

struct finder {
    struct conflex lexer;
    struct conflex_token token;
    const char *id;
    const char *end; /* behind the last group */
};

static void step(struct finder *finder)
{
    finder->token = conflex_next(&finder->lexer);
}

static bool is_end(const struct finder *finder)
{
    return finder->token.kind == CONFLEX_END || finder->token.kind == CONFLEX_OPEN_STRING ||
           finder->token.kind == CONFLEX_OPEN_COMMENT;
}

static bool is_sign(const struct finder *finder, const char *signs)
{
    return finder->token.kind == CONFLEX_SIGN && strchr(signs, finder->token.text[0]);
}

static bool is_name(const struct finder *finder, const char *name)
{
    return finder->token.kind == CONFLEX_NAME && finder->token.len == strlen(name) &&
           memcmp(finder->token.text, name, finder->token.len) == 0;
}

static bool is_string(const struct finder *finder, const char *text)
{
    return finder->token.kind == CONFLEX_STRING && finder->token.len == strlen(text) + 2 &&
           memcmp(finder->token.text + 1, text, strlen(text)) == 0;
}

/* Stands at a "{"; afterwards behind its "}". Whether `id` of this group, and of none within it, is the one.
 */
static bool is_group_of(struct finder *finder)
{
    bool is_it = false;
    int depth = 0;

    do {
        depth += is_sign(finder, "{([") - is_sign(finder, "})]");
        finder->end = finder->token.text + finder->token.len;
        bool is_id = depth == 1 && is_name(finder, "id");
        step(finder);
        if (is_id && is_sign(finder, "=:")) {
            step(finder);
            is_it = is_string(finder, finder->id);
        }
    } while (depth > 0 && !is_end(finder));
    return is_it;
}

/* To the "(" of `cars` at the outermost level. */
static bool find_list(struct finder *finder)
{
    for (int depth = 0; !is_end(finder); step(finder)) {
        depth += is_sign(finder, "{([") - is_sign(finder, "})]");
        if (depth != 0 || !is_name(finder, "cars"))
            continue;
        step(finder);
        if (is_sign(finder, "=:"))
            step(finder);
        if (is_sign(finder, "("))
            return true;
    }
    return false;
}

bool car_text_find(const char *text, size_t len, const char *id, size_t *from, size_t *to)
{
    struct finder finder = {.id = id};
    const char *comma = NULL; /* before this group */

    conflex_init(&finder.lexer, text, len);
    step(&finder);
    if (!find_list(&finder))
        return false;
    for (step(&finder); is_sign(&finder, "{,");) {
        if (is_sign(&finder, ",")) {
            comma = finder.token.text;
            step(&finder);
            continue;
        }
        *from = (size_t)(finder.token.text - text);
        bool is_it = is_group_of(&finder);
        if (!is_it)
            continue;
        *to = (size_t)(finder.end - text);
        if (is_sign(&finder, ","))
            *to = (size_t)(finder.token.text + 1 - text);
        else if (comma)
            *from = (size_t)(comma - text);
        return true;
    }
    return false;
}
