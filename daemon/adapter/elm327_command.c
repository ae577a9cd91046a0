/* The allow-list for everything that is not a question. What is not here cannot be written by the driver:
 * ATPP, ATCV, ATBI, AT@3, ATSD, ATWM, ATSP0, ATCAF1, ATCSM0 and all the rest. */
#include "adapter/elm327_command.h"

#include <stddef.h>
#include <string.h>

#define ID_DIGITS 3

struct command_row {
    const char *text;
    size_t digits; /* hex digits that follow: an identifier or a mask, or both with a comma between */
};

static const struct command_row COMMANDS[] = {
    {"ATZ", 0},          {ELM327_SPOIL, 0}, {"ATL0", 0},   {"ATS0", 0},       {"ATH1", 0},   {"ATI", 0},
    {"AT@1", 0},         {"STI", 0},        {"ATDPN", 0},  {"ATRV", 0},       {"ATSP6", 0},  {"ATAT0", 0},
    {"ATST32", 0},       {"ATCAF0", 0},     {"ATCFC0", 0}, {"ATSH", 3},       {"ATCRA", 3},  {"ATFCSH", 3},
    {"ATFCSD300000", 0}, {"ATFCSM1", 0},    {"ATCF", 3},   {"ATCM", 3},       {"ATCSM1", 0}, {"ATMA", 0},
    {"STFCP", 0},        {"STFAP", 7},      {"STM", 0},    {"STBR230400", 0},
};

static bool command_is_identifier(const char *text)
{
    return text[0] >= '0' && text[0] <= '7' && strspn(text, "0123456789ABCDEF") >= ID_DIGITS;
}

static bool command_is_argument(const char *text)
{
    bool pair = strlen(text) > ID_DIGITS;
    return command_is_identifier(text) &&
           (!pair || (text[ID_DIGITS] == ',' && command_is_identifier(text + ID_DIGITS + 1)));
}

bool elm327_command_allowed(const char *text)
{
    for (size_t i = 0; i < sizeof(COMMANDS) / sizeof(COMMANDS[0]); i++) {
        const struct command_row *row = &COMMANDS[i];
        size_t len = strlen(row->text);
        if (strncmp(text, row->text, len) != 0 || strlen(text) != len + row->digits) {
            continue;
        }
        if (row->digits == 0 || command_is_argument(text + len)) {
            return true;
        }
    }
    return false;
}
