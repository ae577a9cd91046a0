/* The battery's lists as HTTP clients meet them. */
#include "diary_house.h"

/* 96 in one answer, in one cell of the table; a page goes on before the moment of its last. */
static void lists_the_cells_at_rest(void **state)
{
    struct house *house = *state;
    struct diary_entry entry = blank_entry(DIARY_CELLS);

    client_log_in(house);
    entry.cells = (struct diary_cells){.at_ms = INT64_C(1767268800000), .count = 96}; /* 2026-01-01 12:00Z */
    for (size_t i = 0; i < 96; i++)
        entry.cells.mv[i] = (uint16_t)(3900 + i);
    entry.cells.mv[1] = DIARY_CELL_MISSING;
    keep(house, &entry);
    entry.cells.at_ms += 86400000;
    keep(house, &entry);
    wait_until_kept(house, 2);
    json_t *page = ask_json(house, "cells?limit=1");
    json_t *next = json_object_get(page, "next");
    assert_true(json_integer_value(next) == entry.cells.at_ms);
    json_decref(page);
    page = ask_json(house, "cells?before=1767355200000");
    json_t *item = json_array_get(json_object_get(page, "items"), 0);
    json_t *cells = json_object_get(item, "cells");
    assert_int_equal(json_array_size(cells), 96);
    assert_true(json_number_value(json_array_get(cells, 95)) == 3.995);
    assert_true(json_is_null(json_array_get(cells, 1)));
    assert_true(json_number_value(json_object_get(item, "cell_spread")) == 0.095);
    json_decref(page);
    struct reply reply = ask(house, "cells?to=2026-01-01&format=csv");
    assert_non_null(strstr(reply.body, "at,cells,cell_min,cell_max,cell_spread\r\n"));
    assert_non_null(strstr(reply.body, " 3.994 3.995,3.9,3.995,0.095\r\n"));
    assert_non_null(strstr(reply.body, ",3.9  3.902 ")); /* nothing between two blanks: not heard */
    reply_free(&reply);
}

static void keep_battery(struct house *house, int64_t at_ms, int64_t serial)
{
    struct diary_entry entry = blank_entry(DIARY_IDENTITY);

    entry.identity = (struct diary_identity){
        .from_ms = at_ms, .status = DIARY_IDENTITY_ACCEPTED, .serial = serial, .battery = {(uint8_t)serial}};
    keep(house, &entry);
}

static void keep_soh(struct house *house, const char *day, int64_t soh)
{
    struct diary_entry entry = blank_entry(DIARY_HEALTH);

    entry.health = (struct diary_health){.soh = soh};
    day_parse(day, &entry.health.day);
    keep(house, &entry);
}

/* The day it was changed is the new one's. */
static void a_changed_battery_begins_a_new_series(void **state)
{
    struct house *house = *state;

    client_log_in(house);
    keep_battery(house, T0_MS, 1);
    keep_soh(house, "2026-01-01", 7100);
    keep_soh(house, "2026-01-02", 7090);
    keep_battery(house, T0_MS + DAY_MS, 2);
    keep_soh(house, "2026-01-02", 9900);
    wait_until_kept(house, 5);
    struct reply reply = ask(house, "battery?format=csv");
    assert_non_null(strstr(reply.body, "\r\n2026-01-02,2,99.0,"));
    assert_non_null(strstr(reply.body, "\r\n2026-01-01,1,71.0,"));
    reply_free(&reply);
    assert_items(house, "battery", 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        HOUSE_TEST(lists_the_cells_at_rest),
        HOUSE_TEST(a_changed_battery_begins_a_new_series),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
