/* Guessing for hours from many addresses, on a virtual clock (A05, A06). The rules one by one: test_access.c.
 */
#include "access/penalty.h"
#include "util/core/time.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

static struct penalty_source source_v4(uint32_t number)
{
    struct penalty_source source = {.family = 4};

    memcpy(source.prefix, &number, sizeof(number));
    return source;
}

static struct penalty_source source_v6(uint64_t network)
{
    struct penalty_source source = {.family = 6};

    memcpy(source.prefix, &network, sizeof(network));
    return source;
}

/* Wrong, unless it may not even try. */
static int guess(struct penalties *penalties, struct penalty_source source, int64_t now_ns)
{
    return penalty_try(penalties, &source, now_ns) == 0;
}

static void ten_thousand_guesses_of_one_leave_the_others_alone(void **state)
{
    (void)state;
    struct penalties penalties = {0};
    const struct penalty_source owner = source_v4(2);
    int evaluated = 0;

    for (int64_t i = 0; i < 10000; i++) {
        int64_t now_ns = i * NS_PER_H / 10000;

        evaluated += guess(&penalties, source_v4(1), now_ns);
        assert_int_equal(penalty_try(&penalties, &owner, now_ns), 0);
        penalty_forgive(&penalties, &owner, now_ns);
    }
    assert_in_range(evaluated, 50, 60);
}

/* Two hundred others take turns with it: that must not make anybody forget what the network has done. */
static void a_network_of_ten_thousand_addresses_counts_as_one(void **state)
{
    (void)state;
    struct penalties penalties = {0};
    int network = 0, all = 0;

    for (int64_t i = 0; i < 10000; i++) {
        int64_t now_ns = i * NS_PER_H / 10000;

        network += guess(&penalties, source_v6(7), now_ns);
        for (uint32_t other = 0; other < 200; other++)
            all += guess(&penalties, source_v4(1 + other), now_ns + other);
    }
    all += network;
    print_message("evaluated in an hour: %d of the network, %d of all\n", network, all);
    assert_in_range(network, 1, 60);
    assert_in_range(all, 60, PENALTY_ALL_BURST + 3600 / PENALTY_ALL_REFILL_S);
}

/* Each address of a crowd stays below its own limit, whoever else guesses. */
static void none_of_two_hundred_addresses_has_more_than_its_share(void **state)
{
    (void)state;
    struct penalties penalties = {0};
    int evaluated[200] = {0};

    for (int64_t now_ns = 0; now_ns < NS_PER_H; now_ns += NS_PER_S / 2) {
        for (uint32_t i = 0; i < 200; i++) /* the first ones are the greediest */
            for (uint32_t times = i < 5 ? 10 : 1; times > 0; times--)
                evaluated[i] += guess(&penalties, source_v4(1 + i), now_ns);
    }
    for (size_t i = 0; i < 200; i++)
        assert_in_range(evaluated[i], 0, 60);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ten_thousand_guesses_of_one_leave_the_others_alone),
        cmocka_unit_test(a_network_of_ten_thousand_addresses_counts_as_one),
        cmocka_unit_test(none_of_two_hundred_addresses_has_more_than_its_share),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
