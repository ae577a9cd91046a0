/* export/homeassistant: every entity against Home Assistant's own tables, and how the message changes. */
#include "export/homeassistant.h"
#include "export/json_mqtt.h"
#include "leaf_view.h"
#include "view_sample.h"

#include <ctype.h>
#include <jansson.h>

#define SIZE_MAX_BYTES (64 * 1024)

static char *config_of(const struct leaf_view *leaf, const char *previous)
{
    char *text = homeassistant_config("garaged", leaf->view.demo, &leaf->car, previous);

    assert_non_null(text);
    assert_true(strlen(text) < SIZE_MAX_BYTES);
    return text;
}

static json_t *read_json(const char *text)
{
    json_t *object = json_loads(text, JSON_REJECT_DUPLICATES, NULL);

    assert_non_null(object);
    return object;
}

static json_t *read_facts(void)
{
    json_t *facts = json_load_file("tests/unit/homeassistant.json", 0, NULL);

    assert_non_null(facts);
    return facts;
}

static const char *text_at(const json_t *object, const char *key)
{
    return json_string_value(json_object_get(object, key));
}

static bool has_text(const json_t *array, const char *text)
{
    for (size_t i = 0; i < json_array_size(array); i++)
        if (strcmp(json_string_value(json_array_get(array, i)), text) == 0)
            return true;
    return false;
}

static size_t component_count(const char *config)
{
    json_t *message = read_json(config);
    size_t count = json_object_size(json_object_get(message, "components"));

    json_decref(message);
    return count;
}

/* Lends the check each component of everything that there can be. */
static void each_component(void check(const char *key, json_t *component, json_t *facts))
{
    struct leaf_view *leaf = leaf_view_new("AZE0");
    json_t *facts = read_facts(), *component;
    const char *key;

    leaf_view_say_all(leaf);
    char *config = config_of(leaf, NULL);
    json_t *message = read_json(config);
    json_object_foreach(json_object_get(message, "components"), key, component) check(key, component, facts);
    json_decref(message);
    json_decref(facts);
    free(config);
    leaf_view_free(leaf);
}

static void check_options(const char *key, json_t *component, json_t *facts)
{
    json_t *platform = json_object_get(json_object_get(facts, "platforms"), text_at(component, "platform"));
    json_t *options = json_object_get(platform, "options"), *required = json_object_get(platform, "required");
    const char *option;
    json_t *value;

    if (!platform)
        fail_msg("%s: platform %s", key, text_at(component, "platform"));
    json_object_foreach(component, option, value)
    {
        if (strcmp(option, "platform") != 0 && !has_text(options, option))
            fail_msg("%s: %s is no option", key, option);
        if (has_text(json_object_get(facts, "removed_options"), option))
            fail_msg("%s: %s is gone", key, option);
    }
    for (size_t i = 0; i < json_array_size(required); i++)
        assert_non_null(json_object_get(component, json_string_value(json_array_get(required, i))));
}

static void options_are_legal(void **state)
{
    (void)state;
    each_component(check_options);
}

static void check_identity(const char *key, json_t *component, json_t *facts)
{
    char wanted[96];

    (void)facts;
    snprintf(wanted, sizeof(wanted), "garaged_leaf_%s", key);
    assert_string_equal(text_at(component, "unique_id"), wanted);
    snprintf(wanted, sizeof(wanted), "%s.leaf_%s", text_at(component, "platform"), key);
    assert_string_equal(text_at(component, "default_entity_id"), wanted);
    for (const char *c = key; *c; c++)
        assert_true(islower((unsigned char)*c) || *c == '_');
    const char *name = text_at(component, "name");
    if (!name)
        assert_true(json_is_null(json_object_get(component, "name")));
    else if (strstr(name, "Leaf"))
        fail_msg("%s: the car's name is shown before %s anyway", key, name);
    assert_int_equal(json_integer_value(json_object_get(component, "qos")), 1);
}

static void identities_last(void **state)
{
    (void)state;
    each_component(check_identity);
}

static bool is_text_class(const json_t *facts, const char *device_class)
{
    return device_class &&
           has_text(json_object_get(json_object_get(facts, "sensor"), "non_numeric"), device_class);
}

static void check_sensor(const char *key, json_t *component, json_t *facts)
{
    json_t *sensor = json_object_get(facts, "sensor");
    const char *device_class = text_at(component, "device_class"),
               *unit = text_at(component, "unit_of_measurement");
    const char *state_class = text_at(component, "state_class");

    if (strcmp(text_at(component, "platform"), "sensor") != 0)
        return;
    json_t *states = json_object_get(json_object_get(sensor, "state_classes_of"), device_class);
    json_t *units = json_object_get(json_object_get(sensor, "units"), device_class);
    if (device_class && !states)
        fail_msg("%s: class %s", key, device_class);
    if (state_class && device_class && !has_text(states, state_class))
        fail_msg("%s: %s with %s", key, state_class, device_class);
    if (units && (!unit || !has_text(units, unit)))
        fail_msg("%s: unit %s with %s", key, unit, device_class);
    if (is_text_class(facts, device_class) &&
        (unit || state_class || json_object_get(component, "suggested_display_precision")))
        fail_msg("%s: a text has no unit, class or precision", key);
    assert_int_equal(state_class && strcmp(state_class, "total") == 0,
                     json_object_get(component, "last_reset_value_template") != NULL);
}

static void sensors_have_legal_classes_and_units(void **state)
{
    (void)state;
    each_component(check_sensor);
}

static void check_rest(const char *key, json_t *component, json_t *facts)
{
    const char *platform = text_at(component, "platform"), *category = text_at(component, "entity_category");
    const char *device_class = text_at(component, "device_class");

    if (strcmp(platform, "binary_sensor") == 0 &&
        !has_text(json_object_get(json_object_get(facts, "binary_sensor"), "device_classes"), device_class))
        fail_msg("%s: class %s", key, device_class);
    if (category && strcmp(category, "diagnostic") != 0)
        fail_msg("%s: a %s of category %s is not added at all", key, platform, category);
    if (json_object_get(component, "availability"))
        assert_string_equal(text_at(component, "availability_mode"), "all");
}

static void classes_and_categories_are_legal(void **state)
{
    (void)state;
    each_component(check_rest);
}

/* "{{ value_json.soc }}" and the like name a key of what is published on the topic. */
static void assert_field(const char *key, const char *template, const json_t *object)
{
    const char *at = strstr(template, "value_json.");
    char field[32];

    assert_non_null(at);
    if (sscanf(at, "value_json.%31[a-z_]", field) != 1 || !json_object_get(object, field))
        fail_msg("%s: %s names nothing", key, template);
}

static void every_template_names_a_key(void **state)
{
    (void)state;
    struct leaf_view *leaf = leaf_view_new("AZE0");
    static struct zone zone;
    const struct json_moment now = {.boot_ns = NS_PER_S, .zone = &zone};
    struct json_told told;

    zone_set_utc(&zone);
    leaf_view_say_all(leaf);
    json_told_begin(&told);
    char *config = config_of(leaf, NULL);
    char *texts[] = {json_mqtt_state(&leaf->view, &leaf->car, &told, &now),
                     json_mqtt_battery(&leaf->car, &told), json_mqtt_charge(&leaf->car.last_charge, &zone),
                     json_mqtt_outing(&leaf->car.last_outing, &zone), json_mqtt_traffic(&leaf->car, &zone)};
    const char *const topics[] = {"garaged/leaf/state", "garaged/leaf/battery", "garaged/leaf/charge",
                                  "garaged/leaf/outing", "garaged/leaf/traffic"};
    json_t *message = read_json(config), *component;
    const char *key;
    size_t checked = 0;

    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        json_t *object = read_json(texts[i]);
        json_object_foreach(json_object_get(message, "components"), key, component)
        {
            const char *template = text_at(component, "value_template");
            if (!template || strcmp(text_at(component, "state_topic"), topics[i]) != 0)
                continue;
            assert_field(key, template, object);
            checked++;
        }
        json_decref(object);
        free(texts[i]);
    }
    assert_true(checked > 29);
    json_decref(message);
    json_told_end(&told);
    free(config);
    leaf_view_free(leaf);
}

static void the_root_is_legal(void **state)
{
    (void)state;
    struct leaf_view *leaf = leaf_view_new("AZE0");
    json_t *facts = read_facts(), *value;
    const char *key;

    leaf->view.demo = true;
    char *config = config_of(leaf, NULL);
    json_t *message = read_json(config), *device = json_object_get(message, "device");
    json_object_foreach(message, key, value)
    {
        bool is_own =
            strcmp(key, "device") == 0 || strcmp(key, "origin") == 0 || strcmp(key, "components") == 0;
        if (!is_own && !has_text(json_object_get(facts, "shared_device_options"), key))
            fail_msg("%s at the root: the whole message is refused", key);
    }
    assert_string_equal(text_at(device, "model_id"), "AZE0");
    assert_string_equal(text_at(device, "name"), "Leaf (made up)");
    assert_string_equal(text_at(device, "model"), "LEAF (made up)");
    assert_non_null(text_at(json_object_get(message, "origin"), "name"));
    json_decref(message);
    json_decref(facts);
    free(config);
    leaf_view_free(leaf);
}

static void only_what_was_heard_is_announced(void **state)
{
    (void)state;
    struct leaf_view *leaf = leaf_view_new("AZE0");
    char *nothing = config_of(leaf, NULL);

    assert_int_equal(component_count(nothing), 3); /* last_contact, link, problem */
    leaf_view_say(leaf, SIGNAL_SOC, 50);
    char *soc = config_of(leaf, nothing);
    assert_int_equal(component_count(soc), 5); /* and soc, stored */
    assert_null(strstr(soc, "climate"));
    free(nothing);
    free(soc);
    leaf_view_free(leaf);
}

static void the_same_knowledge_gives_the_same_bytes(void **state)
{
    (void)state;
    struct leaf_view *leaf = leaf_view_new("AZE0");

    leaf_view_say_all(leaf);
    uint64_t fingerprint = homeassistant_fingerprint(&leaf->car);
    char *first = config_of(leaf, NULL), *again = config_of(leaf, first);
    assert_string_equal(first, again);
    leaf_view_forget(leaf); /* a restart */
    leaf->car.generation = DEFINITION_GENERATION_AUTO;
    char *restarted = config_of(leaf, first);
    assert_string_equal(first, restarted);
    assert_true(homeassistant_fingerprint(&leaf->car) != fingerprint);
    free(first);
    free(again);
    free(restarted);
    leaf_view_free(leaf);
}

static void what_the_car_cannot_deliver_is_removed_in_two_steps(void **state)
{
    (void)state;
    static const char removal[] = "\"pack_v\":{\"platform\":\"sensor\"}";
    struct sample sample;

    sample_new(&sample, 1);
    sample.cars[0].generation = 1;
    sample_take(&sample, 0, SIGNAL_PACK_VOLTAGE, 380, NS_PER_S);
    char *all = homeassistant_config("garaged", false, &sample.cars[0], NULL);
    assert_non_null(strstr(all, "\"pack_v\":{"));
    sample.cars[0].generation = 0; /* which has no pack voltage */
    sample.cars[0].values[SIGNAL_PACK_VOLTAGE] = (struct state_value){0};
    char *marked = homeassistant_config("garaged", false, &sample.cars[0], all);
    assert_non_null(strstr(marked, removal));
    char *removed = homeassistant_config("garaged", false, &sample.cars[0], marked);
    assert_null(strstr(removed, "pack_v"));
    char *later = homeassistant_config("garaged", false, &sample.cars[0], removed);
    assert_string_equal(removed, later);
    free(all);
    free(marked);
    free(removed);
    free(later);
    sample_free(&sample);
}

static void a_removal_is_undone_by_hearing_it_again(void **state)
{
    (void)state;
    struct leaf_view *leaf = leaf_view_new("AZE0");

    leaf_view_say(leaf, SIGNAL_GIDS, 200);
    char *config = config_of(leaf, "{\"components\":{\"gids\":{\"platform\":\"sensor\"}}}");
    assert_non_null(strstr(config, "garaged_leaf_gids"));
    free(config);
    leaf_view_free(leaf);
}

static void entities_of_another_version_are_removed(void **state)
{
    (void)state;
    struct leaf_view *leaf = leaf_view_new("AZE0");
    char *config = config_of(
        leaf,
        "{\"components\":{\"future\":{\"platform\":\"number\",\"unique_id\":\"garaged_leaf_future\"}}}");

    assert_non_null(strstr(config, "\"future\":{\"platform\":\"number\"}"));
    free(config);
    leaf_view_free(leaf);
}

static void rubbish_on_the_topic_is_overwritten(void **state)
{
    (void)state;
    static const char *const rubbish[] = {
        "",
        "{",
        "[]",
        "null",
        "{\"components\":7}",
        "{\"components\":[1]}",
        "{\"components\":{\"x\":7,\"y\":{},\"z\":{\"platform\":1,\"a\":2}}}",
        "{\"components\":{\"x\":{\"platform\":\"a platform with a name that is much too long\",\"a\":1}}}"};
    struct leaf_view *leaf = leaf_view_new("AZE0");
    char *clean = config_of(leaf, NULL);

    for (size_t i = 0; i < sizeof(rubbish) / sizeof(rubbish[0]); i++) {
        char *config = config_of(leaf, rubbish[i]);
        assert_string_equal(config, clean);
        free(config);
    }
    free(clean);
    leaf_view_free(leaf);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(options_are_legal),
        cmocka_unit_test(identities_last),
        cmocka_unit_test(sensors_have_legal_classes_and_units),
        cmocka_unit_test(classes_and_categories_are_legal),
        cmocka_unit_test(every_template_names_a_key),
        cmocka_unit_test(the_root_is_legal),
        cmocka_unit_test(only_what_was_heard_is_announced),
        cmocka_unit_test(the_same_knowledge_gives_the_same_bytes),
        cmocka_unit_test(what_the_car_cannot_deliver_is_removed_in_two_steps),
        cmocka_unit_test(a_removal_is_undone_by_hearing_it_again),
        cmocka_unit_test(entities_of_another_version_are_removed),
        cmocka_unit_test(rubbish_on_the_topic_is_overwritten),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
