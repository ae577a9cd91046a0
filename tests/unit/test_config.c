/* garaged.conf: what is read, and every mistake word for word. The shipped file has its own test
 * (test_config_file). */
#include "config.h"

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
    return config_parse(&config, text, len, "garaged.conf", note_mistake, NULL);
}

static void expect(const char *text, const char *expected)
{
    int mistakes = parse(text, strlen(text));

    if (strcmp(said, expected) != 0)
        fail_msg("%s\nsaid:\n%sexpected:\n%s", text, said, expected);
    assert_int_equal(mistakes > 0, expected[0] != '\0');
}

static void an_empty_file_is_all_defaults(void **state)
{
    (void)state;

    expect("", "");
    assert_string_equal(config.state, "/var/lib/garaged");
    assert_string_equal(config.zone, "");
    assert_int_equal(config.log, LOG_LEVEL_INFO);
    assert_int_equal(config.car_count, 0);
    assert_int_equal(config.web.listen.count, 1);
    assert_string_equal(config.web.listen.items[0], "127.0.0.1");
    assert_int_equal(config.web.hosts.count, 0);
    assert_int_equal(config.web.allow.count, 0);
    assert_int_equal(config.web.port, 8080);
    assert_int_equal(config.web.tls, CONFIG_TLS_AUTO);
    assert_int_equal(config.web.clients, 32);
    assert_int_equal(config.web.clients_per_peer, 12);
    assert_string_equal(config.mqtt.host, "");
    assert_int_equal(config.mqtt.port, 1883);
    assert_false(config.mqtt.tls);
    assert_true(config.mqtt.discovery);
    assert_string_equal(config.mqtt.base, "garaged");
    assert_string_equal(config.mqtt.discovery_prefix, "homeassistant");
    assert_string_equal(config.mqtt.birth_topic, "homeassistant/status");
    assert_int_equal(config.diary.keep_readings_days, 0);
    assert_int_equal(config.diary.backups, 7);
}

static void a_car_needs_two_lines(void **state)
{
    (void)state;

    expect("cars = ( { id = \"leaf\"; port = \"/dev/ttyUSB0\"; } );", "");
    assert_int_equal(config.car_count, 1);
    assert_string_equal(config.cars[0].id, "leaf");
    assert_string_equal(config.cars[0].name, "leaf");
    assert_string_equal(config.cars[0].vehicle, "nissan-leaf");
    assert_string_equal(config.cars[0].generation, "auto");
    assert_int_equal(config.cars[0].adapter, CONFIG_ADAPTER_ELM327);
    assert_string_equal(config.cars[0].port, "/dev/ttyUSB0");
    assert_string_equal(config.cars[0].interface, "");
    assert_int_equal(config.cars[0].baud, 0);
    assert_true(config.cars[0].poll);
    assert_false(config.cars[0].dongle_sleeps);
}

static void reads_every_kind(void **state)
{
    (void)state;

    expect("\xEF\xBB\xBFstate : \"x\" zone = \"Europe/Oslo\", log = \"debug\"\r\n"
           "cars = ( { id = \"a_1\"; name = \"Bl\xC3\xA5\"; generation = \"ZE1\"; adapter = \"socketcan\"; "
           "port = \"can0\";\n"
           "  poll = FALSE; dongle_sleeps = true; baud = 500000L; interface = \"wlan1\"; },\n"
           "  { id = \"b\", adapter = \"replay\", port = \"any file\", vehicle = \"other-car_2\" } );\n"
           "web = { listen = [ \"127.0.0.1\", \"::1\" ]; hosts = \"garage.local\"; allow = ( \"10.0.0.0/8\", "
           "\"fd00::/8\" );\n"
           "  tls = \"off\"; port = 0x1F90; };\n"
           "mqtt = { host = \"192.168.1.2\"; tls = true; password_file = \"/etc/p\"; };\n"
           "diary = { keep_readings_days = 36500; }; // no newline behind",
           "");
    assert_string_equal(config.state, "x");
    assert_string_equal(config.zone, "Europe/Oslo");
    assert_int_equal(config.log, LOG_LEVEL_DEBUG);
    assert_int_equal(config.car_count, 2);
    assert_string_equal(config.cars[0].name, "Bl\xC3\xA5");
    assert_int_equal(config.cars[0].adapter, CONFIG_ADAPTER_SOCKETCAN);
    assert_false(config.cars[0].poll);
    assert_true(config.cars[0].dongle_sleeps);
    assert_int_equal(config.cars[0].baud, 500000);
    assert_string_equal(config.cars[1].id, "b");
    assert_true(config.cars[1].poll);
    assert_int_equal(config.web.listen.count, 2);
    assert_string_equal(config.web.listen.items[1], "::1");
    assert_string_equal(config.web.hosts.items[0], "garage.local");
    assert_int_equal(config.web.allow.count, 2);
    assert_int_equal(config.web.port, 8080);
    assert_int_equal(config.web.tls, CONFIG_TLS_OFF);
    assert_true(config.mqtt.tls);
    assert_int_equal(config.diary.keep_readings_days, 36500);
}

#define CAR(rest) "cars = ( { id = \"a\"; " rest " } );"
#define BAUDS     "0, 9600, 38400, 57600, 115200, 230400, 460800, 500000, 921600, 1000000, 2000000"
#define FILE1     "garaged.conf:1: "

struct row {
    const char *text;
    const char *expected;
};

static void expect_rows(const struct row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++)
        expect(rows[i].text, rows[i].expected);
}

#define EXPECT_ROWS(rows) expect_rows(rows, sizeof(rows) / sizeof((rows)[0]))

#define E_ACUTES_10 "\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9"
#define E_ACUTES    E_ACUTES_10 E_ACUTES_10 E_ACUTES_10 E_ACUTES_10
#define E_ACUTES_CUT                                                                                         \
    E_ACUTES_10 E_ACUTES_10 "\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9"

static void says_wrong_values(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {CAR("port = \"/dev/x\";\nbaud = 99;"), "garaged.conf:2: cars[0].baud: 99: not one of " BAUDS "\n"},
        {CAR("port = \"/dev/x\"; adapter = \"elm\";"),
         FILE1 "cars[0].adapter: elm: not one of elm327, slcan, socketcan, replay\n"},
        {"log = \"loud\";", FILE1 "log: loud: not one of error, warning, notice, info, debug\n"},
        {"web = { port = 0; };", FILE1 "web.port: 0: not within 1..65535\n"},
        {"web = { port = -1; };", FILE1 "web.port: -1: not within 1..65535\n"},
        {"web = { port = 65536; };", FILE1 "web.port: 65536: not within 1..65535\n"},
        {"web = { port = 9223372036854775807L; };",
         FILE1 "web.port: 9223372036854775807: not within 1..65535\n"},
        {"diary = { backups = 366; };", FILE1 "diary.backups: 366: not within 0..365\n"},
        {"zone = \"Europe/Nowhere\";", FILE1 "zone: Europe/Nowhere: no such time zone\n"},
        {"state = \"\";", FILE1 "state: \"\": empty: name a folder\n"},
        {"mqtt = { base = \"a/#\"; };", FILE1 "mqtt.base: a/#: a topic to publish has no + and no #\n"},
        {"mqtt = { base = \"\"; };", FILE1 "mqtt.base: \"\": empty: name a topic\n"},
        {"mqtt = { base = \"/a\"; };",
         FILE1 "mqtt.base: /a: a topic begins with neither / nor $ and does not end with /\n"},
        {"mqtt = { ca_file = \"ca.pem\"; };", FILE1 "mqtt.ca_file: ca.pem: not a whole path from /\n"},
        {"mqtt = { host = \"a b\"; };", FILE1 "mqtt.host: a b: neither a name nor an address\n"},
        {"zone = \"a\\n\x1b\xff\";", FILE1 "zone: a???: contains bytes that are no text\n"},
        {"log = \"" E_ACUTES "\";",
         FILE1 "log: " E_ACUTES_CUT "...: not one of error, warning, notice, info, debug\n"},
        {"web = { clients = 5; };", FILE1 "web.clients_per_peer: 12: more than web.clients, which is 5\n"},
        {"web = { allow = ( \"10.0.0.0/33\" ); };",
         FILE1 "web.allow[0]: 10.0.0.0/33: not a network: ADDRESS or ADDRESS/BITS\n"},
        {"web = { allow = \"home\"; };", FILE1 "web.allow: home: not a network: ADDRESS or ADDRESS/BITS\n"},
    };

    EXPECT_ROWS(rows);
}

static void says_wrong_types(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {"web = { port = \"8080\"; };", FILE1 "web.port: \"8080\": not a whole number\n"},
        {"web = { port = 8080.0; };", FILE1 "web.port: 8080.0: not a whole number\n"},
        {"web = { port = true; };", FILE1 "web.port: true: not a whole number\n"},
        {"zone = 1;", FILE1 "zone: 1: not a text in quotes\n"},
        {"log = 1;", FILE1 "log: 1: not a text in quotes\n"},
        {"mqtt = { tls = 1; };", FILE1 "mqtt.tls: 1: neither true nor false\n"},
        {"mqtt = { tls = \"yes\"; };", FILE1 "mqtt.tls: \"yes\": neither true nor false\n"},
        {"web = { hosts = 7; };", FILE1 "web.hosts: 7: neither a text in quotes nor a list of them\n"},
        {"web = { hosts = ( \"a\", 7 ); };", FILE1 "web.hosts[1]: 7: not a text in quotes\n"},
        {"web = 1;", FILE1 "web: 1: not a group: { ... }\n"},
        {"web = ( );", FILE1 "web: ( ... ): not a group: { ... }\n"},
        {"cars = { };", FILE1 "cars: { ... }: not a list: ( { ... }, { ... } )\n"},
        {"cars = ( 5 );", FILE1 "cars[0]: 5: not a group: { id = ...; port = ...; }\n"},
    };

    EXPECT_ROWS(rows);
}

static void says_unknown_keys_with_the_nearest(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {"web = { prot = 1; };", FILE1 "web.prot: unknown, did you mean web.port?\n"},
        {"wbe = { };", FILE1 "wbe: unknown, did you mean web?\n"},
        {"Zone = \"\";", FILE1 "Zone: unknown, did you mean zone?\n"},
        {"listen = \"127.0.0.1\";", FILE1 "listen: unknown, did you mean web.listen?\n"},
        {"mqtt = { birthtopic = \"\"; };",
         FILE1 "mqtt.birthtopic: unknown, did you mean mqtt.birth_topic?\n"},
        {CAR("port = \"/dev/x\"; bauds = 1;"), FILE1 "cars[0].bauds: unknown, did you mean cars[0].baud?\n"},
        {"colour = \"red\";", FILE1 "colour: unknown\n"},
    };

    EXPECT_ROWS(rows);
}

static void refuses_secrets(void **state)
{
    (void)state;
#define ADVICE ": put it into a file of mode 0600 and name it with password_file\n"
    static const struct row rows[] = {
        {"mqtt = { password = \"geheim\"; };", FILE1 "mqtt.password" ADVICE},
        {"token = 1;", FILE1 "token" ADVICE},
        {"web = { secret = \"x\"; };", FILE1 "web.secret" ADVICE},
        {CAR("port = \"/dev/x\"; key = \"x\";"), FILE1 "cars[0].key" ADVICE},
        {"API_KEY = \"x\"; mqtt = { password_flie = \"/a\"; };",
         FILE1 "API_KEY" ADVICE FILE1 "mqtt.password_flie" ADVICE},
    };

    EXPECT_ROWS(rows);
}

static void judges_cars(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {"cars = (\n{ } );", "garaged.conf:2: cars[0].id: missing\ngaraged.conf:2: cars[0].port: missing\n"},
        {"cars = ( { id = \"Leaf\"; port = \"/dev/x\"; } );",
         FILE1 "cars[0].id: Leaf: an id begins with a-z and goes on with a-z, 0-9 and _\n"},
        {"cars = ( { id = \"abcdefghijklmnopq\"; port = \"/dev/x\"; } );",
         FILE1 "cars[0].id: \"abcdefghijklmnopq\": longer than 16 bytes\n"},
        {"cars = ( { id = \"abcdefghijklmnop\"; port = \"/dev/x\"; } );", ""},
        {"cars = ( { id = \"a\"; port = \"/dev/x\"; },\n{ id = \"a\"; port = \"/dev/y\"; } );",
         "garaged.conf:2: cars[1].id: a: another car has this id\n"},
        {CAR("port = \"/dev/x\"; vehicle = \"../../etc/passwd\";"),
         FILE1 "cars[0].vehicle: ../../etc/passwd: the name of a definition has only a-z, 0-9, _ and -\n"},
        {CAR("port = \"/dev/x\"; generation = \"AZE 0\";"),
         FILE1 "cars[0].generation: AZE 0: a generation is one word, or auto\n"},
        {CAR("port = \"/dev/x\"; interface = \"a/b\";"),
         FILE1 "cars[0].interface: a/b: not the name of a network interface\n"},
    };

    EXPECT_ROWS(rows);
}

static void a_dongle_is_in_the_house(void **state)
{
    (void)state;
#define NAMES   "names are not looked up here: write the dongle's numeric address"
#define PUBLIC  "not a private address: a dongle is in the house"
#define NO_PORT "no port: write tcp://ADDRESS:PORT"
    static const struct {
        const char *adapter, *port, *reason;
    } rows[] = {
        {"elm327", "/dev/ttyUSB0", NULL},
        {"slcan", "/dev/serial/by-id/x", NULL},
        {"elm327", "tcp://192.168.0.10:35000", NULL},
        {"elm327", "tcp://10.255.255.255:1", NULL},
        {"elm327", "tcp://172.31.0.1:65535", NULL},
        {"elm327", "tcp://169.254.1.1:1", NULL},
        {"elm327", "tcp://[fd00::1]:35000", NULL},
        {"elm327", "tcp://[::1]:35000", NULL},
        {"elm327", "tcp://[fe80::1]:35000", NULL},
        {"elm327", "tcp://172.32.0.1:35000", PUBLIC},
        {"elm327", "tcp://8.8.8.8:53", PUBLIC},
        {"elm327", "tcp://0.0.0.0:53", PUBLIC},
        {"elm327", "tcp://[2001:db8::1]:53", PUBLIC},
        {"elm327", "tcp://wican.local:35000", NAMES},
        {"elm327", "tcp://192.168.1:35000", NAMES},
        {"elm327", "tcp://::1:35000", NAMES},
        {"elm327", "tcp://[::1:35000", NAMES},
        {"elm327", "tcp://:35000", NAMES},
        {"elm327", "tcp://[]:35000", NAMES},
        {"elm327", "tcp://]:35000", NAMES},
        {"elm327", "tcp://192.168.0.10", NO_PORT},
        {"elm327", "tcp://192.168.0.10:0", NO_PORT},
        {"elm327", "tcp://192.168.0.10:65536", NO_PORT},
        {"elm327", "tcp://192.168.0.10:3x", NO_PORT},
        {"elm327", "bt://AA:BB:CC:DD:EE:FF", NULL},
        {"elm327", "bt://aa:bb:cc:dd:ee:ff/30", NULL},
        {"elm327", "bt://AA:BB:CC:DD:EE", "not bt://AA:BB:CC:DD:EE:FF, or bt://AA:BB:CC:DD:EE:FF/CHANNEL"},
        {"elm327", "bt://AA:BB:CC:DD:EE:FG", "not bt://AA:BB:CC:DD:EE:FF, or bt://AA:BB:CC:DD:EE:FF/CHANNEL"},
        {"elm327", "bt://AA:BB:CC:DD:EE:FF:", "not bt://AA:BB:CC:DD:EE:FF, or bt://AA:BB:CC:DD:EE:FF/CHANNEL"},
        {"elm327", "bt://AA:BB:CC:DD:EE:FF/0", "not bt://AA:BB:CC:DD:EE:FF, or bt://AA:BB:CC:DD:EE:FF/CHANNEL"},
        {"elm327", "bt://AA:BB:CC:DD:EE:FF/31", "a channel is 1 to 30"},
        {"elm327", "ble://x", "Bluetooth Low Energy comes later: a classic dongle is bt://AA:BB:CC:DD:EE:FF"},
        {"elm327", "can0", "a CAN interface needs adapter = \"socketcan\"; a dongle is /dev/..., tcp://... or bt://..."},
        {"elm327", "/dev/../etc/passwd", "neither /dev/... nor tcp://ADDRESS:PORT nor bt://AA:BB:CC:DD:EE:FF"},
        {"elm327", "/dev/", "neither /dev/... nor tcp://ADDRESS:PORT nor bt://AA:BB:CC:DD:EE:FF"},
        {"socketcan", "can0", NULL},
        {"socketcan", "/dev/can0", "not the name of a CAN interface, as can0"},
        {"socketcan", "abcdefghijklmnop", "not the name of a CAN interface, as can0"},
        {"replay", "../shared/recordings/can/x.log", NULL},
        {"replay", "", "empty: name the recording's file"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char text[300], expected[400] = "";
        snprintf(text, sizeof(text), CAR("adapter = \"%s\"; port = \"%s\";"), rows[i].adapter, rows[i].port);
        if (rows[i].reason)
            snprintf(expected, sizeof(expected), FILE1 "cars[0].port: %s: %s\n",
                     rows[i].port[0] != '\0' ? rows[i].port : "\"\"", rows[i].reason);
        expect(text, expected);
    }
}

static void numbers_never_wrap(void **state)
{
    (void)state;
#define RANGE ": out of range, numbers reach from -2147483648 to 2147483647\n"
    static const struct row rows[] = {
        {"web = { port = 4294967297; };", FILE1 "web.port: 4294967297" RANGE},
        {"web = { port = 0xFFFFFFFF; };", FILE1 "web.port: 0xFFFFFFFF" RANGE},
        {"web = { port = 99999999999999999999L; };",
         FILE1 "web.port: 99999999999999999999L: out of range, even for a number with L\n"},
        {"web = { port = 017; };",
         FILE1 "web.port: 017: begins with 0, which some versions of libconfig take as octal\n"},
        {CAR("port = \"/dev/x\"; baud = 4294967296;"), FILE1 "cars[0].baud: 4294967296" RANGE},
    };

    EXPECT_ROWS(rows);
}

static void says_all_mistakes_at_once(void **state)
{
    (void)state;

    expect("log = \"loud\";\nweb = {\n  prot = 1;\n  port = 4294967297;\n  clients = 0;\n};\n"
           "cars = ( { id = \"a\"; adapter = \"x\"; baud = 1; } );\ntoken = \"\";",
           "garaged.conf:4: web.port: 4294967297" RANGE
           "garaged.conf:1: log: loud: not one of error, warning, notice, info, debug\n"
           "garaged.conf:3: web.prot: unknown, did you mean web.port?\n"
           "garaged.conf:5: web.clients: 0: not within 1..256\n"
           "garaged.conf:7: cars[0].adapter: x: not one of elm327, slcan, socketcan, replay\n"
           "garaged.conf:7: cars[0].baud: 1: not one of " BAUDS "\n"
           "garaged.conf:7: cars[0].port: missing\n"
           "garaged.conf:8: token" ADVICE);
}

static void says_a_syntax_error_alone(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {"log = \"loud\";\nweb = { port = ; };", "garaged.conf:2: syntax error\n"},
        {"web = { port = 4294967297; }\n}", "garaged.conf:2: syntax error\n"},
        {"mqtt = { tls = yes; };", FILE1 "syntax error\n"},
        {"log = \"info\";\nlog = \"info\";", "garaged.conf:2: duplicate setting name\n"},
        {"log = \"info;\nzone = 1;\n", FILE1 "the string that begins here has no closing \" in its line\n"},
        {"/* log", FILE1 "the comment that begins here has no closing */\n"},
        {"\n@include \"/etc/shadow\"\n",
         "garaged.conf:2: @include is not allowed: one file holds everything\n"},
        {"zone = \"\\x00\";", FILE1 "a string contains \\x00\n"},
        {"a = ((((((((( 1 )))))))));", FILE1 "nested too deeply\n"},
        {"\xFF\xFE", FILE1 "syntax error\n"},
    };

    EXPECT_ROWS(rows);
    assert_int_equal(parse("log\n = \0 1;", 11), 1);
    assert_string_equal(said, "garaged.conf:2: a NUL byte: this is no text\n");
}

static void everything_has_a_limit(void **state)
{
    (void)state;
    static char text[CONFIG_FILE_BYTES + 1];
    char cars[2000] = "cars = ( ";

    memset(text, '\n', sizeof(text));
    assert_int_equal(parse(text, CONFIG_FILE_BYTES), 0);
    assert_int_equal(parse(text, CONFIG_FILE_BYTES + 1), 1);
    assert_string_equal(said, "garaged.conf: larger than 65536 bytes\n");

    for (int i = 0; i < CONFIG_CAR_MAX + 1; i++)
        snprintf(cars + strlen(cars), 60, "%s{ id = \"c%d\"; port = \"/dev/x\"; }", i > 0 ? ", " : "", i);
    strcat(cars, ");");
    expect(cars, FILE1 "cars: more than 8\n");
    assert_int_equal(config.car_count, CONFIG_CAR_MAX);

    strcpy(cars, "web = { hosts = ( \"h\"");
    for (int i = 0; i < CONFIG_LIST_MAX; i++)
        strcat(cars, ", \"h\"");
    strcat(cars, " ); };");
    expect(cars, FILE1 "web.hosts: more than 16\n");

    text[0] = '\0';
    for (int i = 0; i < 80; i++)
        snprintf(text + strlen(text), 20, "x%d = 1;", i);
    assert_int_equal(parse(text, strlen(text)), 80);
    assert_non_null(strstr(said, "x49: unknown\n(only the first mistakes are shown)\n"));
    assert_null(strstr(said, "x50"));

    snprintf(text, sizeof(text), "state = \"%0300d\";", 7);
    assert_int_equal(parse(text, strlen(text)), 1);
    assert_non_null(strstr(said, ": longer than 255 bytes\n"));
    snprintf(text, sizeof(text), "web = { allow = \"%0300d\"; };", 7);
    assert_int_equal(parse(text, strlen(text)), 1);
    assert_non_null(strstr(said, ": longer than 255 bytes\n"));
}

static void expect_load(const char *path, const char *expected)
{
    char whole[400];

    snprintf(whole, sizeof(whole), "%s: %s\n", path, expected);
    said[0] = '\0';
    assert_int_equal(config_load(&config, path, note_mistake, NULL), 1);
    assert_string_equal(said, whole);
}

static void loads_files_only(void **state)
{
    (void)state;
    char folder[] = "/tmp/garaged-config-XXXXXX";
    char path[64];

    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof(path), "%s/x.conf", folder);
    expect_load(path, "No such file or directory");
    expect_load(folder, "not a file");
    assert_int_equal(mkfifo(path, 0600), 0);
    expect_load(path, "not a file");
    unlink(path);

    FILE *file = fopen(path, "w");
    fputs("log = \"debug\";\nprot = 1;", file);
    fclose(file);
    said[0] = '\0';
    assert_int_equal(config_load(&config, path, note_mistake, NULL), 1);
    assert_int_equal(strncmp(said, path, strlen(path)), 0);
    assert_string_equal(said + strlen(path), ":2: prot: unknown, did you mean cars[].port?\n");

    file = fopen(path, "w");
    fprintf(file, "# %0*d", CONFIG_FILE_BYTES, 0);
    fclose(file);
    expect_load(path, "larger than 65536 bytes");
    unlink(path);
    rmdir(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_empty_file_is_all_defaults),
        cmocka_unit_test(a_car_needs_two_lines),
        cmocka_unit_test(reads_every_kind),
        cmocka_unit_test(says_wrong_values),
        cmocka_unit_test(says_wrong_types),
        cmocka_unit_test(says_unknown_keys_with_the_nearest),
        cmocka_unit_test(refuses_secrets),
        cmocka_unit_test(judges_cars),
        cmocka_unit_test(a_dongle_is_in_the_house),
        cmocka_unit_test(numbers_never_wrap),
        cmocka_unit_test(says_all_mistakes_at_once),
        cmocka_unit_test(says_a_syntax_error_alone),
        cmocka_unit_test(everything_has_a_limit),
        cmocka_unit_test(loads_files_only),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
