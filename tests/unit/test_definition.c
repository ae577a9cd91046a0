/* The definition loader: the committed files load and pass their own vectors, an owner's replace them, and
 * look-ups answer. Mistakes are test_definition_mistakes.c's. */
#include "car/definition_private.h"
#include "definition_text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void passes(const char *name)
{
    struct err err = {{0}};
    struct definition *d = definition_find("config/vehicles", name, &err);

    if (!d)
        fail_msg("%s", err.text);
    if (definition_self_test(d, &err) < 0)
        fail_msg("%s", err.text);
    assert_true(d->vector_count > 0);
    definition_free(d);
}

static void committed_files_pass(void **state)
{
    (void)state;
    passes("nissan-leaf");
    passes("template");
}

/* The example of config/vehicles/README.md is what it says. */
static void readme_example_passes(void **state)
{
    struct err err = {{0}};
    struct definition *d = definition_parse(
        HEAD "frames = ( { id = \"55B\"; check = \"crc85\";\n fields = ( { signal = \"soc\"; at = [0, 7]; "
             "bits = 10;"
             " scale = 0.1; na = [0x3FF]; } );\n"
             " vectors = ( { data = \"D240AA00EC409250\"; expect = { soc = 84.1; }; } ); } );\n",
        "readme", &err);
    char text[32768];
    FILE *file = fopen("config/vehicles/README.md", "re");

    (void)state;
    assert_non_null(d);
    assert_int_equal(definition_self_test(d, &err), 0);
    assert_non_null(file);
    text[fread(text, 1, sizeof(text) - 1, file)] = '\0';
    fclose(file);
    assert_non_null(strstr(text, "{ data = \"D240AA00EC409250\"; expect = { soc = 84.1; }; }"));
    definition_free(d);
}

static void write_file(const char *path, const char *text, size_t len)
{
    FILE *file = fopen(path, "we");

    assert_non_null(file);
    assert_int_equal(fwrite(text, 1, len, file), len);
    fclose(file);
}

/* The owner's folder stands first, and a file there that can't be used is a mistake, not a reason to take the
 * next one. */
static void owners_file_wins(void **state)
{
    static const char good[] =
        HEAD "requests = ( { to = \"7E4\"; from = \"7EC\"; ask = \"2101\"; fields = ( ); } );\n";
    static const char wrong[] =
        HEAD FRAME("{ " SOC "bits = 8; } ); vectors = ( { data = \"2A\"; expect = { soc = 43; }; }");
    char folder[] = "/tmp/garaged-definition-XXXXXX";
    char path[128];
    char dirs[160];
    struct err err = {{0}};

    (void)state;
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof(path), "%s/nissan-leaf.conf", folder);
    snprintf(dirs, sizeof(dirs), "/nonexistent:%s:config/vehicles", folder);
    write_file(path, good, sizeof(good) - 1);
    struct definition *d = definition_find(dirs, "nissan-leaf", &err);
    assert_non_null(d);
    assert_int_equal(definition_request_count(d), 1);
    definition_free(d);
    write_file(path, "broken", 6);
    assert_null(definition_find(dirs, "nissan-leaf", &err));
    assert_non_null(strstr(err.text, path));
    write_file(path, wrong, sizeof(wrong) - 1);
    assert_null(definition_find(dirs, "nissan-leaf", &err));
    assert_non_null(strstr(err.text, "nissan-leaf.conf:4: 123 soc: decodes to 42"));
    write_file(path, "format = 1;\n\0 ", 14);
    assert_null(definition_find(dirs, "nissan-leaf", &err));
    assert_non_null(strstr(err.text, "nissan-leaf.conf:2: a NUL byte"));
    unlink(path);
    d = definition_find(dirs, "nissan-leaf", &err);
    assert_non_null(d);
    definition_free(d);
    rmdir(folder);
}

static void names_that_are_paths_are_refused(void **state)
{
    static const char *const names[] = {"", ".", "../nissan-leaf", "a/b", ".hidden"};
    struct err err = {{0}};

    (void)state;
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        assert_null(definition_find("config/vehicles", names[i], &err));
    assert_null(definition_find("config/vehicles", "no-such-car", &err));
    assert_string_equal(err.text, "no definition no-such-car.conf in config/vehicles");
    assert_null(definition_load("config/vehicles", &err));
    assert_string_equal(err.text, "config/vehicles: not a file");
}

static void large_files_are_refused(void **state)
{
    char *text = malloc(DEFINITION_FILE_MAX + 2);
    struct err err = {{0}};

    (void)state;
    assert_non_null(text);
    memset(text, '#', DEFINITION_FILE_MAX + 1);
    text[DEFINITION_FILE_MAX + 1] = '\0';
    assert_null(definition_parse(text, "x.conf", &err));
    assert_string_equal(err.text, "x.conf: larger than 262144 bytes");
    free(text);
}

/* An editor's mark before the first line, and no newline behind the last one, which is a comment. */
static void ends_of_the_text_do_not_matter(void **state)
{
    struct err err = {{0}};
    struct definition *d =
        definition_parse("\xEF\xBB\xBF" HEAD FRAME("{ " SOC "bits = 8; }") "# the end", "x.conf", &err);

    (void)state;
    if (!d)
        fail_msg("%s", err.text);
    definition_free(d);
}

static const char *source_name(const struct definition *d, const char *signal, size_t place)
{
    size_t count;
    const struct carrier *carriers = definition_carriers(d, definition_signal_find(d, signal), &count);

    assert_true(place < count);
    return definition_source(d, carriers[place].source);
}

static void look_ups_answer(void **state)
{
    struct err err = {{0}};
    struct definition *d = definition_find("config/vehicles", "nissan-leaf", &err);
    size_t count;

    (void)state;
    assert_non_null(d);
    const uint16_t *ids = definition_frame_ids(d, &count);
    assert_int_equal(count, d->frame_id_count);
    for (size_t i = 1; i < count; i++)
        assert_true(ids[i - 1] < ids[i]);
    assert_true(definition_answers_on(d, 0x7BB));
    assert_false(definition_answers_on(d, 0x79B));
    assert_false(definition_answers_on(d, 0xFFFF));
    assert_string_equal(definition_source(d, definition_source_adapter(d)), "adapter");
    assert_string_equal(definition_source(d, definition_source_derived(d)), "derived");
    assert_int_equal(definition_source_count(d), definition_source_derived(d) + 1);
    assert_string_equal(source_name(d, "soc", 0), "55B");
    assert_string_equal(source_name(d, "soc", 1), "79B 2101");
    assert_string_equal(source_name(d, "aux_voltage", 3), "adapter");
    int ze1 = definition_generation_find(d, "ZE1");
    assert_false(definition_generation(d, (size_t)ze1)->broadcasts);
    assert_int_equal(definition_generation_find(d, "ZE2"), DEFINITION_GENERATION_AUTO);
    assert_true(definition_delivers(d, ze1, SIGNAL_SOC_DASH));
    assert_false(definition_delivers(d, definition_generation_find(d, "ZE0"), SIGNAL_AUX_CURRENT));
    assert_true(definition_delivers(d, DEFINITION_GENERATION_AUTO, SIGNAL_AUX_CURRENT));
    /* The third sensor: absent on packs that mostly have three, not unknown for ever. */
    assert_true(definition_delivers(d, definition_generation_find(d, "ZE0"), SIGNAL_PACK_TEMP_3));
    assert_false(definition_delivers(d, definition_generation_find(d, "AZE0"), SIGNAL_PACK_TEMP_3));
    assert_false(definition_delivers(d, ze1, SIGNAL_PACK_TEMP_3));
    definition_free(d);
}

/* Every signal that several sources carry is ranked in so many words, and whatever is asked is a read of the
 * gate's. */
static void leaf_is_complete(void **state)
{
    struct err err = {{0}};
    struct definition *d = definition_find("config/vehicles", "nissan-leaf", &err);
    size_t count;

    (void)state;
    assert_non_null(d);
    for (size_t i = 0; i < SIGNAL_VOCABULARY_COUNT; i++) {
        const struct carrier *carriers = definition_carriers(d, i, &count);
        if (count == 0)
            fail_msg("no source for %s", vocabulary[i].name);
        for (size_t k = 0; k < count && count > 1; k++) {
            if (carriers[k].rank >= 1000)
                fail_msg("%s is not ranked for %s", definition_source(d, carriers[k].source),
                         vocabulary[i].name);
        }
    }
    for (size_t i = 0; i < definition_request_count(d); i++) {
        const struct definition_request *request = definition_request(d, i);
        if (request->every_on_s + request->every_charging_s > 0)
            assert_in_range(request->ask[0], 0x21, 0x22);
        assert_ptr_equal(definition_request_of(
                             d, request->from, request->to,
                             (const uint8_t[]){request->ask[0] | 0x40, request->ask[1], request->ask[2]}, 3),
                         request);
    }
    definition_free(d);
}

static void hash_tells_files_apart(void **state)
{
    struct err err = {{0}};
    struct definition *a = definition_parse(HEAD FRAME("{ " SOC "bits = 8; }"), "a", &err);
    struct definition *b = definition_parse(HEAD FRAME("{ " SOC "bits = 7; }"), "b", &err);
    struct definition *c = definition_parse(HEAD FRAME("{ " SOC "bits = 8; }"), "c", &err);

    (void)state;
    assert_true(definition_hash(a) == definition_hash(c));
    assert_true(definition_hash(a) != definition_hash(b));
    definition_free(a);
    definition_free(b);
    definition_free(c);
    definition_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(committed_files_pass),    cmocka_unit_test(readme_example_passes),
        cmocka_unit_test(owners_file_wins),        cmocka_unit_test(names_that_are_paths_are_refused),
        cmocka_unit_test(large_files_are_refused), cmocka_unit_test(ends_of_the_text_do_not_matter),
        cmocka_unit_test(look_ups_answer),         cmocka_unit_test(leaf_is_complete),
        cmocka_unit_test(hash_tells_files_apart),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
