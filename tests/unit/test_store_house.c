/* diary/store, diary.db: what the house keeps beside the trackers' entries: what a day cost the car, and who
 * the car is. */
#include "store_bench.h"
#include "store_entry.h"

#include <sqlite3.h>

static struct diary_entry a_day(int32_t day, int64_t frames)
{
    return (struct diary_entry){.kind = DIARY_TRAFFIC,
                                .car = "leaf",
                                .traffic = {.day = day,
                                            .frames_sent = frames,
                                            .polls = frames / 2,
                                            .bytes = 8 * frames,
                                            .run_us = 7,
                                            .run_frames_sent = 1000 + frames,
                                            .run_polls = 1,
                                            .run_wakeups = 2,
                                            .run_bytes = 3}};
}

static struct diary_entry an_identity(int64_t from_ms, enum diary_identity_status status, int64_t serial,
                                      int vin, int battery)
{
    struct diary_entry entry = {.kind = DIARY_IDENTITY,
                                .car = "leaf",
                                .identity = {.from_ms = from_ms, .status = status, .serial = serial}};

    memset(entry.identity.vin, vin, sizeof(entry.identity.vin));
    memset(entry.identity.battery, battery, sizeof(entry.identity.battery));
    return entry;
}

static void a_day_of_traffic_is_one_row_as_it_was_last(void **state)
{
    (void)state;
    struct bench *bench = bench_new();
    struct diary_entry first = a_day(DAY0, 10), later = a_day(DAY0, 12), next = a_day(DAY0 + 1, 0);
    struct store_question question = everything(STORE_ASK_TRAFFIC);

    bench_start(bench);
    bench_keep(bench, &first);
    bench_keep(bench, &later);
    bench_keep(bench, &next);
    bench_stop(bench);
    bench_start(bench);
    const struct diary_traffic *found = bench_ask(bench, &question, sizeof(*found));
    assert_int_equal(bench->answer.count, 2);
    assert_memory_equal(&found[0], &next.traffic, sizeof(*found));
    assert_memory_equal(&found[1], &later.traffic, sizeof(*found));
    question.limit = 1;
    bench_ask(bench, &question, sizeof(*found));
    assert_int_equal(bench->answer.next, DAY0 + 1);
    bench_stop(bench);
    bench_free(bench);
}

/* They come from the house: where the trackers stand is not theirs to say. */
static void traffic_moves_no_anchor(void **state)
{
    (void)state;
    struct bench *bench = bench_new();
    struct diary_entry charge = a_charge(T0_MS, DAY0, 1000), day = a_day(DAY0, 10);
    struct diary_entry identity = an_identity(T0_MS, DIARY_IDENTITY_REFUSED, 1, 1, 2);
    struct store_question question = everything(STORE_ASK_ANCHOR);

    bench_start(bench);
    bench_keep(bench, &charge);
    bench_keep(bench, &day);
    bench_keep(bench, &identity);
    const struct diary_anchor *anchor = bench_ask(bench, &question, sizeof(*anchor));
    assert_true(anchor->at_ms == T0_MS + HOUR_MS);
    bench_stop(bench);
    bench_free(bench);
}

static void identities_are_found_newest_first(void **state)
{
    (void)state;
    struct bench *bench = bench_new();
    struct diary_entry own = an_identity(T0_MS, DIARY_IDENTITY_ACCEPTED, 1, 1, 2);
    struct diary_entry other = an_identity(T0_MS + 1, DIARY_IDENTITY_REFUSED, 2, 3, 4);
    struct store_question question = everything(STORE_ASK_IDENTITIES);

    bench_start(bench);
    bench_keep(bench, &own);
    other.identity.id = bench->kept.identity.id + 1;
    bench_keep(bench, &other);
    other.identity.status = DIARY_IDENTITY_ACCEPTED;
    other.begins_anew = true;
    other.anchor = an_anchor(T0_MS + HOUR_MS);
    bench_keep(bench, &other);
    const struct diary_identity *found = bench_ask(bench, &question, sizeof(*found));
    assert_int_equal(bench->answer.count, 2);
    assert_memory_equal(&found[0], &other.identity, sizeof(*found));
    assert_int_equal(found[1].vin[31], 1);
    question.subject = STORE_ASK_ANCHOR;
    const struct diary_anchor *anchor = bench_ask(bench, &question, sizeof(*anchor));
    assert_true(anchor->at_ms == T0_MS + HOUR_MS);
    bench_stop(bench);
    bench_free(bench);
}

/* A battery that waits for the owner's word is none of the diary's. */
static void health_is_that_of_the_accepted_battery(void **state)
{
    (void)state;
    struct bench *bench = bench_new();
    struct diary_entry health = {.kind = DIARY_HEALTH, .car = "leaf", .health = {.day = DAY0}};
    const struct diary_entry identities[] = {an_identity(T0_MS, DIARY_IDENTITY_ACCEPTED, 1, 1, 2),
                                             an_identity(T0_MS + 1, DIARY_IDENTITY_ACCEPTED, 2, 1, 3),
                                             an_identity(T0_MS + 2, DIARY_IDENTITY_REFUSED, 3, 1, 4)};
    struct store_question question = everything(STORE_ASK_BATTERY);

    bench_start(bench);
    for (int32_t i = 0; i < 4; i++) {
        health.health.day = DAY0 + i;
        bench_keep(bench, &health);
        if (i < 3)
            bench_keep(bench, &identities[i]);
    }
    const struct diary_health *found = bench_ask(bench, &question, sizeof(*found));
    assert_int_equal(bench->answer.count, 4);
    assert_int_equal(found[3].serial, 1); /* nobody had asked yet */
    assert_int_equal(found[2].serial, 1);
    assert_int_equal(found[1].serial, 2);
    assert_int_equal(found[0].serial, 2);
    bench_stop(bench);
    bench_free(bench);
}

static void keep_measure(struct bench *bench, int32_t day, int64_t battery_wh, unsigned flags)
{
    struct diary_entry charge = a_charge(T0_MS + (day - DAY0) * 24 * HOUR_MS, day, battery_wh);

    charge.charge.flags = flags; /* from 41 to 80.2 % */
    bench_keep(bench, &charge);
}

/* Ten charges of 20 kWh when full, then a changed battery: its first day has measured nothing yet, and its own
 * charge alone counts for it. */
static void a_changed_battery_measures_its_capacity_anew(void **state)
{
    (void)state;
    struct bench *bench = bench_new();
    struct diary_entry health = {.kind = DIARY_HEALTH, .car = "leaf"};
    const struct diary_entry first = an_identity(T0_MS - HOUR_MS, DIARY_IDENTITY_ACCEPTED, 1, 1, 2);
    const struct diary_entry second =
        an_identity(T0_MS + 19 * 24 * HOUR_MS, DIARY_IDENTITY_ACCEPTED, 2, 1, 3);
    struct store_question question = everything(STORE_ASK_BATTERY);

    bench_start(bench);
    bench_keep(bench, &first);
    for (int32_t i = 0; i < 12; i++)
        keep_measure(bench, DAY0 + i, i < 2 ? 11760 : 7840 + (i % 2) * 39, 0); /* 30 kWh; 20 or 20.1 */
    keep_measure(bench, DAY0 + 12, 3920, DIARY_FLAG_GAPS);
    const int32_t days[] = {DAY0 - 1, DAY0, DAY0 + 12, DAY0 + 19, DAY0 + 20};
    for (size_t i = 0; i < 5; i++) {
        if (i == 3)
            bench_keep(bench, &second);
        health.health.day = days[i];
        bench_keep(bench, &health);
    }
    keep_measure(bench, DAY0 + 20, 15680, 0); /* 40 kWh */
    const struct diary_health *found = bench_ask(bench, &question, sizeof(*found));
    assert_int_equal(bench->answer.count, 5);
    assert_int_equal(found[4].measured_charges, 0);
    assert_true(found[4].measured_wh == DIARY_NONE);
    assert_int_equal(found[3].measured_charges, 1);
    assert_int_equal(found[3].measured_wh, 30000);
    assert_int_equal(found[2].measured_charges, 10); /* the newest: neither of the first two is among them */
    assert_int_equal(found[2].measured_wh, (20000 + 20099) / 2);
    assert_int_equal(found[2].measured_scatter_wh, 49);
    assert_int_equal(found[1].serial, 2);
    assert_int_equal(found[1].measured_charges, 0);
    assert_int_equal(found[0].measured_charges, 1);
    assert_int_equal(found[0].measured_wh, 40000);
    bench_stop(bench);
    bench_free(bench);
}

/* A diary that an earlier garaged wrote has not these tables yet. */
static void an_older_file_gets_the_tables(void **state)
{
    (void)state;
    struct bench *bench = bench_new();
    struct diary_entry charge = a_charge(T0_MS, DAY0, 1000), day = a_day(DAY0, 10);
    struct store_question question = everything(STORE_ASK_CHARGES);
    char path[128];
    sqlite3 *file;

    bench_start(bench);
    bench_keep(bench, &charge);
    bench_stop(bench);
    snprintf(path, sizeof(path), "%s/diary.db", bench->folder);
    assert_int_equal(sqlite3_open(path, &file), SQLITE_OK);
    assert_int_equal(sqlite3_exec(file, "DROP TABLE traffic; DROP TABLE identity", NULL, NULL, NULL),
                     SQLITE_OK);
    sqlite3_close(file);
    bench_start(bench);
    assert_int_equal(bench->state, STORE_OK);
    bench_keep(bench, &day);
    bench_ask(bench, &question, sizeof(struct diary_charge));
    assert_int_equal(bench->answer.count, 1);
    question.subject = STORE_ASK_IDENTITIES;
    bench_ask(bench, &question, sizeof(struct diary_identity));
    assert_int_equal(bench->answer.count, 0);
    bench_stop(bench);
    bench_free(bench);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_day_of_traffic_is_one_row_as_it_was_last),
        cmocka_unit_test(traffic_moves_no_anchor),
        cmocka_unit_test(identities_are_found_newest_first),
        cmocka_unit_test(health_is_that_of_the_accepted_battery),
        cmocka_unit_test(a_changed_battery_measures_its_capacity_anew),
        cmocka_unit_test(an_older_file_gets_the_tables),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
