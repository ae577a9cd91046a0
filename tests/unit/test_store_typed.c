/* diary/store/typed: what a person typed stands beside what the trackers tell. */
#include "store_bench.h"
#include "store_entry.h"

static void type_into(struct bench *bench, enum store_subject subject, const struct diary_typed *typed)
{
    struct store_edit edit = {.subject = subject, .car = "leaf", .id = 1, .typed = malloc(sizeof(*typed))};

    *edit.typed = *typed;
    bench->answered = false;
    bench->item_bytes = sizeof(struct diary_entry);
    assert_int_equal(store_edit(bench->store, &edit, bench_keep_answer, bench), 0);
    while (!bench->answered)
        bench_turn(bench);
    assert_false(bench->answer.failed);
    assert_int_equal(bench->answer.count, 1);
}

/* With its id or found by its moment; the charge counters may be heard late, and the outing changes. */
static void an_outing_written_again_keeps_its_tags(void **state)
{
    (void)state;
    const struct diary_typed tags = {.is_tags = true, .tags = "holiday"}, none = {.is_tags = true};
    struct bench *bench = bench_new();
    struct diary_entry entry = an_outing(T0_MS, DAY0, 1000, 10);
    struct store_question outings = everything(STORE_ASK_OUTINGS);

    bench_start(bench);
    bench_keep(bench, &entry);
    type_into(bench, STORE_ASK_OUTINGS, &tags);
    entry.outing.flags = DIARY_FLAG_CHARGED_ELSEWHERE;
    bench_keep(bench, &entry);
    assert_string_equal(bench->kept.outing.tags, "holiday");
    entry.outing.id = 1;
    bench_keep(bench, &entry);
    const struct diary_outing *found = bench_ask(bench, &outings, sizeof(*found));
    assert_int_equal(bench->answer.count, 1);
    assert_string_equal(found->tags, "holiday");
    assert_true(found->flags == DIARY_FLAG_CHARGED_ELSEWHERE);
    type_into(bench, STORE_ASK_OUTINGS, &none);
    bench_keep(bench, &entry);
    assert_string_equal(bench->kept.outing.tags, "");
    bench_stop(bench);
    bench_free(bench);
}

/* Also what it counted after that. */
static void what_the_meter_counted_comes_back_when_a_typed_figure_is_taken_away(void **state)
{
    (void)state;
    const struct diary_typed typed = {.is_wall = true, .wall_wh = 99000};
    const struct diary_typed none = {.is_wall = true, .wall_wh = DIARY_NONE};
    const struct store_question charges = everything(STORE_ASK_CHARGES);
    struct bench *bench = bench_new();
    struct diary_entry entry = a_charge(T0_MS, DAY0, 9400);

    entry.charge.wall_wh = 10500;
    entry.charge.metered_wh = DIARY_NONE;
    strcpy(entry.charge.wall_from, "meter");
    bench_start(bench);
    bench_keep(bench, &entry);
    for (int i = 0; i < 2; i++) {
        type_into(bench, STORE_ASK_CHARGE, &typed);
        type_into(bench, STORE_ASK_CHARGE, &typed);
        entry.charge.wall_wh += 500;
        bench_keep(bench, &entry);
        assert_true(bench->kept.charge.wall_wh == 99000);
        type_into(bench, STORE_ASK_CHARGE, &none);
        type_into(bench, STORE_ASK_CHARGE, &none);
        const struct diary_charge charge =
            *(const struct diary_charge *)bench_ask(bench, &charges, sizeof(struct diary_charge));
        assert_true(charge.wall_wh == entry.charge.wall_wh && charge.metered_wh == DIARY_NONE);
        assert_string_equal(charge.wall_from, "meter");
    }
    bench_stop(bench);
    bench_free(bench);
}

/* Whoever writes the charge again knows a bill and a note that are not there any more. */
static void a_charge_written_again_does_not_bring_back_a_cleared_bill(void **state)
{
    (void)state;
    const struct diary_typed bill = {.is_note = true,
                                     .is_wall = true,
                                     .is_cost = true,
                                     .note = "rain",
                                     .wall_wh = 11000,
                                     .cost_m = 250000};
    const struct diary_typed none = {
        .is_note = true, .is_wall = true, .is_cost = true, .wall_wh = DIARY_NONE, .cost_m = DIARY_NONE};
    struct bench *bench = bench_new();
    struct diary_entry entry = a_charge(T0_MS, DAY0, 9400);

    bench_start(bench);
    bench_keep(bench, &entry);
    type_into(bench, STORE_ASK_CHARGE, &bill);
    bench_keep(bench, &entry);
    entry = bench->kept;
    assert_true(entry.charge.wall_wh == 11000 && entry.charge.cost_m == 250000);
    assert_string_equal(entry.charge.note, "rain");
    type_into(bench, STORE_ASK_CHARGE, &none);
    bench_keep(bench, &entry);
    assert_true(bench->kept.charge.wall_wh == DIARY_NONE && bench->kept.charge.cost_m == DIARY_NONE);
    assert_string_equal(bench->kept.charge.wall_from, "");
    assert_string_equal(bench->kept.charge.cost_from, "");
    assert_string_equal(bench->kept.charge.note, "");
    bench_stop(bench);
    bench_free(bench);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_outing_written_again_keeps_its_tags),
        cmocka_unit_test(what_the_meter_counted_comes_back_when_a_typed_figure_is_taken_away),
        cmocka_unit_test(a_charge_written_again_does_not_bring_back_a_cleared_bill),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
