/* A store on a folder of its own, turned by a loop of its own until it answers. */
#ifndef TESTS_UNIT_STORE_BENCH_H
#define TESTS_UNIT_STORE_BENCH_H

#include "diary/store/store.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct bench {
    char folder[64];
    bool demo;
    struct loop *loop;
    struct store *store;
    enum store_state state;
    char reason[ERR_TEXT_MAX];
    bool answered;
    struct store_history history;
    struct store_point points[STORE_POINTS_MAX + 1];
    bool wants_last; /* of what is asked */
    struct store_answer answer; /* its items are copied to `items` */
    char *items;
    size_t item_bytes; /* of the items of the next answer */
    size_t kept_count;
    struct diary_entry kept; /* the last one */
};

static void bench_keep_state(void *ctx, enum store_state state, const char *reason)
{
    struct bench *bench = ctx;

    bench->state = state;
    snprintf(bench->reason, sizeof(bench->reason), "%s", reason);
}

static void bench_keep_history(void *ctx, const struct store_history *history)
{
    struct bench *bench = ctx;

    bench->answered = true;
    bench->history = *history;
    memcpy(bench->points, history->points, history->count * sizeof(bench->points[0]));
}

static void bench_keep_answer(void *ctx, const struct store_answer *answer)
{
    struct bench *bench = ctx;

    bench->answered = true;
    bench->answer = *answer;
    free(bench->items);
    bench->items = malloc(answer->count * bench->item_bytes + 1);
    if (answer->items)
        memcpy(bench->items, answer->items, answer->count * bench->item_bytes);
    bench->answer.items = bench->items;
}

static void bench_keep_entry(void *ctx, const struct diary_entry *entry)
{
    struct bench *bench = ctx;

    bench->kept_count++;
    bench->kept = *entry;
}

static inline void bench_turn(struct bench *bench)
{
    struct err err;

    assert_int_equal(loop_turn(bench->loop, 10000, &err), 0);
}

static inline void bench_start(struct bench *bench)
{
    static const struct store_events events = {.state = bench_keep_state, .kept = bench_keep_entry};
    const struct store_settings settings = {.folder = bench->folder, .demo = bench->demo};
    struct err err;

    bench->state = STORE_OPENING;
    bench->loop = loop_new(&err);
    bench->store = store_new(bench->loop, &settings, &events, bench, &err);
    assert_non_null(bench->store);
    while (bench->state == STORE_OPENING)
        bench_turn(bench);
}

static inline void bench_stop(struct bench *bench)
{
    store_free(bench->store);
    loop_free(bench->loop);
}

static inline struct bench *bench_new(void)
{
    struct bench *bench = calloc(1, sizeof(*bench));

    strcpy(bench->folder, "/tmp/garaged-store-XXXXXX");
    assert_non_null(mkdtemp(bench->folder));
    return bench;
}

static inline void bench_free(struct bench *bench)
{
    char path[512];
    DIR *folder = opendir(bench->folder);
    struct dirent *entry;

    while ((entry = readdir(folder))) {
        snprintf(path, sizeof(path), "%s/%s", bench->folder, entry->d_name);
        unlink(path);
    }
    closedir(folder);
    rmdir(bench->folder);
    free(bench->items);
    free(bench);
}

/* Asks and waits; the items are of `item_bytes` each. */
static inline const void *bench_ask(struct bench *bench, const struct store_question *question,
                                    size_t item_bytes)
{
    bench->answered = false;
    bench->item_bytes = item_bytes;
    assert_int_equal(store_ask(bench->store, question, bench_keep_answer, bench), 0);
    while (!bench->answered)
        bench_turn(bench);
    assert_false(bench->answer.failed);
    return bench->items;
}

/* Gives an entry to the store and waits until it is kept. */
static inline int64_t bench_keep(struct bench *bench, const struct diary_entry *entry)
{
    size_t before = bench->kept_count;

    assert_int_equal(store_add_entry(bench->store, entry), 0);
    while (bench->kept_count == before)
        bench_turn(bench);
    return bench->kept.kind == DIARY_CHARGE ? bench->kept.charge.id : bench->kept.outing.id;
}

static inline void bench_ask_history(struct bench *bench, const char *signal, int64_t from_ns, int64_t to_ns,
                                     unsigned points)
{
    struct store_history_request request = {
        .car = "leaf", .points = points, .wants_last = bench->wants_last};

    snprintf(request.signal, sizeof(request.signal), "%s", signal);
    request.from_utc_ns = from_ns;
    request.to_utc_ns = to_ns;
    bench->answered = false;
    assert_int_equal(store_ask_history(bench->store, &request, bench_keep_history, bench), 0);
    while (!bench->answered)
        bench_turn(bench);
}

#endif
