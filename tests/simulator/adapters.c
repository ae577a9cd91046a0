/* The table of the adapters. The first is what somebody gets who names none. */
#include "adapters.h"

#include <stdio.h>
#include <string.h>

#define WICAN_REFUSES " IGN R V CAF CFC CSM AR AL NL BI CP SS TA FE "

static const struct sim_adapter adapters[] = {
    {"elm327", "ELM327 v1.5: all that a LEAF needs", "ELM327 v1.5", NULL, "", "", NULL, 0, 0},
    {"elm327-v2.3", "the genuine chip, last edition", "ELM327 v2.3", NULL, "", "", NULL, 0, 0},
    {"stn1110", "OBDLink: an STN1110 with pass filters", "ELM327 v1.4b", "STN1110 v4.0.1", "", "", NULL,
     SIM_WAY_PASS_FILTERS, 0},
    {"obdlink-sx", "OBDLink SX: calls itself v1.3a, has no pass filters left", "ELM327 v1.3a",
     "STN1130 v4.0.1", "", "", NULL, SIM_WAY_HALF_COMMAND, 0},
    {"vlinker", "vLinker: v2.3, does not know STI", "ELM327 v2.3", NULL, "", "", NULL, SIM_WAY_CRLF, 0},
    {"wican", "WiCAN: formats by itself, cannot monitor", "ELM327 v1.3a", NULL, WICAN_REFUSES, "", NULL,
     SIM_WAY_NO_MONITOR | SIM_WAY_NO_CAN_ERROR | SIM_WAY_LATE_NO_DATA, 50000},
    {"wican-halves", "WiCAN, old: the end of a long answer comes with the next", "ELM327 v1.3a", NULL,
     WICAN_REFUSES, "", "late-tail", SIM_WAY_NO_MONITOR | SIM_WAY_NO_CAN_ERROR | SIM_WAY_LATE_NO_DATA, 50000},
    {"clone-v2.1", "clone that calls itself v2.1: without ATCRA, ATFCSM, ATCSM", "ELM327 v2.1", NULL,
     " CRA FCSM CSM ", "", NULL, 0, 0},
    {"clone-no-fcsh", "no-name v1.5: without ATFCSH, first frames only", "ELM327 v1.5", NULL, " FCSH ", "",
     NULL, 0, 0},
    {"clone-two-bytes", "v2.1 clone: forwards two bytes of a request, zeros behind them", "ELM327 v2.1", NULL,
     "", "", NULL, SIM_WAY_TWO_BYTES, 0},
    {"clone-freezes", "hangs on long answers until it is plugged in again", "ELM327 v1.5", NULL, "", "", NULL,
     SIM_WAY_FREEZES, 0},
    {"carista", "Carista: agrees to flow control, and sends none", "ELM327 v1.5", NULL, "", "", NULL,
     SIM_WAY_NO_FLOW | SIM_WAY_ECHOES_LATE, 2000},
    {"not-connected", "says NOT CONNECTED instead of NO DATA", "ELM327 v1.5", NULL, "", "", NULL,
     SIM_WAY_NOT_CONNECTED, 0},
    {"nul-bytes", "NUL bytes in its stream", "ELM327 v1.5", NULL, "", "", "nul", 0, 0},
    {"not-utf8", "clone of 2022: bytes above 7F in its stream", "ELM327 v1.5", NULL, "", "", "not-text", 0,
     0},
    {"obdsim", "obdsim: CR LF always, no ATSH, ATCRA, ATFCSH, ATMA; volts without V", "ELM327 v1.3a", NULL,
     " SH CRA FCSH MA ", "", NULL, SIM_WAY_CRLF | SIM_WAY_BARE_VOLTS, 0},
    {"ircama", "ELM327-emulator: ATMA says canned lines", "ELM327 v1.5", NULL, "", "", NULL,
     SIM_WAY_CANNED_MONITOR, 0},
    {"ble-no-caf1", "BLE dongle on a LEAF: ATCAF1 is an error, cut lines", "ELM327 v1.5", NULL, "", "",
     "half-lines", 0, 2000},
    {"ignores-caf0", "says OK to ATCAF0 and formats all the same", "ELM327 v1.5", NULL, "", " CAF ", NULL,
     SIM_WAY_FORMATS, 0},
    {"no-timing", "refuses ATAT and ATST", "ELM327 v1.4", NULL, " AT ST ", "", NULL, 0, 0},
    {"dlc-digit", "a length digit in each line", "ELM327 v1.5", NULL, "", "", "dlc-digit", 0, 0},
    {"no-aim", "refuses ATCRA, ATCF and ATCM", "ELM327 v2.1", NULL, " CRA CF CM ", "", NULL, 0, 0},
    {"no-volts", "has no voltmeter", "ELM327 v1.5", NULL, " RV ", "", NULL, 0, 0},
    {"sleeps", "switches itself off when the supply is low for a minute", "ELM327 v1.5", NULL, "", "", NULL,
     SIM_WAY_SLEEPS, 0},
    {"slow", "9,600 baud", "ELM327 v1.5", NULL, "", "", NULL, 0, 960},
    {"char-by-char", "a character each half second", "ELM327 v1.5", NULL, "", "", "slow:500", 0, 0},
};

const struct sim_adapter *sim_adapter_at(size_t index)
{
    return index < sizeof(adapters) / sizeof(adapters[0]) ? &adapters[index] : NULL;
}

const struct sim_adapter *sim_adapter_find(const char *name)
{
    for (size_t i = 0; sim_adapter_at(i); i++)
        if (strcmp(adapters[i].name, name) == 0)
            return &adapters[i];
    return NULL;
}

bool sim_adapter_names(const char *names, const char *command)
{
    char wanted[16];

    snprintf(wanted, sizeof(wanted), " %s ", command);
    return strstr(names, wanted) != NULL;
}
