/* The AT commands as a table: name, how many characters may follow, what it does. Anything else, and what
 * the adapter does not know, is "?". */
#include "elm327_private.h"

#include "util/core/time.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

#define RESET_NS      (700 * NS_PER_MS)
#define WARM_START_NS (100 * NS_PER_MS)
#define CAN_11_500    6
#define ALL_BITS      0x7FF

struct at_command;
typedef void at_fn(struct sim_elm327 *elm, const struct at_command *command, const char *arg);

struct at_command {
    const char *name;
    uint8_t least, most; /* characters behind the name */
    at_fn *run;
    size_t flag; /* of at_flag: offset in the settings */
};

static void at_ok(struct sim_elm327 *elm, const struct at_command *command, const char *arg)
{
    (void)command;
    (void)arg;
    sim_elm_reply(elm, "OK");
}

static void at_unknown(struct sim_elm327 *elm)
{
    sim_elm_reply(elm, "?");
}

static void at_flag(struct sim_elm327 *elm, const struct at_command *command, const char *arg)
{
    bool *flag = (bool *)((char *)&elm->settings + command->flag);

    bool no_caf1 = sim_elm_has_way(elm, SIM_WAY_NO_CAF1) && strcmp(command->name, "CAF") == 0;

    if (*arg != '0' && (*arg != '1' || no_caf1)) {
        at_unknown(elm);
        return;
    }
    *flag = *arg == '1';
    sim_elm_reply(elm, "OK");
}

static void at_reset(struct sim_elm327 *elm, const struct at_command *command, const char *arg)
{
    (void)arg;
    sim_elm_reset(elm, strcmp(command->name, "Z") == 0 ? RESET_NS : WARM_START_NS);
}

static void at_identify(struct sim_elm327 *elm, const struct at_command *command, const char *arg)
{
    (void)command;
    (void)arg;
    sim_elm_reply(elm, elm->adapter->banner);
}

static void at_describe(struct sim_elm327 *elm, const struct at_command *command, const char *arg)
{
    (void)command;
    (void)arg;
    sim_elm_reply(elm, "OBDII to RS232 Interpreter");
}

static void at_defaults(struct sim_elm327 *elm, const struct at_command *command, const char *arg)
{
    (void)command;
    (void)arg;
    sim_elm_defaults(elm);
    sim_elm_reply(elm, "OK");
}

static void at_protocol_name(struct sim_elm327 *elm, const struct at_command *command, const char *arg)
{
    const struct sim_elm_settings *settings = &elm->settings;
    const char *name = settings->protocol == CAN_11_500 ? "ISO 15765-4 (CAN 11/500)" : "OTHER";
    char text[64];

    (void)command;
    (void)arg;
    if (settings->protocol == 0)
        snprintf(text, sizeof(text), "AUTO");
    else
        snprintf(text, sizeof(text), "%s%s", settings->protocol_auto ? "AUTO, " : "", name);
    sim_elm_reply(elm, text);
}

static void at_protocol_number(struct sim_elm327 *elm, const struct at_command *command, const char *arg)
{
    char text[8];

    (void)command;
    (void)arg;
    snprintf(text, sizeof(text), "%s%X", elm->settings.protocol_auto ? "A" : "", elm->settings.protocol);
    sim_elm_reply(elm, text);
}

static void at_volts(struct sim_elm327 *elm, const struct at_command *command, const char *arg)
{
    char text[16];

    (void)command;
    (void)arg;
    snprintf(text, sizeof(text), sim_elm_has_way(elm, SIM_WAY_BARE_VOLTS) ? "%.1f" : "%.1fV",
             elm->world->volts(elm->world->ctx));
    sim_elm_reply(elm, text);
}

static void at_ignition(struct sim_elm327 *elm, const struct at_command *command, const char *arg)
{
    (void)command;
    (void)arg;
    sim_elm_reply(elm, "ON");
}

static void at_adaptive(struct sim_elm327 *elm, const struct at_command *command, const char *arg)
{
    (void)command;
    if (*arg < '0' || *arg > '2') {
        at_unknown(elm);
        return;
    }
    elm->settings.adaptive = (unsigned)(*arg - '0');
    sim_elm_reply(elm, "OK");
}

/* ATST00 means the default. */
static void at_timeout(struct sim_elm327 *elm, const struct at_command *command, const char *arg)
{
    uint32_t value;

    (void)command;
    if (!sim_elm_parse_hex(arg, &value)) {
        at_unknown(elm);
        return;
    }
    elm->settings.timeout = value ? value : 0x32;
    sim_elm_reply(elm, "OK");
}

/* SP6, SPA6, SP0; TP likewise. */
static void at_protocol(struct sim_elm327 *elm, const struct at_command *command, const char *arg)
{
    bool automatic = arg[0] == 'A' && arg[1] != '\0';
    uint32_t value;

    (void)command;
    if (!sim_elm_parse_hex(automatic ? arg + 1 : arg, &value) || value > 0xC) {
        at_unknown(elm);
        return;
    }
    elm->settings.protocol = value;
    elm->settings.protocol_auto = automatic || value == 0;
    sim_elm_reply(elm, "OK");
}

/* Three digits, or six or eight of which the last eleven bits count. */
static bool at_parse_id(const char *arg, uint32_t *id)
{
    size_t digits = strlen(arg);
    uint32_t value;

    if ((digits != 3 && digits != 6 && digits != 8) || !sim_elm_parse_hex(arg, &value))
        return false;
    *id = value & ALL_BITS;
    return true;
}

static void at_header(struct sim_elm327 *elm, const struct at_command *command, const char *arg)
{
    (void)command;
    if (!at_parse_id(arg, &elm->settings.header)) {
        at_unknown(elm);
        return;
    }
    sim_elm_reply(elm, "OK");
}

static void at_automatic_receive(struct sim_elm327 *elm, const struct at_command *command, const char *arg)
{
    (void)command;
    (void)arg;
    elm->settings.filter_set = false;
    sim_elm_reply(elm, "OK");
}

/* ATCRA 7BB, ATCRA 7BX (X: any digit), ATCRA alone: back to automatic. */
static void at_receive_address(struct sim_elm327 *elm, const struct at_command *command, const char *arg)
{
    char filter[SIM_ELM_LINE_MAX];
    char mask[SIM_ELM_LINE_MAX];

    if (*arg == '\0') {
        at_automatic_receive(elm, command, arg);
        return;
    }
    snprintf(filter, sizeof(filter), "%s", arg);
    snprintf(mask, sizeof(mask), "%s", arg);
    for (size_t i = 0; arg[i] != '\0'; i++) {
        filter[i] = arg[i] == 'X' ? '0' : arg[i];
        mask[i] = arg[i] == 'X' ? '0' : 'F';
    }
    if (!at_parse_id(filter, &elm->settings.filter) || !at_parse_id(mask, &elm->settings.mask)) {
        at_unknown(elm);
        return;
    }
    elm->settings.filter_set = true;
    sim_elm_reply(elm, "OK");
}

static void at_filter(struct sim_elm327 *elm, const struct at_command *command, const char *arg)
{
    struct sim_elm_settings *settings = &elm->settings;
    uint32_t value;

    if (!at_parse_id(arg, &value)) {
        at_unknown(elm);
        return;
    }
    if (!settings->filter_set) {
        settings->filter = 0;
        settings->mask = ALL_BITS;
    }
    if (strcmp(command->name, "CF") == 0)
        settings->filter = value;
    else
        settings->mask = value;
    settings->filter_set = true;
    sim_elm_reply(elm, "OK");
}

static bool at_flow_refused(struct sim_elm327 *elm)
{
    if (!sim_elm_has_fault(elm, SIM_FAULT_NO_FLOW_CONTROL))
        return false;
    at_unknown(elm);
    return true;
}

static void at_flow_header(struct sim_elm327 *elm, const struct at_command *command, const char *arg)
{
    (void)command;
    if (at_flow_refused(elm))
        return;
    if (!at_parse_id(arg, &elm->settings.flow.id)) {
        at_unknown(elm);
        return;
    }
    elm->settings.flow.id_set = true;
    sim_elm_reply(elm, "OK");
}

static void at_flow_data(struct sim_elm327 *elm, const struct at_command *command, const char *arg)
{
    (void)command;
    if (at_flow_refused(elm))
        return;
    if (!sim_elm_parse_bytes(arg, elm->settings.flow.data, sizeof(elm->settings.flow.data),
                             &elm->settings.flow.len)) {
        at_unknown(elm);
        return;
    }
    elm->settings.flow.data_set = true;
    sim_elm_reply(elm, "OK");
}

/* Mode 1 needs header and data, mode 2 data, before it is chosen. */
static void at_flow_mode(struct sim_elm327 *elm, const struct at_command *command, const char *arg)
{
    unsigned mode = (unsigned)(*arg - '0');
    bool ready = elm->settings.flow.data_set && (elm->settings.flow.id_set || mode != 1);

    (void)command;
    if (at_flow_refused(elm))
        return;
    if (mode > 2 || (mode > 0 && !ready)) {
        at_unknown(elm);
        return;
    }
    elm->settings.flow.mode = mode;
    sim_elm_reply(elm, "OK");
}

static void at_monitor(struct sim_elm327 *elm, const struct at_command *command, const char *arg)
{
    (void)command;
    (void)arg;
    if (sim_elm_has_way(elm, SIM_WAY_NO_MONITOR))
        sim_elm_reply(elm, "OK");
    else if (sim_elm_has_way(elm, SIM_WAY_CANNED_MONITOR))
        sim_elm_reply(elm, "7E8 06 41 00 FF FF FF FF \rSTOPPED\r?");
    else
        sim_elm_monitor(elm, false);
}

static void at_length_or_defaults(struct sim_elm327 *elm, const struct at_command *command, const char *arg)
{
    if (*arg == '\0')
        at_defaults(elm, command, arg);
    else
        at_flag(elm, command, arg);
}

#define FLAG(member) at_flag, offsetof(struct sim_elm_settings, member)

static const struct at_command commands[] = {
    {"Z", 0, 0, at_reset, 0},
    {"WS", 0, 0, at_reset, 0},
    {"I", 0, 0, at_identify, 0},
    {"@1", 0, 0, at_describe, 0},
    {"D", 0, 1, at_length_or_defaults, offsetof(struct sim_elm_settings, show_length)},
    {"DP", 0, 0, at_protocol_name, 0},
    {"DPN", 0, 0, at_protocol_number, 0},
    {"RV", 0, 0, at_volts, 0},
    {"IGN", 0, 0, at_ignition, 0},
    {"E", 1, 1, FLAG(echo)},
    {"L", 1, 1, FLAG(linefeeds)},
    {"S", 1, 1, FLAG(spaces)},
    {"H", 1, 1, FLAG(headers)},
    {"M", 1, 1, FLAG(memory)},
    {"R", 1, 1, FLAG(responses)},
    {"V", 1, 1, FLAG(any_length)},
    {"CAF", 1, 1, FLAG(auto_format)},
    {"CFC", 1, 1, FLAG(auto_flow)},
    {"CSM", 1, 1, FLAG(silent)},
    {"AT", 1, 1, at_adaptive, 0},
    {"ST", 1, 2, at_timeout, 0},
    {"SP", 1, 2, at_protocol, 0},
    {"TP", 1, 2, at_protocol, 0},
    {"SH", 3, 8, at_header, 0},
    {"AR", 0, 0, at_automatic_receive, 0},
    {"CRA", 0, 8, at_receive_address, 0},
    {"CF", 3, 8, at_filter, 0},
    {"CM", 3, 8, at_filter, 0},
    {"FCSH", 3, 8, at_flow_header, 0},
    {"FCSD", 2, 10, at_flow_data, 0},
    {"FCSM", 1, 1, at_flow_mode, 0},
    {"MA", 0, 0, at_monitor, 0},
    {"AL", 0, 0, at_ok, 0},
    {"NL", 0, 0, at_ok, 0},
    {"PC", 0, 0, at_ok, 0},
    {"BI", 0, 0, at_ok, 0},
    {"CP", 2, 2, at_ok, 0},
    {"SS", 0, 0, at_ok, 0},
    {"TA", 2, 2, at_ok, 0},
    {"FE", 0, 0, at_ok, 0},
};

/* The longest name that fits: "CFC1" is CFC and 1, not CF and C1. */
static const struct at_command *at_find(const char *text)
{
    const struct at_command *best = NULL;

    for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
        const struct at_command *command = &commands[i];
        size_t name = strlen(command->name);

        if (strncmp(text, command->name, name) != 0)
            continue;
        size_t rest = strlen(text) - name;
        bool fits = rest >= command->least && rest <= command->most;
        if (fits && (!best || name > strlen(best->name)))
            best = command;
    }
    return best;
}

void sim_elm_command(struct sim_elm327 *elm, const char *text)
{
    const struct at_command *command = at_find(text);

    if (!command || sim_adapter_names(elm->adapter->refused, command->name)) {
        at_unknown(elm);
        return;
    }
    if (sim_adapter_names(elm->adapter->ignored, command->name)) {
        sim_elm_reply(elm, "OK");
        return;
    }
    command->run(elm, command, text + strlen(command->name));
}
