/* diary/identity: who is the same, who is another, and which battery it is. */
#include "diary/identity.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <string.h>

/* Hashes of one byte all over; 0: not read. */
static struct diary_identity who(int vin, int battery)
{
    struct diary_identity identity = {.status = DIARY_IDENTITY_ACCEPTED};

    memset(identity.vin, vin, sizeof(identity.vin));
    memset(identity.battery, battery, sizeof(identity.battery));
    return identity;
}

static enum identity_verdict judge(struct diary_identity own, struct diary_identity heard)
{
    return identity_judge(&own, &heard);
}

static void what_is_not_known_is_no_difference(void **state)
{
    (void)state;
    assert_int_equal(judge(who(1, 2), who(0, 0)), IDENTITY_UNKNOWN);
    assert_int_equal(judge(who(0, 0), who(1, 2)), IDENTITY_UNKNOWN);
    assert_int_equal(judge(who(1, 0), who(0, 2)), IDENTITY_UNKNOWN);
    assert_int_equal(judge(who(1, 2), who(1, 0)), IDENTITY_SAME);
    assert_int_equal(judge(who(1, 0), who(1, 2)), IDENTITY_SAME);
    assert_int_equal(judge(who(1, 2), who(1, 2)), IDENTITY_SAME);
}

static void one_of_both_is_enough_to_be_another(void **state)
{
    (void)state;
    assert_int_equal(judge(who(1, 2), who(3, 2)), IDENTITY_OTHER);
    assert_int_equal(judge(who(1, 2), who(1, 3)), IDENTITY_OTHER);
    assert_int_equal(judge(who(1, 2), who(3, 0)), IDENTITY_OTHER);
    assert_int_equal(judge(who(1, 2), who(0, 3)), IDENTITY_OTHER);
}

static void what_was_not_known_is_learnt_and_nothing_else(void **state)
{
    (void)state;
    struct diary_identity known = who(1, 0), heard = who(3, 2), more = who(0, 4);

    assert_true(identity_learn(&known, &heard));
    assert_int_equal(known.vin[0], 1);
    assert_int_equal(known.battery[31], 2);
    assert_false(identity_learn(&known, &more));
    assert_int_equal(known.battery[0], 2);
}

static void a_battery_keeps_its_number(void **state)
{
    (void)state;
    struct diary_identity earlier[] = {who(1, 3), who(1, 2), who(1, 9)};
    struct diary_identity new = who(1, 4), back = who(5, 2), unknown = who(5, 0), refused = who(1, 9);

    earlier[0].serial = 2;
    earlier[1].serial = 1;
    earlier[2].serial = 7;
    earlier[2].status = DIARY_IDENTITY_GONE; /* was never the diary's */
    assert_int_equal(identity_serial(earlier, 3, &new), 3);
    assert_int_equal(identity_serial(earlier, 3, &back), 1);
    assert_int_equal(identity_serial(earlier, 3, &unknown), 3);
    assert_int_equal(identity_serial(earlier, 3, &refused), 3);
    assert_int_equal(identity_serial(earlier, 0, &new), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_not_known_is_no_difference),
        cmocka_unit_test(one_of_both_is_enough_to_be_another),
        cmocka_unit_test(what_was_not_known_is_learnt_and_nothing_else),
        cmocka_unit_test(a_battery_keeps_its_number),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
