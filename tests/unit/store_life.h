/* A random life in a bench's files, and these files as sqlite3 shows them. */
#ifndef TESTS_UNIT_STORE_LIFE_H
#define TESTS_UNIT_STORE_LIFE_H

#include "store_bench.h"
#include "store_entry.h"

#include "util/core/time.h"

#include <sqlite3.h>

#define LIFE_ENTRIES 300
#define LIFE_DAYS    40

/* ---- a random life ---- */

static inline unsigned chance(uint32_t *random, unsigned sides)
{
    *random = *random * 1664525U + 1013904223U;
    return (*random >> 8) % sides;
}

static inline int64_t perhaps(uint32_t *random, int64_t least, unsigned span)
{
    return chance(random, 4) ? least + chance(random, span) : DIARY_NONE;
}

static inline void choose(uint32_t *random, char *text, const char *const words[4])
{
    strcpy(text, words[chance(random, 4)]);
}

/* Of all that have a word. */
static inline unsigned random_flags(uint32_t *random)
{
    unsigned count = 0;

    while (diary_flag_name(count) != NULL)
        count++;
    return chance(random, 1U << count);
}

static inline struct diary_entry random_charge(uint32_t *random, int64_t from_ms, int32_t day)
{
    static const char *const currencies[] = {"", "EUR", "NOK", "EUR"};
    static const char *const places[] = {"", "home", "cabin", "Br\xc3\xb8"};
    static const char *const from[] = {"", "meter", "typed", ""};
    struct diary_entry entry = a_charge(from_ms, day, perhaps(random, -300, 30000));

    entry.charge.status = (enum diary_status)chance(random, 3);
    entry.charge.how = (enum diary_how)chance(random, 3);
    entry.charge.to_ms = perhaps(random, from_ms, 40000000);
    entry.charge.soc_from = perhaps(random, 0, 10000);
    entry.charge.soc_to = perhaps(random, 0, 10000);
    entry.charge.mode = (int)chance(random, 5) - 1;
    entry.charge.charger_wh = perhaps(random, 0, 32000);
    entry.charge.wall_wh = perhaps(random, 0, 35000);
    choose(random, entry.charge.wall_from, from);
    entry.charge.cost_m = perhaps(random, -5000, 2000000);
    entry.charge.cost_max_m = perhaps(random, 0, 2000000);
    choose(random, entry.charge.cost_from, from);
    choose(random, entry.charge.currency, currencies);
    entry.charge.peak_w = perhaps(random, 0, 50000);
    entry.charge.temp_from_mc = perhaps(random, -20000, 40000);
    entry.charge.temp_to_mc = perhaps(random, -20000, 40000);
    entry.charge.odometer_mm = perhaps(random, INT64_C(117568000000), 5000000);
    choose(random, entry.charge.place, places);
    choose(random, entry.charge.note, places);
    entry.charge.flags = random_flags(random);
    entry.part_count = chance(random, 4);
    for (size_t i = 0; i < entry.part_count; i++)
        entry.parts[i] = (struct diary_part){chance(random, 8) ? day + (int32_t)i : DIARY_NO_DAY,
                                             perhaps(random, -100, 9000), perhaps(random, 0, 9000)};
    return entry;
}

static inline struct diary_entry random_outing(uint32_t *random, int64_t from_ms, int32_t day)
{
    static const char *const tags[] = {"", "work", "work rain", ""};
    struct diary_entry entry = an_outing(from_ms, chance(random, 5) ? day : DIARY_NO_DAY,
                                         perhaps(random, 0, 90000000), perhaps(random, -200, 12000));

    if (chance(random, 2)) { /* about where consumption begins to be told */
        entry.outing.distance_mm = (2 + chance(random, 3)) * INT64_C(1000000);
        entry.outing.energy_soc_wh = 499 + chance(random, 3);
    }
    entry.outing.energy_gids_wh = perhaps(random, 0, 12000);
    choose(random, entry.outing.tags, tags);
    entry.outing.flags = random_flags(random);
    return entry;
}

static inline void live(struct bench *bench, uint32_t random)
{
    for (int i = 0; i < LIFE_ENTRIES; i++) {
        int32_t days = (int32_t)chance(&random, LIFE_DAYS);
        int64_t from_ms = T0_MS + days * 24 * HOUR_MS + i * 1009;
        struct diary_entry entry = chance(&random, 2) ? random_charge(&random, from_ms, DAY0 + days)
                                                      : random_outing(&random, from_ms, DAY0 + days);

        if (chance(&random, 6) == 0)
            strcpy(entry.car, "other");
        bench_keep(bench, &entry);
    }
}

/* One reading a minute, from T0_MS on. */
static inline void drive(struct bench *bench, int minutes)
{
    static const struct store_series soc = {"leaf", "soc", "%", 10};
    const struct store_question files = {.subject = STORE_ASK_FILES};

    store_add_series(bench->store, 0, &soc);
    for (int i = 0; i < minutes; i++)
        store_add_reading(bench->store, 0, (T0_MS + i * 60037) * NS_PER_MS, i % 7 != 3, 800 - i, 0);
    store_flush(bench->store);
    bench_ask(bench, &files, sizeof(struct store_file));
}

/* ---- the files ---- */

static inline sqlite3 *open_file(const struct bench *bench, const char *name)
{
    char path[128];
    sqlite3 *sqlite;

    snprintf(path, sizeof(path), "%s/%s", bench->folder, name);
    assert_int_equal(sqlite3_open(path, &sqlite), SQLITE_OK);
    return sqlite;
}

static inline sqlite3_stmt *prepare(sqlite3 *sqlite, const char *sql)
{
    sqlite3_stmt *statement;

    if (sqlite3_prepare_v2(sqlite, sql, -1, &statement, NULL) != SQLITE_OK)
        fail_msg("%s: %s", sql, sqlite3_errmsg(sqlite));
    return statement;
}

static inline void change_file(const struct bench *bench, const char *name, const char *sql)
{
    sqlite3 *sqlite = open_file(bench, name);

    if (sqlite3_exec(sqlite, sql, NULL, NULL, NULL) != SQLITE_OK)
        fail_msg("%s: %s", sql, sqlite3_errmsg(sqlite));
    sqlite3_close(sqlite);
}

static inline int count_in(sqlite3 *sqlite, const char *sql)
{
    sqlite3_stmt *select = prepare(sqlite, sql);

    assert_int_equal(sqlite3_step(select), SQLITE_ROW);
    int count = sqlite3_column_int(select, 0);
    sqlite3_finalize(select);
    return count;
}

#endif
