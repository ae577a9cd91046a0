/* Rows of a meter at the wall beside the car's, for the tests. */
#ifndef TESTS_METER_BOOK_H
#define TESTS_METER_BOOK_H

#include "diary_book.h"

/* A night at the socket: when the car was last heard, and first heard again. */
#define EVENING (BOOK_START + 14 * HOURS)
#define MORNING (BOOK_START + 25 * HOURS)

static inline void counts(struct book *book, int64_t utc_ms, int64_t wh)
{
    book_take(book, utc_ms, DIARY_SIGNAL_WALL_ENERGY, (double)wh);
}

static inline void draws(struct book *book, int64_t utc_ms, int64_t watts)
{
    book_take(book, utc_ms, DIARY_SIGNAL_WALL_POWER, (double)watts);
}

/* The counter each 10 s; returns what it says at the end. */
static inline int64_t flow_counted(struct book *book, int64_t from_ms, int64_t span_ms, int64_t watts,
                                   int64_t wh)
{
    int64_t at_ms = 0;

    for (; at_ms <= span_ms; at_ms += 10 * SECONDS)
        counts(book, from_ms + at_ms, wh + watts * at_ms / 3600000);
    return wh + watts * span_ms / 3600000;
}

static inline void flow(struct book *book, int64_t from_ms, int64_t span_ms, int64_t watts)
{
    for (int64_t at_ms = 0; at_ms < span_ms; at_ms += MINUTES)
        draws(book, from_ms + at_ms, watts);
    draws(book, from_ms + span_ms, 0);
}

static inline void park(struct book *book)
{
    book_new(book);
    draws(book, BOOK_START, 0);
    book_arrive(book, EVENING, 40, 20000);
    book_sleep(book, EVENING + 5 * MINUTES);
}

static inline void wake(struct book *book, double soc)
{
    book_arrive(book, MORNING, soc, 20000);
    diary_advance(book->diary, MORNING + 10 * MINUTES);
}

static inline void assert_charge(const struct diary_charge *charge, enum diary_how how, int64_t wall_wh,
                                 unsigned flags)
{
    assert_non_null(charge);
    assert_int_equal(charge->how, how);
    assert_int_equal(charge->wall_wh, wall_wh);
    assert_string_equal(charge->wall_from, wall_wh == DIARY_NONE ? "" : "meter");
    assert_int_equal(charge->flags, flags);
}

/* The newest word on a charge of this beginning. */
static inline const struct diary_charge *last_of(const struct book *book, int64_t from_ms)
{
    const struct diary_charge *found = NULL;

    for (size_t i = 0; i < book->count; i++)
        if (book->entries[i].kind == DIARY_CHARGE && book->entries[i].charge.from_ms == from_ms)
            found = &book->entries[i].charge;
    return found;
}

/* The newest entry of a charge. */
static inline const struct diary_entry *last_charge(const struct book *book)
{
    size_t count = book_count(book, DIARY_CHARGE);

    assert_true(count > 0);
    return book_find(book, DIARY_CHARGE, count - 1);
}

#endif
