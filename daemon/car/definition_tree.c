/* Strict typed access to libconfig's tree. Knows nothing of vehicles. Works with libconfig 1.5 and 1.7: it
 * never uses the look-up functions that take a wrong type for an absent key. */
#include "car/definition_tree.h"

#include "util/core/buf.h"
#include "util/core/hex.h"
#include "util/core/nearest.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define PATH_DEPTH_MAX 16
#define PATH_TEXT_MAX  160

/* "frames[3].fields[1].at" */
static void add_path(struct buf *path, const config_setting_t *at)
{
    const config_setting_t *chain[PATH_DEPTH_MAX];
    size_t depth = 0;

    for (; at && !config_setting_is_root(at) && depth < PATH_DEPTH_MAX; at = config_setting_parent(at))
        chain[depth++] = at;
    while (depth > 0) {
        const config_setting_t *step = chain[--depth];
        const char *name = config_setting_name(step);
        if (!name)
            buf_add_format(path, "[%d]", config_setting_index(step));
        else
            buf_add_format(path, "%s%s", path->len > 0 ? "." : "", name);
    }
}

/* The root stands in no line: it is the file, from its first line on. */
int tree_line(const config_setting_t *at)
{
    int line = (int)config_setting_source_line(at);

    return line > 0 ? line : 1;
}

int tree_fail(const struct tree *tree, const config_setting_t *at, const char *key, const char *format, ...)
{
    char memory[PATH_TEXT_MAX];
    char reason[ERR_TEXT_MAX / 2];
    struct buf path;
    const config_setting_t *member = key ? config_setting_get_member(at, key) : NULL;
    va_list args;

    buf_init(&path, memory, sizeof(memory));
    add_path(&path, member ? member : at);
    if (key && !member)
        buf_add_format(&path, "%s%s", path.len > 0 ? "." : "", key);
    if (path.len == 0)
        buf_add_text(&path, "file");
    va_start(args, format);
    vsnprintf(reason, sizeof(reason), format, args);
    va_end(args);
    return err_set(tree->err, "%s:%d: %s: %s", tree->file, tree_line(member ? member : at), memory, reason);
}

static bool is_known(const char *key, const char *const *keys)
{
    for (; *keys; keys++) {
        if (strcmp(key, *keys) == 0)
            return true;
    }
    return false;
}

static int fail_unknown(const struct tree *tree, const config_setting_t *member, const char *const *keys)
{
    struct nearest meant = {.word = config_setting_name(member), .distance = NEAREST_NONE};

    for (; *keys; keys++)
        nearest_try(&meant, *keys);
    if (meant.best)
        return tree_fail(tree, member, NULL, "unknown, did you mean %s?", meant.best);
    return tree_fail(tree, member, NULL, "unknown");
}

int tree_expect_group(const struct tree *tree, const config_setting_t *at, const char *const *keys)
{
    if (!config_setting_is_group(at))
        return tree_fail(tree, at, NULL, "a group { ... } is expected");
    for (unsigned i = 0; i < (unsigned)config_setting_length(at); i++) {
        const config_setting_t *member = config_setting_get_elem(at, i);
        if (!is_known(config_setting_name(member), keys))
            return fail_unknown(tree, member, keys);
    }
    return 0;
}

int tree_int(const struct tree *tree, const config_setting_t *at, int64_t min, int64_t max, int64_t *value)
{
    int type = config_setting_type(at);

    if (type == CONFIG_TYPE_INT)
        *value = config_setting_get_int(at);
    else if (type == CONFIG_TYPE_INT64)
        *value = config_setting_get_int64(at);
    else
        return tree_fail(tree, at, NULL, "a whole number is expected");
    if (*value < min || *value > max)
        return tree_fail(tree, at, NULL, "%lld is not within %lld..%lld", (long long)*value, (long long)min,
                         (long long)max);
    return 0;
}

int tree_number(const struct tree *tree, const config_setting_t *at, double *value)
{
    int64_t whole;

    if (config_setting_type(at) == CONFIG_TYPE_FLOAT) {
        *value = config_setting_get_float(at);
        return 0;
    }
    if (!config_setting_is_number(at))
        return tree_fail(tree, at, NULL, "a number is expected");
    if (tree_int(tree, at, -INT64_C(1000000000000), INT64_C(1000000000000), &whole) < 0)
        return -1;
    *value = (double)whole;
    return 0;
}

int tree_get_int(const struct tree *tree, const config_setting_t *group, const char *key, int64_t min,
                 int64_t max, int64_t *value)
{
    const config_setting_t *member = config_setting_get_member(group, key);

    if (!member)
        return 0;
    return tree_int(tree, member, min, max, value) < 0 ? -1 : 1;
}

int tree_get_number(const struct tree *tree, const config_setting_t *group, const char *key, double *value)
{
    const config_setting_t *member = config_setting_get_member(group, key);

    if (!member)
        return 0;
    return tree_number(tree, member, value) < 0 ? -1 : 1;
}

int tree_get_bool(const struct tree *tree, const config_setting_t *group, const char *key, bool *value)
{
    const config_setting_t *member = config_setting_get_member(group, key);

    if (!member)
        return 0;
    if (config_setting_type(member) != CONFIG_TYPE_BOOL)
        return tree_fail(tree, member, NULL, "true or false is expected");
    *value = config_setting_get_bool(member) != 0;
    return 1;
}

int tree_get_text(const struct tree *tree, const config_setting_t *group, const char *key, size_t max,
                  const char **value)
{
    const config_setting_t *member = config_setting_get_member(group, key);

    if (!member)
        return 0;
    if (config_setting_type(member) != CONFIG_TYPE_STRING)
        return tree_fail(tree, member, NULL, "text in quotes is expected");
    *value = config_setting_get_string(member);
    if (strlen(*value) > max)
        return tree_fail(tree, member, NULL, "longer than %zu characters", max);
    return 1;
}

int tree_get_list(const struct tree *tree, const config_setting_t *group, const char *key, size_t max,
                  const config_setting_t **list)
{
    const config_setting_t *member = config_setting_get_member(group, key);

    if (!member)
        return 0;
    if (!config_setting_is_list(member) && !config_setting_is_array(member))
        return tree_fail(tree, member, NULL, "a list ( ... ) is expected");
    if ((size_t)config_setting_length(member) > max)
        return tree_fail(tree, member, NULL, "more than %zu entries", max);
    *list = member;
    return 1;
}

int tree_hex_id(const struct tree *tree, const config_setting_t *group, const char *key, uint16_t *id)
{
    const char *text;
    int found = tree_get_text(tree, group, key, SIZE_MAX, &text);

    if (found <= 0)
        return found;
    if (strlen(text) != 3 || hex_identifier(text) < 0)
        return tree_fail(tree, group, key, "three hexadecimal digits are expected, 000 to 7FF");
    *id = (uint16_t)hex_identifier(text);
    return 1;
}

int tree_hex_bytes(const struct tree *tree, const config_setting_t *group, const char *key, uint8_t *bytes,
                   size_t max, size_t *len)
{
    const char *text;
    int found = tree_get_text(tree, group, key, 2 * max, &text);

    if (found <= 0)
        return found;
    size_t digits = strlen(text);
    if (digits == 0 || digits % 2 != 0)
        return tree_fail(tree, group, key, "pairs of hexadecimal digits are expected");
    for (size_t i = 0; i < digits; i += 2) {
        int byte = hex_byte(text + i);
        if (byte < 0)
            return tree_fail(tree, group, key, "pairs of hexadecimal digits are expected");
        bytes[i / 2] = (uint8_t)byte;
    }
    *len = digits / 2;
    return 1;
}
