/* access as a whole: loop, thread, access.db. */
#include "access_house.h"

static void is_closed_until_it_is_paired(void **state)
{
    struct house *house = *state;
    struct access_grant grant;
    const struct access_answer *answer;

    open_house(house, false);
    access_login(house->access, 5, &here, "kari", PASSWORD);
    assert_int_equal(wait_answers(house, 1)->result, ACCESS_OPENING);
    wait_ready(house);
    access_login(house->access, 6, &here, "kari", PASSWORD);
    assert_int_equal(wait_answers(house, 2)->result, ACCESS_WRONG);
    access_pair(house->access, 7, &here, "", "kari", PASSWORD);
    assert_int_equal(wait_answers(house, 3)->result, ACCESS_WRONG);
    assert_false(access_check(house->access, "", false, &grant));
    answer = pair(house, "Kari");
    assert_int_equal(answer->result, ACCESS_OK);
    assert_string_equal(answer->grant.user, "kari");
    assert_int_equal(answer->grant.role, ACCESS_ROLE_ADMIN);
    assert_true(access_check(house->access, answer->identifier, false, &grant));
    assert_string_equal(grant.csrf, answer->grant.csrf);
    assert_string_not_equal(grant.csrf, answer->identifier);
    close_house(house);
}

static void logs_in_with_the_right_password_only(void **state)
{
    struct house *house = *state;
    struct access_grant grant;

    open_house(house, false);
    wait_ready(house);
    pair(house, "kari");
    access_login(house->access, 2, &here, "kari", "a green bicyclf");
    assert_int_equal(wait_answers(house, 2)->result, ACCESS_WRONG);
    assert_string_equal(house->answers[1].identifier, "");
    access_login(house->access, 3, &here, "kari", "");
    assert_int_equal(wait_answers(house, 3)->result, ACCESS_WRONG);
    access_login(house->access, 4, &here, "KARI", PASSWORD);
    assert_int_equal(wait_answers(house, 4)->result, ACCESS_OK);
    assert_int_equal(house->requests[3], 4);
    assert_true(access_check(house->access, house->answers[0].identifier, false, &grant));
    assert_true(access_check(house->access, house->answers[3].identifier, false, &grant));
    assert_string_not_equal(house->answers[0].identifier, house->answers[3].identifier);
    close_house(house);
}

static void stays_logged_in_over_a_restart(void **state)
{
    struct house *house = *state;
    char identifier[SECRET_TEXT], csrf[SECRET_TEXT];
    struct access_grant grant;

    open_house(house, false);
    wait_ready(house);
    strcpy(identifier, pair(house, "kari")->identifier);
    strcpy(csrf, house->answers[0].grant.csrf);
    close_house(house);
    open_house(house, false);
    assert_false(access_check(house->access, identifier, false, &grant));
    wait_ready(house);
    assert_true(access_check(house->access, identifier, false, &grant));
    assert_string_equal(grant.csrf, csrf);
    assert_int_equal(grant.role, ACCESS_ROLE_ADMIN);
    close_house(house);
}

static void logs_out_for_good(void **state)
{
    struct house *house = *state;
    char identifier[SECRET_TEXT];
    struct access_grant grant;

    open_house(house, false);
    wait_ready(house);
    strcpy(identifier, pair(house, "kari")->identifier);
    access_logout(house->access, 9, house->answers[0].grant.session);
    assert_false(access_check(house->access, identifier, false, &grant));
    assert_int_equal(wait_answers(house, 2)->result, ACCESS_OK);
    assert_int_equal(house->ended_count, 1);
    assert_int_equal(house->ended[0], house->answers[0].grant.session);
    close_house(house);
    open_house(house, false);
    wait_ready(house);
    assert_false(access_check(house->access, identifier, false, &grant));
    close_house(house);
}

static void ends_all_sessions_with_a_new_password(void **state)
{
    struct house *house = *state;
    struct access_grant grant;

    open_house(house, false);
    wait_ready(house);
    pair(house, "kari");
    pair(house, "kari");
    assert_int_equal(house->ended_count, 1);
    assert_false(access_check(house->access, house->answers[0].identifier, false, &grant));
    assert_true(access_check(house->access, house->answers[1].identifier, false, &grant));
    close_house(house);
}

static void lets_one_of_two_pair_with_one_code(void **state)
{
    struct house *house = *state;
    char code[9];
    struct err err;

    open_house(house, false);
    wait_ready(house);
    assert_int_equal(access_pair_open(house->access, code, &err), 0);
    access_pair(house->access, 1, &here, code, "kari", PASSWORD);
    access_pair(house->access, 2, &here, code, "mallory", PASSWORD);
    wait_answers(house, 2);
    assert_int_equal(house->requests[0], 2);
    assert_int_equal(house->answers[0].result, ACCESS_WRONG);
    assert_int_equal(house->answers[1].result, ACCESS_OK);
    access_pair(house->access, 3, &here, code, "mallory", PASSWORD);
    assert_int_equal(wait_answers(house, 3)->result, ACCESS_WRONG);
    access_pair(house->access, 4, &here, code, "kari", "short");
    assert_int_equal(wait_answers(house, 4)->result, ACCESS_INVALID);
    close_house(house);
}

static void answers_the_sixth_login_at_once_with_429(void **state)
{
    struct house *house = *state;
    struct penalty_source sources[12];
    size_t refused = 0;

    open_house(house, false);
    wait_ready(house);
    pair(house, "kari");
    for (uint8_t i = 0; i < 12; i++) {
        sources[i] = (struct penalty_source){.family = 4, .prefix = {10, 0, 0, i}};
        access_login(house->access, 100 + i, &sources[i], "kari", PASSWORD);
    }
    for (size_t i = 1; i < house->answer_count; i++)
        refused += house->answers[i].result == ACCESS_TOO_MANY && house->answers[i].retry_s > 0;
    assert_int_equal(refused, 12 - 5);
    wait_answers(house, 13);
    for (size_t i = 1 + refused; i < house->answer_count; i++)
        assert_int_equal(house->answers[i].result, ACCESS_OK);
    close_house(house);
}

static void slows_down_who_guesses(void **state)
{
    struct house *house = *state;
    struct penalty_source elsewhere = {.family = 4, .prefix = {10, 0, 0, 9}};

    open_house(house, false);
    wait_ready(house);
    pair(house, "kari");
    for (int i = 0; i < PENALTY_BURST; i++) {
        access_login(house->access, 2, &here, i % 2 ? "kari" : "nobody", "a wrong password");
        assert_int_equal(wait_answers(house, (size_t)i + 2)->result, ACCESS_WRONG);
    }
    access_login(house->access, 3, &here, "kari", PASSWORD);
    assert_int_equal(house->answers[PENALTY_BURST + 1].result, ACCESS_TOO_MANY);
    assert_in_range(house->answers[PENALTY_BURST + 1].retry_s, 1, PENALTY_REFILL_S);
    access_login(house->access, 4, &elsewhere, "kari", PASSWORD);
    assert_int_equal(wait_answers(house, PENALTY_BURST + 3)->result, ACCESS_OK);
    close_house(house);
}

static void closes_the_seventeenth_session(void **state)
{
    struct house *house = *state;
    struct access_grant grant;

    open_house(house, true);
    wait_ready(house);
    for (size_t i = 0; i < 17; i++) {
        char code[9];
        struct err err;

        access_pair_open(house->access, code, &err);
        access_pair(house->access, 1, &here, code, NULL, NULL);
        assert_int_equal(wait_answers(house, i + 1)->result, ACCESS_OK);
    }
    assert_int_equal(house->ended_count, 1);
    assert_false(access_check(house->access, house->answers[0].identifier, false, &grant));
    assert_true(access_check(house->access, house->answers[16].identifier, false, &grant));
    assert_string_equal(grant.user, "demo");
    close_house(house);
}

static void lets_nobody_in_without_the_demo_code(void **state)
{
    struct house *house = *state;
    char code[9];
    struct err err;

    open_house(house, true);
    wait_ready(house);
    access_pair_open(house->access, code, &err);
    code[0] = code[0] == '9' ? '0' : '9';
    access_pair(house->access, 1, &here, code, NULL, NULL);
    assert_int_equal(wait_answers(house, 1)->result, ACCESS_WRONG);
    access_login(house->access, 2, &here, "demo", "");
    assert_int_equal(wait_answers(house, 2)->result, ACCESS_WRONG);
    close_house(house);
    house->answer_count = 0;
    open_house(house, false); /* not the demo: a code alone is no way in */
    wait_ready(house);
    access_pair_open(house->access, code, &err);
    access_pair(house->access, 3, &here, code, NULL, NULL);
    assert_int_equal(wait_answers(house, 1)->result, ACCESS_INVALID);
    close_house(house);
}

static void path_in(const struct house *house, const char *name, char path[128])
{
    snprintf(path, 128, "%s/%s", house->folder, name);
}

static void keeps_its_file_private_and_without_secrets(void **state)
{
    struct house *house = *state;
    char path[128], command[400];
    struct stat stat_buf;

    open_house(house, false);
    wait_ready(house);
    pair(house, "kari");
    path_in(house, "access.db", path);
    assert_int_equal(stat(path, &stat_buf), 0);
    assert_int_equal(stat_buf.st_mode & 07777, 0600);
    path_in(house, "access.db-wal", path);
    assert_int_equal(stat(path, &stat_buf), 0);
    assert_int_equal(stat_buf.st_mode & 07777, 0600);
    snprintf(command, sizeof(command), "grep -raqe '%s' -e '%s' %s", house->answers[0].identifier, PASSWORD,
             house->folder);
    assert_int_not_equal(system(command), 0);
    snprintf(command, sizeof(command), "grep -raq kari %s", house->folder);
    assert_int_equal(system(command), 0);
    close_house(house);
}

static void overwrite(const char *path, const char *bytes, off_t at)
{
    int fd = open(path, O_WRONLY | O_CREAT, 0600);

    assert_true(fd >= 0);
    assert_int_equal(pwrite(fd, bytes, strlen(bytes), at), (ssize_t)strlen(bytes));
    close(fd);
}

static void sets_a_damaged_file_aside(void **state)
{
    struct house *house = *state;
    char path[128], command[200];

    open_house(house, false);
    wait_ready(house);
    pair(house, "kari");
    close_house(house);
    path_in(house, "access.db", path);
    overwrite(path, "this is not a database any more", 0);
    house->answer_count = 0;
    open_house(house, false);
    wait_ready(house);
    access_login(house->access, 1, &here, "kari", PASSWORD);
    assert_int_equal(wait_answers(house, 1)->result, ACCESS_WRONG);
    snprintf(command, sizeof(command), "ls %s | grep -q 'access.db.damaged-'", house->folder);
    assert_int_equal(system(command), 0);
    close_house(house);
}

static void stays_closed_without_its_file(void **state)
{
    struct house *house = *state;
    char path[128];
    struct err err;

    path_in(house, "access.db", path);
    assert_int_equal(mkdir(path, 0700), 0);
    open_house(house, false);
    assert_string_equal(access_trouble(house->access), "garaged is still starting");
    access_login(house->access, 1, &here, "kari", PASSWORD);
    for (int i = 0; i < 20 && !access_ready(house->access); i++)
        loop_turn(house->loop, 50, &err);
    assert_false(access_ready(house->access));
    access_login(house->access, 2, &here, "kari", PASSWORD);
    assert_int_equal(house->answers[1].result, ACCESS_FAILED);
    assert_string_equal(access_trouble(house->access),
                        "nobody can log in: access.db: Is a directory; garaged tries again every minute");
    close_house(house);
}

/* The folder may be read, nothing in it written: said in words, not as a start that never ends. */
static void says_that_its_folder_is_read_only(void **state)
{
    struct house *house = *state;
    struct err err;

    assert_int_equal(chmod(house->folder, 0500), 0);
    if (access(house->folder, W_OK) == 0)
        skip(); /* root writes everywhere; make check runs without its powers */
    open_house(house, false);
    for (int i = 0; i < 200 && strstr(access_trouble(house->access), "starting"); i++)
        loop_turn(house->loop, 50, &err);
    assert_string_equal(access_trouble(house->access),
                        "nobody can log in: access.db: Permission denied; garaged tries again every minute");
    close_house(house);
    assert_int_equal(chmod(house->folder, 0700), 0);
}

static void sqlite(const struct house *house, const char *sql)
{
    char command[512];

    snprintf(command, sizeof(command),
             "python3 -c \"import sqlite3; c=sqlite3.connect('%s/access.db'); c.executescript('''%s''')\"",
             house->folder, sql);
    assert_int_equal(system(command), 0);
}

static void refuses_a_newer_file(void **state)
{
    struct house *house = *state;
    struct access_snapshot *snapshot = calloc(1, sizeof(*snapshot));
    struct err err;

    access_store_close(access_store_open(house->folder, snapshot, &err));
    sqlite(house, "PRAGMA user_version = 99;");
    assert_null(access_store_open(house->folder, snapshot, &err));
    assert_non_null(strstr(err.text, "newer garaged"));
    sqlite(house, "PRAGMA user_version = 1; PRAGMA application_id = 1;");
    assert_null(access_store_open(house->folder, snapshot, &err));
    assert_non_null(strstr(err.text, "not a file of garaged"));
    free(snapshot);
}

static void forgets_rights_of_another_boot(void **state)
{
    struct house *house = *state;
    struct access_grant grant;
    char identifier[SECRET_TEXT];

    open_house(house, false);
    wait_ready(house);
    strcpy(identifier, pair(house, "kari")->identifier);
    close_house(house);
    sqlite(house, "UPDATE sessions SET boot = 'another', seen_boot_ns = 9000000000000000000;");
    open_house(house, false);
    wait_ready(house);
    assert_true(access_check(house->access, identifier, false, &grant));
    assert_int_equal(grant.role, ACCESS_ROLE_VIEWER);
    close_house(house);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        house_unit_test(is_closed_until_it_is_paired),
        house_unit_test(logs_in_with_the_right_password_only),
        house_unit_test(stays_logged_in_over_a_restart),
        house_unit_test(logs_out_for_good),
        house_unit_test(ends_all_sessions_with_a_new_password),
        house_unit_test(lets_one_of_two_pair_with_one_code),
        house_unit_test(answers_the_sixth_login_at_once_with_429),
        house_unit_test(slows_down_who_guesses),
        house_unit_test(closes_the_seventeenth_session),
        house_unit_test(lets_nobody_in_without_the_demo_code),
        house_unit_test(keeps_its_file_private_and_without_secrets),
        house_unit_test(sets_a_damaged_file_aside),
        house_unit_test(stays_closed_without_its_file),
        house_unit_test(says_that_its_folder_is_read_only),
        house_unit_test(refuses_a_newer_file),
        house_unit_test(forgets_rights_of_another_boot),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
