/* Each bill carries a checksum of what it follows from: the energy, the time, the prices of that time. Where
 * that is the same the bill stands, also when its readings are gone by now or tariffs of another time were
 * changed; so nothing has to remember which bills are stale. A bill that needs no course reads none. */
#include "diary/store/pricing.h"

#include "diary/store/course.h"
#include "diary/store/entries.h"
#include "diary/store/table.h"
#include "util/clock.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SLICE_NS (20 * NS_PER_MS)

struct pricing {
    struct work work;
    struct tariffs tariffs;
    struct zone utc;
    int64_t before; /* charges with smaller ids are still to be looked at */
    int64_t newest;
    size_t changed;
};

/* What a slice works with. */
struct slice {
    struct pricing *pricing;
    const struct work_place *place;
    const struct zone *zone;
    struct database *database;
    sqlite3_stmt *next, *find, *change;
};

/* A charge on its way to its bill. */
struct subject {
    char car[DIARY_CAR_BYTES];
    struct diary_charge charge;
    int64_t mark; /* DIARY_NONE: its bill is by no tariff */
};

/* ---- what a bill follows from ---- */

/* What is paid for, as near to the wall as it is known. */
static int64_t billed_wh(const struct diary_charge *charge)
{
    const int64_t energies[] = {charge->wall_wh, charge->charger_wh, charge->battery_wh};

    for (size_t i = 0; i < sizeof(energies) / sizeof(energies[0]); i++)
        if (energies[i] >= 0) /* DIARY_NONE is less */
            return energies[i];
    return DIARY_NONE;
}

/* FNV-1a, a number at a time. */
static uint64_t add_to_mark(uint64_t mark, const void *bytes, size_t count)
{
    const unsigned char *at = bytes;

    for (size_t i = 0; i < count; i++)
        mark = (mark ^ at[i]) * UINT64_C(0x100000001b3);
    return mark;
}

static uint64_t add_number(uint64_t mark, int64_t number)
{
    return add_to_mark(mark, &number, sizeof(number));
}

/* All that a tariff says of this instant. */
static uint64_t add_tariff(uint64_t mark, const struct tariff *tariff, int64_t price_m)
{
    const char *currency = tariff ? tariff->currency : "";

    mark = add_number(add_number(mark, price_m), tariff ? tariff->session_m : TARIFF_NONE);
    return add_to_mark(mark, currency, strlen(currency));
}

/* When the price or the fee changes within the charge, and to what: however the tariffs say it. */
static uint64_t add_prices(const struct slice *slice, uint64_t mark, int64_t from_ms, int64_t to_ms)
{
    const struct tariffs *tariffs = &slice->pricing->tariffs;
    uint64_t last = 0;
    int64_t until_ms;

    for (int64_t at_ms = from_ms; at_ms == from_ms || at_ms < to_ms; at_ms = until_ms) {
        int64_t price_m = tariff_price_m(tariffs, slice->zone, at_ms, &until_ms);
        uint64_t here = add_tariff(0, tariff_find(tariffs, slice->zone, at_ms), price_m);
        if (at_ms == from_ms || here != last)
            mark = add_number(add_number(mark, at_ms), (int64_t)here);
        last = here;
    }
    return mark;
}

/* A number that is the same as long as the bill is, as far as the readings don't say otherwise. */
static int64_t find_mark(const struct slice *slice, const struct diary_charge *charge)
{
    uint64_t mark = UINT64_C(0xcbf29ce484222325);

    mark = add_number(mark, billed_wh(charge));
    mark = add_number(mark, charge->how);
    mark = add_number(mark, charge->to_ms);
    mark = add_prices(slice, mark, charge->from_ms, charge->to_ms);
    return (int64_t)(mark >> 1);
}

/* ---- the bill ---- */

static bool can_be_billed(const struct diary_charge *charge)
{
    bool has_times =
        charge->from_ms > 0 && charge->to_ms >= charge->from_ms && charge->to_ms < INT64_MAX / NS_PER_MS;

    return has_times && diary_is_home(charge) && billed_wh(charge) != DIARY_NONE;
}

/* By the course where the price changed meanwhile and the course is known. */
static int find_cost(const struct slice *slice, const struct subject *subject, struct tariff_cost *cost,
                     bool *is_known, struct err *err)
{
    const struct tariffs *tariffs = &slice->pricing->tariffs;
    const struct diary_charge *charge = &subject->charge;
    int64_t wh = billed_wh(charge);
    struct tariff_bill bill;

    *is_known = tariff_range(tariffs, slice->zone, charge->from_ms, charge->to_ms, wh, cost);
    if (!*is_known || cost->cost_max_m == TARIFF_NONE || charge->how == DIARY_INFERRED)
        return 0;
    tariff_bill_begin(&bill, tariffs, slice->zone, charge->from_ms);
    int has_course =
        course_add(slice->place->readings, subject->car, charge->from_ms, charge->to_ms, &bill, err);
    struct tariff_cost exact;
    if (has_course > 0 && tariff_bill_end(&bill, wh, &exact))
        *cost = exact;
    return has_course < 0 ? -1 : 0;
}

static void set_bill(struct subject *subject, const struct tariff_cost *cost, int64_t mark)
{
    static const char tariff[DIARY_FROM_BYTES] = DIARY_TARIFF, nothing[DIARY_FROM_BYTES];
    struct diary_charge *charge = &subject->charge;

    charge->cost_m = cost ? cost->cost_m : DIARY_NONE;
    charge->cost_max_m = cost && cost->cost_max_m != TARIFF_NONE ? cost->cost_max_m : DIARY_NONE;
    memcpy(charge->cost_from, cost ? tariff : nothing, sizeof(charge->cost_from));
    memset(charge->currency, 0, sizeof(charge->currency));
    if (cost)
        memcpy(charge->currency, cost->currency, sizeof(charge->currency));
    subject->mark = mark;
}

/* What is typed is money of the house, too: it gets the name that money has there, and nothing else. */
static bool name_currency(const struct slice *slice, struct diary_charge *charge)
{
    const struct tariff *tariff = tariff_find(&slice->pricing->tariffs, slice->zone, charge->from_ms);

    if (!tariff || strcmp(charge->currency, tariff->currency) == 0)
        return false;
    memcpy(charge->currency, tariff->currency, sizeof(charge->currency));
    return true;
}

/* 1: the charge has another bill now; 0: the one it has stands. */
static int bill(const struct slice *slice, struct subject *subject, struct err *err)
{
    struct diary_charge *charge = &subject->charge;
    bool is_ours = strcmp(charge->cost_from, DIARY_TARIFF) == 0, is_known = false;
    struct tariff_cost cost;

    if (strcmp(charge->cost_from, DIARY_TYPED) == 0)
        return name_currency(slice, charge);
    if (!is_ours && charge->cost_m != DIARY_NONE)
        return 0;
    int64_t mark = can_be_billed(charge) ? find_mark(slice, charge) : DIARY_NONE;
    if (is_ours && mark == subject->mark)
        return 0;
    if (mark != DIARY_NONE && find_cost(slice, subject, &cost, &is_known, err))
        return -1;
    if (is_ours || is_known)
        set_bill(subject, is_known ? &cost : NULL, is_known ? mark : DIARY_NONE);
    return is_ours || is_known;
}

/* ---- the rows ---- */

static void bind_known(sqlite3_stmt *statement, int number, int64_t value)
{
    if (value == DIARY_NONE)
        sqlite3_bind_null(statement, number);
    else
        sqlite3_bind_int64(statement, number, value);
}

static int keep_bill(const struct slice *slice, const struct subject *subject, struct err *err)
{
    sqlite3_stmt *change = slice->change;

    if (database_begin(slice->database, err))
        return -1;
    sqlite3_bind_int64(change, 1, subject->charge.id);
    bind_known(change, 2, subject->charge.cost_m);
    bind_known(change, 3, subject->charge.cost_max_m);
    sqlite3_bind_text(change, 4, subject->charge.cost_from, -1, SQLITE_STATIC);
    sqlite3_bind_text(change, 5, subject->charge.currency, -1, SQLITE_STATIC);
    bind_known(change, 6, subject->mark);
    return database_step(slice->database, change, "keep a bill", err);
}

/* 0 when it is gone. */
static int read_charge(const struct slice *slice, int64_t id, struct diary_charge *charge, struct err *err)
{
    sqlite3_bind_int64(slice->find, 1, id);
    int rc = sqlite3_step(slice->find);
    if (rc == SQLITE_ROW)
        table_read(&table_charge, slice->find, charge);
    else if (rc != SQLITE_DONE)
        database_fail(slice->database, "read a charge", err);
    sqlite3_reset(slice->find);
    return rc == SQLITE_ROW ? 1 : rc == SQLITE_DONE ? 0 : -1;
}

/* 0 when there is none any more. */
static int find_next(const struct slice *slice, struct subject *subject, struct err *err)
{
    struct pricing *pricing = slice->pricing;
    sqlite3_stmt *next = slice->next;

    sqlite3_bind_int64(next, 1, pricing->before);
    int rc = sqlite3_step(next);
    if (rc == SQLITE_ROW) {
        const char *car = (const char *)sqlite3_column_text(next, 1);
        pricing->before = sqlite3_column_int64(next, 0);
        snprintf(subject->car, sizeof(subject->car), "%s", car ? car : "");
        subject->mark =
            sqlite3_column_type(next, 2) == SQLITE_NULL ? DIARY_NONE : sqlite3_column_int64(next, 2);
    } else if (rc != SQLITE_DONE) {
        database_fail(slice->database, "find a charge", err);
    }
    sqlite3_reset(next);
    if (rc != SQLITE_ROW)
        return rc == SQLITE_DONE ? 0 : -1;
    return read_charge(slice, pricing->before, &subject->charge, err);
}

static enum work_step price_next(const struct slice *slice, struct err *err)
{
    struct pricing *pricing = slice->pricing;
    struct subject subject;
    int found = find_next(slice, &subject, err);

    if (found <= 0)
        return found < 0 ? WORK_FAILED : WORK_DONE;
    if (pricing->newest == 0)
        pricing->newest = subject.charge.id;
    pricing->work.done = 1 - (double)subject.charge.id / (double)(pricing->newest + 1);
    int changed = bill(slice, &subject, err);
    if (changed < 0 || (changed > 0 && keep_bill(slice, &subject, err)))
        return WORK_FAILED;
    pricing->changed += changed > 0;
    return WORK_GOES_ON;
}

static enum work_step price(const struct slice *slice, struct err *err)
{
    int64_t end_ns = clock_monotonic_ns() + SLICE_NS;
    enum work_step step = WORK_GOES_ON;

    while (step == WORK_GOES_ON && clock_monotonic_ns() < end_ns)
        step = price_next(slice, err);
    return step;
}

/* ---- the work ---- */

static bool begin_slice(struct slice *slice, struct err *err)
{
    slice->next = database_prepare(slice->database,
                                   "SELECT id, car, priced FROM charge_raw WHERE id < ? AND status <> 0"
                                   " ORDER BY id DESC LIMIT 1",
                                   err);
    slice->find = slice->next ? table_select(slice->database, &table_charge, "WHERE id = ?", err) : NULL;
    slice->change =
        slice->find ? database_prepare(slice->database,
                                       "UPDATE charge_raw SET cost_m = ?2, cost_max_m = ?3, cost_from = ?4,"
                                       " currency = ?5, priced = ?6 WHERE id = ?1",
                                       err)
                    : NULL;
    return slice->change != NULL;
}

static void end_slice(struct slice *slice)
{
    sqlite3_finalize(slice->next);
    sqlite3_finalize(slice->find);
    sqlite3_finalize(slice->change);
}

static enum work_step step_pricing(struct work *work, const struct work_place *place, struct err *err)
{
    struct pricing *pricing = (struct pricing *)work;
    struct file *file = &place->entries->file;
    struct slice slice = {
        .pricing = pricing,
        .place = place,
        .zone = place->zone ? place->zone : &pricing->utc,
        .database = &file->database,
    };
    enum work_step step = WORK_FAILED;

    if (!file_is_open(file) || file->trouble != TROUBLE_NONE)
        return (enum work_step)err_set(err, "the diary can't be written to now");
    if (begin_slice(&slice, err))
        step = price(&slice, err);
    end_slice(&slice);
    if (step != WORK_FAILED && database_commit(slice.database, err) == 0)
        return step;
    database_rollback(slice.database);
    return WORK_FAILED;
}

static void free_pricing(struct work *work)
{
    free(work);
}

struct work *pricing_new(const struct tariffs *tariffs)
{
    struct pricing *pricing = calloc(1, sizeof(*pricing));

    if (!pricing)
        return NULL;
    pricing->work.step = step_pricing;
    pricing->work.free = free_pricing;
    pricing->tariffs = *tariffs;
    pricing->before = INT64_MAX;
    zone_set_utc(&pricing->utc);
    return &pricing->work;
}

size_t pricing_changed(const struct work *work)
{
    return ((const struct pricing *)work)->changed;
}
