/* Bodies of requests. */
#include "export/json_request.h"

#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char user[16], password[64];
    struct json_request_member members[] = {{.name = "user", .text = user, .size = sizeof(user)},
                                          {.name = "password", .text = password, .size = sizeof(password)}};
    struct err err;

    if (json_request_read((const char *)data, size, members, 2, &err) == 0)
        assert(strlen(user) < sizeof(user) && strlen(password) < sizeof(password));
    return 0;
}
