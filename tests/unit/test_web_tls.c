/* A server whose certificate changes under way: the openssl command sees the new one, with no new start. */
#include "web_client.h"

#include <fcntl.h>

#define DAY_S INT64_C(86400)

/* Runs a command; its first line, "" when it fails. */
static const char *run(const char *format, ...) __attribute__((format(printf, 1, 2)));
static const char *run(const char *format, ...)
{
    static char line[512];
    char command[1024];
    va_list args;
    FILE *pipe;

    va_start(args, format);
    vsnprintf(command, sizeof(command), format, args);
    va_end(args);
    pipe = popen(command, "r");
    assert_non_null(pipe);
    line[0] = '\0';
    if (fgets(line, sizeof(line), pipe) != NULL)
        line[strcspn(line, "\n")] = '\0';
    if (pclose(pipe) != 0)
        line[0] = '\0';
    return line;
}

static void make_pair(const struct house *house, const char *kind, const char *name)
{
    run("cd %s && umask 077 && openssl req -x509 -nodes -days 30 -subj /CN=%s -newkey %s -keyout own.key "
        "-out own.crt 2>/dev/null",
        house->folder, name, kind);
}

/* What a client is shown: a field of the certificate. */
static const char *shown(const struct house *house, const char *field)
{
    return run("openssl s_client -connect 127.0.0.1:%d </dev/null 2>/dev/null | openssl x509 -noout -%s "
               "-nameopt RFC2253",
               house->port, field);
}

static const char *shown_key(const struct house *house)
{
    return run(
        "openssl s_client -connect 127.0.0.1:%d </dev/null 2>/dev/null | openssl x509 -noout -pubkey | "
        "sha256sum",
        house->port);
}

struct moment {
    int64_t now_ns, utc_ns;
};

static void advance_fn(struct house *house, void *arg)
{
    const struct moment *moment = arg;

    web_advance(house->web, moment->now_ns, moment->utc_ns);
}

/* As the main loop would, so long after the start. */
static void advance(struct house *house, int64_t after_s)
{
    struct moment moment = {clock_boot_ns() + after_s * NS_PER_S, clock_utc_ns() + after_s * NS_PER_S};

    house_do(house, advance_fn, &moment);
}

static void configure_tls(struct house *house)
{
    house->config.tls = CONFIG_TLS_ON;
    house->sample.view.clock_right = true;
}

static void configure_own(struct house *house)
{
    configure_tls(house);
    make_pair(house, "ec -pkeyopt ec_paramgen_curve:P-256", "one");
    snprintf(house->config.cert_file, sizeof(house->config.cert_file), "%s/own.crt", house->folder);
    snprintf(house->config.key_file, sizeof(house->config.key_file), "%s/own.key", house->folder);
}

static int set_up_tls(void **state)
{
    return house_set_up_with(state, NULL, configure_tls);
}

static int set_up_own(void **state)
{
    return house_set_up_with(state, NULL, configure_own);
}

static void a_new_pair_needs_no_new_start(void **state)
{
    struct house *house = *state;

    assert_string_equal(shown(house, "subject"), "subject=CN=one");
    make_pair(house, "rsa:2048", "two"); /* of another kind */
    assert_string_equal(shown(house, "subject"), "subject=CN=one");
    advance(house, 61);
    assert_string_equal(shown(house, "subject"), "subject=CN=two");
    make_pair(house, "ec -pkeyopt ec_paramgen_curve:P-256", "three");
    advance(house, 90); /* it looks once a minute */
    assert_string_equal(shown(house, "subject"), "subject=CN=two");
    advance(house, 122);
    assert_string_equal(shown(house, "subject"), "subject=CN=three");
}

static void a_broken_new_pair_keeps_the_old_one(void **state)
{
    struct house *house = *state;

    run("echo nonsense >%s/own.crt", house->folder);
    advance(house, 61);
    assert_string_equal(shown(house, "subject"), "subject=CN=one");
    run("rm %s/own.crt %s/own.key", house->folder, house->folder);
    advance(house, 122);
    assert_string_equal(shown(house, "subject"), "subject=CN=one");
    make_pair(house, "ec -pkeyopt ec_paramgen_curve:P-256", "two");
    advance(house, 183);
    assert_string_equal(shown(house, "subject"), "subject=CN=two");
}

/* How many lines of the log have these words, while the server does so. */
static int count_said(struct house *house, const char *words, int64_t after_s)
{
    char path[100];
    int saved = dup(STDERR_FILENO), fd;

    snprintf(path, sizeof(path), "%s/log", house->folder);
    fd = open(path, O_RDWR | O_CREAT | O_TRUNC, 0600);
    assert_true(saved >= 0 && fd >= 0 && dup2(fd, STDERR_FILENO) >= 0);
    close(fd);
    advance(house, after_s);
    dup2(saved, STDERR_FILENO);
    close(saved);
    return atoi(run("grep -c '%s' %s || true", words, path));
}

static void the_owner_is_told_of_its_end_once_a_day(void **state)
{
    struct house *house = *state; /* it holds for 30 days */

    assert_int_equal(count_said(house, "own.crt ends in", 15 * DAY_S), 0);
    assert_int_equal(count_said(house, "own.crt ends in 12 days", 17 * DAY_S + 3600), 1);
    assert_int_equal(count_said(house, "own.crt ends in", 18 * DAY_S), 0);
    assert_int_equal(count_said(house, "own.crt ends in 11 days", 18 * DAY_S + 3660), 1);
    assert_int_equal(count_said(house, "own.crt has ended", 31 * DAY_S), 1);
    house->sample.view.clock_right = false;
    assert_int_equal(count_said(house, "own.crt has ended", 33 * DAY_S), 0);
}

static void our_own_is_renewed_with_its_key_while_we_run(void **state)
{
    struct house *house = *state;
    char serial[512], key[512];

    strcpy(serial, shown(house, "serial"));
    strcpy(key, shown_key(house));
    advance(house, 759 * DAY_S);
    assert_string_equal(shown(house, "serial"), serial);
    advance(house, 761 * DAY_S);
    assert_string_not_equal(shown(house, "serial"), serial);
    assert_string_equal(shown_key(house), key);
}

/* Nobody can tell which day it is: a renewed one could end before it began. */
static void no_clock_renews_nothing(void **state)
{
    struct house *house = *state;
    char serial[512];

    house->sample.view.clock_right = false;
    strcpy(serial, shown(house, "serial"));
    advance(house, 800 * DAY_S);
    assert_string_equal(shown(house, "serial"), serial);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_new_pair_needs_no_new_start, set_up_own, house_tear_down),
        cmocka_unit_test_setup_teardown(a_broken_new_pair_keeps_the_old_one, set_up_own, house_tear_down),
        cmocka_unit_test_setup_teardown(the_owner_is_told_of_its_end_once_a_day, set_up_own, house_tear_down),
        cmocka_unit_test_setup_teardown(our_own_is_renewed_with_its_key_while_we_run, set_up_tls,
                                        house_tear_down),
        cmocka_unit_test_setup_teardown(no_clock_renews_nothing, set_up_tls, house_tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
