/* util/core/sandbox: every promise that does not hold is told, and none that holds or could not be tried. */
#include "util/core/sandbox.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

static struct sandbox_facts well(void)
{
    struct sandbox_facts facts = {.seccomp = 2,
                                  .no_new_privs = 1,
                                  .data_limit = 128 << 20,
                                  .file_limit = 512,
                                  .memory_max = 64 << 20,
                                  .tasks_max = 16};

    memset(facts.tried, SANDBOX_REFUSED, sizeof(facts.tried));
    return facts;
}

static struct sandbox_report judge(const struct sandbox_facts *facts)
{
    struct sandbox_report report;

    sandbox_judge(facts, &report);
    assert_true(report.is_checked);
    return report;
}

static void what_holds_is_not_told(void **state)
{
    struct sandbox_facts facts = well();

    (void)state;
    assert_int_equal(judge(&facts).failed_count, 0);
    memset(facts.tried, SANDBOX_NOT_TRIED, sizeof(facts.tried));
    assert_int_equal(judge(&facts).failed_count, 0);
}

static void each_deed_is_told_by_its_own_words(void **state)
{
    const char *seen[SANDBOX_DEED_COUNT];

    (void)state;
    for (size_t i = 0; i < SANDBOX_DEED_COUNT; i++) {
        struct sandbox_facts facts = well();
        facts.tried[i] = SANDBOX_DONE;
        struct sandbox_report report = judge(&facts);
        assert_int_equal(report.failed_count, 1);
        seen[i] = report.failed[0];
        assert_non_null(strchr(seen[i], '('));
        for (size_t k = 0; k < i; k++)
            assert_string_not_equal(seen[i], seen[k]);
    }
}

static void expect(struct sandbox_facts facts, const char *line)
{
    struct sandbox_report report = judge(&facts);

    assert_int_equal(report.failed_count, 1);
    assert_non_null(strstr(report.failed[0], line));
}

#define EXPECT(field, value, line)                                                                           \
    do {                                                                                                     \
        struct sandbox_facts facts = well();                                                                 \
        facts.field = (value);                                                                               \
        expect(facts, line);                                                                                 \
    } while (0)

static void each_figure_is_told(void **state)
{
    (void)state;
    EXPECT(seccomp, 0, "SystemCallFilter=");
    EXPECT(seccomp, -1, "SystemCallFilter=");
    EXPECT(no_new_privs, 0, "NoNewPrivileges=");
    EXPECT(capabilities, 1, "CapabilityBoundingSet=");
    EXPECT(was_killed, true, "SystemCallErrorNumber=");
    EXPECT(core_limit, SANDBOX_NO_LIMIT, "LimitCORE=");
    EXPECT(data_limit, SANDBOX_NO_LIMIT, "LimitDATA=");
    EXPECT(file_limit, 524288, "LimitNOFILE=");
    EXPECT(memory_max, SANDBOX_NO_LIMIT, "MemoryMax=");
    EXPECT(tasks_max, SANDBOX_NO_LIMIT, "TasksMax=");
    EXPECT(is_folder_open, true, "StateDirectoryMode=");
}

static void all_of_it_at_once_has_room(void **state)
{
    struct sandbox_facts facts = {.capabilities = 1,
                                  .was_killed = true,
                                  .core_limit = 1,
                                  .data_limit = SANDBOX_NO_LIMIT,
                                  .file_limit = SANDBOX_NO_LIMIT,
                                  .memory_max = SANDBOX_NO_LIMIT,
                                  .tasks_max = SANDBOX_NO_LIMIT,
                                  .is_folder_open = true};

    (void)state;
    memset(facts.tried, SANDBOX_DONE, sizeof(facts.tried));
    assert_int_equal(judge(&facts).failed_count, SANDBOX_DEED_COUNT + 10);
}

/* Raspberry Pi OS starts without the memory controller: the limit that is in force is another one. */
static void tells_which_limit_is_in_force(void **state)
{
    struct sandbox_facts facts = well();
    struct sandbox_report report = judge(&facts);

    (void)state;
    assert_string_equal(report.limit, "MemoryMax");
    assert_int_equal(report.limit_bytes, 64 << 20);
    facts.memory_max = -1;
    report = judge(&facts);
    assert_int_equal(report.failed_count, 0);
    assert_string_equal(report.limit, "LimitDATA");
    assert_int_equal(report.limit_bytes, 128 << 20);
    facts.data_limit = SANDBOX_NO_LIMIT;
    report = judge(&facts);
    assert_string_equal(report.limit, "none");
    assert_true(report.limit_bytes == SANDBOX_NO_LIMIT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_holds_is_not_told),        cmocka_unit_test(each_deed_is_told_by_its_own_words),
        cmocka_unit_test(each_figure_is_told),           cmocka_unit_test(all_of_it_at_once_has_room),
        cmocka_unit_test(tells_which_limit_is_in_force),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
