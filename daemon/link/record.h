/* The records between garaged-car and garaged (DESIGN 2), version 1: at most 256 bytes, `u16 version, u16
 * kind` first, little-endian, packed. Pure: to bytes and back. Unknown kinds are skipped by the reader;
 * another version stops all. */
#ifndef LINK_RECORD_H
#define LINK_RECORD_H

#include "bus/frame.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define RECORD_VERSION     1
#define RECORD_BYTES_MAX   256
#define RECORD_TEXT_MAX    200
#define RECORD_ELEMENT_MAX 96
#define RECORD_COUNTER_MAX 24

/* clang-format off */
enum record_kind {
    /* from the car */
    RECORD_HELLO = 1, RECORD_IDENTITY = 2, RECORD_SIGNAL = 3, RECORD_LINK = 4, RECORD_CAR = 5, RECORD_COUNTERS = 6,
    RECORD_TEXT = 7, RECORD_FRAME = 8, RECORD_BEAT = 9, RECORD_ARRAY = 10, RECORD_DISPUTE = 11,
    RECORD_LIMITS = 12, /* what the dongle cannot do, as a text */
    /* towards the car */
    RECORD_COMMAND = 65, RECORD_REFRESH = 66, RECORD_WATCH = 67, RECORD_PAUSE = 68,
};
/* clang-format on */

/* Among the capabilities of a hello, above the adapter's: nothing that the car's end knows speaks against
 * commands. */
#define RECORD_CAN_COMMAND (UINT32_C(1) << 31)

struct record_hello {
    char car[17];
    char generation[12]; /* "" while not recognised */
    char adapter[64];
    uint32_t capabilities;
    uint64_t definition_hash;
};
struct record_identity {
    uint8_t vin_hash[32], battery_hash[32]; /* all zero: not read */
};
struct record_signal {
    uint16_t signal, source;
    uint8_t quality;
    bool known, has_raw;
    double value;
    int64_t raw;
    int64_t boot_ns;
};
/* An array in steps of the signal's resolution; RECORD_ELEMENT_MISSING where one is missing. */
#define RECORD_ELEMENT_MISSING 0xFFFF
struct record_array {
    uint16_t signal, source;
    uint8_t quality;
    uint16_t count;
    int64_t boot_ns;
    uint16_t elements[RECORD_ELEMENT_MAX];
};
/* What the second source says of a signal while two disagree; `active` false: they agree again. */
struct record_dispute {
    uint16_t signal, source;
    bool active;
    double value;
    int64_t boot_ns;
};
/* A fourth state beside those of enum adapter_link: down, but no fault, for the owner has lent the dongle to
 * another program. */
#define RECORD_LINK_DOWN 2
#define RECORD_LINK_LENT 3
struct record_link {
    uint8_t state;
    char reason[RECORD_TEXT_MAX];
};
struct record_car {
    uint8_t presence; /* enum presence */
    uint8_t garage;   /* enum tri */
    int64_t since_boot_ns;
    char reason[RECORD_TEXT_MAX]; /* "listening", "silent while off", "12 V too low to ask" */
};
/* Counts since the car process started, in the order of link/counters.h. */
struct record_counters {
    uint16_t count;
    uint64_t values[RECORD_COUNTER_MAX];
};
struct record_text {
    uint8_t level; /* enum log_level */
    char text[RECORD_TEXT_MAX];
};
struct record_command {
    uint32_t id;
    char name[32];
};
#define RECORD_PAUSE_MAX_S (24 * 3600)
struct record_pause {
    uint32_t seconds; /* 0: take the port back now */
};
#define RECORD_WATCH_MAX_S 3600
struct record_watch {
    uint32_t seconds; /* send frames (RECORD_FRAME), heard and sent, for that long; 0: stop */
};

struct record {
    enum record_kind kind;
    union {
        struct record_hello hello;
        struct record_identity identity;
        struct record_signal signal;
        struct record_array array;
        struct record_dispute dispute;
        struct record_link link;
        struct record_car car;
        struct record_counters counters;
        struct record_text text;
        struct frame frame;
        struct record_command command;
        struct record_pause pause;
        struct record_watch watch;
    };
};

enum record_status { RECORD_OK, RECORD_UNKNOWN_KIND, RECORD_OTHER_VERSION, RECORD_MALFORMED };

/* Writes the record into `bytes` (RECORD_BYTES_MAX) and returns its length. */
size_t record_encode(const struct record *record, uint8_t *bytes);

/* Reads one. Every length and enumeration is checked; texts end with NUL. */
enum record_status record_decode(struct record *record, const uint8_t *bytes, size_t len);

#endif
