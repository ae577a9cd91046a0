/* Addresses and networks: what is the house's own, and what an address may look like. */
#include "util/ip.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

static struct ip ip(const char *text)
{
    struct ip found;

    if (!ip_read(text, &found))
        fail_msg("%s is no address", text);
    return found;
}

static void knows_what_is_private(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool is_private;
    } rows[] = {
        {"10.0.0.0", true},
        {"10.255.255.255", true},
        {"9.255.255.255", false},
        {"11.0.0.0", false},
        {"172.16.0.0", true},
        {"172.31.255.255", true},
        {"172.15.255.255", false},
        {"172.32.0.0", false},
        {"192.168.0.0", true},
        {"192.168.255.255", true},
        {"192.167.255.255", false},
        {"192.169.0.0", false},
        {"169.254.0.1", true},
        {"169.253.0.1", false},
        {"127.0.0.1", false},
        {"0.0.0.0", false},
        {"100.64.0.1", false},
        {"203.0.113.5", false},
        {"8.8.8.8", false},
        {"255.255.255.255", false},
        {"224.0.0.251", false},
        {"fc00::1", true},
        {"fdff:ffff::1", true},
        {"fbff::1", false},
        {"fe00::1", false},
        {"fe80::1", true},
        {"febf::1", true},
        {"fec0::1", false},
        {"::", false},
        {"::1", false},
        {"2001:db8::1", false},
        {"ff02::fb", false},
        {"::ffff:10.0.0.1", true},
        {"::ffff:8.8.8.8", false},
        {"::10.0.0.1", false},
        {"64:ff9b::a00:1", false},
        {"2002:a00:1::", false},
        {"::ffff:0:10.0.0.1", false},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct ip one = ip(rows[i].text);

        if (ip_is_private(&one) != rows[i].is_private)
            fail_msg("%s: private is %d", rows[i].text, !rows[i].is_private);
    }
}

static void knows_loopback(void **state)
{
    (void)state;
    static const char *const own[] = {"127.0.0.1", "127.255.0.9", "::1", "::ffff:127.0.0.1"};
    static const char *const others[] = {"128.0.0.1", "::2", "::", "10.0.0.1", "7f00::1"};

    for (size_t i = 0; i < sizeof(own) / sizeof(own[0]); i++) {
        struct ip one = ip(own[i]);

        assert_true(ip_is_loopback(&one));
    }
    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
        struct ip one = ip(others[i]);

        assert_false(ip_is_loopback(&one));
    }
}

static void reads_numbers_only(void **state)
{
    (void)state;
    static const char *const bad[] = {"",           "localhost",   "1.2.3",        "1.2.3.4.5",
                                      "0x7f.0.0.1", "017.0.0.256", "fe80::1%eth0", "[::1]",
                                      "1.2.3.4:80", " 1.2.3.4",    "1.2.3.4 ",     "2130706433"};
    struct ip found;

    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        if (ip_read(bad[i], &found))
            fail_msg("took %s", bad[i]);
    }
}

static void prints_what_it_reads(void **state)
{
    (void)state;
    static const char *const texts[][2] = {
        {"192.168.1.5", "192.168.1.5"}, {"FE80:0::1", "fe80::1"}, {"::ffff:10.1.2.3", "10.1.2.3"}};

    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        struct ip one = ip(texts[i][0]);
        char text[IP_TEXT];

        ip_print(&one, text);
        assert_string_equal(text, texts[i][1]);
    }
}

static void networks_hold_their_addresses(void **state)
{
    (void)state;
    static const struct {
        const char *network, *ip;
        bool has;
    } rows[] = {
        {"192.168.1.0/24", "192.168.1.255", true}, {"192.168.1.0/24", "192.168.2.0", false},
        {"192.168.1.77/24", "192.168.1.1", true},  {"10.0.0.5", "10.0.0.5", true},
        {"10.0.0.5", "10.0.0.4", false},           {"10.0.0.4/31", "10.0.0.5", true},
        {"10.0.0.4/31", "10.0.0.6", false},        {"0.0.0.0/0", "203.0.113.5", true},
        {"0.0.0.0/0", "fd00::1", false},           {"::/0", "10.0.0.1", false},
        {"fd00:1::/32", "fd00:1:ffff::9", true},   {"fd00:1::/32", "fd00:2::9", false},
        {"fd00::1/128", "fd00::1", true},          {"fd00::1/127", "fd00::2", false},
        {"10.0.0.0/8", "::ffff:10.9.9.9", true},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct ip one = ip(rows[i].ip);
        struct ip_network network;

        assert_true(ip_network_read(rows[i].network, &network));
        if (ip_network_has(&network, &one) != rows[i].has)
            fail_msg("%s, %s", rows[i].network, rows[i].ip);
    }
}

static void refuses_what_is_no_network(void **state)
{
    (void)state;
    static const char *const bad[] = {"",          "home",         "10.0.0.0/33", "fd00::/129",
                                      "10.0.0.0/", "10.0.0.0/a",   "10.0.0.0/-1", "10.0.0.0/8/8",
                                      "/8",        "10.0.0.0/0008"};
    struct ip_network network;

    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        if (ip_network_read(bad[i], &network))
            fail_msg("took %s", bad[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(knows_what_is_private),
        cmocka_unit_test(knows_loopback),
        cmocka_unit_test(reads_numbers_only),
        cmocka_unit_test(prints_what_it_reads),
        cmocka_unit_test(networks_hold_their_addresses),
        cmocka_unit_test(refuses_what_is_no_network),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
