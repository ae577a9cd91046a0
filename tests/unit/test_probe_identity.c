/* probe_identity: names become keyed hashes, believed once they were said twice the same; probe_key: the key
 * they need. */
#include "probe_identity.h"
#include "probe_key.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define CAR     DEFINITION_IDENTITY_CAR
#define BATTERY DEFINITION_IDENTITY_BATTERY
#define VIN     "SJNFAAZE0U6000001"
#define OTHER   "SJNFAAZE0U6000002"

static const uint8_t key[SHA256_BYTES] = {1, 2, 3};
static const uint8_t none[SHA256_BYTES];

static void say(struct probe_identity *identity, enum definition_identity whose, const char *text)
{
    probe_identity_take(identity, whose, (const uint8_t *)text, strlen(text));
}

static struct record_identity heard(const struct probe_identity *identity)
{
    struct record_identity record;

    probe_identity_fill(identity, &record);
    return record;
}

/* The hash of one name, said twice. */
static void hash_of(const uint8_t with[SHA256_BYTES], const uint8_t *bytes, size_t len,
                    uint8_t hash[SHA256_BYTES])
{
    struct probe_identity *identity = probe_identity_new(with);

    probe_identity_take(identity, CAR, bytes, len);
    probe_identity_take(identity, CAR, bytes, len);
    memcpy(hash, heard(identity).vin_hash, SHA256_BYTES);
    probe_identity_free(identity);
}

static void assert_same_name(const char *bytes, size_t len)
{
    uint8_t one[SHA256_BYTES], other[SHA256_BYTES];

    hash_of(key, (const uint8_t *)VIN, strlen(VIN), one);
    hash_of(key, (const uint8_t *)bytes, len, other);
    assert_memory_equal(one, other, sizeof(one));
}

static void a_name_is_believed_the_second_time(void **state)
{
    (void)state;
    struct probe_identity *identity = probe_identity_new(key);

    say(identity, CAR, VIN);
    assert_true(probe_identity_is_open(identity, CAR));
    assert_memory_equal(heard(identity).vin_hash, none, sizeof(none));
    say(identity, CAR, VIN);
    assert_false(probe_identity_is_open(identity, CAR));
    assert_memory_not_equal(heard(identity).vin_hash, none, sizeof(none));
    assert_memory_equal(heard(identity).battery_hash, none, sizeof(none));
    probe_identity_free(identity);
}

/* One garbled answer makes no other car. */
static void a_garbled_name_changes_nothing(void **state)
{
    (void)state;
    struct probe_identity *identity = probe_identity_new(key);

    say(identity, CAR, VIN);
    say(identity, CAR, VIN);
    struct record_identity before = heard(identity);
    say(identity, CAR, OTHER);
    assert_true(probe_identity_is_open(identity, CAR));
    say(identity, CAR, VIN);
    struct record_identity after = heard(identity);
    assert_memory_equal(&before, &after, sizeof(before));
    say(identity, CAR, OTHER);
    say(identity, CAR, OTHER);
    assert_memory_not_equal(heard(identity).vin_hash, before.vin_hash, SHA256_BYTES);
    probe_identity_free(identity);
}

static void a_new_contact_has_to_say_it_again(void **state)
{
    (void)state;
    struct probe_identity *identity = probe_identity_new(key);

    say(identity, CAR, VIN);
    say(identity, CAR, VIN);
    struct record_identity before = heard(identity);
    probe_identity_forget(identity);
    assert_memory_equal(heard(identity).vin_hash, none, sizeof(none));
    say(identity, CAR, VIN); /* an old acquaintance */
    assert_false(probe_identity_is_open(identity, CAR));
    assert_memory_equal(heard(identity).vin_hash, before.vin_hash, SHA256_BYTES);
    probe_identity_forget(identity);
    say(identity, CAR, OTHER);
    assert_memory_equal(heard(identity).vin_hash, none, sizeof(none));
    probe_identity_free(identity);
}

/* The AZE0's 1B, fill bytes before and behind, small letters. */
static void strays_and_padding_are_no_part_of_a_name(void **state)
{
    (void)state;
    assert_same_name("SJNFAAZE0\x1BU6000001", 18);
    assert_same_name("\x1B\x1BSJNFAAZE0U6000001", 19);
    assert_same_name("SJNFAAZE0U6000001\0\0\0\xFF\xFF", 22);
    assert_same_name(" sjnfaaze0u6000001 ", 19);
}

static void what_says_nothing_is_no_name(void **state)
{
    (void)state;
    static const char *const blanks[] = {
        "",   "00000000000000000", "                 ", "FFFFFFFFFFFFFFFFF", "\xFF\xFF\xFF\xFF\xFF\xFF\xFF",
        "ABC"};
    uint8_t hash[SHA256_BYTES];

    for (size_t i = 0; i < sizeof(blanks) / sizeof(blanks[0]); i++) {
        hash_of(key, (const uint8_t *)blanks[i], strlen(blanks[i]), hash);
        assert_memory_equal(hash, none, sizeof(none));
    }
}

static void who_never_says_the_same_is_not_asked_for_ever(void **state)
{
    (void)state;
    struct probe_identity *identity = probe_identity_new(key);
    unsigned asked = 0;
    char name[32];

    for (unsigned i = 0; i < 50; i++) {
        snprintf(name, sizeof(name), "NEVERTHESAME%03u", i);
        say(identity, CAR, name);
        asked += probe_identity_is_open(identity, CAR);
    }
    assert_int_equal(asked, 3);
    assert_memory_equal(heard(identity).vin_hash, none, sizeof(none));
    probe_identity_free(identity);
}

static void another_key_gives_another_hash(void **state)
{
    (void)state;
    static const uint8_t other[SHA256_BYTES] = {9};
    uint8_t one[SHA256_BYTES], two[SHA256_BYTES];

    hash_of(key, (const uint8_t *)VIN, strlen(VIN), one);
    hash_of(other, (const uint8_t *)VIN, strlen(VIN), two);
    assert_memory_not_equal(one, two, sizeof(one));
}

static void car_and_battery_are_two_things(void **state)
{
    (void)state;
    struct probe_identity *identity = probe_identity_new(key);

    say(identity, CAR, VIN);
    say(identity, CAR, VIN);
    say(identity, BATTERY, VIN);
    say(identity, BATTERY, VIN);
    struct record_identity record = heard(identity);
    assert_memory_not_equal(record.vin_hash, record.battery_hash, SHA256_BYTES);
    probe_identity_free(identity);
}

/* ---- the key ---- */

struct folder {
    char path[64], file[128];
};

static struct folder make_folder(void)
{
    struct folder folder = {.path = "/tmp/garaged-key-XXXXXX"};

    assert_non_null(mkdtemp(folder.path));
    snprintf(folder.file, sizeof(folder.file), "%s/car.key", folder.path);
    return folder;
}

static void remove_folder(const struct folder *folder)
{
    unlink(folder->file);
    assert_int_equal(rmdir(folder->path), 0); /* nothing else was left in it */
}

static void the_key_is_made_once_and_is_the_owners_alone(void **state)
{
    (void)state;
    struct folder folder = make_folder();
    uint8_t first[SHA256_BYTES], second[SHA256_BYTES];
    struct stat status;
    struct err err;

    assert_int_equal(probe_key_read(folder.path, first, &err), 0);
    assert_int_equal(stat(folder.file, &status), 0);
    assert_int_equal(status.st_mode & 07777, 0600);
    assert_int_equal(probe_key_read(folder.path, second, &err), 0);
    assert_memory_equal(first, second, sizeof(first));
    unlink(folder.file);
    assert_int_equal(probe_key_read(folder.path, second, &err), 0);
    assert_memory_not_equal(first, second, sizeof(first));
    remove_folder(&folder);
}

static void a_key_that_is_none_is_left_alone(void **state)
{
    (void)state;
    struct folder folder = make_folder();
    uint8_t bytes[SHA256_BYTES];
    struct err err;

    assert_int_equal(probe_key_read(folder.path, bytes, &err), 0);
    assert_int_equal(chmod(folder.file, 0644), 0);
    assert_int_equal(probe_key_read(folder.path, bytes, &err), -1);
    assert_non_null(strstr(err.text, "others may read it"));
    assert_int_equal(chmod(folder.file, 0600), 0);
    assert_int_equal(truncate(folder.file, 7), 0);
    assert_int_equal(probe_key_read(folder.path, bytes, &err), -1);
    assert_non_null(strstr(err.text, "not a key of 32 bytes"));
    unlink(folder.file);
    assert_int_equal(symlink("/dev/urandom", folder.file), 0);
    assert_int_equal(probe_key_read(folder.path, bytes, &err), -1);
    remove_folder(&folder);
}

static void without_a_folder_there_is_no_key(void **state)
{
    (void)state;
    uint8_t bytes[SHA256_BYTES];
    struct err err;

    assert_int_equal(probe_key_read("/nonexistent/folder", bytes, &err), -1);
    assert_non_null(strstr(err.text, "No such file"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_name_is_believed_the_second_time),
        cmocka_unit_test(a_garbled_name_changes_nothing),
        cmocka_unit_test(a_new_contact_has_to_say_it_again),
        cmocka_unit_test(strays_and_padding_are_no_part_of_a_name),
        cmocka_unit_test(what_says_nothing_is_no_name),
        cmocka_unit_test(who_never_says_the_same_is_not_asked_for_ever),
        cmocka_unit_test(another_key_gives_another_hash),
        cmocka_unit_test(car_and_battery_are_two_things),
        cmocka_unit_test(the_key_is_made_once_and_is_the_owners_alone),
        cmocka_unit_test(a_key_that_is_none_is_left_alone),
        cmocka_unit_test(without_a_folder_there_is_no_key),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
