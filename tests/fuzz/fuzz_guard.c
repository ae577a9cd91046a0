/* What a request's head is made of: hosts, origins, cookies, lists, lengths. The first line is the
 * name that is looked for, the rest the header. */
#include "export/web_guard.h"

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void judge(const char *name, const char *header)
{
    struct web_hosts hosts = {.count = 0};
    char value[24];
    size_t length = 0;

    web_hosts_add(&hosts, name, 8080);
    if (web_hosts_know(&hosts, header))
        assert(strlen(header) < WEB_HOST_BYTES);
    web_hosts_know_origin(&hosts, false, header);
    web_hosts_know_origin(&hosts, true, header);
    if (web_cookie_find(header, name, value, sizeof(value)))
        assert(strpbrk(value, "; \t") == NULL && strstr(header, value) != NULL);
    if (web_length_read(header, &length))
        assert(length <= 0x7FFFFFFF);
    web_list_has(header, name);
    web_type_is_json(header);
    web_path_is_protected(header);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = malloc(size + 2);
    char *line;

    if (text == NULL)
        return 0;
    memcpy(text, data, size);
    text[size] = '\0';
    text[size + 1] = '\0';
    line = strchr(text, '\n');
    if (line != NULL) {
        *line = '\0';
        judge(text, line + 1);
    }
    free(text);
    return 0;
}
