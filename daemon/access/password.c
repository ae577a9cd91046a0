/* The only user of crypt(3). What can't be a yescrypt hash never matches: no old, weak or empty hash lets
 * anybody in. */
#include "access/password.h"
#include "access/secret.h"

#include <crypt.h>
#include <stdlib.h>
#include <string.h>

#define PREFIX     "$y$"
#define SALT_BYTES 16

/* Used for users that don't exist, so that their answer takes as long as that of those who do. */
#define NOBODY "$y$j9T$0pPXDWcsbcY5bQkqkCzZe0$"

/* Returns crypt's output inside `data`, or NULL. */
static const char *run_crypt(const char *password, const char *setting, struct crypt_data *data)
{
    const char *output = crypt_r(password, setting, data);

    if (output == NULL || output[0] == '*' || strncmp(output, PREFIX, strlen(PREFIX)) != 0)
        return NULL;
    return output;
}

static void free_data(struct crypt_data *data)
{
    secret_wipe(data, sizeof(*data));
    free(data);
}

int password_hash(const char *password, char hash[USER_HASH_MAX], struct err *err)
{
    char salt[SALT_BYTES];
    char setting[CRYPT_GENSALT_OUTPUT_SIZE];
    struct crypt_data *data;
    const char *output;
    int status = -1;

    if (secret_random(salt, sizeof(salt), err) != 0)
        return -1;
    if (crypt_gensalt_rn(PREFIX, 0, salt, sizeof(salt), setting, sizeof(setting)) == NULL)
        return err_set(err, "yescrypt is not available in this libcrypt");
    data = calloc(1, sizeof(*data));
    output = data == NULL ? NULL : run_crypt(password, setting, data);
    if (output == NULL || strlen(output) >= USER_HASH_MAX) {
        err_set(err, "hashing a password failed (out of memory?)");
    } else {
        memcpy(hash, output, strlen(output) + 1);
        status = 0;
    }
    if (data != NULL)
        free_data(data);
    return status;
}

bool password_verify(const char *password, const char *hash)
{
    bool possible = strncmp(hash, PREFIX, strlen(PREFIX)) == 0;
    struct crypt_data *data = calloc(1, sizeof(*data));
    const char *output;
    bool same;

    if (data == NULL)
        return false;
    output = run_crypt(password, possible ? hash : NOBODY, data);
    same = output != NULL && secret_equal(output, hash);
    free_data(data);
    return possible && same;
}
