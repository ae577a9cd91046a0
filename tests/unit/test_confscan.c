/* util/core/conflex, confscan, nearest: what libconfig would get wrong, found first; exact items, lines and
 * reasons. */
#include "util/core/confscan.h"
#include "util/core/nearest.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#define INT_REASON "out of range, numbers reach from -2147483648 to 2147483647"

static void judges_numbers(void **state)
{
    (void)state;
    static const struct {
        const char *word;
        const char *reason;
    } rows[] = {
        {"0", NULL},
        {"-1", NULL},
        {"+7", NULL},
        {"2147483647", NULL},
        {"-2147483648", NULL},
        {"2147483648", INT_REASON},
        {"-2147483649", INT_REASON},
        {"4294967297", INT_REASON},
        {"99999999999999999999", INT_REASON},
        {"2147483648L", NULL},
        {"9223372036854775807LL", NULL},
        {"9223372036854775808L", "out of range, even for a number with L"},
        {"0x7FFFFFFF", NULL},
        {"0xFFFFFFFF", INT_REASON},
        {"0x1FFFFFFFF", INT_REASON},
        {"0x1FFFFFFFFL", NULL},
        {"0x8000000000000000L", "out of range, even for a number with L"},
        {"010", "begins with 0, which some versions of libconfig take as octal"},
        {"-08", "begins with 0, which some versions of libconfig take as octal"},
        {"1.5", NULL},
        {".5", NULL},
        {"1.", NULL},
        {"-1e-3", NULL},
        {"1e999", "out of range"},
        {".", "not a number"},
        {"-", "not a number"},
        {"1e", "not a number"},
        {"1.2.3", "not a number"},
        {"1-2", "not a number"},
        {"0x", "not a number"},
        {"-0x10", "not a number"},
        {"12abc", "not a number"},
        {"1LLL", "not a number"},
        {"1.5L", "not a number"},
        {"1111111111111111111111111111111111111111111111111111111111111", "too long for a number"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const char *reason = confscan_judge_number(rows[i].word, strlen(rows[i].word));
        if (reason != rows[i].reason && (!reason || !rows[i].reason || strcmp(reason, rows[i].reason) != 0))
            fail_msg("%s: %s", rows[i].word, reason ? reason : "fine");
    }
}

/* One text, and all that is said of it: "LINE: ITEM: VALUE: REASON", lines joined by newlines. */
static void expect(const char *text, size_t len, const char *expected)
{
    struct confscan scan;
    char said[4096] = "";

    bool is_fine = confscan_run(&scan, text, len);
    for (size_t i = 0; i < scan.count; i++) {
        size_t at = strlen(said);
        snprintf(said + at, sizeof(said) - at, "%s%u: %s: %s: %s", i > 0 ? "\n" : "", scan.mistakes[i].line,
                 scan.mistakes[i].item, scan.mistakes[i].value, scan.mistakes[i].reason);
    }
    assert_string_equal(said, expected);
    assert_int_equal(is_fine, scan.count == 0);
}

#define EXPECT(text, expected) expect(text, sizeof(text) - 1, expected)

static void skips_strings_and_comments(void **state)
{
    (void)state;

    EXPECT("", "");
    EXPECT("a = \"4294967297\"; # 4294967297\n// 4294967297 \"\n/* 4294967297\n \" */ b = 1;", "");
    EXPECT("a = \"\\\"4294967297\\\\\"; b = 1;", "");
    EXPECT("a = \"\\\\\"; b = 4294967297;", "1: b: 4294967297: " INT_REASON);
    EXPECT("a = \"#\"; b = 4294967297;", "1: b: 4294967297: " INT_REASON);
    EXPECT("a = \"line\";\n/**/ b = 4294967297 /*;", "2: : : the comment that begins here has no closing */");
    EXPECT("a4294967297 = 1; a-4294967297 = 2;", "");
    EXPECT("# a comment at the end", "");
}

static void names_the_item(void **state)
{
    (void)state;

    EXPECT("web = {\r\n port = 4294967297;\r\n x = 08; };\r\ny = 1e;",
           "2: web.port: 4294967297: " INT_REASON
           "\n3: web.x: 08: begins with 0, which some versions of libconfig take as octal"
           "\n4: y: 1e: not a number");
    EXPECT("cars = ( { baud = 1; }, { id = \"a\", baud = 4294967297; at = [ 1, 4294967297 ]; } );",
           "1: cars[1].baud: 4294967297: " INT_REASON "\n1: cars[1].at[1]: 4294967297: " INT_REASON);
    EXPECT("}}}) x = 4294967297;", "1: x: 4294967297: " INT_REASON);
}

static void refuses_what_libconfig_must_not_see(void **state)
{
    (void)state;

    EXPECT("a = 1;\n@include \"/etc/shadow\"\n", "2: : : @include is not allowed: one file holds everything");
    EXPECT("a = \"@include\"; # @include \"x\"\n", "");
    EXPECT("a = 1;\n\0b = 2;", "2: : : a NUL byte: this is no text");
    EXPECT("a = \"x\\x00y\";", "1: : : a string contains \\x00");
    EXPECT("a = \"x\\\\x00y\";", "");
    EXPECT("a = 1;\nb = \"\n\n", "2: : : the string that begins here has no closing \" in its line");
    EXPECT("a = \"x;\nb = \"y\";\nc = \"z\";\n",
           "1: : : the string that begins here has no closing \" in its line");
    EXPECT("a=((((((((1))))))));", "");
    EXPECT("a=(((((((((1)))))))));", "1: : : nested too deeply");
}

static void stops_counting_mistakes_at_its_limit(void **state)
{
    (void)state;
    struct confscan scan;
    char text[CONFSCAN_MISTAKE_MAX * 8] = "";

    for (size_t i = 0; i < CONFSCAN_MISTAKE_MAX + 2; i++)
        strcat(text, "a=08;");
    assert_false(confscan_run(&scan, text, strlen(text)));
    assert_int_equal(scan.count, CONFSCAN_MISTAKE_MAX);
    assert_false(scan.is_fatal);
}

static void cuts_long_names_and_values(void **state)
{
    (void)state;
    struct confscan scan;
    char text[5000];

    memset(text, 'a', sizeof(text));
    memcpy(text + 2000, "=((((((((", 9);
    memset(text + 2009, '1', sizeof(text) - 2009);
    assert_false(confscan_run(&scan, text, sizeof(text)));
    assert_int_equal(strlen(scan.mistakes[0].value), CONFSCAN_VALUE_MAX - 1);
    assert_string_equal(scan.mistakes[0].reason, "too long for a number");
}

static void measures_slips(void **state)
{
    (void)state;
    char long_word[NEAREST_LEN_MAX + 2];

    assert_int_equal(nearest_distance("port", "port"), 0);
    assert_int_equal(nearest_distance("prot", "port"), 1);
    assert_int_equal(nearest_distance("pors", "port"), 1);
    assert_int_equal(nearest_distance("prt", "port"), 1);
    assert_int_equal(nearest_distance("generatoin", "generation"), 1);
    assert_int_equal(nearest_distance("discovry_prefiks", "discovery_prefix"), 3);
    assert_int_equal(nearest_distance("zone", "port"), NEAREST_NONE);
    assert_int_equal(nearest_distance("", "port"), NEAREST_NONE);
    memset(long_word, 'a', sizeof(long_word) - 1);
    long_word[sizeof(long_word) - 1] = '\0';
    assert_int_equal(nearest_distance(long_word, long_word), NEAREST_NONE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(judges_numbers),
        cmocka_unit_test(skips_strings_and_comments),
        cmocka_unit_test(names_the_item),
        cmocka_unit_test(refuses_what_libconfig_must_not_see),
        cmocka_unit_test(stops_counting_mistakes_at_its_limit),
        cmocka_unit_test(cuts_long_names_and_values),
        cmocka_unit_test(measures_slips),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
