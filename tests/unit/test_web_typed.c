/* PATCH charges/N and outings/N over HTTP, with a real store behind. */
#include "diary_house.h"

#define CHARGE "/api/v1/charges/1"
#define OUTING "/api/v1/outings/1"

static void prepare(struct house *house)
{
    client_log_in(house);
    keep_charge(house, T0_MS);
    keep_outing(house, "2026-01-01");
    wait_until_kept(house, 2);
}

/* The answer to a PATCH that is right. */
static json_t *patch(struct house *house, const char *path, const char *body)
{
    struct reply reply = client_patch(house, path, body);

    if (reply.status != 200)
        fail_msg("%d %s", reply.status, reply.body);
    json_t *item = json_loads(reply.body, 0, NULL);
    reply_free(&reply);
    return item;
}

static void assert_item(const json_t *item, const char *key, const char *expected)
{
    char *text =
        json_dumps(json_object_get(item, key), JSON_ENCODE_ANY | JSON_COMPACT | JSON_REAL_PRECISION(15));

    assert_string_equal(text, expected);
    free(text);
}

/* The item with id 1 of a list. */
static void assert_listed(struct house *house, const char *list, const char *key, const char *expected)
{
    json_t *page = ask_json(house, list);

    assert_item(json_array_get(json_object_get(page, "items"), 0), key, expected);
    json_decref(page);
}

static void assert_mistake(struct house *house, const char *path, const char *body, const char *words)
{
    struct reply reply = client_patch(house, path, body);

    assert_int_equal(reply.status, 400);
    if (strstr(reply.body, words) == NULL)
        fail_msg("%s: %s", body, reply.body);
    reply_free(&reply);
}

static void a_bill_and_a_meter_typed_in_count_for_charge_day_and_month(void **state)
{
    struct house *house = *state;

    prepare(house);
    json_t *item =
        patch(house, CHARGE, "{\"place\":\"home\",\"note\":\"rain\",\"wall_kwh\":11,\"cost\":2.5}");
    assert_item(item, "place", "\"home\"");
    assert_item(item, "note", "\"rain\"");
    assert_item(item, "wall_kwh", "11.0");
    assert_item(item, "wall_from", "\"typed\"");
    assert_item(item, "cost", "2.5");
    assert_item(item, "cost_from", "\"typed\"");
    assert_item(item, "efficiency", "0.855");
    json_t *got = ask_json(house, "charges/1");
    assert_true(json_equal(item, got));
    json_decref(item);
    json_decref(got);
    assert_listed(house, "days", "wall_kwh", "11.0");
    assert_listed(house, "days", "cost", "2.5");
    assert_listed(house, "months", "wall_kwh", "11.0");
    assert_listed(house, "months", "cost", "2.5");
}

static void null_takes_away_what_was_typed_and_a_missing_key_leaves_it(void **state)
{
    struct house *house = *state;

    prepare(house);
    json_decref(patch(house, CHARGE, "{\"place\":\"home\",\"note\":\"rain\",\"wall_kwh\":11,\"cost\":2.5}"));
    json_decref(patch(house, CHARGE, "{\"place\":null,\"wall_kwh\":null}"));
    json_t *item = patch(house, CHARGE, "{}");
    assert_item(item, "place", "null");
    assert_item(item, "note", "\"rain\"");
    assert_item(item, "wall_kwh", "null");
    assert_item(item, "wall_from", "null");
    assert_item(item, "efficiency", "0.931"); /* of what the charger gave */
    assert_item(item, "cost", "2.5");
    json_decref(item);
}

static void a_figure_of_a_meter_is_not_taken_away_by_null(void **state)
{
    struct house *house = *state;
    struct diary_entry entry = charge_entry(T0_MS);

    client_log_in(house);
    entry.charge.wall_wh = 12000;
    strcpy(entry.charge.wall_from, "meter");
    keep(house, &entry);
    wait_until_kept(house, 1);
    json_t *item = patch(house, CHARGE, "{\"wall_kwh\":null}");
    assert_item(item, "wall_kwh", "12.0");
    assert_item(item, "wall_from", "\"meter\"");
    json_decref(item);
}

static void an_outing_gets_its_tags(void **state)
{
    struct house *house = *state;

    prepare(house);
    json_t *item = patch(house, OUTING, "{\"tags\":[\"work\",\"B\xc3\xa4rgen\"]}");
    assert_item(item, "tags", "[\"work\",\"B\xc3\xa4rgen\"]");
    assert_item(item, "distance_km", "31");
    json_decref(item);
    assert_listed(house, "outings", "tags", "[\"work\",\"B\xc3\xa4rgen\"]");
    json_decref(patch(house, OUTING, "{\"tags\":null}"));
    assert_listed(house, "outings", "tags", "[]");
}

/* It is text: neither SQL, nor a formula in the table, nor a line of a log. */
static void a_note_is_nothing_but_text(void **state)
{
    static const char sql[] = "x'); DROP TABLE charge; --";
    struct house *house = *state;

    prepare(house);
    json_decref(patch(house, CHARGE, "{\"note\":\"x'); DROP TABLE charge; --\"}"));
    json_t *item = ask_json(house, "charges/1");
    assert_string_equal(json_string_value(json_object_get(item, "note")), sql);
    json_decref(item);
    json_decref(patch(house, CHARGE, "{\"note\":\"=1+1\"}"));
    struct reply reply = ask(house, "charges?format=csv");
    assert_non_null(strstr(reply.body, ",'=1+1,"));
    reply_free(&reply);
    assert_mistake(house, CHARGE, "{\"note\":\"two\\nlines\"}", "\"note: has control characters\"");
    assert_mistake(house, CHARGE, "{\"place\":\"\\u001b[31m\"}", "\"place: has control");
    assert_mistake(house, CHARGE, "{\"note\":\"\\u0000\"}", "not JSON");
    assert_mistake(house, CHARGE, "{\"note\":\"\xff\"}", "not JSON");
}

static void a_mistake_is_named_and_keeps_nothing(void **state)
{
    static const char *const charges[][2] = {
        {"{\"note\":\"rain\",\"notes\":1}", "\"notes: unknown\""},
        {"{\"note\":\"rain\",\"place\":7}", "\"place: neither a text nor null\""},
        {"{\"note\":[\"rain\"]}", "\"note: neither"},
        {"{\"note\":\"rain\",\"wall_kwh\":-1}", "\"wall_kwh: neither null nor a number from 0 to 200\""},
        {"{\"note\":\"rain\",\"wall_kwh\":201}", "\"wall_kwh: "},
        {"{\"note\":\"rain\",\"wall_kwh\":\"11\"}", "\"wall_kwh: "},
        {"{\"note\":\"rain\",\"wall_kwh\":true}", "\"wall_kwh: "},
        {"{\"note\":\"rain\",\"cost\":-0.01}", "\"cost: neither null nor a number from 0 to 10000000\""},
        {"{\"note\":\"rain\",\"cost\":1e300}", "\"cost: "},
        {"{\"note\":\"rain\",\"cost\":NaN}", "not JSON"},
        {"{\"note\":\"rain\",\"cost\":1e999}", "not JSON"},
        {"{\"note\":\"rain\",\"note\":\"sun\"}", "not JSON"},
        {"{\"note\":\"rain\",\"tags\":[]}", "\"tags: unknown\""},
        {"[]", "not a JSON object"},
        {"", "not JSON"},
    };
    static const char *const outings[][2] = {
        {"{\"tags\":\"work\"}", "\"tags: neither null nor a list of at most 16 tags\""},
        {"{\"tags\":[\"two words\"]}", "\"tags: a tag has no blanks"},
        {"{\"tags\":[\"\"]}", "\"tags: a tag is a text of 1 to 31 bytes\""},
        {"{\"tags\":[7]}", "\"tags: a tag is a text"},
        {"{\"tags\":[\"a\\tb\"]}", "\"tags: a tag has no blanks and no control"},
        {"{\"note\":\"x\"}", "\"note: unknown\""},
    };
    struct house *house = *state;

    prepare(house);
    for (size_t i = 0; i < sizeof(charges) / sizeof(charges[0]); i++)
        assert_mistake(house, CHARGE, charges[i][0], charges[i][1]);
    for (size_t i = 0; i < sizeof(outings) / sizeof(outings[0]); i++)
        assert_mistake(house, OUTING, outings[i][0], outings[i][1]);
    assert_listed(house, "charges", "note", "\"\"");
    assert_listed(house, "outings", "tags", "[]");
}

static void what_is_too_long_is_refused(void **state)
{
    static char huge[17000];
    struct house *house = *state;
    char body[400], text[300];

    prepare(house);
    memset(text, 'x', sizeof(text));
    snprintf(body, sizeof(body), "{\"note\":\"%.199s\",\"place\":\"%.31s\"}", text, text);
    json_decref(patch(house, CHARGE, body));
    snprintf(body, sizeof(body), "{\"note\":\"%.200s\"}", text);
    assert_mistake(house, CHARGE, body, "\"note: longer than 199 bytes\"");
    snprintf(body, sizeof(body), "{\"place\":\"%.32s\"}", text);
    assert_mistake(house, CHARGE, body, "\"place: longer than 31 bytes\"");
    assert_mistake(house, OUTING, "{\"tags\":[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17]}",
                   "at most 16 tags");
    memset(text, 'x', 31);
    snprintf(body, sizeof(body),
             "{\"tags\":[\"%.31s\",\"%.31s\",\"%.31s\",\"%.31s\",\"%.31s\",\"%.31s\",\"%.8s\"]}", text, text,
             text, text, text, text, text);
    assert_mistake(house, OUTING, body, "\"tags: together longer than 199 bytes\"");
    memset(huge, ' ', sizeof(huge) - 1);
    assert_status(client_patch(house, CHARGE, huge), 413);
}

static void another_site_or_form_changes_nothing(void **state)
{
    static const char body[] = "{\"note\":\"stolen\"}";
    struct house *house = *state;

    assert_status(client_patch(house, CHARGE, body), 401);
    prepare(house);
    assert_status(client_patch_as(house, CHARGE, "application/json", "wrong", body), 403);
    assert_status(client_patch_as(house, CHARGE, "application/json", "", body), 403);
    assert_status(client_patch_as(house, CHARGE, "text/plain", house->csrf, body), 415);
    assert_status(
        client_patch_as(house, CHARGE, "application/json\r\nOrigin: http://evil.example", house->csrf, body),
        403);
    assert_status(client_post(house, CHARGE, "", body), 405);
    assert_listed(house, "charges", "note", "\"\"");
}

static void what_is_not_there_or_another_cars_is_not_found(void **state)
{
    struct house *house = *state;
    struct diary_entry entry = charge_entry(T0_MS);

    prepare(house);
    strcpy(entry.car, "zoe");
    keep(house, &entry);
    wait_until_kept(house, 3);
    assert_status(client_patch(house, "/api/v1/charges/99", "{}"), 404);
    assert_status(client_patch(house, "/api/v1/outings/99", "{}"), 404);
    assert_status(client_patch(house, "/api/v1/charges/2", "{\"note\":\"x\"}"), 404); /* the zoe's */
    assert_status(client_patch(house, "/api/v1/charges/01", "{}"), 404);
    assert_status(client_patch(house, CHARGE "?car=nobody", "{}"), 400);
}

static void the_diary_of_a_car_that_is_gone_is_only_read(void **state)
{
    struct house *house = *state;
    struct diary_entry entry = charge_entry(T0_MS);

    client_log_in(house);
    strcpy(entry.car, "zoe");
    keep(house, &entry);
    wait_until_kept(house, 1);
    assert_status(client_patch(house, CHARGE "?car=zoe", "{\"note\":\"x\"}"), 409);
    assert_status(client_patch(house, "/api/v1/charges/99?car=zoe", "{\"note\":\"x\"}"), 404);
    assert_listed(house, "charges?car=zoe", "note", "\"\"");
}

static void a_card_that_takes_nothing_is_not_answered_as_kept(void **state)
{
    struct house *house = *state;

    prepare(house);
    sqlite3 *lock = stall_store(house);
    struct reply reply = client_patch(house, CHARGE, "{\"note\":\"rain\"}");
    assert_int_equal(reply.status, 503);
    reply_free(&reply);
    release_store(lock);
    json_t *charge = ask_json(house, "charges/1");
    assert_item(charge, "note", "\"\"");
    json_decref(charge);
}

static void nothing_is_taken_while_the_diary_opens(void **state)
{
    struct house *house = *state;

    client_log_in(house);
    struct reply reply = client_patch(house, CHARGE, "{}");
    assert_int_equal(reply.status, 503);
    assert_non_null(strstr(reply.body, "\"diary_opening\""));
    reply_free(&reply);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        HOUSE_TEST(a_bill_and_a_meter_typed_in_count_for_charge_day_and_month),
        HOUSE_TEST(null_takes_away_what_was_typed_and_a_missing_key_leaves_it),
        HOUSE_TEST(a_figure_of_a_meter_is_not_taken_away_by_null),
        HOUSE_TEST(an_outing_gets_its_tags),
        HOUSE_TEST(a_note_is_nothing_but_text),
        HOUSE_TEST(a_mistake_is_named_and_keeps_nothing),
        HOUSE_TEST(what_is_too_long_is_refused),
        HOUSE_TEST(another_site_or_form_changes_nothing),
        HOUSE_TEST(what_is_not_there_or_another_cars_is_not_found),
        HOUSE_TEST(the_diary_of_a_car_that_is_gone_is_only_read),
        HOUSE_TEST(a_card_that_takes_nothing_is_not_answered_as_kept),
        cmocka_unit_test_setup_teardown(nothing_is_taken_while_the_diary_opens, house_set_up_opening,
                                        house_tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
