/* GET|PUT preferences over HTTP, with a real store behind. */
#include "web_client.h"

#include <sqlite3.h>

#define PATH "/api/v1/preferences"

static void assert_preferences(const struct house *house, const char *part)
{
    struct reply reply = client_get(house, PATH, "");

    assert_int_equal(reply.status, 200);
    assert_non_null(strstr(reply.body, part));
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
    assert_int_equal(sqlite3_prepare_v2(database, "SELECT json FROM preference", -1, &statement, NULL),
                     SQLITE_OK);
    assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
    assert_string_equal((const char *)sqlite3_column_text(statement, 0), expected);
    sqlite3_finalize(statement);
    sqlite3_close(database);
}

static void a_change_is_on_the_card_when_it_is_answered(void **state)
{
    struct house *house = *state;

    client_log_in(house);
    assert_preferences(house, "\"soc_low_percent\":20");
    struct reply reply =
        client_put(house, PATH, "{\"notices\":{\"soc_low\":false,\"not_plugged_at\":\"22:00\"}}");
    assert_int_equal(reply.status, 200);
    assert_true(reply_has(&reply, "Cache-Control: no-store"));
    assert_non_null(strstr(reply.body, "\"soc_low\":false"));
    assert_kept(house, reply.body);
    assert_preferences(house, reply.body);
    reply_free(&reply);
    assert_status(client_put(house, PATH, "{}"), 200);
    assert_preferences(house, "\"not_plugged_at\":\"22:00\"");
}

static void a_mistake_is_named_and_keeps_nothing(void **state)
{
    struct house *house = *state;

    client_log_in(house);
    struct reply reply = client_put(house, PATH, "{\"notices\":{\"aux_low\":false,\"soc_low_percent\":200}}");
    assert_int_equal(reply.status, 400);
    assert_non_null(strstr(reply.body, "\"notices.soc_low_percent: not a whole number from 1 to 99\""));
    reply_free(&reply);
    assert_status(client_put(house, PATH, ""), 400);
    assert_status(client_put(house, PATH, "nonsense"), 400);
    assert_preferences(house, "\"aux_low\":true");
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

static void a_body_that_is_too_long_is_refused(void **state)
{
    static char body[17000];
    struct house *house = *state;

    client_log_in(house);
    memset(body, ' ', sizeof(body) - 1);
    assert_status(client_put(house, PATH, body), 413);
}

static void ask_at_once(struct house *house, int fds[], int count)
{
    for (int i = 0; i < count; i++) {
        char request[512], body[80];

        snprintf(body, sizeof(body), "{\"notices\":{\"soc_low_percent\":%d}}", 30 + i);
        int len =
            snprintf(request, sizeof(request),
                     "PUT " PATH " HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nCookie: garaged=%s\r\nContent-Type: "
                     "application/json\r\nContent-Length: %zu\r\nX-CSRF-Token: %s\r\n\r\n%s",
                     house->port, house->cookie, strlen(body), house->csrf, body);
        fds[i] = client_connect(house);
        client_send(fds[i], request, (size_t)len);
    }
}

static void changes_at_once_are_kept_or_refused(void **state)
{
    struct house *house = *state;
    int fds[8], done = 0;
    char wanted[40];

    client_log_in(house);
    ask_at_once(house, fds, 8);
    for (int i = 0; i < 8; i++) {
        struct reply reply = client_read(fds[i], true);

        assert_true(reply.status == 200 || reply.status == 503);
        snprintf(wanted, sizeof(wanted), "\"soc_low_percent\":%d,", 30 + i);
        if (reply.status == 200)
            assert_non_null(strstr(reply.body, wanted));
        done += reply.status == 200;
        reply_free(&reply);
        close(fds[i]);
    }
    assert_true(done > 0);
}

static void a_client_that_leaves_does_not_undo_its_change(void **state)
{
    struct house *house = *state;
    int fd;

    client_log_in(house);
    ask_at_once(house, &fd, 1);
    close(fd);
    /* it was heard or not; what holds and what is on the card are the same */
    struct reply reply = client_put(house, PATH, "{}");
    for (int i = 0; i < 1000 && reply.status == 503; i++) { /* the one of before is still on its way */
        reply_free(&reply);
        usleep(1000);
        reply = client_put(house, PATH, "{}");
    }
    assert_int_equal(reply.status, 200);
    assert_kept(house, reply.body);
    reply_free(&reply);
}

static void nothing_is_answered_while_the_diary_opens(void **state)
{
    struct house *house = *state;

    client_log_in(house);
    struct reply reply = client_get(house, PATH, "");
    assert_int_equal(reply.status, 503);
    assert_non_null(strstr(reply.body, "\"diary_opening\""));
    reply_free(&reply);
    assert_status(client_put(house, PATH, "{}"), 503);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        HOUSE_TEST(a_change_is_on_the_card_when_it_is_answered),
        HOUSE_TEST(a_mistake_is_named_and_keeps_nothing),
        HOUSE_TEST(only_who_may_changes_them),
        HOUSE_TEST(a_body_that_is_too_long_is_refused),
        HOUSE_TEST(changes_at_once_are_kept_or_refused),
        HOUSE_TEST(a_client_that_leaves_does_not_undo_its_change),
        cmocka_unit_test_setup_teardown(nothing_is_answered_while_the_diary_opens, house_set_up_opening,
                                        house_tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
