/* The table of the adapters. The first is what somebody gets who names none. */
#include "adapters.h"

#include <stdio.h>
#include <string.h>

#define WICAN_REFUSES " IGN R V CAF CFC CSM AR AL NL BI CP SS TA FE "
#define WICAN_WAYS    (SIM_WAY_NO_MONITOR | SIM_WAY_NO_CAN_ERROR | SIM_WAY_LATE_NO_DATA)

static const struct sim_adapter adapters[] = {
    {"elm327", "ELM327 v1.5: all that a LEAF needs", "ELM327 v1.5", .ways = 0},
    {"elm327-v2.3", "the genuine chip, last edition", "ELM327 v2.3", .ways = 0},
    {"stn1110", "OBDLink: an STN1110 with pass filters", "ELM327 v1.4b", .device = "STN1110 v4.0.1",
     .ways = SIM_WAY_PASS_FILTERS},
    {"obdlink-sx", "OBDLink SX: calls itself v1.3a, has somebody's half command in its buffer",
     "ELM327 v1.3a", .device = "STN1130 v4.0.1", .ways = SIM_WAY_PASS_FILTERS | SIM_WAY_HALF_COMMAND},
    {"vlinker", "vLinker: does not know STI, CR LF always", "ELM327 v2.3", .ways = SIM_WAY_CRLF},
    {"wican", "WiCAN: formats by itself, cannot monitor", "ELM327 v1.3a", .refused = WICAN_REFUSES,
     .ways = WICAN_WAYS, .bytes_per_s = 50000},
    {"wican-halves", "WiCAN, old: the end of a long answer comes with the next", "ELM327 v1.3a",
     .refused = WICAN_REFUSES, .fault = "late-tail", .ways = WICAN_WAYS, .bytes_per_s = 50000},
    {"clone-v2.1", "clone that calls itself v2.1: without ATCRA, ATFCSM, ATCSM", "ELM327 v2.1",
     .refused = " CRA FCSM CSM "},
    {"clone-no-fcsh", "no-name v1.5: without ATFCSH, first frames only", "ELM327 v1.5", .refused = " FCSH "},
    {"clone-two-bytes", "clone that forwards two bytes of a request, zeros behind them", "ELM327 v2.1",
     .ways = SIM_WAY_TWO_BYTES},
    {"clone-freezes", "hangs on long answers until it is plugged in again", "ELM327 v1.5",
     .ways = SIM_WAY_FREEZES},
    {"carista", "Carista: agrees to flow control, and sends none", "ELM327 v1.5",
     .ways = SIM_WAY_NO_FLOW | SIM_WAY_ECHOES_LATE, .bytes_per_s = 2000, .piece = 20},
    {"not-connected", "says NOT CONNECTED instead of NO DATA", "ELM327 v1.5", .ways = SIM_WAY_NOT_CONNECTED},
    {"nul-bytes", "NUL bytes in its stream", "ELM327 v1.5", .fault = "nul"},
    {"not-utf8", "clone of 2022: bytes above 7F before its banner", "ELM327 v1.5",
     .ways = SIM_WAY_NOISY_RESET},
    {"obdsim", "obdsim: CR LF always, no ATSH, ATCRA, ATFCSH, ATMA; volts without V", "ELM327 v1.3a",
     .refused = " SH CRA FCSH MA ", .ways = SIM_WAY_CRLF | SIM_WAY_BARE_VOLTS},
    {"ircama", "ELM327-emulator: ATMA says canned lines", "ELM327 v1.5", .ways = SIM_WAY_CANNED_MONITOR},
    {"ble-no-caf1", "BLE dongle on a LEAF: ATCAF1 is an error, 20 bytes at a time", "ELM327 v1.5",
     .ways = SIM_WAY_NO_CAF1, .bytes_per_s = 2000, .piece = 20},
    {"ignores-caf0", "says OK to ATCAF0 and formats all the same", "ELM327 v1.5", .ignored = " CAF ",
     .ways = SIM_WAY_FORMATS},
    {"no-timing", "refuses ATAT and ATST", "ELM327 v1.4", .refused = " AT ST "},
    {"no-aim", "refuses ATCRA, ATCF and ATCM", "ELM327 v2.1", .refused = " CRA CF CM "},
    {"no-volts", "has no voltmeter", "ELM327 v1.5", .refused = " RV "},
    {"sleeps", "switches itself off when the supply is low for a minute", "ELM327 v1.5",
     .ways = SIM_WAY_SLEEPS},
    {"slow", "9,600 baud", "ELM327 v1.5", .bytes_per_s = 960},
    {"char-by-char", "a character each half second", "ELM327 v1.5", .fault = "slow:500"},
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
    return names && strstr(names, wanted) != NULL;
}
