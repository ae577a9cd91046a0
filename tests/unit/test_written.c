/* diary/store/written: what goes to the card by day; the days pass by moving the zone. */
#include "diary/store/written.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <sqlite3.h>
#include <stdio.h>
#include <unistd.h>

#define DAY_S 86400

struct card {
    struct zone zone;
    struct written *written;
    sqlite3 *database;
    char path[64];
};

static void write_some(struct card *card)
{
    assert_int_equal(sqlite3_exec(card->database, "INSERT INTO t VALUES (randomblob(20000))", NULL, NULL, NULL),
                     SQLITE_OK);
}

static int set_up(void **state)
{
    static struct card card;

    zone_set_utc(&card.zone);
    card.written = written_new(&card.zone);
    snprintf(card.path, sizeof(card.path), "/tmp/garaged-written-%d.db", (int)getpid());
    unlink(card.path);
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
    assert_int_equal(sqlite3_open_v2(card.path, &card.database, flags, written_vfs(card.written)), SQLITE_OK);
    sqlite3_exec(card.database, "PRAGMA journal_mode = OFF; CREATE TABLE t (b)", NULL, NULL, NULL);
    *state = &card;
    return 0;
}

static int tear_down(void **state)
{
    struct card *card = *state;

    sqlite3_close(card->database);
    written_free(card->written);
    unlink(card->path);
    return 0;
}

/* The local day, counted from the one it began on. */
static void day(struct card *card, int number)
{
    card->zone.spans[0].offset_s = number * DAY_S;
}

static void a_day_is_told_the_next_day_when_it_was_counted_whole(void **state)
{
    struct card *card = *state;

    write_some(card);
    assert_true(written_today(card->written) >= 20000);
    assert_int_equal(written_yesterday(card->written), -1);
    day(card, 1);
    assert_int_equal(written_yesterday(card->written), -1); /* the day of the start was none */
    assert_int_equal(written_today(card->written), 0);
    write_some(card);
    int64_t whole = written_today(card->written);
    assert_true(whole >= 20000);
    day(card, 2);
    assert_int_equal(written_yesterday(card->written), whole);
    day(card, 3);
    assert_int_equal(written_yesterday(card->written), 0);
}

static void a_clock_that_is_set_makes_no_whole_day(void **state)
{
    struct card *card = *state;

    day(card, 1);
    written_today(card->written);
    write_some(card);
    day(card, 9);
    assert_int_equal(written_yesterday(card->written), -1);
    day(card, 10);
    assert_int_equal(written_yesterday(card->written), -1);
    day(card, 9);
    assert_int_equal(written_yesterday(card->written), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_day_is_told_the_next_day_when_it_was_counted_whole, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_clock_that_is_set_makes_no_whole_day, set_up, tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
