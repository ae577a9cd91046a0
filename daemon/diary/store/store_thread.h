/* What the two sides of the store pass each other. Private to the store. */
#ifndef DIARY_STORE_STORE_THREAD_H
#define DIARY_STORE_STORE_THREAD_H

#include "diary/store/queue.h"
#include "diary/store/store.h"

#include <stdatomic.h>

enum store_job_kind {
    STORE_JOB_SERIES,
    STORE_JOB_READING,
    STORE_JOB_ENTRY,
    STORE_JOB_HISTORY,
    STORE_JOB_QUESTION,
    STORE_JOB_EDIT,
    STORE_JOB_WORK,
    STORE_JOB_FLUSH,
    STORE_JOB_TURN, /* nothing but a sign of life */
    STORE_JOB_STOP
};

struct store_job {
    enum store_job_kind kind;
    unsigned number; /* a series, or a question's slot */
    union {
        struct store_series series;
        struct {
            int64_t utc_ns, steps;
            bool known;
            uint8_t quality;
        } reading;
        struct diary_entry *entry; /* the thread's from now on */
        struct store_history_request history;
        struct store_question question;
        struct store_edit edit; /* its text is the thread's from now on */
        struct work *work;
    };
};

enum store_result_kind {
    STORE_RESULT_STATE,
    STORE_RESULT_KEPT,
    STORE_RESULT_ANSWER,
    STORE_RESULT_WORK,
    STORE_RESULT_ENDED
};

struct store_result {
    enum store_result_kind kind;
    union {
        struct {
            enum store_state state;
            bool has_readings, has_entries; /* what can be asked */
            bool takes_readings;            /* they get to the card */
            char reason[ERR_TEXT_MAX];
        };
        struct diary_entry *entry; /* KEPT: freed by who takes the result */
        struct {
            unsigned number;
            struct store_answer answer; /* its items are freed by who takes the result */
            int64_t step_s;             /* of a history */
        };
        struct {
            struct work *work; /* the thread's while it goes on, then whose the result is */
            enum work_step step;
            double done;
            char why[ERR_TEXT_MAX]; /* it failed */
        };
    };
};

/* Frees what the result owns. */
void store_result_free(const struct store_result *result);

/* What the thread is given; it lives as long as the thread. */
struct store_thread {
    char folder[4096];
    bool is_made_up;
    const struct zone *zone;
    struct queue *jobs, *results;
    int result_event;             /* eventfd, written after each result */
    atomic_uint_fast64_t dropped; /* readings that the thread had no room for */
    atomic_uint turns;            /* jobs done and waits that ended */
};

/* The thread's function; `arg` is a struct store_thread. Returns NULL after STORE_JOB_STOP. */
void *store_thread_run(void *arg);

#endif
