/* bench_decode [LOG]: how fast a candump log becomes readings with a definition loaded at run time, against
 * CRC-8/0x85 over the same frames in the same run; and whether `garagectl decode -` keeps its memory over a
 * long input (BENCH_MB megabytes, 300). Without LOG: a recording of a real car beside the checkout, else a
 * log made up here. Run from the root of the checkout. Prints `bench NAME VALUE UNIT budget BUDGET`. */
#include "adapter/candump.h"
#include "tools/decode_feed.h"
#include "tools/decode_input.h"
#include "util/paths.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define RECORDING     "../shared/recordings/can/ze0-2012-ev-charge-stops-by-itself.log"
#define GARAGECTL     "build/garagectl"
#define MADE_UP_LINES 45000
#define ROUNDS        7 /* the best one counts */
#define HOPELESS_S    1e9
#define SETTLED_MB    20 /* by then the program has all that it needs */

struct log {
    char *text;
    size_t len;
    struct frame *frames;
    size_t count;
};

static double now_s(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static uint8_t crc_slow(const uint8_t *bytes, size_t len)
{
    uint8_t crc = 0;

    for (size_t i = 0; i < len; i++) {
        crc ^= bytes[i];
        for (int bit = 0; bit < 8; bit++)
            crc = (uint8_t)(crc & 0x80 ? crc << 1 ^ 0x85 : crc << 1);
    }
    return crc;
}

/* An EV-CAN's mixture: the 10 ms frames with their checksums, some slower ones, some that nobody knows. */
static int make_line(char *line, size_t size, unsigned n)
{
    static const uint16_t ids[] = {0x1DB, 0x1DC, 0x1DA, 0x1F2, 0x11A, 0x284,
                                   0x1DB, 0x1D4, 0x55B, 0x5B3, 0x5C0, 0x174};
    uint8_t d[8] = {0xFF, 0xC0, 0xBE, 0x2A, 0, (uint8_t)(n >> 8), (uint8_t)n};
    unsigned id = ids[n % (sizeof(ids) / sizeof(ids[0]))];

    d[7] = crc_slow(d, 7);
    return snprintf(line, size, "(%u.%06u) can0 %03X#%02X%02X%02X%02X%02X%02X%02X%02X\n",
                    1700000000 + n / 2000, n % 2000 * 500, id, d[0], d[1], d[2], d[3], d[4], d[5], d[6],
                    d[7]);
}

static int make_up(struct log *log)
{
    log->text = malloc(MADE_UP_LINES * 64);
    for (unsigned n = 0; log->text && n < MADE_UP_LINES; n++)
        log->len += (size_t)make_line(log->text + log->len, 64, n);
    return log->text ? 0 : -1;
}

static int read_file(struct log *log, const char *path)
{
    FILE *file = fopen(path, "rb");
    struct stat status;

    if (!file)
        return -1;
    if (fstat(fileno(file), &status) == 0 && (log->text = malloc((size_t)status.st_size + 1)))
        log->len = fread(log->text, 1, (size_t)status.st_size, file);
    fclose(file);
    return log->len > 0 ? 0 : -1;
}

static int parse_frames(struct log *log)
{
    struct candump_interface interface;

    log->frames = calloc(log->len / 16 + 1, sizeof(*log->frames));
    for (char *line = log->text; log->frames && line < log->text + log->len;) {
        char *end = memchr(line, '\n', (size_t)(log->text + log->len - line));
        size_t len = end ? (size_t)(end - line) : (size_t)(log->text + log->len - line);

        if (candump_parse(line, len, &log->frames[log->count], &interface) == CANDUMP_FRAME)
            log->count++;
        line += len + 1;
    }
    return log->count > 0 ? 0 : -1;
}

static void count_reading(void *ctx, const struct reading *reading)
{
    (void)reading;
    ++*(size_t *)ctx;
}

/* Seconds for the whole way from text to readings; the number of readings. */
static double time_log(const struct definition *definition, int fd, size_t *readings)
{
    struct err err;
    struct feed *feed = feed_new(definition, DEFINITION_GENERATION_AUTO, count_reading, readings);

    *readings = 0;
    lseek(fd, 0, SEEK_SET);
    double begun = now_s();
    enum decode_input_result result = feed ? decode_input_run(fd, feed, &err) : DECODE_INPUT_UNREADABLE;
    double took = now_s() - begun;

    feed_free(feed);
    return result == DECODE_INPUT_OK ? took : HOPELESS_S;
}

/* The same for frames that are in memory already. */
static double time_frames(const struct definition *definition, const struct log *log, size_t *readings)
{
    struct feed *feed = feed_new(definition, DEFINITION_GENERATION_AUTO, count_reading, readings);

    *readings = 0;
    double begun = now_s();

    for (size_t i = 0; feed && i < log->count; i++)
        feed_take(feed, 0, &log->frames[i]);
    double took = now_s() - begun;

    feed_free(feed);
    return feed ? took : HOPELESS_S;
}

static uint8_t crc_of(const uint8_t *table, const uint8_t *bytes, size_t len)
{
    uint8_t crc = 0;

    for (size_t i = 0; i < len; i++)
        crc = table[crc ^ bytes[i]];
    return crc;
}

static double time_frames_crc(const struct log *log, const uint8_t *table, unsigned *sum)
{
    double begun = now_s();

    for (size_t i = 0; i < log->count; i++)
        *sum += crc_of(table, log->frames[i].data, log->frames[i].len);
    return now_s() - begun;
}

static double time_log_crc(const struct log *log, const uint8_t *table, unsigned *sum)
{
    double begun = now_s();

    *sum += crc_of(table, (const uint8_t *)log->text, log->len);
    return now_s() - begun;
}

static void keep_best(double *best, double took)
{
    if (took < *best)
        *best = took;
}

static int bench_rate(const struct log *log, const struct definition *definition)
{
    int fd = memfd_create("log", MFD_CLOEXEC);
    double log_s = HOPELESS_S, frames_s = HOPELESS_S, log_crc_s = HOPELESS_S, frames_crc_s = HOPELESS_S;
    uint8_t table[256];
    size_t readings = 0;
    unsigned sum = 0;

    if (fd < 0 || write(fd, log->text, log->len) != (ssize_t)log->len)
        return -1;
    for (unsigned i = 0; i < 256; i++)
        table[i] = crc_slow(&(uint8_t){(uint8_t)i}, 1);
    for (int round = 0; round < ROUNDS; round++) {
        keep_best(&frames_s, time_frames(definition, log, &readings));
        keep_best(&frames_crc_s, time_frames_crc(log, table, &sum));
        keep_best(&log_s, time_log(definition, fd, &readings));
        keep_best(&log_crc_s, time_log_crc(log, table, &sum));
    }
    close(fd);
    printf("bench decode_log_rate %.0f frames/s budget >=1000000\n", (double)log->count / log_s);
    printf("bench decode_frames_rate %.0f frames/s budget >=1000000\n", (double)log->count / frames_s);
    printf("bench decode_frames_to_crc %.1f x budget <=25\n", frames_s / frames_crc_s);
    printf("bench decode_log_to_crc %.1f x budget <=25\n", log_s / log_crc_s);
    fprintf(stderr, "%zu frames, %zu readings, crc %u\n", log->count, readings, sum & 0xFF);
    return 0;
}

/* Resident kilobytes of a process, 0 when it is gone. */
static long resident_kb(pid_t pid)
{
    char path[64];
    long pages = 0;

    snprintf(path, sizeof(path), "/proc/%d/statm", (int)pid);
    FILE *file = fopen(path, "r");

    if (!file)
        return 0;
    if (fscanf(file, "%*d %ld", &pages) != 1)
        pages = 0;
    fclose(file);
    return pages * (sysconf(_SC_PAGESIZE) / 1024);
}

static pid_t start_decode(int *to)
{
    int ends[2];

    if (pipe2(ends, O_CLOEXEC) != 0)
        return -1;
    pid_t pid = fork();

    if (pid == 0) {
        int nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);

        dup2(ends[0], STDIN_FILENO);
        dup2(nowhere, STDOUT_FILENO);
        dup2(nowhere, STDERR_FILENO);
        execl(GARAGECTL, GARAGECTL, "decode", "-", (char *)NULL);
        _exit(127);
    }
    close(ends[0]);
    *to = ends[1];
    return pid;
}

static int feed_all(int to, const char *bytes, size_t len)
{
    while (len > 0) {
        ssize_t took = write(to, bytes, len);

        if (took <= 0)
            return -1;
        bytes += took;
        len -= (size_t)took;
    }
    return 0;
}

static int bench_memory(const struct log *log)
{
    const char *wanted = getenv("BENCH_MB");
    double total = (wanted ? atof(wanted) : 300) * 1e6;
    double fed = 0;
    long settled_kb = 0;
    long last_kb = 0;
    int to = -1;
    int status = -1;
    pid_t pid = start_decode(&to);
    double begun = now_s();

    while (pid > 0 && fed < total && feed_all(to, log->text, log->len) == 0) {
        fed += (double)log->len;
        last_kb = resident_kb(pid);
        if (settled_kb == 0 && fed > SETTLED_MB * 1e6)
            settled_kb = last_kb;
    }
    close(to);
    if (pid <= 0 || waitpid(pid, &status, 0) != pid || status != 0)
        return -1;
    printf("bench decode_memory_growth %ld kB budget <=256\n", last_kb - settled_kb);
    printf("bench decode_memory %ld kB budget <=8192\n", last_kb);
    fprintf(stderr, "%.0f MB on standard input in %.1f s, printed\n", fed / 1e6, now_s() - begun);
    return 0;
}

int main(int argc, char **argv)
{
    struct log log = {0};
    struct err err;
    char dirs[2 * PATHS_MAX];

    paths_vehicles(dirs, sizeof(dirs), NULL);
    if (argc > 1 ? read_file(&log, argv[1]) : (read_file(&log, RECORDING) && make_up(&log))) {
        fprintf(stderr, "bench_decode: no log\n");
        return 1;
    }
    struct definition *definition = definition_find(dirs, "nissan-leaf", &err);
    int code = 0;

    if (!definition || parse_frames(&log) || bench_rate(&log, definition))
        code = 1;
    if (access(GARAGECTL, X_OK) != 0)
        printf("skip decode_memory: no %s\n", GARAGECTL);
    else if (bench_memory(&log))
        code = 1;
    definition_free(definition);
    free(log.frames);
    free(log.text);
    return code;
}
