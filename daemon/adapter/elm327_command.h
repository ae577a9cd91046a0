/* The AT and ST commands that may ever be sent: one constant table (SECURITY 7.4). Pure. */
#ifndef ADAPTER_ELM327_COMMAND_H
#define ADAPTER_ELM327_COMMAND_H

#include <stdbool.h>

#define ELM327_COMMAND_MAX 24
#define ELM327_SPOIL       "ZZZZZZZZ" /* refused by every adapter, whatever is lost of it */

/* Whether `text` (upper case, no blanks, no line end) is a command of the table with an argument that it
 * allows. A line of hex digits is not: that is a question, which the gate judges. */
bool elm327_command_allowed(const char *text);

#endif
