/* The audit: what stands in it, and that whatever is done to its rows shows. */
#include "access_house.h"

#include "access/manage.h"
#include "access/store_private.h"

#include <sqlite3.h>

#define ROWS 12

struct reading {
    bool is_there;
    struct audit_list list;
    struct audit_verdict verdict;
};

static void take_reading(void *ctx, uint64_t request, const struct access_answer *answer)
{
    struct reading *reading = ctx;

    (void)request;
    reading->is_there = true;
    assert_int_equal(answer->result, ACCESS_OK);
    if (answer->audit != NULL)
        reading->list = *answer->audit;
    if (answer->verdict != NULL)
        reading->verdict = *answer->verdict;
}

static void wait_reading(struct house *house, struct reading *reading)
{
    struct err err;

    while (!reading->is_there)
        assert_int_equal(loop_turn(house->loop, -1, &err), 0);
    reading->is_there = false;
}

static void read_list(struct house *house, struct reading *reading, int64_t before, const char *only,
                      size_t limit)
{
    const struct access_asker asker = {take_reading, reading, 1, "", ""};

    access_audit_list(house->access, &asker, before, only, limit);
    wait_reading(house, reading);
}

static int64_t verify(struct house *house, struct reading *reading)
{
    const struct access_asker asker = {take_reading, reading, 1, "", ""};

    access_audit_verify(house->access, &asker);
    wait_reading(house, reading);
    return reading->verdict.bad;
}

static void tell(struct house *house, const char *who, const char *what, const char *detail)
{
    access_audit(house->access, &(struct audit_event){who, "192.168.1.20", what, detail, false});
}

/* A house with `ROWS` rows, the last of them told of below. */
static struct reading *begin(struct house *house)
{
    struct reading *reading = calloc(1, sizeof(*reading));
    char detail[16];

    open_house(house, false);
    wait_ready(house);
    for (int i = 1; i <= ROWS; i++) {
        snprintf(detail, sizeof(detail), "number %d", i);
        tell(house, i % 2 ? "kari" : "ola", i == 4 ? "pause" : "preferences", detail);
    }
    assert_int_equal(verify(house, reading), 0);
    assert_int_equal(reading->verdict.last, ROWS);
    return reading;
}

static void end(struct house *house, struct reading *reading)
{
    free(reading);
    close_house(house);
}

static void run_sql(const struct house *house, const char *sql)
{
    char path[128];
    sqlite3 *db;

    snprintf(path, sizeof(path), "%s/access.db", house->folder);
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

/* ---- rows ---- */

static void what_is_told_stands_there_newest_first(void **state)
{
    struct house *house = *state;
    struct reading *reading = begin(house);

    read_list(house, reading, 0, "", 3);
    assert_int_equal(reading->list.count, 3);
    assert_int_equal(reading->list.rows[0].id, ROWS);
    assert_string_equal(reading->list.rows[0].detail, "number 12");
    assert_string_equal(reading->list.rows[0].who, "ola");
    assert_string_equal(reading->list.rows[0].from, "192.168.1.20");
    assert_true(reading->list.rows[0].is_ok);
    read_list(house, reading, ROWS - 1, "", 100);
    assert_int_equal(reading->list.count, ROWS - 2);
    end(house, reading);
}

static void others_see_their_own_rows_and_the_orders(void **state)
{
    struct house *house = *state;
    struct reading *reading = begin(house);

    read_list(house, reading, 0, "kari", 100);
    assert_int_equal(reading->list.count, ROWS / 2 + 1);
    for (size_t i = 0; i < reading->list.count; i++)
        assert_true(strcmp(reading->list.rows[i].who, "kari") == 0 ||
                    strcmp(reading->list.rows[i].what, "pause") == 0);
    end(house, reading);
}

static void the_door_tells_of_itself(void **state)
{
    static const char *const told[] = {"token_add", "logout", "login", "login", "pair", "pair", "pair_open"};
    static const bool is_ok[] = {true, true, true, false, true, false, true};
    struct house *house = *state;
    struct reading *reading = calloc(1, sizeof(*reading));
    const struct access_token_wish wish = {"scripts", "viewer", "", 0};
    struct access_asker asker = {take_answer, house, 9, "root", "control socket"};
    char code[9];
    struct err err;

    open_house(house, false);
    wait_ready(house);
    assert_int_equal(access_pair_open(house->access, code, &err), 0);
    access_pair(house->access, 1, &here, "no code", "kari", PASSWORD);
    access_pair(house->access, 1, &here, code, "kari", PASSWORD);
    wait_answers(house, 2);
    access_login(house->access, 1, &here, "kari", "not it at all");
    wait_answers(house, 3);
    access_login(house->access, 1, &here, "kari", PASSWORD);
    wait_answers(house, 4);
    access_logout(house->access, 1, house->answers[3].grant.session);
    wait_answers(house, 5);
    access_token_add(house->access, &asker, &wish, NULL);
    wait_answers(house, 6);
    read_list(house, reading, 0, "", 100);
    assert_int_equal(reading->list.count, 7);
    for (size_t i = 0; i < 7; i++) {
        assert_string_equal(reading->list.rows[i].what, told[i]);
        assert_int_equal(reading->list.rows[i].is_ok, is_ok[i]);
    }
    assert_string_equal(reading->list.rows[3].detail, "kari");
    assert_int_equal(verify(house, reading), 0);
    end(house, reading);
}

/* What comes from outside is cut, and moves no cursor in a terminal. */
static void texts_are_cut_and_cleaned(void **state)
{
    struct audit_row row = {0};
    char text[1024];

    (void)state;
    memset(text, 'x', sizeof(text) - 1);
    text[sizeof(text) - 1] = '\0';
    audit_fill(&row, &(struct audit_event){text, text, text, text, false});
    assert_int_equal(strlen(row.detail), AUDIT_DETAIL_MAX - 1);
    assert_int_equal(strlen(row.who), AUDIT_WHO_MAX - 1);
    audit_fill(&row, &(struct audit_event){"a\nb", "\x1b[2J", "c\x7f", "d\te", true});
    assert_string_equal(row.who, "a?b");
    assert_string_equal(row.from, "?[2J");
    assert_string_equal(row.what, "c?");
    assert_string_equal(row.detail, "d?e");
    assert_false(row.is_ok);
}

static void who_fails_without_end_fills_no_card(void **state)
{
    struct audit_limit limit = {0};
    int told = 0;

    (void)state;
    for (int64_t s = 0; s < 3600; s++)
        for (int i = 0; i < 10; i++)
            told += audit_may_tell(&limit, s * INT64_C(1000000000));
    assert_in_range(told, 60, 80);
    assert_int_equal(limit.left_out, 36000 - told);
}

/* ---- A19 ---- */

static void each_meddling_is_found_at_its_row(void **state)
{
    static const struct meddling {
        const char *sql;
        int64_t bad;
    } meddlings[] = {
        {"DELETE FROM audit WHERE id = 5", 5},
        {"DELETE FROM audit WHERE id = 1", 1},
        {"DELETE FROM audit WHERE id > 10", 11},
        {"DELETE FROM audit", 1},
        {"UPDATE audit SET detail = 'number 9' WHERE id = 7", 7},
        {"UPDATE audit SET is_ok = 2 WHERE id = 7", 7},
        {"UPDATE audit SET detail = detail || char(0) || 'more' WHERE id = 7", 7},
        {"UPDATE audit SET hash = zeroblob(32) WHERE id = 12", 12},
        {"UPDATE audit SET id = 100 WHERE id = 3; UPDATE audit SET id = 3 WHERE id = 4; UPDATE audit SET id "
         "= 4 "
         "WHERE id = 100",
         3},
        {"UPDATE audit SET id = 99 WHERE id = 12", 12},
        {"INSERT INTO audit SELECT 13, utc_ms, clock_right, is_ok, who, origin, what, detail, hash FROM "
         "audit "
         "WHERE id = 12",
         13},
        {"DELETE FROM audit WHERE id = 12; UPDATE audit_head SET last_id = 11", 12},
        {"DELETE FROM audit WHERE id = 1; UPDATE audit_head SET first_id = 2", 2},
    };
    struct house *house = *state;
    struct reading *reading = begin(house);
    char copy[256];

    close_house(house);
    snprintf(copy, sizeof(copy), "cp %s/access.db %s/whole", house->folder, house->folder);
    assert_int_equal(system(copy), 0);
    snprintf(copy, sizeof(copy), "cp %s/whole %s/access.db", house->folder, house->folder);
    for (size_t i = 0; i < sizeof(meddlings) / sizeof(meddlings[0]); i++) {
        run_sql(house, meddlings[i].sql);
        open_house(house, false);
        wait_ready(house);
        assert_int_equal(verify(house, reading), meddlings[i].bad);
        close_house(house);
        assert_int_equal(system(copy), 0);
    }
    free(reading);
}

static void write_rows(struct access_store *store, struct audit_row *row, int count)
{
    struct err err;

    assert_int_equal(sqlite3_exec(store->db, "BEGIN", NULL, NULL, NULL), SQLITE_OK);
    for (int i = 0; i < count; i++)
        assert_int_equal(access_audit_write(store, row, &err), 0);
    assert_int_equal(sqlite3_exec(store->db, "COMMIT", NULL, NULL, NULL), SQLITE_OK);
}

/* The chain begins where the oldest rows ended. */
static void the_oldest_go_and_the_rest_is_whole(void **state)
{
    struct house *house = *state;
    struct access_snapshot *snapshot = calloc(1, sizeof(*snapshot));
    struct audit_verdict verdict;
    struct audit_row row = {0};
    struct err err;

    struct access_store *store = access_store_open(house->folder, snapshot, &err);
    assert_non_null(store);
    audit_fill(&row, &(struct audit_event){"kari", "", "login", "", false});
    write_rows(store, &row, AUDIT_ROWS_MAX);
    assert_int_equal(access_store_audit_verify(store, &verdict, &err), 0);
    assert_int_equal(verdict.first, 1);
    write_rows(store, &row, 2);
    assert_int_equal(access_store_audit_verify(store, &verdict, &err), 0);
    assert_int_equal(verdict.first, AUDIT_PRUNED + 1);
    assert_int_equal(verdict.last, AUDIT_ROWS_MAX + 2);
    assert_int_equal(verdict.bad, 0);
    access_store_close(store);
    free(snapshot);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        house_unit_test(what_is_told_stands_there_newest_first),
        house_unit_test(others_see_their_own_rows_and_the_orders),
        house_unit_test(the_door_tells_of_itself),
        cmocka_unit_test(texts_are_cut_and_cleaned),
        cmocka_unit_test(who_fails_without_end_fills_no_card),
        house_unit_test(each_meddling_is_found_at_its_row),
        house_unit_test(the_oldest_go_and_the_rest_is_whole),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
