/* The diary on a disk whose power is cut at any write, sync, truncation or name of a file, also while the
 * store opens again after the cut before. What the store told as kept is there afterwards and unchanged,
 * nothing is there twice, and of readings at most what was added since the last minute's commit is lost.
 * LIFE_CUTS=10000 cuts more often, LIFE_SEED=17 begins with that one. */
#include "cutvfs.h"

#include "../unit/store_bench.h"
#include "../unit/store_entry.h"
#include "util/core/time.h"

#include <inttypes.h>
#include <sqlite3.h>

#define CUTS           100
#define CUTS_A_DISK    20
#define MINUTE_MS      INT64_C(60000)
#define ROWS_A_COMMIT  20
#define ENTRIES_A_LIFE 25 /* of one start */
#define CARELESS_CUTS  20
#define CARELESS_ROWS  50

/* What was told as done: things up to these numbers. */
struct shown {
    int64_t entries, rows, preferences;
};

static unsigned from_environment(const char *name, unsigned otherwise)
{
    const char *wanted = getenv(name);

    return wanted ? (unsigned)atoi(wanted) : otherwise;
}

static struct diary_entry a_contact(int64_t from_ms)
{
    return (struct diary_entry){
        .kind = DIARY_CONTACT,
        .car = "leaf",
        .contact = {.from_ms = from_ms,
                    .to_ms = from_ms + HOUR_MS,
                    .odometer_from_mm = 1000,
                    .odometer_to_mm = 1000},
        .anchor = an_anchor(from_ms + HOUR_MS),
    };
}

static struct diary_entry entry_of(int64_t number)
{
    int64_t from_ms = T0_MS + number * HOUR_MS;

    if (number % 3 == 0)
        return a_charge(from_ms, DAY0, 1000 + number);
    return number % 3 == 1 ? an_outing(from_ms, DAY0, 1000 + number, 100) : a_contact(from_ms);
}

/* The store has done all that it was told before. */
static void wait_for_thread(struct bench *bench)
{
    const struct store_question files = {.subject = STORE_ASK_FILES};

    bench_ask(bench, &files, sizeof(struct store_file));
}

static void keep_entry(struct bench *bench, struct shown *shown)
{
    struct diary_entry entry = entry_of(shown->entries);
    size_t before = bench->kept_count;

    if (store_add_entry(bench->store, &entry) == 0)
        wait_for_thread(bench);
    shown->entries += (int64_t)(bench->kept_count - before);
}

static void keep_rows(struct bench *bench, const struct cut_disk *disk, struct shown *shown)
{
    for (int64_t row = shown->rows; row < shown->rows + ROWS_A_COMMIT; row++)
        store_add_reading(bench->store, 0, (T0_MS + row * MINUTE_MS) * NS_PER_MS, true, row, 0);
    store_flush(bench->store);
    wait_for_thread(bench);
    if (!cut_disk_is_dead(disk))
        shown->rows += ROWS_A_COMMIT;
}

static void keep_preferences(struct bench *bench, struct shown *shown)
{
    struct store_edit edit = {.subject = STORE_ASK_PREFERENCES, .car = "leaf"};

    assert_true(asprintf(&edit.text, "{\"n\":%" PRId64 "}", shown->preferences + 1) > 0);
    bench->answered = false;
    bench->item_bytes = 0;
    if (store_edit(bench->store, &edit, bench_keep_answer, bench))
        return;
    while (!bench->answered)
        bench_turn(bench);
    if (!bench->answer.failed && bench->answer.count == 1)
        shown->preferences++;
}

/* When the power fails: at the nth change or sync, counted from the start or from when the store is told to
 * stop, which is when it moves what it kept from the log to its place. */
struct moment {
    unsigned nth;
    bool is_at_stop;
};

/* From a start of garaged until its power fails, or is cut after it stopped. */
static void live(struct bench *bench, struct cut_disk *disk, const struct moment *moment, struct shown *shown)
{
    int entries = moment->is_at_stop ? (int)moment->nth % 8 : ENTRIES_A_LIFE;

    if (!moment->is_at_stop)
        cut_disk_arm(disk, moment->nth);
    const struct store_series soc = {"leaf", "soc", "%", 10};

    bench_start(bench);
    store_add_series(bench->store, 0, &soc);
    for (int i = 0; i < entries && !cut_disk_is_dead(disk); i++) {
        keep_entry(bench, shown);
        if (i % 4 == 3 && !cut_disk_is_dead(disk))
            keep_preferences(bench, shown);
        if (!cut_disk_is_dead(disk))
            keep_rows(bench, disk, shown);
    }
    if (cut_disk_is_dead(disk) && bench->state == STORE_FAILED)
        assert_non_null(strstr(bench->reason, "I/O error"));
    if (moment->is_at_stop)
        cut_disk_arm(disk, moment->nth);
    bench_stop(bench);
    cut_disk_cut(disk);
}

static int64_t count_in(const char *name, const char *sql)
{
    sqlite3 *sqlite;
    sqlite3_stmt *select;

    assert_int_equal(sqlite3_open(name, &sqlite), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(sqlite, sql, -1, &select, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(select), SQLITE_ROW);
    int64_t count = sqlite3_column_int64(select, 0);
    sqlite3_finalize(select);
    sqlite3_close(sqlite);
    return count;
}

static void check_entries(const struct shown *shown)
{
    static const char all[] = "SELECT count(*) FROM (SELECT from_ms FROM charge_raw UNION ALL SELECT from_ms"
                              " FROM outing_raw UNION ALL SELECT from_ms FROM contact)";
    static const char different[] =
        "SELECT count(DISTINCT from_ms) FROM (SELECT from_ms FROM charge_raw UNION ALL SELECT from_ms"
        " FROM outing_raw UNION ALL SELECT from_ms FROM contact)";
    static const char wrong_charges[] =
        "SELECT count(*) FROM charge_raw AS c WHERE battery_wh <> 1000 + (from_ms - 1700000000000) / 3600000"
        " OR charger_wh <> battery_wh + 700 OR to_ms <> from_ms + 3600000 OR soc_from <> 4100 OR soc_to <> "
        "8020"
        " OR odometer_mm <> 117568000000 OR place <> 'home' OR status <> 1 OR battery_wh IS NOT"
        " (SELECT sum(p.battery_wh) FROM part AS p WHERE p.charge = c.id)";
    static const char wrong_outings[] =
        "SELECT count(*) FROM outing_raw WHERE distance_mm <> 1000 + (from_ms - 1700000000000) / 3600000"
        " OR to_ms <> from_ms + 3600000 OR energy_soc_wh <> 100 OR tags <> 'work shopping'";
    int64_t entries = count_in("diary.db", all);

    assert_in_range(entries, shown->entries, shown->entries + 1);
    assert_int_equal(count_in("diary.db", different), entries);
    assert_int_equal(count_in("diary.db", wrong_charges), 0);
    assert_int_equal(count_in("diary.db", wrong_outings), 0);
    assert_int_equal(count_in("diary.db", "SELECT count(*) FROM part WHERE charge NOT IN"
                                          " (SELECT id FROM charge_raw)"),
                     0);
    if (entries > 0)
        assert_int_equal(count_in("diary.db", "SELECT max(at_ms) FROM anchor"), T0_MS + entries * HOUR_MS);
}

static void check_preferences(const struct shown *shown)
{
    int64_t number =
        count_in("diary.db", "SELECT coalesce(sum(json_extract(json, '$.n')), 0) FROM preference");

    assert_in_range(number, shown->preferences, shown->preferences + 1);
}

/* Row after row, each in its minute, and the sums of the hours that are over agree. */
static void check_rows(const struct shown *shown)
{
    static const char wrong[] =
        "SELECT count(*) FROM (SELECT key >> 12 AS ms, steps, row_number() OVER (ORDER BY key) - 1 AS n"
        " FROM reading_raw) WHERE ms <> 1700000000000 + 60000 * n OR steps <> n";
    static const char summed[] =
        "SELECT (SELECT coalesce(sum(n), 0) FROM hour) = (SELECT count(*) FROM reading_raw WHERE (key >> 12)"
        " < 3600000 * (SELECT coalesce(max(key >> 12) + 1, 0) FROM hour))";
    int64_t rows = count_in("readings.db", "SELECT count(*) FROM reading_raw");

    assert_in_range(rows, shown->rows, shown->rows + ROWS_A_COMMIT);
    assert_int_equal(count_in("readings.db", wrong), 0);
    assert_int_equal(count_in("readings.db", summed), 1);
}

/* The store opens on what is left, without a word, before anybody else looks at it. */
static void check_shown(struct bench *bench, const struct shown *shown)
{
    static const char check[] = "SELECT integrity_check = 'ok' FROM pragma_integrity_check";

    bench_start(bench);
    assert_int_equal(bench->state, STORE_OK);
    assert_string_equal(bench->reason, "");
    bench_stop(bench);
    assert_int_equal(count_in("diary.db", check), 1);
    assert_int_equal(count_in("readings.db", check), 1);
    check_entries(shown);
    check_preferences(shown);
    check_rows(shown);
}

/* A third each: while the store opens and repairs, at any time of its life, while it stops. */
static struct moment when_to_cut(unsigned number)
{
    static const unsigned limits[] = {30, 600, 60};
    unsigned chance = (unsigned)(number * UINT32_C(2654435761)) >> 8;

    return (struct moment){1 + chance / 3 % limits[chance % 3], chance % 3 == 2};
}

/* Cuts the power of one disk again and again; every third time nobody looks before it is cut again. */
static void live_on_one_disk(unsigned first, unsigned cuts, struct cut_counts *sum)
{
    struct bench *bench = bench_new();
    struct cut_disk *disk = cut_disk_new(first);
    struct shown shown = {0};

    print_message("seed %u\n", first);
    for (unsigned i = 0; i < cuts; i++) {
        struct moment moment = when_to_cut(first + i);
        live(bench, disk, &moment, &shown);
        cut_disk_revive(disk);
        if (i % 3 != 2 || i + 1 == cuts)
            check_shown(bench, &shown);
    }
    struct cut_counts counts = cut_disk_counts(disk);
    sum->cuts += counts.cuts;
    sum->sectors_lost += counts.sectors_lost;
    sum->sectors_torn += counts.sectors_torn;
    sum->sectors_kept += counts.sectors_kept;
    sum->truncations_lost += counts.truncations_lost;
    sum->names_lost += counts.names_lost;
    cut_disk_free(disk);
    bench_free(bench);
}

static void nothing_told_as_kept_is_lost_with_the_power(void **state)
{
    (void)state;
    unsigned cuts = from_environment("LIFE_CUTS", CUTS), seed = from_environment("LIFE_SEED", 1);
    struct cut_counts sum = {0};

    for (unsigned i = 0; i < cuts; i += CUTS_A_DISK)
        live_on_one_disk(seed + i, cuts - i < CUTS_A_DISK ? cuts - i : CUTS_A_DISK, &sum);
    print_message("%" PRIu64 " cuts: sectors %" PRIu64 " lost, %" PRIu64 " torn, %" PRIu64 " kept; %" PRIu64
                  " truncations and %" PRIu64 " names lost\n",
                  sum.cuts, sum.sectors_lost, sum.sectors_torn, sum.sectors_kept, sum.truncations_lost,
                  sum.names_lost);
    assert_true(sum.sectors_lost > 0 && sum.sectors_torn > 0 && sum.sectors_kept > 0);
}

/* How many rows of `count` are left after a cut; -1: the file is damaged. */
static int64_t rows_left(const char *settings, uint64_t seed)
{
    struct cut_disk *disk = cut_disk_new(seed);
    sqlite3 *sqlite;
    sqlite3_stmt *count;

    assert_int_equal(sqlite3_open("careless.db", &sqlite), SQLITE_OK);
    assert_int_equal(sqlite3_exec(sqlite, settings, NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_exec(sqlite, "CREATE TABLE t(n INTEGER PRIMARY KEY, text)", NULL, NULL, NULL),
                     SQLITE_OK);
    for (int i = 0; i < CARELESS_ROWS; i++)
        assert_int_equal(
            sqlite3_exec(sqlite, "INSERT INTO t(text) VALUES(hex(randomblob(400)))", NULL, NULL, NULL),
            SQLITE_OK);
    cut_disk_cut(disk);
    sqlite3_close(sqlite);
    cut_disk_revive(disk);
    assert_int_equal(sqlite3_open("careless.db", &sqlite), SQLITE_OK);
    int64_t left = -1;
    if (sqlite3_prepare_v2(sqlite, "SELECT count(*) FROM t", -1, &count, NULL) == SQLITE_OK &&
        sqlite3_step(count) == SQLITE_ROW)
        left = sqlite3_column_int64(count, 0);
    sqlite3_finalize(count);
    sqlite3_close(sqlite);
    cut_disk_free(disk);
    return left;
}

static unsigned cuts_with_losses(const char *settings)
{
    unsigned losses = 0;

    for (uint64_t seed = 1; seed <= CARELESS_CUTS; seed++)
        losses += rows_left(settings, seed) != CARELESS_ROWS;
    return losses;
}

/* The disk itself is judged: it takes from who does not wait for it, and from nobody else. */
static void a_careless_database_loses_rows_here(void **state)
{
    (void)state;
    assert_true(cuts_with_losses("PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF") > CARELESS_CUTS / 2);
    assert_true(cuts_with_losses("PRAGMA journal_mode=DELETE; PRAGMA synchronous=OFF") > CARELESS_CUTS / 2);
    assert_true(cuts_with_losses("PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL") > CARELESS_CUTS / 2);
}

static void a_careful_database_loses_none_here(void **state)
{
    (void)state;
    assert_int_equal(cuts_with_losses("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL"), 0);
    assert_int_equal(cuts_with_losses("PRAGMA journal_mode=DELETE; PRAGMA synchronous=EXTRA"), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_careless_database_loses_rows_here),
        cmocka_unit_test(a_careful_database_loses_none_here),
        cmocka_unit_test(nothing_told_as_kept_is_lost_with_the_power),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
