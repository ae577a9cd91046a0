/* A certificate as an object, for garagectl. The private key is in none of it. */
#include "export/json_certificate.h"

#include "export/json_value.h"
#include "util/core/day.h"

#include <stdio.h>
#include <string.h>

#define DAY_S 86400

static json_t *until(int64_t end_s)
{
    char day[DAY_TEXT_SIZE], text[40];
    int rest = (int)(end_s % DAY_S);

    if (end_s <= 0)
        return json_null();
    day_text((int32_t)(end_s / DAY_S), day);
    snprintf(text, sizeof(text), "%sT%02d:%02d:%02dZ", day, rest / 3600, rest / 60 % 60, rest % 60);
    return json_string(text);
}

json_t *json_certificate(const struct certificate *certificate, const char *file)
{
    char key[CERTIFICATE_TEXT], whole[CERTIFICATE_TEXT];
    struct certificate_names names;
    json_t *list = json_array();

    certificate_key_print(certificate, key);
    certificate_print(certificate, whole);
    certificate_names_of(certificate, &names);
    for (size_t i = 0; i < names.count; i++)
        json_array_append_new(list, json_string(names.names[i]));
    return json_pack("{s:o, s:s, s:s, s:o, s:o}", "file", json_value_text(file, strlen(file)), "key_sha256",
                     key, "certificate_sha256", whole, "names", list, "until",
                     until(certificate_end_s(certificate)));
}
