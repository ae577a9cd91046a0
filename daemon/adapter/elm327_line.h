/* From an ELM327's bytes to lines and prompts, and from a line to a frame. Pure. */
#ifndef ADAPTER_ELM327_LINE_H
#define ADAPTER_ELM327_LINE_H

#include "bus/frame.h"

#include <stdbool.h>
#include <stddef.h>

#define ELM327_LINE_MAX 96 /* longer than any frame or text; the rest of a longer line is dropped */

struct elm327_line {
    char text[ELM327_LINE_MAX + 1];
    size_t len;
    bool overlong;
};

enum elm327_token { ELM327_TOKEN_MORE, ELM327_TOKEN_LINE, ELM327_TOKEN_PROMPT };

/* Takes one byte. LINE: `text` is a whole line that is not empty. PROMPT: '>' came; `text` is what stood
 * before it without a line end, mostly "". NUL and bytes above 7F vanish. After LINE and PROMPT call elm327_line_clear. */
enum elm327_token elm327_line_take(struct elm327_line *line, char byte);
void elm327_line_clear(struct elm327_line *line);

enum elm327_parse {
    ELM327_PARSE_FRAME,
    ELM327_PARSE_TEXT, /* has other characters than hex digits and blanks */
    ELM327_PARSE_CUT,  /* hex digits that are no frame: odd, too few, too many, an identifier too high */
};

/* Three digits of identifier and one to eight bytes; blanks around and between them, not within: a byte of
 * one digit has lost the other. Sets id, len and data only. */
enum elm327_parse elm327_line_parse(const char *text, struct frame *frame);

/* Whether the line repeats `command`; blanks and case make no difference. */
bool elm327_line_is_echo(const char *text, const char *command);

#endif
