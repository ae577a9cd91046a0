/* The certificate of the page: how long it holds and for whom, what happens to it while time passes, and what
 * is not taken for one. Figures are compared with the openssl command's. */
#include "access/certificate_files.h"
#include "util/log.h"

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

#define DAY_S   INT64_C(86400)
#define BUILT_S INT64_C(1782864000) /* 2026-07-01 */
#define NOW_S   (BUILT_S + 100 * DAY_S)

struct place {
    char folder[64];
    struct certificate_paths paths;
    struct certificate_names names;
};

static int set_up(void **state)
{
    struct place *place = calloc(1, sizeof(*place));
    struct err err;

    snprintf(place->folder, sizeof(place->folder), "/tmp/garaged-tls-XXXXXX");
    assert_non_null(mkdtemp(place->folder));
    assert_int_equal(certificate_paths_find(&place->paths, place->folder, "", "", &err), 0);
    certificate_names_add(&place->names, "leaf.local");
    certificate_names_add(&place->names, "192.168.1.5");
    certificate_names_add(&place->names, "fd00::5");
    log_set_level(LOG_LEVEL_ERROR);
    *state = place;
    return 0;
}

static int tear_down(void **state)
{
    struct place *place = *state;
    char command[128];

    snprintf(command, sizeof(command), "rm -rf %s", place->folder);
    free(place);
    return system(command);
}

/* Runs a command in the folder; its first line, "" when it fails. */
static const char *run(const struct place *place, const char *command)
{
    static char line[512];
    char whole[1024];
    FILE *pipe;

    snprintf(whole, sizeof(whole), "cd %s && ( %s ) 2>/dev/null", place->folder, command);
    pipe = popen(whole, "r");
    assert_non_null(pipe);
    line[0] = '\0';
    if (fgets(line, sizeof(line), pipe) != NULL)
        line[strcspn(line, "\n")] = '\0';
    if (pclose(pipe) != 0)
        line[0] = '\0';
    return line;
}

static void must_run(const struct place *place, const char *command)
{
    char whole[1100];

    snprintf(whole, sizeof(whole), "( %s ) >/dev/null && echo done", command);
    if (strcmp(run(place, whole), "done") != 0)
        fail_msg("failed: %s", command);
}

static struct certificate_files *open_files(const struct place *place, int64_t now_s, bool is_right)
{
    struct certificate_time time = {.now_s = now_s, .built_s = BUILT_S, .is_right = is_right};
    struct err err;
    struct certificate_files *files = certificate_files_new(&place->paths, NULL, &place->names, &time, &err);

    if (files == NULL)
        fail_msg("%s", err.text);
    return files;
}

static void assert_refused(const struct place *place, const char *words)
{
    struct certificate_time time = {.now_s = NOW_S, .built_s = BUILT_S, .is_right = true};
    struct err err;

    assert_null(certificate_files_new(&place->paths, NULL, &place->names, &time, &err));
    if (strstr(err.text, words) == NULL)
        fail_msg("said: %s", err.text);
}

static int look_at(struct certificate_files *files, const struct place *place, int64_t now_s, bool is_right)
{
    struct certificate_time time = {.now_s = now_s, .built_s = BUILT_S, .is_right = is_right};
    struct err err;

    return certificate_files_look(files, &place->names, &time, &err);
}

static const struct certificate *in_force(const struct certificate_files *files)
{
    return *certificate_files_in_force(files);
}

static const char *key_of(const struct certificate_files *files)
{
    static char text[2][CERTIFICATE_TEXT];
    static int turn;

    turn = !turn;
    certificate_key_print(in_force(files), text[turn]);
    assert_int_equal(strlen(text[turn]), 64);
    return text[turn];
}

/* ---- made ---- */

static void holds_820_days_from_the_later_of_build_and_now(void **state)
{
    struct place *place = *state;
    struct certificate_files *files = open_files(place, NOW_S, true);

    assert_int_equal(certificate_end_s(in_force(files)), NOW_S + 820 * DAY_S);
    certificate_files_free(files);
    must_run(place, "rm tls.crt");
    files = open_files(place, BUILT_S - 1, true);
    assert_int_equal(certificate_end_s(in_force(files)), BUILT_S + 820 * DAY_S);
    certificate_files_free(files);
}

/* A machine without a clock chip makes it in 1970, and one like it checks it there. */
static void is_valid_in_1970(void **state)
{
    struct place *place = *state;
    struct certificate_files *files = open_files(place, 5, false);
    char command[200];

    assert_int_equal(certificate_end_s(in_force(files)), BUILT_S + 820 * DAY_S);
    must_run(place, "openssl verify -attime 6 -CAfile tls.crt tls.crt");
    snprintf(command, sizeof(command), "openssl verify -attime %lld -CAfile tls.crt tls.crt",
             (long long)(BUILT_S + 819 * DAY_S));
    must_run(place, command);
    certificate_files_free(files);
}

static void says_what_openssl_says(void **state)
{
    struct place *place = *state;
    struct certificate_files *files = open_files(place, NOW_S, true);
    char text[CERTIFICATE_TEXT];

    assert_string_equal(run(place,
                            "openssl x509 -in tls.crt -noout -pubkey | openssl pkey -pubin -outform der | "
                            "openssl dgst -sha256 -r | cut -c-64"),
                        key_of(files));
    certificate_print(in_force(files), text);
    assert_string_equal(
        run(place, "openssl x509 -in tls.crt -outform der | openssl dgst -sha256 -r | cut -c-64"), text);
    assert_string_equal(run(place, "openssl x509 -in tls.crt -noout -text | grep -c 'NIST CURVE: P-256'"),
                        "1");
    certificate_files_free(files);
}

/* P02: nothing of the car, its owner or this program's version. */
static void names_nobody(void **state)
{
    struct place *place = *state;

    certificate_files_free(open_files(place, NOW_S, true));
    assert_string_equal(run(place, "openssl x509 -in tls.crt -noout -subject -nameopt RFC2253"),
                        "subject=CN=garaged");
    assert_string_equal(run(place, "openssl x509 -in tls.crt -noout -issuer -nameopt RFC2253"),
                        "issuer=CN=garaged");
    assert_string_equal(
        run(place, "openssl x509 -in tls.crt -noout -ext subjectAltName | tail -n 1 | sed 's/^ *//'"),
        "DNS:leaf.local, IP Address:192.168.1.5, IP Address:FD00:0:0:0:0:0:0:5");
    assert_string_equal(run(place, "openssl x509 -in tls.crt -noout -text | grep -c 'X509v3 .*: '"), "5");
    assert_string_equal(
        run(place, "openssl x509 -in tls.crt -noout -text | grep -c " GARAGED_VERSION " || true"), "0");
}

static void the_key_is_nobody_elses(void **state)
{
    struct place *place = *state;

    certificate_files_free(open_files(place, NOW_S, true));
    assert_string_equal(run(place, "stat -c %a tls.key"), "600");
    assert_string_equal(run(place, "ls -A | tr '\\n' ' '"), "tls.crt tls.key ");
}

static void two_are_never_alike(void **state)
{
    struct place *place = *state;
    struct certificate_files *files = open_files(place, NOW_S, true);
    char first[CERTIFICATE_TEXT];

    strcpy(first, key_of(files));
    certificate_files_free(files);
    must_run(place, "rm tls.crt tls.key");
    files = open_files(place, NOW_S, true);
    assert_string_not_equal(key_of(files), first);
    certificate_files_free(files);
}

/* ---- kept and renewed ---- */

static void a_second_start_changes_nothing(void **state)
{
    struct place *place = *state;
    char before[512];

    certificate_files_free(open_files(place, NOW_S, true));
    strcpy(before, run(place, "cat tls.crt tls.key | sha256sum"));
    certificate_files_free(open_files(place, NOW_S + 700 * DAY_S, true));
    assert_string_equal(run(place, "cat tls.crt tls.key | sha256sum"), before);
}

static void is_renewed_with_its_key_60_days_before_its_end(void **state)
{
    struct place *place = *state;
    struct certificate_files *files = open_files(place, NOW_S, true);
    char key[CERTIFICATE_TEXT];

    strcpy(key, key_of(files));
    assert_int_equal(look_at(files, place, NOW_S + 760 * DAY_S, true), 0);
    assert_int_equal(look_at(files, place, NOW_S + 760 * DAY_S + 1, false),
                     0); /* who knows what time it is */
    assert_int_equal(look_at(files, place, NOW_S + 760 * DAY_S + 1, true), 1);
    assert_string_equal(key_of(files), key);
    assert_int_equal(certificate_end_s(in_force(files)), NOW_S + 760 * DAY_S + 1 + 820 * DAY_S);
    certificate_files_free(files);
    files = open_files(place, NOW_S + 800 * DAY_S, true);
    assert_string_equal(key_of(files), key);
    assert_int_equal(certificate_end_s(in_force(files)), NOW_S + 760 * DAY_S + 1 + 820 * DAY_S);
    certificate_files_free(files);
}

static void one_that_ended_is_renewed_at_the_start(void **state)
{
    struct place *place = *state;
    struct certificate_files *files = open_files(place, NOW_S, true);
    char key[CERTIFICATE_TEXT];

    strcpy(key, key_of(files));
    certificate_files_free(files);
    files = open_files(place, NOW_S + 2000 * DAY_S, true);
    assert_string_equal(key_of(files), key);
    assert_int_equal(certificate_end_s(in_force(files)), NOW_S + 2820 * DAY_S);
    certificate_files_free(files);
}

static void a_new_name_renews_it_and_a_lost_one_does_not(void **state)
{
    struct place *place = *state;
    struct certificate_files *files = open_files(place, NOW_S, true);
    struct certificate_names names;
    char key[CERTIFICATE_TEXT];

    strcpy(key, key_of(files));
    certificate_names_add(&place->names, "CAR.example.org");
    assert_int_equal(look_at(files, place, NOW_S, false), 0);
    assert_int_equal(look_at(files, place, NOW_S, true), 1);
    assert_string_equal(key_of(files), key);
    certificate_names_of(in_force(files), &names);
    assert_int_equal(names.count, 4);
    assert_string_equal(names.names[3], "car.example.org");
    place->names.count = 1; /* a cable was pulled out: the next browser would be warned for nothing */
    assert_int_equal(look_at(files, place, NOW_S, true), 0);
    certificate_files_free(files);
}

static void a_key_stays_without_its_certificate(void **state)
{
    static const char *const accidents[] = {"rm tls.crt", "echo nonsense >tls.crt",
                                            "head -c 300 tls.crt >x; mv x tls.crt", ": >tls.crt"};
    struct place *place = *state;

    for (size_t i = 0; i < sizeof(accidents) / sizeof(accidents[0]); i++) {
        struct certificate_files *files = open_files(place, NOW_S, true);
        char key[CERTIFICATE_TEXT];

        strcpy(key, key_of(files));
        certificate_files_free(files);
        must_run(place, accidents[i]);
        files = open_files(place, NOW_S, true);
        assert_string_equal(key_of(files), key);
        certificate_files_free(files);
        must_run(place, "openssl x509 -in tls.crt -noout");
    }
}

static void what_cannot_be_written_is_kept_and_written_later(void **state)
{
    struct place *place = *state;
    struct certificate_files *files;
    char key[CERTIFICATE_TEXT];

    snprintf(place->paths.cert, sizeof(place->paths.cert), "%.400s/later/tls.crt", place->folder);
    snprintf(place->paths.key, sizeof(place->paths.key), "%.400s/later/tls.key", place->folder);
    files = open_files(place, NOW_S, true);
    strcpy(key, key_of(files));
    assert_int_equal(certificate_end_s(in_force(files)), NOW_S + 820 * DAY_S);
    assert_int_equal(look_at(files, place, NOW_S, true), 0);
    must_run(place, "mkdir later");
    assert_int_equal(look_at(files, place, NOW_S, true), 0);
    certificate_files_free(files);
    files = open_files(place, NOW_S, true);
    assert_string_equal(key_of(files), key);
    certificate_files_free(files);
}

/* ---- the owner's files ---- */

static void make_pair(const struct place *place, const char *kind, const char *cert, const char *key)
{
    char command[400];

    snprintf(command, sizeof(command),
             "umask 077; openssl req -x509 -nodes -days 30 -subj /CN=own -newkey %s -keyout %s -out %s", kind,
             key, cert);
    must_run(place, command);
}

static void use_own(struct place *place)
{
    char cert[100], key[100];
    struct err err;

    snprintf(cert, sizeof(cert), "%s/own.crt", place->folder);
    snprintf(key, sizeof(key), "%s/own.key", place->folder);
    assert_int_equal(certificate_paths_find(&place->paths, place->folder, cert, key, &err), 0);
    assert_false(place->paths.are_own);
    make_pair(place, "ec -pkeyopt ec_paramgen_curve:P-256", "own.crt", "own.key");
}

static void the_owners_files_are_read_again_when_they_change(void **state)
{
    struct place *place = *state;
    struct certificate_files *files;
    char key[CERTIFICATE_TEXT];

    use_own(place);
    files = open_files(place, NOW_S, true);
    strcpy(key, key_of(files));
    assert_int_equal(look_at(files, place, NOW_S + 5000 * DAY_S, true), 0); /* not ours to renew */
    make_pair(place, "rsa:2048", "new.crt", "new.key");
    must_run(place, "mv new.crt own.crt && mv new.key own.key");
    assert_int_equal(look_at(files, place, NOW_S, true), 1);
    assert_string_not_equal(key_of(files), key);
    assert_int_equal(look_at(files, place, NOW_S, true), 0);
    must_run(place, "test ! -e tls.crt -a ! -e tls.key");
    certificate_files_free(files);
}

static void a_broken_pair_keeps_the_old_one_and_is_said_once(void **state)
{
    static const char *const accidents[] = {"mv own.crt x",
                                            "echo nonsense >own.crt",
                                            "mv new.key own.key",
                                            "chmod 640 own.key",
                                            "head -c 100 own.key >x; chmod 600 x; mv x own.key",
                                            ": >own.crt"};
    struct place *place = *state;

    use_own(place);
    must_run(place, "cp -p own.crt good.crt && cp -p own.key good.key");
    for (size_t i = 0; i < sizeof(accidents) / sizeof(accidents[0]); i++) {
        struct certificate_files *files = open_files(place, NOW_S, true);
        char key[CERTIFICATE_TEXT];

        strcpy(key, key_of(files));
        make_pair(place, "rsa:2048", "new.crt", "new.key");
        must_run(place, accidents[i]);
        assert_int_equal(look_at(files, place, NOW_S, true), -1);
        assert_int_equal(look_at(files, place, NOW_S, true), 0);
        assert_string_equal(key_of(files), key);
        must_run(place, "cp -p good.crt own.crt && cp -p good.key own.key");
        assert_int_equal(look_at(files, place, NOW_S, true), 1);
        certificate_files_free(files);
    }
}

/* A renewal went wrong, and then the power went. */
static void a_pair_broken_at_the_start_leaves_us_our_own(void **state)
{
    struct place *place = *state;
    struct certificate_time time = {.now_s = NOW_S, .built_s = BUILT_S, .is_right = true};
    struct certificate_paths spare;
    struct certificate_files *files;
    char key[CERTIFICATE_TEXT];
    struct err err;

    use_own(place);
    must_run(place, "mv own.crt good.crt && echo nonsense >own.crt");
    assert_int_equal(certificate_paths_find(&spare, place->folder, "", "", &err), 0);
    files = certificate_files_new(&place->paths, &spare, &place->names, &time, &err);
    assert_non_null(files);
    strcpy(key, key_of(files));
    assert_int_equal(certificate_end_s(in_force(files)), NOW_S + 820 * DAY_S);
    assert_string_equal(certificate_files_paths(files)->cert, spare.cert);
    assert_int_equal(look_at(files, place, NOW_S, true), 0);
    must_run(place, "mv good.crt own.crt");
    assert_int_equal(look_at(files, place, NOW_S, true), 1);
    assert_string_not_equal(key_of(files), key);
    assert_string_equal(certificate_files_paths(files)->cert, place->paths.cert);
    certificate_files_free(files);
}

static void refuses_what_is_no_pair(void **state)
{
    struct place *place = *state;

    use_own(place);
    must_run(place, "chmod 640 own.key");
    assert_refused(place, "own.key: others may read it");
    must_run(place, "chmod 604 own.key");
    assert_refused(place, "own.key: others may read it");
    must_run(place,
             "openssl ec -aes128 -passout pass:secret -in own.key -out x && chmod 600 x && mv x own.key");
    assert_refused(place, "own.key: "); /* and nobody is asked for the password */
    must_run(place, "rm own.key && mkfifo -m 600 own.key");
    assert_refused(place, "own.key: not a file");
    must_run(place, "rm own.key && head -c 100000 /dev/zero >own.key && chmod 600 own.key");
    assert_refused(place, "own.key: longer than any certificate");
    must_run(place, "rm own.key");
    assert_refused(place, "own.key: No such file or directory");
    must_run(place, "openssl genpkey -algorithm ED25519 -out own.key && chmod 600 own.key");
    assert_refused(place, "own.crt: different key types");
}

static void our_own_key_must_be_ours_alone_and_whole(void **state)
{
    static const char *const accidents[] = {"chmod 644 tls.key", "echo nonsense >tls.key", ": >tls.key",
                                            "head -c 100 tls.key >x; chmod 600 x; mv x tls.key"};
    struct place *place = *state;

    for (size_t i = 0; i < sizeof(accidents) / sizeof(accidents[0]); i++) {
        struct certificate_files *files = open_files(place, NOW_S, true);
        char key[CERTIFICATE_TEXT];

        strcpy(key, key_of(files));
        certificate_files_free(files);
        must_run(place, accidents[i]);
        files = open_files(place, NOW_S, true);
        assert_string_not_equal(key_of(files), key);
        certificate_files_free(files);
        must_run(place, "rm tls.key.refused-* && openssl pkey -in tls.key -noout");
    }
}

static void one_file_alone_is_no_pair(void **state)
{
    struct place *place = *state;
    struct err err;

    assert_int_equal(certificate_paths_find(&place->paths, "/", "/a", "", &err), -1);
    assert_int_equal(certificate_paths_find(&place->paths, "/", "", "/a", &err), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(holds_820_days_from_the_later_of_build_and_now, set_up, tear_down),
        cmocka_unit_test_setup_teardown(is_valid_in_1970, set_up, tear_down),
        cmocka_unit_test_setup_teardown(says_what_openssl_says, set_up, tear_down),
        cmocka_unit_test_setup_teardown(names_nobody, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_key_is_nobody_elses, set_up, tear_down),
        cmocka_unit_test_setup_teardown(two_are_never_alike, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_second_start_changes_nothing, set_up, tear_down),
        cmocka_unit_test_setup_teardown(is_renewed_with_its_key_60_days_before_its_end, set_up, tear_down),
        cmocka_unit_test_setup_teardown(one_that_ended_is_renewed_at_the_start, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_new_name_renews_it_and_a_lost_one_does_not, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_key_stays_without_its_certificate, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_cannot_be_written_is_kept_and_written_later, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_owners_files_are_read_again_when_they_change, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_broken_pair_keeps_the_old_one_and_is_said_once, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_pair_broken_at_the_start_leaves_us_our_own, set_up, tear_down),
        cmocka_unit_test_setup_teardown(refuses_what_is_no_pair, set_up, tear_down),
        cmocka_unit_test_setup_teardown(our_own_key_must_be_ours_alone_and_whole, set_up, tear_down),
        cmocka_unit_test_setup_teardown(one_file_alone_is_no_pair, set_up, tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
