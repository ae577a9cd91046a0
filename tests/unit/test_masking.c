/* export/masking: what says who somebody is goes, and what helps stays. */
#include "export/masking.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

struct names {
    struct masking_name names[8];
    struct masking masking;
};

static void begin(struct names *names)
{
    names->masking = (struct masking){.names = names->names, .most = 8};
    masking_add(&names->masking, "leaf", "car", 1);
    masking_add(&names->masking, "Anna's Leaf", "car", 1);
    masking_add(&names->masking, "anna", "user", 1);
    masking_add(&names->masking, "", "broker", 0);
    masking_add(&names->masking, "nas.fritz.box", "broker", 0);
}

static void expect(const char *text, const char *shown)
{
    struct names names;
    char out[512];

    begin(&names);
    masking_write(&names.masking, text, out, sizeof(out));
    assert_string_equal(out, shown);
}

static void names_go_where_they_are_words(void **state)
{
    (void)state;
    expect("leaf: dongle up", "car1: dongle up");
    expect("LEAF, Anna's leaf and anna", "car1, car1 and user1");
    expect("garaged_leaf/leaf-20261122.log", "garaged_car1/car1-20261122.log");
    expect("nissan-leaf, leaflet, banana, annas", "nissan-leaf, leaflet, banana, annas");
    expect("no route to NAS.fritz.box:1883", "no route to broker:1883");
    expect("", "");
}

static void addresses_go(void **state)
{
    (void)state;
    expect("tcp://192.168.0.10:35000", "tcp://address:35000");
    expect("from 10.0.0.1, 10.0.0.2", "from address, address");
    expect("192.168.0.0/24", "address/24");
    expect("bt://AA:BB:CC:DD:EE:FF", "bt://address");
    expect("[fe80::1%wlan0] and 2001:db8::17", "[address] and address");
    expect("fe80::1: gone", "address: gone");
    expect("127.0.0.1 0.0.0.0 1.2.3 300.1.1.1", "127.0.0.1 0.0.0.0 1.2.3 300.1.1.1");
    expect("2026-11-22T07:55:01+01:00 and 07:55:01", "2026-11-22T07:55:01+01:00 and 07:55:01");
}

static void vins_serials_and_keys_go(void **state)
{
    (void)state;
    expect("vin=SJNFAAZE0U6CANARY;", "vin=VIN;");
    expect("sjnfaaze0u6canary", "VIN");
    expect("230LBCANARYPACK77", "VIN"); /* a serial number that looks like one */
    expect("230LBCANARY77", "hidden");
    expect("audit: 12 a3f0c1d2e4b5968778695a4b3c2d1e0fa3f0c1d2e4b5968778695a4b3c2d1e0f", "audit: 12 hidden");
    expect("Bearer garaged_ab-CD_ef12ab-CD_ef12ab-CD_ef12ab-CD_ef12abc", "Bearer hidden");
    expect("/dev/serial/by-id/usb-OBD_SX_12-if00 is gone", "/dev/serial/by-id/serial is gone");
    expect("/home/ola/garaged.conf", "/home/owner/garaged.conf");
    expect("ELM327 v1.5, 20261122 frames, identification, 3.40.1-abc1234",
           "ELM327 v1.5, 20261122 frames, identification, 3.40.1-abc1234");
}

static void what_does_not_fit_is_cut(void **state)
{
    (void)state;
    struct names names;
    char out[8];

    begin(&names);
    masking_write(&names.masking, "anna anna anna", out, sizeof(out));
    assert_string_equal(out, "user1 u");
    for (int i = 0; i < 8; i++)
        masking_add(&names.masking, "ola", "user", 2);
    assert_int_equal(names.masking.count, 8);
    assert_false(masking_add(&names.masking, "kari", "user", 3));
    assert_string_equal(masking_shown(&names.masking, "OLA"), "user2");
    assert_string_equal(masking_shown(&names.masking, "van"), "van");
}

static void vins_are_hidden_in_place(void **state)
{
    (void)state;
    char text[] = "SJNFAAZE0U6CANARY xSJNFAAZE0U6CANARY 12345678901234567 (JN1FAAZE0U0000001)";

    masking_hide_vins(text);
    assert_string_equal(text, "***************** xSJNFAAZE0U6CANARY 12345678901234567 (*****************)");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_go_where_they_are_words),   cmocka_unit_test(addresses_go),
        cmocka_unit_test(vins_serials_and_keys_go),        cmocka_unit_test(what_does_not_fit_is_cut),
        cmocka_unit_test(vins_are_hidden_in_place),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
