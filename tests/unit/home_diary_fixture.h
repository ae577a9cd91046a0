/* A house with a real store around home_diary: a car is seen, time passes, the diary is on the card. */
#ifndef TESTS_HOME_DIARY_FIXTURE_H
#define TESTS_HOME_DIARY_FIXTURE_H

#include "home_diary.h"

#include "view_sample.h"

#include <sqlite3.h>
#include <unistd.h>

#define UTC_NS  (INT64_C(1795327200) * NS_PER_S) /* 2026-11-22T06:00:00Z, at boot */
#define NOT_MET 2000

struct fixture {
    struct sample sample;
    struct zone zone;
    char folder[64];
    struct loop *loop;
    struct store *store;
    struct home_diary *diary;
    int64_t now_ns;
    int64_t utc_ns; /* at boot, as the clock says */
    bool is_open, answered;
    size_t started, ended, outings; /* events told */
    bool is_slow;                   /* what is on the card is heard of later */
    struct diary_entry held[8];
    size_t held_count;
};

/* ---- the house around it ---- */

static inline void keep_state(void *ctx, enum store_state state, const char *reason)
{
    struct fixture *fixture = ctx;

    (void)reason;
    fixture->is_open = state == STORE_OK;
    fixture->sample.view.diary_state = state == STORE_OK ? "ok" : "failed";
}

static inline void keep_answer(void *ctx, const struct store_history *history)
{
    struct fixture *fixture = ctx;

    (void)history;
    fixture->answered = true;
}

static inline void entry_kept(void *ctx, const struct diary_entry *entry)
{
    struct fixture *fixture = ctx;

    if (!fixture->is_slow)
        home_diary_kept(fixture->diary, entry);
    else if (fixture->held_count < sizeof(fixture->held) / sizeof(fixture->held[0]))
        fixture->held[fixture->held_count++] = *entry;
}

static inline void entry_typed(void *ctx, const struct diary_entry *entry)
{
    struct fixture *fixture = ctx;

    home_diary_typed(fixture->diary, entry);
}

static inline void diary_changed(void *ctx)
{
    struct fixture *fixture = ctx;

    home_diary_changed(fixture->diary);
}

static inline void entry_told(void *ctx, size_t car, const struct diary_entry *entry)
{
    struct fixture *fixture = ctx;

    assert_int_equal(car, 0);
    fixture->started += entry->kind == DIARY_CHARGE && entry->charge.status == DIARY_OPEN;
    fixture->ended += entry->kind == DIARY_CHARGE && entry->charge.status != DIARY_OPEN;
    fixture->outings += entry->kind == DIARY_OUTING;
}

static inline void view_changed(void *ctx)
{
    (void)ctx;
}

static inline void open_house(struct fixture *fixture)
{
    static const struct store_events events = {keep_state, entry_kept, entry_typed, diary_changed};
    static const struct home_trackers_events told = {entry_told, view_changed};
    const struct store_settings settings = {.folder = fixture->folder};
    struct home_rows_parts parts = {NULL, &fixture->sample.view, &fixture->zone};
    struct err err;

    fixture->is_open = false;
    fixture->sample.view.diary_state = "opening";
    fixture->loop = loop_new(&err);
    fixture->store = store_new(fixture->loop, &settings, &events, fixture, &err);
    assert_non_null(fixture->store);
    parts.store = fixture->store;
    fixture->diary = home_diary_new(&parts, &told, fixture);
    home_diary_advance(fixture->diary, fixture->now_ns, fixture->utc_ns); /* the card is slower than home.c */
    while (!fixture->is_open)
        assert_int_equal(loop_turn(fixture->loop, 10000, &err), 0);
}

static inline void start(struct fixture *fixture)
{
    memset(fixture, 0, sizeof(*fixture));
    sample_new(&fixture->sample, 1);
    zone_set_utc(&fixture->zone);
    fixture->now_ns = NS_PER_S;
    fixture->utc_ns = UTC_NS;
    strcpy(fixture->folder, "/tmp/garaged-diary-XXXXXX");
    assert_non_null(mkdtemp(fixture->folder));
    open_house(fixture);
}

static inline void close_house(struct fixture *fixture)
{
    home_diary_free(fixture->diary);
    store_free(fixture->store);
    loop_free(fixture->loop);
}

static inline void stop(struct fixture *fixture)
{
    close_house(fixture);
    sample_free(&fixture->sample);
}

static inline void clean(const struct fixture *fixture)
{
    static const char *const names[] = {"readings.db", "readings.db-wal", "readings.db-shm",
                                        "diary.db",    "diary.db-wal",    "diary.db-shm"};
    char path[128];

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        snprintf(path, sizeof(path), "%s/%s", fixture->folder, names[i]);
        unlink(path);
    }
    assert_int_equal(rmdir(fixture->folder), 0);
}

/* Until the store has done all that was asked of it before. */
static inline void wait_for_store(struct fixture *fixture)
{
    const struct store_history_request request = {
        .car = "leaf", .signal = "soc", .to_utc_ns = NS_PER_S, .points = 2};
    struct err err;

    fixture->answered = false;
    assert_int_equal(store_ask_history(fixture->store, &request, keep_answer, fixture), 0);
    while (!fixture->answered)
        assert_int_equal(loop_turn(fixture->loop, 10000, &err), 0);
}

static inline void look_at_the_time(struct fixture *fixture)
{
    home_diary_advance(fixture->diary, fixture->now_ns, fixture->utc_ns);
}

/* Time passes; whatever there is to catch up is caught up. */
static inline void pass(struct fixture *fixture, int64_t seconds)
{
    fixture->now_ns += seconds * NS_PER_S;
    for (int i = 0; i < 3; i++) {
        look_at_the_time(fixture);
        wait_for_store(fixture);
    }
    for (int i = 0; i < NOT_MET && !fixture->is_slow && !home_diary_is_done(fixture->diary); i++) {
        look_at_the_time(fixture);
        wait_for_store(fixture);
    }
    assert_true(fixture->is_slow || home_diary_is_done(fixture->diary));
}

static inline int64_t query(const struct fixture *fixture, const char *file, const char *sql)
{
    char path[128];
    sqlite3 *database;
    sqlite3_stmt *statement;

    snprintf(path, sizeof(path), "%s/%s", fixture->folder, file);
    assert_int_equal(sqlite3_open(path, &database), SQLITE_OK);
    if (sqlite3_prepare_v2(database, sql, -1, &statement, NULL) != SQLITE_OK)
        fail_msg("%s: %s", sql, sqlite3_errmsg(database));
    assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
    int64_t value = sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    sqlite3_close(database);
    return value;
}

static inline int64_t count_rows(const struct fixture *fixture, const char *signal, const char *where)
{
    char sql[256];

    snprintf(sql, sizeof(sql),
             "SELECT count(*) FROM reading_raw WHERE key & 4095 = (SELECT id FROM series WHERE signal = '%s')"
             " AND %s",
             signal, where);
    return query(fixture, "readings.db", sql);
}

/* ---- what is seen of the car ---- */

static inline void take_at(struct fixture *fixture, enum signal_id signal, double number, int64_t boot_ns,
                           enum quality quality)
{
    const struct state_value value = {
        .heard = true, .known = true, .quality = quality, .value = number, .time_ns = boot_ns};

    view_take_value(&fixture->sample.view, &fixture->sample.cars[0], signal, &value);
    home_diary_take(fixture->diary, 0, signal);
}

static inline void take(struct fixture *fixture, enum signal_id signal, double number)
{
    take_at(fixture, signal, number, fixture->now_ns, QUALITY_OK);
}

static inline void see(struct fixture *fixture, enum presence presence, enum tri garage, enum view_link link)
{
    struct view_car *car = &fixture->sample.cars[0];

    car->presence = presence;
    car->garage = garage;
    car->link = link;
    home_diary_look(fixture->diary, fixture->now_ns, fixture->utc_ns);
}

/* As the view begins. */
static inline void see_nothing(struct fixture *fixture)
{
    struct view_car *car = &fixture->sample.cars[0];

    car->presence = PRESENCE_UNKNOWN;
    car->garage = TRI_UNKNOWN;
    car->link = VIEW_LINK_STARTING;
    car->has_charge = car->has_last_charge = car->has_last_outing = car->has_totals = false;
}

static inline void arrive(struct fixture *fixture, double soc, double odometer_km)
{
    see(fixture, PRESENCE_AWAKE, TRI_TRUE, VIEW_LINK_UP);
    pass(fixture, 1);
    take(fixture, SIGNAL_SOC, soc);
    take(fixture, SIGNAL_ODOMETER, odometer_km);
    take(fixture, SIGNAL_PACK_CAPACITY, 60);
    pass(fixture, 5);
}

static inline void leave(struct fixture *fixture)
{
    see(fixture, PRESENCE_UNKNOWN, TRI_UNKNOWN, VIEW_LINK_DOWN);
    pass(fixture, 700);
    see(fixture, PRESENCE_AWAY, TRI_FALSE, VIEW_LINK_DOWN);
    pass(fixture, 1);
}

static inline void charge(struct fixture *fixture, int minutes, double *soc)
{
    take(fixture, SIGNAL_CHARGING, 1);
    take(fixture, SIGNAL_PLUGGED, 1);
    see(fixture, PRESENCE_CHARGING, TRI_TRUE, VIEW_LINK_UP);
    for (int i = 0; i < minutes; i++) {
        take(fixture, SIGNAL_PACK_VOLTAGE, 400);
        take(fixture, SIGNAL_PACK_CURRENT, 10);
        take(fixture, SIGNAL_SOC, *soc += 0.3);
        pass(fixture, 60);
    }
}

static inline void end_charge(struct fixture *fixture)
{
    take(fixture, SIGNAL_CHARGING, 0);
    see(fixture, PRESENCE_AWAKE, TRI_TRUE, VIEW_LINK_UP);
    pass(fixture, 30);
}

#endif
