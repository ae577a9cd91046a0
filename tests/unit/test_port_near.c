/* A dongle is a neighbour: what is reached only through a router is refused, unless the owner names the
 * interface. In a network of its own, with a neighbour that never answers and a router that isn't there;
 * where the machine lets nobody make one, that is said. */
#include "adapter/port.h"
#include "adapter/port_private.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#define NO_NETWORK 77

static const char COMMANDS[] = "exec >/dev/null 2>&1; PATH=$PATH:/sbin:/usr/sbin; ip link set lo up && "
                               "ip link add garage0 type veth peer name dongle0 && ip link set dongle0 up && "
                               "ip address add 192.168.7.1/24 dev garage0 && ip link set garage0 up && "
                               "ip route add default via 192.168.7.254";

static void write_file(const char *path, const char *text)
{
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    if (fd >= 0) {
        (void)!write(fd, text, strlen(text));
        close(fd);
    }
}

static bool make_network(void)
{
    char map[32];
    snprintf(map, sizeof(map), "0 %u 1", (unsigned)getuid());
    if (unshare(CLONE_NEWUSER | CLONE_NEWNET)) {
        return false;
    }
    write_file("/proc/self/setgroups", "deny");
    write_file("/proc/self/uid_map", map);
    return system(COMMANDS) == 0; /* NOLINT: fixed text */
}

/* "": the connection was begun; else why not. */
static const char *attempt(const char *name, const char *interface, struct err *err)
{
    struct port_target target = {.name = name, .interface = interface};
    err->text[0] = '\0';
    if (port_tcp.parse(&target, err) == 0) {
        int fd = port_tcp.open(&target, err);
        if (fd >= 0) {
            close(fd);
        }
    }
    return err->text;
}

#define ROUTED "not reachable without a router, which is not passed: join its network, or name the interface"

/* What was expected and did not come is printed by the child. */
static int failures(void)
{
    static const struct {
        const char *name, *interface, *words;
    } ROWS[] = {
        {"tcp://192.168.7.10:35000", "", ""},
        {"tcp://127.0.0.1:9", "", ""},
        {"tcp://10.9.9.9:35000", "", ROUTED},
        {"tcp://192.168.8.10:35000", "", ROUTED},
        {"tcp://10.9.9.9:35000", "garage0", ""},
        {"tcp://192.168.8.10:35000", "wlan7", "there is no network interface wlan7"},
    };
    int count = 0;
    for (size_t i = 0; i < sizeof(ROWS) / sizeof(ROWS[0]); i++) {
        struct err err;
        const char *words = attempt(ROWS[i].name, ROWS[i].interface, &err);
        if (strcmp(words, ROWS[i].words) != 0) {
            fprintf(stderr, "%s %s: '%s'\n", ROWS[i].name, ROWS[i].interface, words);
            count++;
        }
    }
    return count;
}

/* E20 */
static void test_routed_address(void **state)
{
    (void)state;
    int status = 0;
    pid_t child = fork();
    if (child == 0) {
        _exit(make_network() ? failures() : NO_NETWORK);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    if (WEXITSTATUS(status) == NO_NETWORK) {
        skip(); /* no network namespace, or no iproute2 */
    }
    assert_int_equal(WEXITSTATUS(status), 0);
}

static int hops_of(const char *name, const char *interface)
{
    struct err err;
    int hops = 0;
    socklen_t len = sizeof(hops);
    struct port_target target = {.name = name, .interface = interface};
    assert_int_equal(port_tcp.parse(&target, &err), 0);
    int fd = port_tcp.open(&target, &err);
    if (fd < 0) {
        return -1;
    }
    assert_int_equal(getsockopt(fd, IPPROTO_IPV6, IPV6_UNICAST_HOPS, &hops, &len), 0);
    close(fd);
    return hops;
}

/* IPv6 has no word for it: what is sent dies at the first router. */
static void test_routed_address_of_ipv6(void **state)
{
    (void)state;
    int hops = hops_of("tcp://[::1]:9", "");
    if (hops < 0) {
        skip(); /* no IPv6 here */
    }
    assert_int_equal(hops, 1);
    assert_true(hops_of("tcp://[::1]:9", "lo") > 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_routed_address),
        cmocka_unit_test(test_routed_address_of_ipv6),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
