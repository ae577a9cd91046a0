/* export/mqtt and a broker that takes each connection and drops it, a thousand times. Half a day of retries
 * is a few seconds here: the clock runs ten thousand times as fast. */
#include "export/mqtt.h"
#include "util/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <arpa/inet.h>
#include <dirent.h>
#include <malloc.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define SPEED   10000
#define FLAPS   1000
#define SAMPLES 40

/* In front of the C library's, for garaged and libmosquitto. */
int clock_gettime(clockid_t clock, struct timespec *time)
{
    long rc = syscall(SYS_clock_gettime, clock, time);
    int64_t ns = (time->tv_sec * NS_PER_S + time->tv_nsec) % (NS_PER_S * 900000) * SPEED;

    time->tv_sec = ns / NS_PER_S;
    time->tv_nsec = ns % NS_PER_S;
    return (int)rc;
}

struct broker {
    int listener, port;
    pid_t pid;
    atomic_uint *flaps; /* shared with the broker's process */
};

static void drop_all(const struct broker *broker)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL); /* a test that fails leaves none behind */
    for (;;) {
        int client = accept(broker->listener, NULL, NULL);
        atomic_fetch_add(broker->flaps, 1);
        close(client);
    }
}

static void broker_start(struct broker *broker)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof(address);

    broker->flaps = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    broker->listener = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(bind(broker->listener, (struct sockaddr *)&address, len), 0);
    assert_int_equal(listen(broker->listener, 8), 0);
    assert_int_equal(getsockname(broker->listener, (struct sockaddr *)&address, &len), 0);
    broker->port = ntohs(address.sin_port);
    broker->pid = fork();
    if (broker->pid == 0)
        drop_all(broker);
}

static unsigned entries(const char *path)
{
    DIR *folder = opendir(path);
    unsigned count = 0;

    assert_non_null(folder);
    while (readdir(folder))
        count++;
    closedir(folder);
    return count;
}

struct figures {
    unsigned threads, descriptors;
    size_t memory;
};

static void keep_state(void *ctx, bool is_up, const char *reason)
{
    unsigned *changes = ctx;

    (void)reason;
    assert_false(is_up);
    ++*changes;
}

static void wait_for_flaps(struct loop *loop, struct mqtt *mqtt, const struct broker *broker, unsigned count)
{
    struct err err;

    for (int i = 0; atomic_load(broker->flaps) < count; i++) {
        assert_true(i < 200000);
        mqtt_turns(mqtt); /* looks at its clock */
        usleep(200);
        loop_turn(loop, 0, &err);
    }
}

/* The least of some looks: a connection may be open at any of them. */
static struct figures look(struct loop *loop, struct mqtt *mqtt, const struct broker *broker)
{
    struct figures least = {~0U, ~0U, ~(size_t)0};

    for (int i = 0; i < SAMPLES; i++) {
        unsigned threads = entries("/proc/self/task"), descriptors = entries("/proc/self/fd");
        size_t memory = mallinfo2().uordblks;
        least.threads = threads < least.threads ? threads : least.threads;
        least.descriptors = descriptors < least.descriptors ? descriptors : least.descriptors;
        least.memory = memory < least.memory ? memory : least.memory;
        wait_for_flaps(loop, mqtt, broker, atomic_load(broker->flaps) + (i % 4 == 0));
    }
    return least;
}

static void a_thousand_flaps_leave_nothing_behind(void **state)
{
    (void)state;
    static const struct mqtt_events events = {.state = keep_state};
    struct config_mqtt settings = {.host = "127.0.0.1", .base = "garaged"};
    struct broker broker;
    unsigned changes = 0;
    struct err err;
    struct loop *loop = loop_new(&err);

    broker_start(&broker);
    settings.port = broker.port;
    struct mqtt *mqtt = mqtt_new(loop, &settings, "", &events, &changes, &err);
    assert_non_null(mqtt);
    mqtt_publish(mqtt, "garaged/status", "online");
    wait_for_flaps(loop, mqtt, &broker, 20);
    struct figures before = look(loop, mqtt, &broker);
    wait_for_flaps(loop, mqtt, &broker, FLAPS);
    struct figures after = look(loop, mqtt, &broker);
    assert_int_equal(after.threads, before.threads);
    assert_int_equal(after.descriptors, before.descriptors);
    assert_true(after.memory <= before.memory + 4096);
    mqtt_free(mqtt);
    kill(broker.pid, SIGKILL);
    waitpid(broker.pid, NULL, 0);
    close(broker.listener);
    loop_free(loop);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_thousand_flaps_leave_nothing_behind),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
