/* garaged.conf as an enemy or a bad editor leaves it (SECURITY 6.6). What each key says of a wrong value is
 * test_config's. */
#include "config_private.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

const char *__lsan_default_suppressions(void);

/* libconfig 1.5 loses the string it was reading when it finds a syntax error. */
const char *__lsan_default_suppressions(void)
{
    return "leak:libconfig.so";
}

static struct config config;
static char said[65536];

static void note_mistake(void *ctx, const char *text)
{
    (void)ctx;
    strcat(said, text);
    strcat(said, "\n");
}

static int parse(const char *text, size_t len)
{
    said[0] = '\0';
    return config_parse(&config, text, len, "x", note_mistake, NULL);
}

static void expect(const char *text, const char *expected)
{
    int mistakes = parse(text, strlen(text));

    if (strcmp(said, expected) != 0)
        fail_msg("%s\nsaid:\n%sexpected:\n%s", text, said, expected);
    assert_int_equal(mistakes > 0, expected[0] != '\0');
}

/* ---- F02, F03: large and deep ---- */

static void what_is_large_is_refused_unread(void **state)
{
    (void)state;
    const size_t size = 50 * 1024 * 1024;
    char *text = malloc(size);

    assert_non_null(text);
    memset(text, 'a', size);
    memcpy(text, "state = \"", 9);
    assert_int_equal(parse(text, size), 1);
    assert_string_equal(said, "x: larger than 65536 bytes\n");
    memset(text, '#', size);
    assert_int_equal(parse(text, size / 5), 1);
    assert_string_equal(said, "x: larger than 65536 bytes\n");
    memset(text, '(', CONFIG_FILE_BYTES);
    memcpy(text, "a = ", 4);
    assert_int_equal(parse(text, CONFIG_FILE_BYTES), 1);
    assert_string_equal(said, "x:1: nested too deeply\n");
    free(text);
}

/* As many settings as the size allows: each is counted, fifty are said. */
static void many_settings_are_no_flood_of_words(void **state)
{
    (void)state;
    static char text[CONFIG_FILE_BYTES + 64];
    size_t len = 0;
    int count = 0;

    for (; len + 16 < CONFIG_FILE_BYTES; count++)
        len += (size_t)snprintf(text + len, 16, "x%d=1;", count);
    assert_int_equal(parse(text, len), count);
    assert_true(strlen(said) < 50 * 60);
}

/* ---- F04: other files ---- */

static void no_other_file_is_read(void **state)
{
    (void)state;
    static const char *const names[] = {"x", "/dev/zero", "/etc/shadow", "../../etc/passwd", "conf.d/*.conf"};

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        char text[100];
        snprintf(text, sizeof(text), "log = \"info\";\n  @include \"%s\"\n", names[i]);
        assert_int_equal(parse(text, strlen(text)), 1);
        assert_int_equal(strncmp(said, "x:2: ", 5), 0);
        assert_null(strstr(said, "root:"));
    }
}

/* ---- F05: what is no text ---- */

static void what_is_no_text_is_refused_and_never_cut(void **state)
{
    (void)state;
    static const char utf16[] = "l\0o\0g\0=\0";

    assert_int_equal(parse("state = \"/a\0b\";", 15), 1);
    assert_string_equal(said, "x:1: a NUL byte: this is no text\n");
    assert_int_equal(parse(utf16, sizeof(utf16) - 1), 1);
    assert_int_equal(parse("state = \"/a\\x00b\";", 18), 1);
    assert_int_equal(parse("state = \"/\xC0\xAF\";", 14), 1);
    assert_non_null(strstr(said, "contains bytes that are no text"));
    expect("\xEF\xBB\xBFlog = \"debug\";\r\nzone = \"\";\r\n", "");
    assert_int_equal(config.log, LOG_LEVEL_DEBUG);
}

/* ---- F12, F14: the range of each number ---- */

static void expect_number(const struct config_row *row, long long number, bool is_allowed)
{
    char text[120];
    bool is_car = strcmp(row->group, "cars") == 0;

    if (is_car)
        snprintf(text, sizeof(text), "cars = ( { id = \"a\"; port = \"/dev/x\"; %s = %lld; } );", row->name,
                 number);
    else
        snprintf(text, sizeof(text), "%s = { %s = %lld; };", row->group, row->name, number);
    int mistakes = parse(text, strlen(text));
    if ((mistakes == 0) != is_allowed && !strstr(said, "clients_per_peer"))
        fail_msg("%s\n%s", text, said);
    if (is_allowed && mistakes == 0)
        assert_int_equal(*(int *)config_row_place(row, is_car ? (void *)&config.cars[0] : (void *)&config),
                         number);
}

static void every_number_has_a_range(void **state)
{
    (void)state;
    static const long long beyond[] = {-1, INT_MIN, INT_MAX, 36501, 365000};
    size_t numbers = 0;

    for (size_t i = 0; i < config_table_rows; i++) {
        const struct config_row *row = &config_table[i];
        if (row->kind != CONFIG_NUMBER)
            continue;
        numbers++;
        for (size_t j = 0; j < sizeof(beyond) / sizeof(beyond[0]); j++)
            if (row->choices || beyond[j] < row->min || beyond[j] > row->max)
                expect_number(row, beyond[j], false);
        if (row->choices)
            continue;
        expect_number(row, row->min, true);
        expect_number(row, row->max, true);
        expect_number(row, (long long)row->min - 1, false);
        expect_number(row, (long long)row->max + 1, false);
    }
    assert_true(numbers > 5);
}

/* A thousand years are refused; a day, a hundred years and for ever are not. */
static void what_is_kept_is_bounded(void **state)
{
    (void)state;

    expect("diary = { keep_readings_days = 365000; };",
           "x:1: diary.keep_readings_days: 365000: not within 0..36500\n");
    expect("diary = { keep_readings_days = 0; };", "");
    expect("diary = { keep_readings_days = 1; };", "");
    expect("diary = { keep_readings_days = 36500; };", "");
}

/* ---- F15: what may leave towards the car is no setting ---- */

static void no_setting_widens_what_may_be_sent(void **state)
{
    (void)state;
    static const char *const names[] = {
        "ids",  "services", "payloads", "commands", "allow_ids", "requests", "can_id",  "frames",
        "init", "at",       "pids",     "filter",   "protocol",  "header",   "session", "gate"};

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        char text[160], item[60];
        snprintf(text, sizeof(text), "cars = ( { id = \"a\"; port = \"/dev/x\"; %s = ( 0x10 ); } );",
                 names[i]);
        snprintf(item, sizeof(item), "x:1: cars[0].%s: unknown", names[i]);
        assert_int_equal(parse(text, strlen(text)), 1);
        assert_int_equal(strncmp(said, item, strlen(item)), 0);
        snprintf(text, sizeof(text), "%s = { };", names[i]);
        assert_int_equal(parse(text, strlen(text)), 1);
        assert_non_null(strstr(said, "unknown"));
    }
}

/* ---- F10: what an editor, a cat or a bad card makes of the shipped file ---- */

#define MUTATIONS 20000 /* GARAGED_MUTATIONS: as many as wanted */

static uint32_t next_random(uint32_t *seed)
{
    *seed = *seed * 1664525 + 1013904223;
    return *seed >> 8;
}

/* One byte becomes another, a piece goes, or a piece stands there twice. */
static size_t mutate(char *text, size_t len, uint32_t *seed)
{
    static const char likely[] = "0123456789-+.xL\"\\/;:={}()[],#@\n truefals\0\xff";
    size_t at = next_random(seed) % len, piece = 1 + next_random(seed) % 20;

    switch (next_random(seed) % 3) {
    case 0:
        text[at] = likely[next_random(seed) % (sizeof(likely) - 1)];
        return len;
    case 1:
        piece = at + piece < len ? piece : len - at - 1;
        memmove(text + at, text + at + piece, len - at - piece);
        return len - piece;
    default:
        piece = at + piece < len ? piece : len - at;
        memmove(text + at + piece, text + at, len - at);
        return len + piece;
    }
}

static void number_is_allowed(const struct config_row *row, void *base)
{
    int number = *(int *)config_row_place(row, base);

    for (const int *choice = row->choices; choice && *choice >= 0; choice++)
        if (*choice == number)
            return;
    assert_true(!row->choices && number >= row->min && number <= row->max);
}

static void assert_all_in_range(void)
{
    for (size_t i = 0; i < config_table_rows; i++) {
        const struct config_row *row = &config_table[i];
        bool is_car = strcmp(row->group, "cars") == 0;
        for (size_t j = 0; row->kind == CONFIG_NUMBER && j < (is_car ? config.car_count : 1); j++)
            number_is_allowed(row, is_car ? (void *)&config.cars[j] : (void *)&config);
    }
}

static size_t read_shipped(char *text, size_t size)
{
    FILE *file = fopen("config/garaged.conf", "r");

    assert_non_null(file);
    size_t len = fread(text, 1, size, file);
    fclose(file);
    assert_true(len > 1000 && len < size);
    return len;
}

static void whatever_becomes_of_the_file_is_refused_or_in_range(void **state)
{
    (void)state;
    static char shipped[CONFIG_FILE_BYTES], text[CONFIG_FILE_BYTES];
    const char *wanted = getenv("GARAGED_MUTATIONS");
    long mutations = wanted ? atol(wanted) : MUTATIONS, accepted = 0;
    size_t whole = read_shipped(shipped, sizeof(shipped));
    uint32_t seed = 1;

    for (long i = 0; i < mutations; i++) {
        size_t len = whole;
        memcpy(text, shipped, whole);
        for (uint32_t n = 1 + next_random(&seed) % 4; n > 0; n--)
            len = mutate(text, len, &seed);
        int mistakes = parse(text, len);
        assert_int_equal(mistakes > 0, said[0] != '\0');
        if (mistakes > 0)
            continue;
        accepted++;
        assert_all_in_range();
    }
    assert_true(accepted > mutations / 20 && accepted < mutations); /* most changes are in comments */
}

/* ---- F07, F08: files ---- */

static char path[96];

static void expect_load(const char *expected)
{
    char whole[300];

    snprintf(whole, sizeof(whole), "%s: %s\n", path, expected);
    said[0] = '\0';
    assert_int_equal(config_load(&config, path, note_mistake, NULL), *expected ? 1 : 0);
    assert_string_equal(said, *expected ? whole : "");
}

static void write_config(const char *text)
{
    FILE *file = fopen(path, "w");

    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

static void who_else_may_write_the_file_is_refused(void **state)
{
    (void)state;
    char folder[] = "/tmp/garaged-abuse-XXXXXX", target[96];

    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof(path), "%s/garaged.conf", folder);
    snprintf(target, sizeof(target), "%s/other", folder);
    write_config("log = \"info\";");
    expect_load("");
    assert_int_equal(chmod(path, 0646), 0);
    expect_load("everybody may write it: chmod o-w");
    assert_int_equal(chmod(path, 0644), 0);
    assert_int_equal(rename(path, target), 0);
    assert_int_equal(symlink(target, path), 0);
    expect_load("a link: name the file itself");
    unlink(path);
    assert_int_equal(rename(target, path), 0);
    unlink(path);
    rmdir(folder);
}

/* Takes the right to give files away. */
static void a_file_of_another_user_is_refused(void **state)
{
    (void)state;
    char folder[] = "/tmp/garaged-abuse-XXXXXX";

    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof(path), "%s/garaged.conf", folder);
    write_config("log = \"info\";");
    bool is_given = chown(path, 1234, 1234) == 0;
    if (is_given)
        expect_load("belongs to another user (1234) than root and who runs this: chown it");
    unlink(path);
    rmdir(folder);
    if (!is_given)
        skip();
}

/* Written half, the power went, and what was left ends anywhere: a mistake with its line, or settings that
 * stand. */
static void a_half_written_file_is_said_or_whole(void **state)
{
    (void)state;
    static const char whole[] =
        "log = \"debug\";\nweb = { port = 8081; };\ncars = ( { id = \"a\"; port = \"/dev/x\"; } );\n";

    for (size_t len = 0; len < sizeof(whole) - 1; len++) {
        int mistakes = parse(whole, len);
        assert_int_equal(mistakes > 0, said[0] != '\0');
        if (mistakes == 0)
            assert_true(config.web.port == 8081 || config.web.port == 8080);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_large_is_refused_unread),
        cmocka_unit_test(many_settings_are_no_flood_of_words),
        cmocka_unit_test(no_other_file_is_read),
        cmocka_unit_test(what_is_no_text_is_refused_and_never_cut),
        cmocka_unit_test(every_number_has_a_range),
        cmocka_unit_test(what_is_kept_is_bounded),
        cmocka_unit_test(no_setting_widens_what_may_be_sent),
        cmocka_unit_test(whatever_becomes_of_the_file_is_refused_or_in_range),
        cmocka_unit_test(who_else_may_write_the_file_is_refused),
        cmocka_unit_test(a_file_of_another_user_is_refused),
        cmocka_unit_test(a_half_written_file_is_said_or_whole),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
