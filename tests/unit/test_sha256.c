/* util/core/sha256 against the standard's examples, and against OpenSSL for every length around its blocks.
 */
#include "util/core/sha256.h"

#include "access/secret.h"

#include <openssl/hmac.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <string.h>

#define LEN_MAX 300

static void check(const char *message, const char *expected)
{
    uint8_t hash[SHA256_BYTES], wanted[SHA256_BYTES];

    sha256((const uint8_t *)message, strlen(message), hash);
    assert_true(secret_from_text(expected, wanted));
    assert_memory_equal(hash, wanted, sizeof(hash));
}

static void gives_the_hashes_of_the_standard(void **state)
{
    (void)state;
    check("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    check("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    check("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
          "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
}

static void gives_what_openssl_gives(void **state)
{
    (void)state;
    uint8_t bytes[LEN_MAX], ours[SHA256_BYTES], theirs[SHA256_BYTES], key[SHA256_BYTES];
    struct err err;

    for (size_t i = 0; i < sizeof(bytes); i++)
        bytes[i] = (uint8_t)(i * 131 + i / 7);
    for (size_t i = 0; i < sizeof(key); i++)
        key[i] = (uint8_t)(255 - i);
    for (size_t len = 0; len <= LEN_MAX; len++) {
        sha256(bytes, len, ours);
        assert_int_equal(secret_hash(bytes, len, theirs, &err), 0);
        assert_memory_equal(ours, theirs, sizeof(ours));
        sha256_hmac(key, bytes, len, ours);
        HMAC(EVP_sha256(), key, sizeof(key), bytes, len, theirs, NULL);
        assert_memory_equal(ours, theirs, sizeof(ours));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gives_the_hashes_of_the_standard),
        cmocka_unit_test(gives_what_openssl_gives),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
