/* Random values and SHA-256. The hash is OpenSSL's (linked anyway for TLS): a second edge to that library
 * beside certificate.c, kept in this one file. Slow password hashes are password.c. */
#include "access/secret.h"

#include <errno.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <string.h>
#include <sys/random.h>

int secret_random(void *bytes, size_t len, struct err *err)
{
    unsigned char *at = bytes;

    while (len > 0) {
        ssize_t got = getrandom(at, len, 0);

        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return err_set(err, "getrandom: %s", strerror(errno));
        at += got;
        len -= (size_t)got;
    }
    return 0;
}

int secret_random_below(uint32_t limit, uint32_t *value, struct err *err)
{
    uint32_t unbiased = UINT32_MAX - UINT32_MAX % limit;

    do {
        if (secret_random(value, sizeof(*value), err) != 0)
            return -1;
    } while (*value >= unbiased);
    *value %= limit;
    return 0;
}

int secret_hash(const void *bytes, size_t len, unsigned char hash[SECRET_BYTES], struct err *err)
{
    if (EVP_Digest(bytes, len, hash, NULL, EVP_sha256(), NULL) != 1)
        return err_set(err, "SHA-256 failed");
    return 0;
}

void secret_to_text(const unsigned char bytes[SECRET_BYTES], char text[SECRET_TEXT])
{
    static const char digits[] = "0123456789abcdef";

    for (size_t i = 0; i < SECRET_BYTES; i++) {
        text[2 * i] = digits[bytes[i] >> 4];
        text[2 * i + 1] = digits[bytes[i] & 15];
    }
    text[SECRET_TEXT - 1] = '\0';
}

static int digit_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return -1;
}

bool secret_from_text(const char *text, unsigned char bytes[SECRET_BYTES])
{
    if (strlen(text) != SECRET_TEXT - 1)
        return false;
    for (size_t i = 0; i < SECRET_BYTES; i++) {
        int high = digit_value(text[2 * i]);
        int low = digit_value(text[2 * i + 1]);

        if (high < 0 || low < 0)
            return false;
        bytes[i] = (unsigned char)(high << 4 | low);
    }
    return true;
}

bool secret_equal(const char *given, const char *kept)
{
    size_t len = strlen(given);

    return len == strlen(kept) && CRYPTO_memcmp(given, kept, len) == 0;
}

void secret_wipe(void *memory, size_t len)
{
    explicit_bzero(memory, len);
}
