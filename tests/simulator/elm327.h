/* An ELM327 and those who imitate it. */
#ifndef SIM_ELM327_H
#define SIM_ELM327_H

#include "adapters.h"
#include "dongle.h"

#include <stdint.h>

#define SIM_ELM_LINE_MAX 128
#define SIM_ELM_PASS_MAX 16
/* The chip's transmit buffer: a monitor that outruns the line ends in BUFFER FULL. */
#define SIM_ELM_BUFFER_MAX 512

enum sim_elm_state {
    SIM_ELM_COMMAND,
    SIM_ELM_RESETTING,
    SIM_ELM_SEARCHING,
    SIM_ELM_ASKING,
    SIM_ELM_MONITORING,
    SIM_ELM_FROZEN, /* until it has no power */
};

/* What the AT commands change and ATZ puts back. */
struct sim_elm_settings {
    bool echo, linefeeds, spaces, headers, memory, show_length, responses, auto_format, auto_flow, silent,
        any_length;
    unsigned adaptive;
    unsigned timeout; /* in 4 ms */
    unsigned protocol;
    bool protocol_auto;
    uint32_t header;
    bool filter_set;
    uint32_t filter, mask;
    struct {
        uint32_t id, mask;
    } pass[SIM_ELM_PASS_MAX]; /* of an STN chip */
    size_t passes;
    struct {
        bool id_set, data_set;
        uint32_t id;
        uint8_t data[5];
        uint8_t len;
        unsigned mode;
    } flow;
};

struct sim_elm327 {
    const struct sim_surroundings *world;
    const struct sim_adapter *adapter;
    struct sim_elm_settings settings;
    enum sim_elm_state state;
    bool passing;        /* monitors through its pass filters */
    unsigned generation; /* counts changes of what is heard */
    char line[SIM_ELM_LINE_MAX];
    size_t line_len;
    bool line_overrun;
    char last[SIM_ELM_LINE_MAX]; /* an empty line repeats it */
    int64_t now_ns;
    int64_t due_ns; /* end of the reset, of the search, of waiting for answers */
    int64_t asked_ns;
    int64_t learned_ns;   /* how long answers took, for ATAT1 and 2 */
    int64_t flow_due_ns;  /* TIME_NONE: no flow control to send */
    uint32_t flow_to;     /* the identifier whose first frame is answered */
    unsigned frames_left; /* of the count digit; 0: wait for the time-out */
    unsigned frames_heard;
    bool not_acknowledged;
    const char *suffix; /* "<RX ERROR", behind the next frame */
};

void sim_elm327_init(struct sim_elm327 *elm, const struct sim_adapter *adapter,
                     const struct sim_surroundings *world);

extern const struct sim_dongle_ops sim_elm327_ops;

#endif
