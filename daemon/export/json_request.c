/* Bodies of requests, by jansson: it refuses NaN, 1e999, bad UTF-8, trailing bytes and NUL in strings by
 * itself. What the members mean is the handlers'. */
#include "export/json_request.h"

#include <inttypes.h>
#include <jansson.h>
#include <string.h>

static struct json_request_member *find_member(struct json_request_member *members, size_t count,
                                               const char *name)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(members[i].name, name) == 0)
            return &members[i];
    }
    return NULL;
}

static int read_number(struct json_request_member *member, const json_t *value, struct err *err)
{
    if (!json_is_integer(value) || json_integer_value(value) < member->least ||
        json_integer_value(value) > member->most)
        return err_set(err, "%s: not a whole number from %" PRId64 " to %" PRId64, member->name,
                       member->least, member->most);
    *member->number = json_integer_value(value);
    member->is_there = true;
    return 0;
}

static int read_member(struct json_request_member *member, const json_t *value, struct err *err)
{
    if (member->number != NULL)
        return read_number(member, value, err);
    if (!json_is_string(value))
        return err_set(err, "%s: not a text", member->name);
    if (json_string_length(value) >= member->size)
        return err_set(err, "%s: longer than %zu bytes", member->name, member->size - 1);
    memcpy(member->text, json_string_value(value), json_string_length(value) + 1);
    member->is_there = true;
    return 0;
}

static int read_members(json_t *object, struct json_request_member *members, size_t count, struct err *err)
{
    const char *key;
    json_t *value;

    if (!json_is_object(object))
        return err_set(err, "the body is not a JSON object");
    json_object_foreach(object, key, value)
    {
        struct json_request_member *member = find_member(members, count, key);

        if (member == NULL)
            return err_set(err, "a member that is not known here");
        if (read_member(member, value, err) != 0)
            return -1;
    }
    return 0;
}

int json_request_read(const char *body, size_t len, struct json_request_member *members, size_t count,
                      struct err *err)
{
    json_error_t error;
    json_t *object;
    int status;

    for (size_t i = 0; i < count; i++) {
        if (members[i].text != NULL)
            members[i].text[0] = '\0';
        members[i].is_there = false;
    }
    object = json_loadb(body, len, JSON_REJECT_DUPLICATES, &error);
    if (object == NULL)
        return err_set(err, "the body is not JSON: line %d", error.line);
    status = read_members(object, members, count, err);
    json_decref(object);
    return status;
}
