/* The store: one thread that owns SQLite, a bounded queue in, an eventfd out (DESIGN 3, 6). The caller never
 * waits for the card. Rows are committed every minute and kept in memory until then, so a card that fails
 * costs none of them, a history answer knows the last minute, and a power cut costs at most that. */
#ifndef DIARY_STORE_STORE_H
#define DIARY_STORE_STORE_H

#include "diary/item.h"
#include "diary/store/work.h"
#include "util/core/err.h"
#include "util/core/zone.h"
#include "util/loop.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define STORE_QUEUE_MAX      1024 /* jobs that wait for the thread */
#define STORE_QUEUE_RESERVE  64   /* of these, kept for what must not be dropped */
#define STORE_UNKEPT_MAX     256  /* entries that were accepted and are not kept yet */
#define STORE_SERIES_MAX     4096
#define STORE_POINTS_MAX     2000
#define STORE_WORK_MAX       8 /* long works that wait for their turn or have it */
#define STORE_COMMIT_SECONDS 60
#define STORE_STOP_SECONDS   10

enum store_state { STORE_OPENING, STORE_OK, STORE_FAILED };

struct store;

struct store_events {
    void (*state)(void *ctx, enum store_state state, const char *reason); /* reason: "" when OK */
    /* An entry is on the card, with its id: only now may it be shown as done. */
    void (*kept)(void *ctx, const struct diary_entry *entry);
    /* What a person typed is on the card: the charge or outing as it is now, without parts and anchor. */
    void (*typed)(void *ctx, const struct diary_entry *entry);
    /* Other tariffs are on the card, or entries that none of the above told, as of an import. */
    void (*changed)(void *ctx);
};

/* One signal of one car; a value is kept as `steps`, 1 / per_unit of the unit each. */
struct store_series {
    char car[17];
    char signal[32];
    char unit[12];
    int64_t per_unit;
};

struct store_history_request {
    char car[17];
    char signal[32];
    int64_t from_utc_ns, to_utc_ns;
    unsigned points; /* 2..STORE_POINTS_MAX */
    bool wants_last; /* of each step: takes longer over more than a few days */
};

struct store_point {
    int64_t utc_ns; /* the start of the step, or the reading's own time */
    double mean, min, max;
    double last; /* the mean where only roll-ups are left, or nobody asked for it */
};

struct store_history {
    bool failed;
    bool is_kept;   /* the signal of that car was, ever */
    int64_t step_s; /* 0: single readings */
    size_t count;
    const struct store_point *points;
};

/* The answer lives until the function returns. */
typedef void store_history_fn(void *ctx, const struct store_history *history);

struct store_settings {
    const char *folder;      /* where readings.db and diary.db lie */
    const struct zone *zone; /* for "today"; outlives the store. NULL: UTC */
    bool demo; /* the diary is made up: one that was lived is not opened, nor the other way round */
};

/* Starts the thread, which opens the files by itself: events.state tells how that went. */
struct store *store_new(struct loop *loop, const struct store_settings *settings,
                        const struct store_events *events, void *ctx, struct err *err);

/* Commits, closes, ends the thread; after STORE_STOP_SECONDS it is left to its card. NULL is fine. */
void store_free(struct store *store);

/* Makes series `number` (0..STORE_SERIES_MAX - 1) known; before its first reading, once a start. */
int store_add_series(struct store *store, unsigned number, const struct store_series *series);

/* A row; dropped and counted when the queue is full. `known` false: the car said "not available". */
void store_add_reading(struct store *store, unsigned number, int64_t utc_ns, bool known, int64_t steps,
                       unsigned quality);

/* Whether more readings than those of this moment may be added now: the file is open and half the queue free.
 */
bool store_has_room(const struct store *store);

/* Asks for history; fn is called from the loop. -1 when the store is opening, has failed or is too busy: say
 * 503. */
int store_ask_history(struct store *store, const struct store_history_request *request, store_history_fn *fn,
                      void *ctx);

/* ---- the diary (diary.db) ---- */

/* Keeps an entry, committed at once and told by events.kept. One with an id, or of the same car, kind and
 * from_ms as one that was kept, replaces it and keeps its id; otherwise a new row. -1 when even the reserve
 * is full or the diary has failed: try again later. */
int store_add_entry(struct store *store, const struct diary_entry *entry);

enum store_subject {
    STORE_ASK_DAYS,        /* struct diary_day, newest first; `unattributed` for the span */
    STORE_ASK_MONTHS,      /* the same by month */
    STORE_ASK_YEARS,       /* the same by year */
    STORE_ASK_SUMS,        /* one struct diary_day: all that began in the span, of whichever day or none */
    STORE_ASK_CHARGES,     /* struct diary_charge, newest first */
    STORE_ASK_CHARGE,      /* the one with `id` */
    STORE_ASK_OUTINGS,     /* struct diary_outing, newest first */
    STORE_ASK_BATTERY,     /* struct diary_health, newest first */
    STORE_ASK_CELLS,       /* struct diary_cells, newest first */
    STORE_ASK_TRAFFIC,     /* struct diary_traffic, newest day first */
    STORE_ASK_IDENTITIES,  /* struct diary_identity but those that are gone, newest first */
    STORE_ASK_TOTALS,      /* one struct diary_totals */
    STORE_ASK_ANCHOR,      /* one struct diary_anchor, none when the car is new */
    STORE_ASK_ROWS,        /* struct diary_row after `before` (their keys; 0: after from_ms), oldest first */
    STORE_ASK_READINGS,    /* struct diary_reading of [from_ms, to_ms), of `signal` if named, oldest first; a page
                              may be empty and not the last */
    STORE_ASK_PREFERENCES, /* one text: a JSON object; none at first */
    STORE_ASK_TARIFFS,     /* the same */
    STORE_ASK_FILES,       /* struct store_file */
};

#define STORE_LIMIT_MAX 1000
#define STORE_ROWS_MAX  4096 /* of STORE_ASK_ROWS */

struct store_question {
    enum store_subject subject;
    char car[DIARY_CAR_BYTES];
    int64_t id;
    int32_t from_day, to_day; /* inclusive local days; INT32_MIN, INT32_MAX: the whole time */
    int64_t from_ms, to_ms; /* the same span in UTC, [from, to): for what is found by time; ROWS: after it */
    char signal[DIARY_SIGNAL_BYTES]; /* READINGS: "": all of them */
    unsigned limit;         /* 1..STORE_LIMIT_MAX */
    bool since_charge;      /* SUMS: the span begins with the end of the last charge */
    int64_t before;         /* an id, or a day for what is found by day; 0: from the newest */
    bool is_house;          /* garaged itself asks: guests can't take all the places */
};

struct store_file {
    char name[24]; /* "diary.db" */
    int64_t bytes; /* with its write-ahead log */
};

struct store_answer {
    bool failed;
    bool is_known;                            /* the diary has something of that car */
    size_t count;                             /* of items */
    const void *items;                        /* of the subject's type */
    int64_t next;                  /* for `before` of the next question; 0: that was all */
    struct diary_day unattributed; /* DAYS to SUMS: what began in the span and belongs to no day */
    int64_t since_ms;              /* SUMS: where the span begins; DIARY_NONE: there was no charge */
    int64_t written_today; /* FILES: bytes that went to the card since local midnight or the start */
    int64_t written_yesterday; /* FILES: the same of the day before; -1: it was not counted whole */
};

/* The answer lives until the function returns. */
typedef void store_answer_fn(void *ctx, const struct store_answer *answer);

/* Asks; fn is called from the loop. -1 when the store is opening, has failed or is too busy: say 503. */
int store_ask(struct store *store, const struct store_question *question, store_answer_fn *fn, void *ctx);

/* What the owner may change by hand; fn hears whether it is on the card (failed, or count 1; 0: no such id).
 */
struct store_edit {
    enum store_subject subject; /* STORE_ASK_PREFERENCES, _TARIFFS, _CHARGE, _OUTINGS */
    char car[DIARY_CAR_BYTES];
    int64_t id;
    char *text; /* preferences, tariffs: the whole text; the store frees it, also when it answers -1 */
    struct diary_typed *typed; /* a charge or outing: the same; the answer is one struct diary_entry */
    bool only_looks;           /* and nothing is written */
};
int store_edit(struct store *store, const struct store_edit *edit, store_answer_fn *fn, void *ctx);

/* Begins long work, after what was begun before; -1 when too many wait: the work is freed. */
int store_begin_work(struct store *store, struct work *work, const struct work_events *events, void *ctx);

/* Ends the works of this ctx before their next slice; they are not told. */
void store_end_work(struct store *store, const void *ctx);

/* The asker is gone: none of its answers is delivered any more. */
void store_forget(struct store *store, const void *ctx);

/* Writes all that waits now, even if a file is in trouble (end of a contact, low 12 V). */
void store_flush(struct store *store);

/* How many readings were dropped since the start, and how many jobs wait for the thread now. */
uint64_t store_dropped(const struct store *store);
size_t store_waiting(const struct store *store);

/* How often the thread of this struct store has turned; it is asked to turn once more (notify_turns_fn). */
unsigned store_turns(void *ctx);

/* The version of SQLite that is used. */
const char *store_library(void);

#endif
