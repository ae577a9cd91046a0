/* access: the pure parts. Users, sessions, pairing, penalties, secrets, password hashes. */
#include "access/pairing.h"
#include "access/password.h"
#include "access/penalty.h"
#include "access/secret.h"
#include "access/session.h"
#include "access/users.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static void names_every_role(void **state)
{
    (void)state;
    assert_int_equal(access_role_parse("viewer"), ACCESS_ROLE_VIEWER);
    assert_int_equal(access_role_parse("driver"), ACCESS_ROLE_DRIVER);
    assert_int_equal(access_role_parse("admin"), ACCESS_ROLE_ADMIN);
    assert_int_equal(access_role_parse("anyone"), 0);
    assert_int_equal(access_role_parse("root"), 0);
    assert_int_equal(access_role_parse(""), 0);
}

static void hashes_like_everybody_else(void **state)
{
    (void)state;
    unsigned char hash[SECRET_BYTES];
    char text[SECRET_TEXT];
    struct err err;

    assert_int_equal(secret_hash("abc", 3, hash, &err), 0);
    secret_to_text(hash, text);
    assert_string_equal(text, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

static void reads_back_what_it_writes_and_nothing_else(void **state)
{
    (void)state;
    unsigned char bytes[SECRET_BYTES], again[SECRET_BYTES];
    char text[SECRET_TEXT + 2];
    struct err err;

    assert_int_equal(secret_random(bytes, sizeof(bytes), &err), 0);
    secret_to_text(bytes, text);
    assert_true(secret_from_text(text, again));
    assert_memory_equal(bytes, again, sizeof(bytes));
    text[10] = 'G';
    assert_false(secret_from_text(text, again));
    text[10] = 'A';
    assert_false(secret_from_text(text, again));
    text[10] = '\0';
    assert_false(secret_from_text(text, again));
    assert_false(secret_from_text("", again));
    memset(text, '0', SECRET_TEXT);
    text[SECRET_TEXT] = '\0';
    assert_false(secret_from_text(text, again));
    assert_true(secret_equal("same", "same"));
    assert_false(secret_equal("same", "samf"));
    assert_false(secret_equal("same", "same "));
    assert_false(secret_equal("", "same"));
}

static void draws_numbers_below_the_limit(void **state)
{
    (void)state;
    bool seen[3] = {false};
    struct err err;

    for (int i = 0; i < 200; i++) {
        uint32_t value = 99;

        assert_int_equal(secret_random_below(3, &value, &err), 0);
        assert_in_range(value, 0, 2);
        seen[value] = true;
    }
    assert_true(seen[0] && seen[1] && seen[2]);
}

static void pairs_once_within_ten_minutes(void **state)
{
    (void)state;
    struct pairing pairing = {0};

    assert_false(pairing_take(&pairing, "", 0));
    pairing_open(&pairing, 42, 0);
    assert_string_equal(pairing.code, "00000042");
    assert_true(pairing_take(&pairing, "00000042", NS_PER_MIN));
    assert_false(pairing_take(&pairing, "00000042", NS_PER_MIN)); /* held by the first */
    pairing_release(&pairing);
    assert_true(pairing_take(&pairing, "00000042", NS_PER_MIN));
    pairing_close(&pairing);
    assert_false(pairing_take(&pairing, "00000042", NS_PER_MIN));
    pairing_open(&pairing, 7, 0);
    assert_false(pairing_take(&pairing, "00000007", PAIRING_VALID_MIN * NS_PER_MIN));
    assert_false(pairing_take(&pairing, "00000007", 0));
}

static void closes_pairing_at_the_fifth_wrong_code(void **state)
{
    (void)state;
    struct pairing pairing = {0};

    pairing_open(&pairing, 42, 0);
    for (int i = 0; i < PAIRING_TRIES - 1; i++)
        assert_false(pairing_take(&pairing, "00000041", 0));
    assert_int_equal(pairing.tries_left, 1);
    assert_false(pairing_take(&pairing, "", 0));
    assert_false(pairing_take(&pairing, "00000042", 0));
}

static void takes_the_demo_code_as_often_as_wanted(void **state)
{
    (void)state;
    struct pairing pairing = {0};

    pairing_open_for_ever(&pairing, 99999999);
    for (int i = 0; i < 100; i++) {
        assert_false(pairing_take(&pairing, "12345678", INT64_MAX));
        assert_true(pairing_take(&pairing, "99999999", INT64_MAX));
        pairing_close(&pairing);
    }
}

static struct penalty_source source_number(uint32_t number)
{
    struct penalty_source source = {.family = 4};

    memcpy(source.prefix, &number, sizeof(number));
    return source;
}

static void evaluates_at_most_sixty_tries_an_hour_of_one_source(void **state)
{
    (void)state;
    static struct penalties penalties;
    struct penalty_source source = source_number(1), other = source_number(2);
    int evaluated = 0;

    for (int64_t now_ns = 0; now_ns < NS_PER_H; now_ns += NS_PER_S / 3)
        evaluated += penalty_try(&penalties, &source, now_ns) == 0;
    assert_in_range(evaluated, 50, 60);
    assert_int_equal(penalty_try(&penalties, &other, NS_PER_H), 0);
}

static void says_how_long_to_wait(void **state)
{
    (void)state;
    static struct penalties penalties;
    struct penalty_source source = source_number(1);
    int wait_s;

    for (int i = 0; i < PENALTY_BURST; i++)
        assert_int_equal(penalty_try(&penalties, &source, 1000), 0);
    wait_s = penalty_try(&penalties, &source, 1000);
    assert_int_equal(wait_s, PENALTY_REFILL_S);
    assert_int_equal(penalty_try(&penalties, &source, 1000 + (int64_t)wait_s * NS_PER_S - 1), 1);
    assert_int_equal(penalty_try(&penalties, &source, 1000 + (int64_t)wait_s * NS_PER_S), 0);
}

static void holds_nothing_against_who_was_right(void **state)
{
    (void)state;
    static struct penalties penalties;
    struct penalty_source source = source_number(1);

    for (int i = 0; i < 1000; i++) {
        assert_int_equal(penalty_try(&penalties, &source, 5), 0);
        penalty_forgive(&penalties, &source, 5);
    }
}

static void slows_down_many_sources_together(void **state)
{
    (void)state;
    static struct penalties penalties;
    int evaluated = 0;

    for (uint32_t i = 1; i <= 10000; i++) {
        struct penalty_source source = source_number(i);

        evaluated += penalty_try(&penalties, &source, (int64_t)i * NS_PER_MS) == 0;
    }
    assert_in_range(evaluated, PENALTY_ALL_BURST, PENALTY_ALL_BURST + 10 / PENALTY_ALL_REFILL_S + 1);
}

static void checks_names_and_passwords(void **state)
{
    (void)state;
    char name[USER_NAME_MAX];
    char longest[USER_PASSWORD_MAX + 1];
    struct err err;

    assert_int_equal(user_name_read("Kari.N-1", name, &err), 0);
    assert_string_equal(name, "kari.n-1");
    assert_int_equal(user_name_read("", name, &err), -1);
    assert_int_equal(user_name_read("a b", name, &err), -1);
    assert_int_equal(user_name_read("<img src=x>", name, &err), -1);
    assert_int_equal(user_name_read("abcdefghijabcdefghijabcdefghij123", name, &err), -1);
    assert_int_equal(user_password_check("a green bicycle", "kari", &err), 0);
    assert_int_equal(user_password_check("grønn sykkel", "kari", &err), 0); /* 12 characters, 13 bytes */
    assert_int_equal(user_password_check("short one", "kari", &err), -1);
    assert_int_equal(user_password_check("aaaaaaaaaaaaaaaa", "kari", &err), -1);
    assert_int_equal(user_password_check("123456789012", "kari", &err), -1);
    assert_int_equal(user_password_check("Qwertyuiopas", "kari", &err), -1);
    assert_int_equal(user_password_check("kristoffer2024", "kristoffer", &err), -1);
    memset(longest, 'x', sizeof(longest));
    memcpy(longest, "abcdefgh", 8);
    longest[USER_PASSWORD_MAX - 1] = '\0';
    assert_int_equal(user_password_check(longest, "kari", &err), 0);
    longest[USER_PASSWORD_MAX - 1] = 'x';
    longest[USER_PASSWORD_MAX] = '\0';
    assert_int_equal(user_password_check(longest, "kari", &err), -1);
}

static void keeps_at_most_thirty_two_users(void **state)
{
    (void)state;
    struct users users = {.count = 0};
    struct user user = {.role = ACCESS_ROLE_VIEWER};

    for (int i = 0; i < USER_MAX; i++) {
        user.id = users_next_id(&users);
        snprintf(user.name, sizeof(user.name), "user%d", i);
        assert_int_equal(users_put(&users, &user), 0);
    }
    user.id = users_next_id(&users);
    assert_int_equal(users_put(&users, &user), -1);
    user.id = 7;
    snprintf(user.name, sizeof(user.name), "renamed");
    assert_int_equal(users_put(&users, &user), 0);
    assert_null(users_find(&users, "user6"));
    assert_int_equal(users_find(&users, "renamed")->id, 7);
    assert_null(users_get(&users, 99));
}

static void fill_hash(unsigned char hash[SECRET_BYTES], uint32_t number)
{
    memset(hash, 0, SECRET_BYTES);
    memcpy(hash, &number, sizeof(number));
}

static struct session *add(struct sessions *sessions, int64_t user, uint32_t number, int64_t now_ns)
{
    unsigned char hash[SECRET_BYTES];
    char csrf[SECRET_TEXT] = "csrf";

    fill_hash(hash, number);
    return sessions_add(sessions, user, hash, csrf, now_ns);
}

static void finds_a_session_by_its_hash_only(void **state)
{
    (void)state;
    static struct sessions sessions;
    unsigned char hash[SECRET_BYTES];
    int64_t id = add(&sessions, 3, 77, 0)->id;

    fill_hash(hash, 77);
    assert_int_equal(sessions_find(&sessions, hash)->id, id);
    fill_hash(hash, 78);
    assert_null(sessions_find(&sessions, hash));
    memset(hash, 0, sizeof(hash)); /* what a free place holds */
    assert_null(sessions_find(&sessions, hash));
    sessions_drop(&sessions, id);
    fill_hash(hash, 77);
    assert_null(sessions_find(&sessions, hash));
    assert_null(sessions_get(&sessions, id));
    assert_null(sessions_get(&sessions, 0));
}

static void lets_the_longest_idle_session_go(void **state)
{
    (void)state;
    static struct sessions sessions;
    struct session *second = NULL;

    for (uint32_t i = 0; i < SESSION_PER_USER_MAX; i++) {
        struct session *session = add(&sessions, 3, i + 1, 10);

        if (i == 1)
            second = session;
    }
    for (size_t i = 0; i < SESSION_MAX; i++)
        sessions.items[i].seen_ns = 20;
    second->seen_ns = 15;
    int64_t second_id = second->id;
    assert_null(sessions_victim(&sessions, 4));
    assert_int_equal(sessions_victim(&sessions, 3)->id, second_id);
    add(&sessions, 3, 1000, 30);
    assert_null(sessions_get(&sessions, second_id));
    for (uint32_t i = 0; i < 2 * SESSION_MAX; i++)
        add(&sessions, 100 + i, 2000 + i, 40 + i); /* never more than there are places */
}

static void wears_rights_off_and_keeps_looking(void **state)
{
    (void)state;
    static struct sessions sessions;
    struct session *session = add(&sessions, 3, 1, 0);
    const enum access_role admin = ACCESS_ROLE_ADMIN;

    assert_int_equal(session_role(session, admin, 29 * NS_PER_MIN), ACCESS_ROLE_ADMIN);
    session_touch(session, admin, false, 29 * NS_PER_MIN); /* looking does not renew */
    assert_int_equal(session_role(session, admin, 31 * NS_PER_MIN), ACCESS_ROLE_DRIVER);
    session_touch(session, admin, true, 31 * NS_PER_MIN); /* nor does acting with what is left */
    assert_int_equal(session_role(session, admin, 31 * NS_PER_MIN), ACCESS_ROLE_DRIVER);
    assert_int_equal(session_role(session, admin, 13 * NS_PER_H), ACCESS_ROLE_VIEWER);
    assert_true(session_alive(session, 29 * 24 * NS_PER_H));
    assert_false(session_alive(session, 31 * 24 * NS_PER_H));
    session = add(&sessions, 3, 2, 0);
    session_touch(session, admin, true, 20 * NS_PER_MIN);
    assert_int_equal(session_role(session, admin, 40 * NS_PER_MIN), ACCESS_ROLE_ADMIN);
    assert_int_equal(session_role(session, ACCESS_ROLE_VIEWER, 0), ACCESS_ROLE_VIEWER);
    session->acted_ns = TIME_NONE;
    assert_int_equal(session_role(session, admin, 0), ACCESS_ROLE_VIEWER);
}

static void verifies_the_right_password_only(void **state)
{
    (void)state;
    char hash[USER_HASH_MAX], other[USER_HASH_MAX];
    struct err err;

    assert_int_equal(password_hash("a green bicycle", hash, &err), 0);
    assert_int_equal(password_hash("a green bicycle", other, &err), 0);
    assert_string_not_equal(hash, other);
    assert_memory_equal(hash, "$y$j9T$", 7); /* cost 5 */
    assert_true(password_verify("a green bicycle", hash));
    assert_false(password_verify("a green bicycl", hash));
    assert_false(password_verify("a green bicycle ", hash));
    assert_false(password_verify("", hash));
}

static void lets_nobody_in_by_a_damaged_hash(void **state)
{
    (void)state;
    char hash[USER_HASH_MAX];
    struct err err;
    static const char *const damaged[] = {"",         "*0",
                                          "$y$",      "x",
                                          "$y$j9T$",  "$1$abcdefgh$G8.9s4p5qGNj5yXBpZ3Kf1",
                                          "$y$j9T$$", "!",
                                          "$y$*0",    "$y$j9T$................"};

    for (size_t i = 0; i < sizeof(damaged) / sizeof(damaged[0]); i++) {
        assert_false(password_verify("", damaged[i]));
        assert_false(password_verify("a green bicycle", damaged[i]));
        assert_false(password_verify(damaged[i], damaged[i]));
    }
    assert_int_equal(password_hash("a green bicycle", hash, &err), 0);
    hash[strlen(hash) - 1] = '\0';
    assert_false(password_verify("a green bicycle", hash));
}

static int64_t spent_ns(const char *hash)
{
    struct timespec from, to;

    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &from);
    for (int i = 0; i < 8; i++)
        assert_false(password_verify("not the password", hash));
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &to);
    return (to.tv_sec - from.tv_sec) * INT64_C(1000000000) + to.tv_nsec - from.tv_nsec;
}

/* Who asks for somebody who isn't there waits as long. */
static void nobody_takes_as_long_as_somebody(void **state)
{
    char hash[USER_HASH_MAX];
    struct err err;

    (void)state;
    assert_int_equal(password_hash("a green bicycle", hash, &err), 0);
    int64_t somebody_ns = spent_ns(hash), nobody_ns = spent_ns("");
    assert_in_range(nobody_ns, somebody_ns / 2, somebody_ns * 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_every_role),
        cmocka_unit_test(hashes_like_everybody_else),
        cmocka_unit_test(reads_back_what_it_writes_and_nothing_else),
        cmocka_unit_test(draws_numbers_below_the_limit),
        cmocka_unit_test(pairs_once_within_ten_minutes),
        cmocka_unit_test(closes_pairing_at_the_fifth_wrong_code),
        cmocka_unit_test(takes_the_demo_code_as_often_as_wanted),
        cmocka_unit_test(evaluates_at_most_sixty_tries_an_hour_of_one_source),
        cmocka_unit_test(says_how_long_to_wait),
        cmocka_unit_test(holds_nothing_against_who_was_right),
        cmocka_unit_test(slows_down_many_sources_together),
        cmocka_unit_test(checks_names_and_passwords),
        cmocka_unit_test(keeps_at_most_thirty_two_users),
        cmocka_unit_test(finds_a_session_by_its_hash_only),
        cmocka_unit_test(lets_the_longest_idle_session_go),
        cmocka_unit_test(wears_rights_off_and_keeps_looking),
        cmocka_unit_test(verifies_the_right_password_only),
        cmocka_unit_test(lets_nobody_in_by_a_damaged_hash),
        cmocka_unit_test(nobody_takes_as_long_as_somebody),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
