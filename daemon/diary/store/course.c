/* A meter's counter, then power by power, nearest to the wall first. Power is the trapezoid between its
 * samples as diary/energy.c has it: before the first and after the last the power was theirs, over a longer
 * silence nothing is assumed. Only proportions count, so what went in unheard is spread as the rest. Knows no
 * price. */
#include "diary/store/course.h"

#include "car/reading.h"
#include "diary/item.h"
#include "util/core/time.h"

#define GAP_MS     (5 * NS_PER_MIN / NS_PER_MS)
#define POWER_MAX  INT64_C(3600000) /* times a gap it stays below 2^40: see tariff_bill_add() */
#define FACTOR_MAX 2
#define NOT_HEARD  (-1)

struct sample {
    int64_t value, at_ms; /* DIARY_NONE: none yet */
};

/* One way to know it: a counter, or power as the product of its factors, in any unit. */
struct source {
    struct {
        const char *signal;
        int64_t per_unit; /* so many steps are enough */
        int64_t row, row_per_unit;
        struct sample last;
    } factors[FACTOR_MAX]; /* the second may have no signal */
    bool is_counter;
    struct sample last; /* of the counter or the power */
    struct sample odd;  /* a count that can't follow the last one, until the next one agrees: diary/meter.c */
    int64_t covered_ms;
    struct tariff_bill bill;
};

static const struct source sources[] = {
    {.factors = {{"wall_energy", 1000, NOT_HEARD, 1, {0, DIARY_NONE}}}, .is_counter = true},
    {.factors = {{"wall_power", 1000, NOT_HEARD, 1, {0, DIARY_NONE}}}},
    {.factors = {{"charger_power", 1000, NOT_HEARD, 1, {0, DIARY_NONE}}}},
    {.factors = {{"pack_voltage", 1, NOT_HEARD, 1, {0, DIARY_NONE}},
                 {"pack_current", 10, NOT_HEARD, 1, {0, DIARY_NONE}}}},
};

#define SOURCE_COUNT (sizeof(sources) / sizeof(sources[0]))

struct course {
    int64_t from_ms, to_ms;
    struct source sources[SOURCE_COUNT];
};

/* ---- one source ---- */

static void take_power(const struct course *course, struct source *source, int64_t power, int64_t now_ms)
{
    struct sample *last = &source->last;

    if (last->at_ms == DIARY_NONE)
        *last = (struct sample){power, course->from_ms};
    int64_t span_ms = now_ms - last->at_ms;
    if (span_ms > 0 && span_ms <= GAP_MS) {
        tariff_bill_add(&source->bill, last->at_ms, now_ms, (last->value + power) * span_ms / 2);
        source->covered_ms += span_ms;
    }
    *last = (struct sample){power, now_ms};
}

static bool can_follow(const struct sample *before, int64_t count, int64_t now_ms)
{
    return before->at_ms == DIARY_NONE || diary_can_count(before->value, count, now_ms - before->at_ms);
}

/* It counts in silence, too. One that goes back has begun anew when the next one goes on from there. */
static void take_counter(struct source *source, int64_t count, int64_t now_ms)
{
    const struct sample odd = source->odd;
    struct sample *last = &source->last;

    source->odd.at_ms = DIARY_NONE;
    if (!can_follow(last, count, now_ms)) {
        if (odd.at_ms == DIARY_NONE || !can_follow(&odd, count, now_ms)) {
            source->odd = (struct sample){count, now_ms};
            return;
        }
        *last = odd;
    }
    if (last->at_ms != DIARY_NONE && now_ms > last->at_ms) {
        tariff_bill_add(&source->bill, last->at_ms, now_ms, count - last->value);
        source->covered_ms += now_ms - last->at_ms;
    }
    *last = (struct sample){count, now_ms};
}

/* What flows out of the battery meanwhile was not bought now. */
static int64_t limit(int64_t power)
{
    return power < 0 ? 0 : power < POWER_MAX ? power : POWER_MAX;
}

static bool is_known(const struct sample *sample, int64_t now_ms)
{
    return sample->at_ms != DIARY_NONE && now_ms - sample->at_ms <= GAP_MS;
}

static void take_factor(const struct course *course, struct source *source, size_t number, int64_t value,
                        int64_t now_ms)
{
    int64_t power = 1;

    if (source->is_counter) {
        take_counter(source, value, now_ms);
        return;
    }
    source->factors[number].last = (struct sample){value, now_ms};
    for (size_t i = 0; i < FACTOR_MAX && source->factors[i].signal; i++) {
        if (!is_known(&source->factors[i].last, now_ms))
            return;
        power *= source->factors[i].last.value;
    }
    take_power(course, source, limit(power), now_ms);
}

/* ---- all of them ---- */

static void take_row(struct course *course, int64_t row, int64_t steps, int64_t now_ms)
{
    for (size_t i = 0; i < SOURCE_COUNT; i++) {
        struct source *source = &course->sources[i];
        for (size_t n = 0; n < FACTOR_MAX; n++)
            if (source->factors[n].row == row)
                take_factor(
                    course, source, n,
                    readings_rescale(steps, source->factors[n].row_per_unit, source->factors[n].per_unit),
                    now_ms);
    }
}

static int find_row(struct readings *readings, const char *car, struct source *source, size_t number,
                    struct err *err)
{
    sqlite3_stmt *find = readings->find_series;

    source->factors[number].row = NOT_HEARD;
    if (!source->factors[number].signal)
        return 0;
    sqlite3_bind_text(find, 1, car, -1, SQLITE_STATIC);
    sqlite3_bind_text(find, 2, source->factors[number].signal, -1, SQLITE_STATIC);
    int rc = sqlite3_step(find);
    if (rc == SQLITE_ROW) {
        source->factors[number].row = sqlite3_column_int64(find, 0);
        source->factors[number].row_per_unit = sqlite3_column_int64(find, 1);
    } else if (rc != SQLITE_DONE) {
        database_fail(&readings->file.database, "find a series", err);
    }
    sqlite3_reset(find);
    return rc == SQLITE_ROW || rc == SQLITE_DONE ? 0 : -1;
}

static int find_rows(struct readings *readings, const char *car, struct course *course, struct err *err)
{
    for (size_t i = 0; i < SOURCE_COUNT; i++)
        for (size_t n = 0; n < FACTOR_MAX; n++)
            if (find_row(readings, car, &course->sources[i], n, err))
                return -1;
    return 0;
}

static int scan(struct readings *readings, struct course *course, struct err *err)
{
    sqlite3_stmt *rows = readings->scan_all;
    int64_t end = readings_key(course->to_ms + 1, 0);
    int rc;

    sqlite3_bind_int64(rows, 1, readings_key(course->from_ms, 0) - 1);
    while ((rc = sqlite3_step(rows)) == SQLITE_ROW && sqlite3_column_int64(rows, 0) < end) {
        int64_t key = sqlite3_column_int64(rows, 0);
        if (sqlite3_column_type(rows, 1) != SQLITE_NULL && sqlite3_column_int(rows, 2) != QUALITY_DISPUTED)
            take_row(course, readings_key_row(key), sqlite3_column_int64(rows, 1), readings_key_time(key));
    }
    if (rc != SQLITE_ROW && rc != SQLITE_DONE)
        database_fail(&readings->file.database, "read a course", err);
    sqlite3_reset(rows);
    return rc == SQLITE_ROW || rc == SQLITE_DONE ? 0 : -1;
}

static void end_powers(struct course *course)
{
    for (size_t i = 0; i < SOURCE_COUNT; i++) {
        struct source *source = &course->sources[i];
        if (!source->is_counter && source->last.at_ms != DIARY_NONE)
            take_power(course, source, source->last.value, course->to_ms);
    }
}

/* The nearest to the wall, unless another one is known for longer. One that saw nothing go in looked
 * elsewhere: a meter at another socket. NULL: none for half of the time. */
static const struct source *choose(const struct course *course)
{
    const struct source *best = NULL;
    int64_t most_ms = (course->to_ms - course->from_ms) / 2;

    for (size_t i = 0; i < SOURCE_COUNT; i++) {
        const struct source *source = &course->sources[i];
        int64_t surplus_ms = best ? GAP_MS : 0;
        if (source->bill.count == 0 || source->covered_ms < most_ms + surplus_ms)
            continue;
        best = source;
        most_ms = source->covered_ms;
    }
    return best;
}

/* Rows that wait for a card in trouble are missing: what they say of a charge can be asked later. */
static bool is_complete(const struct readings *readings)
{
    return readings->written == readings->waiting_count || readings->file.trouble == TROUBLE_NEWER;
}

int course_add(struct readings *readings, const char *car, int64_t from_ms, int64_t to_ms,
               struct tariff_bill *bill, struct err *err)
{
    struct course course = {.from_ms = from_ms, .to_ms = to_ms};

    readings_bring(readings);
    if (!file_is_open(&readings->file) || !is_complete(readings))
        return err_set(err, "the readings can't be asked now");
    for (size_t i = 0; i < SOURCE_COUNT; i++) {
        course.sources[i] = sources[i];
        course.sources[i].last.at_ms = course.sources[i].odd.at_ms = DIARY_NONE;
        course.sources[i].bill = *bill;
    }
    if (find_rows(readings, car, &course, err) || scan(readings, &course, err))
        return -1;
    end_powers(&course);
    const struct source *source = choose(&course);
    if (source)
        *bill = source->bill;
    return source != NULL;
}
