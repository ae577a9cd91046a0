/* Who may connect, and how often who has no session may ask. */
#include "export/web_peer.h"
#include "export/web_rate.h"
#include "util/core/time.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static struct ip ip(const char *text)
{
    struct ip found;

    assert_true(ip_read(text, &found));
    return found;
}

/* `first` and `second` are of web.allow; NULL: not named. */
static struct web_peers peers(const char *first, const char *second)
{
    static const struct config_web none;
    struct config_web *config = malloc(sizeof(*config));
    struct web_peers found;
    struct err err;

    *config = none;
    if (first)
        strcpy(config->allow.items[config->allow.count++], first);
    if (second)
        strcpy(config->allow.items[config->allow.count++], second);
    strcpy(config->proxies.items[config->proxies.count++], "127.0.0.1");
    strcpy(config->proxies.items[config->proxies.count++], "fd00::5");
    assert_int_equal(web_peers_read(config, &found, &err), 0);
    free(config);
    return found;
}

static void serves_the_house_only(void **state)
{
    (void)state;
    static const struct {
        const char *first, *second, *peer;
        bool is_loopback, is_served;
    } rows[] = {
        {NULL, NULL, "127.0.0.1", true, true},
        {NULL, NULL, "::1", true, true},
        {NULL, NULL, "192.168.1.2", true,
         false}, /* this machine's address of the house, to its own loopback */
        {NULL, NULL, "127.0.0.1", false, false},
        {NULL, NULL, "::1", false, false},
        {NULL, NULL, "192.168.1.2", false, true},
        {NULL, NULL, "10.1.2.3", false, true},
        {NULL, NULL, "172.20.1.2", false, true},
        {NULL, NULL, "169.254.7.7", false, true},
        {NULL, NULL, "fe80::7", false, true},
        {NULL, NULL, "fd12::7", false, true},
        {NULL, NULL, "::ffff:192.168.1.2", false, true},
        {NULL, NULL, "::ffff:203.0.113.5", false, false},
        {NULL, NULL, "::ffff:127.0.0.1", false, false},
        {NULL, NULL, "203.0.113.5", false, false},
        {NULL, NULL, "100.64.0.1", false, false},
        {NULL, NULL, "2001:db8::1", false, false},
        {NULL, NULL, "0.0.0.0", false, false},
        {"192.168.1.0/24", NULL, "192.168.1.2", false, true}, /* web.allow narrows */
        {"192.168.1.0/24", NULL, "192.168.2.2", false, false},
        {"192.168.1.0/24", NULL, "fe80::7", false, false},
        {"192.168.1.0/24", "fe80::/10", "fe80::7", false, true},
        {"192.168.1.0/24", NULL, "203.0.113.5", false, false},
        {"192.168.1.0/24", NULL, "127.0.0.1", true, true},
        {"100.64.0.0/10", NULL, "100.64.0.1", false, true}, /* and widens to nothing but what it names */
        {"100.64.0.0/10", NULL, "8.8.8.8", false, false},
        {"0.0.0.0/0", NULL, "127.0.0.1", false, false},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct web_peers some = peers(rows[i].first, rows[i].second);
        struct ip peer = ip(rows[i].peer);

        if (web_peer_is_served(&some, &peer, rows[i].is_loopback) != rows[i].is_served)
            fail_msg("row %zu, %s: served is %d", i, rows[i].peer, !rows[i].is_served);
    }
}

static void knows_its_proxies(void **state)
{
    (void)state;
    struct web_peers some = peers(NULL, NULL);
    static const char *const others[] = {"127.0.0.2", "192.168.1.2", "fd00::6", "::1"};
    struct ip proxy = ip("fd00::5");

    assert_true(web_peer_is_proxy(&some, &proxy));
    proxy = ip("127.0.0.1");
    assert_true(web_peer_is_proxy(&some, &proxy));
    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
        proxy = ip(others[i]);
        assert_false(web_peer_is_proxy(&some, &proxy));
    }
}

static struct penalty_source source(unsigned number)
{
    return (struct penalty_source){.family = 4, .prefix = {10, 0, (uint8_t)(number >> 8), (uint8_t)number}};
}

static int take_all(struct web_rates *rates, const struct penalty_source *from, int64_t now_ns)
{
    int taken = 0;

    while (web_rate_take(rates, from, now_ns))
        taken++;
    return taken;
}

static void bounds_what_a_source_may_ask(void **state)
{
    (void)state;
    struct web_rates rates = {0};
    const struct penalty_source one = source(1), other = source(2);
    int64_t now_ns = NS_PER_H;

    assert_int_equal(take_all(&rates, &one, now_ns), WEB_RATE_BURST);
    assert_int_equal(take_all(&rates, &one, now_ns + NS_PER_S), WEB_RATE_SECOND);
    assert_true(web_rate_take(&rates, &other, now_ns)); /* nobody else's business */
    assert_int_equal(take_all(&rates, &one, now_ns + NS_PER_H), WEB_RATE_BURST);
}

/* Refused requests cost nothing more: who goes on asking is let in again all the same. */
static void forgives_who_goes_on(void **state)
{
    (void)state;
    struct web_rates rates = {0};
    const struct penalty_source one = source(1);
    int64_t now_ns = NS_PER_H;
    int taken = 0;

    take_all(&rates, &one, now_ns);
    for (int i = 0; i < 1000; i++)
        taken += web_rate_take(&rates, &one, now_ns + i * 10 * NS_PER_MS);
    assert_in_range(taken, 10 * WEB_RATE_SECOND - 2, 10 * WEB_RATE_SECOND + 2);
}

/* A full table forgets who is quiet, not who is at it. */
static void more_sources_than_places(void **state)
{
    (void)state;
    struct web_rates rates = {0};
    const struct penalty_source loud = source(9999);
    int64_t now_ns = NS_PER_H;

    take_all(&rates, &loud, now_ns);
    for (unsigned i = 0; i < 10 * WEB_RATE_SOURCES; i++) {
        const struct penalty_source quiet = source(i);

        assert_true(web_rate_take(&rates, &quiet, now_ns));
    }
    assert_false(web_rate_take(&rates, &loud, now_ns));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(serves_the_house_only),        cmocka_unit_test(knows_its_proxies),
        cmocka_unit_test(bounds_what_a_source_may_ask), cmocka_unit_test(forgives_who_goes_on),
        cmocka_unit_test(more_sources_than_places),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
