/* Diagnostic services: questions and the answers that belong to them (KWP 0x21, UDS 0x22; others only to be
 * recognised). */
#ifndef BUS_UDS_H
#define BUS_UDS_H

#include "bus/frame.h"
#include "bus/isotp.h"
#include "util/core/time.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define UDS_ASK_MAX        7    /* a question is a single frame */
#define UDS_NEGATIVE       0x7F /* first byte of a negative answer */
#define UDS_TESTER_PRESENT 0x3E /* keeps a session open, also while an answer comes in */
#define UDS_POSITIVE_BIT   0x40 /* answer service = asked service + this */
#define UDS_CODE_PENDING   0x78 /* "the answer follows" */

/* An answer begins, and goes on, within the first; it ends within the second, whatever the ECU says. */
#define UDS_ANSWER_NS       (1000 * NS_PER_MS)
#define UDS_ANSWER_TOTAL_NS (5000 * NS_PER_MS)

/* A reassembled answer. `payload` begins with the response service byte (0x61, 0x62, 0x7F) and belongs to the
 * caller. */
struct uds_answer {
    int64_t time_ns;
    uint16_t from; /* the identifier it came on */
    uint16_t to;   /* the identifier that was asked; 0 when the question is not known */
    const uint8_t *payload;
    size_t len;         /* bytes that are there */
    size_t full_length; /* the length its first frame announced; more than len when `enough` ended it early */
};

/* A question: service byte and what follows, to one ECU. */
struct uds_question {
    uint16_t to;   /* identifier of the question */
    uint16_t from; /* identifier of its answers; 0 when it is not known (a recording) */
    uint8_t ask[UDS_ASK_MAX];
    uint8_t ask_len;
};

/* The frame that asks, as it stands on the bus: single frame, padded with 00 to 8 bytes. */
void uds_question_frame(const struct uds_question *question, struct frame *frame);

/* Reads a question back from a frame seen in a recording (`from` stays 0). False when the frame is none that
 * we know. */
bool uds_question_parse(const struct frame *frame, struct uds_question *question);

/* How many bytes behind the service byte an answer must repeat from its question: 21 -> 1, 22 -> 2, 10 19 01
 * 09 -> 1, 3E -> 0. -1 for a service that is not known here. */
int uds_echo_length(uint8_t service);

enum uds_match {
    UDS_NOT_OURS, /* other identifier, service or echo: belongs to another question or to nobody */
    UDS_ANSWER,
    UDS_REFUSED, /* 7F, final */
    UDS_PENDING, /* 7F xx 78: the answer follows */
};

/* Whether a payload that came on `from` answers the question, by identifier, service and echo. A negative
 * answer carries no echo: identifier and service must do. */
enum uds_match uds_match(const struct uds_question *question, uint16_t from, const uint8_t *payload,
                         size_t len);

/* The code of a negative answer (0x11, 0x78, ...), or -1. */
int uds_negative_code(const uint8_t *payload, size_t len);

/* The one outstanding question to an ECU, and how long it may stay so. */
struct uds_exchange {
    bool open;
    struct uds_question question;
    int64_t begun_ns;
    int64_t deadline_ns;
};

/* The question went out. */
void uds_exchange_begin(struct uds_exchange *exchange, const struct uds_question *question, int64_t now_ns);

/* Takes a message. UDS_ANSWER and UDS_REFUSED close the exchange and fill *answer; UDS_PENDING extends the
 * wait up to UDS_ANSWER_TOTAL_NS after the question; UDS_NOT_OURS changes nothing. */
enum uds_match uds_exchange_take(struct uds_exchange *exchange, const struct isotp_message *message,
                                 int64_t now_ns, struct uds_answer *answer);

/* A frame of the answer came (ISOTP_PARTIAL): the wait goes on, within the same bound. */
void uds_exchange_progress(struct uds_exchange *exchange, int64_t now_ns);

/* Closes the exchange and returns true when its time is over. */
bool uds_exchange_expire(struct uds_exchange *exchange, int64_t now_ns);

#endif
