/* Between the files of the ELM327: elm327.c (states and time), elm327_commands.c (AT), elm327_st.c (ST),
 * elm327_format.c (frame to text), elm327_texts.c (what it says out of turn). */
#ifndef SIM_ELM327_PRIVATE_H
#define SIM_ELM327_PRIVATE_H

#include "elm327.h"

/* Text as it is, but for the line feeds of ATL1 behind each carriage return. */
void sim_elm_write(struct sim_elm327 *elm, const char *text);

/* A line of its own and the prompt: "OK\r\r>". */
void sim_elm_reply(struct sim_elm327 *elm, const char *text);

void sim_elm_prompt(struct sim_elm327 *elm);

/* ATZ and ATWS: everything back to its default, silence for `wait_ns`, then the banner. */
void sim_elm_reset(struct sim_elm327 *elm, int64_t wait_ns);
void sim_elm_defaults(struct sim_elm327 *elm);

/* Through the filter, or with `passing` through the pass filters. */
void sim_elm_monitor(struct sim_elm327 *elm, bool passing);

bool sim_elm_has_way(const struct sim_elm327 *elm, enum sim_adapter_way way);

/* Whether it adds length bytes by itself. */
bool sim_elm_formats(const struct sim_elm327 *elm);

/* Runs what follows "AT", blanks removed, in capitals. */
void sim_elm_command(struct sim_elm327 *elm, const char *text);

bool sim_elm_has_fault(const struct sim_elm327 *elm, enum sim_fault fault);

/* Says the index-th text of the data sheet, whatever it is doing. */
void sim_elm_text(void *dongle, unsigned index, int64_t now_ns);

/* The same behind "ST", on chips that know it. */
void sim_elm_st_command(struct sim_elm327 *elm, const char *text);

/* One frame as a line without its end. */
void sim_elm_format(const struct sim_elm327 *elm, const struct sim_frame *frame, char *line, size_t cap);

/* Hexadecimal digits only; value of the last eight of them. */
bool sim_elm_parse_hex(const char *text, uint32_t *value);

/* Digits in pairs; false when they are not or when there are more than `max` bytes. */
bool sim_elm_parse_bytes(const char *text, uint8_t *bytes, uint8_t max, uint8_t *len);

#endif
