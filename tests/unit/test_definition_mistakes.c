/* Each kind of mistake in a definition is said with file, line, item and reason. */
#include "car/definition.h"
#include "definition_text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#define TEXT_MAX 4096

struct mistake {
    const char *text; /* after HEAD: begins in line 3 */
    const char *message;
};

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
    {REQUEST("ask = \"2181\"; identity = \"owner\"; fields = ( );"),
     "x.conf:3: requests[0].identity: \"car\" or \"battery\" is expected"},
    {REQUEST("ask = \"2181\"; identity = \"car\"; fields = ( { raw = \"x\"; at = [2, 7]; bits = 8; } );"),
     "x.conf:3: requests[0].identity: goes with a field that is a text"},
    {FRAME("{ at = [0, 7]; bits = 8; }"),
     "x.conf:4: frames[0].fields[0]: one of signal, raw and text is expected"},
    {FRAME("{ signal = \"soc\"; raw = \"x\"; at = [0, 7]; bits = 8; }"),
     "x.conf:4: frames[0].fields[0]: one of signal, raw and text is expected"},
    {FRAME("{ signal = \"sock\"; at = [0, 7]; bits = 8; }"),
     "x.conf:4: frames[0].fields[0].signal: sock is not in the vocabulary, did you mean soc?"},
    {FRAME("{ signal = \"mood\"; at = [0, 7]; bits = 8; }"),
     "x.conf:4: frames[0].fields[0].signal: mood is not in the vocabulary (raw = \"mood\" makes it the car's "
     "own)"},
    {"frames = ( { id = \"123\"; tells = ( { } ); fields = ( ); } );",
     "x.conf:3: frames[0].tells[0].generations: missing"},
    {"frames = ( { id = \"123\"; tells = ( { length = [8]; generations = [\"A\"]; } ); fields = ( ); } );",
     "x.conf:3: frames[0].tells[0].length: goes with answers, not with frames"},
    {REQUEST("ask = \"2101\"; length = [4]; tells = ( { generations = [\"A\"];\n when = ( { at = [4, 7]; "
             "bits = 8; "
             "is = [0]; } ); } ); fields = ( );"),
     "x.conf:4: requests[0].tells[0].when[0].at[0]: 4 is not within 0..3"},
    {FRAME("{ " SOC "bits = 8; }") "probe = { };", "x.conf:5: probe.power: missing"},
    {FRAME("{ " SOC "bits = 8; }") "probe = { power = \"123\"; };",
     "x.conf:5: probe.power: 123 is no request of this file"},
    {REQUEST("ask = \"2101\"; fields = ( );") "probe = { power = \"79B 2101\"; };",
     "x.conf:4: probe.power: 79B 2101 does not carry power_state"},
    {REQUEST("ask = \"10C0\"; fields = ( );") "probe = { power = \"79B 10C0\"; };",
     "x.conf:4: probe.power: only services 21 and 22 are ever asked"},
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
     "x.conf:4: frames[0].fields[0].scale: goes neither with a map nor with true and false"},
    {FRAME("{ " SOC "bits = 8; unit_from = \"flag\"; }"),
     "x.conf:4: frames[0].fields[0].unit_from: flag is no raw signal of a field before this one"},
    {FRAME("{ " SOC "bits = 8; length = [8]; }"),
     "x.conf:4: frames[0].fields[0].length: goes with answers, not with frames"},
    {FRAME("{ " SOC "bits = 8; assume = true; }"),
     "x.conf:4: frames[0].fields[0].assume: goes with only = (...)"},
    {FRAME("{ " SOC "bits = 8; count = 2; }"),
     "x.conf:4: frames[0].fields[0].signal: count and at_most go with arrays only"},
    {FRAME("{ signal = \"cells\"; at = [0, 7]; bits = 16; }"),
     "x.conf:4: frames[0].fields[0].count: missing: cells is an array"},
    {FRAME("{ " SOC "bits = 8; stride = 2; }"),
     "x.conf:4: frames[0].fields[0].stride: goes with count or at_most"},
    {FRAME("{ text = \"vin\"; at = [0, 6]; bits = 8; count = 2; }"),
     "x.conf:4: frames[0].fields[0].at: a text has whole bytes: at = [N, 7]; bits = 8;"},
    {FRAME("{ signal = \"locked\"; at = [0, 7]; bits = 8; offset = 1; }"),
     "x.conf:4: frames[0].fields[0].offset: goes neither with a map nor with true and false"},
    {FRAME("{ " SOC "bits = 8; na = [256]; }"),
     "x.conf:4: frames[0].fields[0].na[0]: 256 is not within 0..255"},
    {FRAME("{ " SOC "bits = 16; signed = true; na = [0xFFFF]; }"),
     "x.conf:4: frames[0].fields[0].na[0]: 65535 is not within -32768..32767"},
    {FRAME("{ " SOC "bits = 8; na_from = 256; }"),
     "x.conf:4: frames[0].fields[0].na_from: 256 is not within 0..255"},
    {FRAME("{ " SOC "bits = 8; when = ( { at = [1, 7]; bits = 1; is = [2]; } ); }"),
     "x.conf:4: frames[0].fields[0].when[0].is[0]: 2 is not within 0..1"},
    {FRAME("{ " SOC "bits = 8; when = ( { at = [1, 7]; bits = 1; is = [ ]; } ); }"),
     "x.conf:4: frames[0].fields[0].when[0].is: at least one value is expected"},
    {FRAME("{ signal = \"gear\"; at = [0, 7]; bits = 2; map = ( (4, \"d\") ); }"),
     "x.conf:4: frames[0].fields[0].map[0][0]: 4 is not within 0..3"},
    {FRAME("{ " SOC "bits = 8; },\n { signal = \"range\"; at = [1, 7]; bits = 8; unit_from = \"soc\"; }"),
     "x.conf:5: frames[0].fields[1].unit_from: soc is no raw signal of a field before this one"},
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
     "x.conf:3: requests[0].length[0]: 1025 is not within 1..1024"},
    {REQUEST("ask = \"2101\"; enough = 1025; fields = ( );"),
     "x.conf:3: requests[0].enough: 1025 is not within 1..1024"},
    {REQUEST("ask = \"2101\"; length = [9]; enough = 10; fields = ( );"),
     "x.conf:3: requests[0].enough: 10 is not within 1..9"},
    {REQUEST("ask = \"2101\"; enough = 4; fields = (\n { signal = \"soc\"; at = [4, 7]; bits = 8; } );"),
     "x.conf:4: soc: reaches beyond the bytes that are enough for 79B 2101"},
    {REQUEST("ask = \"2101\"; length = [9]; fields = (\n { signal = \"soc\"; at = [4, 7]; bits = 8; length = "
             "[8]; } );"),
     "x.conf:4: soc: has a length that is refused by 79B 2101"},
    {REQUEST("ask = \"2101\"; every = { on = 65536; }; fields = ( );"),
     "x.conf:3: requests[0].every.on: 65536 is not within 0..65535"},
    {"requests = ( { to = \"7BB\"; from = \"7BB\"; ask = \"2101\"; fields = ( ); } );",
     "x.conf:3: 7BB 2101: asks on an identifier that answers"},
    {"frames = ( { id = \"7BB\"; fields = ( ); } );\n" REQUEST("ask = \"2101\"; fields = ( );"),
     "x.conf:4: 79B 2101: its question or answer is also among the frames"},
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
        {"format = 1;\ngenerations = ( { id = \"A\"; kwh_per_ah = 355; } );",
         "x.conf:2: generations[0].kwh_per_ah: 355 is not within 0..1"},
        {"format = 1;\ngenerations = ( { id = \"A\"; dash = { offset = 1; }; } );",
         "x.conf:2: generations[0].dash.scale: missing"},
        {"format = 1;\ngenerations = ( { id = \"auto\"; } );",
         "x.conf:2: generations[0].id: \"auto\" is no word of letters, digits and _, or is auto"},
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(mistakes_are_said),
        cmocka_unit_test(head_mistakes_are_said),
        cmocka_unit_test(failing_vectors_are_said),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
