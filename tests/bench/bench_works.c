/* works YEARS ROWS: long work on a diary of ten made-up years (years.sh) and on the thirty million readings
 * of rows.sh: how long it takes, and how long a question waits meanwhile. Changes both. GARAGED_PURGE: how
 * many readings go (2,000,000). */
#include "../unit/tariff_sample.h"
#include "diary/store/copy.h"
#include "diary/store/pricing.h"
#include "diary/store/rebuild.h"
#include "diary/store/retention.h"
#include "diary/store/store.h"

#include "util/clock.h"
#include "util/core/time.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define TURN_MS 1000
#define SYNCS   300
#define DAY_MS  INT64_C(86400000)

/* What rows.sh makes. */
#define FIRST_MS   INT64_C(1451606400000) /* 2016-01-01T00:00:00Z */
#define DAYS       3650
#define ROWS_A_DAY 8400

struct bench {
    struct loop *loop;
    struct store *store;
    enum store_state state;
    bool answered, failed, ended, has_more;
    int64_t worst_ns, count;
    char why[ERR_TEXT_MAX];
};

static void keep_state(void *ctx, enum store_state state, const char *reason)
{
    struct bench *bench = ctx;

    bench->state = state;
    snprintf(bench->why, sizeof(bench->why), "%s", reason);
}

static void keep_answer(void *ctx, const struct store_answer *answer)
{
    struct bench *bench = ctx;

    (void)answer;
    bench->answered = true;
}

static void keep_history(void *ctx, const struct store_history *history)
{
    struct bench *bench = ctx;

    bench->answered = true;
    bench->failed = bench->failed || history->failed || history->count == 0;
}

static void keep_end(void *ctx, const struct work *work, const char *why)
{
    struct bench *bench = ctx;

    (void)work;
    bench->ended = true;
    snprintf(bench->why, sizeof(bench->why), "%s", why ? why : "");
}

static void keep_copy(void *ctx, const struct work *work, const char *why)
{
    ((struct bench *)ctx)->count = copy_bytes(work);
    keep_end(ctx, work, why);
}

static void keep_pricing(void *ctx, const struct work *work, const char *why)
{
    ((struct bench *)ctx)->count = (int64_t)pricing_changed(work);
    keep_end(ctx, work, why);
}

static void keep_rebuild(void *ctx, const struct work *work, const char *why)
{
    ((struct bench *)ctx)->count = rebuild_hours(work);
    keep_end(ctx, work, why);
}

static void keep_purge(void *ctx, const struct work *work, const char *why)
{
    ((struct bench *)ctx)->count += retention_rows(work);
    ((struct bench *)ctx)->has_more = retention_has_more(work);
    keep_end(ctx, work, why);
}

static void turn(struct bench *bench)
{
    struct err err;

    if (loop_turn(bench->loop, TURN_MS, &err) != 0)
        exit(1);
}

/* The shortest answer that there is waits as long as the thread is busy with something else. */
static void ask(struct bench *bench)
{
    const struct store_question question = {
        .subject = STORE_ASK_ANCHOR, .car = "leaf", .limit = 1, .is_house = true};
    int64_t begin_ns = clock_monotonic_ns();

    bench->answered = false;
    if (store_ask(bench->store, &question, keep_answer, bench) != 0)
        return;
    while (!bench->answered)
        turn(bench);
    int64_t took_ns = clock_monotonic_ns() - begin_ns;
    bench->worst_ns = took_ns > bench->worst_ns ? took_ns : bench->worst_ns;
}

static void run_work(struct bench *bench, struct work *work, const struct work_events *events)
{
    bench->ended = false;
    if (!work || store_begin_work(bench->store, work, events, bench) != 0)
        exit(1);
    while (!bench->ended) {
        ask(bench);
        usleep(500);
    }
}

static void report(const struct bench *bench, const char *name, int64_t begin_ns)
{
    if (bench->why[0])
        printf("bench %s failed: %s\n", name, bench->why);
    printf("bench %s_%lld %.1f s budget -\n", name, (long long)bench->count,
           (double)(clock_monotonic_ns() - begin_ns) / 1e9);
    printf("bench %s_pause %.1f ms budget 100\n", name, (double)bench->worst_ns / 1e6);
}

static bool open_store(struct bench *bench, const char *folder)
{
    static const struct store_events events = {.state = keep_state};
    const struct store_settings settings = {.folder = folder, .demo = true};
    struct err err;

    *bench = (struct bench){.state = STORE_OPENING};
    if (access(folder, R_OK) != 0) {
        printf("%s: no such diary: tests/bench/run.sh makes it\n", folder);
        return false;
    }
    bench->loop = loop_new(&err);
    bench->store = store_new(bench->loop, &settings, &events, bench, &err);
    while (bench->state == STORE_OPENING)
        turn(bench);
    if (bench->state != STORE_OK)
        printf("bench %s failed: %s\n", folder, bench->why);
    return bench->state == STORE_OK;
}

static void close_store(struct bench *bench)
{
    store_free(bench->store);
    loop_free(bench->loop);
}

static void measure(struct bench *bench, const char *name, struct work *work,
                    const struct work_events *events)
{
    int64_t begin_ns = clock_monotonic_ns();

    bench->worst_ns = bench->count = 0;
    run_work(bench, work, events);
    report(bench, name, begin_ns);
}

static void measure_years(struct bench *bench, const char *folder)
{
    static const struct work_events copied = {.ended = keep_copy}, priced = {.ended = keep_pricing},
                                    rebuilt = {.ended = keep_rebuild};
    struct copy_order order = {.day = "2026-06-30", .keep = 7, .fd = -1};
    struct tariffs tariffs = sample_tariffs();

    snprintf(order.folder, sizeof(order.folder), "%s/backups", folder);
    measure(bench, "backup_bytes", copy_new(&order), &copied);
    measure(bench, "price_all_charges", pricing_new(&tariffs), &priced);
    tariffs.list[0].price_m *= 2;
    measure(bench, "price_them_again", pricing_new(&tariffs), &priced);
    measure(bench, "rebuild_hours", rebuild_new(), &rebuilt);
}

static int by_size(const void *a, const void *b)
{
    const int64_t *left = a, *right = b;

    return (*left > *right) - (*left < *right);
}

static int64_t ask_day(struct bench *bench, int64_t day)
{
    const int64_t from_ns = (FIRST_MS + day * DAY_MS) * NS_PER_MS;
    const struct store_history_request request = {.car = "leaf",
                                                  .signal = "soc",
                                                  .from_utc_ns = from_ns,
                                                  .to_utc_ns = from_ns + DAY_MS * NS_PER_MS,
                                                  .points = 500};
    int64_t begin_ns = clock_monotonic_ns();

    bench->answered = false;
    bench->failed = store_ask_history(bench->store, &request, keep_history, bench) != 0 || bench->failed;
    while (!bench->failed && !bench->answered)
        turn(bench);
    return clock_monotonic_ns() - begin_ns;
}

/* Every day once, in an order in which no two are near each other. */
static void measure_days(struct bench *bench)
{
    int64_t times[DAYS];

    for (int64_t i = 0; i < DAYS; i++)
        times[i] = ask_day(bench, i * 1009 % DAYS);
    qsort(times, DAYS, sizeof(times[0]), by_size);
    if (bench->failed)
        printf("bench rows_day failed\n");
    printf("bench rows_day_p50 %.2f ms budget -\n", (double)times[DAYS / 2] / 1e6);
    printf("bench rows_day_p99 %.2f ms budget 200\n", (double)times[DAYS * 99 / 100] / 1e6);
}

/* As home_upkeep does: begun again while there is more. rows.sh has 8,400 readings a day, since 2016-01-01.
 */
static void measure_purge(struct bench *bench)
{
    static const struct work_events purged = {.ended = keep_purge};
    const char *rows = getenv("GARAGED_PURGE");
    int64_t days = (rows ? atoll(rows) : 2000000) / ROWS_A_DAY, begin_ns = clock_monotonic_ns();
    const struct retention_order order = {.before_ms = FIRST_MS + days * DAY_MS, .keep_ms = DAY_MS};

    bench->worst_ns = bench->count = 0;
    do {
        run_work(bench, retention_new(&order), &purged);
    } while (bench->has_more && !bench->why[0]);
    report(bench, "purge", begin_ns);
}

/* What one sync costs here: of each pause on a disk that is a part. */
static void measure_syncs(const char *folder)
{
    int64_t times[SYNCS];
    char path[4200];

    snprintf(path, sizeof(path), "%s/sync", folder);
    FILE *file = fopen(path, "w");
    for (int i = 0; file && i < SYNCS; i++) {
        int64_t begin_ns = clock_monotonic_ns();
        fputs("0123456789abcdef", file);
        fflush(file);
        fsync(fileno(file));
        times[i] = clock_monotonic_ns() - begin_ns;
    }
    if (!file)
        return;
    fclose(file);
    unlink(path);
    qsort(times, SYNCS, sizeof(times[0]), by_size);
    printf("bench sync_p50 %.2f ms budget -\n", (double)times[SYNCS / 2] / 1e6);
    printf("bench sync_worst %.2f ms budget -\n", (double)times[SYNCS - 1] / 1e6);
}

int main(int argc, char **argv)
{
    struct bench bench;
    int64_t begin_ns;

    setvbuf(stdout, NULL, _IOLBF, 0);
    if (argc > 1)
        measure_syncs(argv[1]);
    if (argc > 1 && open_store(&bench, argv[1])) {
        measure_years(&bench, argv[1]);
        close_store(&bench);
    }
    begin_ns = clock_monotonic_ns();
    if (argc > 2 && open_store(&bench, argv[2])) {
        printf("bench rows_open %.0f ms budget 5000\n", (double)(clock_monotonic_ns() - begin_ns) / 1e6);
        measure_days(&bench);
        measure_purge(&bench);
        close_store(&bench);
    }
    return 0;
}
