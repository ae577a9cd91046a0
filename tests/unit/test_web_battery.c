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

int main(void)
{
    const struct CMUnitTest tests[] = {
        HOUSE_TEST(lists_the_cells_at_rest),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
