/* bench_diary [DIR]: how long the diary of ten made-up years (tests/bench/years.sh) takes to answer (DESIGN
 * 7): from the question in the loop to the last page's answer there, the median of some rounds. JSON and HTTP
 * come on top; diary.mjs measures those. Says nothing where there is no such diary. */
#include "diary/store/store.h"

#include "util/clock.h"
#include "util/core/day.h"
#include "util/core/time.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define FOLDER       "build/bench/years-10"
#define HISTORY_DAYS 28
#define ROUNDS       9
#define TURN_MS      10000

struct bench {
    struct loop *loop;
    struct store *store;
    enum store_state state;
    bool answered, failed;
    int64_t next;
    size_t items;
};

static void keep_state(void *ctx, enum store_state state, const char *reason)
{
    struct bench *bench = ctx;

    bench->state = state;
    if (state == STORE_FAILED)
        fprintf(stderr, "bench_diary: %s\n", reason);
}

static void keep_answer(void *ctx, const struct store_answer *answer)
{
    struct bench *bench = ctx;

    bench->answered = true;
    bench->failed = bench->failed || answer->failed;
    bench->next = answer->next;
    bench->items += answer->count;
}

static void keep_history(void *ctx, const struct store_history *history)
{
    struct bench *bench = ctx;

    bench->answered = true;
    bench->failed = bench->failed || history->failed;
    bench->items += history->count;
}

static void wait_for_answer(struct bench *bench)
{
    struct err err;

    while (!bench->answered)
        if (loop_turn(bench->loop, TURN_MS, &err) != 0)
            exit(1);
}

/* All pages of a list. */
static void ask_list(struct bench *bench, enum store_subject subject)
{
    struct store_question question = {.subject = subject,
                                      .car = "leaf",
                                      .from_day = INT32_MIN,
                                      .to_day = INT32_MAX,
                                      .from_ms = INT64_MIN,
                                      .to_ms = INT64_MAX,
                                      .limit = STORE_LIMIT_MAX};

    do {
        bench->answered = false;
        if (store_ask(bench->store, &question, keep_answer, bench) != 0) {
            bench->failed = true;
            return;
        }
        wait_for_answer(bench);
        question.before = bench->next;
    } while (bench->next != 0 && !bench->failed);
}

static void ask_history(struct bench *bench, const char *signal, int32_t day)
{
    int64_t from_ns = (int64_t)day * 86400 * NS_PER_S;
    struct store_history_request request = {
        .car = "leaf", .from_utc_ns = from_ns, .to_utc_ns = from_ns + 86400 * NS_PER_S, .points = 500};

    snprintf(request.signal, sizeof(request.signal), "%s", signal);
    bench->answered = false;
    if (store_ask_history(bench->store, &request, keep_history, bench) != 0) {
        bench->failed = true;
        return;
    }
    wait_for_answer(bench);
}

static int by_size(const void *a, const void *b)
{
    const int64_t *left = a, *right = b;

    return (*left > *right) - (*left < *right);
}

static void report(const struct bench *bench, const char *name, int64_t ns, double budget_ms)
{
    if (bench->failed || bench->items == 0)
        printf("bench %s failed\n", name);
    else
        printf("bench %s_%zu %.2f ms budget %g\n", name, bench->items, (double)ns / 1e6, budget_ms);
}

static void measure_list(struct bench *bench, const char *name, enum store_subject subject, double budget_ms)
{
    int64_t times[ROUNDS];

    bench->failed = false;
    for (size_t i = 0; i < ROUNDS; i++) {
        int64_t begin_ns = clock_monotonic_ns();
        bench->items = 0;
        ask_list(bench, subject);
        times[i] = clock_monotonic_ns() - begin_ns;
    }
    qsort(times, ROUNDS, sizeof(times[0]), by_size);
    report(bench, name, times[ROUNDS / 2], budget_ms);
}

/* The slowest of some days, some of them with hours of charging, each asked once. */
static void measure_history(struct bench *bench, const char *name, const char *signal, double budget_ms)
{
    int64_t slowest_ns = 0;
    size_t most = 0;

    bench->failed = false;
    for (int32_t day = 0; day < HISTORY_DAYS; day++) {
        int64_t begin_ns = clock_monotonic_ns();
        bench->items = 0;
        ask_history(bench, signal, day_make(2026, 2, 1) + day);
        int64_t took_ns = clock_monotonic_ns() - begin_ns;
        slowest_ns = took_ns > slowest_ns ? took_ns : slowest_ns;
        most = bench->items > most ? bench->items : most;
    }
    bench->items = most;
    report(bench, name, slowest_ns, budget_ms);
}

int main(int argc, char **argv)
{
    static const struct store_events events = {.state = keep_state};
    const struct store_settings settings = {.folder = argc > 1 ? argv[1] : FOLDER, .demo = true};
    struct bench bench = {.state = STORE_OPENING};
    struct err err;

    if (access(settings.folder, R_OK) != 0) {
        printf("%s: no such diary: tests/bench/years.sh makes it\n", settings.folder);
        return 0;
    }
    int64_t begin_ns = clock_monotonic_ns();
    bench.loop = loop_new(&err);
    bench.store = store_new(bench.loop, &settings, &events, &bench, &err);
    while (bench.state == STORE_OPENING)
        if (loop_turn(bench.loop, TURN_MS, &err) != 0)
            return 1;
    printf("bench diary_open %.1f ms budget -\n", (double)(clock_monotonic_ns() - begin_ns) / 1e6);
    measure_list(&bench, "diary_days", STORE_ASK_DAYS, 10);
    measure_list(&bench, "diary_months", STORE_ASK_MONTHS, 10);
    measure_list(&bench, "diary_years", STORE_ASK_YEARS, 10);
    measure_list(&bench, "diary_totals", STORE_ASK_TOTALS, 10);
    measure_list(&bench, "diary_charges", STORE_ASK_CHARGES, 50);
    measure_list(&bench, "diary_outings", STORE_ASK_OUTINGS, 50);
    measure_history(&bench, "diary_soc_24_h", "soc", 20);
    measure_history(&bench, "diary_voltage_24_h", "pack_voltage", 20);
    measure_list(&bench, "diary_battery", STORE_ASK_BATTERY, 50);
    store_free(bench.store);
    loop_free(bench.loop);
    return 0;
}
