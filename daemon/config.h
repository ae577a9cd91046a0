/* garaged.conf: one table of settings (name, type, default, range, help) fills these structs; see
 * CONTRACT 10. */
#ifndef CONFIG_H
#define CONFIG_H

#include "util/core/err.h"
#include "util/log.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CONFIG_CAR_MAX    8
#define CONFIG_LIST_MAX   16
#define CONFIG_TEXT_MAX   256
#define CONFIG_FILE_BYTES (64 * 1024)

enum config_adapter {
    CONFIG_ADAPTER_ELM327,
    CONFIG_ADAPTER_SLCAN,
    CONFIG_ADAPTER_SOCKETCAN,
    CONFIG_ADAPTER_REPLAY
};
enum config_meter { CONFIG_METER_ENERGY, CONFIG_METER_POWER };
enum config_meter_unit { CONFIG_METER_KWH, CONFIG_METER_WH, CONFIG_METER_KW, CONFIG_METER_W };
enum config_tls { CONFIG_TLS_AUTO, CONFIG_TLS_ON, CONFIG_TLS_OFF };

struct config_car {
    char id[17];
    char name[64];
    char vehicle[64];
    char generation[16];                    /* "auto", or a generation of the definition */
    unsigned vehicle_line, generation_line; /* where they stand, else where the car does: for messages */
    enum config_adapter adapter;
    char port[CONFIG_TEXT_MAX];
    char interface[16];
    int baud;
    bool poll;
    bool dongle_sleeps;
    char meter_topic[128]; /* "": no meter */
    enum config_meter meter_kind;
    enum config_meter_unit meter_unit;
    char meter_field[64]; /* "": the payload is the number */
};

struct config_list {
    char items[CONFIG_LIST_MAX][CONFIG_TEXT_MAX];
    size_t count;
};

struct config_web {
    struct config_list listen, hosts, allow, proxies;
    bool ipv6;
    int port;
    enum config_tls tls;
    char cert_file[CONFIG_TEXT_MAX], key_file[CONFIG_TEXT_MAX];
    int clients, clients_per_peer;
};

struct config_mqtt {
    char host[CONFIG_TEXT_MAX];
    int port;
    char user[CONFIG_TEXT_MAX], password_file[CONFIG_TEXT_MAX], ca_file[CONFIG_TEXT_MAX];
    char cert_file[CONFIG_TEXT_MAX], key_file[CONFIG_TEXT_MAX]; /* who we are; both or none */
    bool tls;
    char base[64];
    bool discovery;
    char discovery_prefix[64], birth_topic[CONFIG_TEXT_MAX];
};

struct config_diary {
    int keep_readings_days, backups;
    char backup_dir[CONFIG_TEXT_MAX];
};

struct config {
    char state[CONFIG_TEXT_MAX];
    char zone[64];
    enum log_level log;
    struct config_car cars[CONFIG_CAR_MAX];
    size_t car_count;
    struct config_web web;
    struct config_mqtt mqtt;
    struct config_diary diary;
};

/* The word that stands for it in the file: "elm327". */
const char *config_adapter_word(enum config_adapter adapter);

/* "kWh". */
const char *config_meter_unit_word(enum config_meter_unit unit);

/* Whether its adapter is there with and without the car: a CAN interface of this machine, an SLCAN adapter on its
 * USB, a recording. What is reached by radio, and every ELM327, stands in the car. */
bool config_car_is_wired(const struct config_car *car);

/* Tells every setting of the table with its value: "cars[0].port", "mqtt.host". A list's items stand side by
 * side. */
typedef void config_tell_fn(void *ctx, const char *item, const char *value);
void config_tell(const struct config *config, config_tell_fn *tell, void *ctx);

/* Called for each mistake: "FILE:LINE: ITEM: VALUE: REASON". */
typedef void config_mistake_fn(void *ctx, const char *text);

/* Reads PATH into *config, defaults first. Returns the number of mistakes reported (0: it may be used). */
int config_load(struct config *config, const char *path, config_mistake_fn *mistake, void *ctx);

/* The same from memory; `name` stands in messages. */
int config_parse(struct config *config, const char *text, size_t len, const char *name,
                 config_mistake_fn *mistake, void *ctx);

#endif
