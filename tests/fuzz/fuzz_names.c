/* What somebody types to come in: a user's name, a password, an identifier of a session, a token, a pairing
 * code. What is taken for a name is one, and stays what it is when it is read again. */
#include "access/pairing.h"
#include "access/secret.h"
#include "access/token.h"
#include "access/users.h"

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void judge_name(const char *text)
{
    char name[USER_NAME_MAX], again[USER_NAME_MAX];
    struct err err;

    if (user_name_read(text, name, &err) != 0)
        return;
    assert(strlen(name) == strlen(text) &&
           strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789._-") == strlen(name));
    assert(user_name_read(name, again, &err) == 0 && strcmp(name, again) == 0);
}

static void judge_password(const char *text, const char *name)
{
    struct err err;

    if (user_password_check(text, name, &err) == 0)
        assert(strlen(text) >= USER_PASSWORD_MIN && strlen(text) < USER_PASSWORD_MAX);
    else
        assert(strlen(text) == 0 || strstr(err.text, text) == NULL || strlen(text) < USER_PASSWORD_MIN);
}

/* Exactly one text for each identifier: no two cookies are the same session. */
static void judge_secret(const char *text)
{
    unsigned char bytes[SECRET_BYTES];
    char again[SECRET_TEXT];

    if (!secret_from_text(text, bytes))
        return;
    secret_to_text(bytes, again);
    assert(strcmp(text, again) == 0 && secret_equal(text, again));
}

static void judge_token(const char *text)
{
    unsigned char hash[SECRET_BYTES], bytes[SECRET_BYTES];
    bool is_one = strncmp(text, TOKEN_PREFIX, strlen(TOKEN_PREFIX)) == 0 &&
                  secret_from_text(text + strlen(TOKEN_PREFIX), bytes);

    assert(token_read(text, hash) == is_one);
}

static void judge_code(const char *text)
{
    struct pairing pairing = {0};
    bool is_it = strcmp(text, "01234567") == 0;

    pairing_open(&pairing, 1234567, 0);
    assert(pairing_take(&pairing, text, 1) == is_it);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = malloc(size + 1);

    if (text == NULL)
        return 0;
    memcpy(text, data, size);
    text[size] = '\0';
    judge_name(text);
    judge_password(text, "kari");
    judge_password(text, text);
    judge_secret(text);
    judge_token(text);
    judge_code(text);
    free(text);
    return 0;
}
