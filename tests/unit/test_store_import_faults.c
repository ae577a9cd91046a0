/* diary/store/import on a card that fails from the n-th write on: when it is well again, the same logs are
 * imported again, and the diary is as if nothing had happened. */
#include "fault_vfs.h"
#include "import_bench.h"

#define LOGS 3

static void make_logs(FILE *logs[LOGS])
{
    logs[0] = a_drive(LOG_S, 80, 10000, 6);
    logs[1] = a_drive(LOG_S + 48 * HOUR_S, 95, 10012, 6);
    logs[2] = a_drive(LOG_S + 24 * HOUR_S, 90, 10006, 6); /* in the pause between the two */
}

/* How many came to their end. */
static int import_all(struct bench *bench, FILE *logs[LOGS])
{
    int done = 0;

    for (int i = 0; i < LOGS; i++)
        done += import_file(bench, logs[i], false).why[0] == '\0';
    return done;
}

static void get_well(struct bench *bench)
{
    const struct store_question files = {.subject = STORE_ASK_FILES};

    do {
        store_flush(bench->store);
        bench_ask(bench, &files, sizeof(struct store_file)); /* by then the state is told */
    } while (bench->state != STORE_OK);
}

/* Whether a write failed. */
static bool import_on_a_bad_card(struct faults *faults, int n, int count, FILE *logs[LOGS],
                                 const struct contents *whole)
{
    struct bench *bench = begin();

    faults_arm(faults, n, count, ENOSPC);
    int done = import_all(bench, logs);
    faults_disarm(faults);
    bool has_failed = atomic_load(&faults->failed) > 0;
    assert_true(done == LOGS || has_failed);
    get_well(bench);
    assert_int_equal(import_all(bench, logs), LOGS);
    const struct contents now = contents_of(bench);
    assert_memory_equal(&now, whole, sizeof(now));
    end(bench);
    return has_failed;
}

static void import_on_bad_cards(int count)
{
    struct faults faults = {0};
    FILE *logs[LOGS];
    int n = 1;

    make_logs(logs);
    struct bench *bench = begin();
    assert_int_equal(import_all(bench, logs), LOGS);
    const struct contents whole = contents_of(bench);
    end(bench);
    faults_install(&faults);
    while (import_on_a_bad_card(&faults, n, count, logs, &whole))
        n += 2;
    faults_remove(&faults);
    assert_true(n > 20);
    for (int i = 0; i < LOGS; i++)
        fclose(logs[i]);
}

static void a_write_that_fails_costs_a_second_try(void **state)
{
    (void)state;
    import_on_bad_cards(1);
}

static void a_card_that_is_full_from_one_write_on_costs_a_second_try(void **state)
{
    (void)state;
    import_on_bad_cards(1000000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_write_that_fails_costs_a_second_try),
        cmocka_unit_test(a_card_that_is_full_from_one_write_on_costs_a_second_try),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
