/* The broker's settings of garaged.conf that take two to judge. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

static void keep_mistake(void *ctx, const char *text)
{
    snprintf(ctx, 200, "%s", text);
}

static void expect(const char *text, const char *mistake)
{
    static struct config config;
    char said[200] = "";

    assert_int_equal(config_parse(&config, text, strlen(text), "x", keep_mistake, said), mistake[0] != '\0');
    assert_string_equal(said, mistake);
}

static void a_certificate_has_a_key_and_is_shown_over_tls(void **state)
{
    (void)state;

    expect("mqtt = { tls = true; cert_file = \"/c\"; key_file = \"/k\"; };", "");
    expect("mqtt = { tls = true; cert_file = \"/c\"; };", "x:1: mqtt.cert_file: /c: name mqtt.key_file too");
    expect("mqtt = { tls = true;\nkey_file = \"/k\"; };", "x:2: mqtt.key_file: /k: name mqtt.cert_file too");
    expect("mqtt = { cert_file = \"/c\"; key_file = \"/k\"; };",
           "x:1: mqtt.cert_file: /c: is shown over TLS only: mqtt.tls is false");
    expect("mqtt = { tls = true; cert_file = \"c\"; };", "x:1: mqtt.cert_file: c: not a whole path from /");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_certificate_has_a_key_and_is_shown_over_tls),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
