/* A web server with a diary for the tests: what they keep in its store and ask of its routes. */
#ifndef TESTS_DIARY_HOUSE_H
#define TESTS_DIARY_HOUSE_H

#include "util/core/day.h"
#include "web_client.h"

#include <jansson.h>
#include <poll.h>
#include <sqlite3.h>

#define T0_MS    INT64_C(1767225600000) /* 2026-01-01T00:00:00Z */
#define DAY_MS   INT64_C(86400000)
#define CHARGES  2500
#define PARALLEL 24 /* more than the store takes */

static inline struct reply ask(const struct house *house, const char *rest)
{
    char path[512];

    snprintf(path, sizeof(path), "/api/v1/%s", rest);
    return client_get(house, path, "");
}

/* The request alone; its answer is on the socket later. */
static inline int send_ask(const struct house *house, const char *rest)
{
    char request[512];
    int fd = client_connect(house);

    snprintf(request, sizeof(request),
             "GET /api/v1/%s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nCookie: garaged=%s\r\n\r\n", rest, house->port,
             house->cookie);
    client_send(fd, request, strlen(request));
    return fd;
}

static inline json_t *ask_json(const struct house *house, const char *rest)
{
    struct reply reply = ask(house, rest);
    json_t *object = reply.status == 200 ? json_loads(reply.body, JSON_REJECT_DUPLICATES, NULL) : NULL;

    if (object == NULL)
        fail_msg("%s: %d %s", rest, reply.status, reply.body ? reply.body : "");
    reply_free(&reply);
    return object;
}

static inline void assert_items(const struct house *house, const char *rest, size_t expected)
{
    json_t *page = ask_json(house, rest);

    assert_int_equal(json_array_size(json_object_get(page, "items")), expected);
    json_decref(page);
}

static inline void assert_row(const json_t *row, const char *time, double soc, double kw)
{
    assert_string_equal(json_string_value(json_array_get(row, 0)), time);
    assert_true(json_number_value(json_array_get(row, 1)) == soc);
    assert_true(json_number_value(json_array_get(row, 2)) == kw);
}

static inline struct diary_entry blank_entry(enum diary_kind kind)
{
    struct diary_entry entry = {.kind = kind, .car = "leaf"};

    entry.anchor.at_ms = T0_MS;
    return entry;
}

/* An hour at the socket; its part lies in the day it began, in UTC. */
static inline struct diary_entry charge_entry(int64_t from_ms)
{
    struct diary_entry entry = blank_entry(DIARY_CHARGE);

    entry.charge = (struct diary_charge){.status = DIARY_CLOSED,
                                         .from_ms = from_ms,
                                         .to_ms = from_ms + 3600000,
                                         .soc_from = 4100,
                                         .soc_to = 8020,
                                         .mode = CHARGE_MODE_AC2,
                                         .battery_wh = 9400,
                                         .charger_wh = 10100,
                                         .wall_wh = DIARY_NONE,
                                         .cost_m = DIARY_NONE,
                                         .cost_max_m = DIARY_NONE,
                                         .peak_w = 3400,
                                         .temp_from_mc = 11500,
                                         .temp_to_mc = 17250,
                                         .odometer_mm = DIARY_NONE};
    entry.parts[0] = (struct diary_part){(int32_t)(from_ms / DAY_MS), 9400, 10100};
    entry.part_count = 1;
    return entry;
}

struct keeping {
    const struct diary_entry *entry;
    bool is_taken;
};

static inline void add_entry(struct house *house, void *arg)
{
    struct keeping *keeping = arg;

    keeping->is_taken = store_add_entry(house->store, keeping->entry) == 0;
}

/* Waits while the store has as many under way as it takes. */
static inline void keep(struct house *house, const struct diary_entry *entry)
{
    struct keeping keeping = {.entry = entry};

    for (house_do(house, add_entry, &keeping); !keeping.is_taken; house_do(house, add_entry, &keeping))
        usleep(1000);
}

static inline void keep_charge(struct house *house, int64_t from_ms)
{
    struct diary_entry entry = charge_entry(from_ms);

    keep(house, &entry);
}

/* An outing of that day; NULL: it can't be attributed. */
static inline void keep_outing(struct house *house, const char *day)
{
    struct diary_entry entry = blank_entry(DIARY_OUTING);

    entry.outing = (struct diary_outing){.from_ms = T0_MS,
                                         .to_ms = T0_MS + 3600000,
                                         .distance_mm = 31000000,
                                         .energy_soc_wh = 5200,
                                         .energy_gids_wh = DIARY_NONE,
                                         .day = DIARY_NO_DAY};
    if (day != NULL) {
        assert_true(day_parse(day, &entry.outing.day));
        entry.outing.from_ms =
            entry.outing.day * INT64_C(86400000); /* one of the same moment would be the same */
        entry.outing.to_ms = entry.outing.from_ms + 3600000;
    }
    keep(house, &entry);
}

static inline void read_kept(struct house *house, void *arg)
{
    *(size_t *)arg = house->kept;
}

static inline void wait_until_kept(struct house *house, size_t count)
{
    size_t kept = 0;

    for (house_do(house, read_kept, &kept); kept < count; house_do(house, read_kept, &kept))
        usleep(1000);
}

/* SOC and power of the hour from T0_MS on, every ten seconds: more than a curve shows. */
static inline void add_curve_readings(struct house *house, void *arg)
{
    static const struct store_series series[] = {{"leaf", "soc", "%", 10}, {"leaf", "pack_power", "kW", 100}};

    (void)arg;
    for (unsigned i = 0; i < 2; i++)
        assert_int_equal(store_add_series(house->store, i, &series[i]), 0);
    for (int i = 0; i < 360; i++) {
        int64_t utc_ns = T0_MS * NS_PER_MS + i * 10 * NS_PER_S;

        store_add_reading(house->store, 0, utc_ns, true, 410 + i, 0);
        store_add_reading(house->store, 1, utc_ns, true, 300, 0);
    }
}

static inline void move_to_lord_howe(struct house *house, void *arg)
{
    static const struct zone_span spans[] = {
        {INT64_MIN, 39600}, {INT64_C(1775314800) * NS_PER_S, 37800}, {INT64_C(1791041400) * NS_PER_S, 39600}};

    (void)arg;
    strcpy(house->zone.name, "Australia/Lord_Howe");
    memcpy(house->zone.spans, spans, sizeof(spans));
    house->zone.count = 3;
}

/* One peer may have as many connections as all together. */
static inline void admit_many(struct house *house, void *arg)
{
    (void)arg;
    house->config.clients_per_peer = house->config.clients;
}

/* The store's thread waits for the file: somebody else has locked it. */
static inline sqlite3 *stall_store(struct house *house)
{
    char path[128];
    sqlite3 *lock;

    snprintf(path, sizeof(path), "%s/diary.db", house->folder);
    assert_int_equal(sqlite3_open(path, &lock), SQLITE_OK);
    assert_int_equal(sqlite3_exec(lock, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK);
    keep_charge(house, T0_MS + DAY_MS);
    return lock;
}

static inline void release_store(sqlite3 *lock)
{
    sqlite3_exec(lock, "ROLLBACK", NULL, NULL, NULL);
    sqlite3_close(lock);
}

static inline void wait_for_an_answer(const int *fds, size_t count)
{
    struct pollfd waits[PARALLEL];

    for (size_t i = 0; i < count; i++)
        waits[i] = (struct pollfd){.fd = fds[i], .events = POLLIN};
    assert_true(poll(waits, count, CLIENT_WAIT_S * 1000) > 0);
}

#endif
