/* Reader of JSON lines. Unknown members are left alone; a member that is known and wrong makes the whole line
 * invalid, because then nobody knows what the rest belongs to. Does not put frames together. */
#include "tools/jsonlines.h"

#include "util/core/hex.h"

#include <jansson.h>
#include <string.h>

/* By its members' names and not by parsing it: the first line may be damaged. */
bool jsonlines_recognise(const char *line, size_t len)
{
    static const char *const names[] = {"\"tx\"", "\"rx\"", "\"request\"", "\"lines\""};

    while (len > 0 && (*line == ' ' || *line == '\t')) {
        line++;
        len--;
    }
    if (len == 0 || *line != '{')
        return false;
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (memmem(line, len, names[i], strlen(names[i])))
            return true;
    }
    return false;
}

/* An identifier of three hex digits; -1 when the member is missing, -2 when it is wrong. */
static int identifier_of(const json_t *object, const char *key)
{
    const json_t *member = json_object_get(object, key);

    if (!member)
        return -1;
    if (!json_is_string(member) || json_string_length(member) != 3)
        return -2;
    int id = hex_identifier(json_string_value(member));

    return id < 0 ? -2 : id;
}

static int parse_question(const json_t *object, struct jsonlines_reply *reply)
{
    const json_t *request = json_object_get(object, "request");
    int tx = identifier_of(object, "tx");

    reply->asked = false;
    if (tx == -2 || (request && !json_is_string(request)))
        return -1;
    if (tx < 0 || !request)
        return 0;
    reply->asked = true;
    return elm_line_request(json_string_value(request), json_string_length(request), (uint16_t)tx,
                            ELM_FORMATTING_ON, &reply->question)
               ? 0
               : -1;
}

static int parse_lines(const json_t *object, struct jsonlines_reply *reply)
{
    const json_t *lines = json_object_get(object, "lines");
    size_t index;
    const json_t *line;

    reply->count = 0;
    reply->left_out = 0;
    if (!json_is_array(lines))
        return -1;
    json_array_foreach(lines, index, line)
    {
        if (!json_is_string(line) || reply->count == JSONLINES_FRAMES_MAX) {
            reply->left_out++;
            continue;
        }
        reply->kinds[reply->count] = elm_line_parse(json_string_value(line), json_string_length(line), false,
                                                    &reply->frames[reply->count]);
        reply->count++;
    }
    return 0;
}

int jsonlines_parse(const char *line, size_t len, struct jsonlines_reply *reply)
{
    json_t *object = json_loadb(line, len, JSON_REJECT_DUPLICATES, NULL);

    if (!object)
        return -1;
    reply->rx = identifier_of(object, "rx");
    int result = json_is_object(object) && reply->rx != -2 ? 0 : -1;

    if (result == 0)
        result = parse_question(object, reply);
    if (result == 0)
        result = parse_lines(object, reply);
    json_decref(object);
    return result;
}
