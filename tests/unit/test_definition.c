/* The definition loader: the committed files load and pass their own vectors, and each kind of mistake is
 * said with file, line, item and reason. */
#include "car/definition_private.h"

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

#define TEXT_MAX 4096

/* Two lines that stand before what a test is about. */
#define HEAD "format = 1;\ngenerations = ( { id = \"A\"; }, { id = \"B\"; broadcasts = false; } );\n"

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

struct mistake {
    const char *text; /* after HEAD: begins in line 3 */
    const char *message;
};

#define FRAME(fields) "frames = ( { id = \"123\";\n fields = ( " fields " ); } );\n"
#define SOC           "signal = \"soc\"; at = [0, 7]; "
#define REQUEST(keys) "requests = ( { to = \"79B\"; from = \"7BB\"; " keys " } );\n"

static const struct mistake mistakes[] = {
    {"", "x.conf:1: file: neither frames nor requests"},
    {"frames = = ( );\n\n", "x.conf:3: syntax error"},
    {"frmes = ( );", "x.conf:3: frmes: unknown, did you mean frames?"},
    {"frames = 1;", "x.conf:3: frames: a list ( ... ) is expected"},
    {"frames = ( 1 );", "x.conf:3: frames[0]: a group { ... } is expected"},
    {"frames = ( { } );", "x.conf:3: frames[0].id: missing"},
    {"frames = ( { id = \"123\"; } );", "x.conf:3: frames[0].fields: missing"},
    {"frames = ( { id = \"800\"; } );",
     "x.conf:3: frames[0].id: three hexadecimal digits are expected, 000 to 7FF"},
    {"frames = ( { id = \"55\"; } );",
     "x.conf:3: frames[0].id: three hexadecimal digits are expected, 000 to 7FF"},
    {"frames = ( { id = \"5XB\"; } );",
     "x.conf:3: frames[0].id: three hexadecimal digits are expected, 000 to 7FF"},
    {"frames = ( { id = 0x55B; } );", "x.conf:3: frames[0].id: text in quotes is expected"},
    {"frames = ( { id = \"123\"; fields = ( ); },\n { id = \"123\"; fields = ( ); } );",
     "x.conf:4: frames[1].id: 123 is there twice, first in line 3"},
    {"frames = ( { id = \"123\"; check = \"crc\"; fields = ( ); } );",
     "x.conf:3: frames[0].check: \"crc85\", { nibbles = K } or { sum = K } is expected"},
    {"frames = ( { id = \"123\"; check = { nibbles = 16; }; fields = ( ); } );",
     "x.conf:3: frames[0].check.nibbles: 16 is not within 0..15"},
    {"frames = ( { id = \"123\"; tells = true; fields = ( ); } );",
     "x.conf:3: frames[0].tells: goes with generations = (...)"},
    {"frames = ( { id = \"123\"; generations = [\"C\"]; fields = ( ); } );",
     "x.conf:3: frames[0].generations[0]: C is no generation of this file"},
    {FRAME("{ at = [0, 7]; bits = 8; }"),
     "x.conf:4: frames[0].fields[0]: one of signal, raw and text is expected"},
    {FRAME("{ signal = \"soc\"; raw = \"x\"; at = [0, 7]; bits = 8; }"),
     "x.conf:4: frames[0].fields[0]: one of signal, raw and text is expected"},
    {FRAME("{ signal = \"sock\"; at = [0, 7]; bits = 8; }"),
     "x.conf:4: frames[0].fields[0].signal: sock is not in the vocabulary (raw = \"sock\" makes it the car's "
     "own)"},
    {FRAME("{ raw = \"soc\"; at = [0, 7]; bits = 8; }"),
     "x.conf:4: frames[0].fields[0].raw: soc is in the vocabulary: write signal = \"soc\""},
    {FRAME("{ raw = \"Volts\"; at = [0, 7]; bits = 8; }"),
     "x.conf:4: frames[0].fields[0].raw: a name is lower-case letters, digits and _"},
    {FRAME("{ raw = \"a_name_that_is_longer_than_names_are\"; at = [0, 7]; bits = 8; }"),
     "x.conf:4: frames[0].fields[0].raw: longer than 31 characters"},
    {FRAME("{ signal = \"soc\"; unit = \"V\"; at = [0, 7]; bits = 8; }"),
     "x.conf:4: frames[0].fields[0].unit: is fixed by the vocabulary: \"%\""},
    {FRAME("{ signal = \"soc\"; bits = 8; }"), "x.conf:4: frames[0].fields[0].at: [byte, bit] is expected"},
    {FRAME("{ signal = \"soc\"; at = [0]; bits = 8; }"),
     "x.conf:4: frames[0].fields[0].at: [byte, bit] is expected"},
    {FRAME("{ signal = \"soc\"; at = [8, 7]; bits = 8; }"),
     "x.conf:4: frames[0].fields[0].at[0]: 8 is not within 0..7"},
    {FRAME("{ signal = \"soc\"; at = [0, 8]; bits = 8; }"),
     "x.conf:4: frames[0].fields[0].at[1]: 8 is not within 0..7"},
    {FRAME("{ " SOC "}"), "x.conf:4: frames[0].fields[0].bits: missing"},
    {FRAME("{ " SOC "bits = 33; }"), "x.conf:4: frames[0].fields[0].bits: 33 is not within 1..32"},
    {FRAME("{ " SOC "bits = 0; }"), "x.conf:4: frames[0].fields[0].bits: 0 is not within 1..32"},
    {FRAME("{ signal = \"soc\"; at = [7, 6]; bits = 8; }"),
     "x.conf:4: frames[0].fields[0].bits: reaches beyond byte 7"},
    {FRAME("{ " SOC "bits = \"8\"; }"), "x.conf:4: frames[0].fields[0].bits: a whole number is expected"},
    {FRAME("{ " SOC "bits = 8.5; }"), "x.conf:4: frames[0].fields[0].bits: a whole number is expected"},
    {FRAME("{ " SOC "bits = 8; signed = 1; }"),
     "x.conf:4: frames[0].fields[0].signed: true or false is expected"},
    {FRAME("{ " SOC "bits = 8; scale = 0; }"),
     "x.conf:4: frames[0].fields[0].scale: a decimal number up to 1000000, not 0, is expected"},
    {FRAME("{ " SOC "bits = 8; scale = 0.3333333333333333; }"),
     "x.conf:4: frames[0].fields[0].scale: a decimal number up to 1000000, not 0, is expected"},
    {FRAME("{ " SOC "bits = 8; offset = 1e9; }"),
     "x.conf:4: frames[0].fields[0].offset: a decimal number up to 1000000 is expected"},
    {FRAME("{ " SOC "bits = 8; scale = 123456.123456789; }"),
     "x.conf:4: frames[0].fields[0].scale: has too many digits"},
    {FRAME("{ " SOC "bits = 8; scael = 1; }"),
     "x.conf:4: frames[0].fields[0].scael: unknown, did you mean scale?"},
    {FRAME("{ " SOC "bits = 8; na = 255; }"), "x.conf:4: frames[0].fields[0].na: a list ( ... ) is expected"},
    {FRAME("{ " SOC "bits = 8; na = (1, \"x\"); }"),
     "x.conf:4: frames[0].fields[0].na[1]: a whole number is expected"},
    {FRAME("{ " SOC "bits = 32; na = [4294967295]; }"),
     "x.conf:4: frames[0].fields[0].na[0]: 4294967295: out of range, numbers reach from -2147483648 to "
     "2147483647"},
    {FRAME("{ " SOC "bits = 8; na = [010]; }"), "x.conf:4: frames[0].fields[0].na[0]: 010: begins with 0, "
                                                "which some versions of libconfig take as octal"},
    {FRAME("{ " SOC "bits = 8; when = ( { at = [1, 7]; bits = 1; } ); }"),
     "x.conf:4: frames[0].fields[0].when[0]: either is = (...) or not = (...) is expected"},
    {FRAME("{ " SOC "bits = 8; when = ( { at = [8, 7]; bits = 1; is = [1]; } ); }"),
     "x.conf:4: frames[0].fields[0].when[0].at[0]: 8 is not within 0..7"},
    {FRAME("{ signal = \"gear\"; at = [0, 7]; bits = 8; }"),
     "x.conf:4: frames[0].fields[0].map: missing: gear is a word"},
    {FRAME("{ signal = \"gear\"; at = [0, 7]; bits = 8; map = ( (0, \"park\") ); }"),
     "x.conf:4: frames[0].fields[0].map[0][1]: park is no word of gear"},
    {FRAME("{ signal = \"gear\"; at = [0, 7]; bits = 8; map = ( (0, \"p\"), (0, \"r\") ); }"),
     "x.conf:4: frames[0].fields[0].map[1]: raw value is there twice"},
    {FRAME("{ signal = \"gear\"; at = [0, 7]; bits = 8; map = ( 0 ); }"),
     "x.conf:4: frames[0].fields[0].map[0]: a pair (raw, value) is expected"},
    {FRAME("{ signal = \"plugged\"; at = [0, 7]; bits = 8; map = ( (0, 1) ); }"),
     "x.conf:4: frames[0].fields[0].map[0][1]: true or false is expected"},
    {FRAME("{ " SOC "bits = 8; scale = 2; map = ( (0, 1) ); }"),
     "x.conf:4: frames[0].fields[0].map: goes without scale and offset"},
    {FRAME("{ " SOC "bits = 8; unit_from = \"flag\"; }"),
     "x.conf:4: frames[0].fields[0].unit_from: flag is carried by no field before this one"},
    {FRAME("{ " SOC "bits = 8; length = [8]; }"),
     "x.conf:4: frames[0].fields[0].length: goes with answers, not with frames"},
    {FRAME("{ " SOC "bits = 8; assume = true; }"),
     "x.conf:4: frames[0].fields[0].assume: goes with only = (...)"},
    {FRAME("{ " SOC "bits = 8; count = 2; }"),
     "x.conf:4: frames[0].fields[0].signal: count and at_most go with arrays only"},
    {FRAME("{ signal = \"cells\"; at = [0, 7]; bits = 16; count = 5; }"),
     "x.conf:4: frames[0].fields[0].count: reaches beyond byte 7"},
    {FRAME("{ text = \"vin\"; at = [0, 7]; bits = 8; }"), "x.conf:4: frames[0].fields[0].count: missing"},
    {FRAME("{ " SOC "bits = 8; },\n { raw = \"x\"; at = [0, 3]; bits = 8; }"), "x.conf:5: x: overlaps soc"},
    {FRAME("{ " SOC "bits = 8; },\n { " SOC "bits = 8; scale = 0.5; }"), "x.conf:5: soc: is there twice"},
    {"frames = ( { id = \"123\"; fields = ( { raw = \"x\"; unit = \"V\"; at = [0, 7]; bits = 8; } ); },\n"
     "{ id = \"124\"; fields = ( { raw = \"x\"; unit = \"A\"; at = [0, 7]; bits = 8; } ); } );",
     "x.conf:4: x: has another unit or kind in the same car"},
    {"requests = ( { to = \"79B\"; from = \"7BB\"; fields = ( ); } );", "x.conf:3: requests[0].ask: missing"},
    {REQUEST("ask = \"21\"; fields = ( );"),
     "x.conf:3: requests[0].ask: a service (21, 22, 10, 19) and what it reads are expected"},
    {REQUEST("ask = \"2E0101\"; fields = ( );"),
     "x.conf:3: requests[0].ask: a service (21, 22, 10, 19) and what it reads are expected"},
    {REQUEST("ask = \"210\"; fields = ( );"),
     "x.conf:3: requests[0].ask: pairs of hexadecimal digits are expected"},
    {REQUEST("ask = \"2101\"; length = [1025]; fields = ( );"),
     "x.conf:3: requests[0].length: 1025 is not within 1..1024"},
    {REQUEST("ask = \"2101\"; enough = 1025; fields = ( );"),
     "x.conf:3: requests[0].enough: 1025 is not within 1..1024"},
    {REQUEST("ask = \"1902\"; every = { on = 5; }; fields = ( );"),
     "x.conf:3: requests[0].every: only services 21 and 22 are ever asked"},
    {REQUEST("ask = \"2101\"; every = { driving = 5; }; fields = ( );"),
     "x.conf:3: requests[0].every.driving: unknown"},
    {REQUEST("ask = \"2101\"; fields = ( { signal = \"soc\"; at = [1024, 7]; bits = 8; } );"),
     "x.conf:3: requests[0].fields[0].at[0]: 1024 is not within 0..1023"},
    {REQUEST("ask = \"2101\"; length = [4]; fields = ( { signal = \"soc\"; at = [4, 7]; bits = 8; } );"),
     "x.conf:3: requests[0].fields[0].at[0]: 4 is not within 0..3"},
    {REQUEST("ask = \"2101\"; length = [4, 9]; fields = (\n { signal = \"soc\"; at = [4, 7]; bits = 8; "
             "length = [4]; } );"),
     "x.conf:4: soc: reaches beyond its length"},
    {"requests = ( { to = \"79B\"; from = \"7BB\"; ask = \"2101\"; fields = ( ); },\n"
     "{ to = \"79B\"; from = \"7BB\"; ask = \"2101\"; fields = ( ); } );",
     "x.conf:4: 79B 2101: is there twice"},
    {FRAME("{ " SOC "bits = 8; }") "ranking = ( { signal = \"soc\"; sources = ( \"124\" ); } );",
     "x.conf:5: ranking[0].sources[0]: 124 does not carry soc"},
    {FRAME("{ " SOC "bits = 8; }") "ranking = ( { signal = \"soc\"; sources = ( \"123\", \"123\" ); } );",
     "x.conf:5: ranking[0].sources[1]: 123 is there twice"},
    {FRAME("{ " SOC "bits = 8; } ); vectors = ( { data = \"0\"; }"),
     "x.conf:4: frames[0].vectors[0].data: pairs of hexadecimal digits are expected"},
    {FRAME("{ " SOC "bits = 8; } ); vectors = ( { data = \"00\"; expect = { hx = 1; x = 1; }; }"),
     "x.conf:4: frames[0].vectors[0].expect.x: no signal of this name here"},
    {"\n\n@include \"other.conf\"\n", "x.conf:5: @include is not allowed: one file holds everything"},
};

static void mistakes_are_said(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(mistakes) / sizeof(mistakes[0]); i++) {
        char text[TEXT_MAX];
        struct err err = {{0}};
        snprintf(text, sizeof(text), HEAD "%s", mistakes[i].text);
        struct definition *d = definition_parse(text, "x.conf", &err);
        if (d)
            fail_msg("loads: %s", mistakes[i].text);
        assert_string_equal(err.text, mistakes[i].message);
    }
}

static void head_mistakes_are_said(void **state)
{
    static const struct mistake heads[] = {
        {"generations = ( { id = \"A\"; } );", "x.conf:1: format: missing"},
        {"format = 2;", "x.conf:1: format: 2 is not within 1..1"},
        {"format = 1;", "x.conf:1: generations: at least one is expected"},
        {"format = 1; generations = ( );", "x.conf:1: generations: at least one is expected"},
        {"format = 1; generations = ( { } );", "x.conf:1: generations[0].id: missing"},
        {"format = 1;\ngenerations = ( { id = \"A\"; },\n { id = \"A\"; } );",
         "x.conf:3: generations[1].id: \"A\" is there twice"},
        {"format = 1;\ngenerations = ( { id = \"A\"; kwh_per_ah = true; } );",
         "x.conf:2: generations[0].kwh_per_ah: a number is expected"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(heads) / sizeof(heads[0]); i++) {
        struct err err = {{0}};
        assert_null(definition_parse(heads[i].text, "x.conf", &err));
        assert_string_equal(err.text, heads[i].message);
    }
}

static void failing_vectors_are_said(void **state)
{
    static const struct mistake vectors[] = {
        {"{ data = \"2A0200\";\n expect = { soc = 43; }; }", "x.conf:5: 123 soc: decodes to 42"},
        {"{ data = \"2A0200\"; expect = { soc = \"unknown\"; }; }", "x.conf:4: 123 soc: decodes to 42"},
        {"{ data = \"2A0200\"; expect = { soc = \"nothing\"; }; }", "x.conf:4: 123 soc: decodes to 42"},
        {"{ data = \"2A0200\"; expect = { hx = 1; }; }", "x.conf:4: 123 hx: no reading"},
        {"{ data = \"2A0200\"; reason = \"checksum\"; }", "x.conf:4: 123: the decoder says ok"},
        {"{ data = \"FF0200\"; }", "x.conf:4: 123: the decoder says range"},
        {"{ data = \"2A0200\"; expect = { gear = \"r\"; }; }", "x.conf:4: 123 gear: decodes to n"},
        {"{ data = \"2A0201\"; expect = { locked = false; }; }", "x.conf:4: 123 locked: decodes to true"},
        {"{ data = \"000200\"; expect = { soc = 0; }; }", "x.conf:4: 123 soc: decodes to unknown"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(vectors) / sizeof(vectors[0]); i++) {
        char text[TEXT_MAX];
        struct err err = {{0}};
        snprintf(text, sizeof(text),
                 HEAD FRAME("{ " SOC "bits = 8; na = [0]; }, { signal = \"locked\"; at = [2, 0]; bits = 1; },"
                            "{ signal = \"gear\"; at = [1, 7]; bits = 8; map = ( (2, \"n\") ); } );"
                            " vectors = ( %s"),
                 vectors[i].text);
        struct definition *d = definition_parse(text, "x.conf", &err);
        if (!d)
            fail_msg("%s", err.text);
        assert_int_equal(definition_self_test(d, &err), -1);
        assert_string_equal(err.text, vectors[i].message);
        definition_free(d);
    }
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
        cmocka_unit_test(committed_files_pass),
        cmocka_unit_test(readme_example_passes),
        cmocka_unit_test(mistakes_are_said),
        cmocka_unit_test(head_mistakes_are_said),
        cmocka_unit_test(failing_vectors_are_said),
        cmocka_unit_test(owners_file_wins),
        cmocka_unit_test(names_that_are_paths_are_refused),
        cmocka_unit_test(large_files_are_refused),
        cmocka_unit_test(ends_of_the_text_do_not_matter),
        cmocka_unit_test(look_ups_answer),
        cmocka_unit_test(leaf_is_complete),
        cmocka_unit_test(hash_tells_files_apart),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
