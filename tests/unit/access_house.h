/* A house with a door for the tests: loop, access with its thread, access.db in a folder of its own. */
#ifndef TESTS_ACCESS_HOUSE_H
#define TESTS_ACCESS_HOUSE_H

#include "access/access.h"
#include "access/store.h"
#include "util/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PASSWORD "a green bicycle"

struct house {
    char folder[64];
    struct loop *loop;
    struct access *access;
    struct access_answer answers[64];
    uint64_t requests[64];
    size_t answer_count;
    int64_t ended[64]; /* sessions; tokens are negative */
    size_t ended_count;
};

static const struct penalty_source here = {.family = 4, .prefix = {127, 0, 0, 1}};

static inline void take_answer(void *ctx, uint64_t request, const struct access_answer *answer)
{
    struct house *house = ctx;

    house->requests[house->answer_count] = request;
    house->answers[house->answer_count++] = *answer;
}

static inline void take_end(void *ctx, int64_t session, int64_t token)
{
    struct house *house = ctx;

    house->ended[house->ended_count++] = session != 0 ? session : -token;
}

static inline void open_house(struct house *house, bool demo)
{
    struct access_settings settings = {.folder = house->folder, .demo = demo};
    struct err err;

    house->loop = loop_new(&err);
    house->access = access_new(house->loop, &settings, &err);
    assert_non_null(house->access);
    access_listen(house->access, take_answer, take_end, house);
}

static inline void wait_ready(struct house *house)
{
    struct err err;

    while (!access_ready(house->access))
        assert_int_equal(loop_turn(house->loop, -1, &err), 0);
}

static inline const struct access_answer *wait_answers(struct house *house, size_t count)
{
    struct err err;

    while (house->answer_count < count)
        assert_int_equal(loop_turn(house->loop, -1, &err), 0);
    return &house->answers[count - 1];
}

static inline void close_house(struct house *house)
{
    access_free(house->access);
    loop_free(house->loop);
}

static inline int set_up(void **state)
{
    struct house *house = calloc(1, sizeof(*house));

    snprintf(house->folder, sizeof(house->folder), "/tmp/garaged-access-XXXXXX");
    if (mkdtemp(house->folder) == NULL)
        return -1;
    *state = house;
    return 0;
}

static inline int tear_down(void **state)
{
    struct house *house = *state;
    char command[128];

    snprintf(command, sizeof(command), "rm -rf %s", house->folder);
    free(house);
    return system(command);
}

static inline const struct access_answer *pair(struct house *house, const char *name)
{
    char code[9];
    struct err err;

    assert_int_equal(access_pair_open(house->access, code, &err), 0);
    access_pair(house->access, 1, &here, code, name, PASSWORD);
    return wait_answers(house, house->answer_count + 1);
}

/* A test in such a house. */
#define house_unit_test(fn) cmocka_unit_test_setup_teardown(fn, set_up, tear_down)

#endif
