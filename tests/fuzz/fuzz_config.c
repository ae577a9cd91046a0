/* Whatever our scan lets through, libconfig must read with the very numbers that stand in the text, in their
 * order: so no number wraps, and no string or comment is taken for a number or hides one. Then the whole way
 * into struct config, where every mistake must be one line of text. */
#include "config.h"
#include "tools/car_text.h"
#include "util/core/conflex.h"
#include "util/core/confscan.h"
#include "util/core/utf8.h"

#include <libconfig.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
const char *__lsan_default_suppressions(void);

/* libconfig 1.5 loses the string it was reading when it finds a syntax error. */
const char *__lsan_default_suppressions(void)
{
    return "leak:libconfig.so";
}

static void require(int holds)
{
    if (!holds)
        abort();
}

/* The next number of the text, as we read it. */
static struct conflex_token next_number(struct conflex *lexer)
{
    struct conflex_token token = conflex_next(lexer);

    while (token.kind != CONFLEX_NUMBER && token.kind != CONFLEX_END)
        token = conflex_next(lexer);
    return token;
}

static void compare_number(struct conflex *lexer, const config_setting_t *setting)
{
    char text[64];
    struct conflex_token token = next_number(lexer);

    require(token.kind == CONFLEX_NUMBER && token.len < sizeof(text));
    memcpy(text, token.text, token.len);
    text[token.len] = '\0';
    if (config_setting_type(setting) == CONFIG_TYPE_FLOAT)
        require(config_setting_get_float(setting) == strtod(text, NULL));
    else if (config_setting_type(setting) == CONFIG_TYPE_INT)
        require(config_setting_get_int(setting) == strtoll(text, NULL, 0));
    else
        require(config_setting_get_int64(setting) == strtoll(text, NULL, 0));
}

static void compare_tree(struct conflex *lexer, const config_setting_t *setting)
{
    if (config_setting_is_number(setting))
        compare_number(lexer, setting);
    for (int i = 0; i < config_setting_length(setting); i++)
        compare_tree(lexer, config_setting_get_elem(setting, (unsigned)i));
}

static void compare_numbers(const char *text, size_t size)
{
    struct confscan scan;
    struct conflex lexer;
    config_t config;

    if (confscan_run(&scan, text, size)) {
        config_init(&config);
        conflex_init(&lexer, text, size);
        if (config_read_string(&config, text) == CONFIG_TRUE) {
            compare_tree(&lexer, config_root_setting(&config));
            require(next_number(&lexer).kind == CONFLEX_END);
        }
        config_destroy(&config);
    }
}

static void judge_mistake(void *ctx, const char *text)
{
    int *mistakes = ctx;

    require(text[0] != '\0' && utf8_is_clean(text, strlen(text)));
    ++*mistakes;
}

static void ignore_mistake(void *ctx, const char *text)
{
    (void)ctx;
    (void)text;
}

/* What is left without its first car is a configuration of the others, or is refused: never one with it. */
static void remove_first_car(const struct config *config, const char *text, size_t size)
{
    struct config *left = malloc(sizeof(*left));
    char *rest = malloc(size + 1);
    size_t from, to;

    if (config->car_count > 0 && car_text_find(text, size, config->cars[0].id, &from, &to)) {
        require(from < to && to <= size);
        memcpy(rest, text, from);
        memcpy(rest + from, text + to, size - to);
        rest[size - (to - from)] = '\0';
        if (config_parse(left, rest, size - (to - from), "x", ignore_mistake, NULL) == 0) {
            require(left->car_count == config->car_count - 1);
            for (size_t i = 0; i < left->car_count; i++)
                require(strcmp(left->cars[i].id, config->cars[0].id) != 0);
        }
    }
    free(rest);
    free(left);
}

static void read_config(const char *text, size_t size)
{
    struct config *config = malloc(sizeof(*config));
    int mistakes = 0;
    int count = config_parse(config, text, size, "x", judge_mistake, &mistakes);

    require((count == 0) == (mistakes == 0));
    require(count > 0 || (config->web.port >= 1 && config->web.port <= 65535));
    if (count == 0)
        remove_first_car(config, text, size);
    free(config);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = malloc(size + 1);

    memcpy(text, data, size);
    text[size] = '\0';
    compare_numbers(text, size);
    read_config(text, size);
    free(text);
    return 0;
}
