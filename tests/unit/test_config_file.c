/* config/garaged.conf is what the table of settings says it is: every key, its help, its default. Where the
 * two differ the file as it should be is left in build/garaged.conf. */
#include "config_private.h"
#include "util/core/buf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define SHIPPED  "config/garaged.conf"
#define EXPECTED "build/garaged.conf"
#define TEXT_MAX 16384
#define WIDTH    110

static const char opening[] =
    "# garaged: every setting there is, with its default. What stands here may be left out, but the id and "
    "port of a car.\n"
    "# `garaged --config FILE --check` says every mistake with its line. A change needs a restart.\n\n";

static void add_help(struct buf *text, const char *indent, const char *help)
{
    buf_add_format(text, "%s# %s\n", indent, help);
}

static void add_value(struct buf *text, const struct config_row *row)
{
    switch (row->kind) {
    case CONFIG_TEXT:
    case CONFIG_WORD:
        buf_add_format(text, "\"%s\"", row->standard ? row->standard : row->example);
        break;
    case CONFIG_NUMBER:
        buf_add_format(text, "%d", row->number);
        break;
    case CONFIG_FLAG:
        buf_add_text(text, row->number != 0 ? "true" : "false");
        break;
    case CONFIG_TEXTS:
        if (row->standard[0] != '\0')
            buf_add_format(text, "( \"%s\" )", row->standard);
        else
            buf_add_text(text, "( )");
        break;
    }
}

static void add_rows(struct buf *text, const char *group, const char *indent)
{
    for (size_t i = 0; i < config_table_rows; i++) {
        const struct config_row *row = &config_table[i];
        if (strcmp(row->group, group) != 0)
            continue;
        add_help(text, indent, row->help);
        buf_add_format(text, "%s%s = ", indent, row->name);
        add_value(text, row);
        buf_add_text(text, ";\n");
    }
}

static void add_group(struct buf *text, const struct config_group *group)
{
    bool is_cars = strcmp(group->name, "cars") == 0;

    if (group->name[0] == '\0') {
        add_rows(text, "", "");
        return;
    }
    buf_add_text(text, "\n");
    add_help(text, "", group->help);
    buf_add_format(text, "%s = %s\n", group->name, is_cars ? "( {" : "{");
    add_rows(text, group->name, "    ");
    buf_add_text(text, is_cars ? "} );\n" : "};\n");
}

static void write_expected(const char *text)
{
    FILE *file = fopen(EXPECTED, "w");

    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

static void the_shipped_file_is_the_table(void **state)
{
    (void)state;
    static char expected[TEXT_MAX], shipped[TEXT_MAX];
    struct buf text;
    FILE *file = fopen(SHIPPED, "r");

    buf_init(&text, expected, sizeof(expected));
    buf_add_text(&text, opening);
    for (size_t i = 0; i < config_group_count; i++)
        add_group(&text, &config_groups[i]);
    assert_false(text.cut);
    if (file) {
        shipped[fread(shipped, 1, sizeof(shipped) - 1, file)] = '\0';
        fclose(file);
    }
    if (strcmp(shipped, expected) != 0) {
        write_expected(expected);
        fail_msg("%s differs from the table: compare it with %s", SHIPPED, EXPECTED);
    }
}

static void lines_are_not_too_long(void **state)
{
    (void)state;

    for (size_t i = 0; i < config_table_rows; i++) {
        assert_true(strlen(config_table[i].help) > 0);
        assert_true(strlen("    # ") + strlen(config_table[i].help) <= WIDTH + 10);
    }
}

static void every_default_fits_its_row(void **state)
{
    (void)state;

    for (size_t i = 0; i < config_table_rows; i++) {
        const struct config_row *row = &config_table[i];
        const char *text = row->standard ? row->standard : row->example;
        bool is_text = row->kind == CONFIG_TEXT || row->kind == CONFIG_TEXTS;
        if (is_text)
            assert_true(strlen(text) < row->size);
        if (row->kind == CONFIG_TEXT && row->check && strcmp(text, "") != 0)
            assert_null(row->check(text));
        if (row->kind == CONFIG_NUMBER && !row->choices)
            assert_true(row->number >= row->min && row->number <= row->max);
    }
}

static void fail_on_mistake(void *ctx, const char *text)
{
    (void)ctx;
    fail_msg("%s", text);
}

/* What the shipped file says is what an empty one means, but for the car that it shows. */
static void the_shipped_file_is_the_defaults(void **state)
{
    (void)state;
    static struct config shipped, empty;

    assert_int_equal(config_load(&shipped, SHIPPED, fail_on_mistake, NULL), 0);
    assert_int_equal(config_parse(&empty, "", 0, "empty", fail_on_mistake, NULL), 0);
    assert_int_equal(shipped.car_count, 1);
    assert_string_equal(shipped.cars[0].id, "leaf");
    memset(shipped.cars, 0, sizeof(shipped.cars));
    shipped.car_count = 0;
    assert_memory_equal(&shipped, &empty, sizeof(empty));
}

static void what_stays_when_the_car_leaves(void **state)
{
    (void)state;
    static const struct config_car rows[] = {
        {.adapter = CONFIG_ADAPTER_ELM327, .port = "/dev/ttyUSB0"},
        {.adapter = CONFIG_ADAPTER_SLCAN, .port = "tcp://192.168.0.10:3333"},
        {.adapter = CONFIG_ADAPTER_SLCAN, .port = "/dev/ttyACM0"},
        {.adapter = CONFIG_ADAPTER_SOCKETCAN, .port = "can0"},
        {.adapter = CONFIG_ADAPTER_REPLAY, .port = "bus.log"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        assert_int_equal(config_car_is_wired(&rows[i]), i >= 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_shipped_file_is_the_table),
        cmocka_unit_test(what_stays_when_the_car_leaves),
        cmocka_unit_test(lines_are_not_too_long),
        cmocka_unit_test(every_default_fits_its_row),
        cmocka_unit_test(the_shipped_file_is_the_defaults),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
