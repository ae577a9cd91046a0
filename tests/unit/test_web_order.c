/* POST pause and record, GET recordings: what is passed on, what is refused, and that no name leads out of
 * the folder. */
#include "export/recordings.h"
#include "web_client.h"

#include <fcntl.h>
#include <sys/stat.h>

static struct reply post(const struct house *house, const char *path, const char *body)
{
    char csrf[96];

    snprintf(csrf, sizeof(csrf), "X-CSRF-Token: %s\r\n", house->csrf);
    return client_post(house, path, csrf, body);
}

struct asked {
    size_t car;
    int64_t seconds;
    unsigned count;
    const char *refusal; /* NULL: it is done */
};

static int note(struct asked *asked, size_t car, int64_t seconds, struct err *err)
{
    asked->car = car;
    asked->seconds = seconds;
    asked->count++;
    return asked->refusal ? err_set(err, "%s", asked->refusal) : 0;
}

static struct asked asked_of(struct house *house)
{
    struct asked *asked = house->orders.ctx;

    return *asked;
}

static int pause_car(void *ctx, size_t car, int64_t seconds, struct err *err)
{
    return note(ctx, car, seconds, err);
}

static void take_orders(struct house *house, struct asked *asked)
{
    static char folder[96];

    snprintf(folder, sizeof(folder), "%s/recordings", house->folder);
    house->orders =
        (struct orders){.ctx = asked, .pause = pause_car, .record_file = pause_car, .recordings = folder};
}

static void a_pause_is_passed_on(void **state)
{
    struct house *house = *state;
    struct asked asked = {0};

    take_orders(house, &asked);
    client_log_in(house);
    house->sample.cars[0].paused_until_boot_ns = clock_boot_ns();
    struct reply reply = post(house, "/api/v1/pause", "{\"car\":\"leaf\",\"minutes\":30}");
    assert_int_equal(reply.status, 200);
    assert_non_null(strstr(reply.body, "{\"car\":\"leaf\",\"paused_until\":\"20"));
    reply_free(&reply);
    assert_int_equal(asked_of(house).seconds, 1800);
    house->sample.cars[0].paused_until_boot_ns = 0;
    reply = post(house, "/api/v1/pause", "{\"minutes\":0}");
    assert_int_equal(reply.status, 200);
    assert_string_equal(reply.body, "{\"car\":\"leaf\",\"paused_until\":null}");
    reply_free(&reply);
    assert_int_equal(asked_of(house).seconds, 0);
}

static void what_is_not_right_is_not_passed_on(void **state)
{
    static const char *const wrong[] = {"",
                                        "{}",
                                        "{\"car\":\"leaf\"}",
                                        "{\"car\":\"van\",\"minutes\":1}",
                                        "{\"car\":\"leaf\",\"minutes\":-1}",
                                        "{\"car\":\"leaf\",\"minutes\":1441}",
                                        "{\"car\":\"leaf\",\"minutes\":1.5}",
                                        "{\"car\":\"leaf\",\"minutes\":\"30\"}",
                                        "{\"car\":1,\"minutes\":30}",
                                        "{\"car\":\"leaf\",\"minutes\":30,\"seconds\":1}"};
    struct house *house = *state;
    struct asked asked = {0};

    take_orders(house, &asked);
    assert_status(post(house, "/api/v1/pause", "{\"minutes\":30}"), 401);
    client_log_in(house);
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
        assert_status(post(house, "/api/v1/pause", wrong[i]), 400);
    assert_status(post(house, "/api/v1/record", "{\"seconds\":0}"), 400);
    assert_status(post(house, "/api/v1/record", "{\"seconds\":601}"), 400);
    strcpy(house->csrf, "wrong");
    assert_status(post(house, "/api/v1/pause", "{\"minutes\":30}"), 403);
    assert_status(post(house, "/api/v1/record", "{\"seconds\":30}"), 403);
    assert_int_equal(asked_of(house).count, 0);
}

static void a_second_recording_is_a_conflict(void **state)
{
    struct house *house = *state;
    struct asked asked = {.refusal = "a recording of leaf is under way"};

    take_orders(house, &asked);
    client_log_in(house);
    struct reply reply = post(house, "/api/v1/record", "{\"seconds\":60}");
    assert_int_equal(reply.status, 409);
    assert_non_null(strstr(reply.body, "a recording of leaf is under way"));
    reply_free(&reply);
}

/* ---- the files ---- */

static void make_file(const struct house *house, const char *name, const char *text)
{
    char path[200];

    mkdir(house->orders.recordings, 0700);
    snprintf(path, sizeof(path), "%s/%s", house->orders.recordings, name);
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
    close(fd);
}

static void recordings_are_listed_and_fetched(void **state)
{
    struct house *house = *state;
    struct asked asked = {0};

    take_orders(house, &asked);
    client_log_in(house);
    struct reply reply = client_get(house, "/api/v1/recordings", "");
    assert_non_null(strstr(reply.body, "{\"items\":[],\"last\":{\"leaf\":null},\"limits\":{\"files\":20,"));
    reply_free(&reply);
    make_file(house, "leaf-20261122-075501.log", "(1.0) can0 55B#D2\n");
    make_file(house, "notes.txt", "no");
    strcpy(house->sample.cars[0].recording_words, "1 frames in 60 s");
    reply = client_get(house, "/api/v1/recordings", "");
    assert_non_null(
        strstr(reply.body, "{\"name\":\"leaf-20261122-075501.log\",\"car\":\"leaf\",\"time\":\""));
    assert_non_null(strstr(reply.body, "\"bytes\":18}],\"last\":{\"leaf\":\"1 frames in 60 s\"}"));
    assert_null(strstr(reply.body, "notes"));
    reply_free(&reply);
    reply = client_get(house, "/api/v1/recordings/leaf-20261122-075501.log", "");
    assert_int_equal(reply.status, 200);
    assert_string_equal(reply.body, "(1.0) can0 55B#D2\n");
    assert_true(reply_has(&reply, "Content-Disposition: attachment; filename=\"leaf-20261122-075501.log\""));
    assert_true(reply_has(&reply, "Cache-Control: no-store"));
    reply_free(&reply);
}

static void no_name_leads_out_of_the_folder(void **state)
{
    static const char *const names[] = {"leaf-20261122-075502.log",
                                        "notes.txt",
                                        "../access.db",
                                        "..%2faccess.db",
                                        "%2e%2e/access.db",
                                        ".",
                                        "",
                                        "leaf-20261122-075501.log/",
                                        "leaf-20261122-075501.log%00",
                                        "a/leaf-20261122-075501.log",
                                        "LEAF-20261122-075501.log",
                                        "link-20261122-075501.log",
                                        "fifo-20261122-075501.log"};
    struct house *house = *state;
    struct asked asked = {0};
    char path[128], outside[200];

    take_orders(house, &asked);
    client_log_in(house);
    make_file(house, "notes.txt", "no");
    snprintf(outside, sizeof(outside), "%s/link-20261122-075501.log", house->orders.recordings);
    assert_int_equal(symlink("../secret", outside), 0);
    snprintf(outside, sizeof(outside), "%s/fifo-20261122-075501.log", house->orders.recordings);
    assert_int_equal(mkfifo(outside, 0600), 0);
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        snprintf(path, sizeof(path), "/api/v1/recordings/%s", names[i]);
        struct reply reply = client_get(house, path, "");
        if (reply.status != 404 && reply.status != 400 && reply.status != 0) /* 0: closed at once */
            fail_msg("%s: %d", names[i], reply.status);
        reply_free(&reply);
    }
}

/* A card that fails, or an owner who empties a file: the reply is cut off and the house goes on. */
static void a_file_that_shrinks_costs_its_reply_only(void **state)
{
    struct house *house = *state;
    struct asked asked = {0};
    char path[200], request[400], bytes[65536];
    int small = 4096;
    size_t got = 0;

    take_orders(house, &asked);
    client_log_in(house);
    make_file(house, "leaf-20261122-075501.log", "");
    snprintf(path, sizeof(path), "%s/leaf-20261122-075501.log", house->orders.recordings);
    assert_int_equal(truncate(path, RECORDING_BYTES_MAX), 0);
    int fd = client_connect(house);
    setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof(small));
    int len = snprintf(request, sizeof(request),
                       "GET /api/v1/recordings/leaf-20261122-075501.log HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n"
                       "Cookie: garaged=%s\r\n\r\n",
                       house->port, house->cookie);
    client_send(fd, request, (size_t)len);
    ssize_t more = recv(fd, bytes, sizeof(bytes), 0);
    assert_true(more > 0 && strncmp(bytes, "HTTP/1.1 200 ", 13) == 0);
    assert_int_equal(truncate(path, 0), 0);
    for (; more > 0; more = recv(fd, bytes, sizeof(bytes), 0))
        got += (size_t)more;
    close(fd);
    assert_true(got < RECORDING_BYTES_MAX);
    assert_status(client_get(house, "/api/v1/recordings", ""), 200);
}

/* ---- the folder itself ---- */

static void the_oldest_is_given_up_for_a_new_one(void **state)
{
    struct house *house = *state;
    struct asked asked = {0};
    struct recording_file files[RECORDINGS_FILES_MAX];
    char name[RECORDING_NAME_SIZE], path[200];
    struct err err;

    take_orders(house, &asked);
    for (int64_t i = 0; i < RECORDINGS_FILES_MAX + 3; i++) {
        int64_t utc_ns = (INT64_C(1800000000) + i) * NS_PER_S;
        int fd = recordings_create(house->orders.recordings, "leaf", &house->zone, utc_ns, name, &err);
        if (fd < 0)
            fail_msg("%s", err.text);
        const struct timespec times[2] = {{.tv_sec = 1800000000 + i}, {.tv_sec = 1800000000 + i}};
        futimens(fd, times);
        close(fd);
    }
    assert_string_equal(name, "leaf-20270115-080022.log");
    assert_int_equal(recordings_list(house->orders.recordings, files), RECORDINGS_FILES_MAX);
    assert_string_equal(files[0].name, "leaf-20270115-080022.log");
    assert_string_equal(files[RECORDINGS_FILES_MAX - 1].name, "leaf-20270115-080003.log");
    struct stat status;
    snprintf(path, sizeof(path), "%s/%s", house->orders.recordings, name);
    assert_int_equal(stat(path, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0600);
    /* The same second again: what is there is not written over. */
    assert_int_equal(recordings_create(house->orders.recordings, "leaf", &house->zone,
                                       (INT64_C(1800000000) + RECORDINGS_FILES_MAX + 2) * NS_PER_S, name,
                                       &err),
                     -1);
    /* Large ones: fewer of them. */
    assert_int_equal(truncate(path, RECORDINGS_BYTES_MAX - RECORDING_BYTES_MAX), 0);
    int fd = recordings_create(house->orders.recordings, "leaf", &house->zone, INT64_C(1900000000) * NS_PER_S,
                               name, &err);
    assert_true(fd >= 0);
    close(fd);
    assert_true(recordings_list(house->orders.recordings, files) <= RECORDINGS_FILES_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        HOUSE_TEST(a_pause_is_passed_on),
        HOUSE_TEST(what_is_not_right_is_not_passed_on),
        HOUSE_TEST(a_second_recording_is_a_conflict),
        HOUSE_TEST(recordings_are_listed_and_fetched),
        HOUSE_TEST(no_name_leads_out_of_the_folder),
        HOUSE_TEST(a_file_that_shrinks_costs_its_reply_only),
        HOUSE_TEST(the_oldest_is_given_up_for_a_new_one),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
