/* What the texts of garaged.conf may be. Looks at nothing but the text, and at the system's list of zones:
 * whether a dongle, a broker or a folder is there is found out, and said, by who uses it. */
#include "config_private.h"
#include "util/calendar.h"
#include "util/ip.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define LOWER "abcdefghijklmnopqrstuvwxyz"
#define UPPER "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define DIGIT "0123456789"
#define HEX   DIGIT "abcdefABCDEF"

#define BLUETOOTH_LEN         strlen("AA:BB:CC:DD:EE:FF")
#define BLUETOOTH_CHANNEL_MAX 30

static bool begins_with(const char *text, const char *start)
{
    return strncmp(text, start, strlen(start)) == 0;
}

static bool consists_of(const char *text, const char *allowed)
{
    return text[strspn(text, allowed)] == '\0';
}

const char *config_check_state(const char *value)
{
    return value[0] != '\0' ? NULL : "empty: name a folder";
}

const char *config_check_zone(const char *value)
{
    return value[0] == '\0' || calendar_zone_exists(value) ? NULL : "no such time zone";
}

const char *config_check_id(const char *value)
{
    bool is_id = value[0] != '\0' && strchr(LOWER, value[0]) && consists_of(value, LOWER DIGIT "_");

    return is_id ? NULL : "an id begins with a-z and goes on with a-z, 0-9 and _";
}

const char *config_check_vehicle(const char *value)
{
    bool is_name = value[0] != '\0' && strchr(LOWER DIGIT, value[0]) && consists_of(value, LOWER DIGIT "_-");

    return is_name ? NULL : "the name of a definition has only a-z, 0-9, _ and -";
}

const char *config_check_generation(const char *value)
{
    bool is_word = value[0] != '\0' && consists_of(value, LOWER UPPER DIGIT "_");

    return is_word ? NULL : "a generation is one word, or auto";
}

static bool is_interface_name(const char *text)
{
    size_t len = strlen(text);

    return len > 0 && len < sizeof(((struct config_car *)0)->interface) && !strpbrk(text, "/: \t") &&
           strcmp(text, ".") != 0 && strcmp(text, "..") != 0;
}

const char *config_check_interface(const char *value)
{
    return value[0] == '\0' || is_interface_name(value) ? NULL : "not the name of a network interface";
}

const char *config_check_path(const char *value)
{
    return value[0] == '\0' || value[0] == '/' ? NULL : "not a whole path from /";
}

const char *config_check_topic(const char *value)
{
    size_t len = strlen(value);

    if (len == 0)
        return "empty: name a topic";
    if (strpbrk(value, "+#"))
        return "a topic to publish has no + and no #";
    if (value[0] == '/' || value[0] == '$' || value[len - 1] == '/')
        return "a topic begins with neither / nor $ and does not end with /";
    return NULL;
}

const char *config_check_meter_topic(const char *value)
{
    if (strpbrk(value, "+#"))
        return "name one topic: no + and no #";
    return value[0] == '$' ? "what the broker says of itself is no meter" : NULL;
}

/* Names joined by points. */
const char *config_check_meter_field(const char *value)
{
    size_t len = strlen(value);
    bool is_path = len == 0 || (value[0] != '.' && value[len - 1] != '.' && !strstr(value, ".."));

    return is_path ? NULL : "names joined by points, as in ENERGY.Total";
}

/* ---- addresses ---- */

/* 0.0.0.0 and :: are every network at once, the next one that somebody plugs in too. */
static const char *check_listen_address(const struct ip *ip)
{
    static const struct ip any_v4 = {.is_v6 = false}, any_v6 = {.is_v6 = true};

    if (ip_is_loopback(ip))
        return NULL;
    if (ip_equal(ip, &any_v4) || ip_equal(ip, &any_v6))
        return "refused: every network at once, the Internet too; name the house's interface, as in listen = \"eth0\"";
    if (ip->is_v6)
        return "refused: for IPv6 name the interface, as in listen = \"eth0\", with ipv6 = true";
    return ip_is_private(ip) ? NULL
                             : "refused: a public address; garaged serves the house, over a VPN from elsewhere";
}

/* What has only digits, points and colons was meant as an address. */
const char *config_check_listen(const char *value)
{
    struct ip ip;

    if (strncmp(value, "::ffff:", 7) == 0)
        return "refused: write the IPv4 address as such";
    if (ip_read(value, &ip))
        return check_listen_address(&ip);
    if (!is_interface_name(value) || consists_of(value, DIGIT ".") || strchr(value, '*'))
        return "neither a network interface nor an address";
    return NULL;
}

const char *config_check_host(const char *value)
{
    struct ip ip;
    bool is_name = value[0] != '-' && value[0] != '.' && consists_of(value, LOWER UPPER DIGIT ".-_");

    return is_name || ip_read(value, &ip) ? NULL : "neither a name nor an address";
}

const char *config_check_address(const char *value)
{
    struct ip ip;

    return ip_read(value, &ip) ? NULL : "not a numeric address";
}

const char *config_check_network(const char *value)
{
    struct ip_network network;

    return ip_network_read(value, &network) ? NULL : "not a network: ADDRESS or ADDRESS/BITS";
}

/* ---- ports ---- */

static bool is_port_number(const char *text)
{
    size_t len = strlen(text);
    long number = strtol(text, NULL, 10);

    return len > 0 && len <= 5 && consists_of(text, DIGIT) && number >= 1 && number <= 65535;
}

static const char *check_dongle_address(const char *address, bool is_bracketed)
{
    bool looks_v6 = strchr(address, ':') != NULL;
    struct ip ip;

    if (looks_v6 != is_bracketed || !ip_read(address, &ip))
        return "names are not looked up here: write the dongle's numeric address";
    if (ip_is_private(&ip) || ip_is_loopback(&ip))
        return NULL;
    return "not a private address: a dongle is in the house";
}

/* "ADDRESS:PORT" or "[ADDRESS]:PORT". */
static const char *check_tcp(const char *value)
{
    char address[CONFIG_TEXT_MAX];
    const char *colon = strrchr(value, ':');
    bool is_bracketed = value[0] == '[' && colon && colon[-1] == ']';

    if (!colon || !is_port_number(colon + 1))
        return "no port: write tcp://ADDRESS:PORT";
    const char *start = is_bracketed ? value + 1 : value;
    size_t len = (size_t)(colon - start) - (is_bracketed ? 1 : 0);
    memcpy(address, start, len);
    address[len] = '\0';
    return check_dongle_address(address, is_bracketed);
}

/* "AA:BB:CC:DD:EE:FF", with or without "/CHANNEL". */
static const char *check_bluetooth(const char *value)
{
    static const char form[] = "not bt://AA:BB:CC:DD:EE:FF, or bt://AA:BB:CC:DD:EE:FF/CHANNEL";
    const char *channel = value + BLUETOOTH_LEN;

    if (strlen(value) < BLUETOOTH_LEN)
        return form;
    for (size_t i = 0; i < BLUETOOTH_LEN; i++) {
        if (i % 3 == 2 ? value[i] != ':' : !strchr(HEX, value[i]))
            return form;
    }
    if (channel[0] == '\0')
        return NULL;
    if (channel[0] != '/' || !is_port_number(channel + 1))
        return form;
    return strtol(channel + 1, NULL, 10) <= BLUETOOTH_CHANNEL_MAX ? NULL : "a channel is 1 to 30";
}

static const char *check_dongle_port(const char *port)
{
    if (begins_with(port, "tcp://"))
        return check_tcp(port + strlen("tcp://"));
    if (begins_with(port, "bt://"))
        return check_bluetooth(port + strlen("bt://"));
    if (begins_with(port, "ble://"))
        return "Bluetooth Low Energy comes later: a classic dongle is bt://AA:BB:CC:DD:EE:FF";
    if (begins_with(port, "/dev/") && port[strlen("/dev/")] != '\0' && !strstr(port, "/../"))
        return NULL;
    if (is_interface_name(port))
        return "a CAN interface needs adapter = \"socketcan\"; a dongle is /dev/..., tcp://... or bt://...";
    return "neither /dev/... nor tcp://ADDRESS:PORT nor bt://AA:BB:CC:DD:EE:FF";
}

const char *config_check_port(enum config_adapter adapter, const char *port)
{
    const char *reason = NULL;

    switch (adapter) {
    case CONFIG_ADAPTER_ELM327:
    case CONFIG_ADAPTER_SLCAN:
        reason = check_dongle_port(port);
        break;
    case CONFIG_ADAPTER_SOCKETCAN:
        reason = is_interface_name(port) ? NULL : "not the name of a CAN interface, as can0";
        break;
    case CONFIG_ADAPTER_REPLAY:
        reason = port[0] != '\0' ? NULL : "empty: name the recording's file";
        break;
    }
    return reason;
}
