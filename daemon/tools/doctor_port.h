/* What the machine knows of a serial line that can't be opened. */
#ifndef TOOLS_DOCTOR_PORT_H
#define TOOLS_DOCTOR_PORT_H

#include <stddef.h>

/* "picocom 1234, ..." for the programs that have the device open, as far as we may see them; else "". */
void doctor_port_users(const char *path, char *text, size_t size);

/* The group of the device, "" when there is none. */
void doctor_port_group(const char *path, char *text, size_t size);

#endif
