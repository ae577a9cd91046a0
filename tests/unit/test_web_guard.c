/* export/web_guard and the route table: pure judgements of a request. */
#include "export/web_private.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void set_hosts(struct web_hosts *hosts)
{
    memset(hosts, 0, sizeof(*hosts));
    assert_true(web_hosts_add(hosts, "127.0.0.1", 8080));
    assert_true(web_hosts_add(hosts, "::1", 8080));
    assert_true(web_hosts_add(hosts, "localhost", 8080));
    assert_true(web_hosts_add(hosts, "leaf.local", 8080));
    assert_true(web_hosts_add(hosts, "proxy.example:443", 8080));
}

static void knows_its_hosts_exactly(void **state)
{
    (void)state;
    struct web_hosts hosts;
    static const char *const good[] = {"127.0.0.1:8080",   "localhost:8080",   "LOCALHOST:8080",
                                       "leaf.local:8080",  "leaf.local.:8080", "[::1]:8080",
                                       "proxy.example:443"};
    static const char *const bad[] = {"",
                                      "127.0.0.1",
                                      "127.0.0.1:80",
                                      "127.0.0.1:08080",
                                      "127.0.0.1:8080 ",
                                      " 127.0.0.1:8080",
                                      "127.0.0.1:8080,127.0.0.1:8080",
                                      "localhost:8080 localhost:8080",
                                      "evil.example:8080",
                                      "leaf.local.evil.test:8080",
                                      "evilleaf.local:8080",
                                      "leaf.local..:8080",
                                      "leaf.local:8080@evil.test",
                                      "127.0.0.2:8080",
                                      "[::2]:8080",
                                      "::1:8080",
                                      ".:8080",
                                      ".",
                                      "proxy.example",
                                      "proxy.example:8080"};
    char long_host[400];

    set_hosts(&hosts);
    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
        if (!web_hosts_know(&hosts, good[i]))
            fail_msg("refused %s", good[i]);
    }
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        if (web_hosts_know(&hosts, bad[i]))
            fail_msg("accepted %s", bad[i]);
    }
    memset(long_host, 'a', sizeof(long_host));
    long_host[sizeof(long_host) - 1] = '\0';
    assert_false(web_hosts_know(&hosts, long_host));
    assert_false(web_hosts_add(&hosts, long_host, 8080));
}

static void takes_the_name_alone_on_port_80(void **state)
{
    (void)state;
    struct web_hosts hosts = {.count = 0};

    assert_true(web_hosts_add(&hosts, "leaf.local", 80));
    assert_true(web_hosts_know(&hosts, "leaf.local"));
    assert_true(web_hosts_know(&hosts, "leaf.local."));
    assert_true(web_hosts_know(&hosts, "leaf.local:80"));
    assert_false(web_hosts_know(&hosts, "leaf.local:8080"));
}

static void refuses_hosts_beyond_the_table(void **state)
{
    (void)state;
    static struct web_hosts hosts;

    for (int i = 0; i < WEB_HOSTS_MAX; i++)
        assert_true(web_hosts_add(&hosts, "leaf.local", 1000 + i));
    assert_false(web_hosts_add(&hosts, "leaf.local", 8080));
}

static void knows_its_origins_exactly(void **state)
{
    (void)state;
    struct web_hosts hosts;
    static const char *const bad[] = {"",
                                      "null",
                                      "http://",
                                      "http://leaf.local",
                                      "https://leaf.local:8080",
                                      "http://leaf.local.evil.test:8080",
                                      "http://evilleaf.local:8080",
                                      "http://leaf.local:8080@evil.test",
                                      "http://leaf.local:8080/",
                                      "http://leaf.local:8080 http://leaf.local:8080",
                                      "http://leaf.local:8080,http://evil.test",
                                      "leaf.local:8080",
                                      "file://"};

    set_hosts(&hosts);
    assert_true(web_hosts_know_origin(&hosts, false, "http://leaf.local:8080"));
    assert_true(web_hosts_know_origin(&hosts, false, "HTTP://LEAF.LOCAL:8080"));
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        if (web_hosts_know_origin(&hosts, false, bad[i]))
            fail_msg("accepted %s", bad[i]);
    }
}

static void set_good(struct web_head *head)
{
    memset(head, 0, sizeof(*head));
    head->method = WEB_METHOD_GET;
    head->is_http_1_1 = true;
    head->path_state = WEB_HEADER_THERE;
    strcpy(head->path, "/api/v1/state");
    head->host_state = WEB_HEADER_THERE;
    strcpy(head->host, "localhost:8080");
}

static int judged(const struct web_head *head)
{
    struct web_hosts hosts;

    set_hosts(&hosts);
    return web_guard_judge(head, &hosts).status;
}

static void lets_an_honest_request_pass(void **state)
{
    (void)state;
    struct web_head head;

    set_good(&head);
    assert_int_equal(judged(&head), 0);
    head.origin_state = WEB_HEADER_THERE;
    strcpy(head.origin, "http://localhost:8080");
    strcpy(head.fetch_site, "same-origin");
    assert_int_equal(judged(&head), 0);
    head.method = WEB_METHOD_POST;
    head.length_state = WEB_HEADER_THERE;
    strcpy(head.length, "12");
    assert_int_equal(judged(&head), 0);
}

static void judges_host_before_all_else(void **state)
{
    (void)state;
    struct web_head head;

    set_good(&head);
    head.has_transfer_encoding = true;
    head.has_proxy_header = true;
    head.origin_state = WEB_HEADER_THERE;
    strcpy(head.origin, "null");
    assert_int_equal(judged(&head), 400);
    head.host_state = WEB_HEADER_ABSENT;
    head.host[0] = '\0';
    assert_int_equal(judged(&head), 421);
    head.host_state = WEB_HEADER_TOO_LONG;
    assert_int_equal(judged(&head), 421);
    head.host_state = WEB_HEADER_THERE;
    strcpy(head.host, "rebind.test:8080");
    assert_int_equal(judged(&head), 421);
}

static void refuses_what_could_be_smuggled(void **state)
{
    (void)state;
    struct web_head head;

    set_good(&head);
    head.is_http_1_1 = false;
    assert_int_equal(judged(&head), 400);
    set_good(&head);
    head.has_transfer_encoding = true;
    assert_int_equal(judged(&head), 400);
    set_good(&head);
    head.length_state = WEB_HEADER_THERE;
    strcpy(head.length, "3");
    assert_int_equal(judged(&head), 400); /* GET with a body */
    strcpy(head.length, "0");
    assert_int_equal(judged(&head), 0);
    head.method = WEB_METHOD_POST;
    strcpy(head.length, "5,5");
    assert_int_equal(judged(&head), 400);
    strcpy(head.length, "-1");
    assert_int_equal(judged(&head), 400);
    head.length_state = WEB_HEADER_TOO_LONG;
    head.length[0] = '\0';
    assert_int_equal(judged(&head), 400);
    set_good(&head);
    head.cookie_state = WEB_HEADER_TOO_LONG; /* costs nobody the page itself */
    strcpy(head.path, "/");
    assert_int_equal(judged(&head), 0);
    strcpy(head.path, "/api/v1/state");
    assert_int_equal(judged(&head), 400);
    set_good(&head);
    head.path_state = WEB_HEADER_TOO_LONG;
    assert_int_equal(judged(&head), 400);
}

static void refuses_foreign_pages_and_relays(void **state)
{
    (void)state;
    struct web_head head;

    set_good(&head);
    head.origin_state = WEB_HEADER_THERE;
    strcpy(head.origin, "null");
    assert_int_equal(judged(&head), 403);
    head.origin_state = WEB_HEADER_TOO_LONG;
    head.origin[0] = '\0';
    assert_int_equal(judged(&head), 403);
    set_good(&head);
    strcpy(head.fetch_site, "cross-site");
    assert_int_equal(judged(&head), 403);
    strcpy(head.path, "/");
    assert_int_equal(judged(&head), 0); /* a link on another page may lead here */
    head.has_proxy_header = true;
    assert_int_equal(judged(&head), 403);
}

static void upgrades_to_websocket_of_our_pages_only(void **state)
{
    (void)state;
    struct web_head head;

    set_good(&head);
    head.wants_upgrade = true;
    strcpy(head.upgrade, "websocket");
    assert_int_equal(judged(&head), 403); /* no Origin */
    head.origin_state = WEB_HEADER_THERE;
    strcpy(head.origin, "http://localhost:8080");
    assert_int_equal(judged(&head), 0);
    strcpy(head.upgrade, "h2c");
    assert_int_equal(judged(&head), 400);
    head.upgrade[0] = '\0';
    assert_int_equal(judged(&head), 400);
}

static void reads_lengths_strictly(void **state)
{
    (void)state;
    size_t length = 0;
    static const char *const bad[] = {
        "", "-1", "+1", " 1", "1 ", "0x10", "1e3", "18446744073709551616", "2147483648", "1,1", "１"};

    assert_true(web_length_read("0", &length));
    assert_int_equal(length, 0);
    assert_true(web_length_read("2147483647", &length));
    assert_int_equal(length, 2147483647);
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        if (web_length_read(bad[i], &length))
            fail_msg("accepted '%s'", bad[i]);
    }
}

static void finds_the_one_cookie(void **state)
{
    (void)state;
    char value[8];

    assert_true(web_cookie_find("garaged=abc", "garaged", value, sizeof(value)));
    assert_string_equal(value, "abc");
    assert_true(web_cookie_find("a=b; garaged=abc; c=d", "garaged", value, sizeof(value)));
    assert_string_equal(value, "abc");
    assert_true(web_cookie_find("a=b;garaged=1234567", "garaged", value, sizeof(value)));
    assert_true(web_cookie_find("garaged=", "garaged", value, sizeof(value)));
    assert_string_equal(value, "");
    assert_false(web_cookie_find("garaged=12345678", "garaged", value, sizeof(value)));
    assert_false(web_cookie_find("garaged=a; garaged=b", "garaged", value, sizeof(value)));
    assert_false(web_cookie_find("xgaraged=a", "garaged", value, sizeof(value)));
    assert_false(web_cookie_find("garagedx=a", "garaged", value, sizeof(value)));
    assert_false(web_cookie_find("a=garaged=b", "garaged", value, sizeof(value)));
    assert_false(web_cookie_find("garaged", "garaged", value, sizeof(value)));
    assert_false(web_cookie_find("__Host-garaged=a", "garaged", value, sizeof(value)));
    assert_false(web_cookie_find("", "garaged", value, sizeof(value)));
    assert_false(web_cookie_find(";;; ; =", "garaged", value, sizeof(value)));
}

static void reads_lists_and_types(void **state)
{
    (void)state;

    assert_true(web_list_has("gzip, deflate, br", "gzip"));
    assert_true(web_list_has("br,GZIP;q=0.5", "gzip"));
    assert_false(web_list_has("gzip;q=0", "gzip"));
    assert_false(web_list_has("gzip; q=0.0, br", "gzip"));
    assert_false(web_list_has("xgzip, gzipx", "gzip"));
    assert_false(web_list_has("", "gzip"));
    assert_false(web_list_has(", ,,", "gzip"));
    assert_true(web_list_has("foo, garaged.v1", "garaged.v1"));
    assert_true(web_type_is_json("application/json"));
    assert_true(web_type_is_json("Application/JSON; charset=utf-8"));
    assert_false(web_type_is_json("application/jsonp"));
    assert_false(web_type_is_json("text/plain"));
    assert_false(web_type_is_json(""));
}

static void guards_every_path_below_api(void **state)
{
    (void)state;

    assert_true(web_path_is_protected("/api"));
    assert_true(web_path_is_protected("/api/"));
    assert_true(web_path_is_protected("/api/v1/nothing"));
    assert_true(web_path_is_protected("/metrics"));
    assert_false(web_path_is_protected("/"));
    assert_false(web_path_is_protected("/apis"));
    assert_false(web_path_is_protected("/assets/main.js"));
}

static void finds_routes_by_method_and_path(void **state)
{
    (void)state;
    char allow[64];

    assert_ptr_equal(web_routes_find(WEB_METHOD_GET, "/api/v1/state")->handler, web_state_get);
    assert_int_equal(web_routes_find(WEB_METHOD_GET, "/api/v1/state")->role, ACCESS_ROLE_VIEWER);
    assert_ptr_equal(web_routes_find(WEB_METHOD_HEAD, "/api/v1/state")->handler, web_state_get);
    assert_ptr_equal(web_routes_find(WEB_METHOD_GET, "/")->handler, web_assets_get);
    assert_ptr_equal(web_routes_find(WEB_METHOD_GET, "/any/thing.js")->handler, web_assets_get);
    assert_null(web_routes_find(WEB_METHOD_POST, "/api/v1/state"));
    assert_null(web_routes_find(WEB_METHOD_HEAD, "/api/v1/login"));
    assert_null(web_routes_find(WEB_METHOD_GET, "/api/v1/state/"));
    assert_null(web_routes_find(WEB_METHOD_GET, "/api/v1/*"));
    assert_int_equal(web_routes_find(WEB_METHOD_GET, "/metrics")->role, ACCESS_ROLE_VIEWER);
    assert_null(web_routes_find(WEB_METHOD_OTHER, "/"));
    assert_true(web_routes_know("/api/v1/state", allow, sizeof(allow)));
    assert_string_equal(allow, "GET, HEAD");
    assert_true(web_routes_know("/api/v1/login", allow, sizeof(allow)));
    assert_string_equal(allow, "POST");
    assert_false(web_routes_know("/api/v1/nothing", allow, sizeof(allow)));
    assert_true(web_routes_open("/api/v1/login"));
    assert_true(web_routes_open("/api/v1/pair"));
    assert_false(web_routes_open("/api/v1/logout"));
    assert_false(web_routes_open("/api/v1/session"));
    assert_false(web_routes_open("/api/v1/live"));
}

static int compile(const char *row)
{
    char command[512];

    snprintf(command, sizeof(command),
             "printf '#include \"export/web_private.h\"\nextern const struct web_route row;\nconst struct "
             "web_route row = "
             "%s;\n' | cc -std=c17 -D_GNU_SOURCE -Idaemon -fsyntax-only -x c - 2>/dev/null",
             row);
    return system(command); /* NOLINT: our own text */
}

static void compiles_no_route_without_a_role(void **state)
{
    (void)state;

    if (system("command -v cc >/dev/null") != 0)
        skip();
    assert_int_equal(compile("WEB_ROUTE(GET, \"/x\", VIEWER, web_state_get)"), 0);
    assert_int_not_equal(compile("WEB_ROUTE(GET, \"/x\", web_state_get)"), 0);
    assert_int_not_equal(compile("WEB_ROUTE(GET, \"/x\", , web_state_get)"), 0);
    assert_int_not_equal(compile("WEB_ROUTE(GET, \"/x\", NOBODY, web_state_get)"), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(knows_its_hosts_exactly),
        cmocka_unit_test(takes_the_name_alone_on_port_80),
        cmocka_unit_test(refuses_hosts_beyond_the_table),
        cmocka_unit_test(knows_its_origins_exactly),
        cmocka_unit_test(lets_an_honest_request_pass),
        cmocka_unit_test(judges_host_before_all_else),
        cmocka_unit_test(refuses_what_could_be_smuggled),
        cmocka_unit_test(refuses_foreign_pages_and_relays),
        cmocka_unit_test(upgrades_to_websocket_of_our_pages_only),
        cmocka_unit_test(reads_lengths_strictly),
        cmocka_unit_test(finds_the_one_cookie),
        cmocka_unit_test(reads_lists_and_types),
        cmocka_unit_test(guards_every_path_below_api),
        cmocka_unit_test(finds_routes_by_method_and_path),
        cmocka_unit_test(compiles_no_route_without_a_role),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
