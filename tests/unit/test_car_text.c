/* tools/car_text: what is cut out of a configuration is the car that was meant, whatever stands around it. */
#include "tools/car_text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

/* What is left without the car; NULL: it is not there. */
static const char *without(const char *text, const char *id, char *left)
{
    size_t from = 0, to = 0, len = strlen(text);

    if (!car_text_find(text, len, id, &from, &to))
        return NULL;
    assert_true(from < to && to <= len);
    memcpy(left, text, from);
    strcpy(left + from, text + to);
    return left;
}

static void the_car_goes_with_its_comma(void **state)
{
    static const struct {
        const char *text, *left;
    } cases[] = {
        {"cars = ( { id = \"leaf\"; } );", "cars = (  );"},
        {"cars = ( { id = \"leaf\"; }, { id = \"van\"; } );", "cars = (  { id = \"van\"; } );"},
        {"cars = ( { id = \"van\"; }, { id = \"leaf\"; } );", "cars = ( { id = \"van\"; } );"},
        {"cars = ( {id=\"a\"},\n{ name = \"leaf\"; id : \"leaf\" } , {id=\"b\"} );",
         "cars = ( {id=\"a\"},\n {id=\"b\"} );"},
        {"# cars = ( { id = \"leaf\"; } );\ncars:({id:\"leaf\"}) // the end",
         "# cars = ( { id = \"leaf\"; } );\ncars:() // the end"},
        {"cars = ( { id = \"leaf\"; } # mine\n);", "cars = (  # mine\n);"},
        {"state = \"} cars = (\"; cars = ( { name = \"{\"; id = \"leaf\"; /* } */ } );",
         "state = \"} cars = (\"; cars = (  );"},
    };
    char left[512];

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const char *found = without(cases[i].text, "leaf", left);
        if (!found)
            fail_msg("not found in: %s", cases[i].text);
        assert_string_equal(found, cases[i].left);
    }
}

static void no_other_car_is_taken_for_it(void **state)
{
    static const char *const texts[] = {
        "",
        "cars = ( );",
        "cars = ( { id = \"leaf2\"; name = \"leaf\"; } );",
        "cars = ( { id = \"lea\"; meter = { id = \"leaf\"; }; } );",
        "web = { cars = ( { id = \"leaf\"; } ); };",
        "cars = \"leaf\";",
        "cars",
        "cars = ( { id =",
        "cars = ( { id = \"leaf",
        "cars = ( /* { id = \"leaf\"; }",
    };
    char left[512];

    (void)state;
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
        assert_null(without(texts[i], "leaf", left));
}

/* Cut off anywhere, changed anywhere: it ends, within the text. */
static void no_text_leads_it_astray(void **state)
{
    static const char text[] =
        "web = { port = 1; }; cars = ( { id = \"van\"; }, { id = \"leaf\"; x = [1, 2]; } ); # end";
    static const char bytes[] = "{}()[],;=:\"#/*\n";
    char changed[sizeof(text)], left[512];
    size_t from, to;

    (void)state;
    for (size_t len = 0; len < sizeof(text); len++)
        if (car_text_find(text, len, "leaf", &from, &to))
            assert_true(from < to && to <= len);
    for (size_t at = 0; at + 1 < sizeof(text); at++) {
        for (size_t i = 0; i + 1 < sizeof(bytes); i++) {
            memcpy(changed, text, sizeof(text));
            changed[at] = bytes[i];
            without(changed, "leaf", left);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_car_goes_with_its_comma),
        cmocka_unit_test(no_other_car_is_taken_for_it),
        cmocka_unit_test(no_text_leads_it_astray),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
