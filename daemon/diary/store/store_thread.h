/* What the two sides of the store pass each other. Private to the store. */
#ifndef DIARY_STORE_STORE_THREAD_H
#define DIARY_STORE_STORE_THREAD_H

#include "diary/store/queue.h"
#include "diary/store/store.h"

enum store_job_kind {
    STORE_JOB_SERIES,
    STORE_JOB_READING,
    STORE_JOB_HISTORY,
    STORE_JOB_FLUSH,
    STORE_JOB_STOP
};

struct store_job {
    enum store_job_kind kind;
    unsigned number; /* a series, or a question */
    union {
        struct store_series series;
        struct {
            int64_t utc_ns, steps;
            bool known;
            uint8_t quality;
        } reading;
        struct store_history_request history;
    };
};

enum store_result_kind { STORE_RESULT_STATE, STORE_RESULT_HISTORY };

struct store_result {
    enum store_result_kind kind;
    enum store_state state;
    char reason[ERR_TEXT_MAX];
    unsigned question;
    struct store_history history; /* its points are freed by who takes the result */
};

/* What the thread is given; it lives as long as the thread. */
struct store_thread {
    char path[4096];
    struct queue *jobs, *results;
    int result_event; /* eventfd, written after each result */
};

/* The thread's function; `arg` is a struct store_thread. Returns NULL after STORE_JOB_STOP. */
void *store_thread_run(void *arg);

#endif
