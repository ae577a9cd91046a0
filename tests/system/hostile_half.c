/* garaged-hostile-half COUNT SEED PROGRAM ARGUMENT...: starts a car half as garaged does ("%d" stands for its
 * end of the socket), says COUNT records to it that a garaged in other hands could say, and then one of
 * another version. Prints what became of it as JSON. */
#include "link/link.h"
#include "link/record.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define ARGUMENTS_MAX 16
#define RECORD_LONG   4096

struct half {
    pid_t pid;
    int fd;
    uint64_t random;
    long heard;
};

static uint32_t below(struct half *half, uint32_t limit)
{
    half->random ^= half->random << 13; /* xorshift64 */
    half->random ^= half->random >> 7;
    half->random ^= half->random << 17;
    return (uint32_t)(half->random >> 32) % limit;
}

static int start(struct half *half, char **words)
{
    char number[16], *arguments[ARGUMENTS_MAX + 1] = {NULL};
    struct err err;
    int ends[2];

    if (link_pair(ends, &err) != 0)
        return -1;
    snprintf(number, sizeof(number), "%d", ends[1]);
    for (int i = 0; words[i] && i < ARGUMENTS_MAX; i++)
        arguments[i] = strcmp(words[i], "%d") == 0 ? number : words[i];
    half->pid = fork();
    if (half->pid == 0) {
        execv(arguments[0], arguments);
        _exit(127);
    }
    close(ends[1]);
    half->fd = ends[0];
    return half->pid > 0 ? 0 : -1;
}

static long memory_kb(const struct half *half)
{
    char path[64], line[256];
    long kb = 0;

    snprintf(path, sizeof(path), "/proc/%d/status", (int)half->pid);
    FILE *file = fopen(path, "re");
    while (file && fgets(line, sizeof(line), file))
        sscanf(line, "VmRSS: %ld", &kb);
    if (file)
        fclose(file);
    return kb;
}

/* Reads what the car half says, so that it need not wait for us. */
static void drain(struct half *half)
{
    uint8_t bytes[RECORD_LONG];

    while (recv(half->fd, bytes, sizeof(bytes), MSG_DONTWAIT) > 0)
        half->heard++;
}

/* 0, or -1 when the other end is gone. */
static int say(struct half *half, const uint8_t *bytes, size_t len)
{
    struct pollfd pollfd = {.fd = half->fd, .events = POLLIN | POLLOUT};

    for (;;) {
        drain(half);
        if (send(half->fd, bytes, len, MSG_DONTWAIT | MSG_NOSIGNAL) >= 0)
            return 0;
        if (errno != EAGAIN && errno != ENOBUFS)
            return -1;
        poll(&pollfd, 1, 1000);
    }
}

/* A record of our version and any kind: of any length and bytes, or one that is right but for its figures. */
static size_t draw(struct half *half, uint8_t *bytes)
{
    static const uint16_t kinds[] = {RECORD_REFRESH, RECORD_WATCH, RECORD_COMMAND, RECORD_PAUSE,
                                     RECORD_BEAT,    RECORD_HELLO, RECORD_TEXT,    RECORD_FRAME};
    struct record record = {.kind = RECORD_WATCH};
    uint32_t how = below(half, 8);
    size_t len = 4 + below(half, how == 0 ? RECORD_LONG - 4 : 64);
    uint16_t kind = kinds[below(half, how < 4 ? 8 : 4)];

    if (how == 1) {
        record.watch.seconds = below(half, UINT32_MAX);
        return record_encode(&record, bytes);
    }
    for (size_t i = 4; i < len; i++)
        bytes[i] = (uint8_t)below(half, 256);
    bytes[0] = RECORD_VERSION;
    bytes[1] = 0;
    bytes[2] = (uint8_t)(how == 2 ? below(half, 256) : kind);
    bytes[3] = (uint8_t)(how == 3 ? below(half, 256) : 0);
    return len;
}

static long storm(struct half *half, long count)
{
    uint8_t bytes[RECORD_LONG];

    for (long i = 0; i < count; i++) {
        if (say(half, bytes, draw(half, bytes)) != 0)
            return i;
    }
    return count;
}

int main(int argc, char **argv)
{
    static const uint8_t other_version[] = {RECORD_VERSION + 1, 0, RECORD_REFRESH, 0};
    struct half half = {0};
    long count = argc > 3 ? atol(argv[1]) : 0;

    half.random = argc > 3 ? strtoull(argv[2], NULL, 10) * 2654435761U + 1 : 0;
    if (argc <= 3 || start(&half, argv + 3) != 0)
        return 64;
    long said = storm(&half, count / 4);
    long warm_kb = memory_kb(&half);
    said += storm(&half, count - count / 4);
    long hot_kb = memory_kb(&half);
    bool is_alive = waitpid(half.pid, NULL, WNOHANG) == 0;
    say(&half, other_version, sizeof(other_version));
    int status = -1;
    for (int i = 0; is_alive && i < 1000 && waitpid(half.pid, &status, WNOHANG) == 0; i++) {
        drain(&half);
        usleep(10000);
    }
    printf("{\"said\":%ld,\"heard\":%ld,\"alive\":%s,\"warm_kb\":%ld,\"hot_kb\":%ld,\"exit\":%d}\n", said,
           half.heard, is_alive ? "true" : "false", warm_kb, hot_kb,
           WIFEXITED(status) ? WEXITSTATUS(status) : -1);
    if (status == -1)
        kill(half.pid, SIGKILL);
    return 0;
}
