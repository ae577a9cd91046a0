/* One thread, one job at a time, in order. Decides nothing: what a result means is access.c's. The loop never
 * waits for it but in worker_free. */
#include "access/worker.h"
#include "access/password.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#define STACK_BYTES ((size_t)1024 * 1024)

struct job_queue {
    struct worker_job *jobs[WORKER_JOBS_MAX];
    size_t first, count;
};

struct worker {
    char *folder;
    worker_done_fn *done;
    void *ctx;
    struct loop_watch *watch;
    int event_fd;
    /* loop's side */
    int pending, pending_hashes;
    /* both sides, under `mutex` */
    pthread_mutex_t mutex;
    pthread_cond_t wake;
    struct job_queue in, out;
    bool stop;
    unsigned turns;
    bool started;
    pthread_t thread;
    /* thread's side */
    struct access_store *store;
};

static void push(struct job_queue *queue, struct worker_job *job)
{
    queue->jobs[(queue->first + queue->count) % WORKER_JOBS_MAX] = job;
    queue->count++;
}

static struct worker_job *pop(struct job_queue *queue)
{
    struct worker_job *job;

    if (queue->count == 0)
        return NULL;
    job = queue->jobs[queue->first];
    queue->first = (queue->first + 1) % WORKER_JOBS_MAX;
    queue->count--;
    return job;
}

static bool has_password(const struct worker_job *job)
{
    return job->kind == WORKER_LOGIN || job->kind == WORKER_HASH;
}

/* On the thread from here. */

static void write_change(struct worker *worker, struct worker_job *job)
{
    if (worker->store == NULL) {
        err_set(&job->err, "access.db is not open");
        return;
    }
    job->kept = access_store_apply(worker->store, &job->change, &job->err) == 0;
}

static void do_open(struct worker *worker, struct worker_job *job)
{
    job->snapshot = calloc(1, sizeof(*job->snapshot));
    if (job->snapshot == NULL) {
        err_set(&job->err, "out of memory");
        return;
    }
    worker->store = access_store_open(worker->folder, job->snapshot, &job->err);
    job->kept = worker->store != NULL;
}

static void do_copy(struct worker *worker, struct worker_job *job)
{
    if (worker->store == NULL) {
        err_set(&job->err, "access.db is not open");
        return;
    }
    job->kept = access_store_copy(worker->store, job->copy, &job->err) == 0;
}

static void do_read(struct worker *worker, struct worker_job *job)
{
    if (worker->store == NULL) {
        err_set(&job->err, "access.db is not open");
        return;
    }
    if (job->kind == WORKER_LIST)
        job->kept = access_store_audit_list(worker->store, job->list, &job->err) == 0;
    else
        job->kept = access_store_audit_verify(worker->store, &job->verdict, &job->err) == 0;
}

static void do_job(struct worker *worker, struct worker_job *job)
{
    job->right = true;
    switch (job->kind) {
    case WORKER_OPEN:
        do_open(worker, job);
        break;
    case WORKER_LOGIN:
        job->right = password_verify(job->password, job->change.user.hash);
        if (job->right)
            write_change(worker, job);
        break;
    case WORKER_HASH:
        if (password_hash(job->password, job->change.user.hash, &job->err) == 0)
            write_change(worker, job);
        break;
    case WORKER_CHANGE:
        write_change(worker, job);
        break;
    case WORKER_COPY:
        do_copy(worker, job);
        break;
    case WORKER_LIST:
    case WORKER_VERIFY:
        do_read(worker, job);
        break;
    }
    secret_wipe(job->password, sizeof(job->password));
}

static struct worker_job *wait_for_job(struct worker *worker)
{
    struct worker_job *job;

    pthread_mutex_lock(&worker->mutex);
    while (worker->in.count == 0 && !worker->stop) {
        pthread_cond_wait(&worker->wake, &worker->mutex);
        worker->turns++;
    }
    worker->turns++;
    job = pop(&worker->in);
    while (worker->stop && job != NULL && job->kind != WORKER_CHANGE) {
        worker_job_free(job);
        job = pop(&worker->in);
    }
    pthread_mutex_unlock(&worker->mutex);
    return job;
}

static void hand_back(struct worker *worker, struct worker_job *job)
{
    const uint64_t one = 1;

    pthread_mutex_lock(&worker->mutex);
    push(&worker->out, job);
    pthread_mutex_unlock(&worker->mutex);
    while (write(worker->event_fd, &one, sizeof(one)) < 0 && errno == EINTR)
        continue;
}

static void *run(void *ctx)
{
    struct worker *worker = ctx;
    struct worker_job *job;

    while ((job = wait_for_job(worker)) != NULL) {
        do_job(worker, job);
        hand_back(worker, job);
    }
    access_store_close(worker->store);
    return NULL;
}

/* On the loop's thread from here. */

static void take_done(void *ctx, uint32_t events)
{
    struct worker *worker = ctx;
    struct worker_job *job;
    uint64_t count;

    (void)events;
    while (read(worker->event_fd, &count, sizeof(count)) < 0 && errno == EINTR)
        continue;
    for (;;) {
        pthread_mutex_lock(&worker->mutex);
        job = pop(&worker->out);
        pthread_mutex_unlock(&worker->mutex);
        if (job == NULL)
            return;
        worker->pending--;
        worker->pending_hashes -= has_password(job);
        worker->done(worker->ctx, job);
    }
}

/* The thread inherits a mask that leaves every signal to the loop. */
static int start_thread(struct worker *worker, struct err *err)
{
    pthread_attr_t attributes;
    sigset_t all, old;
    int rc;

    sigfillset(&all);
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, STACK_BYTES);
    pthread_sigmask(SIG_SETMASK, &all, &old);
    rc = pthread_create(&worker->thread, &attributes, run, worker);
    pthread_sigmask(SIG_SETMASK, &old, NULL);
    pthread_attr_destroy(&attributes);
    if (rc != 0)
        return err_set(err, "start the access thread: %s", strerror(rc));
    worker->started = true;
    return 0;
}

struct worker *worker_new(struct loop *loop, const char *folder, worker_done_fn *done, void *ctx,
                          struct err *err)
{
    struct worker *worker = calloc(1, sizeof(*worker));

    if (worker == NULL) {
        err_set(err, "out of memory");
        return NULL;
    }
    worker->done = done;
    worker->ctx = ctx;
    pthread_mutex_init(&worker->mutex, NULL);
    pthread_cond_init(&worker->wake, NULL);
    worker->folder = strdup(folder);
    worker->event_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (worker->folder == NULL || worker->event_fd < 0) {
        err_set(err, "access thread: %s", strerror(errno));
        goto fail;
    }
    worker->watch = loop_watch_new(loop, worker->event_fd, EPOLLIN, take_done, worker, err);
    if (worker->watch == NULL || start_thread(worker, err) != 0)
        goto fail;
    return worker;
fail:
    worker_free(worker);
    return NULL;
}

static void stop_thread(struct worker *worker)
{
    pthread_mutex_lock(&worker->mutex);
    worker->stop = true;
    pthread_cond_signal(&worker->wake);
    pthread_mutex_unlock(&worker->mutex);
    pthread_join(worker->thread, NULL);
}

void worker_free(struct worker *worker)
{
    struct worker_job *job;

    if (worker == NULL)
        return;
    if (worker->started)
        stop_thread(worker);
    while ((job = pop(&worker->out)) != NULL)
        worker_job_free(job);
    loop_watch_free(worker->watch);
    if (worker->event_fd >= 0)
        close(worker->event_fd);
    pthread_cond_destroy(&worker->wake);
    pthread_mutex_destroy(&worker->mutex);
    free(worker->folder);
    free(worker);
}

struct worker_job *worker_job_new(enum worker_kind kind)
{
    struct worker_job *job = calloc(1, sizeof(*job));

    if (job != NULL)
        job->kind = kind;
    return job;
}

void worker_job_free(struct worker_job *job)
{
    if (job == NULL)
        return;
    free(job->snapshot);
    free(job->copy);
    free(job->asker);
    free(job->list);
    secret_wipe(job, sizeof(*job));
    free(job);
}

int worker_submit(struct worker *worker, struct worker_job *job)
{
    if (worker->pending >= WORKER_JOBS_MAX ||
        (has_password(job) && worker->pending_hashes >= WORKER_HASHES_MAX))
        return -1;
    worker->pending++;
    worker->pending_hashes += has_password(job);
    pthread_mutex_lock(&worker->mutex);
    push(&worker->in, job);
    pthread_cond_signal(&worker->wake);
    pthread_mutex_unlock(&worker->mutex);
    return 0;
}

unsigned worker_turns(struct worker *worker)
{
    pthread_mutex_lock(&worker->mutex);
    unsigned turns = worker->turns;
    pthread_cond_signal(&worker->wake);
    pthread_mutex_unlock(&worker->mutex);
    return turns;
}
