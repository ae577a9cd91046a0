/* The owner's certificate and key: whatever the two files hold, a pair is taken or refused in words. The
 * input is the key's file and, behind a NUL, the certificate's. */
#include "access/certificate.h"

#include <assert.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A file in memory and its path. */
static int hold(const uint8_t *data, size_t size, char path[32])
{
    int fd = memfd_create("fuzz", MFD_CLOEXEC);

    snprintf(path, 32, "/proc/self/fd/%d", fd);
    if (fd >= 0)
        assert(fchmod(fd, 0600) == 0 && write(fd, data, size) == (ssize_t)size);
    return fd;
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

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const uint8_t *end = memchr(data, 0, size);
    size_t key_len = end ? (size_t)(end - data) : size;
    char key[32], cert[32];
    struct err err = {.text = ""};

    if (size == 0 || size > 65536)
        return 0;
    int key_fd = hold(data, key_len, key);
    int cert_fd = end ? hold(end + 1, size - key_len - 1, cert) : -1;
    struct certificate *both = certificate_read(end ? cert : NULL, key, &err);
    struct certificate *alone = end ? certificate_read(cert, NULL, &err) : NULL;
    assert(both != NULL || err.text[0] != '\0');
    if (both && end)
        look(both);
    if (alone)
        look(alone);
    certificate_free(both);
    certificate_free(alone);
    close(key_fd);
    if (cert_fd >= 0)
        close(cert_fd);
    return 0;
}
