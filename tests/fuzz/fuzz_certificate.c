/* The owner's certificate and key: whatever the two files hold, a pair is taken or refused in words. The
 * input is the key's file and, behind a NUL, the certificate's. */
#include "access/certificate.h"

#include <assert.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void write_file(const char *path, const uint8_t *data, size_t size)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

    assert(fd >= 0 && write(fd, data, size) == (ssize_t)size);
    close(fd);
}

static void look(const struct certificate *certificate)
{
    static struct certificate_names names;
    char text[CERTIFICATE_TEXT];

    certificate_names_of(certificate, &names);
    assert(names.count <= CERTIFICATE_NAMES_MAX);
    for (size_t i = 0; i < names.count; i++)
        assert(strlen(names.names[i]) < CERTIFICATE_NAME_BYTES);
    certificate_end_s(certificate);
    certificate_print(certificate, text);
    certificate_key_print(certificate, text);
    assert(strlen(text) == 0 || strlen(text) == CERTIFICATE_TEXT - 1);
}

static void judge(const char *cert, const char *key)
{
    struct err err = {.text = ""};
    struct certificate *certificate = certificate_read(cert, key, &err);

    assert(certificate != NULL || err.text[0] != '\0');
    if (certificate && cert)
        look(certificate);
    certificate_free(certificate);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const uint8_t *end = memchr(data, 0, size);
    size_t key_len = end ? (size_t)(end - data) : size;
    char folder[] = "/tmp/garaged-fuzz-XXXXXX", key[64], cert[64];

    if (size > 65536 || mkdtemp(folder) == NULL)
        return 0;
    snprintf(key, sizeof(key), "%s/key", folder);
    snprintf(cert, sizeof(cert), "%s/cert", folder);
    write_file(key, data, key_len);
    write_file(cert, end ? end + 1 : data, end ? size - key_len - 1 : 0);
    judge(cert, key);
    judge(NULL, key);
    judge(cert, NULL);
    unlink(key);
    unlink(cert);
    rmdir(folder);
    return 0;
}
