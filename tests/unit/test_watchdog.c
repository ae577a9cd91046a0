/* The signs of life that the watchdog asks for: real threads that are idle, busy, and hung. */
#include "access/access.h"
#include "export/mqtt.h"
#include "store_bench.h"
#include "util/core/time.h"
#include "util/notify.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <arpa/inet.h>
#include <sqlite3.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define PATIENCE_MS 20000 /* only a hang takes so long */
#define HANG_MS     200

static bool turns_within(notify_turns_fn *turns, void *ctx, int limit_ms)
{
    unsigned before = turns(ctx);

    for (int i = 0; i < limit_ms; i++) {
        if (turns(ctx) != before)
            return true;
        usleep(1000);
    }
    return false;
}

/* ---- a card that does not answer: SQLite's own way to the file, but fsync ---- */

static atomic_bool card_hangs;
static const sqlite3_io_methods *real_methods;
static sqlite3_io_methods slow_methods;
static sqlite3_vfs *real_vfs, slow_vfs;

static int slow_sync(sqlite3_file *file, int flags)
{
    while (atomic_load(&card_hangs))
        usleep(1000);
    return real_methods->xSync(file, flags);
}

static int slow_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags, int *out_flags)
{
    int rc = real_vfs->xOpen(vfs, name, file, flags, out_flags);

    if (rc != SQLITE_OK || !(flags & SQLITE_OPEN_WAL)) /* each kind of file has methods of its own */
        return rc;
    real_methods = file->pMethods;
    slow_methods = *real_methods;
    slow_methods.xSync = slow_sync;
    file->pMethods = &slow_methods;
    return rc;
}

static void use_slow_card(void)
{
    real_vfs = sqlite3_vfs_find(NULL);
    slow_vfs = *real_vfs;
    slow_vfs.zName = "slow";
    slow_vfs.xOpen = slow_open;
    sqlite3_vfs_register(&slow_vfs, 1);
}

static void the_store_turns_unless_the_card_hangs(void **state)
{
    const struct store_series soc = {"leaf", "soc", "%", 10};
    struct bench *bench = bench_new();

    (void)state;
    use_slow_card();
    bench_start(bench);
    assert_true(turns_within(store_turns, bench->store, PATIENCE_MS));
    assert_int_equal(store_add_series(bench->store, 0, &soc), 0);
    store_add_reading(bench->store, 0, INT64_C(1700000000) * NS_PER_S, true, 541, 0);
    atomic_store(&card_hangs, true);
    store_flush(bench->store);
    for (int i = 0; i < 100 && turns_within(store_turns, bench->store, HANG_MS); i++)
        continue; /* what was queued before */
    assert_false(turns_within(store_turns, bench->store, HANG_MS));
    atomic_store(&card_hangs, false);
    assert_true(turns_within(store_turns, bench->store, PATIENCE_MS));
    bench_stop(bench);
    bench_free(bench);
    sqlite3_vfs_unregister(&slow_vfs);
}

/* ---- a broker that takes the connection and says nothing ---- */

static int listen_silently(int *port)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof(address);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    assert_int_equal(bind(fd, (const struct sockaddr *)&address, sizeof(address)), 0);
    assert_int_equal(listen(fd, 4), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&address, &len), 0);
    *port = ntohs(address.sin_port);
    return fd;
}

static void ignore_state(void *ctx, bool is_up, const char *reason)
{
    (void)ctx;
    (void)is_up;
    (void)reason;
}

static unsigned broker_turns(void *ctx)
{
    return mqtt_turns(ctx);
}

static void a_black_hole_does_not_stop_mqtt(void **state)
{
    static const struct mqtt_events events = {.state = ignore_state};
    struct config_mqtt settings = {.host = "127.0.0.1", .base = "garaged"};
    struct err err;
    struct loop *loop = loop_new(&err);
    int hole = listen_silently(&settings.port);

    (void)state;
    struct mqtt *mqtt = mqtt_new(loop, &settings, "", &events, NULL, &err);
    assert_non_null(mqtt);
    for (int i = 0; i < 10; i++)
        assert_true(turns_within(broker_turns, mqtt, PATIENCE_MS));
    mqtt_free(mqtt);
    close(hole);
    loop_free(loop);
}

/* ---- passwords ---- */

static unsigned hasher_turns(void *ctx)
{
    return access_turns(ctx);
}

static void access_turns_when_it_is_asked(void **state)
{
    char folder[] = "/tmp/garaged-test-watchdog-XXXXXX";
    const struct access_settings settings = {.folder = mkdtemp(folder)};
    struct err err;
    struct loop *loop = loop_new(&err);
    char command[64];

    (void)state;
    struct access *access = access_new(loop, &settings, &err);
    assert_non_null(access);
    for (int i = 0; i < 10; i++)
        assert_true(turns_within(hasher_turns, access, PATIENCE_MS));
    access_free(access);
    loop_free(loop);
    snprintf(command, sizeof(command), "rm -r %s", folder);
    assert_int_equal(system(command), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_store_turns_unless_the_card_hangs),
        cmocka_unit_test(a_black_hole_does_not_stop_mqtt),
        cmocka_unit_test(access_turns_when_it_is_asked),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
