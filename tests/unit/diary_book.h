/* A car's trackers and all that they told, for the tests: rows go in by name, entries are kept in a list. */
#ifndef TESTS_DIARY_BOOK_H
#define TESTS_DIARY_BOOK_H

#include "car/presence.h"
#include "car/reading.h"
#include "diary/diary.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BOOK_ENTRY_MAX 2048

#define SECONDS INT64_C(1000)
#define MINUTES (60 * SECONDS)
#define HOURS   (60 * MINUTES)
#define DAYS    (24 * HOURS)

/* 2026-11-22T06:00:00Z */
#define BOOK_START INT64_C(1795327200000)

struct book {
    struct zone zone;
    struct diary_settings settings;
    struct diary *diary;
    struct diary_entry *entries;
    size_t count;
    int64_t next_id;
};

/* As the store would: a new charge that is open gets its id. */
static inline void book_keep(void *ctx, const struct diary_entry *entry)
{
    struct book *book = ctx;

    assert_true(book->count < BOOK_ENTRY_MAX);
    book->entries[book->count++] = *entry;
    if (entry->kind == DIARY_CHARGE && entry->charge.status == DIARY_OPEN)
        diary_kept(book->diary, ++book->next_id);
}

static inline void book_new(struct book *book)
{
    memset(book, 0, sizeof(*book));
    zone_set_utc(&book->zone);
    book->settings = (struct diary_settings){
        .car = "leaf", .zone = &book->zone, .wh_per_ah = 355, .wh_per_gid = 80, .new_capacity_mah = 65600};
    book->entries = calloc(BOOK_ENTRY_MAX, sizeof(book->entries[0]));
    book->diary = diary_new(&book->settings, NULL, NULL, book_keep, book);
    assert_non_null(book->diary);
}

static inline void book_free(struct book *book)
{
    diary_free(book->diary);
    free(book->entries);
}

static inline struct diary_row book_row(int64_t utc_ms, unsigned signal, double value)
{
    int64_t per_unit =
        signal < SIGNAL_VOCABULARY_COUNT ? diary_steps_per_unit(vocabulary[signal].resolution) : 1;

    return (struct diary_row){.signal = signal,
                              .utc_ms = utc_ms,
                              .known = !isnan(value),
                              .quality = QUALITY_OK,
                              .steps = isnan(value) ? 0 : llround(value * (double)per_unit)};
}

/* NAN: the car says that it does not know. */
static inline void book_take(struct book *book, int64_t utc_ms, unsigned signal, double value)
{
    struct diary_row row = book_row(utc_ms, signal, value);

    diary_take(book->diary, &row);
}

static inline void book_take_as(struct book *book, int64_t utc_ms, unsigned signal, double value,
                                enum quality quality)
{
    struct diary_row row = book_row(utc_ms, signal, value);

    row.quality = quality;
    diary_take(book->diary, &row);
}

/* The n-th entry of a kind, from 0; NULL if there are fewer. */
static inline const struct diary_entry *book_find(const struct book *book, enum diary_kind kind, size_t n)
{
    for (size_t i = 0; i < book->count; i++)
        if (book->entries[i].kind == kind && n-- == 0)
            return &book->entries[i];
    return NULL;
}

static inline size_t book_count(const struct book *book, enum diary_kind kind)
{
    size_t count = 0;

    while (book_find(book, kind, count))
        count++;
    return count;
}

/* Charges that are over. */
static inline const struct diary_charge *book_charge(const struct book *book, size_t n)
{
    for (size_t i = 0; i < book->count; i++)
        if (book->entries[i].kind == DIARY_CHARGE && book->entries[i].charge.status != DIARY_OPEN && n-- == 0)
            return &book->entries[i].charge;
    return NULL;
}

/* A charge that is over, as it was told last: one with a meter may be told again. */
static inline bool book_is_last_word(const struct book *book, size_t index)
{
    const struct diary_entry *entry = &book->entries[index];

    if (entry->kind != DIARY_CHARGE || entry->charge.status == DIARY_OPEN)
        return false;
    for (size_t i = index + 1; i < book->count; i++) {
        const struct diary_charge *later = &book->entries[i].charge;
        bool is_same = later->from_ms == entry->charge.from_ms ||
                       (later->id != 0 && later->id == entry->charge.id);
        if (book->entries[i].kind == DIARY_CHARGE && is_same)
            return false;
    }
    return true;
}

/* The dongle answers and the car is awake, with these figures. */
static inline void book_arrive(struct book *book, int64_t utc_ms, double soc, double odometer_km)
{
    book_take(book, utc_ms, DIARY_SIGNAL_REACHABLE, 1);
    book_take(book, utc_ms, DIARY_SIGNAL_GARAGE, TRI_TRUE);
    book_take(book, utc_ms, DIARY_SIGNAL_PRESENCE, PRESENCE_AWAKE);
    book_take(book, utc_ms + SECONDS, SIGNAL_SOC, soc);
    book_take(book, utc_ms + SECONDS, SIGNAL_ODOMETER, odometer_km);
    book_take(book, utc_ms + 2 * SECONDS, SIGNAL_PACK_CAPACITY, 60);
}

static inline void book_sleep(struct book *book, int64_t utc_ms)
{
    book_take(book, utc_ms, DIARY_SIGNAL_PRESENCE, PRESENCE_ASLEEP);
}

static inline void book_leave(struct book *book, int64_t utc_ms)
{
    book_take(book, utc_ms, DIARY_SIGNAL_REACHABLE, 0);
    book_take(book, utc_ms, DIARY_SIGNAL_PRESENCE, NAN);
    book_take(book, utc_ms, DIARY_SIGNAL_GARAGE, NAN);
    book_take(book, utc_ms + 10 * MINUTES, DIARY_SIGNAL_PRESENCE, PRESENCE_AWAY);
    book_take(book, utc_ms + 10 * MINUTES, DIARY_SIGNAL_GARAGE, TRI_FALSE);
}

#define BOOK_VOLTS 400.0

static inline void book_plug(struct book *book, int64_t utc_ms)
{
    book_take(book, utc_ms, SIGNAL_PLUGGED, 1);
    book_take(book, utc_ms, SIGNAL_CHARGING, 1);
    book_take(book, utc_ms, SIGNAL_CHARGE_MODE, CHARGE_MODE_AC2);
    book_take(book, utc_ms, DIARY_SIGNAL_PRESENCE, PRESENCE_CHARGING);
}

/* 400 V, `amps`: a row a minute, SOC along. */
static inline int64_t book_charging(struct book *book, int64_t from_ms, int minutes, double amps, double *soc)
{
    for (int i = 0; i <= minutes; i++) {
        int64_t at_ms = from_ms + i * MINUTES;
        book_take(book, at_ms, SIGNAL_PACK_VOLTAGE, BOOK_VOLTS);
        book_take(book, at_ms, SIGNAL_PACK_CURRENT, amps);
        book_take(book, at_ms, SIGNAL_CHARGER_POWER, BOOK_VOLTS * amps / 1000 + 0.2);
        book_take(book, at_ms, SIGNAL_SOC, *soc + i * 0.1);
    }
    *soc += minutes * 0.1;
    return from_ms + minutes * MINUTES;
}

static inline void book_unplug(struct book *book, int64_t utc_ms)
{
    book_take(book, utc_ms, SIGNAL_CHARGING, 0);
    book_take(book, utc_ms, SIGNAL_PLUGGED, 0);
    book_take(book, utc_ms, DIARY_SIGNAL_PRESENCE, PRESENCE_AWAKE);
}

#endif
