/* GET|PUT tariffs over HTTP, with a real store behind. */
#include "web_client.h"

#include "export/json_tariffs.h"
#include "tariff_sample.h"

#include <sqlite3.h>

#define PATH "/api/v1/tariffs"

static char *text_of(int64_t price_m)
{
    struct tariffs tariffs = sample_tariffs();

    tariffs.list[0].price_m = price_m;
    return json_tariffs(&tariffs);
}

static void assert_tariffs(const struct house *house, const char *expected)
{
    struct reply reply = client_get(house, PATH, "");

    assert_int_equal(reply.status, 200);
    assert_true(reply_has(&reply, "Cache-Control: no-store"));
    assert_string_equal(reply.body, expected);
    reply_free(&reply);
}

/* What the file has, read beside the store. */
static void assert_kept(const struct house *house, const char *expected)
{
    char path[128];
    sqlite3 *database;
    sqlite3_stmt *statement;

    snprintf(path, sizeof(path), "%s/diary.db", house->folder);
    assert_int_equal(sqlite3_open_v2(path, &database, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(database, "SELECT json FROM tariff", -1, &statement, NULL),
                     SQLITE_OK);
    assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
    assert_string_equal((const char *)sqlite3_column_text(statement, 0), expected);
    assert_int_equal(sqlite3_step(statement), SQLITE_DONE);
    sqlite3_finalize(statement);
    sqlite3_close(database);
}

static void a_new_diary_has_no_tariffs(void **state)
{
    struct house *house = *state;
    static const struct tariffs none;
    char *text = json_tariffs(&none);

    client_log_in(house);
    assert_tariffs(house, text);
    free(text);
}

static void tariffs_are_on_the_card_when_they_are_answered(void **state)
{
    struct house *house = *state;

    client_log_in(house);
    for (int64_t price_m = 10000; price_m < 30000; price_m += 1000) {
        char *text = text_of(price_m);
        struct reply reply = client_put(house, PATH, text);

        assert_int_equal(reply.status, 200);
        assert_true(reply_has(&reply, "Cache-Control: no-store"));
        assert_string_equal(reply.body, text);
        assert_kept(house, text);
        assert_tariffs(house, text);
        reply_free(&reply);
        free(text);
    }
}

static void a_mistake_is_named_and_changes_nothing(void **state)
{
    struct house *house = *state;
    char *text = text_of(DAY_M);

    client_log_in(house);
    assert_status(client_put(house, PATH, text), 200);
    assert_status(client_put(house, PATH, ""), 400);
    struct reply reply = client_put(house, PATH, "nonsense");
    assert_int_equal(reply.status, 400);
    assert_non_null(strstr(reply.body, "\"bad_request\""));
    reply_free(&reply);
    assert_tariffs(house, text);
    free(text);
}

static void only_who_may_changes_them(void **state)
{
    struct house *house = *state;

    assert_status(client_get(house, PATH, ""), 401);
    assert_status(client_put(house, PATH, "{}"), 401);
    client_log_in(house);
    strcpy(house->csrf, "wrong");
    assert_status(client_put(house, PATH, "{}"), 403);
    assert_status(client_post(house, PATH, "", "{}"), 405);
}

static int put_at_once(struct house *house, const char *body)
{
    char request[16384];
    int len = snprintf(request, sizeof(request),
                       "PUT " PATH " HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nCookie: garaged=%s\r\nContent-Type: "
                       "application/json\r\nContent-Length: %zu\r\nX-CSRF-Token: %s\r\n\r\n%s",
                       house->port, house->cookie, strlen(body), house->csrf, body);
    int fd = client_connect(house);

    client_send(fd, request, (size_t)len);
    return fd;
}

/* Each is the whole: the last one on the card holds, and its sender was told of that text. */
static void changes_at_once_are_kept_one_after_the_other(void **state)
{
    struct house *house = *state;
    bool was_told = false;
    char *texts[8];
    int fds[8];

    client_log_in(house);
    for (int i = 0; i < 8; i++) {
        texts[i] = text_of((i + 1) * 1000);
        fds[i] = put_at_once(house, texts[i]);
    }
    for (int i = 0; i < 8; i++) {
        struct reply reply = client_read(fds[i], true);
        assert_int_equal(reply.status, 200);
        assert_string_equal(reply.body, texts[i]);
        reply_free(&reply);
        close(fds[i]);
    }
    struct reply holds = client_get(house, PATH, "");
    for (int i = 0; i < 8; i++) {
        was_told = was_told || strcmp(holds.body, texts[i]) == 0;
        free(texts[i]);
    }
    assert_true(was_told);
    assert_kept(house, holds.body);
    reply_free(&holds);
}

static void a_client_that_leaves_does_no_harm(void **state)
{
    struct house *house = *state;
    char *left = text_of(DAY_M), *text = text_of(DAY_M); /* in whatever order they come */

    client_log_in(house);
    for (int i = 0; i < 20; i++)
        close(put_at_once(house, left));
    for (;;) { /* those that were heard may still be on their way */
        struct reply reply = client_put(house, PATH, text);
        bool is_kept = reply.status == 200;
        reply_free(&reply);
        if (is_kept)
            break;
    }
    assert_kept(house, text);
    free(left);
    free(text);
}

static void nothing_is_answered_while_the_diary_opens(void **state)
{
    struct house *house = *state;
    char *text = text_of(DAY_M);

    client_log_in(house);
    struct reply reply = client_get(house, PATH, "");
    assert_int_equal(reply.status, 503);
    assert_non_null(strstr(reply.body, "\"diary_opening\""));
    reply_free(&reply);
    assert_status(client_put(house, PATH, text), 503);
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        HOUSE_TEST(a_new_diary_has_no_tariffs),
        HOUSE_TEST(tariffs_are_on_the_card_when_they_are_answered),
        HOUSE_TEST(a_mistake_is_named_and_changes_nothing),
        HOUSE_TEST(only_who_may_changes_them),
        HOUSE_TEST(changes_at_once_are_kept_one_after_the_other),
        HOUSE_TEST(a_client_that_leaves_does_no_harm),
        cmocka_unit_test_setup_teardown(nothing_is_answered_while_the_diary_opens, house_set_up_opening,
                                        house_tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
