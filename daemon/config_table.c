/* The one table of settings. config/garaged.conf is written from it and a test keeps the two equal. */
#include "config_private.h"

#include <string.h>

#define PLACE(member) .offset = offsetof(struct config, member), .size = sizeof(((struct config *)0)->member)
#define CAR_PLACE(member)                                                                                    \
    .offset = offsetof(struct config_car, member), .size = sizeof(((struct config_car *)0)->member)

static const char *const log_words[] = {"error", "warning", "notice", "info", "debug", NULL};
static const char *const adapter_words[] = {"elm327", "slcan", "socketcan", "replay", NULL};
static const char *const meter_words[] = {"energy", "power", NULL};
static const char *const meter_unit_words[] = {"kWh", "Wh", "kW", "W", NULL};
static const char *const tls_words[] = {"auto", "on", "off", NULL};
static const int bauds[] = {0,      9600,   38400,  57600,   115200,  230400,
                            460800, 500000, 921600, 1000000, 2000000, -1};

const struct config_group config_groups[] = {
    {"", NULL},
    {"cars", "The cars, each with its own dongle: ( { ... }, { ... } ), or ( ) for none."},
    {"web", "The page, and the interface behind it."},
    {"mqtt", "The broker that Home Assistant listens to. Off as long as no host is named."},
    {"diary", "What is kept."},
};

const size_t config_group_count = sizeof(config_groups) / sizeof(config_groups[0]);

const struct config_row config_table[] = {
    {"", "state", CONFIG_TEXT, PLACE(state), .standard = "/var/lib/garaged", .check = config_check_state,
     .help = "Folder of the databases. Under systemd the unit's StateDirectory comes first."},
    {"", "zone", CONFIG_TEXT, PLACE(zone), .standard = "", .check = config_check_zone,
     .help = "Time zone of days and texts (\"Europe/Oslo\"); \"\" is the system's."},
    {"", "log", CONFIG_WORD, PLACE(log), .standard = "info", .words = log_words,
     .help = "How much is logged: error, warning, notice, info or debug."},

    {"cars", "id", CONFIG_TEXT, CAR_PLACE(id), .example = "leaf", .check = config_check_id,
     .help = "Short name in addresses and topics: a-z, then a-z, 0-9 and _, at most 16. It stays for ever."},
    {"cars", "name", CONFIG_TEXT, CAR_PLACE(name), .standard = "",
     .help = "Name on the page; \"\" is the id."},
    {"cars", "vehicle", CONFIG_TEXT, CAR_PLACE(vehicle), .standard = "nissan-leaf",
     .check = config_check_vehicle,
     .help = "Its definition: a file of vehicles/ or of /etc/garaged/vehicles.d/, without .conf."},
    {"cars", "generation", CONFIG_TEXT, CAR_PLACE(generation), .standard = "auto",
     .check = config_check_generation,
     .help = "Generation of the definition (ZE0, AZE0, ZE1, eNV200), or \"auto\"."},
    {"cars", "adapter", CONFIG_WORD, CAR_PLACE(adapter), .standard = "elm327", .words = adapter_words,
     .help = "Kind: elm327, slcan, socketcan or replay (a recording). slcan on USB and socketcan stay when the car "
             "leaves."},
    {"cars", "port", CONFIG_TEXT, CAR_PLACE(port), .example = "/dev/serial/by-id/NAME-OF-YOUR-DONGLE",
     .help = "/dev/..., tcp://ADDRESS:PORT (a private, numeric address), bt://AA:BB:CC:DD:EE:FF, can0, or a "
             "recording."},
    {"cars", "interface", CONFIG_TEXT, CAR_PLACE(interface), .standard = "", .check = config_check_interface,
     .help = "Network interface that leads to a tcp:// dongle (\"wlan1\"); \"\" is whichever does without "
             "a router."},
    {"cars", "baud", CONFIG_NUMBER, CAR_PLACE(baud), .number = 0, .choices = bauds,
     .help = "Speed of a serial port; 0 tries the usual ones."},
    {"cars", "poll", CONFIG_FLAG, CAR_PLACE(poll), .number = 1,
     .help = "Ask the car what it does not say by itself; false only listens."},
    {"cars", "dongle_sleeps", CONFIG_FLAG, CAR_PLACE(dongle_sleeps), .number = 0,
     .help = "The dongle switches itself off beside a sleeping car: its silence is no departure."},
    {"cars", "meter_topic", CONFIG_TEXT, CAR_PLACE(meter_topic), .standard = "",
     .check = config_check_meter_topic,
     .help = "MQTT topic of the plug or wallbox that measures what this car takes; \"\" is none."},
    {"cars", "meter_kind", CONFIG_WORD, CAR_PLACE(meter_kind), .standard = "energy", .words = meter_words,
     .help = "What it tells: energy, a counter that only rises, or the present power. The counter is better."},
    {"cars", "meter_unit", CONFIG_WORD, CAR_PLACE(meter_unit), .standard = "kWh", .words = meter_unit_words,
     .help = "Its unit: kWh or Wh of energy, kW or W of power."},
    {"cars", "meter_field", CONFIG_TEXT, CAR_PLACE(meter_field), .standard = "",
     .check = config_check_meter_field,
     .help = "Where the number stands in a JSON payload (\"ENERGY.Total\"); \"\" when the payload is the number."},

    {"web", "listen", CONFIG_TEXTS, PLACE(web.listen), .standard = "127.0.0.1", .check = config_check_listen,
     .help = "Where to listen, one or a list: loopback, a network interface (\"eth0\"), or a private IPv4 address."},
    {"web", "ipv6", CONFIG_FLAG, PLACE(web.ipv6), .number = 0,
     .help = "On interfaces also IPv6, for addresses of the house (fc00::/7, fe80::/10)."},
    {"web", "port", CONFIG_NUMBER, PLACE(web.port), .number = 8080, .min = 1, .max = 65535,
     .help = "TCP port."},
    {"web", "tls", CONFIG_WORD, PLACE(web.tls), .standard = "auto", .words = tls_words,
     .help = "on, off, or auto: off on loopback and on elsewhere."},
    {"web", "cert_file", CONFIG_TEXT, PLACE(web.cert_file), .standard = "", .check = config_check_path,
     .help = "Your own certificate with those that vouch for it, PEM; \"\" is one that garaged makes itself."},
    {"web", "key_file", CONFIG_TEXT, PLACE(web.key_file), .standard = "", .check = config_check_path,
     .help = "Its key, a file of mode 0600. Both are read again when they change."},
    {"web", "hosts", CONFIG_TEXTS, PLACE(web.hosts), .standard = "", .check = config_check_host,
     .help = "Further names by which browsers may call the page."},
    {"web", "allow", CONFIG_TEXTS, PLACE(web.allow), .standard = "", .check = config_check_network,
     .help = "Networks from which it may be called (\"192.168.1.0/24\"); none named: every private one."},
    {"web", "proxies", CONFIG_TEXTS, PLACE(web.proxies), .standard = "", .check = config_check_address,
     .help = "Addresses of reverse proxies of yours. What any other relays is refused; what they say of others is not "
             "believed."},
    {"web", "clients", CONFIG_NUMBER, PLACE(web.clients), .number = 32, .min = 1, .max = 256,
     .help = "Most connections at a time."},
    {"web", "clients_per_peer", CONFIG_NUMBER, PLACE(web.clients_per_peer), .number = 12, .min = 1,
     .max = 256, .help = "Most connections at a time from one address."},

    {"mqtt", "host", CONFIG_TEXT, PLACE(mqtt.host), .standard = "", .check = config_check_host,
     .help = "The broker's address or name; \"\" switches MQTT off."},
    {"mqtt", "port", CONFIG_NUMBER, PLACE(mqtt.port), .number = 1883, .min = 1, .max = 65535,
     .help = "Its TCP port."},
    {"mqtt", "user", CONFIG_TEXT, PLACE(mqtt.user), .standard = "",
     .help = "User at the broker; \"\" is nobody."},
    {"mqtt", "password_file", CONFIG_TEXT, PLACE(mqtt.password_file), .standard = "",
     .check = config_check_path,
     .help = "File of mode 0600 that holds the user's password; \"\" is systemd's credential mqtt.pass, if there is one."},
    {"mqtt", "tls", CONFIG_FLAG, PLACE(mqtt.tls), .number = 0, .help = "Speak TLS with the broker."},
    {"mqtt", "ca_file", CONFIG_TEXT, PLACE(mqtt.ca_file), .standard = "", .check = config_check_path,
     .help = "Certificate of the authority that vouches for the broker; \"\" is the system's list."},
    {"mqtt", "cert_file", CONFIG_TEXT, PLACE(mqtt.cert_file), .standard = "", .check = config_check_path,
     .help = "Our own certificate, for a broker that asks for one; \"\" is none."},
    {"mqtt", "key_file", CONFIG_TEXT, PLACE(mqtt.key_file), .standard = "", .check = config_check_path,
     .help = "File of mode 0600 that holds its key, without a passphrase."},
    {"mqtt", "base", CONFIG_TEXT, PLACE(mqtt.base), .standard = "garaged", .check = config_check_topic,
     .help = "What every topic begins with."},
    {"mqtt", "discovery", CONFIG_FLAG, PLACE(mqtt.discovery), .number = 1,
     .help = "Introduce the cars to Home Assistant."},
    {"mqtt", "discovery_prefix", CONFIG_TEXT, PLACE(mqtt.discovery_prefix), .standard = "homeassistant",
     .check = config_check_topic, .help = "Home Assistant's discovery prefix."},
    {"mqtt", "birth_topic", CONFIG_TEXT, PLACE(mqtt.birth_topic), .standard = "homeassistant/status",
     .check = config_check_topic, .help = "Where Home Assistant says that it has started."},

    {"diary", "keep_readings_days", CONFIG_NUMBER, PLACE(diary.keep_readings_days), .number = 0, .min = 0,
     .max = 36500,
     .help = "Days for which single readings are kept; 0 is for ever. Hours, charges and days always stay."},
    {"diary", "backups", CONFIG_NUMBER, PLACE(diary.backups), .number = 7, .min = 0, .max = 365,
     .help = "Daily copies of diary.db and access.db that are kept; 0 makes none."},
    {"diary", "backup_dir", CONFIG_TEXT, PLACE(diary.backup_dir), .standard = "", .check = config_check_path,
     .help = "Folder of these copies, best on another disk; \"\" is below the state folder."},
};

const size_t config_table_rows = sizeof(config_table) / sizeof(config_table[0]);

_Static_assert(sizeof(enum log_level) == sizeof(int), "words are stored as int");
_Static_assert(sizeof(enum config_adapter) == sizeof(int), "words are stored as int");
_Static_assert(sizeof(enum config_meter) == sizeof(int), "words are stored as int");
_Static_assert(sizeof(enum config_meter_unit) == sizeof(int), "words are stored as int");
_Static_assert(sizeof(enum config_tls) == sizeof(int), "words are stored as int");

void *config_row_place(const struct config_row *row, void *base)
{
    return (char *)base + row->offset;
}

static int word_number(const struct config_row *row)
{
    int number = 0;

    while (strcmp(row->words[number], row->standard) != 0)
        number++;
    return number;
}

static void set_list(struct config_list *list, const char *item)
{
    memset(list, 0, sizeof(*list));
    if (item[0] == '\0')
        return;
    memcpy(list->items[0], item, strlen(item) + 1);
    list->count = 1;
}

void config_set_default(const struct config_row *row, void *base)
{
    void *place = config_row_place(row, base);
    int number;

    switch (row->kind) {
    case CONFIG_TEXT:
        memset(place, 0, row->size);
        if (row->standard)
            memcpy(place, row->standard, strlen(row->standard));
        break;
    case CONFIG_TEXTS:
        set_list(place, row->standard);
        break;
    case CONFIG_NUMBER:
        memcpy(place, &row->number, sizeof(row->number));
        break;
    case CONFIG_WORD:
        number = word_number(row);
        memcpy(place, &number, sizeof(number));
        break;
    case CONFIG_FLAG:
        *(bool *)place = row->number != 0;
        break;
    }
}

const char *config_meter_unit_word(enum config_meter_unit unit)
{
    return meter_unit_words[unit];
}

const char *config_adapter_word(enum config_adapter adapter)
{
    return adapter_words[adapter];
}
