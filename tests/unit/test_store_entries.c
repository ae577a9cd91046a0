/* diary/store, diary.db: what is kept is found again, as it was and newest first. */
#include "store_bench.h"
#include "store_entry.h"

#include "diary/store/table.h"

static void a_charge_is_found_as_it_was(void **state)
{
    (void)state;
    struct bench *bench = bench_new();
    struct diary_entry entry = a_charge(T0_MS, DAY0, 9400);
    struct store_question question = everything(STORE_ASK_CHARGE);

    bench_start(bench);
    question.id = bench_keep(bench, &entry);
    assert_true(question.id > 0);
    bench_stop(bench);
    bench_start(bench);
    const struct diary_charge *found = bench_ask(bench, &question, sizeof(*found));
    assert_int_equal(bench->answer.count, 1);
    entry.charge.id = question.id;
    assert_memory_equal(found, &entry.charge, sizeof(*found));
    question.id++;
    bench_ask(bench, &question, sizeof(*found));
    assert_int_equal(bench->answer.count, 0);
    bench_stop(bench);
    bench_free(bench);
}

static void a_charge_with_an_id_replaces_itself_and_its_parts(void **state)
{
    (void)state;
    struct bench *bench = bench_new();
    struct diary_entry entry = a_charge(T0_MS, DAY0, 1000);
    struct store_question charges = everything(STORE_ASK_CHARGES), days = everything(STORE_ASK_DAYS);

    bench_start(bench);
    entry.charge.status = DIARY_OPEN;
    entry.charge.id = bench_keep(bench, &entry);
    assert_true(bench->kept.anchor.open_charge == entry.charge.id);
    entry.charge.status = DIARY_CLOSED;
    entry.charge.battery_wh = 3000;
    entry.part_count = 2;
    entry.parts[1] = (struct diary_part){DAY0 + 1, 2000, 2100};
    assert_true(bench_keep(bench, &entry) == entry.charge.id);
    const struct diary_charge *charge = bench_ask(bench, &charges, sizeof(*charge));
    assert_int_equal(bench->answer.count, 1);
    assert_true(charge->battery_wh == 3000);
    const struct diary_day *day = bench_ask(bench, &days, sizeof(*day));
    assert_int_equal(bench->answer.count, 2);
    assert_int_equal(day[0].day, DAY0 + 1);
    assert_true(day[0].battery_wh == 2000 && day[0].charges == 0);
    assert_true(day[1].battery_wh == 1000 && day[1].charges == 1);
    assert_true(day[1].wall_wh == DIARY_NONE && day[1].distance_mm == DIARY_NONE);
    bench_stop(bench);
    bench_free(bench);
}

/* Heard again after a restart, or retried although its failed commit had got to the card. */
static void the_same_moment_is_the_same_entry(void **state)
{
    (void)state;
    struct bench *bench = bench_new();
    struct diary_entry charge = a_charge(T0_MS, DAY0, 1000), outing = an_outing(T0_MS, DAY0, 1000, 10);
    struct store_question question = everything(STORE_ASK_CHARGES);

    bench_start(bench);
    bench_keep(bench, &outing);
    bench_keep(bench, &charge);
    charge.charge.battery_wh = 2000;
    assert_true(bench_keep(bench, &charge) == 1);
    outing.outing.from_ms += HOUR_MS;
    assert_true(bench_keep(bench, &outing) == 2);
    assert_true(bench_keep(bench, &outing) == 2);
    const struct diary_charge *found = bench_ask(bench, &question, sizeof(*found));
    assert_int_equal(bench->answer.count, 1);
    assert_true(found->battery_wh == 2000);
    bench_stop(bench);
    bench_free(bench);
}

/* With `sqlite3`, which leaves its parts behind unless told otherwise. */
static void a_charge_that_somebody_deleted_blocks_no_other(void **state)
{
    (void)state;
    struct bench *bench = bench_new();
    struct diary_entry entry = a_charge(T0_MS, DAY0, 1000);
    const struct store_question days = everything(STORE_ASK_DAYS);
    sqlite3 *database;
    char path[128];

    entry.part_count = 2;
    entry.parts[1] = (struct diary_part){DAY0 + 1, 50, 60};
    bench_start(bench);
    bench_keep(bench, &entry);
    bench_stop(bench);
    snprintf(path, sizeof(path), "%s/diary.db", bench->folder);
    assert_int_equal(sqlite3_open(path, &database), SQLITE_OK);
    assert_int_equal(sqlite3_exec(database, "DELETE FROM charge_raw", NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(database);
    entry.part_count = 1;
    bench_start(bench);
    bench_keep(bench, &entry);
    const struct diary_day *found = bench_ask(bench, &days, sizeof(*found));
    assert_int_equal(bench->answer.count, 1);
    assert_int_equal(found->battery_wh, 1000);
    bench_stop(bench);
    bench_free(bench);
}

/* A diary from before a person could type a bill into it. */
static void an_older_diary_takes_a_bill_too(void **state)
{
    (void)state;
    struct bench *bench = bench_new();
    struct diary_entry entry = a_charge(T0_MS, DAY0, 1000);
    struct store_question charges = everything(STORE_ASK_CHARGES);
    sqlite3 *database;
    char path[128], sql[120];

    bench_start(bench);
    bench_keep(bench, &entry);
    bench_stop(bench);
    snprintf(path, sizeof(path), "%s/diary.db", bench->folder);
    snprintf(sql, sizeof(sql), "DROP VIEW day; DROP VIEW charge; ALTER TABLE %s DROP COLUMN cost_from",
             table_charge.name);
    assert_int_equal(sqlite3_open(path, &database), SQLITE_OK);
    assert_int_equal(sqlite3_exec(database, sql, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(database);
    bench_start(bench);
    entry.charge.cost_m = 250000;
    strcpy(entry.charge.cost_from, DIARY_TYPED);
    entry.charge.from_ms += HOUR_MS;
    bench_keep(bench, &entry);
    const struct diary_charge *found = bench_ask(bench, &charges, sizeof(*found));
    assert_int_equal(bench->answer.count, 2);
    assert_string_equal(found[0].cost_from, DIARY_TYPED);
    assert_string_equal(found[1].cost_from, "");
    bench_stop(bench);
    bench_free(bench);
}

static void lists_are_paged_newest_first(void **state)
{
    (void)state;
    struct bench *bench = bench_new();
    struct store_question question = everything(STORE_ASK_OUTINGS);
    size_t found = 0;
    int64_t last_ms = INT64_MAX;

    bench_start(bench);
    for (int i = 0; i < 25; i++) { /* not in the order of time */
        struct diary_entry entry = an_outing(T0_MS + i * 7 % 25 * 2 * HOUR_MS, DAY0, 1000, 100);
        bench_keep(bench, &entry);
    }
    question.limit = 10;
    do {
        const struct diary_outing *outings = bench_ask(bench, &question, sizeof(*outings));
        for (size_t i = 0; i < bench->answer.count; i++) {
            assert_true(outings[i].from_ms < last_ms);
            last_ms = outings[i].from_ms;
        }
        found += bench->answer.count;
        question.before = bench->answer.next;
    } while (question.before != 0);
    assert_int_equal(found, 25);
    question.from_ms = T0_MS + 2 * HOUR_MS;
    question.to_ms = T0_MS + 3 * HOUR_MS;
    bench_ask(bench, &question, sizeof(struct diary_outing));
    assert_int_equal(bench->answer.count, 1);
    bench_stop(bench);
    bench_free(bench);
}

/* 2023-11-14 and 15 and 2023-12-01; one outing that nobody can tell the day of. */
static void days_and_months_are_sums(void **state)
{
    (void)state;
    struct bench *bench = bench_new();
    struct store_question days = everything(STORE_ASK_DAYS), months = everything(STORE_ASK_MONTHS);
    const struct diary_entry entries[] = {
        an_outing(T0_MS, DAY0, 31000000, 5200),
        an_outing(T0_MS + 2 * HOUR_MS, DAY0, 9000000, DIARY_NONE),
        an_outing(T0_MS + 24 * HOUR_MS, DAY0 + 1, 1000000, 100),
        an_outing(T0_MS + 17 * 24 * HOUR_MS, DAY0 + 17, 2000000, 300),
        an_outing(T0_MS + 48 * HOUR_MS, DIARY_NO_DAY, 12000000, 2000),
        a_charge(T0_MS + 5 * HOUR_MS, DAY0, 6100),
        a_charge(T0_MS + 72 * HOUR_MS, DIARY_NO_DAY, 3000),
    };

    bench_start(bench);
    for (size_t i = 0; i < sizeof(entries) / sizeof(entries[0]); i++)
        bench_keep(bench, &entries[i]);
    const struct diary_day *item = bench_ask(bench, &days, sizeof(*item));
    assert_int_equal(bench->answer.count, 3);
    assert_true(bench->answer.unattributed.distance_mm == 12000000 &&
                bench->answer.unattributed.used_wh == 2000);
    assert_true(bench->answer.unattributed.battery_wh == 3000);
    assert_int_equal(item[2].day, DAY0);
    assert_true(item[2].distance_mm == 40000000 && item[2].used_wh == 5200 && item[2].outings == 2);
    assert_true(item[2].battery_wh == 6100 && item[2].charger_wh == 6800 && item[2].charges == 1);
    item = bench_ask(bench, &months, sizeof(*item));
    assert_int_equal(bench->answer.count, 2);
    assert_int_equal(item[0].day, DAY0 + 17);
    assert_int_equal(item[1].day, DAY0 - 13);
    assert_true(item[1].distance_mm == 53000000 && item[1].outings == 4 && item[1].charges == 2);
    months.limit = 1;
    bench_ask(bench, &months, sizeof(*item));
    assert_true(bench->answer.count == 1 && bench->answer.next == DAY0 + 17);
    months.before = bench->answer.next;
    item = bench_ask(bench, &months, sizeof(*item));
    assert_true(bench->answer.count == 1 && bench->answer.next == 0 && item[0].day == DAY0 - 13);
    bench_stop(bench);
    bench_free(bench);
}

/* Zero, unknown and some are three things, of what belongs to no day, too. */
static void what_is_unattributed_may_be_unknown(void **state)
{
    (void)state;
    struct bench *bench = bench_new();
    struct store_question days = everything(STORE_ASK_DAYS);
    struct diary_entry outing = an_outing(T0_MS, DIARY_NO_DAY, 12000000, DIARY_NONE);

    bench_start(bench);
    bench_ask(bench, &days, sizeof(struct diary_day));
    assert_true(bench->answer.unattributed.distance_mm == 0 && bench->answer.unattributed.used_wh == 0);
    outing.outing.energy_gids_wh = DIARY_NONE;
    bench_keep(bench, &outing);
    bench_ask(bench, &days, sizeof(struct diary_day));
    assert_true(bench->answer.unattributed.distance_mm == 12000000 &&
                bench->answer.unattributed.used_wh == DIARY_NONE);
    assert_true(bench->answer.unattributed.battery_wh == 0);
    bench_stop(bench);
    bench_free(bench);
}

static void a_day_that_is_none_is_not_shown(void **state)
{
    (void)state;
    struct bench *bench = bench_new();
    struct store_question days = everything(STORE_ASK_DAYS);
    const struct diary_entry outing = an_outing(T0_MS, INT32_MAX, 1000, 10);

    bench_start(bench);
    bench_keep(bench, &outing);
    bench_ask(bench, &days, sizeof(struct diary_day));
    assert_int_equal(bench->answer.count, 0);
    bench_stop(bench);
    bench_free(bench);
}

static void an_open_charge_goes_on_today(void **state)
{
    (void)state;
    struct bench *bench = bench_new();
    struct diary_entry entry = a_charge(T0_MS, DAY0, 1000);
    struct store_question question = everything(STORE_ASK_CHARGES);

    bench_start(bench);
    entry.charge.status = DIARY_OPEN;
    entry.charge.to_ms = entry.charge.from_ms;
    bench_keep(bench, &entry);
    question.from_ms = T0_MS + 24 * HOUR_MS;
    bench_ask(bench, &question, sizeof(struct diary_charge));
    assert_int_equal(bench->answer.count, 1);
    bench_stop(bench);
    bench_free(bench);
}

static void the_anchor_comes_back(void **state)
{
    (void)state;
    struct bench *bench = bench_new();
    struct store_question question = everything(STORE_ASK_ANCHOR);
    struct diary_entry entry = {.kind = DIARY_ANCHOR, .car = "leaf", .anchor = an_anchor(T0_MS)};

    bench_start(bench);
    bench_ask(bench, &question, sizeof(struct diary_anchor));
    assert_int_equal(bench->answer.count, 0);
    entry.anchor.was_away = true;
    entry.anchor.soc = 5410;
    entry.anchor.memory[DIARY_MEMORY_MAX - 1] = -7;
    bench_keep(bench, &entry);
    bench_stop(bench);
    bench_start(bench);
    const struct diary_anchor *anchor = bench_ask(bench, &question, sizeof(*anchor));
    assert_int_equal(bench->answer.count, 1);
    assert_true(anchor->at_ms == T0_MS && anchor->soc == 5410 && anchor->was_away);
    assert_true(anchor->gids == DIARY_NONE && anchor->open_charge == 0);
    assert_memory_equal(anchor->memory, entry.anchor.memory, sizeof(anchor->memory));
    bench_stop(bench);
    bench_free(bench);
}

static void health_is_one_a_day_and_cells_keep_their_gaps(void **state)
{
    (void)state;
    struct bench *bench = bench_new();
    struct store_question battery = everything(STORE_ASK_BATTERY), cells = everything(STORE_ASK_CELLS);
    struct diary_entry health = {.kind = DIARY_HEALTH, .car = "leaf", .health = {.day = DAY0, .soh = 8500}};
    struct diary_entry rest = {.kind = DIARY_CELLS, .car = "leaf", .cells = {.at_ms = T0_MS, .count = 96}};

    bench_start(bench);
    health.anchor = rest.anchor = an_anchor(T0_MS);
    bench_keep(bench, &health);
    health.health.soh = 8490;
    bench_keep(bench, &health);
    const struct diary_health *day = bench_ask(bench, &battery, sizeof(*day));
    assert_true(bench->answer.count == 1 && day->soh == 8490);
    for (uint16_t i = 0; i < 96; i++)
        rest.cells.mv[i] = (uint16_t)(3900 + i);
    rest.cells.mv[17] = DIARY_CELL_MISSING;
    bench_keep(bench, &rest);
    const struct diary_cells *found = bench_ask(bench, &cells, sizeof(*found));
    assert_int_equal(bench->answer.count, 1);
    assert_memory_equal(found, &rest.cells, sizeof(*found));
    bench_stop(bench);
    bench_free(bench);
}

static void totals_only_rise(void **state)
{
    (void)state;
    struct bench *bench = bench_new();
    struct store_question question = everything(STORE_ASK_TOTALS);
    const struct diary_entry entries[] = {
        an_outing(T0_MS, DAY0, 31000000, 5200),
        an_outing(T0_MS + 2 * HOUR_MS, DAY0, 9000000, DIARY_NONE),
        an_outing(T0_MS + 50 * 24 * HOUR_MS, DAY0 + 50, 2000000, 300),
        an_outing(T0_MS + 60 * 24 * HOUR_MS, DAY0 + 60, 1000000, -40),
        a_charge(T0_MS, DAY0, 6100),
    };

    bench_start(bench);
    const struct diary_totals *totals = bench_ask(bench, &question, sizeof(*totals));
    assert_true(totals->charged_wh == 0 && totals->outings == 0);
    for (size_t i = 0; i < sizeof(entries) / sizeof(entries[0]); i++)
        bench_keep(bench, &entries[i]);
    totals = bench_ask(bench, &question, sizeof(*totals));
    assert_true(totals->charged_wh == 6100 && totals->used_wh == 5500 && totals->outings == 4);
    assert_true(totals->distance_mm == 43000000);
    assert_true(totals->recent_used_wh == 260 && totals->recent_distance_mm == 3000000);
    bench_stop(bench);
    bench_free(bench);
}

static void edit_text(struct bench *bench, enum store_subject subject, const char *text)
{
    const struct store_edit edit = {.subject = subject, .car = "leaf", .text = strdup(text)};

    bench->answered = false;
    assert_int_equal(store_edit(bench->store, &edit, bench_keep_answer, bench), 0);
    while (!bench->answered)
        bench_turn(bench);
    assert_true(!bench->answer.failed && bench->answer.count == 1);
}

static void preferences_and_tariffs_are_one_text_each(void **state)
{
    (void)state;
    struct bench *bench = bench_new();
    const struct store_question preferences = everything(STORE_ASK_PREFERENCES);
    const struct store_question tariffs = everything(STORE_ASK_TARIFFS);

    bench_start(bench);
    bench_ask(bench, &tariffs, 3);
    assert_int_equal(bench->answer.count, 0);
    edit_text(bench, STORE_ASK_PREFERENCES, "{\"a\":1}");
    edit_text(bench, STORE_ASK_TARIFFS, "{\"b\":2}");
    bench_stop(bench);
    bench_start(bench);
    assert_string_equal(bench_ask(bench, &preferences, 8), "{\"a\":1}");
    assert_string_equal(bench_ask(bench, &tariffs, 8), "{\"b\":2}");
    bench_stop(bench);
    bench_free(bench);
}

static void rows_are_those_the_trackers_hear(void **state)
{
    (void)state;
    struct bench *bench = bench_new();
    struct store_question question = everything(STORE_ASK_ROWS);
    const struct store_series series[] = {{"leaf", "soc", "%", 10},
                                          {"leaf", "range", "km", 1},
                                          {"van", "soc", "%", 10},
                                          {"leaf", "presence", "", 1}};
    size_t found = 0;

    bench_start(bench);
    for (unsigned i = 0; i < 4; i++)
        store_add_series(bench->store, i, &series[i]);
    for (int i = 0; i < 100; i++)
        store_add_reading(bench->store, (unsigned)i % 4, (T0_MS + i) * 1000000, i != 8, i, 1);
    question.from_ms = T0_MS + 3;
    question.limit = 7;
    do {
        const struct diary_row *rows = bench_ask(bench, &question, sizeof(*rows));
        for (size_t i = 0; i < bench->answer.count; i++, found++) {
            int number = 4 * (int)(found / 2) + (found % 2 ? 7 : 4);
            assert_true(rows[i].utc_ms == T0_MS + number && rows[i].known == (number != 8));
            assert_int_equal(rows[i].signal, number % 4 ? (unsigned)DIARY_SIGNAL_PRESENCE : SIGNAL_SOC);
            assert_true(number == 8 || rows[i].steps == number);
            assert_int_equal(rows[i].quality, 1);
        }
        question.before = bench->answer.next;
    } while (question.before != 0);
    assert_int_equal(found, 48);
    bench_stop(bench);
    bench_free(bench);
}

static void ignore_answer(void *ctx, const struct store_answer *answer)
{
    (void)ctx;
    (void)answer;
}

static void guests_leave_room_for_the_house(void **state)
{
    (void)state;
    struct bench *bench = bench_new();
    struct store_question question = everything(STORE_ASK_TOTALS);
    int asked = 0;

    bench_start(bench);
    while (store_ask(bench->store, &question, ignore_answer, bench) == 0)
        assert_true(++asked < 1000); /* nobody turns the loop: no answer is taken */
    question.is_house = true;
    assert_int_equal(store_ask(bench->store, &question, ignore_answer, bench), 0);
    bench_stop(bench);
    bench_free(bench);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_charge_is_found_as_it_was),
        cmocka_unit_test(a_charge_with_an_id_replaces_itself_and_its_parts),
        cmocka_unit_test(the_same_moment_is_the_same_entry),
        cmocka_unit_test(a_charge_that_somebody_deleted_blocks_no_other),
        cmocka_unit_test(an_older_diary_takes_a_bill_too),
        cmocka_unit_test(lists_are_paged_newest_first),
        cmocka_unit_test(days_and_months_are_sums),
        cmocka_unit_test(what_is_unattributed_may_be_unknown),
        cmocka_unit_test(a_day_that_is_none_is_not_shown),
        cmocka_unit_test(an_open_charge_goes_on_today),
        cmocka_unit_test(guests_leave_room_for_the_house),
        cmocka_unit_test(the_anchor_comes_back),
        cmocka_unit_test(health_is_one_a_day_and_cells_keep_their_gaps),
        cmocka_unit_test(totals_only_rise),
        cmocka_unit_test(preferences_and_tariffs_are_one_text_each),
        cmocka_unit_test(rows_are_those_the_trackers_hear),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
