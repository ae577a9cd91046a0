/* GET /api/v1/diagnostics: gathers what GET system, state, traffic and log say, and has it masked. Answered
 * also when the store can't be asked. */
#include "access/certificate.h"
#include "access/manage.h"
#include "export/json_diagnostics.h"
#include "export/json_diary.h"
#include "export/mqtt.h"
#include "export/web_private.h"
#include "export/web_system.h"

#include <libwebsockets.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>

#define TRAFFIC_DAYS 31
#define NAMES_MAX    (2 * CONFIG_CAR_MAX + USER_MAX + TOKEN_MAX + CONFIG_LIST_MAX + 8)

#define FILES_MAX    16

struct car_days {
    size_t count;
    struct diary_traffic days[TRAFFIC_DAYS];
};

/* What is being gathered: question after question to the store. Holds nothing that free() does not. */
struct gathering {
    struct web_connection *connection;
    bool has_files;
    struct store_file files[FILES_MAX];
    struct store_answer answer; /* of the files */
    size_t car;                 /* whose traffic is asked for */
    struct car_days traffic[CONFIG_CAR_MAX];
    struct masking_name names[NAMES_MAX];
};

/* ---- names ---- */

static void add_cars(struct masking *masking, const struct view *view)
{
    for (size_t i = 0; i < view->car_count; i++) {
        masking_add(masking, view->cars[i].id, "car", i + 1);
        masking_add(masking, view->cars[i].name, "car", i + 1);
    }
}

static void add_people(struct masking *masking, const struct access *access)
{
    const struct users *users = access_users(access);
    const struct tokens *tokens = access_tokens(access);

    for (size_t i = 0; i < users->count; i++)
        masking_add(masking, users->items[i].name, "user", i + 1);
    for (size_t i = 0; i < tokens->count; i++)
        masking_add(masking, tokens->items[i].name, "token", i + 1);
}

static void add_places(struct masking *masking, const struct web *web, const char *machine)
{
    for (size_t i = 0; i < web->config->hosts.count; i++)
        masking_add(masking, web->config->hosts.items[i], "host", i + 1);
    masking_add(masking, machine, "machine", 0);
    if (web->settings == NULL)
        return;
    masking_add(masking, web->settings->mqtt.host, "broker", 0);
    masking_add(masking, web->settings->mqtt.user, "broker-user", 0);
}

/* ---- the answer ---- */

static json_t *traffic_object(const struct gathering *gathering)
{
    const struct view *view = gathering->connection->web->view;
    json_t *object = json_object();

    for (size_t i = 0; i < view->car_count; i++) {
        const struct car_days *car = &gathering->traffic[i];
        json_t *items = json_array();

        for (size_t day = 0; day < car->count; day++)
            json_array_append_new(items, json_diary_item(JSON_DIARY_TRAFFIC, &car->days[day], NULL));
        json_object_set_new(object, view->cars[i].id, items);
    }
    return object;
}

static char *diagnostics_text(const struct gathering *gathering, const struct masking *masking,
                              const struct utsname *machine)
{
    const struct web *web = gathering->connection->web;
    const struct json_moment now = web_now(web);
    char mosquitto[32];
    mqtt_library(mosquitto, sizeof(mosquitto));
    const struct json_library libraries[] = {
        {"libwebsockets", lws_get_library_version()}, {"sqlite", store_library()},
        {"mosquitto", mosquitto},                     {"openssl", certificate_library()},
        {"jansson", jansson_version_str()},           {"kernel", machine->release},
        {"machine", machine->machine},
    };
    struct web_system_facts facts;

    web_system_gather(web, gathering->has_files ? &gathering->answer : NULL, &facts);
    const struct json_diagnostics diagnostics = {
        .system = &facts.system,
        .libraries = libraries,
        .library_count = sizeof(libraries) / sizeof(libraries[0]),
        .config = web->settings,
        .masking = masking,
        .traffic = traffic_object(gathering),
        .log = web_log_items(web),
        .now = &now,
    };
    return json_diagnostics(&diagnostics);
}

static void end(struct gathering *gathering)
{
    struct web_connection *connection = gathering->connection;
    struct masking masking = {.names = gathering->names, .most = NAMES_MAX};
    struct utsname machine = {.nodename = ""};

    uname(&machine);
    add_cars(&masking, connection->web->view);
    add_people(&masking, connection->web->access);
    add_places(&masking, connection->web, machine.nodename);
    web_store_end(connection);
    web_reply_begin(connection, 200, "no-store");
    web_reply_header(connection, "Content-Disposition", "attachment; filename=\"garaged-diagnostics.json\"");
    web_reply_json(connection, diagnostics_text(gathering, &masking, &machine));
    free(gathering);
}

/* ---- the questions ---- */

static void ask_for_traffic(struct gathering *gathering);

static void take_traffic(void *ctx, const struct store_answer *answer)
{
    struct gathering *gathering = ctx;
    struct car_days *car = &gathering->traffic[gathering->car++];

    car->count = answer->failed ? 0 : answer->count < TRAFFIC_DAYS ? answer->count : TRAFFIC_DAYS;
    if (car->count > 0)
        memcpy(car->days, answer->items, car->count * sizeof(car->days[0]));
    ask_for_traffic(gathering);
}

/* What can't be asked now is left out. */
static void ask_for_traffic(struct gathering *gathering)
{
    const struct web *web = gathering->connection->web;
    struct store_question question = {.subject = STORE_ASK_TRAFFIC,
                                      .from_day = INT32_MIN,
                                      .to_day = INT32_MAX,
                                      .limit = TRAFFIC_DAYS};

    if (gathering->car < web->view->car_count) {
        snprintf(question.car, sizeof(question.car), "%s", web->view->cars[gathering->car].id);
        if (store_ask(web->store, &question, take_traffic, gathering) == 0)
            return;
    }
    end(gathering);
}

static void take_files(void *ctx, const struct store_answer *answer)
{
    struct gathering *gathering = ctx;

    gathering->has_files = !answer->failed;
    gathering->answer = *answer;
    gathering->answer.items = gathering->files;
    gathering->answer.count = answer->failed ? 0 : answer->count < FILES_MAX ? answer->count : FILES_MAX;
    if (gathering->answer.count > 0)
        memcpy(gathering->files, answer->items, gathering->answer.count * sizeof(gathering->files[0]));
    ask_for_traffic(gathering);
}

void web_diagnostics_get(struct web_connection *connection)
{
    static const struct store_question files = {.subject = STORE_ASK_FILES, .limit = STORE_LIMIT_MAX};
    struct gathering *gathering = calloc(1, sizeof(*gathering));

    if (gathering == NULL) {
        web_reply_error(connection, 503, "busy", "out of memory");
        return;
    }
    gathering->connection = connection;
    if (store_ask(connection->web->store, &files, take_files, gathering) == 0)
        web_store_wait(connection, gathering);
    else
        end(gathering);
}
