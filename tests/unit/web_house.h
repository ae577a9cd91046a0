/* The web server in a thread of its own for the tests, and a client of plain sockets that may say anything.
 * Everything the tests do to the server's objects runs on the server's thread (house_do). */
#ifndef TESTS_WEB_HOUSE_H
#define TESTS_WEB_HOUSE_H

#include "access/access.h"
#include "export/web.h"
#include "util/calendar.h"
#include "util/clock.h"
#include "util/logbook.h"
#include "view_sample.h"

#include <pthread.h>
#include <semaphore.h>
#include <sys/eventfd.h>
#include <unistd.h>

struct house;
typedef void house_fn(struct house *house, void *arg);

struct house {
    struct sample sample;
    struct zone zone;
    struct config_web config;
    struct loop *loop;
    struct loop *idle; /* NULL, or one that never turns: the store stays opening */
    struct access *access;
    struct store *store;
    bool store_is_open;
    size_t kept; /* entries that are on the card */
    struct preferences preferences;
    struct orders orders; /* the test's */
    struct config *settings; /* NULL, or the test's */
    struct logbook *logbook;
    struct web *web;
    char folder[64], page[80];
    int port;
    char code[9];
    char cookie[65], csrf[65];
    /* between the threads */
    pthread_t thread;
    int event_fd;
    struct loop_watch *watch;
    sem_t done;
    house_fn *fn;
    void *arg;
    bool stop;
    uint64_t wakeups;
};

static inline void house_event(void *ctx, uint32_t events)
{
    struct house *house = ctx;
    uint64_t count;

    (void)events;
    if (read(house->event_fd, &count, sizeof(count)) < 0)
        return;
    house->fn(house, house->arg);
    sem_post(&house->done);
}

static inline void *house_run(void *ctx)
{
    struct house *house = ctx;
    struct err err;

    while (!house->stop) {
        web_turn(house->web, &err);
        house->wakeups++;
    }
    return NULL;
}

/* Runs `fn` on the server's thread and waits for it. */
static inline void house_do(struct house *house, house_fn *fn, void *arg)
{
    uint64_t one = 1;

    house->fn = fn;
    house->arg = arg;
    assert_int_equal(write(house->event_fd, &one, sizeof(one)), sizeof(one));
    while (sem_wait(&house->done) != 0)
        continue;
}

static inline void house_stop_fn(struct house *house, void *arg)
{
    (void)arg;
    house->stop = true;
}

static inline void house_file(const struct house *house, const char *name, const char *text)
{
    char path[160];
    FILE *file;

    snprintf(path, sizeof(path), "%s/%s", house->page, name);
    file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

static inline void house_make_page(struct house *house)
{
    char command[512];

    snprintf(house->page, sizeof(house->page), "%s/page", house->folder);
    snprintf(command, sizeof(command),
             "cd %s && mkdir -p page/assets && head -c 60000 /dev/zero | tr '\\0' 'x' > "
             "page/assets/big.ABCDEF01.js && "
             "echo secret > secret && ln -s ../secret page/link && ln -s / page/root && echo hidden > "
             "page/.hidden",
             house->folder);
    assert_int_equal(system(command), 0);
    house_file(house, "index.html", "<!doctype html><title>plain</title>");
    house_file(house, "index.html.gz", "packed");
    house_file(house, "assets/main.0123ABCD.css", "body{}");
}

static inline void house_store_state(void *ctx, enum store_state state, const char *reason)
{
    struct house *house = ctx;

    house->store_is_open = state == STORE_OK;
    house->sample.view.diary_state = house->store_is_open ? "ok" : "failed";
    if (*reason)
        print_message("store: %s\n", reason);
}

static inline void house_store_kept(void *ctx, const struct diary_entry *entry)
{
    struct house *house = ctx;

    (void)entry;
    house->kept++;
}

static inline void house_open_store(struct house *house)
{
    const struct store_settings settings = {.folder = house->folder, .zone = &house->zone};
    const struct store_events events = {.state = house_store_state, .kept = house_store_kept};
    struct err err;

    house->sample.view.diary_state = "opening";
    house->store = store_new(house->idle ? house->idle : house->loop, &settings, &events, house, &err);
    if (house->store == NULL)
        fail_msg("%s", err.text);
}

static inline void house_open(struct house *house)
{
    struct access_settings settings = {.folder = house->folder, .demo = true};
    struct web_parts parts = {
        .config = &house->config, .view = &house->sample.view, .zone = &house->zone, .page_dir = house->page};
    struct err err;

    house->loop = loop_new(&err);
    house->access = access_new(house->loop, &settings, &err);
    assert_non_null(house->access);
    house_open_store(house);
    parts.loop = house->loop;
    parts.store = house->store;
    parts.access = house->access;
    house->preferences = preferences_default();
    house->preferences.is_known = house->idle == NULL; /* what a new diary has */
    parts.preferences = &house->preferences;
    parts.orders = &house->orders;
    parts.settings = house->settings;
    parts.logbook = house->logbook = logbook_new();
    parts.state_dir = house->folder;
    house->web = web_new(&parts, &err);
    if (house->web == NULL)
        fail_msg("%s", err.text);
    house->port = web_port(house->web);
    house->event_fd = eventfd(0, EFD_CLOEXEC);
    sem_init(&house->done, 0, 0);
}

/* Called before the server is made, for what its configuration is to be. */
typedef void house_config_fn(struct house *house);

static inline int house_set_up_with(void **state, struct loop *idle, house_config_fn *configure)
{
    struct house *house = calloc(1, sizeof(*house));
    struct err err;

    house->idle = idle;

    snprintf(house->folder, sizeof(house->folder), "/tmp/garaged-web-XXXXXX");
    assert_non_null(mkdtemp(house->folder));
    house_make_page(house);
    sample_new(&house->sample, 1);
    zone_set_utc(&house->zone);
    house->config.clients = 32;
    house->config.clients_per_peer = 12;
    house->config.listen.count = 1;
    strcpy(house->config.listen.items[0], "127.0.0.1");
    if (configure != NULL)
        configure(house);
    house_open(house);
    house->watch = loop_watch_new(house->loop, house->event_fd, EPOLLIN, house_event, house, &err);
    assert_non_null(house->watch);
    while (!access_ready(house->access) || (!house->store_is_open && !house->idle))
        assert_int_equal(web_turn(house->web, &err), 0);
    access_pair_open(house->access, house->code, &err);
    assert_int_equal(pthread_create(&house->thread, NULL, house_run, house), 0);
    *state = house;
    return 0;
}

/* A server with one car, a store and a demo code, on any free port. */
static inline int house_set_up(void **state)
{
    return house_set_up_with(state, NULL, NULL);
}

static inline int house_set_up_opening(void **state)
{
    struct err err;

    return house_set_up_with(state, loop_new(&err), NULL);
}

static inline int house_tear_down(void **state)
{
    struct house *house = *state;
    char command[128];

    house_do(house, house_stop_fn, NULL);
    pthread_join(house->thread, NULL);
    web_free(house->web);
    store_free(house->store);
    access_free(house->access);
    loop_watch_free(house->watch);
    loop_free(house->loop);
    loop_free(house->idle);
    close(house->event_fd);
    sem_destroy(&house->done);
    sample_free(&house->sample);
    logbook_free(house->logbook);
    free(house->settings);
    snprintf(command, sizeof(command), "rm -rf %s", house->folder);
    free(house);
    return system(command);
}

#define HOUSE_TEST(fn) cmocka_unit_test_setup_teardown(fn, house_set_up, house_tear_down)

#endif
