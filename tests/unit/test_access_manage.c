/* Users, tokens and sessions as an admin changes them: what holds at once, what survives a restart, what is
 * refused; and access.db of version 1. */
#include "access_house.h"

#include "access/manage.h"

#include <sqlite3.h>

#define OTHER "another green bicycle"

static struct access_asker asker_of(struct house *house)
{
    return (struct access_asker){take_answer, house, 9, "root", "control socket"};
}

static enum access_result result_of(struct house *house, size_t before)
{
    return wait_answers(house, before + 1)->result;
}

static enum access_result add_user(struct house *house, const char *name, const char *role)
{
    struct access_asker asker = asker_of(house);
    size_t before = house->answer_count;

    access_user_add(house->access, &asker, name, role, PASSWORD);
    return result_of(house, before);
}

static enum access_result log_in(struct house *house, const char *name, const char *password)
{
    size_t before = house->answer_count;

    access_login(house->access, 3, &here, name, password);
    return result_of(house, before);
}

/* "" when it is refused. */
static void add_token(struct house *house, const char *scope, int64_t days, char text[TOKEN_TEXT])
{
    const struct access_token_wish wish = {"prometheus", "viewer", scope, days};
    struct access_asker asker = asker_of(house);
    size_t before = house->answer_count;

    access_token_add(house->access, &asker, &wish, NULL);
    result_of(house, before);
    memcpy(text, house->answers[before].identifier, TOKEN_TEXT);
}

static void begin(struct house *house)
{
    open_house(house, false);
    wait_ready(house);
    assert_int_equal(pair(house, "kari")->result, ACCESS_OK);
}

static void restart(struct house *house)
{
    close_house(house);
    open_house(house, false);
    wait_ready(house);
}

/* ---- users ---- */

static void a_new_user_comes_in_also_after_a_restart(void **state)
{
    struct house *house = *state;

    begin(house);
    assert_int_equal(add_user(house, "Ola", "driver"), ACCESS_OK);
    assert_int_equal(log_in(house, "ola", PASSWORD), ACCESS_OK);
    assert_int_equal(house->answers[house->answer_count - 1].grant.role, ACCESS_ROLE_DRIVER);
    restart(house);
    assert_int_equal(log_in(house, "ola", PASSWORD), ACCESS_OK);
    close_house(house);
}

static void who_cannot_be_is_refused(void **state)
{
    struct house *house = *state;

    begin(house);
    assert_int_equal(add_user(house, "kari", "viewer"), ACCESS_INVALID);
    assert_int_equal(add_user(house, "ola", "root"), ACCESS_INVALID);
    assert_int_equal(add_user(house, "", "viewer"), ACCESS_INVALID);
    assert_int_equal(add_user(house, "ola\n", "viewer"), ACCESS_INVALID);
    assert_int_equal(access_users(house->access)->count, 1);
    close_house(house);
}

static void two_new_users_at_once_are_two(void **state)
{
    struct house *house = *state;
    struct access_asker asker = asker_of(house);
    size_t before;

    begin(house);
    before = house->answer_count;
    access_user_add(house->access, &asker, "ola", "viewer", PASSWORD);
    access_user_add(house->access, &asker, "mallory", "admin", PASSWORD);
    wait_answers(house, before + 2);
    assert_int_equal(house->answers[before].result, ACCESS_TOO_MANY);
    assert_int_equal(house->answers[before + 1].result, ACCESS_OK);
    assert_non_null(users_find(access_users(house->access), "ola"));
    assert_null(users_find(access_users(house->access), "mallory"));
    close_house(house);
}

static void a_new_password_ends_the_sessions_of_the_old(void **state)
{
    struct house *house = *state;
    struct access_asker asker = asker_of(house);
    struct access_grant grant;
    size_t before;

    begin(house);
    before = house->answer_count;
    access_user_password(house->access, &asker, "kari", OTHER);
    assert_int_equal(result_of(house, before), ACCESS_OK);
    assert_false(access_check(house->access, house->answers[0].identifier, false, &grant));
    assert_int_equal(house->ended_count, 1);
    assert_int_equal(log_in(house, "kari", PASSWORD), ACCESS_WRONG);
    assert_int_equal(log_in(house, "kari", OTHER), ACCESS_OK);
    restart(house);
    assert_false(access_check(house->access, house->answers[0].identifier, false, &grant));
    assert_int_equal(log_in(house, "kari", OTHER), ACCESS_OK);
    close_house(house);
}

static void a_lower_role_and_the_end_of_a_user_hold_at_once(void **state)
{
    struct house *house = *state;
    struct access_asker asker = asker_of(house);
    struct access_grant grant;
    char identifier[TOKEN_TEXT];

    begin(house);
    assert_int_equal(add_user(house, "ola", "admin"), ACCESS_OK);
    assert_int_equal(log_in(house, "ola", PASSWORD), ACCESS_OK);
    memcpy(identifier, house->answers[house->answer_count - 1].identifier, sizeof(identifier));
    access_user_role(house->access, &asker, "ola", "viewer");
    assert_false(access_check(house->access, identifier, false, &grant));
    wait_answers(house, house->answer_count + 1);
    assert_int_equal(log_in(house, "ola", PASSWORD), ACCESS_OK);
    assert_int_equal(house->answers[house->answer_count - 1].grant.role, ACCESS_ROLE_VIEWER);
    memcpy(identifier, house->answers[house->answer_count - 1].identifier, sizeof(identifier));
    access_user_remove(house->access, &asker, "ola");
    assert_false(access_check(house->access, identifier, false, &grant));
    wait_answers(house, house->answer_count + 1);
    assert_int_equal(log_in(house, "ola", PASSWORD), ACCESS_WRONG);
    restart(house);
    assert_int_equal(log_in(house, "ola", PASSWORD), ACCESS_WRONG);
    close_house(house);
}

static void the_last_admin_stays(void **state)
{
    struct house *house = *state;
    struct access_asker asker = asker_of(house);
    size_t before;

    begin(house);
    before = house->answer_count;
    access_user_role(house->access, &asker, "kari", "driver");
    access_user_remove(house->access, &asker, "kari");
    assert_int_equal(house->answer_count, before + 2);
    assert_int_equal(house->answers[before].result, ACCESS_INVALID);
    assert_int_equal(house->answers[before + 1].result, ACCESS_INVALID);
    close_house(house);
}

/* ---- tokens ---- */

static void a_token_opens_until_it_is_revoked(void **state)
{
    struct house *house = *state;
    struct access_asker asker = asker_of(house);
    struct access_grant grant;
    char text[TOKEN_TEXT];

    begin(house);
    add_token(house, "read", 0, text);
    assert_int_equal(strlen(text), TOKEN_TEXT - 1);
    restart(house);
    assert_true(access_check_token(house->access, text, &here, &grant));
    assert_int_equal(grant.session, 0);
    assert_int_equal(grant.role, ACCESS_ROLE_VIEWER);
    assert_int_equal(grant.scope, ACCESS_SCOPE_READ);
    assert_string_equal(grant.user, "prometheus");
    assert_string_equal(access_tokens(house->access)->items[0].used_from, "127.0.0.1");
    assert_true(access_still(house->access, &grant));
    access_token_remove(house->access, &asker, grant.token);
    assert_int_equal(house->ended[house->ended_count - 1], -grant.token);
    assert_false(access_check_token(house->access, text, &here, &grant));
    assert_false(access_still(house->access, &(struct access_grant){.token = 1}));
    wait_answers(house, house->answer_count + 1);
    restart(house);
    assert_false(access_check_token(house->access, text, &here, &grant));
    close_house(house);
}

static void nothing_but_the_whole_token_opens(void **state)
{
    struct house *house = *state;
    struct access_grant grant;
    char text[TOKEN_TEXT], cut[TOKEN_TEXT], longer[TOKEN_TEXT + 1];

    begin(house);
    add_token(house, "", 0, text);
    for (size_t len = 0; len < TOKEN_TEXT - 1; len++) {
        snprintf(cut, sizeof(cut), "%.*s", (int)len, text);
        assert_false(access_check_token(house->access, cut, &here, &grant));
    }
    snprintf(longer, sizeof(longer), "%sa", text);
    assert_false(access_check_token(house->access, longer, &here, &grant));
    assert_false(access_check_token(house->access, text + strlen(TOKEN_PREFIX), &here, &grant));
    assert_false(access_check_token(house->access, house->answers[0].identifier, &here, &grant));
    assert_false(access_check(house->access, text + strlen(TOKEN_PREFIX), false, &grant));
    assert_true(access_check_token(house->access, text, &here, &grant));
    close_house(house);
}

static void a_token_that_ends_takes_a_clock(void **state)
{
    struct house *house = *state;
    struct access_grant grant;
    struct token token = {.ends_s = 1000};
    char text[TOKEN_TEXT];

    begin(house);
    add_token(house, "", 30, text);
    assert_string_equal(text, ""); /* its end can't be reckoned */
    access_trust_clock(house->access, true);
    add_token(house, "", 30, text);
    assert_true(access_check_token(house->access, text, &here, &grant));
    access_trust_clock(house->access, false);
    assert_false(access_check_token(house->access, text, &here, &grant));
    assert_true(token_alive(&token, 999, true));
    assert_false(token_alive(&token, 1000, true));
    assert_false(token_alive(&token, 999, false));
    close_house(house);
}

static void what_no_token_may_be_is_refused(void **state)
{
    static const struct access_token_wish wishes[] = {
        {"a", "admin", "", 0},    {"a", "", "", 0},        {"a", "viewer", "all", 0}, {"", "viewer", "", 0},
        {"a b", "viewer", "", 0}, {"a", "viewer", "", -1}, {"a", "viewer", "", 3651}};
    struct house *house = *state;
    struct access_asker asker = asker_of(house);

    begin(house);
    for (size_t i = 0; i < sizeof(wishes) / sizeof(wishes[0]); i++) {
        access_token_add(house->access, &asker, &wishes[i], NULL);
        assert_int_equal(house->answers[house->answer_count - 1].result, ACCESS_INVALID);
    }
    assert_int_equal(access_tokens(house->access)->count, 0);
    close_house(house);
}

static void on_the_page_a_token_takes_the_password_again(void **state)
{
    const struct access_token_wish wish = {"scripts", "driver", "", 0};
    struct house *house = *state;
    struct access_asker asker = asker_of(house);
    size_t before;

    begin(house);
    before = house->answer_count;
    access_token_add(house->access, &asker, &wish, &(struct access_again){"kari", OTHER, here});
    assert_int_equal(result_of(house, before), ACCESS_WRONG);
    assert_string_equal(house->answers[before].identifier, "");
    assert_int_equal(access_tokens(house->access)->count, 0);
    access_token_add(house->access, &asker, &wish, &(struct access_again){"kari", PASSWORD, here});
    assert_int_equal(result_of(house, before + 1), ACCESS_OK);
    assert_int_equal(access_tokens(house->access)->count, 1);
    close_house(house);
}

static void there_are_at_most_sixty_four_tokens(void **state)
{
    struct tokens tokens = {0};

    (void)state;
    for (int i = 1; i <= TOKEN_MAX; i++)
        assert_int_equal(tokens_put(&tokens, &(struct token){.id = tokens_next_id(&tokens)}), 0);
    assert_int_equal(tokens_put(&tokens, &(struct token){.id = TOKEN_MAX + 1}), -1);
    tokens_drop(&tokens, 7);
    assert_null(tokens_get(&tokens, 7));
    assert_non_null(tokens_get(&tokens, 8));
    assert_int_equal(tokens_put(&tokens, &(struct token){.id = TOKEN_MAX + 1}), 0);
}

/* ---- sessions ---- */

static void sessions_end_one_by_one_and_all(void **state)
{
    struct house *house = *state;
    struct access_asker asker = asker_of(house);
    struct access_grant grant;

    begin(house);
    assert_int_equal(log_in(house, "kari", PASSWORD), ACCESS_OK);
    assert_int_equal(log_in(house, "kari", PASSWORD), ACCESS_OK);
    assert_string_equal(access_sessions(house->access)->items[0].opened_from, "127.0.0.1");
    access_session_end(house->access, &asker, house->answers[0].grant.session);
    assert_false(access_check(house->access, house->answers[0].identifier, false, &grant));
    assert_true(access_check(house->access, house->answers[1].identifier, false, &grant));
    wait_answers(house, house->answer_count + 1);
    access_sessions_end(house->access, &asker, NULL);
    assert_false(access_check(house->access, house->answers[1].identifier, false, &grant));
    wait_answers(house, house->answer_count + 1);
    restart(house);
    assert_false(access_check(house->access, house->answers[2].identifier, false, &grant));
    close_house(house);
}

/* ---- the file ---- */

static void run_sql(const struct house *house, const char *sql)
{
    char path[128];
    sqlite3 *db;

    snprintf(path, sizeof(path), "%s/access.db", house->folder);
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

static void a_file_of_version_1_is_brought_up_and_kept_as_it_was(void **state)
{
    struct house *house = *state;
    struct access_grant grant;
    char kept[128], text[TOKEN_TEXT];

    begin(house);
    close_house(house);
    run_sql(house, "DROP TABLE tokens; DROP TABLE audit; DROP TABLE audit_head; ALTER TABLE sessions DROP "
                   "COLUMN opened_utc_s;"
                   "ALTER TABLE sessions DROP COLUMN opened_from; PRAGMA user_version = 1;");
    open_house(house, false);
    wait_ready(house);
    assert_true(access_check(house->access, house->answers[0].identifier, false, &grant));
    add_token(house, "", 0, text);
    assert_true(access_check_token(house->access, text, &here, &grant));
    close_house(house);
    snprintf(kept, sizeof(kept), "%s/access.db.version-1", house->folder);
    struct stat status;
    assert_int_equal(stat(kept, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0600);
}

static void neither_token_nor_session_stands_in_the_file(void **state)
{
    struct house *house = *state;
    char text[TOKEN_TEXT], command[512];

    begin(house);
    add_token(house, "", 0, text);
    snprintf(command, sizeof(command), "! grep -qaE '%s|%s|%s' %s/access.db*", text + strlen(TOKEN_PREFIX),
             house->answers[0].identifier, PASSWORD, house->folder);
    assert_int_equal(system(command), 0);
    close_house(house);
}

static int count_rows(const struct house *house, const char *sql)
{
    char path[128];
    sqlite3_stmt *statement;
    sqlite3 *db;

    snprintf(path, sizeof(path), "%s/access.db", house->folder);
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &statement, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
    int count = sqlite3_column_int(statement, 0);
    sqlite3_finalize(statement);
    sqlite3_close(db);
    return count;
}

/* A machine with IPv4 and IPv6 comes from the one and the other: two rows, not one each time. */
static void a_token_is_told_once_of_each_place(void **state)
{
    const struct penalty_source places[] = {{.family = 4, .prefix = {10, 0, 0, 1}},
                                            {.family = 6, .prefix = {0xFD, 1}}};
    struct house *house = *state;
    struct access_grant grant;
    char text[TOKEN_TEXT];

    begin(house);
    add_token(house, "", 0, text);
    for (int i = 0; i < 30; i++)
        assert_true(access_check_token(house->access, text, &places[i % 2], &grant));
    close_house(house);
    assert_int_equal(count_rows(house, "SELECT count(*) FROM audit WHERE what = 'token_use'"), 2);
}

/* ---- a disk that takes nothing ---- */

/* Nobody else writes access.db until it is closed. */
static sqlite3 *block_writes(struct house *house)
{
    char path[128];
    sqlite3 *db;

    snprintf(path, sizeof(path), "%s/access.db", house->folder);
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK);
    return db;
}

/* Over at once, and after a restart, too; meanwhile no other change gets its ids. */
static void what_ends_stays_ended_though_it_could_not_be_written(void **state)
{
    struct access_asker asker;
    struct house *house = *state;
    size_t before;

    begin(house);
    assert_int_equal(add_user(house, "ola", "driver"), ACCESS_OK);
    assert_int_equal(log_in(house, "ola", PASSWORD), ACCESS_OK);
    asker = asker_of(house);
    sqlite3 *db = block_writes(house);
    before = house->answer_count;
    access_user_remove(house->access, &asker, "ola");
    assert_int_equal(result_of(house, before), ACCESS_FAILED);
    assert_int_equal(access_users(house->access)->count, 1);
    assert_int_equal(add_user(house, "per", "viewer"), ACCESS_TOO_MANY);
    sqlite3_close(db);
    restart(house);
    assert_int_equal(access_users(house->access)->count, 1);
    assert_int_equal(log_in(house, "ola", PASSWORD), ACCESS_WRONG);
    assert_int_equal(add_user(house, "per", "viewer"), ACCESS_OK);
    close_house(house);
}

static void it_is_written_before_the_next_change(void **state)
{
    struct house *house = *state;
    struct access_asker asker;
    enum access_result result = ACCESS_TOO_MANY;
    size_t before;

    begin(house);
    assert_int_equal(add_user(house, "ola", "driver"), ACCESS_OK);
    asker = asker_of(house);
    sqlite3 *db = block_writes(house);
    before = house->answer_count;
    access_user_remove(house->access, &asker, "ola");
    assert_int_equal(result_of(house, before), ACCESS_FAILED);
    sqlite3_close(db);
    for (int i = 0; i < 20 && result == ACCESS_TOO_MANY; i++) {
        struct err err;

        loop_turn(house->loop, 50, &err);
        result = add_user(house, "ola", "viewer");
    }
    assert_int_equal(result, ACCESS_OK);
    restart(house);
    assert_int_equal(access_users(house->access)->count, 2);
    close_house(house);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        house_unit_test(a_new_user_comes_in_also_after_a_restart),
        house_unit_test(who_cannot_be_is_refused),
        house_unit_test(two_new_users_at_once_are_two),
        house_unit_test(a_new_password_ends_the_sessions_of_the_old),
        house_unit_test(a_lower_role_and_the_end_of_a_user_hold_at_once),
        house_unit_test(the_last_admin_stays),
        house_unit_test(a_token_opens_until_it_is_revoked),
        house_unit_test(nothing_but_the_whole_token_opens),
        house_unit_test(a_token_that_ends_takes_a_clock),
        house_unit_test(what_no_token_may_be_is_refused),
        house_unit_test(on_the_page_a_token_takes_the_password_again),
        cmocka_unit_test(there_are_at_most_sixty_four_tokens),
        house_unit_test(sessions_end_one_by_one_and_all),
        house_unit_test(a_file_of_version_1_is_brought_up_and_kept_as_it_was),
        house_unit_test(neither_token_nor_session_stands_in_the_file),
        house_unit_test(a_token_is_told_once_of_each_place),
        house_unit_test(what_ends_stays_ended_though_it_could_not_be_written),
        house_unit_test(it_is_written_before_the_next_change),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
