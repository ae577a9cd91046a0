/* The settings of the page's TLS. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

const char *__lsan_default_suppressions(void);

/* libconfig 1.5 loses the string it was reading when it finds a syntax error. */
const char *__lsan_default_suppressions(void)
{
    return "leak:libconfig.so";
}

#define FILE1 "garaged.conf:1: "

static struct config config;
static char said[65536];

static void note_mistake(void *ctx, const char *text)
{
    (void)ctx;
    strcat(said, text);
    strcat(said, "\n");
}

static void expect(const char *text, const char *expected)
{
    said[0] = '\0';
    config_parse(&config, text, strlen(text), "garaged.conf", note_mistake, NULL);
    assert_string_equal(said, expected);
}

static void tls_is_on_off_or_auto(void **state)
{
    (void)state;
    expect("web = { };", "");
    assert_int_equal(config.web.tls, CONFIG_TLS_AUTO);
    expect("web = { tls = \"on\"; };", "");
    assert_int_equal(config.web.tls, CONFIG_TLS_ON);
    expect("web = { tls = \"yes\"; };", FILE1 "web.tls: yes: not one of auto, on, off\n");
}

static void a_certificate_goes_with_its_key(void **state)
{
    (void)state;
    expect("web = { cert_file = \"/a.crt\"; key_file = \"/a.key\"; };", "");
    assert_string_equal(config.web.cert_file, "/a.crt");
    assert_string_equal(config.web.key_file, "/a.key");
    expect("web = { cert_file = \"/a.crt\"; };",
           FILE1 "web.cert_file: /a.crt: goes with web.key_file: name both or none\n");
    expect("web = { key_file = \"/a.key\"; };",
           FILE1 "web.key_file: /a.key: goes with web.cert_file: name both or none\n");
    expect("web = { cert_file = \"a.crt\"; key_file = \"/a.key\"; };",
           FILE1 "web.cert_file: a.crt: not a whole path from /\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tls_is_on_off_or_auto),
        cmocka_unit_test(a_certificate_goes_with_its_key),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
