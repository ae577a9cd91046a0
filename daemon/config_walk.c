/* libconfig's tree against the table: every key is found, every mistake said, so that one run shows them all.
 * Stores nothing that is wrong; the caller does not use a configuration with mistakes anyway. */
#include "config_private.h"

#include "util/core/nearest.h"

#include <libconfig.h>
#include <stdio.h>
#include <string.h>

struct walk {
    struct config *config;
    const struct confscan *scan;
    struct config_report *report;
};

static struct config_place place_of(const config_setting_t *setting, const char *parent)
{
    struct config_place place = {.setting = setting, .line = config_setting_source_line(setting)};

    snprintf(place.item, sizeof(place.item), "%.60s%s%.60s", parent, parent[0] != '\0' ? "." : "",
             config_setting_name(setting));
    return place;
}

/* ---- unknown keys and secrets ---- */

static bool looks_like_secret(const char *name)
{
    static const char *const parts[] = {"password", "passwd", "passphrase", "token", "secret"};
    size_t len = strlen(name);

    for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
        if (strcasestr(name, parts[i]))
            return true;
    }
    return strcasecmp(name, "key") == 0 || (len > 4 && strcasecmp(name + len - 4, "_key") == 0);
}

/* The known setting that was probably meant: of this group if possible, else of another ("port" outside of
 * "web"). */
static const char *find_meant(const char *group, const char *name, const char **meant_group)
{
    unsigned best = NEAREST_NONE;
    const char *meant = NULL;

    for (size_t i = 0; i < config_table_rows; i++) {
        const struct config_row *row = &config_table[i];
        unsigned distance = nearest_distance(name, row->name) + (strcmp(row->group, group) == 0 ? 0 : 1);
        if (distance < best) {
            best = distance;
            meant = row->name;
            *meant_group = row->group;
        }
    }
    for (size_t i = 1; i < config_group_count && group[0] == '\0'; i++) {
        unsigned distance = nearest_distance(name, config_groups[i].name);
        if (distance < best) {
            best = distance;
            meant = config_groups[i].name;
            *meant_group = "";
        }
    }
    return meant;
}

static void say_unknown(struct walk *walk, const struct config_place *place, const char *group,
                        const char *parent)
{
    const char *meant_group = group;
    const char *meant = find_meant(group, config_setting_name(place->setting), &meant_group);

    if (looks_like_secret(config_setting_name(place->setting))) {
        config_report(walk->report, place->line, place->item, NULL,
                      "put it into a file of mode 0600 and name it with password_file");
        return;
    }
    if (!meant) {
        config_report(walk->report, place->line, place->item, NULL, "unknown");
        return;
    }
    if (strcmp(meant_group, group) != 0)
        parent = strcmp(meant_group, "cars") == 0 ? "cars[]" : meant_group;
    config_report(walk->report, place->line, place->item, NULL, "unknown, did you mean %s%s%s?", parent,
                  parent[0] != '\0' ? "." : "", meant);
}

/* ---- the tree ---- */

static const struct config_row *find_row(const char *group, const char *name)
{
    for (size_t i = 0; i < config_table_rows; i++) {
        if (strcmp(config_table[i].group, group) == 0 && strcmp(config_table[i].name, name) == 0)
            return &config_table[i];
    }
    return NULL;
}

static bool is_group(const char *name)
{
    for (size_t i = 0; i < config_group_count; i++) {
        if (strcmp(config_groups[i].name, name) == 0)
            return true;
    }
    return false;
}

/* Numbers that libconfig cannot be trusted with were found before. */
static bool was_said(const struct walk *walk, const struct config_place *place)
{
    for (size_t i = 0; i < walk->scan->count; i++) {
        if (strcmp(walk->scan->mistakes[i].item, place->item) == 0)
            return true;
    }
    return false;
}

/* A value of `group`, whose name in messages is `parent` ("cars[0]"). */
static void take_setting(struct walk *walk, const config_setting_t *setting, const char *group,
                         const char *parent, void *base)
{
    struct config_place place = place_of(setting, parent);
    const struct config_row *row = find_row(group, config_setting_name(setting));

    if (!row)
        say_unknown(walk, &place, group, parent);
    else if (!was_said(walk, &place))
        config_take_value(walk->report, &place, row, base);
}

static void take_group(struct walk *walk, const config_setting_t *setting, const char *group,
                       const char *parent, void *base)
{
    for (int i = 0; i < config_setting_length(setting); i++)
        take_setting(walk, config_setting_get_elem(setting, (unsigned)i), group, parent, base);
}

/* ---- cars ---- */

static void say_missing(struct walk *walk, const config_setting_t *setting, const char *parent)
{
    for (size_t i = 0; i < config_table_rows; i++) {
        const struct config_row *row = &config_table[i];
        char item[CONFSCAN_ITEM_MAX];
        bool is_needed = strcmp(row->group, "cars") == 0 && row->example;
        if (!is_needed || config_setting_get_member(setting, row->name))
            continue;
        snprintf(item, sizeof(item), "%.60s.%s", parent, row->name);
        config_report(walk->report, config_setting_source_line(setting), item, NULL, "missing");
    }
}

static bool fits_kind(const struct config_car *car)
{
    bool is_of_energy = car->meter_unit == CONFIG_METER_KWH || car->meter_unit == CONFIG_METER_WH;

    return is_of_energy == (car->meter_kind == CONFIG_METER_ENERGY);
}

static void check_meter(struct walk *walk, const config_setting_t *setting, const char *parent,
                        const struct config_car *car)
{
    const config_setting_t *kind = config_setting_get_member(setting, "meter_kind");
    const config_setting_t *unit = config_setting_get_member(setting, "meter_unit");
    struct config_place place = place_of(unit ? unit : kind ? kind : setting, parent);

    if (!fits_kind(car))
        config_report(walk->report, place.line, place.item, NULL, "%s is no unit of %s: %s",
                      config_meter_unit_word(car->meter_unit),
                      car->meter_kind == CONFIG_METER_ENERGY ? "energy" : "power",
                      car->meter_kind == CONFIG_METER_ENERGY ? "kWh or Wh" : "kW or W");
}

/* What takes two settings to judge. Only of a car that is right so far. */
static void check_car(struct walk *walk, const config_setting_t *setting, const char *parent,
                      const struct config_car *car)
{
    const char *reason = config_check_port(car->adapter, car->port);
    struct config_place port = place_of(config_setting_get_member(setting, "port"), parent);
    struct config_place id = place_of(config_setting_get_member(setting, "id"), parent);

    if (reason)
        config_report(walk->report, port.line, port.item, car->port, "%s", reason);
    check_meter(walk, setting, parent, car);
    for (const struct config_car *other = walk->config->cars; other < car; other++) {
        if (strcmp(other->id, car->id) == 0)
            config_report(walk->report, id.line, id.item, car->id, "another car has this id");
    }
}

static unsigned line_of(const config_setting_t *car, const char *name)
{
    const config_setting_t *setting = config_setting_get_member(car, name);

    return config_setting_source_line(setting ? setting : car);
}

static void take_car(struct walk *walk, const config_setting_t *setting, const char *item)
{
    struct config_car *car = &walk->config->cars[walk->config->car_count++];
    struct config_place place = {.setting = setting, .line = config_setting_source_line(setting)};
    int mistakes = walk->report->count;

    for (size_t i = 0; i < config_table_rows; i++) {
        if (strcmp(config_table[i].group, "cars") == 0)
            config_set_default(&config_table[i], car);
    }
    snprintf(place.item, sizeof(place.item), "%s", item);
    if (!config_setting_is_group(setting)) {
        config_say_wrong_type(walk->report, &place, "not a group: { id = ...; port = ...; }");
        return;
    }
    take_group(walk, setting, "cars", item, car);
    car->vehicle_line = line_of(setting, "vehicle");
    car->generation_line = line_of(setting, "generation");
    say_missing(walk, setting, item);
    if (walk->report->count == mistakes)
        check_car(walk, setting, item, car);
    if (car->name[0] == '\0')
        memcpy(car->name, car->id, sizeof(car->id));
}

static void take_cars(struct walk *walk, const struct config_place *place)
{
    int length = config_setting_length(place->setting);

    if (!config_setting_is_list(place->setting)) {
        config_say_wrong_type(walk->report, place, "not a list: ( { ... }, { ... } )");
        return;
    }
    if (length > CONFIG_CAR_MAX) {
        config_report(walk->report, place->line, place->item, NULL, "more than %d", CONFIG_CAR_MAX);
        length = CONFIG_CAR_MAX;
    }
    for (int i = 0; i < length; i++) {
        char item[CONFSCAN_ITEM_MAX];
        snprintf(item, sizeof(item), "%.60s[%d]", place->item, i);
        take_car(walk, config_setting_get_elem(place->setting, (unsigned)i), item);
    }
}

/* ---- the top ---- */

static void take_top(struct walk *walk, const config_setting_t *setting)
{
    const char *name = config_setting_name(setting);
    struct config_place place = place_of(setting, "");

    if (!is_group(name))
        take_setting(walk, setting, "", "", walk->config);
    else if (strcmp(name, "cars") == 0)
        take_cars(walk, &place);
    else if (!config_setting_is_group(setting))
        config_say_wrong_type(walk->report, &place, "not a group: { ... }");
    else
        take_group(walk, setting, name, name, walk->config);
}

/* A meter without a broker says nothing. */
static void check_broker(struct walk *walk, const config_setting_t *root)
{
    const config_setting_t *cars = config_setting_get_member(root, "cars");

    for (size_t i = 0; i < walk->config->car_count && walk->config->mqtt.host[0] == '\0'; i++) {
        char item[CONFSCAN_ITEM_MAX];
        if (walk->config->cars[i].meter_topic[0] == '\0')
            continue;
        snprintf(item, sizeof(item), "cars[%zu].meter_topic", i);
        config_report(walk->report, line_of(config_setting_get_elem(cars, (unsigned)i), "meter_topic"), item,
                      walk->config->cars[i].meter_topic, "no broker: name mqtt.host");
    }
}

/* Where a setting of the group stands, or the group itself. */
static unsigned line_in(const config_setting_t *root, const char *group_name, const char *name)
{
    const config_setting_t *group = config_setting_get_member(root, group_name);

    return group ? line_of(group, name) : 0;
}

/* Half of a pair, or a pair that nobody asks for. */
static void check_own_certificate(struct walk *walk, const config_setting_t *root)
{
    const struct config_mqtt *mqtt = &walk->config->mqtt;
    bool has_cert = mqtt->cert_file[0] != '\0', has_key = mqtt->key_file[0] != '\0';
    const char *name = has_cert ? "cert_file" : "key_file";
    const char *value = has_cert ? mqtt->cert_file : mqtt->key_file;

    if (has_cert != has_key)
        config_report(walk->report, line_in(root, "mqtt", name), has_cert ? "mqtt.cert_file" : "mqtt.key_file",
                      value, "name %s too", has_cert ? "mqtt.key_file" : "mqtt.cert_file");
    else if (has_cert && !mqtt->tls)
        config_report(walk->report, line_in(root, "mqtt", name), "mqtt.cert_file", value,
                      "is shown over TLS only: mqtt.tls is false");
}

static void check_web(struct walk *walk, const config_setting_t *root)
{
    const struct config_web *web = &walk->config->web;
    const config_setting_t *group = config_setting_get_member(root, "web");
    char value[32];

    if (!group)
        return;
    if (web->listen.count == 0)
        config_report(walk->report, config_setting_source_line(group), "web.listen", NULL,
                      "names no address");
    if ((web->cert_file[0] == '\0') != (web->key_file[0] == '\0')) {
        bool has_key = web->key_file[0] != '\0';
        config_report(walk->report, line_of(group, has_key ? "key_file" : "cert_file"),
                      has_key ? "web.key_file" : "web.cert_file", has_key ? web->key_file : web->cert_file,
                      "goes with %s: name both or none", has_key ? "web.cert_file" : "web.key_file");
    }
    if (web->clients_per_peer > web->clients) {
        snprintf(value, sizeof(value), "%d", web->clients_per_peer);
        config_report(walk->report, config_setting_source_line(group), "web.clients_per_peer", value,
                      "more than web.clients, which is %d", web->clients);
    }
}

static void say_number_mistakes(struct walk *walk)
{
    for (size_t i = 0; i < walk->scan->count; i++) {
        const struct confscan_mistake *mistake = &walk->scan->mistakes[i];
        config_report(walk->report, mistake->line, mistake->item, mistake->value, "%s", mistake->reason);
    }
}

static void walk_tree(struct walk *walk, const config_setting_t *root)
{
    for (size_t i = 0; i < config_table_rows; i++) {
        if (strcmp(config_table[i].group, "cars") != 0)
            config_set_default(&config_table[i], walk->config);
    }
    say_number_mistakes(walk);
    for (int i = 0; i < config_setting_length(root); i++)
        take_top(walk, config_setting_get_elem(root, (unsigned)i));
    if (walk->report->count == 0)
        check_web(walk, root);
    if (walk->report->count == 0)
        check_broker(walk, root);
    if (walk->report->count == 0)
        check_own_certificate(walk, root);
}

void config_walk(struct config *config, const char *text, const struct confscan *scan,
                 struct config_report *report)
{
    struct walk walk = {.config = config, .scan = scan, .report = report};
    config_t tree;

    config_init(&tree);
    if (config_read_string(&tree, text) == CONFIG_TRUE)
        walk_tree(&walk, config_root_setting(&tree));
    else
        config_report(report, (unsigned)config_error_line(&tree), NULL, NULL, "%s", config_error_text(&tree));
    config_destroy(&tree);
}
