/* ELM327s, their clones and those who imitate them, by name: one row each, as the field reports of
 * ELM327_CLONES describe them. What a way means to the dialogue is in elm327*.c. */
#ifndef SIM_ADAPTERS_H
#define SIM_ADAPTERS_H

#include <stdbool.h>
#include <stddef.h>

enum sim_adapter_way {
    SIM_WAY_NO_MONITOR = 1 << 0,     /* OK to whatever begins with ATM, and hears nothing */
    SIM_WAY_CANNED_MONITOR = 1 << 1, /* ATMA says the same lines to everybody */
    SIM_WAY_CRLF = 1 << 2,           /* whatever ATL said */
    SIM_WAY_BARE_VOLTS = 1 << 3,     /* "12.2" */
    SIM_WAY_TWO_BYTES = 1 << 4,      /* forwards two bytes of a request, zeros behind them */
    SIM_WAY_NO_FLOW = 1 << 5,        /* agrees to all about flow control, and sends none */
    SIM_WAY_FREEZES = 1 << 6,        /* on a long answer, until it is plugged in again */
    SIM_WAY_NOT_CONNECTED = 1 << 7,  /* says so instead of NO DATA */
    SIM_WAY_FORMATS = 1 << 8,        /* whatever ATCAF said */
    SIM_WAY_NO_CAN_ERROR = 1 << 9,   /* NO DATA also where nobody acknowledges */
    SIM_WAY_HALF_COMMAND = 1 << 10,  /* somebody's half command is in its buffer */
    SIM_WAY_ECHOES_LATE = 1 << 11,   /* a line when it has ended, not what is typed */
    SIM_WAY_SLEEPS = 1 << 12,        /* gone while the supply has been low for a minute */
    SIM_WAY_PASS_FILTERS = 1 << 13,  /* STFCP, STFAP, STM */
    SIM_WAY_NOISY_RESET = 1 << 15,   /* bytes above 7F before the banner */
    SIM_WAY_NO_CAF1 = 1 << 16,       /* refuses ATCAF1 */
    SIM_WAY_LATE_NO_DATA = 1 << 14,  /* the answer to ATZ begins with that of the request before */
};

struct sim_adapter {
    const char *name;
    const char *words;   /* one line: who it is, and what is wrong with it */
    const char *banner;  /* "ELM327 v1.5" */
    const char *device;  /* says to STI; NULL: ? */
    const char *refused; /* AT commands that it does not know, a blank before and behind each; NULL: none */
    const char *ignored; /* says OK to these, and does nothing */
    const char *fault;   /* that it has always; NULL: none */
    unsigned ways;       /* enum sim_adapter_way */
    double bytes_per_s;  /* of its line; 0: 115,200 baud */
    size_t piece;        /* bytes that come at once at most; 0: whole lines */
};

/* NULL: no such adapter. */
const struct sim_adapter *sim_adapter_find(const char *name);

/* Row by row, NULL at the end. */
const struct sim_adapter *sim_adapter_at(size_t index);

/* Whether `names` has this one. */
bool sim_adapter_names(const char *names, const char *command);

#endif
