/* GET /api/v1/system: how garaged itself is. Answered also when the store can't be: who looks here wants to
 * know what is wrong. */
#include "export/web_system.h"

#include "export/web_private.h"
#include "util/clock.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/statvfs.h>
#include <unistd.h>

/* The question under way; freed when it is answered or its client is gone. */
struct system_question {
    struct web_connection *connection;
};

static int64_t read_memory_kb(void)
{
    FILE *file = fopen("/proc/self/statm", "re");
    unsigned long long size, resident = 0;

    if (file == NULL)
        return -1;
    int found = fscanf(file, "%llu %llu", &size, &resident);
    fclose(file);
    return found == 2 ? (int64_t)resident * sysconf(_SC_PAGESIZE) / 1024 : -1;
}

static int64_t count_phase(const struct web *web, bool is_live)
{
    const struct web_connection *connection;
    int64_t count = 0;

    LIST_FOREACH(connection, &web->connections, entry)
    {
        count += (connection->phase == WEB_PHASE_LIVE) == is_live;
    }
    return count;
}

/* User and system together. */
static int64_t read_processor_ms(void)
{
    struct rusage usage;

    if (getrusage(RUSAGE_SELF, &usage) != 0)
        return -1;
    return (int64_t)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1000 +
           (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1000;
}

static void read_disk(const char *folder, struct json_system *system)
{
    struct statvfs disk;
    bool is_known = statvfs(folder, &disk) == 0;

    system->disk_free_bytes = is_known ? (int64_t)(disk.f_bavail * disk.f_frsize) : -1;
    system->disk_bytes = is_known ? (int64_t)(disk.f_blocks * disk.f_frsize) : -1;
}

void web_system_gather(const struct web *web, const struct store_answer *files, struct web_system_facts *facts)
{
    facts->now = web_now(web);
    facts->queues[0] = (struct json_queue){"store", (int64_t)store_waiting(web->store), STORE_QUEUE_MAX,
                                           (int64_t)store_dropped(web->store)};
    facts->queues[1] = (struct json_queue){"requests", count_phase(web, false), web->config->clients, -1};
    facts->queues[2] = (struct json_queue){"websockets", count_phase(web, true), web->config->clients, -1};
    facts->door = (struct json_door){
        .refused_peers = (int64_t)web->refused_peers,
        .relayed = (int64_t)web->exposure.count,
        .relayed_since_ns = web->exposure.since_ns,
        .now = &facts->now,
    };
    facts->system = (struct json_system){
        .version = GARAGED_VERSION,
        .uptime_s = (clock_boot_ns() - web->started_ns) / NS_PER_S,
        .memory_kb = read_memory_kb(),
        .processor_ms = read_processor_ms(),
        .view = web->view,
        .files = files,
        .queues = facts->queues,
        .queue_count = sizeof(facts->queues) / sizeof(facts->queues[0]),
        .door = &facts->door,
    };
    read_disk(web->state_dir, &facts->system);
}

static void reply_system(struct web_connection *connection, const struct store_answer *files)
{
    struct web_system_facts facts;

    web_system_gather(connection->web, files, &facts);
    web_reply_begin(connection, 200, "no-store");
    web_reply_json(connection, json_system(&facts.system));
}

static void answered(void *ctx, const struct store_answer *answer)
{
    struct system_question *question = ctx;

    web_store_end(question->connection);
    reply_system(question->connection, answer->failed ? NULL : answer);
    free(question);
}

void web_system_get(struct web_connection *connection)
{
    static const struct store_question files = {.subject = STORE_ASK_FILES, .limit = STORE_LIMIT_MAX};
    struct system_question *question = calloc(1, sizeof(*question));

    if (question)
        question->connection = connection;
    if (question && store_ask(connection->web->store, &files, answered, question) == 0) {
        web_store_wait(connection, question);
        return;
    }
    free(question);
    reply_system(connection, NULL);
}
