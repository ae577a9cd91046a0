/* garaged-hostile PORT COUNT SEED [COOKIE] [FOLDER...]: COUNT hostile connections to garaged on 127.0.0.1,
 * from 127.0.0.2 to 127.0.0.9, a few at a time; FOLDERs hold corpora. Prints what came of them as JSON. Exit
 * 1 when one was answered that should not have been: data without a session, a second answer on one
 * connection. */
#include "hostile_words.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define SOURCES     8
#define PER_SOURCE  3
#define CALLERS     (SOURCES * PER_SOURCE)
#define ANSWER_MS   300
#define HANG_MS     15 /* how long a client stays that has said no whole request */
#define ANSWER_KEPT 32768
#define FILE_MAX    12000

enum outcome { OUTCOME_ANSWERED, OUTCOME_CLOSED, OUTCOME_LEFT, OUTCOME_LATE, OUTCOME_REFUSED, OUTCOME_COUNT };

struct caller {
    int fd; /* -1: none */
    unsigned source;
    int64_t until_ms;
    size_t sent, flooded, got;
    bool is_upgraded, is_watched_for_room;
    char answer[ANSWER_KEPT + 1];
    struct saying saying;
};

struct storm {
    struct words words;
    int epoll_fd;
    long count, begun, ended, wrong;
    long outcomes[OUTCOME_COUNT], statuses[600];
    struct caller callers[CALLERS];
};

static int64_t now_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* ---- judgement ---- */

static void complain(struct storm *storm, const struct caller *caller, const char *what)
{
    if (storm->wrong++ < 10)
        fprintf(stderr, "hostile: %s (%s):\n> %.*s\n< %.300s\n", what, caller->saying.kind,
                (int)(caller->saying.len < 600 ? caller->saying.len : 600), caller->saying.bytes,
                caller->answer);
}

/* The page is anybody's; what is data is not. */
static bool is_data(const char *answer)
{
    static const char *const types[] = {"application/json", "text/csv", "text/plain", "openmetrics"};

    for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
        if (strstr(answer, types[i]) != NULL)
            return true;
    return false;
}

static void judge(struct storm *storm, struct caller *caller)
{
    int status = 0;

    caller->answer[caller->got < ANSWER_KEPT ? caller->got : ANSWER_KEPT] = '\0';
    if (sscanf(caller->answer, "HTTP/1.%*1d %3d", &status) != 1 || status < 100 || status > 599) {
        if (caller->got > 0)
            complain(storm, caller, "no answer in HTTP");
        return;
    }
    storm->statuses[status]++;
    if (status == 101 && !caller->saying.may_upgrade)
        complain(storm, caller, "a websocket");
    if (status / 100 == 2 && is_data(caller->answer) && !caller->saying.has_session)
        complain(storm, caller, "data without a session");
    if (status / 100 != 2 && status != 101 && strstr(caller->answer, "\"signals\"") != NULL)
        complain(storm, caller, "data in a refusal");
    if (status == 500)
        complain(storm, caller, "a mistake of the server's");
    if (status != 101 && strstr(caller->answer + 1, "\nHTTP/1.") != NULL)
        complain(storm, caller, "a second answer");
}

/* ---- one connection ---- */

/* Resets: what would wait in the kernel for a minute is gone, and ports are not used up. */
static void hang_up(struct storm *storm, struct caller *caller, enum outcome outcome)
{
    const struct linger at_once = {.l_onoff = 1};

    judge(storm, caller);
    storm->outcomes[outcome]++;
    storm->ended++;
    setsockopt(caller->fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
    close(caller->fd);
    caller->fd = -1;
}

static void watch(struct storm *storm, struct caller *caller, int operation, bool wants_room)
{
    struct epoll_event event = {.events = EPOLLIN | (wants_room ? EPOLLOUT : 0U), .data.ptr = caller};

    caller->is_watched_for_room = wants_room;
    epoll_ctl(storm->epoll_fd, operation, caller->fd, &event);
}

static int call(struct storm *storm, struct caller *caller)
{
    struct sockaddr_in from = {.sin_family = AF_INET};
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)storm->words.port)};
    const int on = 1;

    from.sin_addr.s_addr = htonl(INADDR_LOOPBACK + 1 + caller->source);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    caller->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    setsockopt(caller->fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof(on));
    if (bind(caller->fd, (const struct sockaddr *)&from, sizeof(from)) == 0 &&
        (connect(caller->fd, (const struct sockaddr *)&to, sizeof(to)) == 0 || errno == EINPROGRESS))
        return 0;
    close(caller->fd);
    caller->fd = -1;
    return -1;
}

static void begin(struct storm *storm, struct caller *caller)
{
    words_draw(&storm->words, &caller->saying);
    caller->sent = caller->flooded = caller->got = 0;
    caller->is_upgraded = false;
    storm->begun++;
    if (call(storm, caller) != 0) {
        storm->outcomes[OUTCOME_REFUSED]++;
        storm->ended++;
        return;
    }
    caller->until_ms = now_ms() + ANSWER_MS;
    watch(storm, caller, EPOLL_CTL_ADD, true);
}

static size_t flood_left(const struct caller *caller)
{
    bool is_due = caller->saying.after_len == 0 || caller->is_upgraded;

    return is_due ? caller->saying.flood - caller->flooded : 0;
}

/* What is still to be said now, as far as the kernel takes it. */
static void speak(struct storm *storm, struct caller *caller)
{
    static const char letters[16384] = {[0 ... 16383] = 'a'};
    size_t end = caller->saying.len + (caller->is_upgraded ? caller->saying.after_len : 0);
    ssize_t done = 0;

    while (caller->sent < end && done >= 0) {
        done = send(caller->fd, caller->saying.bytes + caller->sent, end - caller->sent, MSG_NOSIGNAL);
        caller->sent += done > 0 ? (size_t)done : 0;
    }
    while (caller->sent == end && flood_left(caller) > 0 && done >= 0) {
        size_t left = flood_left(caller);

        done = send(caller->fd, letters, left < sizeof(letters) ? left : sizeof(letters), MSG_NOSIGNAL);
        caller->flooded += done > 0 ? (size_t)done : 0;
    }
    bool is_said = caller->sent == end && flood_left(caller) == 0;
    if (is_said && caller->saying.hangs)
        caller->until_ms = now_ms() + HANG_MS;
    if (caller->is_watched_for_room == is_said)
        watch(storm, caller, EPOLL_CTL_MOD, !is_said);
}

/* False when the server has closed. What does not fit is read and forgotten. */
static bool listen_to(struct caller *caller)
{
    char beyond[16384];

    for (;;) {
        size_t room = caller->got < ANSWER_KEPT ? ANSWER_KEPT - caller->got : 0;
        ssize_t got = room ? recv(caller->fd, caller->answer + caller->got, room, 0)
                           : recv(caller->fd, beyond, sizeof(beyond), 0);

        if (got == 0 || (got < 0 && errno != EAGAIN))
            return false;
        if (got < 0)
            return true;
        caller->got += (size_t)got;
    }
}

static void go_on(struct storm *storm, struct caller *caller, uint32_t events)
{
    if (events & (EPOLLIN | EPOLLHUP | EPOLLERR) && !listen_to(caller)) {
        hang_up(storm, caller, caller->got ? OUTCOME_ANSWERED : OUTCOME_CLOSED);
        return;
    }
    if (!caller->is_upgraded && caller->saying.after_len && caller->got > 12 &&
        memcmp(caller->answer, "HTTP/1.1 101", 12) == 0)
        caller->is_upgraded = true;
    if (events & EPOLLOUT || caller->is_upgraded)
        speak(storm, caller);
}

/* ---- all of them ---- */

static void tend(struct storm *storm)
{
    int64_t now = now_ms();

    for (size_t i = 0; i < CALLERS; i++) {
        struct caller *caller = &storm->callers[i];

        if (caller->fd >= 0 && caller->until_ms <= now)
            hang_up(storm, caller, caller->saying.hangs ? OUTCOME_LEFT : OUTCOME_LATE);
        if (caller->fd < 0 && storm->begun < storm->count)
            begin(storm, caller);
    }
}

static void rage(struct storm *storm)
{
    struct epoll_event events[CALLERS];

    while (storm->ended < storm->count) {
        tend(storm);
        int count = epoll_wait(storm->epoll_fd, events, CALLERS, 5);
        for (int i = 0; i < count; i++)
            go_on(storm, events[i].data.ptr, events[i].events);
    }
}

static void read_file(struct words *words, const char *path)
{
    struct words_file *into = &words->files[words->file_count];
    FILE *file = words->file_count < WORDS_FILES ? fopen(path, "re") : NULL;

    if (file == NULL)
        return;
    into->bytes = malloc(FILE_MAX);
    into->len = into->bytes ? fread(into->bytes, 1, FILE_MAX, file) : 0;
    words->file_count += into->len > 0;
    fclose(file);
}

static void read_folder(struct words *words, const char *folder)
{
    DIR *dir = opendir(folder);
    const struct dirent *entry;

    while (dir && (entry = readdir(dir)) != NULL) {
        char path[PATH_MAX];

        snprintf(path, sizeof(path), "%s/%s", folder, entry->d_name);
        if (entry->d_name[0] != '.')
            read_file(words, path);
    }
    if (dir)
        closedir(dir);
}

static void report(const struct storm *storm)
{
    static const char *const names[] = {"answered", "closed", "left", "late", "refused"};

    printf("{\"count\":%ld,\"wrong\":%ld,\"files\":%zu", storm->ended, storm->wrong, storm->words.file_count);
    for (int i = 0; i < OUTCOME_COUNT; i++)
        printf(",\"%s\":%ld", names[i], storm->outcomes[i]);
    printf(",\"statuses\":{");
    const char *comma = "";
    for (int i = 0; i < 600; i++) {
        if (storm->statuses[i])
            printf("%s\"%d\":%ld", comma, i, storm->statuses[i]);
        comma = storm->statuses[i] ? "," : comma;
    }
    printf("}}\n");
}

int main(int argc, char **argv)
{
    struct storm *storm = calloc(1, sizeof(*storm));

    if (argc < 4 || storm == NULL)
        return 64;
    storm->words.port = atoi(argv[1]);
    storm->count = atol(argv[2]);
    storm->words.random = strtoull(argv[3], NULL, 10) * 2654435761U + 1;
    storm->words.cookie = argc > 4 ? argv[4] : "";
    for (int i = 5; i < argc; i++)
        read_folder(&storm->words, argv[i]);
    storm->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    for (unsigned i = 0; i < CALLERS; i++)
        storm->callers[i] = (struct caller){.fd = -1, .source = i % SOURCES};
    rage(storm);
    report(storm);
    int code = storm->wrong != 0;
    for (size_t i = 0; i < storm->words.file_count; i++)
        free(storm->words.files[i].bytes);
    free(storm);
    return code;
}
