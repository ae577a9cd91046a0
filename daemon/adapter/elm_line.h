/* One line in the language of an ELM327, as it stands in a recording: what the adapter answered, or what the
 * host asked. Pure. */
#ifndef ADAPTER_ELM_LINE_H
#define ADAPTER_ELM_LINE_H

#include "bus/frame.h"

#include <stdbool.h>
#include <stddef.h>

#define ELM_LINE_MAX 256

enum elm_line {
    ELM_LINE_EMPTY,   /* blanks, prompts */
    ELM_LINE_FRAME,   /* 3 hex digits and up to 8 bytes, blanks between bytes allowed */
    ELM_LINE_DAMAGED, /* a frame that the adapter itself calls wrong: <DATA ERROR, <RX ERROR */
    ELM_LINE_CUT,     /* begins as a frame and doesn't end as one */
    ELM_LINE_TEXT,    /* NO DATA, SEARCHING..., OK, ELM327 v1.5, 12.4V, ... */
    ELM_LINE_GARBAGE,
};

/* Reads what an adapter answered. With `length_digit` (ATD1) each identifier is followed by one digit that
 * says how many bytes the frame had on the bus; the adapter may print fewer, never more. `frame` (without
 * time) is set for ELM_LINE_FRAME. */
enum elm_line elm_line_parse(const char *line, size_t len, bool length_digit, struct frame *frame);

/* Whether the host's digits begin with the length byte of a single frame ("022101") or the adapter adds it
 * ("2101"). */
enum elm_formatting { ELM_FORMATTING_UNKNOWN, ELM_FORMATTING_OFF, ELM_FORMATTING_ON };

/* The single frame that a host's request puts on the bus. A lone last digit (how many answers to wait for) is
 * left away. Where the formatting is not known, a first byte that counts the others exactly is taken as the
 * length byte. False when these are no digits or too many. */
bool elm_line_request(const char *digits, size_t len, uint16_t id, enum elm_formatting formatting,
                      struct frame *frame);

#endif
