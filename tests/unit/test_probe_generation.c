/* Which car it is, from what it answers and sends: recognised by hints that agree, compared with what is
 * configured, and what follows for commands (C16, C17). */
#include "probe_car.h"
#include "probe_report.h"

/* Real answers: OBDb test cases and furdog's logs, as vectors in the definition; padded to their length. */
#define PACK_41    "6101FFFFCE0E0287FFFFD7C6FFFFFFFF0282180692A439080387005C0B760008B54C00050D4B800001"
#define PACK_43    "6101FFFFFC3E0289FFFFFC15FFFFFFFF0C9C2ADE8FE832D2037E005C232800048FD6000CDDE38000010000"
#define SENSORS_4  "6104029006029705029C05029E050400"
#define SENSORS_3  "610401CC1901CB19FFFFFF01D6181800"
#define HEALTH_12  "61610E911BA0FF1A861BA003"
#define CLIMATE_43 "61102C362E002C35002C00000086A50000000000000000000000002789000063000940A005904760616400"
#define ODOMETER   "620E0101572C"

static void hear_the_carcan(struct fixture *fixture, const char *soh)
{
    for (int i = 0; i < 5; i++) {
        hear(fixture, 0x5B3, soh);
        hear(fixture, 0x292, "0000007F00000000");
        hear(fixture, 0x60D, "0006000000000000");
    }
}

static const char *generation(const struct fixture *fixture)
{
    int index = probe_core_generation(fixture->core);

    return index < 0 ? "auto" : definition_generation(fixture->definition, (size_t)index)->id;
}

static bool keep_hello(void *ctx, const struct record *record)
{
    uint32_t *capabilities = ctx;

    if (record->kind == RECORD_HELLO)
        *capabilities = record->hello.capabilities;
    return true;
}

static bool may_command(const struct fixture *fixture)
{
    struct probe_report *report = probe_report_new(fixture->definition);
    uint32_t capabilities = 0;

    probe_report_run(report, fixture->core, keep_hello, &capabilities, fixture->now_ns);
    probe_report_free(report);
    return capabilities & RECORD_CAN_COMMAND;
}

static void check_contradiction(const struct fixture *fixture, const char *words)
{
    char text[200];

    probe_core_contradiction(fixture->core, text, sizeof(text));
    assert_string_equal(text, words);
    assert_true(!*words || !may_command(fixture));
}

static void a_ze0_is_recognised(void **state)
{
    struct fixture fixture = begin(NULL);

    (void)state;
    hear_the_carcan(&fixture, "0079000000E00000");
    answer(&fixture, 0x7BB, PACK_41, 41);
    answer(&fixture, 0x764, CLIMATE_43, 43);
    assert_string_equal(generation(&fixture), "auto"); /* one hint against an AZE0 */
    assert_false(may_command(&fixture));
    answer(&fixture, 0x7BB, SENSORS_4, 16);
    assert_string_equal(generation(&fixture), "ZE0");
    assert_true(may_command(&fixture));
    end(&fixture);
}

static void an_aze0_of_24_kwh_is_recognised(void **state)
{
    struct fixture fixture = begin(NULL);

    (void)state;
    hear_the_carcan(&fixture, "0079000000E00000");
    answer(&fixture, 0x7BB, PACK_41, 41);
    answer(&fixture, 0x7BB, HEALTH_12, 12);
    answer(&fixture, 0x7BB, SENSORS_3, 16);
    assert_string_equal(generation(&fixture), "auto");
    answer(&fixture, 0x764, CLIMATE_43, 51);
    assert_string_equal(generation(&fixture), "AZE0");
    end(&fixture);
}

static void an_aze0_of_30_kwh_is_recognised(void **state)
{
    struct fixture fixture = begin(NULL);

    (void)state;
    hear_the_carcan(&fixture, "0079000000E00000");
    answer(&fixture, 0x7BB, PACK_43, 43);
    answer(&fixture, 0x7BB, SENSORS_3, 16);
    assert_string_equal(generation(&fixture), "AZE0");
    end(&fixture);
}

static void an_env200_is_recognised(void **state)
{
    struct fixture fixture = begin(NULL);

    (void)state;
    hear_the_carcan(&fixture, "0079000000E00000");
    answer(&fixture, 0x7BB, PACK_43, 53);
    answer(&fixture, 0x7BB, SENSORS_4, 37);
    assert_string_equal(generation(&fixture), "eNV200");
    end(&fixture);
}

/* A ZE0 with the pack of a ZE1: its body and its pack speak against each other, so nothing is claimed. */
static void a_pack_of_another_car_proves_nothing(void **state)
{
    struct fixture fixture = begin("ZE0");
    struct fixture unknown = begin(NULL);

    (void)state;
    for (int i = 0; i < 2; i++) {
        struct fixture *car = i == 0 ? &fixture : &unknown;
        hear_the_carcan(car, "0079000000E00000");
        answer(car, 0x764, CLIMATE_43, 43);
        answer(car, 0x7BB, PACK_43, 53);
        answer(car, 0x7BB, SENSORS_3, 31);
        answer(car, 0x7BB, HEALTH_12, 331);
    }
    check_contradiction(&fixture, "");
    assert_true(may_command(&fixture));
    assert_string_equal(generation(&unknown), "auto");
    end(&fixture);
    end(&unknown);
}

/* C16 */
static void another_car_than_configured_is_said(void **state)
{
    struct fixture fixture = begin("AZE0");
    char reason[200];

    (void)state;
    assert_true(may_command(&fixture));
    answer(&fixture, 0x763, ODOMETER, 6);
    check_contradiction(&fixture, "configured as AZE0, but the car talks like ZE1: correct its generation");
    probe_core_reason(fixture.core, reason, sizeof(reason));
    assert_string_equal(reason, "configured as AZE0, but the car talks like ZE1: correct its generation");
    assert_string_equal(generation(&fixture), "AZE0"); /* the owner's word stays */
    end(&fixture);
}

static void a_ze1_that_broadcasts_as_none_does_is_said(void **state)
{
    struct fixture fixture = begin("ZE1");

    (void)state;
    hear_the_carcan(&fixture, "0000000000E00000"); /* as behind a ZE1's gateway */
    check_contradiction(&fixture, "");
    hear_the_carcan(&fixture, "0079000000E00000");
    check_contradiction(
        &fixture, "configured as ZE1, but the car talks like ZE0 or AZE0 or eNV200: correct its generation");
    assert_true(fixture.now_ns - T0 < 60 * S);
    end(&fixture);
}

static void a_pack_alone_says_nothing_about_the_car(void **state)
{
    struct fixture fixture = begin("AZE0");

    (void)state;
    hear_the_carcan(&fixture, "0079000000E00000");
    answer(&fixture, 0x7BB, PACK_43, 53);
    answer(&fixture, 0x7BB, SENSORS_4, 37);
    check_contradiction(&fixture, "");
    answer(&fixture, 0x764, CLIMATE_43, 43); /* and two units of a ZE0 */
    answer(&fixture, 0x7BB, PACK_41, 41);
    answer(&fixture, 0x7BB, SENSORS_4, 16);
    check_contradiction(&fixture, "configured as AZE0, but the car talks like ZE0: correct its generation");
    end(&fixture);
}

/* C17 */
static void another_master_is_said(void **state)
{
    struct fixture fixture = begin("AZE0");
    char text[200];

    (void)state;
    hear_the_carcan(&fixture, "0079000000E00000");
    assert_true(may_command(&fixture));
    hear(&fixture, 0x56E, "86000000");
    assert_false(may_command(&fixture));
    pass(&fixture, 59 * S);
    probe_core_refusal(fixture.core, text, sizeof(text));
    assert_string_equal(text,
                        "a command was asked for, but the car's telematics unit (TCU) is on the bus and "
                        "commands the car itself");
    check_contradiction(&fixture, ""); /* an idle one is no news: most cars from 2016 on have it */
    pass(&fixture, S);
    assert_true(may_command(&fixture));
    end(&fixture);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_ze0_is_recognised),
        cmocka_unit_test(an_aze0_of_24_kwh_is_recognised),
        cmocka_unit_test(an_aze0_of_30_kwh_is_recognised),
        cmocka_unit_test(an_env200_is_recognised),
        cmocka_unit_test(a_pack_of_another_car_proves_nothing),
        cmocka_unit_test(another_car_than_configured_is_said),
        cmocka_unit_test(a_ze1_that_broadcasts_as_none_does_is_said),
        cmocka_unit_test(a_pack_alone_says_nothing_about_the_car),
        cmocka_unit_test(another_master_is_said),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
