/* Where the page listens, and its TLS. */
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

#define EVERYWHERE                                                                                           \
    ": refused: every network at once, the Internet too; name the house's interface, as in listen = \"eth0\"\n"
#define IS_PUBLIC   ": refused: a public address; garaged serves the house, over a VPN from elsewhere\n"
#define BY_NAME     ": refused: for IPv6 name the interface, as in listen = \"eth0\", with ipv6 = true\n"
#define NO_SUCH     ": neither a network interface nor an address\n"

/* F11 */
static void listens_in_the_house_only(void **state)
{
    (void)state;
    static const struct {
        const char *text, *expected;
    } rows[] = {
        {"web = { listen = \"127.1.2.3\"; };", ""},
        {"web = { listen = ( \"::1\", \"localhost\", \"eth0\", \"eth0.10\", \"wlp3s0\" ); };", ""},
        {"web = { listen = ( \"192.168.1.5\", \"10.0.0.1\", \"172.31.0.1\" ); };", ""},
        {"web = {\n listen = \"0.0.0.0\"; };", "garaged.conf:2: web.listen: 0.0.0.0" EVERYWHERE},
        {"web = { listen = ( \"127.0.0.1\", \"::\", \"8.8.8.8\", \"2001:db8::1\", \"fd00::1\" ); };",
         FILE1 "web.listen[1]: ::" EVERYWHERE FILE1 "web.listen[2]: 8.8.8.8" IS_PUBLIC FILE1
               "web.listen[3]: 2001:db8::1" BY_NAME FILE1 "web.listen[4]: fd00::1" BY_NAME},
        {"web = { listen = \"172.32.0.1\"; };", FILE1 "web.listen: 172.32.0.1" IS_PUBLIC},
        {"web = { listen = \"::ffff:127.0.0.1\"; };",
         FILE1 "web.listen: ::ffff:127.0.0.1: refused: write the IPv4 address as such\n"},
        {"web = { listen = ( \"192.168.1\", \"eth0:1\", \"*\", \"127.0.0.1.example\", \"a/b\" ); };",
         FILE1 "web.listen[0]: 192.168.1" NO_SUCH FILE1 "web.listen[1]: eth0:1" NO_SUCH FILE1
               "web.listen[2]: *" NO_SUCH FILE1 "web.listen[3]: 127.0.0.1.example" NO_SUCH FILE1
               "web.listen[4]: a/b" NO_SUCH},
        {"web = { listen = ( ); };", FILE1 "web.listen: names no address\n"},
        {"web = { proxies = ( \"127.0.0.1\", \"fd00::2\", \"caddy\" ); ipv6 = true; };",
         FILE1 "web.proxies[2]: caddy: not a numeric address\n"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        expect(rows[i].text, rows[i].expected);
}

struct told {
    size_t count;
    char text[16384];
};

static void hear(void *ctx, const char *item, const char *value)
{
    struct told *told = ctx;

    told->count++;
    strcat(told->text, item);
    strcat(told->text, "=");
    strcat(told->text, value);
    strcat(told->text, ";");
}

static void every_setting_is_told_with_its_value(void **state)
{
    (void)state;
    static const char *const there[] = {
        "zone=Europe/Oslo;",       "log=debug;",     "cars[0].id=leaf;",     "cars[1].id=van;",
        "cars[1].adapter=slcan;",  "cars[1].baud=9600;", "cars[0].poll=false;", "web.listen=127.0.0.1 192.168.0.1;",
        "web.hosts=;",             "web.port=8080;", "mqtt.tls=false;",      "diary.backups=7;",
        "mqtt.base=garaged;"};
    static struct told told, none;

    expect("zone = \"Europe/Oslo\"; log = \"debug\";\n"
           "cars = ({ id = \"leaf\"; port = \"tcp://192.168.0.10:35000\"; poll = false; },\n"
           "        { id = \"van\"; port = \"/dev/ttyACM0\"; adapter = \"slcan\"; baud = 9600; });\n"
           "web = { listen = ( \"127.0.0.1\", \"192.168.0.1\" ); };\n",
           "");
    config_tell(&config, hear, &told);
    for (size_t i = 0; i < sizeof(there) / sizeof(there[0]); i++) {
        if (strstr(told.text, there[i]) == NULL)
            fail_msg("%s is not in %s", there[i], told.text);
    }
    expect("", "");
    config_tell(&config, hear, &none);
    assert_true(told.count > none.count);
    assert_int_equal((told.count - none.count) % 2, 0); /* the same of both cars */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(listens_in_the_house_only),
        cmocka_unit_test(tls_is_on_off_or_auto),
        cmocka_unit_test(a_certificate_goes_with_its_key),
        cmocka_unit_test(every_setting_is_told_with_its_value),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
