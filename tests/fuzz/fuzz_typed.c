/* The bodies of PATCH charges/N and outings/N: whatever is taken is text within its limits and a figure that
 * can be, and can be shown. */
#include "export/json_diary.h"
#include "export/json_typed.h"
#include "util/core/utf8.h"

#include <assert.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_text(const char *text, size_t size)
{
    assert(strnlen(text, size) < size && utf8_is_clean(text, strlen(text)));
}

static void check_charge(const struct diary_typed *typed, const struct zone *zone)
{
    struct diary_charge charge = {.wall_wh = DIARY_NONE, .cost_m = DIARY_NONE};

    check_text(typed->place, sizeof(typed->place));
    check_text(typed->note, sizeof(typed->note));
    assert(typed->wall_wh == DIARY_NONE || (typed->wall_wh >= 0 && typed->wall_wh <= 200000));
    assert(typed->cost_m == DIARY_NONE || (typed->cost_m >= 0 && typed->cost_m <= INT64_C(1000000000000)));
    diary_type_charge(&charge, typed);
    json_t *item = json_diary_charge(&charge, zone);
    assert(json_is_object(item));
    json_decref(item);
}

static void check_outing(const struct diary_typed *typed, const struct zone *zone)
{
    struct diary_outing outing = {.day = DIARY_NO_DAY};

    check_text(typed->tags, sizeof(typed->tags));
    diary_type_outing(&outing, typed);
    json_t *item = json_diary_outing(&outing, zone);
    assert(json_array_size(json_object_get(item, "tags")) <= JSON_TYPED_TAGS_MAX);
    json_decref(item);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct diary_typed typed;
    struct zone zone;
    struct err err;

    zone_set_utc(&zone);
    if (json_typed_read_charge((const char *)data, size, &typed, &err) == 0)
        check_charge(&typed, &zone);
    if (json_typed_read_outing((const char *)data, size, &typed, &err) == 0)
        check_outing(&typed, &zone);
    return 0;
}
