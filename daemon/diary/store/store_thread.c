/* The store's thread: hands jobs to the two files, lets them write when that is due, sends answers, and tells
 * how they are. What a failing file means is file.c's; this never touches the loop. */
#include "diary/store/store_thread.h"

#include "diary/store/entries.h"
#include "diary/store/history.h"
#include "diary/store/readings.h"
#include "diary/store/typed.h"
#include "diary/store/works.h"
#include "diary/store/written.h"
#include "util/clock.h"

#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct worker {
    struct store_thread *thread;
    struct database_place place;
    struct written *written;
    struct readings *readings;
    struct entries entries;
    struct works works;
    struct store_result told; /* the last state, but for its reason */
    enum trouble told_readings, told_entries;
};

void store_result_free(const struct store_result *result)
{
    if (result->kind == STORE_RESULT_KEPT)
        free(result->entry);
    else if (result->kind == STORE_RESULT_ANSWER)
        free((void *)(uintptr_t)result->answer.items);
    else if (result->kind == STORE_RESULT_WORK && result->step != WORK_GOES_ON)
        result->work->free(result->work);
}

static void send_result(struct worker *worker, const struct store_result *result)
{
    uint64_t one = 1;

    if (!queue_push(worker->thread->results, result, true)) {
        store_result_free(result);
        return;
    }
    if (write(worker->thread->result_event, &one, sizeof(one)) != sizeof(one))
        return; /* the counter is full: the loop has a wake-up pending anyway */
}

static void send_kept(void *ctx, struct diary_entry *entry)
{
    const struct store_result result = {.kind = STORE_RESULT_KEPT, .entry = entry};

    send_result(ctx, &result);
}

/* What there is to say of a file: its trouble, or else what happened to it. */
static const char *words_of(const struct file *file)
{
    return file->trouble ? file->reason : file->notice;
}

static void tell_state(struct worker *worker)
{
    struct file *readings = &worker->readings->file, *entries = &worker->entries.file;
    bool has_news = (!readings->trouble && readings->notice[0]) || (!entries->trouble && entries->notice[0]);
    struct store_result result = {
        .kind = STORE_RESULT_STATE,
        .state = readings->trouble || entries->trouble ? STORE_FAILED : STORE_OK,
        .has_readings = file_is_open(readings),
        .has_entries = file_is_open(entries),
        .takes_readings = !readings->trouble,
    };
    const struct store_result *told = &worker->told;

    if (!has_news && result.state == told->state && result.has_readings == told->has_readings &&
        result.has_entries == told->has_entries && worker->told_readings == readings->trouble &&
        worker->told_entries == entries->trouble)
        return;
    worker->told = result;
    worker->told_readings = readings->trouble;
    worker->told_entries = entries->trouble;
    const char *first = words_of(readings), *second = words_of(entries);
    snprintf(result.reason, sizeof(result.reason), "%.250s%s%.250s", first, *first && *second ? "; " : "",
             second);
    if (!readings->trouble)
        readings->notice[0] = '\0';
    if (!entries->trouble)
        entries->notice[0] = '\0';
    send_result(worker, &result);
}

static void add_reading(struct worker *worker, const struct store_job *job)
{
    readings_add(worker->readings, &(struct readings_row){
                                       .utc_ms = job->reading.utc_ns / NS_PER_MS,
                                       .steps = job->reading.steps,
                                       .number = (uint16_t)job->number,
                                       .known = job->reading.known,
                                       .quality = job->reading.quality,
                                   });
    atomic_store(&worker->thread->dropped, worker->readings->dropped);
}

/* A question that failed because the file did. A trouble that is known already keeps its time for the next
 * try: whoever asks often would put it off for ever. */
static void note_failure(struct file *file, int rc, const struct err *err)
{
    enum trouble trouble = file->database.trouble;
    bool is_news = file->trouble == TROUBLE_NONE || trouble == TROUBLE_DAMAGED;

    if (rc != 0 && trouble != TROUBLE_NONE && is_news)
        file_fail(file, err);
}

/* Rows that wait for a card in trouble are between those that it holds and those that will come. A newer file
 * is only read: nothing will get into it. */
static bool is_complete(const struct readings *readings)
{
    return readings->written == readings->waiting_count || readings->file.trouble == TROUBLE_NEWER;
}

static int ask_readings(struct worker *worker, const struct store_job *job, struct store_result *result)
{
    struct readings *readings = worker->readings;
    struct err err;
    int rc;

    readings_bring(readings);
    if (!file_is_open(&readings->file) || (job->kind == STORE_JOB_QUESTION && !is_complete(readings)))
        return -1;
    readings->file.database.trouble = TROUBLE_NONE;
    if (job->kind == STORE_JOB_HISTORY)
        rc = history_ask(readings, &job->history, &result->answer, &result->step_s, &err);
    else if (job->question.subject == STORE_ASK_READINGS)
        rc = readings_ask(readings, &job->question, &result->answer, &err);
    else
        rc = readings_ask_rows(readings, &job->question, &result->answer, &err);
    note_failure(&readings->file, rc, &err);
    return rc;
}

static int ask_entries(struct worker *worker, const struct store_job *job, struct store_result *result)
{
    struct file *file = &worker->entries.file;
    struct err err;

    if (!file_is_open(file))
        return -1;
    file->database.trouble = TROUBLE_NONE;
    int rc = entries_ask(&worker->entries, &job->question, worker->thread->zone, &result->answer, &err);
    note_failure(file, rc, &err);
    return rc;
}

/* Of a database with its write-ahead log; 0 when there is none. */
static int64_t size_of(const char *folder, const char *name)
{
    static const char *const parts[] = {"", "-wal"};
    char path[4200];
    struct stat status;
    int64_t bytes = 0;

    for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
        snprintf(path, sizeof(path), "%s/%s%s", folder, name, parts[i]);
        if (stat(path, &status) == 0)
            bytes += status.st_size;
    }
    return bytes;
}

/* Answered whatever the files' troubles are. */
static int ask_files(struct worker *worker, struct store_answer *answer)
{
    static const char *const names[] = {"access.db", "diary.db", "readings.db"};
    const size_t count = sizeof(names) / sizeof(names[0]);
    struct store_file *files = calloc(count, sizeof(*files));

    if (!files)
        return -1;
    for (size_t i = 0; i < count; i++) {
        snprintf(files[i].name, sizeof(files[i].name), "%s", names[i]);
        files[i].bytes = size_of(worker->thread->folder, names[i]);
    }
    answer->items = files;
    answer->count = count;
    answer->written_today = written_today(worker->written);
    answer->written_yesterday = written_yesterday(worker->written);
    return 0;
}

static bool is_of_readings(const struct store_job *job)
{
    return job->kind == STORE_JOB_HISTORY || job->question.subject == STORE_ASK_ROWS ||
           job->question.subject == STORE_ASK_READINGS;
}

static void answer(struct worker *worker, const struct store_job *job)
{
    struct store_result result = {.kind = STORE_RESULT_ANSWER, .number = job->number};
    int rc;

    if (is_of_readings(job))
        rc = ask_readings(worker, job, &result);
    else if (job->question.subject == STORE_ASK_FILES)
        rc = ask_files(worker, &result.answer);
    else
        rc = ask_entries(worker, job, &result);
    result.answer.failed = rc != 0;
    send_result(worker, &result);
}

static int write_edit(struct worker *worker, const struct store_edit *edit, struct store_answer *answer,
                      struct err *err)
{
    if (!edit->text)
        return typed_write(&worker->entries.file.database, edit, answer, err);
    int rc = entries_set_text(&worker->entries, edit->subject, edit->car, edit->text, err);
    answer->count = rc == 0;
    return rc;
}

static void edit(struct worker *worker, const struct store_job *job)
{
    struct store_result result = {.kind = STORE_RESULT_ANSWER, .number = job->number};
    struct file *file = &worker->entries.file;
    struct err err;
    int rc = -1;

    if (file_is_open(file) && file->trouble == TROUBLE_NONE) {
        file->database.trouble = TROUBLE_NONE;
        rc = write_edit(worker, &job->edit, &result.answer, &err);
        note_failure(file, rc, &err);
    }
    result.answer.failed = rc != 0;
    free(job->edit.text);
    free(job->edit.typed);
    send_result(worker, &result);
}

static void tell_work(struct worker *worker, const struct works_result *came)
{
    struct store_result result = {
        .kind = STORE_RESULT_WORK, .work = came->work, .step = came->step, .done = came->done};

    if (came->step == WORK_FAILED)
        memcpy(result.why, came->err.text, sizeof(result.why));
    send_result(worker, &result);
}

/* A slice may fail because a file did. */
static void step_work(struct worker *worker)
{
    const struct work_place place = {&worker->entries, worker->readings, worker->thread->folder,
                                     worker->thread->zone, worker->place.is_made_up};
    struct file *files[] = {&worker->entries.file, &worker->readings->file};

    for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++)
        files[i]->database.trouble = TROUBLE_NONE;
    const struct works_result came = works_step(&worker->works, &place);
    for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++)
        note_failure(files[i], came.step == WORK_FAILED ? -1 : 0, &came.err);
    if (came.work)
        tell_work(worker, &came);
    if (came.step != WORK_GOES_ON)
        malloc_trim(0); /* what a copy or an import took is not needed again for a day */
}

static void drop_works(struct worker *worker)
{
    for (;;) {
        const struct works_result came = works_drop(&worker->works);
        if (!came.work)
            return;
        tell_work(worker, &came);
    }
}

static bool do_job(struct worker *worker, const struct store_job *job)
{
    switch (job->kind) {
    case STORE_JOB_SERIES:
        readings_add_series(worker->readings, job->number, &job->series);
        break;
    case STORE_JOB_READING:
        add_reading(worker, job);
        break;
    case STORE_JOB_ENTRY:
        entries_add(&worker->entries, job->entry);
        break;
    case STORE_JOB_HISTORY:
    case STORE_JOB_QUESTION:
        answer(worker, job);
        break;
    case STORE_JOB_EDIT:
        edit(worker, job);
        break;
    case STORE_JOB_WORK:
        works_add(&worker->works, job->work);
        break;
    case STORE_JOB_FLUSH:
        worker->readings->file.due_ns = 0; /* also in trouble: it may be the last chance */
        worker->entries.file.due_ns = 0;
        break;
    case STORE_JOB_TURN:
        break;
    case STORE_JOB_STOP:
        return false;
    }
    return true;
}

static void write_due(struct file *file)
{
    if (clock_monotonic_ns() >= file->due_ns)
        file_write(file);
}

static int64_t next_due_ns(const struct worker *worker)
{
    const int64_t times_ns[] = {worker->readings->file.due_ns, worker->readings->check_ns,
                                worker->entries.file.due_ns, works_due_ns(&worker->works)};
    int64_t next_ns = FILE_NEVER_NS;

    for (size_t i = 0; i < sizeof(times_ns) / sizeof(times_ns[0]); i++)
        next_ns = times_ns[i] < next_ns ? times_ns[i] : next_ns;
    return next_ns;
}

static void run(struct worker *worker)
{
    struct store_job job;
    bool goes_on = true;

    while (goes_on) {
        readings_check(worker->readings);
        write_due(&worker->readings->file);
        write_due(&worker->entries.file);
        tell_state(worker);
        if (queue_pop(worker->thread->jobs, &job, next_due_ns(worker)))
            goes_on = do_job(worker, &job);
        if (goes_on && clock_monotonic_ns() >= works_due_ns(&worker->works))
            step_work(worker);
        atomic_fetch_add(&worker->thread->turns, 1);
    }
    drop_works(worker);
    file_write(&worker->readings->file);
    file_write(&worker->entries.file);
}

void *store_thread_run(void *arg)
{
    struct worker *worker = calloc(1, sizeof(*worker));
    struct store_thread *thread = arg;

    if (!worker)
        return NULL;
    worker->thread = thread;
    worker->written = written_new(thread->zone);
    worker->place = (struct database_place){thread->folder, NULL, thread->is_made_up};
    worker->readings = readings_new(&worker->place);
    entries_init(&worker->entries, &worker->place, send_kept, worker);
    if (worker->written)
        worker->place.vfs = written_vfs(worker->written);
    if (worker->written && worker->readings)
        run(worker);
    entries_close(&worker->entries);
    readings_free(worker->readings);
    written_free(worker->written);
    send_result(worker, &(struct store_result){.kind = STORE_RESULT_ENDED});
    free(worker);
    return NULL;
}
