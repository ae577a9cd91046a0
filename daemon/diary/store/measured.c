/* Nothing of it is kept: it follows from the charges, which a person may correct. The formula is
 * diary/capacity's. */
#include "diary/store/measured.h"

#include "diary/capacity.h"
#include "diary/store/table.h"

#include <stdlib.h>
#include <string.h>

#define ROOM_FIRST 256

/* A charge that measured. */
struct measure {
    int64_t day; /* local day of its end */
    int64_t serial;
    int64_t full_wh;
};

struct measures {
    struct measure *items; /* newest first */
    size_t count, room;
};

#define DAY_MS INT64_C(86400000)

/* A charge is of the battery that was the accepted one when it began, the first while nobody had asked. It
 * ended on the day of its last part, which begins in UTC within a day of the local one. */
static const char charges_sql[] =
    "SELECT (SELECT max(day) FROM part WHERE part.charge = charge_raw.id) AS day,"
    " coalesce((SELECT serial FROM identity WHERE identity.car = ?1 AND identity.status = ?2"
    " AND identity.from_ms <= charge_raw.from_ms ORDER BY identity.from_ms DESC, id DESC LIMIT 1), 1),"
    " status, how, flags, soc_from, soc_to, battery_wh"
    " FROM charge_raw WHERE car = ?1 AND status = ?3 AND how = ?4 AND soc_to - soc_from >= ?5"
    " AND battery_wh IS NOT NULL AND from_ms < ?6 ORDER BY from_ms DESC";

static sqlite3_stmt *select_charges(struct database *database, const char *car, int32_t last_day,
                                    struct err *err)
{
    sqlite3_stmt *select = database_prepare(database, charges_sql, err);

    if (!select)
        return NULL;
    sqlite3_bind_text(select, 1, car, -1, SQLITE_STATIC);
    sqlite3_bind_int(select, 2, DIARY_IDENTITY_ACCEPTED);
    sqlite3_bind_int(select, 3, DIARY_CLOSED);
    sqlite3_bind_int(select, 4, DIARY_WATCHED);
    sqlite3_bind_int(select, 5, CAPACITY_RISE_MIN);
    sqlite3_bind_int64(select, 6, (last_day + INT64_C(2)) * DAY_MS);
    return select;
}

static struct diary_charge read_charge(sqlite3_stmt *select)
{
    return (struct diary_charge){
        .status = (enum diary_status)sqlite3_column_int(select, 2),
        .how = (enum diary_how)sqlite3_column_int(select, 3),
        .flags = (unsigned)sqlite3_column_int(select, 4),
        .soc_from = sqlite3_column_int64(select, 5),
        .soc_to = sqlite3_column_int64(select, 6),
        .battery_wh = sqlite3_column_int64(select, 7),
    };
}

static int add_measure(struct measures *measures, sqlite3_stmt *select, struct err *err)
{
    struct diary_charge charge = read_charge(select);
    int64_t full_wh = capacity_of_charge(&charge);

    if (full_wh == DIARY_NONE || sqlite3_column_type(select, 0) == SQLITE_NULL)
        return 0;
    if (measures->count == measures->room) {
        size_t room = measures->room ? 2 * measures->room : ROOM_FIRST;
        struct measure *items = realloc(measures->items, room * sizeof(*items));
        if (!items)
            return err_set(err, "out of memory");
        measures->items = items;
        measures->room = room;
    }
    measures->items[measures->count++] =
        (struct measure){sqlite3_column_int64(select, 0), sqlite3_column_int64(select, 1), full_wh};
    return 0;
}

static int read_measures(struct database *database, const char *car, int32_t last_day,
                         struct measures *measures, struct err *err)
{
    sqlite3_stmt *select = select_charges(database, car, last_day, err);
    int rc = SQLITE_ERROR;

    if (!select)
        return -1;
    while ((rc = sqlite3_step(select)) == SQLITE_ROW)
        if (add_measure(measures, select, err))
            break;
    if (rc != SQLITE_ROW && rc != SQLITE_DONE)
        database_fail(database, "charges", err);
    sqlite3_finalize(select);
    return rc == SQLITE_DONE ? 0 : -1;
}

/* Of the measures from `first` on. */
static void fill_day(struct diary_health *day, const struct measures *measures, size_t first)
{
    int64_t full_wh[CAPACITY_CHARGES];
    size_t count = 0;

    for (size_t i = first; i < measures->count && count < CAPACITY_CHARGES; i++)
        if (measures->items[i].serial == day->serial)
            full_wh[count++] = measures->items[i].full_wh;
    struct capacity capacity = capacity_measure(full_wh, count);
    day->measured_wh = capacity.wh;
    day->measured_scatter_wh = capacity.scatter_wh;
    day->measured_charges = capacity.charges;
}

int measured_fill(struct database *database, const char *car, struct diary_health *days, size_t count,
                  struct err *err)
{
    struct measures measures = {0};
    size_t first = 0;
    int rc = count > 0 ? read_measures(database, car, days[0].day, &measures, err) : 0;

    for (size_t i = 0; i < count && rc == 0; i++) {
        while (first < measures.count && measures.items[first].day > days[i].day)
            first++;
        fill_day(&days[i], &measures, first);
    }
    free(measures.items);
    return rc;
}
