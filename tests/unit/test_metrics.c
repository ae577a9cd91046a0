/* export/metrics: what a scraper is told, and that it can read it. */
#include "export/metrics.h"
#include "link/counters.h"
#include "view_sample.h"

#include <ctype.h>

static void assert_has(const char *text, const char *part)
{
    if (strstr(text, part) == NULL)
        fail_msg("missing \"%s\" in:\n%s", part, text);
}

static void assert_lacks(const char *text, const char *part)
{
    if (strstr(text, part) != NULL)
        fail_msg("unwanted \"%s\" in:\n%s", part, text);
}

static char *told(const struct sample *sample, int64_t boot_ns)
{
    char *text = metrics_text(&sample->view, METRICS_FORMAT_OPENMETRICS, boot_ns);

    assert_non_null(text);
    return text;
}

static void a_signal_is_a_metric_in_the_unit_of_its_name(void **state)
{
    (void)state;
    struct sample sample;

    sample_new(&sample, 1);
    sample_take(&sample, 0, SIGNAL_SOC, 54.1, 0);
    sample_take(&sample, 0, SIGNAL_PLUGGED, 1, 0);
    sample_take(&sample, 0, SIGNAL_CHARGE_MINUTES, 90, 0);
    sample_take(&sample, 0, SIGNAL_GEAR, GEAR_D, 0);
    sample_take(&sample, 0, SIGNAL_PACK_CURRENT, -0.01, 0);
    char *text = told(&sample, 3 * NS_PER_S);
    assert_has(text, "# TYPE garaged_soc_percent gauge\n# UNIT garaged_soc_percent percent\n"
                     "garaged_soc_percent{car=\"leaf\"} 54.1\n");
    assert_has(text, "garaged_plugged{car=\"leaf\"} 1\n");
    assert_has(text, "\ngaraged_charge_minutes{car=\"leaf\"} 90\n");
    assert_has(text, "# TYPE garaged_gear stateset\ngaraged_gear{car=\"leaf\",garaged_gear=\"p\"} 0\n");
    assert_has(text, "garaged_gear{car=\"leaf\",garaged_gear=\"d\"} 1\n");
    assert_has(text, "garaged_pack_current_amperes{car=\"leaf\"} 0\n");
    assert_has(text, "garaged_signal_age_seconds{car=\"leaf\",signal=\"soc\"} 3\n");
    free(text);
    sample_free(&sample);
}

static void what_is_unknown_or_old_is_not_told_as_measured_now(void **state)
{
    (void)state;
    struct sample sample;

    sample_new(&sample, 1);
    sample_take(&sample, 0, SIGNAL_SOC, 54.1, 0);
    sample_take(&sample, 0, SIGNAL_RANGE, NAN, 0);
    view_advance(&sample.view, NS_PER_H);
    char *text = told(&sample, NS_PER_H);
    assert_lacks(text, "garaged_soc_percent");
    assert_lacks(text, "garaged_range_kilometers");
    assert_lacks(text, "garaged_odometer");
    assert_lacks(text, "NaN");
    assert_has(text, "garaged_signal_age_seconds{car=\"leaf\",signal=\"soc\"} 3600\n");
    free(text);
    sample_free(&sample);
}

static void a_missing_cell_leaves_the_numbers_of_the_others(void **state)
{
    (void)state;
    struct sample sample;
    const struct state_value value = {.heard = true, .known = true};
    const double cells[] = {3.986, NAN, 3.99};

    sample_new(&sample, 1);
    view_take_cells(&sample.view, &sample.cars[0], &value, cells, 3);
    char *text = told(&sample, 0);
    assert_has(text, "garaged_cells_volts{car=\"leaf\",cell=\"1\"} 3.986\n"
                     "garaged_cells_volts{car=\"leaf\",cell=\"3\"} 3.99\n");
    free(text);
    sample_free(&sample);
}

static void what_the_car_felt_of_us_is_counted(void **state)
{
    (void)state;
    struct sample sample;

    sample_new(&sample, 2);
    sample.cars[0].has_half = true;
    sample.cars[0].counters[COUNTER_FRAMES_SENT] = UINT64_MAX;
    sample.cars[0].counters[COUNTER_STARTED_US] = 77;
    char *text = told(&sample, 0);
    assert_has(text, "# TYPE garaged_frames_sent counter\n"
                     "garaged_frames_sent_total{car=\"leaf\"} 18446744073709551615\n");
    assert_has(text, "garaged_wakeups_total{car=\"leaf\"} 0\n");
    assert_lacks(text, "_total{car=\"van\"}"); /* its half was never there: nothing is known */
    assert_lacks(text, "started");
    free(text);
    sample_free(&sample);
}

static void a_lost_dongle_is_seen(void **state)
{
    (void)state;
    struct sample sample;

    sample_new(&sample, 1);
    sample.cars[0].link = VIEW_LINK_DOWN;
    sample.cars[0].presence = PRESENCE_AWAY;
    char *text = told(&sample, 0);
    assert_has(text, "garaged_link{car=\"leaf\",garaged_link=\"up\"} 0\n");
    assert_has(text, "garaged_link{car=\"leaf\",garaged_link=\"down\"} 1\n");
    assert_has(text, "garaged_presence{car=\"leaf\",garaged_presence=\"away\"} 1\n");
    free(text);
    sample_free(&sample);
}

static void a_dongles_name_forges_no_line(void **state)
{
    (void)state;
    struct sample sample;

    sample_new(&sample, 1);
    strcpy(sample.cars[0].adapter, "E\"} 9\n# EOF\\\r\xff\xc3\xa9");
    char *text = told(&sample, 0);
    assert_has(text, "adapter=\"E\\\"} 9\\n# EOF\\\\??\xc3\xa9\"} 1\n");
    free(text);
    sample_free(&sample);
}

static void an_older_scraper_gets_the_older_format(void **state)
{
    (void)state;
    struct sample sample;

    sample_new(&sample, 1);
    sample.cars[0].has_half = true;
    sample_take(&sample, 0, SIGNAL_GEAR, GEAR_D, 0);
    char *text = metrics_text(&sample.view, METRICS_FORMAT_TEXT, 0);
    assert_non_null(text);
    assert_has(text, "# TYPE garaged_build_info gauge\n");
    assert_has(text, "# TYPE garaged_gear gauge\n");
    assert_has(text, "# TYPE garaged_polls_total counter\n");
    assert_lacks(text, "# UNIT");
    assert_lacks(text, "# EOF");
    free(text);
    sample_free(&sample);
}

static size_t name_length(const char *text)
{
    return strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789_");
}

/* NAME="VALUE",...} NUMBER: returns what follows, or NULL. */
static const char *skip_labels(const char *at)
{
    do {
        at += name_length(at + 1) + 1;
        if (at[0] != '=' || at[1] != '"')
            return NULL;
        for (at += 2; *at != '"'; at++) {
            if (*at == '\\' && strchr("\\\"n", *++at) == NULL)
                return NULL;
            if (*at == '\n' || *at == '\0')
                return NULL;
        }
        at++;
    } while (*at == ',');
    return at[0] == '}' && at[1] == ' ' ? at + 2 : NULL;
}

/* A sample of the family in work. */
static void check_sample(const char *line, const char *family)
{
    size_t len = strlen(family);
    const char *suffix = line + len;
    const char *labels = line + name_length(line);
    char *end;

    if (strncmp(line, family, len) != 0 || *labels != '{' ||
        !(suffix == labels || strncmp(suffix, "_total{", 7) == 0 || strncmp(suffix, "_info{", 6) == 0))
        fail_msg("not of family %s: %s", family, line);
    const char *number = skip_labels(labels);
    if (number == NULL)
        fail_msg("labels: %s", line);
    strtod(number, &end);
    if (end == number || *end != '\n' || isspace((unsigned char)*number))
        fail_msg("number: %s", line);
}

static void check_grammar(const char *text)
{
    char family[128] = "", header[160];

    for (const char *line = text; *line != '\0'; line = strchr(line, '\n') + 1) {
        assert_non_null(strchr(line, '\n'));
        if (strcmp(line, "# EOF\n") == 0)
            return;
        if (strncmp(line, "# TYPE ", 7) == 0) {
            snprintf(family, sizeof(family), "%.*s", (int)name_length(line + 7), line + 7);
            snprintf(header, sizeof(header), "# TYPE %s ", family);
            assert_null(strstr(line + 1, header)); /* all samples of a family stand together */
        } else if (line[0] == '#') {
            assert_true(strncmp(line, "# UNIT ", 7) == 0 || strncmp(line, "# HELP ", 7) == 0);
            assert_memory_equal(line + 7, family, strlen(family));
        } else {
            check_sample(line, family);
        }
    }
    fail_msg("no # EOF at the end");
}

static void two_cars_that_know_everything_can_be_read(void **state)
{
    (void)state;
    struct sample sample;
    const struct state_value value = {.heard = true, .known = true};
    double cells[SIGNAL_ELEMENT_MAX];

    sample_new(&sample, 2);
    for (size_t i = 0; i < SIGNAL_ELEMENT_MAX; i++)
        cells[i] = 3.9 + (double)i / 1000;
    for (size_t c = 0; c < 2; c++) {
        sample.cars[c].has_half = true;
        for (size_t i = 0; i < SIGNAL_VOCABULARY_COUNT; i++) {
            if (i != SIGNAL_CELLS)
                sample_take(&sample, c, i, 1, 0);
        }
        view_take_cells(&sample.view, &sample.cars[c], &value, cells, SIGNAL_ELEMENT_MAX);
    }
    char *text = told(&sample, 0);
    check_grammar(text);
    assert_has(text, "garaged_cells_volts{car=\"van\",cell=\"96\"} 3.995\n");
    assert_true(strlen(text) > 16 * 1024); /* more than the first attempt holds */
    free(text);
    sample_free(&sample);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_signal_is_a_metric_in_the_unit_of_its_name),
        cmocka_unit_test(what_is_unknown_or_old_is_not_told_as_measured_now),
        cmocka_unit_test(a_missing_cell_leaves_the_numbers_of_the_others),
        cmocka_unit_test(what_the_car_felt_of_us_is_counted),
        cmocka_unit_test(a_lost_dongle_is_seen),
        cmocka_unit_test(a_dongles_name_forges_no_line),
        cmocka_unit_test(an_older_scraper_gets_the_older_format),
        cmocka_unit_test(two_cars_that_know_everything_can_be_read),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
