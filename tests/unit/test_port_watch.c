/* Devices that come and go, as udev does it: nodes in one folder, links in another that is made with the
 * first and removed with the last of them. No time is waited for: what is seen is seen at the next turn. */
#include "adapter/port_watch.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

struct place {
    char dev[64], node[80], other[80], serial[80], by_id[96], link[112];
    struct loop *loop;
    struct port_watch *watch;
    unsigned changes;
};

static void on_changed(void *ctx)
{
    ((struct place *)ctx)->changes++;
}

static void turn(struct place *place)
{
    struct err err;
    assert_int_equal(loop_turn(place->loop, 0, &err), 0);
    assert_int_equal(loop_turn(place->loop, 0, &err), 0);
}

static void make(const char *path)
{
    int fd = open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
    assert_true(fd >= 0);
    close(fd);
}

static int set_up(void **state)
{
    struct err err;
    struct place *place = calloc(1, sizeof(*place));
    snprintf(place->dev, sizeof(place->dev), "/tmp/garaged-watch-XXXXXX");
    assert_non_null(mkdtemp(place->dev));
    snprintf(place->node, sizeof(place->node), "%s/ttyUSB0", place->dev);
    snprintf(place->other, sizeof(place->other), "%s/ttyUSB1", place->dev);
    snprintf(place->serial, sizeof(place->serial), "%s/serial", place->dev);
    snprintf(place->by_id, sizeof(place->by_id), "%s/by-id", place->serial);
    snprintf(place->link, sizeof(place->link), "%s/dongle", place->by_id);
    place->loop = loop_new(&err);
    *state = place;
    return 0;
}

static int tear_down(void **state)
{
    struct place *place = *state;
    port_watch_free(place->watch);
    loop_free(place->loop);
    unlink(place->link);
    rmdir(place->by_id);
    rmdir(place->serial);
    unlink(place->node);
    unlink(place->other);
    rmdir(place->dev);
    free(place);
    return 0;
}

static void watch(struct place *place, const char *path)
{
    place->watch = port_watch_new(place->loop, path, on_changed, place);
    assert_non_null(place->watch);
}

static void plug(struct place *place, const char *node, const char *target)
{
    make(node);
    mkdir(place->serial, 0700);
    mkdir(place->by_id, 0700);
    assert_int_equal(symlink(target, place->link), 0);
}

static void pull(struct place *place, const char *node)
{
    assert_int_equal(unlink(node), 0);
    assert_int_equal(unlink(place->link), 0);
    assert_int_equal(rmdir(place->by_id), 0);
    assert_int_equal(rmdir(place->serial), 0);
}

static void test_a_node(void **state)
{
    struct place *place = *state;
    watch(place, place->node);
    assert_false(port_watch_is_there(place->watch));
    turn(place);
    assert_int_equal(place->changes, 0);
    make(place->node);
    turn(place);
    assert_int_equal(place->changes, 1);
    assert_true(port_watch_is_there(place->watch));
    chmod(place->node, 0660); /* udev gives it to its group a moment later */
    turn(place);
    assert_int_equal(place->changes, 2);
    make(place->other); /* somebody else's */
    turn(place);
    assert_int_equal(place->changes, 2);
    unlink(place->node);
    turn(place);
    assert_int_equal(place->changes, 3);
    assert_false(port_watch_is_there(place->watch));
}

/* E02: pulled, and plugged in again at another USB port: the link stays the same, the node does not. */
static void test_a_link_by_id(void **state)
{
    struct place *place = *state;
    watch(place, place->link);
    plug(place, place->node, "../../ttyUSB0");
    turn(place);
    assert_true(port_watch_is_there(place->watch));
    unsigned before = place->changes;
    pull(place, place->node);
    turn(place);
    assert_true(place->changes > before);
    assert_false(port_watch_is_there(place->watch));
    before = place->changes;
    plug(place, place->other, "../../ttyUSB1");
    turn(place);
    assert_true(place->changes > before);
    assert_true(port_watch_is_there(place->watch));
}

/* The node goes first, its link may stay for a while. */
static void test_a_dangling_link(void **state)
{
    struct place *place = *state;
    plug(place, place->node, place->node);
    watch(place, place->link);
    assert_true(port_watch_is_there(place->watch));
    unlink(place->node);
    turn(place);
    assert_int_equal(place->changes, 1);
    assert_false(port_watch_is_there(place->watch));
    make(place->node);
    turn(place);
    assert_int_equal(place->changes, 2);
    assert_true(port_watch_is_there(place->watch));
}

static void test_many_times(void **state)
{
    struct place *place = *state;
    watch(place, place->link);
    for (int i = 0; i < 200; i++) {
        plug(place, place->node, "../../ttyUSB0");
        turn(place);
        assert_true(port_watch_is_there(place->watch));
        pull(place, place->node);
        turn(place);
        assert_false(port_watch_is_there(place->watch));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_a_node, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_a_link_by_id, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_a_dangling_link, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_many_times, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
